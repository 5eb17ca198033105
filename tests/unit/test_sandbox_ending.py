"""The end of a sandbox: nothing of it is read again, a certificate proves it, and what a kill cut off is made good."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oeverum.settings import Settings
from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import KeyRing
from sandbox.ending import Endings, check, read_certificate
from sandbox.errors import GrantEnded, PermitError, ReleaseError
from sandbox.manifest import list_releases
from sandbox.parquet import is_readable, sha256
from sandbox.permits.model import digest
from tests.commands import Type
from tests.permits import alter
from tests.released import key_to
from tests.unit.sandbox_door import NOW, Place

PROJECT = "heart-failure"
AFTER = datetime(2027, 1, 1, 12, tzinfo=UTC)
TABLES = {"person": {"columns": ["sex", "birth_date"]}}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path, tables=TABLES)
    place.ring.key(f"project:{PROJECT}/subject")
    place.release()
    return place


def endings(place: Place) -> Endings:
    """The way to end it, by a process of its own: nothing is remembered of its keys."""
    return Endings(
        permits=place.permits,
        releases=place.folder / "releases",
        folder=place.folder / "state" / "ended",
        ring=KeyRing(place.folder / "keys"),
        grants=place.grants,
        audit=place.audit,
    )


def test_after_the_end_nothing_is_read_and_the_certificate_says_so(place: Place) -> None:
    (release,) = list_releases(place.folder / "releases", PROJECT)
    key, path = key_to(release), release.folder / "person.parquet"
    lies = sha256(path)
    certificate = endings(place).end(PROJECT, by="anna", now=AFTER)
    with pytest.raises(GrantEnded, match=f"the sandbox {PROJECT} has ended, on "):
        key_to(release)
    with pytest.raises(KeyRingError, match="was destroyed"):
        place.ring.key(f"release:{PROJECT}/{release.release}", release.key_version)
    left = [place.ring.key(one.domain, one.version) for one in place.ring.status() if one.state != "destroyed"]
    assert left
    assert not is_readable(path, left)
    # The file itself is as it was: it is the key that is gone.
    assert is_readable(path, [key])
    assert sha256(path) == lies
    told = certificate.told
    assert told["project"] == PROJECT
    assert told["permit"] == {"version": 1, "digest": digest(place.permit), "from": "2026-01-01", "to": "2027-01-01"}
    assert (told["ended"]["by"], told["ended"]["reason"]) == ("anna", None)
    (one,) = told["releases"]
    assert one["release"] == release.release
    assert one["files"] == [{"file": "person.parquet", "sha256": lies, "as_released": True, "opens": False}]
    assert told["proof"]["files_that_opened"] == 0
    assert told["proof"]["key_ring_sha256"] != ""
    assert [kind for kind, _ in place.told()] == ["sandbox_end_begun", "sandbox_ended"]
    # What names subjects stays, for a duty of care.
    assert place.ring.key(f"project:{PROJECT}/subject", "k1")


def test_a_query_after_the_end_says_that_it_ended_and_when(place: Place) -> None:
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    session = place.door.open(PROJECT, holder="anna", clock=lambda: NOW)
    assert session.query("from person").num_rows == 10
    endings(place).end(PROJECT, by="bent", now=NOW, reason="the partner left")
    at = place.keys.ended_at(PROJECT)
    assert at
    with pytest.raises(GrantEnded, match=f"the sandbox {PROJECT} has ended, on {at:%Y-%m-%d %H:%M} UTC"):
        session.query("from person")
    assert (place.last().kind, place.last().facts["reason"]) == ("access_refused", "GrantEnded")
    assert [grant.state(NOW + timedelta(hours=1)) for grant in place.grants.list(project=PROJECT)] == ["revoked"]
    with pytest.raises(GrantEnded, match="ask for a permit under another name"):
        place.release()


def test_a_running_query_is_cut_when_its_sandbox_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)

    def slow(*, lives: Any, **_: Any) -> None:
        assert lives()
        place.ring.destroy(PROJECT, by="bent", of="releases")
        assert not lives()

    monkeypatch.setattr("sandbox.disclosure.control.run", slow)
    with pytest.raises(GrantEnded, match="has ended"):
        place.door.query(PROJECT, "from person", holder="anna", now=NOW)


def test_before_the_days_of_retention_are_over_a_reason_is_needed(place: Place) -> None:
    place.put({"tables": TABLES, "version": 2, "retention_days": 30})
    until = r"up to, not including, 2027-01-31; wait, or give --before-its-end with a --reason"
    for early in (NOW, AFTER, AFTER + timedelta(days=29)):
        with pytest.raises(PermitError, match=until):
            endings(place).end(PROJECT, by="anna", now=early)
        assert endings(place).due(PROJECT, now=early) is None
    assert endings(place).due(PROJECT, now=AFTER + timedelta(days=30)) == "over"
    assert not place.told()
    told = endings(place).end(PROJECT, by="anna", now=NOW, reason="the partner left").told
    assert told["ended"]["reason"] == "the partner left"
    with pytest.raises(ReleaseError, match="found none to end"):
        endings(place).end("no-such-project", by="anna", now=AFTER)


@pytest.mark.parametrize("step", ["_certificate", "_write", "_audited"])
def test_an_end_killed_in_the_middle_is_completed_by_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Endings, step, killed)
        with pytest.raises(KeyboardInterrupt):
            endings(place).end(PROJECT, by="anna", now=NOW, reason="the partner left")
    at = place.keys.ended_at(PROJECT)
    assert at
    told = endings(place).end(PROJECT, by="bent", now=NOW + timedelta(days=1)).told
    assert told["ended"] == {
        "at": at.isoformat(timespec="seconds"),
        "by": "anna",
        "reason": "the partner left",
    }
    check(read_certificate(place.folder / "state" / "ended", PROJECT), keys=place.folder / "keys")
    assert [kind for kind, _ in place.told()] == ["sandbox_end_begun", "sandbox_ended"]
    assert endings(place).end(PROJECT, by="bent", now=AFTER).told == told


def test_what_is_due_is_what_can_be_read_too_long_or_has_no_certificate(place: Place) -> None:
    ends = endings(place)
    ring, ended = place.folder / "keys" / "keyring.json", place.folder / "state" / "ended" / f"{PROJECT}.json"
    kept = ring.read_bytes()
    assert (ends.projects(), ends.due(PROJECT, now=NOW), ends.due(PROJECT, now=AFTER)) == ([PROJECT], None, "over")
    ends.end(PROJECT, by="anna", now=AFTER)
    assert endings(place).due(PROJECT, now=AFTER) is None
    ended.rename(ended.with_suffix(".away"))
    assert endings(place).due(PROJECT, now=NOW) == "begun"
    ended.with_suffix(".away").rename(ended)
    ring.write_bytes(kept)
    assert endings(place).due(PROJECT, now=AFTER) == "over", "somebody has put the keys back"


def test_where_the_folder_of_the_permit_is_lost_that_of_the_release_counts(place: Place) -> None:
    shutil.rmtree(place.permits / PROJECT)
    assert [endings(place).due(PROJECT, now=now) for now in (NOW, AFTER)] == [None, "over"]
    place.audit.append("permit_approved", actor="bent", project=PROJECT, version=2, digest="0" * 64)
    with pytest.raises(PermitError, match="expected version 2 of its permit, which was approved last, found none"):
        endings(place).end(PROJECT, by="anna", now=AFTER)
    assert place.keys.ended_at(PROJECT) is None
    # The last that was approved counts, and of this project.
    place.audit.append("permit_approved", actor="bent", project=PROJECT, version=1, digest="0" * 64)
    place.audit.append("permit_approved", actor="bent", project="another", version=9, digest="0" * 64)
    assert endings(place).end(PROJECT, by="anna", now=AFTER).told["permit"]["version"] == 1


def test_a_permit_of_another_form_in_the_manifest_is_told_in_one_line(place: Place) -> None:
    (release,) = list_releases(place.folder / "releases", PROJECT)
    path = release.folder / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["permit"]["retention_days"]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert endings(place).due(PROJECT, now=AFTER) == "over", "the approved permit is there"
    shutil.rmtree(place.permits / PROJECT)
    with pytest.raises(PermitError, match="expected the permit of its latest release in the form of today"):
        endings(place).due(PROJECT, now=AFTER)


def test_a_broken_permit_of_another_project_keeps_no_sandbox_from_its_end(place: Place) -> None:
    place.put({"project": "another", "tables": TABLES})
    alter(place.permits, "another")
    assert endings(place).end(PROJECT, by="anna", now=AFTER).told["project"] == PROJECT


def test_without_the_keys_in_the_ring_nothing_is_begun(place: Place) -> None:
    ends = replace(endings(place), ring=KeyRing(place.folder / "another-ring"))
    with pytest.raises(ReleaseError, match="expected the keys of its releases in the key ring, found none"):
        ends.end(PROJECT, by="anna", now=AFTER)
    assert not place.told()


def test_where_a_file_can_still_be_read_there_is_no_certificate(place: Place) -> None:
    """Somebody has put a key of a release where the end does not look for it: under another name."""
    (release,) = list_releases(place.folder / "releases", PROJECT)
    place.ring.keep("restricted", key_to(release))
    with pytest.raises(ReleaseError, match=r"person\.parquet can still be read"):
        endings(place).end(PROJECT, by="anna", now=AFTER)
    assert not (place.folder / "state" / "ended").exists()


def test_what_was_the_ring_is_overwritten_on_the_disk(place: Place) -> None:
    """A file that somebody still holds open gives zeros, not wrapped keys."""
    path = place.folder / "keys" / "keyring.json"
    with path.open("rb") as held:
        assert b"wrapped" in held.read()
        place.ring.destroy(PROJECT, by="anna", of="releases")
        held.seek(0)
        assert set(held.read()) == {0}
    assert "wrapped" in path.read_text(encoding="utf-8")


def test_the_commands_end_a_sandbox_and_check_its_certificate(type_in: Type, place: Place) -> None:
    settings = Settings(home=place.folder)
    assert type_in(settings, "sandbox", "end", PROJECT, "--before-its-end").exit_code == 2
    assert type_in(settings, "sandbox", "end", PROJECT, "--reason", "why").exit_code == 2
    refused = type_in(settings, "keys", "destroy", PROJECT, "--yes")
    assert refused.exit_code == 2
    done = type_in(settings, "sandbox", "end", PROJECT, "--before-its-end", "--reason", "the partner left")
    assert done.exit_code == 0, done.error
    # Offline: neither ring nor master key is needed, only the public key.
    (settings.keys / "keyring.json").rename(settings.keys / "away.json")
    shown = type_in(settings, "sandbox", "certificate", PROJECT, "--check")
    assert shown.exit_code == 0, shown.error
    assert "the platform signed this" in " ".join(shown.shown.split())
    assert "the partner left" in shown.shown
    (settings.keys / "away.json").rename(settings.keys / "keyring.json")
    path = settings.ended / f"{PROJECT}.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("the partner left", "the project was done"), encoding="utf-8")
    altered = type_in(settings, "sandbox", "certificate", PROJECT, "--check")
    assert isinstance(altered.error, ReleaseError)
    assert "expected what the platform signed, found another text" in str(altered.error)
    # Signed by another platform, with its own public key within, it is no better.
    other = Place(place.folder / "other", tables=TABLES)
    other.release()
    endings(other).end(PROJECT, by="anna", now=AFTER)
    path.write_text(
        (other.folder / "state" / "ended" / f"{PROJECT}.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    foreign = type_in(settings, "sandbox", "certificate", PROJECT, "--check")
    assert isinstance(foreign.error, KeyRingError | ReleaseError)
    path.write_text(text, encoding="utf-8")
    assert type_in(settings, "keys", "destroy", PROJECT, "--yes").exit_code == 0
    assert {key.state for key in place.ring.of_project(PROJECT)} == {"destroyed"}
    assert type_in(settings, "sandbox", "certificate", PROJECT, "--check").exit_code == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"certificate": {}, "signature": {}}'])
def test_what_is_no_certificate_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / f"{PROJECT}.json").write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError, match="expected what the platform signed"):
        read_certificate(tmp_path, PROJECT)
    with pytest.raises(ReleaseError, match="found none; oeverum sandbox end another writes it"):
        read_certificate(tmp_path, "another")


def test_every_part_of_a_certificate_is_signed(place: Place) -> None:
    endings(place).end(PROJECT, by="anna", now=AFTER)
    path = place.folder / "state" / "ended" / f"{PROJECT}.json"
    content = path.read_text(encoding="utf-8")
    for part in json.loads(content)["certificate"]:
        if part == "project":
            continue
        told = json.loads(content)
        told["certificate"][part] = "other"
        path.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(ReleaseError, match="found another text"):
            check(read_certificate(path.parent, PROJECT), keys=place.folder / "keys")
    path.write_text(content, encoding="utf-8")
    check(read_certificate(path.parent, PROJECT), keys=place.folder / "keys")
