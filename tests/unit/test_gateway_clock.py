"""A gateway whose machine's clock is set back: while it runs, or while it does not."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from sandbox.gateway import app, log, views, watch
from sandbox.grants import Grants
from tests.unit.gateway_server import FOREVER, PROJECT, Said, Served, live_place, serving, within
from tests.unit.sandbox_door import Place

LEFT, BACK = timedelta(seconds=6), timedelta(hours=22)
DAY = timedelta(days=1)


class SetBack(datetime):
    """The time of a machine whose clock somebody sets."""

    back = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """What that clock shows."""
        return datetime.now(tz) - cls.back


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[SetBack]]:
    """The clock of the gateway, not yet set back."""
    for module in (app, log, views, watch):
        monkeypatch.setattr(module, "datetime", SetBack)
    yield SetBack
    SetBack.back = timedelta(0)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place whose permit is in force."""
    return live_place(tmp_path, tables={"person": {"columns": ["sex"]}})


def given(place: Place, ends: datetime) -> str:
    """A token of a grant of a day that ends then."""
    grant = place.grants.issue(permit=place.permit, holder="anna", days=1, now=ends - DAY)
    return place.grants.new_token(grant.id, now=ends - DAY)


def refused(said: Said) -> bool:
    return said.status == 403 and said.json()["class"] == "GrantEnded"


def require_end_on_time(made: Served, token: str, ends: float) -> None:
    """That it opens until that moment of `time.monotonic`, and no longer: not to ask, to look or to go on."""
    assert made.query(token).status == 200
    told: list[Said] = []
    running = threading.Thread(target=lambda: told.append(made.query(token, FOREVER)))
    running.start()
    paths = (f"/v1/sandboxes/{PROJECT}", f"/v1/sandboxes/{PROJECT}/audit", "/v1/sandboxes")
    time.sleep(max(0.0, ends - 1 - time.monotonic()))
    assert [made.ask(path, token).status for path in paths] == [200] * 3
    running.join(10)
    assert 0 <= time.monotonic() - ends < 2
    assert refused(told[0])
    assert all(refused(said) for said in (made.query(token), *(made.ask(path, token) for path in paths)))


def test_a_grant_ends_on_time_when_the_clock_is_set_back_while_the_gateway_runs(
    place: Place, clock: type[SetBack]
) -> None:
    until = time.monotonic() + LEFT.total_seconds()
    token = given(place, datetime.now(UTC) + LEFT)
    with serving(place) as made:
        assert within(3, lambda: noted(place) is not None)
        clock.back = BACK
        require_end_on_time(made, token, until)


@pytest.mark.long
def test_a_grant_ends_on_time_when_the_clock_was_set_back_while_no_gateway_ran(
    place: Place, clock: type[SetBack]
) -> None:
    ends = datetime.now(UTC) + LEFT
    token = given(place, ends)
    with serving(place):
        assert within(5, lambda: noted(place) is not None)
    clock.back = BACK
    place.grants = Grants(place.folder / "state" / "grants.sqlite")
    latest = noted(place)
    assert latest is not None
    until = time.monotonic() + (ends - latest).total_seconds()
    with serving(place) as made:
        require_end_on_time(made, token, until)


def noted(place: Place) -> datetime | None:
    """The latest time that the register has noted, where it has."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    found = Grants(place.folder / "state" / "grants.sqlite").clock(begun)
    return None if found == begun else found
