"""The audit log of a project, for its people: their entries and no others, page by page, and none of it unseen."""

import ast
import re
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import oeverum
from oeverum import client
from oeverum.cli import app
from oeverum.settings import REPOSITORY
from sandbox.access import OF_A_PROJECT
from sandbox.audit import AuditLog
from sandbox.errors import GrantEnded, NoGrant, SandboxError
from sandbox.gateway import log as gateway_log
from tests.docs.pages import tables
from tests.unit.gateway_server import COUNT, PROJECT, Served, live_place, serving
from tests.unit.sandbox_door import NOW, Place

PACKAGES = ("ingestion", "pseudonymisation", "quality", "sandbox", "orchestration", "oeverum")
OTHER = "heart-failures"
FEW = {"person": {"columns": ["sex"]}}


def written(audit: AuditLog, number: int, project: str = PROJECT, kind: str = "query") -> None:
    for at in range(number):
        audit.append(kind, actor="anna", project=project, at_=at)


def numbers(found: list[Any]) -> list[int]:
    return [one.number for one in found]


@pytest.fixture
def audit(tmp_path: Path) -> AuditLog:
    """A log of two projects, whose entries take turns, and of entries that belong to none or are not shown."""
    audit = AuditLog(tmp_path / "audit.jsonl")
    for _ in range(7):
        written(audit, 1)
        written(audit, 2, OTHER)
        written(audit, 1, kind="reidentified")
        audit.append("query", actor="anna", facts_of={"project": PROJECT}, sql=f'"project":"{PROJECT}"')
    return audit


def test_a_page_is_of_one_project_and_oldest_first(audit: AuditLog) -> None:
    found = audit.page(PROJECT, {"query"}, most=100)
    assert numbers(found) == list(range(1, 8))
    assert {(one.entry.project, one.entry.kind) for one in found} == {(PROJECT, "query")}
    assert all(before.entry.at < after.entry.at for before, after in pairwise(found))
    assert len(audit.page(OTHER, {"query"}, most=100)) == 14
    assert audit.page("heart", {"query"}, most=100) == []
    assert AuditLog(Path("nowhere.jsonl")).page(PROJECT, {"query"}, most=1) == []


@pytest.mark.parametrize(
    ("most", "after", "found"),
    [(3, None, [5, 6, 7]), (3, 0, [1, 2, 3]), (3, 3, [4, 5, 6]), (3, 6, [7]), (3, 7, []), (7, None, [*range(1, 8)])],
)
def test_pages_follow_each_other(audit: AuditLog, most: int, after: int | None, found: list[int]) -> None:
    assert numbers(audit.page(PROJECT, {"query"}, most=most, after=after)) == found


def test_a_line_half_written_is_not_told_and_a_changed_one_of_the_project_is_named(audit: AuditLog) -> None:
    path = audit._path
    end = b'"kind"' + path.read_bytes().splitlines()[0].partition(b'"kind"')[2]
    with path.open("ab") as log:
        log.write(b"{" + end)
    assert len(audit.page(PROJECT, {"query"}, most=100)) == 7
    with path.open("ab") as log:
        log.write(b"\n")
    with pytest.raises(SandboxError, match="expected an entry in line 36"):
        audit.page(PROJECT, {"query"}, most=100)


def test_a_page_holds_no_more_of_a_long_log_than_itself(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "audit.jsonl")
    audit.append("query", actor="anna", project=PROJECT, sql="x" * 900)
    (line,) = audit._path.read_bytes().splitlines(keepends=True)
    with audit._path.open("wb") as log:
        log.writelines(line for _ in range(20_000))
    tracemalloc.start()
    found = audit.page(PROJECT, {"query"}, most=10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert numbers(found) == list(range(19_991, 20_001))
    assert peak < 2**20 < audit._path.stat().st_size


def test_old_entries_that_tell_less_are_told_and_the_chain_holds(tmp_path: Path) -> None:
    place = Place(tmp_path, tables=FEW)
    place.release()
    place.audit.append("query", actor="anna", project=PROJECT, release="r0001-01234567", sql=COUNT)
    place.audit.append("query_done", actor="anna", project=PROJECT, release="r0001-01234567", rows=1, seconds=0.1)
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    found = place.door.log(PROJECT, holder="anna", now=NOW, grant=grant.id, most=10)
    assert [one.entry.kind for one in found] == ["query", "query_done"] * 2 + ["look"]
    assert place.audit.verify().ok


def test_who_holds_no_live_grant_sees_nothing_and_it_is_written_down(tmp_path: Path) -> None:
    place = Place(tmp_path, tables=FEW)
    grant = place.grants.issue(permit=place.permit, holder="anna", days=1, now=NOW)
    # Before there is a release, too.
    assert len(place.door.log(PROJECT, holder="anna", now=NOW, grant=grant.id, most=10)) == 1
    for holder, now, refusal in (("anna", grant.ends_at, GrantEnded), ("bent", NOW, NoGrant)):
        with pytest.raises(refusal):
            place.door.log(PROJECT, holder=holder, now=now, grant=grant.id, most=10)
        assert (place.last().kind, place.last().actor) == ("access_refused", holder)
        assert place.last().facts == {"reason": refusal.__name__, "grant": grant.id}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway over one release, whose log also tells of another project."""
    place = live_place(tmp_path_factory.mktemp("gateway"), tables=FEW)
    written(place.audit, 3, OTHER)
    place.audit.append("reidentified", actor="bent", project=PROJECT, subject="ABCDEFGHJKMN", reason="a duty of care")
    with serving(place) as made:
        yield made


def test_a_project_s_people_see_what_each_of_them_asked(served: Served) -> None:
    (anna, token), (_, colleague) = served.grant("anna"), served.grant("bent")
    assert served.query(token, "select sex, count(*) as n from person group by sex").status == 200
    assert served.query(colleague, "drop table person").status == 422
    said = served.ask(f"/v1/sandboxes/{PROJECT}/audit", token)
    entries = said.json()
    assert [(one["kind"], one["actor"]) for one in entries][-5:] == [
        ("query", "anna"),
        ("query_done", "anna"),
        ("query", "bent"),
        ("query_refused", "bent"),
        ("look", "anna"),
    ]
    asked, done, *_ = entries[-5:]
    assert asked["facts"]["reads"] == {"person": ["sex"]}
    assert (asked["facts"]["grant"], done["facts"]["grant"]) == (anna.id, anna.id)
    assert asked["facts"]["query"] == done["facts"]["query"]
    assert entries[-1]["facts"]["what"] == "audit"
    assert {one["kind"] for one in entries} <= OF_A_PROJECT
    assert [one["number"] for one in entries] == list(range(entries[0]["number"], entries[-1]["number"] + 1))
    assert not re.search(f"oev_|{OTHER}|duty of care", said.body.decode())


def test_pages_over_the_network_and_from_python(served: Served) -> None:
    _, token = served.grant("carl")
    connection = oeverum.connect(served.url, PROJECT, token)
    for _ in range(5):
        connection.execute(COUNT)
    (last,) = connection.audit(last=1)
    assert (last["kind"], last["actor"], last["at"].tzinfo) == ("look", "carl", UTC)
    assert abs(last["at"] - datetime.now(UTC)) < timedelta(minutes=1)
    read: list[dict[str, Any]] = []
    while len(page := connection.audit(last=4, after=len(read))) == 4 and len(read) < last["number"]:
        read += page
    assert [one["number"] for one in read] == list(range(1, len(read) + 1))
    assert len(read) >= last["number"] - 4
    with pytest.raises(client.ProgrammingError, match=r"mend query\.limit"):
        connection.audit(last=501)
    connection.close()
    with pytest.raises(client.InterfaceError):
        connection.audit()
    with pytest.raises(client.OperationalError, match="this token opens nothing"):
        oeverum.connect(served.url, PROJECT, "oev_x").audit()


def test_more_readers_than_may_are_sent_away(served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gateway_log, "READERS", 1)
    with serving(served.place) as made:
        _, token = made.grant()
        path, seen = f"/v1/sandboxes/{PROJECT}/audit", []
        page = AuditLog.page

        def while_it_reads(*given: Any, **more: Any) -> Any:
            seen.append(made.ask(path, token).status)
            return page(*given, **more)

        monkeypatch.setattr(AuditLog, "page", while_it_reads)
        assert made.ask(path, token).status == 200
        assert seen == [429]
        monkeypatch.setattr(AuditLog, "page", page)
        assert made.ask(path, token).status == 200


def test_the_command_shows_one_project(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    audit = AuditLog(tmp_path / "state" / "audit.jsonl")
    written(audit, 2)
    written(audit, 3, OTHER)
    facts = {"permit": "0123456789ab" + "c" * 52, "reads": {"person": ["sex"], "note": []}}
    audit.append("query", actor="bent", project=PROJECT, **facts)

    def shown(*options: str) -> list[str]:
        app(["audit", "show", "--home", str(tmp_path), *options], standalone_mode=False)
        return [" ".join(line.split()) for line in capfd.readouterr().out.splitlines()]

    _, first, *rest = shown("--project", PROJECT, "--last", "2")
    assert first.endswith(f"anna {PROJECT} at_: 1")
    assert "permit: 0123456789ab…, reads: note, person (sex)" in " ".join(rest)
    assert sum(OTHER in line for line in shown()) == 3


def kinds_in_the_source() -> set[str]:
    """The kinds of all entries that the platform writes, by the calls that write them."""
    found: set[str] = set()
    for path in (path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = dict(_constants(tree))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            # A list's `append` takes no names.
            if ast.unparse(call.func).endswith(".append") and call.keywords:
                (kind,) = call.args
                given = [kind] if isinstance(kind, ast.Constant) else _given(tree, ast.unparse(kind))
                found |= {str(one.value) for one in given} or {texts[ast.unparse(kind)]}
    return found


def _given(tree: ast.Module, parameter: str) -> list[ast.Constant]:
    """What the functions of a module that have this parameter are called with in its place."""
    places = {
        function.name: [one.arg for one in function.args.args].index(parameter)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and parameter in [one.arg for one in function.args.args]
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in places)
    given = [call.args[places[ast.unparse(call.func)]] for call in calls]
    return [one for one in given if isinstance(one, ast.Constant)]


def _constants(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names, values = (getattr(part, "elts", [part]) for part in (node.targets[0], node.value))
            yield from (
                (name.id, value.value)
                for name, value in zip(names, values, strict=False)
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant)
            )


def test_the_page_tells_every_kind_of_entry_and_whether_a_project_s_people_see_it() -> None:
    told = {row[0].strip("`"): row[-1] for row in tables("docs/reference/audit.md")["Kinds of entries"]}
    assert set(told) == kinds_in_the_source() | {"audit_torn_line", "audit_head_lost"}
    assert {kind for kind, seen in told.items() if seen == "yes"} == OF_A_PROJECT
