"""Who may do what over the network: every row of the matrix is done, in each tier, by each whom it names.

What is done on the machine is in `test_access_on_the_machine.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from oeverum.cli import app
from orchestration import access_page
from orchestration.access_matrix import (
    ANYBODY,
    MACHINE,
    NETWORK,
    OPERATOR,
    OUTSIDE,
    RELEASES,
    ROLES,
    TABLES,
    TIERS,
    YES,
    Row,
)
from tests.unit.access_states import HOLDERS, enter, settings_of
from tests.unit.access_states import TABLES as OF_THE_PERMIT
from tests.unit.gateway_server import COUNT, PROJECT, Served, live_place, serving

SANDBOXES = "/v1/sandboxes"
PATHS = {
    "list": SANDBOXES,
    "show": f"{SANDBOXES}/{PROJECT}",
    "releases": f"{SANDBOXES}/{PROJECT}/releases",
    "codebook": f"{SANDBOXES}/{PROJECT}/codebook",
    "page": f"{SANDBOXES}/{PROJECT}/codebook",
    "audit": f"{SANDBOXES}/{PROJECT}/audit",
    "healthz": "/healthz",
    "metrics": "/metrics",
    "openapi": "/openapi.json",
}
QUERIES = {"results": COUNT, "rows": "from person", "pinned": COUNT}
CASES = [(row, tier) for row in NETWORK.rows for tier in row.tiers]


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A gateway over a release of a tier."""
    with serving(live_place(tmp_path, tier=request.param, tables=OF_THE_PERMIT)) as made:
        yield made


def given(served: Served, token: str | None, operation: str, release: str) -> str:
    """`yes`, or the class of refusal."""
    if operation in PATHS:
        accept = "text/html" if operation == "page" else None
        said = served.ask(PATHS[operation], token, accept=accept)
        if said.status == 200 and operation in ("codebook", "page"):
            assert said.headers.get_content_type() == (accept or "application/json")
    else:
        pinned = {"release": release} if operation == "pinned" else {}
        body = {"sql": QUERIES[operation], **pinned}
        said = served.ask(f"{SANDBOXES}/{PROJECT}/query", token, body=body)
    return YES if said.status == 200 else str(said.json()["class"])


@pytest.mark.long  # A gateway for each.
@pytest.mark.parametrize(
    ("row", "served"), CASES, indirect=["served"], ids=[f"{row.access}-{tier}" for row, tier in CASES]
)
def test_each_may_do_over_the_network_what_the_matrix_says(row: Row, served: Served) -> None:
    (release,) = [path.name for path in (served.place.folder / "releases" / PROJECT).glob("r[0-9]*")]
    if row.who == ANYBODY:
        tokens = [None if row.access == "no token" else "oev_made-up"]
    else:
        tokens = [token for _, token in enter(settings_of(served.place), row.access, HOLDERS).values()]
    for token in tokens:
        assert {one: given(served, token, one, release) for one in NETWORK.operations} == row.given


def test_every_operation_of_the_network_is_tried_and_they_are_all_there_are(tmp_path: Path) -> None:
    assert set(NETWORK.operations) == {*PATHS, *QUERIES}
    with serving(live_place(tmp_path)) as made:
        document = made.ask("/openapi.json").json()
    served = {(method, path) for path, methods in document["paths"].items() for method in methods}
    tried = {("get", path.replace(PROJECT, "{project}")) for path in PATHS.values()}
    assert served | {("get", "/openapi.json")} == tried | {("post", f"{SANDBOXES}/{{project}}/query")}


def test_every_command_about_access_stands_in_a_table_or_is_said_to_stand_in_none() -> None:
    told = " ".join(what for table in (MACHINE, ROLES, OPERATOR, RELEASES) for what in table.operations.values())
    groups = ("sandbox", "permit", "grant", "audit", "keys", "reidentify")
    named = set(re.findall(rf"`((?:{'|'.join(groups)}) [a-z]+)", told))
    program = get_command(app)
    assert isinstance(program, TyperGroup)
    there = set()
    for group in groups:
        inside = program.commands[group]
        assert isinstance(inside, TyperGroup)
        there |= {f"{group} {name}" for name in inside.commands}
    assert there == named | set(OUTSIDE)
    assert not named & set(OUTSIDE)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_every_row_says_something_of_every_operation_and_no_case_is_told_twice(table: access_page.Table) -> None:
    cases = [(row.who, row.access, tier) for row in table.rows for tier in row.tiers]
    assert len(cases) == len(set(cases))
    assert {tier for _, _, tier in cases} == set(TIERS)
    assert all(set(row.given) == set(table.operations) for row in table.rows)


def test_the_check_tells_when_the_page_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert access_page.main(["--check"]) == 0
    monkeypatch.setattr(access_page, "PAGE", tmp_path / "access.md")
    assert access_page.main(["--check"]) == 1
    assert "run python -m orchestration.access_page" in capsys.readouterr().err
    assert access_page.main([]) == 0
    assert access_page.main(["--check"]) == 0
