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
    (entry,) = AuditLog(settings.audit).read()
    assert (entry.kind, entry.project, entry.facts["keys"]) == ("keys_destroyed", "one", keys)
    assert entry.facts["ring_before"] != entry.facts["ring_after"]
    with pytest.raises(KeyRingError, match="was destroyed"):
        settings.key_ring().key("project:one/subject")
    assert type_in(settings, "keys", "destroy", "one", "--yes").exit_code == 2
    assert type_in(settings, "keys", "destroy", "three", "--yes").exit_code == 2
    assert type_in(settings, "keys", "rotate", "three").exit_code == 2
