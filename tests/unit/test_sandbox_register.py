"""The register of grants: carried over from before it had revisions, and closed when it cannot be read."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import alembic.autogenerate
import alembic.migration
import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from oeverum.settings import Settings, from_environment
from sandbox.errors import GrantEnded, RegisterError
from sandbox.grants import Grants
from sandbox.permits.model import Permit
from sandbox.register import MIGRATIONS, REVISION, Register, metadata
from tests.unit.sandbox_warehouse import a_permit

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
PERMIT = Permit.model_validate(a_permit())
# As the version before the revisions made it.
BEFORE = """
create table if not exists grants (
    id text primary key,
    project text not null,
    holder text not null,
    starts_at text not null,
    ends_at text not null,
    revoked_at text
)"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A register of the form before: a live grant, one with microseconds in its times, a revoked one."""
    path = tmp_path / "grants.sqlite"
    rows = [
        ("g00000001", "heart-failure", "anna", "2026-01-30T12:00:00+00:00", "2026-02-20T12:00:00+00:00", None),
        ("g00000002", "heart-failure", "bent", "2026-01-30T12:00:00.000001+00:00", "2026-02-01T12:00:00+00:00", None),
        ("g00000003", "other", "carl", "2026-01-29T12:00+00:00", "2026-02-20T12:00:00+00:00", "2026-01-31T08:00+00:00"),
    ]
    with closing(sqlite3.connect(path)) as register, register:
        register.execute(BEFORE)
        register.executemany("insert into grants values (?, ?, ?, ?, ?, ?)", rows)
    return path


def test_a_register_of_the_form_before_is_carried_over(old: Path) -> None:
    grants = Grants(old)
    assert [(g.id, g.holder, g.state(NOW)) for g in grants.list()] == [
        ("g00000003", "carl", "revoked"),
        ("g00000001", "anna", "live"),
        ("g00000002", "bent", "ended"),
    ]
    anna, bent = grants.of_id("g00000001"), grants.of_id("g00000002")
    assert (anna.starts_at, anna.ends_at) == (NOW - timedelta(days=2), NOW + timedelta(days=19))
    assert bent.starts_at.microsecond == 1
    assert grants.require_live(permit=PERMIT, holder="anna", now=NOW) == anna
    with pytest.raises(GrantEnded):
        grants.require_live(permit=PERMIT, holder="bent", now=NOW)
    token = grants.new_token(anna.id, now=NOW)
    assert Grants(old).holder_of(token, NOW) == anna


def test_the_tables_are_those_that_the_migrations_make(register: Path | str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]
    with Register(register).reading() as connection:
        context = alembic.migration.MigrationContext.configure(connection)
        assert context.get_current_revision() == REVISION
        assert alembic.autogenerate.compare_metadata(context, metadata) == []


def test_a_register_of_a_newer_version_is_not_touched(register: Path | str) -> None:
    grants = Grants(register)
    grants.issue(permit=PERMIT, holder="anna", days=1, now=NOW)
    with Register(register).writing() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(RegisterError, match=f"expected revision {REVISION} or an older one, found another"):
        Grants(register).list()


def test_a_file_that_is_no_register_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "grants.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(RegisterError, match=r"nobody is let in; see that grants\.sqlite is there, whole") as refusal:
        Grants(path).list()
    assert str(tmp_path) not in str(refusal.value)
    assert path.read_bytes() == b"not a database" * 100


def test_a_register_that_vanishes_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "grants.sqlite"
    grants = Grants(path)
    grants.issue(permit=PERMIT, holder="anna", days=1, now=NOW)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(RegisterError):
        grants.require_live(permit=PERMIT, holder="anna", now=NOW)
    assert not path.exists()
    path.write_bytes(kept)
    assert grants.require_live(permit=PERMIT, holder="anna", now=NOW)


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    Grants(tmp_path / "state" / "grants.sqlite").list()
    assert (tmp_path / "state" / "grants.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:s3cret@127.0.0.1:1/grants",
        "postgresql://anna:s3cret@/grants?host=/nowhere/at/all",
        "mysql://anna:s3cret@127.0.0.1/grants",
        "s3cret",
        "postgresql://anna:s3cret@127.0.0.1:port/grants",
    ],
)
def test_an_address_that_does_not_answer_lets_nobody_in_and_stands_in_no_message(address: str) -> None:
    with pytest.raises(RegisterError, match="OEVERUM_GRANTS_URL") as refusal:
        Grants(address).list()
    said = f"{refusal.value} {refusal.value.__cause__}"
    assert "s3cret" not in said
    assert "anna" not in said
    assert "nowhere" not in said


def test_the_address_comes_from_the_environment_and_is_not_shown(postgres_address: str) -> None:
    settings = from_environment(environment={"OEVERUM_GRANTS_URL": postgres_address})
    assert settings.grants == postgres_address
    assert postgres_address not in repr(settings)
    Grants(settings.grants).issue(permit=PERMIT, holder="anna", days=1, now=NOW)
    assert [grant.holder for grant in Grants(postgres_address).list()] == ["anna"]
    assert Settings(home=Path("x")).grants == Path("x/state/grants.sqlite")
