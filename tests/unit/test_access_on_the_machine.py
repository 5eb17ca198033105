"""Who may do what on the machine: every row of the matrix is typed, in every tier that it names, by each whom it names.

What is done over the network is in `test_access_matrix.py`.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from oeverum import access
from oeverum.commands import grant as grant_commands
from oeverum.commands import permit as permit_commands
from oeverum.commands import sandbox as sandbox_commands
from oeverum.settings import Settings
from orchestration.access_matrix import IN_ANOTHER_NAME, MACHINE, OPERATOR, ROLES, UNGRANTED, YES, Row, Table
from sandbox.errors import PermitError, SandboxError
from sandbox.manifest import latest
from sandbox.permits.versions import in_force, version_of, versions
from tests.commands import Type, Typed
from tests.permits import APPROVES, ASKS
from tests.unit.access_states import ANOTHER, HOLDERS, PRINCIPAL, TABLES, THIRD, change, enter
from tests.unit.gateway_server import COUNT, PROJECT, live_place

As = Callable[[str], None]
Home = Callable[[str], Settings]
OPERATES = "olga"
# By the words of the matrix.
ROLE = {
    "principal investigator": PRINCIPAL,
    "another of the permit's people": ANOTHER,
    "who asked for the version": "dorte",
    "who approved the version before": APPROVES,
    "somebody else, such as the operator": OPERATES,
}


@pytest.fixture(scope="module")
def made() -> dict[str, Path]:
    """The homes that were made, by tier. Not to be changed: copied."""
    return {}


@pytest.fixture
def home(made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Home:
    """An installation with a release of a tier, under a permit that is in force."""

    def of(tier: str) -> Settings:
        if tier not in made:
            made[tier] = live_place(tmp_path_factory.mktemp(tier), tier=tier, tables=TABLES).folder
        shutil.copytree(made[tier], tmp_path / "home")
        return Settings(home=tmp_path / "home")

    return of


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> As:
    """Whoever types the next command."""

    def be(login: str) -> None:
        for module in (access, grant_commands, permit_commands, sandbox_commands):
            monkeypatch.setattr(module, "operator", lambda: login)

    return be


def outcome(typed: Typed) -> str:
    """`yes`, or the class of refusal."""
    if typed.exit_code == 0:
        return YES
    if isinstance(typed.error, SandboxError):
        return type(typed.error).__name__
    # A permit that is not in force is told by the command itself.
    assert typed.exit_code == PermitError.exit_code, typed.error
    return PermitError.__name__


def cases(table: Table) -> pytest.MarkDecorator:
    found = [(row, tier) for row in table.rows for tier in row.tiers]
    ids = [f"{row.who.split(',')[0]}-{row.access}-{tier}" for row, tier in found]
    return pytest.mark.parametrize(("row", "tier"), found, ids=ids)


@pytest.mark.long  # A home for each, and fourteen commands.
@cases(MACHINE)
def test_each_may_do_on_the_machine_what_the_matrix_says(
    type_in: Type, home: Home, as_user: As, tmp_path: Path, row: Row, tier: str
) -> None:
    settings = home(tier)
    file = tmp_path / "permit.yaml"
    file.write_text(yaml.safe_dump(in_force(settings.permits, datetime.now(UTC))[PROJECT].as_dict()), encoding="utf-8")
    release = latest(settings.releases, PROJECT)
    assert release is not None
    named: list[str] = []
    if row.who == UNGRANTED:
        logins = (THIRD, "eva", ASKS, APPROVES, OPERATES)
    elif row.who == IN_ANOTHER_NAME:
        logins, named = (OPERATES,), ["--as", PRINCIPAL]
    else:
        logins = HOLDERS
    enter(settings, row.access, () if row.who == UNGRANTED else HOLDERS)
    commands = {
        "list": ["sandbox", "list"],
        "show": ["sandbox", "show", PROJECT],
        "audit": ["audit", "show", "--project", PROJECT],
        "explain": ["permit", "explain", PROJECT],
        "check": ["permit", "check", str(file)],
        "permits": ["permit", "list"],
        "grants": ["grant", "list"],
        "diff": ["sandbox", "diff", PROJECT, release.release, release.release],
        "verify": ["sandbox", "verify", PROJECT],
        "certificate": ["sandbox", "certificate", PROJECT, "--check"],
        "results": ["sandbox", "query", PROJECT, COUNT, *named],
        "rows": ["sandbox", "query", PROJECT, "from person", *named],
        "pinned": ["sandbox", "query", PROJECT, COUNT, "--release", release.release, *named],
        "open": ["sandbox", "open", PROJECT, *named],
    }
    for login in logins:
        as_user(login)
        assert {one: outcome(type_in(settings, *typed)) for one, typed in commands.items()} == row.given, login


@cases(ROLES)
def test_each_role_may_do_what_the_matrix_says(
    type_in: Type, home: Home, as_user: As, tmp_path: Path, row: Row, tier: str
) -> None:
    settings, login = home(tier), ROLE[row.who]
    if row.access == "permit in force that names nobody":
        change(settings, people=[])
    content = in_force(settings.permits, datetime.now(UTC))[PROJECT].as_dict()
    if row.access == "sandbox ended":
        enter(settings, row.access, ())

    def ask(who: str) -> int:
        """Ask for the next version; its number, or that of the last where it is refused."""
        as_user(who)
        number = len(versions(settings.permits, PROJECT)) + 1
        file = tmp_path / "next.yaml"
        file.write_text(yaml.safe_dump(content | {"version": number}), encoding="utf-8")
        given["ask"] = outcome(type_in(settings, "permit", "submit", str(file)))
        return len(versions(settings.permits, PROJECT))

    given: dict[str, str] = {}
    number = ask(login)
    told = given["ask"]
    if row.who != "who asked for the version":
        number = ask("dorte")
    version = version_of(settings.permits, PROJECT, number)
    assert version is not None
    as_user(login)
    approve = outcome(type_in(settings, "permit", "approve", PROJECT, str(number), version.mark))
    issued = {}
    for by in (login, OPERATES):
        as_user(by)
        issued[by] = outcome(type_in(settings, "grant", "issue", PROJECT, "--to", login, "--days", "1"))
    assert len(set(issued.values())) == 1, issued
    as_user(login)
    use = outcome(type_in(settings, "sandbox", "query", PROJECT, COUNT))
    assert {"ask": told, "approve": approve, "be given": issued[login], "use": use} == row.given


@cases(OPERATOR)
def test_the_operator_may_do_what_the_matrix_says(type_in: Type, home: Home, as_user: As, row: Row, tier: str) -> None:
    settings = home(tier)
    grant, _ = enter(settings, row.access, (PRINCIPAL,))[PRINCIPAL]
    as_user(OPERATES)
    issue = ["grant", "issue", PROJECT, "--to", PRINCIPAL, "--days"]
    commands = {
        "issue": [*issue, "1"],
        "too long": [*issue, "31"],
        "extend": ["grant", "extend", grant, "--days", "1"],
        "token": ["grant", "token", grant],
        "revoke": ["grant", "revoke", grant],
        "clock": ["grant", "clock", "--reset"],
        "reviewed": ["sandbox", "reviewed", PROJECT],
        "end": ["sandbox", "end", PROJECT],
        "end early": ["sandbox", "end", PROJECT, "--before-its-end", "--reason", "the test is over"],
    }
    # In this order none changes what the next one meets.
    assert {one: outcome(type_in(settings, *typed)) for one, typed in commands.items()} == row.given
