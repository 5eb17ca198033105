"""The commands about permits, and that a sandbox opens what its permit says in words, and nothing else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from oeverum import access
from oeverum.access import door, give
from oeverum.commands import permit as permit_commands
from oeverum.settings import REPOSITORY, Settings, operator
from sandbox.audit import AuditLog
from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.grants import Grants, midnight
from sandbox.permits.explained import explain
from sandbox.permits.versions import all_permits, in_force, versions
from tests.commands import Type
from tests.integration.test_road import PROJECTS
from tests.permits import alter, approved
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
As = Callable[[str], None]


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> As:
    """Whoever types the next command."""

    def be(login: str) -> None:
        for module in (access, permit_commands):
            monkeypatch.setattr(module, "operator", lambda: login)

    return be


def test_one_asks_another_approves_and_all_of_it_is_in_the_log(
    type_in: Type, tmp_path: Path, as_user: Callable[[str], None]
) -> None:
    settings = Settings(home=tmp_path / "home")
    file = tmp_path / "heart.yaml"
    now = datetime.now(UTC).date()
    end = str(now + timedelta(days=9))
    content = a_permit(**{"from": str(now), "to": str(now + timedelta(days=9))})
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    as_user("dorte")
    shown = type_in(settings, "permit", "submit", str(file)).shown
    assert "version 1 of heart-failure waits for somebody other than dorte" in shown
    read = type_in(settings, "permit", "explain", PROJECT, "--version", "1").shown
    (mark,) = re.findall(r"To approve what stands here: oeverum permit approve heart-failure 1 ([0-9a-f]{12})", read)
    refused = type_in(settings, "permit", "approve", PROJECT, "1", mark)
    assert isinstance(refused.error, PermitError)
    assert all_permits(settings.permits) == {}
    as_user("erik")
    shown = type_in(settings, "permit", "approve", PROJECT, "1", mark).shown
    assert f"version 1 of heart-failure is approved: from {now} up to, not including, {end};" in shown
    assert shown.endswith(f"releases are destroyed on {end}\n")
    explained = type_in(settings, "permit", "explain", PROJECT).shown
    assert f"Asked for by dorte on {now}, approved by erik on {now}." in explained
    file.write_text(yaml.safe_dump(content | {"version": 2, "title": "Heart failure, again"}), encoding="utf-8")
    shown = type_in(settings, "permit", "submit", str(file)).shown
    assert "+ Heart failure, again (heart-failure, version 2)" in shown
    assert "- Heart failure (heart-failure, version 1)" in shown
    listed = [line.split() for line in type_in(settings, "permit", "list").shown.splitlines() if PROJECT in line]
    assert [line[1:] for line in listed] == [
        ["1", "in", "force", end, "dorte", "erik"],
        ["2", "waits", end, "erik", "nobody"],
    ]
    told = [
        (entry.kind, entry.actor, entry.project, entry.facts.get("version"))
        for entry in AuditLog(settings.audit).read()
    ]
    assert told == [
        ("permit_asked", "dorte", PROJECT, 1),
        ("permit_refused", "dorte", PROJECT, 1),
        ("permit_approved", "erik", PROJECT, 1),
        ("permit_asked", "erik", PROJECT, 2),
    ]


def test_whom_a_version_leaves_out_loses_the_grant(type_in: Type, tmp_path: Path) -> None:
    settings, now = Settings(home=tmp_path / "home"), datetime.now(UTC)
    dates = {"from": str(now.date()), "to": str(now.date() + timedelta(days=9))}
    permit = approved(settings.permits, a_permit(**dates))
    grants = {login: give(settings, permit=permit, to=login, days=2, now=now).id for login in ("anna", "bent")}
    content = a_permit(**dates, version=2, people=[{"login": "bent", "party": "Hjertecentret"}])
    mark = access.ask_for_permit(settings, yaml.safe_dump(content), name="heart.yaml", now=now).mark
    access.approve_permit(settings, PROJECT, 2, mark=mark, by="erik", now=now)
    states = {grant.holder: grant.state(now) for grant in Grants(settings.grants).list()}
    assert states == {"anna": "revoked", "bent": "live"}
    entry = list(AuditLog(settings.audit).read())[-1]
    assert (entry.kind, entry.facts) == ("grant_revoked", {"grant": grants["anna"]})
    done = type_in(settings, "grant", "token", grants["anna"])
    assert isinstance(done.error, (GrantEnded, PermitError))


def test_where_the_permit_in_force_was_altered_the_next_one_can_be_asked_for_and_read(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, now = Settings(home=tmp_path / "home"), datetime.now(UTC)
    dates = {"from": str(now.date()), "to": str(now.date() + timedelta(days=9))}
    approved(settings.permits, a_permit(**dates))
    alter(settings.permits, PROJECT)
    assert isinstance(type_in(settings, "permit", "explain", PROJECT).error, PermitError)
    failed: list[str] = []
    monkeypatch.setattr(permit_commands, "fail", failed.append)
    file = tmp_path / "heart.yaml"
    file.write_text(yaml.safe_dump(a_permit(**dates, version=2)), encoding="utf-8")
    shown = type_in(settings, "permit", "submit", str(file)).shown
    assert "put the file back from its backup" in failed[0]
    assert "version 2 of heart-failure waits for somebody" in shown
    read = type_in(settings, "permit", "explain", PROJECT, "--version", "2").shown
    assert "To approve what stands here: oeverum permit approve heart-failure 2" in read


def test_an_approval_that_cannot_be_written_down_does_not_count(type_in: Type, tmp_path: Path) -> None:
    settings, now = Settings(home=tmp_path / "home"), datetime.now(UTC)
    dates = {"from": str(now.date()), "to": str(now.date() + timedelta(days=9))}
    mark = access.ask_for_permit(settings, yaml.safe_dump(a_permit(**dates)), name="heart.yaml", now=now).mark
    settings.audit.unlink()
    settings.audit.mkdir()
    done = type_in(settings, "permit", "approve", PROJECT, "1", mark)
    assert done.exit_code != 0
    assert all_permits(settings.permits) == {}


def test_a_template_is_activated_when_it_is_asked_for(
    type_in: Type, tmp_path: Path, as_user: Callable[[str], None]
) -> None:
    settings = Settings(home=tmp_path / "home")
    template = str(REPOSITORY / "permits" / "readmissions-elderly.yaml")
    as_user("dorte")
    assert isinstance(type_in(settings, "permit", "submit", template).error, PermitError)
    assert isinstance(type_in(settings, "permit", "submit", template, "--activate").error, PermitError)
    done = type_in(settings, "permit", "submit", template, "--activate", "--person", "anna")
    assert done.exit_code == 0, done.error
    as_user("erik")
    assert isinstance(type_in(settings, "permit", "approve", "readmissions-elderly", "1", "0" * 12).error, PermitError)
    (version,) = versions(settings.permits, "readmissions-elderly")
    type_in(settings, "permit", "approve", "readmissions-elderly", "1", version.mark)
    (permit,) = in_force(settings.permits, datetime.now(UTC)).values()
    assert [person.login for person in permit.people] == ["anna"]
    assert isinstance(type_in(settings, "permit", "explain", "another-one").error, PermitError)


def _people(settings: Settings, population: list[tuple[str, str, str]]) -> int:
    """How many people of the warehouse fulfil what the words of a permit say, by SQL of their own."""
    parts = []
    for article, table, words in population:
        condition = re.sub(r"(\d{4}-\d{2}-\d{2})", r"date '\1'", words) or "true"
        row = f"exists (select 1 from marts.{table} as t where t.person_id = p.person_id and ({condition}))"
        parts.append(f"not {row}" if article == "no" else row)
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        query = (
            f"select count(*), (select count(*) from marts.person) from marts.person as p where {' and '.join(parts)}"
        )
        ((people, every),) = warehouse.execute(query).fetchall()
    assert 0 < people < every
    return int(people)


def test_a_sandbox_opens_what_its_permit_says_and_nothing_else(copy_of_road: Settings) -> None:
    """Read back from the words: tables, columns, days, conditions of rows, people, and the end."""
    now = datetime.now(UTC)
    for project, permit in in_force(copy_of_road.permits, now).items():
        told = explain(permit)
        give(copy_of_road, permit=permit, to=operator(), days=1, now=now)
        sandbox = door(copy_of_road).open(project, holder=operator())
        seen = sandbox.query("select table_name, column_name from information_schema.columns").to_pylist()
        lines = re.findall(r"^  - ([a-z_]+): ([a-z0-9_, ]+)$", told, re.MULTILINE)
        assert {table for table, _ in lines} == set(permit.tables)
        named = {(table, column) for table, columns in lines for column in ("subject_id", *columns.split(", "))}
        assert {(row["table_name"], row["column_name"]) for row in seen} == named
        for catalog in ("duckdb_tables()", "duckdb_views()"):
            inside = sandbox.query(f"select * from {catalog} where not internal").to_pylist()
            assert {row.get("table_name") or row.get("view_name") for row in inside} <= set(permit.tables)
        for mark, condition in re.findall(r"^  - (\w+): .*\n      only rows of \w+ where (.*)$", told, re.MULTILINE):
            rows = sandbox.query(f"from {mark}").num_rows
            with duckdb.connect(str(copy_of_road.warehouse), read_only=True) as warehouse:
                count = f"select count(*) filter ({condition}), count(*) from marts.{mark}"
                ((held, every),) = warehouse.execute(count).fetchall()
            assert 0 < rows <= held < every
        population = re.findall(r"^  - with (a|no) row in (\w+)(?: where (.*))?$", told, re.MULTILINE)
        assert len(population) == len(permit.population)
        assert sandbox.query("from person").num_rows == _people(copy_of_road, population)
        least = re.search(r"^Fewer than (\d+) people are no population", told, re.MULTILINE)
        assert least
        assert sandbox.query("from person").num_rows >= int(least[1])
        assert ("Dates: as they are." in told) == (permit.dates == "exact")
        if days := re.search(r"^Rows: from (\S+) up to, not including, (\S+)$", told, re.MULTILINE):
            outside = f"start_at < '{days[1]}' or start_at >= '{days[2]}'"
            assert sandbox.query("from hospital_stay").num_rows
            assert sandbox.query(f"select 1 from hospital_stay where {outside}").num_rows == 0
        people = re.findall(r"^  - (\S+), for ", told, re.MULTILINE)
        if people:
            assert people == [operator()]
            with pytest.raises(PermitError, match="does not name dorte"):
                give(copy_of_road, permit=permit, to="dorte", days=1, now=now)
        with pytest.raises(NoGrant):
            door(copy_of_road).query(project, "from person", holder="dorte", now=now)
        end = re.search(r"up to, not including, (\S+)\.$", told, re.MULTILINE)
        assert end
        assert str(permit.valid_to) == end[1]
        with pytest.raises(GrantEnded):
            door(copy_of_road).query(project, "from person", holder=operator(), now=midnight(permit.valid_to))
    assert tuple(in_force(copy_of_road.permits, now)) == PROJECTS
