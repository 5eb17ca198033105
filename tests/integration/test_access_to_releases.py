"""Whether a new release is made, by the state of its permit: every row of the matrix, in every tier."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from oeverum.access import endings
from oeverum.settings import Settings
from oeverum.step import Step
from orchestration.access_matrix import NOTHING, RELEASES, YES, Row
from orchestration.road import release_project, travel
from sandbox.errors import GrantEnded, PermitError
from sandbox.manifest import list_releases
from sandbox.permits.versions import in_force
from tests.permits import alter, approved

PROJECT = "readmissions-elderly"
TODAY = datetime.now(UTC).date()
CLASSES = {kind.exit_code: kind.__name__ for kind in (PermitError, GrantEnded)}
COMPANY = {"name": "A company", "kind": "company"}
CASES = [(row, tier) for row in RELEASES.rows for tier in row.tiers]

pytestmark = pytest.mark.long


def change(settings: Settings, **changes: Any) -> None:
    """The next version of the permit, in force."""
    content = in_force(settings.permits, datetime.now(UTC))[PROJECT].as_dict()
    approved(settings.permits, content | changes)


def end(settings: Settings) -> None:
    endings(settings).end(PROJECT, by="test", now=datetime.now(UTC), reason="the test is over")


STATES: dict[str, Callable[[Settings], object]] = {
    "permit in force": lambda s: None,
    "permit not begun": lambda s: change(s, **{"from": str(TODAY + timedelta(days=3))}),
    "permit ended": lambda s: change(
        s, **{"from": str(TODAY - timedelta(days=3)), "to": str(TODAY - timedelta(days=1))}
    ),
    "permit altered by hand": lambda s: alter(s.permits, PROJECT),
    "permit taken away": lambda s: shutil.rmtree(s.permits / PROJECT),
    "sandbox ended": end,
}


def given(settings: Settings, do: Callable[[], Step | None]) -> str:
    """`yes` for a new release, `nothing` where none was tried, or the class of the refusal."""
    before = list_releases(settings.releases, PROJECT)
    step = do()
    new = len(list_releases(settings.releases, PROJECT)) - len(before)
    if step is None or step.outcome == "already there":
        outcome = NOTHING
    else:
        outcome = YES if step.exit_code == 0 else CLASSES[step.exit_code]
    assert new == (outcome == YES)
    return outcome


@pytest.mark.parametrize(("row", "tier"), CASES, ids=[f"{row.access}-{tier}" for row, tier in CASES])
def test_a_new_release_is_made_as_the_matrix_says(copy_of_road: Settings, row: Row, tier: str) -> None:
    def run() -> Step | None:
        steps = [step for step in travel(copy_of_road) if (step.zone, step.subject) == ("release", PROJECT)]
        return steps[0] if steps else None

    # Another tier, or another title, asks for another release each time.
    kind = "company_test" if tier == "company" else "research"
    parties = [*in_force(copy_of_road.permits, datetime.now(UTC))[PROJECT].as_dict()["parties"], COMPANY]
    change(copy_of_road, tier=tier, kind=kind, parties=parties, title="Once more")
    STATES[row.access](copy_of_road)
    found = {"release": given(copy_of_road, lambda: release_project(copy_of_road, PROJECT))}
    if row.access == "permit in force":
        change(copy_of_road, title="And again")
    assert found | {"run": given(copy_of_road, run)} == row.given


def test_every_row_has_a_state() -> None:
    assert {row.access for row in RELEASES.rows} == set(STATES)
