"""Whatever ends access, to a grant or by its permit, ends idle processes and answers that are under way."""

import http.client
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.grants import Grant
from tests.unit.gateway_server import Served, gauge, live_place, send, serving, within, workers

ENDS_IN = timedelta(seconds=4)


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


WAYS = [revoked, without_the_holder, ended_yesterday]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A gateway of its own: a register's clock never goes back, so a grant of yesterday has to be its first."""
    with serving(live_place(tmp_path, tables={"person": {"columns": ["sex"]}})) as made:
        yield made


@pytest.mark.parametrize("end", [*WAYS, by_itself])
def test_the_processes_of_a_grant_that_is_over_are_killed_within_a_second(
    served: Served, end: Callable[[Served, Grant], None]
) -> None:
    then = datetime.now(UTC) + ENDS_IN - timedelta(days=1)
    grant = served.place.grants.issue(permit=served.place.permit, holder="anna", days=1, now=then)
    token = served.place.grants.new_token(grant.id, now=then)
    assert served.query(token).status == 200
    assert grant.ends_at - datetime.now(UTC) < ENDS_IN
    assert (gauge(served, "processes_idle"), len(workers())) == (1, 1)
    end(served, grant)
    assert within(1, lambda: gauge(served, "processes_idle") + len(workers()) == 0)
    if end is not by_itself:
        assert datetime.now(UTC) < grant.ends_at, "it ended for another reason"
    assert within(2, lambda: served.place.last().kind == "session_ended")
    assert served.place.last().facts == {"grant": grant.id, "processes": 1}


@pytest.mark.parametrize("end", WAYS)
def test_an_answer_under_way_is_cut_when_access_is_over(served: Served, end: Callable[[Served, Grant], None]) -> None:
    grant, token = served.grant()
    connection = send(served, token, "select range, repeat('x', 100) as t from range(900000)")
    answer = connection.getresponse()
    assert answer.status == 200
    assert len(answer.read(1000)) == 1000
    end(served, grant)
    time.sleep(0.5)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    connection.close()
    assert within(2, lambda: served.place.last().kind in ("access_refused", "session_ended"))
