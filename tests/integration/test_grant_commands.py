"""The commands about grants: what they print, what the audit log is told, and where a token stands."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oeverum.commands import grant as grant_commands
from oeverum.settings import Settings
from sandbox.audit import AuditLog
from sandbox.errors import GrantEnded, NoGrant, PermitError, RegisterError
from sandbox.grants import Grants
from tests.commands import Type
from tests.permits import approved
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(register: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a permit in force on the first of February 2026, at noon in UTC; its register on each engine."""
    if isinstance(register, str):
        monkeypatch.setenv("OEVERUM_GRANTS_URL", register)
    made = Settings(home=tmp_path)
    approved(made.permits, a_permit())
    monkeypatch.setattr(grant_commands, "_now", lambda: NOW)
    return made


def log(settings: Settings) -> list[str]:
    return [entry.kind for entry in AuditLog(settings.audit).read()]


def issued(type_in: Type, settings: Settings, *options: str) -> tuple[str, str, str]:
    """The line of a new grant, its id and its token."""
    done = type_in(settings, "grant", "issue", PROJECT, "--to", "anna", *options)
    assert done.exit_code == 0, done.error
    line, shown = done.shown.splitlines()
    found = re.fullmatch(r"token of (g[0-9a-f]{8}), shown this once: (oev_[\w-]{43})", shown)
    assert found
    assert line.startswith(f"grant {found[1]}: anna may query {PROJECT} ")
    return line, found[1], found[2]


def test_a_grant_is_issued_extended_and_revoked(
    type_in: Type, settings: Settings, register: Path | str, tmp_path: Path
) -> None:
    line, id_, token = issued(type_in, settings, "--days", "10")
    assert line.endswith("until 2026-02-11 13:00 CET")
    grants = Grants(register)
    assert grants.holder_of(token, NOW).id == id_
    assert (
        type_in(settings, "grant", "extend", id_, "--days", "5").shown == f"grant {id_}: until 2026-02-16 13:00 CET\n"
    )
    second = type_in(settings, "grant", "token", id_).shown.split()[-1]
    assert grants.holder_of(second, NOW).ends_at == NOW + timedelta(days=15)
    with pytest.raises(NoGrant):
        grants.holder_of(token, NOW)
    assert "live" in type_in(settings, "grant", "list").shown
    assert type_in(settings, "grant", "revoke", id_).shown == f"grant {id_} has ended\n"
    with pytest.raises(GrantEnded):
        grants.holder_of(second, NOW)
    assert "revoked" in type_in(settings, "grant", "list").shown
    assert log(settings) == ["grant", "grant_token", "grant_extended", "grant_token", "grant_revoked"]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert b"oev_" not in path.read_bytes(), path.name


def test_days_across_the_change_of_the_clock(type_in: Type, settings: Settings) -> None:
    line, _, _ = issued(type_in, settings, "--from", "2026-03-29", "--until", "2026-03-30")
    assert line.endswith("from 2026-03-29 00:00 CET until 2026-03-30 00:00 CEST")
    assert "waiting" in type_in(settings, "grant", "list").shown


def test_without_days_it_lasts_as_long_as_the_permit_allows(type_in: Type, settings: Settings) -> None:
    line, _, _ = issued(type_in, settings)
    assert line.endswith("until 2026-03-03 13:00 CET")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--days", "2", "--until", "2026-02-05"), "give --days or --until, not both"),
        (("--until", "5/2"), "expected a day such as 2026-03-29"),
        (("--from", "2026-02-30"), "expected a day such as 2026-03-29"),
    ],
)
def test_what_is_typed_wrongly_is_said(type_in: Type, settings: Settings, options: tuple[str, ...], line: str) -> None:
    done = type_in(settings, "grant", "issue", PROJECT, "--to", "anna", *options)
    assert done.exit_code == 2
    assert not log(settings)


def test_what_the_permit_does_not_allow_is_refused_and_written_down(type_in: Type, settings: Settings) -> None:
    _, id_, _ = issued(type_in, settings)
    for words in (
        ("issue", PROJECT, "--to", "anna", "--days", "31"),
        ("issue", PROJECT, "--to", "dorte"),
        ("extend", id_, "--days", "1"),
    ):
        assert isinstance(type_in(settings, "grant", *words).error, PermitError)
    assert log(settings)[-3:] == ["grant_refused"] * 3
    assert isinstance(type_in(settings, "grant", "token", "g00000000").error, NoGrant)
    shutil.rmtree(settings.permits / PROJECT)
    assert type_in(settings, "grant", "extend", id_, "--days", "1").exit_code == PermitError.exit_code


def test_a_wrong_clock_is_told_and_put_right(type_in: Type, settings: Settings, register: Path | str) -> None:
    issued(type_in, settings, "--days", "2")
    with pytest.raises(NoGrant):
        Grants(register).holder_of("oev_x", NOW + timedelta(days=100))
    shown = type_in(settings, "grant", "clock").shown
    assert shown == "this machine: 2026-02-01 13:00 CET; grants go by: 2026-05-12 14:00 CEST\n"
    assert "ended" in type_in(settings, "grant", "list").shown
    assert type_in(settings, "grant", "clock", "--reset").shown.endswith("grants go by: 2026-02-01 13:00 CET\n")
    assert "live" in type_in(settings, "grant", "list").shown
    assert log(settings)[-1] == "grant_clock_reset"


def test_a_register_that_cannot_be_read_closes_every_command(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OEVERUM_GRANTS_URL", "postgresql://anna:s3cret@127.0.0.1:1/grants")
    done = type_in(Settings(home=tmp_path), "grant", "list")
    assert isinstance(done.error, RegisterError)
    assert "s3cret" not in str(done.error)
