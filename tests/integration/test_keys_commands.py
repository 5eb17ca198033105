"""What an operator types about keys: nothing without --yes, a proof in the audit log, never a key on the screen."""

import base64
from pathlib import Path

import pytest

from oeverum.settings import Settings
from pseudonymisation.errors import KeyRingError
from pseudonymisation.master_key import FILE as MASTER
from sandbox.audit import AuditLog
from tests.commands import Type


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    settings.make_home()
    ring = settings.key_ring()
    for domain in ("person", "restricted", "project:one/subject", "project:one/dates", "project:two/subject"):
        ring.key(domain)
    return settings


def kinds(settings: Settings) -> list[str]:
    return [entry.kind for entry in AuditLog(settings.audit).read()] if settings.audit.exists() else []


def test_status_tells_every_key_and_shows_none(type_in: Type, settings: Settings) -> None:
    ring = settings.key_ring()
    assert type_in(settings, "keys", "status").exit_code == 0
    keys = [ring.key(status.domain) for status in ring.status()]
    keys.append(base64.b64decode((settings.keys / MASTER).read_text()))
    for command in (["status"], ["rotate", "person", "--yes"], ["destroy", "one", "--yes"], ["status"]):
        shown = type_in(settings, "keys", *command).shown
        assert shown
        assert not [key for key in keys if key.hex() in shown or base64.b64encode(key).decode() in shown]


@pytest.mark.parametrize("command", [["rotate", "person"], ["destroy", "one"]])
def test_without_yes_nothing_is_done(type_in: Type, settings: Settings, command: list[str]) -> None:
    before = settings.key_ring().status()
    assert type_in(settings, "keys", *command).exit_code == 0
    assert settings.key_ring().status() == before
    assert not kinds(settings)


def test_a_rotated_key_is_in_the_audit_log(type_in: Type, settings: Settings) -> None:
    before = settings.key_ring().version("person")
    assert type_in(settings, "keys", "rotate", "person", "--yes").exit_code == 0
    after = settings.key_ring().version("person")
    (entry,) = AuditLog(settings.audit).read()
    assert (entry.kind, entry.facts) == ("key_rotated", {"domain": "person", "before": before, "after": after})
    assert before != after


def test_the_key_of_the_restricted_zone_stays_while_deliveries_need_it(type_in: Type, settings: Settings) -> None:
    (settings.restricted / "bef" / "delivery=2026-01-20").mkdir(parents=True)
    assert type_in(settings, "keys", "rotate", "restricted", "--yes").exit_code == 2
    assert settings.key_ring().version("restricted").startswith("k1-")
    (settings.restricted / "bef" / "delivery=2026-01-20").rmdir()
    assert type_in(settings, "keys", "rotate", "restricted", "--yes").exit_code == 0
    assert settings.key_ring().version("restricted").startswith("k2-")


def test_destroyed_keys_leave_a_proof(type_in: Type, settings: Settings) -> None:
    keys = [f"{key.domain} {key.version}" for key in settings.key_ring().of_project("one")]
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 0
    begun, done = AuditLog(settings.audit).read()
    assert (begun.kind, begun.project, begun.facts["keys"]) == ("keys_destroy_begun", "one", keys)
    assert (done.kind, done.project, done.facts["keys"]) == ("keys_destroyed", "one", keys)
    assert begun.facts["ring_before"] != done.facts["ring_after"] == settings.key_ring().digest()
    with pytest.raises(KeyRingError, match="was destroyed"):
        settings.key_ring().key("project:one/subject")
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 2
    assert type_in(settings, "keys", "destroy", "three", "--yes").exit_code == 2
    assert type_in(settings, "keys", "rotate", "three").exit_code == 2


def test_where_nothing_can_be_written_down_no_key_is_destroyed(
    type_in: Type, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(AuditLog, "append", full)
        assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code != 0
    assert {key.state for key in settings.key_ring().of_project("one")} == {"current"}


def test_a_proof_that_a_kill_has_cut_off_is_written_by_the_next_command(type_in: Type, settings: Settings) -> None:
    settings.key_ring().destroy("one", by="anna")
    assert "the proof is in" in type_in(settings, "keys", "destroy", "one").shown
    (proof,) = AuditLog(settings.audit).read()
    assert (proof.kind, proof.facts["ring_after"]) == ("keys_destroyed", settings.key_ring().digest())
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 2


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        ("project:one/subject", "--rekeyed"),
        ("leaks", "hashes"),
        ("certificates", "stays valid"),
        ("audit", "stays valid"),
    ],
)
def test_what_a_new_version_means_is_told_before_it_is_made(
    type_in: Type, settings: Settings, domain: str, told: str
) -> None:
    settings.key_ring().key(domain)
    assert told in " ".join(type_in(settings, "keys", "rotate", domain).shown.split())


def test_the_key_of_a_release_is_not_rotated(type_in: Type, settings: Settings) -> None:
    before = settings.key_ring().version("release:one/r0001-01234567")
    assert type_in(settings, "keys", "rotate", "release:one/r0001-01234567", "--yes").exit_code == 2
    assert settings.key_ring().version("release:one/r0001-01234567") == before


def test_keys_that_name_subjects_wait_for_the_end_of_the_sandbox(type_in: Type, settings: Settings) -> None:
    settings.key_ring().keep("release:one/r0001-01234567", bytes(16))
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 2
    assert {key.state for key in settings.key_ring().of_project("one")} == {"current"}
    settings.key_ring().destroy("one", by="anna", of="releases")
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 0
