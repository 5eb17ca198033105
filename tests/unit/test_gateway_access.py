"""Whatever ends access, to a grant or by its permit, ends idle processes and answers that are under way.

What is of the register is tried on both of its engines.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.gateway.watch import BLIND_SECONDS
from sandbox.grants import Grant, Grants
from tests.unit.gateway_server import (
    FOREVER,
    PROJECT,
    Said,
    Served,
    gauge,
    live_place,
    send,
    serving,
    within,
    workers,
)

ENDS_IN = timedelta(seconds=4)
CLIENTS = 20
LONG = "select range, repeat('x', 100) as t from range(900000)"


def revoked(served: Served, grant: Grant) -> None:
    """By whoever runs the platform."""
    served.place.grants.revoke(grant.id, now=datetime.now(UTC))


def without_the_holder(served: Served, grant: Grant) -> None:
    """A new version of the permit names the others alone."""
    permit = served.place.permit.as_dict()
    served.place.put({**permit, "people": [one for one in permit["people"] if one["login"] != grant.holder]})


def ended_yesterday(served: Served, _: Grant) -> None:
    """A new version of the permit is over."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    served.place.put({**served.place.permit.as_dict(), "to": yesterday})


def by_itself(_: Served, grant: Grant) -> None:
    """The grant's last second passes."""
    time.sleep((grant.ends_at - datetime.now(UTC)).total_seconds())


# On each engine what is written there; on one what is written in permits.
WAYS = [("sqlite", revoked), ("postgresql", revoked), ("sqlite", without_the_holder), ("sqlite", ended_yesterday)]


@pytest.fixture
def served(tmp_path: Path, register: Path | str) -> Iterator[Served]:
    """A gateway of its own, on an empty register."""
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    place.grants = Grants(register)
    with serving(place) as made:
        yield made


@contextmanager
def unreachable(postgres: str) -> Iterator[None]:
    """Nobody finds the server of the register, until the block is left."""
    socket = Path(postgres, ".s.PGSQL.5432")
    aside = socket.rename(socket.with_suffix(".aside"))
    try:
        yield
    finally:
        aside.rename(socket)


@pytest.mark.parametrize(
    ("register", "end"), [*WAYS, ("sqlite", by_itself), ("postgresql", by_itself)], indirect=["register"]
)
def test_the_processes_of_a_grant_that_is_over_are_killed_within_a_second(
    served: Served, end: Callable[[Served, Grant], None]
) -> None:
    grant, token = served.grant_until(datetime.now(UTC) + ENDS_IN)
    assert served.query(token).status == 200
    assert grant.ends_at - datetime.now(UTC) < ENDS_IN
    assert (gauge(served, "processes_idle"), len(workers())) == (1, 1)
    end(served, grant)
    assert within(1, lambda: gauge(served, "processes_idle") + len(workers()) == 0)
    if end is not by_itself:
        assert datetime.now(UTC) < grant.ends_at, "it ended for another reason"
    assert within(2, lambda: served.place.last().kind == "session_ended")
    assert served.place.last().facts == {"grant": grant.id, "processes": 1}


@pytest.mark.parametrize(("register", "end"), WAYS, indirect=["register"])
def test_an_answer_under_way_is_cut_when_access_is_over(served: Served, end: Callable[[Served, Grant], None]) -> None:
    grant, token = served.grant()
    connection = send(served, token, LONG)
    answer = connection.getresponse()
    assert answer.status == 200
    assert len(answer.read(1000)) == 1000
    end(served, grant)
    time.sleep(0.5)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    connection.close()
    assert within(2, lambda: served.place.last().kind in ("access_refused", "session_ended"))


@pytest.mark.parametrize("register", ["postgresql"], indirect=True)
def test_without_the_server_of_the_register_nobody_is_let_in_and_nothing_comes_out(
    served: Served, postgres: str
) -> None:
    (_, reads), (_, waits) = served.grant("anna"), served.grant("bent")
    connection = send(served, reads, LONG)
    under_way = connection.getresponse()
    assert (under_way.status, len(under_way.read(1000))) == (200, 1000)
    told: list[Said] = []
    running = threading.Thread(target=lambda: told.append(served.query(waits, FOREVER)))
    running.start()
    assert within(5, lambda: gauge(served, "processes_busy") == 1)
    with unreachable(postgres):
        begun = time.monotonic()
        told += [served.query(reads), *(served.ask(path, reads) for path in ("/v1/sandboxes", "/healthz"))]
        told += [served.ask(f"/v1/sandboxes/{PROJECT}{path}", reads) for path in ("", "/codebook", "/audit")]
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            under_way.read()
        connection.close()
        assert within(BLIND_SECONDS + 2, lambda: not workers())
        running.join(5)
        assert time.monotonic() - begun < BLIND_SECONDS + 4
    line = "the register of grants cannot be read or written, so nobody is let in; see that the server of "
    wanted = (503, "RegisterError", f"{line}OEVERUM_GRANTS_URL runs and lets this account in")
    assert [(said.status, said.json()["class"], said.json()["detail"]) for said in told] == [wanted] * 7
    assert served.ask("/healthz").status == 200
    assert [served.query(token).json() for token in (reads, waits)] == [[{"n": 10}]] * 2


@pytest.mark.long
@pytest.mark.parametrize("register", ["sqlite", "postgresql"], indirect=["register"])
def test_a_running_query_is_cut_within_a_second_while_many_others_ask(served: Served) -> None:
    (grant, token), (_, other) = served.grant("anna"), served.grant("bent")
    told: list[int] = []
    cut: list[tuple[float, Said]] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.is_set():
            told.append(served.query(other).status)

    def run_for_ever() -> None:
        said = served.query(token, FOREVER)
        cut.append((time.monotonic(), said))

    threads = [threading.Thread(target=run_for_ever), *(threading.Thread(target=ask_on) for _ in range(CLIENTS))]
    try:
        threads[0].start()
        assert within(5, lambda: gauge(served, "processes_busy") == 1)
        for thread in threads[1:]:
            thread.start()
        assert within(10, lambda: len(told) > CLIENTS)
        begun = time.monotonic()
        revoked(served, grant)
        threads[0].join(10)
    finally:
        over.set()
        for thread in threads:
            if thread.ident:
                thread.join(60)
    ((at, said),) = cut
    assert (said.status, said.json()["class"]) == (403, "GrantEnded")
    assert at - begun < 1
    assert set(told) <= {200, 429}
    assert told.count(200) > CLIENTS
