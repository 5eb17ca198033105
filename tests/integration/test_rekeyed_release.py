"""A project whose keys were rotated: its next release waits for somebody who says that this is meant."""

import pyarrow as pa
import pytest

from ingestion.cpr import judge
from oeverum.commands import reidentify as reidentify_commands
from oeverum.settings import Settings
from pseudonymisation.keyring import FILE
from sandbox.audit import AuditLog
from sandbox.manifest import latest, list_releases
from tests.commands import Type
from tests.released import read

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


def test_subjects_are_traced_under_the_keys_that_they_were_named_with(
    type_in: Type, copy_of_road: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the keys of project and cohort were rotated, the subjects of the latest release are still found."""
    release = latest(copy_of_road.releases, PROJECT)
    assert release is not None
    subject = read(release, "person")["subject_id"][0].as_py()
    for domain in (f"project:{PROJECT}/subject", "person"):
        assert type_in(copy_of_road, "keys", "rotate", domain, "--yes").exit_code == 0
    reason = "A result that needs treatment was found by the research."
    monkeypatch.setattr(reidentify_commands, "operator", lambda: "anna")
    asked = type_in(copy_of_road, "reidentify", "request", PROJECT, subject, "--reason", reason)
    assert asked.exit_code == 0, asked.error
    monkeypatch.setattr(reidentify_commands, "operator", lambda: "bent")
    shown = type_in(copy_of_road, "reidentify", "approve", asked.shown.split()[1].rstrip(":"))
    assert shown.exit_code == 0, shown.error
    assert judge(pa.array([shown.shown.split()[0]])).lawful.to_pylist() == [True]


def test_a_ring_that_was_changed_by_hand_stops_a_release_in_one_line(type_in: Type, copy_of_road: Settings) -> None:
    path = copy_of_road.keys / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"demo": true', '"demo": false'), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    refused = type_in(copy_of_road, "sandbox", "release", PROJECT)
    assert refused.exit_code != 0
    assert "is damaged; restore it from its backup" in " ".join(refused.shown.split())
