"""The commands about permits, and that a sandbox opens what its permit says in words, and nothing else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from oeverum import access, cli_permit
from oeverum.access import door, give
from oeverum.settings import REPOSITORY, Settings, operator
from sandbox.audit import AuditLog
from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.grants import midnight
from sandbox.permits.explained import explain
from sandbox.permits.versions import all_permits, in_force
from tests.commands import Type
from tests.integration.test_road import PROJECTS
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
As = Callable[[str], None]


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> As:
    """Whoever types the next command."""

    def be(login: str) -> None:
        for module in (access, cli_permit):
            monkeypatch.setattr(module, "operator", lambda: login)

    return be


def test_one_asks_another_approves_and_all_of_it_is_in_the_log(
    type_in: Type, tmp_path: Path, as_user: Callable[[str], None]
) -> None:
    settings = Settings(home=tmp_path / "home")
    file = tmp_path / "heart.yaml"
    now = datetime.now(UTC).date()
    content = a_permit(**{"from": str(now), "to": str(now + timedelta(days=9))})
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    as_user("dorte")
    shown = type_in(settings, "permit", "submit", str(file)).shown
    assert "version 1 of heart-failure waits for somebody other than dorte" in shown
    refused = type_in(settings, "permit", "approve", PROJECT, "1")
    assert isinstance(refused.error, PermitError)
    assert all_permits(settings.permits) == {}
    as_user("erik")
    assert "version 1 of heart-failure is approved" in type_in(settings, "permit", "approve", PROJECT, "1").shown
    explained = type_in(settings, "permit", "explain", PROJECT).shown
    assert f"Asked for by dorte on {now}, approved by erik on {now}." in explained
    file.write_text(yaml.safe_dump(content | {"version": 2, "title": "Heart failure, again"}), encoding="utf-8")
    shown = type_in(settings, "permit", "submit", str(file)).shown
    assert "+ Heart failure, again (heart-failure, version 2)" in shown
    assert "- Heart failure (heart-failure, version 1)" in shown
    end = str(now + timedelta(days=9))
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
    type_in(settings, "permit", "approve", "readmissions-elderly", "1")
    (permit,) = in_force(settings.permits, datetime.now(UTC)).values()
    assert [person.login for person in permit.people] == ["anna"]
    assert isinstance(type_in(settings, "permit", "explain", "another-one").error, PermitError)


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
        for mark, condition in re.findall(r"^  - (\w+): .*\n      only rows where (.*)$", told, re.MULTILINE):
            rows = sandbox.query(f"from {mark}").num_rows
            with duckdb.connect(str(copy_of_road.warehouse), read_only=True) as warehouse:
                count = f"select count(*) filter ({condition}), count(*) from marts.{mark}"
                ((held, every),) = warehouse.execute(count).fetchall()
            assert 0 < rows <= held < every
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
