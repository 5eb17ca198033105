"""What a gateway bounds and ends: revoked grants, greedy queries, answers under way, and whose turn it is."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.gateway import app
from sandbox.gateway.app import Bounds
from sandbox.gateway.guesses import ADDRESSES, Guesses, TooManyTokens
from sandbox.gateway.turns import Busy, Turns
from sandbox.grants import Grants
from sandbox.query import Limits
from tests.unit.gateway_server import (
    FOREVER,
    PROJECT,
    Served,
    another_project,
    counted,
    gauge,
    live_place,
    send,
    serving,
    within,
    workers,
)

SECONDS = 4


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway whose queries get four seconds and little memory."""
    place = live_place(tmp_path_factory.mktemp("gateway"))
    bounds = Bounds(query=Limits(seconds=SECONDS, memory="300MB", mebibytes=256), waiting=3)
    with serving(place, bounds) as made:
        yield made


def test_a_revocation_from_elsewhere_cuts_a_running_query_within_a_second(served: Served) -> None:
    grant, token = served.grant()
    assert served.query(token).status == 200
    revoked: list[float] = []

    def revoke() -> None:
        Grants(served.place.folder / "state" / "grants.sqlite").revoke(grant.id, now=datetime.now(UTC))
        revoked.append(time.monotonic())

    timer = threading.Timer(0.8, revoke)
    timer.start()
    said = served.query(token, FOREVER)
    took = time.monotonic() - revoked[0]
    timer.join()
    assert (said.status, said.json()["class"]) == (403, "GrantEnded")
    assert took < 1
    assert within(1, lambda: gauge(served, "processes_busy") == 0)
    refused = [e.facts["reason"] for e in served.place.audit.read() if e.kind == "query_refused"]
    assert refused[-1] == "GrantEnded"


def test_a_grant_that_ends_by_itself_cuts_a_running_query_within_a_second(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place) as made:
        # From yesterday on, for a day: it has three seconds left.
        grant, token = made.grant_until(datetime.now(UTC) + timedelta(seconds=3))
        said = made.query(token, FOREVER)
        assert within(0.5, lambda: gauge(made, "processes_busy") + len(workers()) == 0)
        late = datetime.now(UTC) - grant.ends_at
        assert (said.status, said.json()["class"]) == (403, "GrantEnded")
        assert timedelta(0) <= late < timedelta(seconds=1)
        asked = [entry for entry in place.audit.read() if entry.kind.startswith("query")]
        assert [(one.kind, one.facts.get("reason")) for one in asked] == [
            ("query", None),
            ("query_refused", "GrantEnded"),
        ]
        assert made.query(token).json()["class"] == "GrantEnded"


@pytest.mark.parametrize(("command", "status"), [("revoke", 403), ("token", 401)])
def test_a_token_that_another_process_takes_back_opens_nothing_from_then_on(
    served: Served, command: str, status: int
) -> None:
    """By the command, as whoever runs the platform types it, on the files of the installation."""
    grant, token = served.grant()
    assert served.query(token).status == 200
    done = subprocess.run(
        [sys.executable, "-m", "oeverum.cli", "grant", command, grant.id, "--home", str(served.place.folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = [served.query(token), *(served.ask(f"/v1/sandboxes/{PROJECT}{path}", token) for path in ("", "/audit"))]
    assert [one.status for one in said] == [status] * 3
    given = re.findall(r"oev_[\w-]+", done.stdout)
    assert [served.query(new).status for new in given] == [200] * (command == "token")


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [(FOREVER, {"time"}), ("select list(range) from range(400000000)", {"memory", "time"})],
)
@pytest.mark.long
def test_a_query_that_eats_time_or_memory_is_bounded_while_another_is_served(
    served: Served, sql: str, kinds: set[str]
) -> None:
    (_, eater), (_, other) = served.grant("anna"), served.grant("bent")
    assert served.query(other).status == 200
    told = []
    begun = time.monotonic()
    thread = threading.Thread(target=lambda: told.append(served.query(eater, sql)))
    thread.start()
    answered = 0
    while thread.is_alive() and answered < 3:
        assert served.query(other).json() == [{"n": 10}]
        answered += 1
    thread.join()
    assert answered >= 1
    assert told[0].json()["kind"] in kinds
    assert time.monotonic() - begun < 60


@pytest.mark.long
def test_more_than_may_wait_are_sent_away(served: Served) -> None:
    _, token = served.grant()
    told: list[int] = []
    threads = [threading.Thread(target=lambda: told.append(served.query(token, FOREVER).status)) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Two run, three wait, and the others are told to come again.
    assert sorted(told) == [422] * 5 + [429] * 2


def test_who_no_longer_waits_frees_the_place(served: Served) -> None:
    _, token = served.grant()
    assert served.query(token).status == 200
    connection = send(served, token, FOREVER)
    assert within(3, lambda: gauge(served, "processes_busy") == 1)
    connection.close()
    assert within(2, lambda: gauge(served, "processes_busy") == 0)
    assert within(2, lambda: served.place.last().facts.get("reason") == "gone")


@pytest.mark.long
def test_idle_processes_go_and_the_gateway_marks_what_has_ended(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    old = datetime.now(UTC) - timedelta(days=3)
    over = place.grants.issue(permit=place.permit, holder="anna", days=1, now=old)
    with serving(place, Bounds(idle_seconds=0.1)) as made:
        assert within(10, lambda: bool(place.told()) and place.last().kind == "grant_ended")
        assert (place.last().actor, place.last().facts) == ("gateway", {"grant": over.id, "holder": "anna"})
        _, token = made.grant()
        assert made.query(token).status == 200
        assert within(40, lambda: gauge(made, "processes_idle") == 0)
    assert place.grants.of_id(over.id).state(old) == "ended"


def test_answers_that_nobody_reads_are_bounded_and_forgotten(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    permit, _ = another_project(place, "another-one")
    other = place.grants.issue(permit=permit, holder="anna", days=3, now=datetime.now(UTC))
    with serving(place, Bounds(answers_mebibytes=50)) as made:
        _, token = made.grant()
        another = place.grants.new_token(other.id, now=datetime.now(UTC))
        connection = send(made, token, "select repeat('x', 100) as t from range(900000)")
        answer = connection.getresponse()
        assert answer.status == 200
        said = made.query(token)
        assert (said.status, said.json()["class"], said.headers["Retry-After"]) == (429, "Busy", "2")
        asked = made.ask("/v1/sandboxes/another-one/query", another, body={"sql": "select count(*) from person"})
        assert asked.status == 200, "what one sandbox does not read closes no other"
        answer.close()
        connection.close()
        assert within(5, lambda: made.query(token).status == 200)


def test_an_answer_that_is_hardly_read_is_cut_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SEND_SECONDS", 1.5)
    monkeypatch.setattr(app, "SLOWEST", 2**30)
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place, Bounds()) as made:
        _, token = made.grant()
        connection = send(made, token, "select repeat('x', 100) as t from range(900000)")
        answer = connection.getresponse()
        read, begun = 0, time.monotonic()
        while (piece := answer.read(2**20)) and time.monotonic() - begun < 20:
            read += len(piece)
            # Each piece in time, and all of it much too slow.
            time.sleep(0.1)
        answer.close()
        connection.close()
        assert time.monotonic() - begun < 15
        assert 0 < read < int(answer.headers["Content-Length"])


def test_who_tries_tokens_waits_and_writes_no_more_log_while_real_people_are_let_in(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place, Bounds(wrong_tokens=3)) as made:
        _, token = made.grant()
        told = [made.ask(f"/v1/sandboxes/{PROJECT}", f"oev_{n:043d}") for n in range(12)]
        statuses = [said.status for said in told]
        assert statuses[:3] == [401] * 3
        assert statuses[-1] == 429
        assert told[-1].json()["class"] == "TooManyTokens"
        assert 1 <= int(told[-1].headers["Retry-After"]) <= 2
        assert [kind for kind, _ in place.told()].count("access_refused") == statuses.count(401) < 12
        # From the same address.
        assert made.query(token).status == 200
        assert counted(made)['oeverum_queries_total{outcome="TooManyTokens"}'] == statuses.count(429)


def test_wrong_tokens_are_forgiven_with_time_and_counted_by_address() -> None:
    now = [0.0]
    guesses = Guesses(2, clock=lambda: now[0])

    def sent(address: str) -> int:
        try:
            guesses.wrong(address)
        except TooManyTokens as refusal:
            return refusal.retry_after
        return 0

    assert [sent("192.0.2.1") for _ in range(4)] == [0, 0, 2, 2]
    assert sent("192.0.2.2") == 0
    now[0] = 2.0
    assert [sent("192.0.2.1") for _ in range(2)] == [0, 2]
    now[0] = 1000.0
    # No more than at once, however long it was quiet.
    assert [sent("192.0.2.1") for _ in range(3)] == [0, 0, 2]
    # A household has 2 to the 64 addresses of IPv6.
    assert [sent(f"2001:db8::{n:x}") for n in range(3)] == [0, 0, 2]
    assert sent("2001:db8:0:1::1") == 0


def test_addresses_are_remembered_within_bounds() -> None:
    guesses = Guesses(1)
    for number in range(ADDRESSES + 50):
        guesses.wrong(f"10.0.{number // 256}.{number % 256}")
    assert len(guesses) == ADDRESSES


def test_sandboxes_take_turns() -> None:
    async def play() -> list[str]:
        turns, ran = Turns(slots=1, most=2, waiting=10), []

        async def ask(project: str) -> None:
            async with turns.turn(project):
                ran.append(project)
                await asyncio.sleep(0)

        async with turns.turn("first"), turns.turn("second"):
            tasks = [asyncio.create_task(ask(project)) for project in "aaaaabbc"]
            await asyncio.sleep(0.01)
            assert turns.length == 8
            tasks[1].cancel()
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert turns.length == 0
        return ran

    assert asyncio.run(play()) == ["a", "b", "c", "a", "b", "a", "a"]


def test_a_sandbox_that_has_all_turns_keeps_no_other_waiting() -> None:
    async def play() -> list[str]:
        turns, ran = Turns(slots=2, most=3, waiting=10), []

        async def ask(project: str, until: asyncio.Event) -> None:
            async with turns.turn(project):
                ran.append(project)
                await until.wait()

        long, short = asyncio.Event(), asyncio.Event()
        hog = [asyncio.create_task(ask("hog", long)) for _ in range(4)]
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(ask(project, short)) for project in ("a", "a", "b")]
        await asyncio.sleep(0.01)
        assert (ran, turns.length) == (["hog", "hog", "a"], 4)
        short.set()
        await asyncio.gather(*others)
        # Neither waited for the other, and the hog had no more than it may have.
        assert (ran, turns.length) == (["hog", "hog", "a", "b", "a"], 2)
        long.set()
        await asyncio.gather(*hog)
        return ran

    assert asyncio.run(play())[5:] == ["hog", "hog"]


def test_sandboxes_that_have_none_get_one_each_up_to_the_most() -> None:
    async def play() -> list[str]:
        turns, ran, until = Turns(slots=2, most=4, waiting=10), [], asyncio.Event()

        async def ask(project: str) -> None:
            async with turns.turn(project):
                ran.append(project)
                await until.wait()

        tasks = [asyncio.create_task(ask(project)) for project in "aaabbcd"]
        await asyncio.sleep(0.01)
        assert ran == ["a", "a", "b", "c"]
        until.set()
        await asyncio.gather(*tasks)
        return ran

    assert sorted(asyncio.run(play())) == list("aaabbcd")


def test_who_comes_last_waits_for_no_second_query_of_those_that_came_before() -> None:
    async def play() -> list[str]:
        turns, ran = Turns(slots=2, most=4, waiting=10), []

        async def ask(project: str, seconds: float) -> None:
            async with turns.turn(project):
                ran.append(project)
                await asyncio.sleep(seconds)

        early = [asyncio.create_task(ask(project, 0.05 + at / 1000)) for at, project in enumerate("abcdabcdabcd")]
        await asyncio.sleep(0.01)
        late = asyncio.create_task(ask("e", 0))
        await asyncio.gather(*early, late)
        return ran

    assert asyncio.run(play()).index("e") == 4


def test_one_sandbox_waits_no_more_than_it_may() -> None:
    async def play() -> None:
        turns = Turns(slots=1, most=2, waiting=1)
        async with turns.turn("a"):
            waits = asyncio.create_task(turns.turn("a").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(Busy, match="at most 1 waiting queries of a"):
                await turns.turn("a").__aenter__()
            assert not waits.done()
        await waits

    asyncio.run(play())
