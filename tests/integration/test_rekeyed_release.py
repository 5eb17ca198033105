"""A project whose keys were rotated: its next release waits for somebody who says that this is meant."""

from oeverum.settings import Settings
from sandbox.audit import AuditLog
from sandbox.release import latest, list_releases
from tests.commands import Type

PROJECT = "readmissions-elderly"


def test_a_rotated_key_stops_the_next_release_until_it_is_meant(type_in: Type, copy_of_road: Settings) -> None:
    before = latest(copy_of_road.releases, PROJECT)
    assert before is not None
    assert type_in(copy_of_road, "keys", "rotate", f"project:{PROJECT}/subject", "--yes").exit_code == 0
    refused = type_in(copy_of_road, "sandbox", "release", PROJECT)
    assert refused.exit_code == 18
    assert f"oeverum sandbox release {PROJECT} --rekeyed" in " ".join(refused.shown.split())
    assert [entry.kind for entry in AuditLog(copy_of_road.audit).read()][-1] == "release_refused"
    assert latest(copy_of_road.releases, PROJECT) == before
    assert type_in(copy_of_road, "sandbox", "release", PROJECT, "--rekeyed").exit_code == 0
    assert len(list_releases(copy_of_road.releases, PROJECT)) == 2
