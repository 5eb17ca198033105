"""An installation in which one sandbox has ended: the road goes on without it, and everybody is told."""

from oeverum.access import door
from oeverum.settings import Settings, operator
from orchestration.road import travel
from sandbox.audit import AuditLog
from sandbox.errors import GrantEnded
from sandbox.manifest import list_releases
from tests.commands import Type
from tests.integration.test_road import PROJECTS

ENDED, OTHER = PROJECTS


def test_the_road_goes_on_without_an_ended_sandbox(type_in: Type, copy_of_road: Settings) -> None:
    reason = ("--before-its-end", "--reason", "the partner left")
    done = type_in(copy_of_road, "sandbox", "end", ENDED, *reason)
    assert done.exit_code == 0, done.error
    assert "open with none of the" in " ".join(done.shown.split())
    steps = {step.subject: step for step in travel(copy_of_road)}
    assert {step.outcome for step in steps.values()} == {"already there"}
    assert "its sandbox has ended, on" in steps[ENDED].detail
    assert steps[OTHER].detail.startswith("r0001-")
    assert len(list_releases(copy_of_road.releases, ENDED)) == 1
    shown = {line.split()[0]: line for line in type_in(copy_of_road, "sandbox", "list").shown.splitlines() if line}
    assert " ended " in shown[ENDED]
    assert " ended " not in shown[OTHER]
    for command in (("sandbox", "query", ENDED, "from person"), ("grant", "issue", ENDED, "--to", "anna")):
        refused = type_in(copy_of_road, *command)
        assert isinstance(refused.error, GrantEnded)
        assert f"the sandbox {ENDED} has ended, on" in str(refused.error)
    assert type_in(copy_of_road, "grant", "issue", OTHER, "--to", operator()).exit_code == 0
    assert door(copy_of_road).open(OTHER, holder=operator()).query("from person").num_rows
    assert type_in(copy_of_road, "sandbox", "certificate", ENDED, "--check").exit_code == 0
    assert AuditLog(copy_of_road.audit).verify().ok
    refused = type_in(copy_of_road, "sandbox", "release", ENDED)
    assert refused.exit_code == 13
