"""What Dagster is told of grants: those that are live, each by its id, with days of which the last is not nought."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.live_grants import days_by_sandbox, metadata
from sandbox.grants import Grant

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def grant(id_: str, *, left: timedelta, project: str = "one", **more: datetime) -> Grant:
    return Grant(id_, project, "anna", more.pop("starts_at", NOW - DAY), NOW + left, **more)


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(seconds=1), 1),
        (DAY, 1),
        (DAY + timedelta(seconds=1), 2),
        (14 * DAY, 14),
    ],
)
def test_a_day_that_has_begun_is_counted(left: timedelta, days: int) -> None:
    assert days_by_sandbox([grant("g1", left=left)], NOW) == {"one": {"g1": days}}


def test_of_each_sandbox_the_live_grants_alone_are_told() -> None:
    grants = [
        grant("g1", left=3 * DAY),
        grant("g2", left=2 * DAY),
        grant("g3", left=3 * DAY, revoked_at=NOW - timedelta(hours=1)),
        grant("g4", left=3 * DAY, ended_at=NOW - timedelta(hours=1)),
        grant("g5", left=3 * DAY, starts_at=NOW + DAY),
        grant("g6", left=timedelta(0), project="another"),
    ]
    assert days_by_sandbox(grants, NOW) == {"one": {"g1": 3, "g2": 2}, "another": {}}


def test_they_are_told_by_id_and_days_the_first_to_end_first() -> None:
    told = metadata({"g1": 3, "g2": 2})
    assert (told["live_grants"], told["days_left"]) == (2, 3)
    table = told["grants"]
    assert not isinstance(table, int)
    assert table.value.splitlines()[2:] == ["| `g2` | 2 |", "| `g1` | 3 |"]
    assert metadata({})["days_left"] == 0
