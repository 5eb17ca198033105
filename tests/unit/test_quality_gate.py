"""The gate in one act on a warehouse, how it fails closed, and the page that tells people of it."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.errors import ExpectationError, MeasureError
from quality.expectation import TableExpectations, load, load_all
from quality.gate import GateResult, evaluate, gate
from quality.judge import Verdict, judge
from quality.measure import Measure
from quality.report import html
from tests.unit.quality_warehouse import COLUMNS, build

REPOSITORY = Path(__file__).parents[2]
EXPECTATIONS = REPOSITORY / "quality" / "expectations"
CPR = "010150-1234"


def expected(**fields: object) -> dict[str, TableExpectations]:
    one = {"id": "it", "title": "t", "why": "w", "source": "s", "kind": "not_null", "column": "c", **fields}
    table = TableExpectations.model_validate({"table": "visit", "owner": "team:cohort", "expectations": [one]})
    return {"visit": table}


def verdict(*, passed: bool = True, **changes: object) -> Verdict:
    sound = Verdict("visit", "it", "t", "w", "error", rows=4, failing=0, share=0.0, max_share=0.0, passed=passed)
    return replace(sound, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "cohort.duckdb"
    build(path).close()
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute(
            f"update marts.note set note_text = 'Karen <b>Jensen</b> {CPR}, set i dag' where note_id = 1"
        )
        connection.execute("update marts.hospital_contact set cause_code = null")
    return path


def test_sound_marts_pass(warehouse: Path) -> None:
    result = evaluate(warehouse=warehouse, expectations=EXPECTATIONS)
    assert (result.passed, result.failures, result.warnings) == (True, (), ())
    assert len(result.verdicts) == sum(len(of.expectations) for of in load_all(EXPECTATIONS).values())
    assert "The gate is open." in html(result)


def test_one_bad_row_closes_the_gate_and_its_page_tells_no_value(faulty: Path) -> None:
    result = evaluate(warehouse=faulty, expectations=EXPECTATIONS)
    assert result.failures == ("note/no_cpr_number",)
    assert result.warnings == ("hospital_contact/05.102",)
    page = html(result)
    assert "The gate is closed." in page
    shown = re.findall(r"<h2>(\w+)</h2>", page)
    assert shown[:2] == ["note", "hospital_contact"]
    assert sorted(shown) == sorted(COLUMNS)
    for told in (page, str(result.report), repr(result)):
        assert not any(word in told for word in (CPR, "Karen", "Jensen"))
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)


def test_only_the_asked_tables_decide(faulty: Path) -> None:
    result = evaluate(warehouse=faulty, expectations=EXPECTATIONS, tables=["person", "hospital_contact"])
    assert result.passed
    assert {v.table for v in result.verdicts} == {"person", "hospital_contact"}
    assert not evaluate(warehouse=faulty, expectations=EXPECTATIONS, tables=["note"]).passed


@pytest.mark.parametrize(
    ("tables", "failures"),
    [
        ([], ("nothing was measured",)),
        (["person", "salary"], ("salary (nothing is expected of it)",)),
        (["salary"], ("salary (nothing is expected of it)", "nothing was measured")),
    ],
)
def test_tables_without_expectations_close_the_gate(
    warehouse: Path, tables: list[str], failures: tuple[str, ...]
) -> None:
    assert evaluate(warehouse=warehouse, expectations=EXPECTATIONS, tables=tables).failures == failures


@pytest.mark.parametrize("kind", ["table", "view"])
def test_a_mart_that_nobody_wrote_expectations_for_closes_the_gate(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute(f"create {kind} marts.salary as select 1 as person_id")
    assert evaluate(warehouse=path, expectations=EXPECTATIONS).failures == ("salary (nothing is expected of it)",)


def test_a_mart_that_is_missing_cannot_be_decided_on(tmp_path: Path) -> None:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute("drop table marts.note")
    with pytest.raises(MeasureError, match="note cannot be measured"):
        evaluate(warehouse=path, expectations=EXPECTATIONS)


def test_a_warehouse_that_is_missing_is_told_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"cohort\.duckdb cannot be opened") as error:
        evaluate(warehouse=tmp_path / "cohort.duckdb", expectations=EXPECTATIONS)
    assert str(tmp_path) not in str(error.value)
    assert error.value.__suppress_context__
    assert not (tmp_path / "cohort.duckdb").exists()


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_verdicts_the_worse_counts(order: int) -> None:
    both = [verdict(), verdict(passed=False)][::order]
    assert gate(expected(), both).failures == ("visit/it",)


def test_a_verdict_cannot_lower_the_severity_of_its_expectation() -> None:
    assert gate(expected(), [verdict(passed=False, severity="warning")]).failures == ("visit/it",)


def test_a_warning_that_nobody_measured_closes_the_gate() -> None:
    assert gate(expected(severity="warning"), [verdict(table="other")]).failures == ("visit/it (not measured)",)


def test_measures_that_stand_twice_are_refused() -> None:
    with pytest.raises(MeasureError, match="1 measures stand twice"):
        judge([Measure("visit", "it", 4, 0), Measure("visit", "it", 4, 4)], expected())


measures = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from([0.0, 0.01]), st.integers(0, 50))


@given(st.lists(measures, min_size=1, max_size=20))
@settings(max_examples=8, deadline=None)
def test_great_expectations_agrees_with_arithmetic_on_counts(drawn: list[tuple[int, int, float, int]]) -> None:
    known = {
        f"t{n}": TableExpectations.model_validate(
            {
                "table": f"t{n}",
                "owner": "team:cohort",
                "expectations": [
                    {
                        "id": "it", "title": "t", "why": "w", "source": "s", "kind": "not_null", "column": "c",
                        "max_share": max_share, "max_failing": max_failing,
                    }
                ],
            }
        )
        for n, (_, _, max_share, max_failing) in enumerate(drawn)
    }  # fmt: skip
    judged = judge(
        [Measure(f"t{n}", "it", rows, min(failing, rows)) for n, (rows, failing, *_) in enumerate(drawn)], known
    )
    for found, (rows, failing, max_share, max_failing) in zip(judged, drawn, strict=True):
        bad = min(failing, rows)
        assert found.passed == (bad <= max_failing or bad / rows <= max_share)


def test_judging_calls_no_network_and_writes_nothing_at_home(tmp_path: Path) -> None:
    program = """
import os, sys
from pathlib import Path
from quality.expectation import load_all
from quality.judge import judge
from quality.measure import Measure

calls = []
written = []
home = os.environ["HOME"]

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        calls.append(event)
    if event == "open" and isinstance(args[0], str) and args[0].startswith(home) and set(str(args[1])) & set("wax+"):
        written.append(args[0])

assert "great_expectations" not in sys.modules
sys.addaudithook(watch)
known = load_all(Path(sys.argv[1]))
judge([Measure(t, e.id, 9, 0) for t, of in known.items() for e in of.expectations], known)
assert "great_expectations" in sys.modules
print(calls, written)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(EXPECTATIONS)],
        cwd=REPOSITORY,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[] []"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("table: visit\n  owner: x", "visit.yaml: line 2 is not YAML"),
        ("- a\n- b", "visit.yaml: the file: "),
        ("", "visit.yaml: the file: "),
        ("table: visit\nowner: ''\nexpectations: []", "visit.yaml: owner: "),
        ("table: stay\nowner: o\nexpectations:\n- {ONE}", "visit.yaml: table is stay; name the file stay.yaml"),
        ("table: visit\nowner: o\nexpectations:\n- {ONE}\n- {ONE}", "visit.yaml: it stands twice"),
        ("table: visit\nowner: o\nexpectations:\n- {ONE, colour: red}", r"expectations.0.not_null.colour \(it\)"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_told(tmp_path: Path, text: str, told: str) -> None:
    one = "id: it, title: t, why: w, source: s, kind: not_null, column: c"
    path = tmp_path / "visit.yaml"
    path.write_text(text.replace("ONE", one), encoding="utf-8")
    with pytest.raises(ExpectationError, match=told) as error:
        load(path)
    assert "\n" not in str(error.value)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectationError, match="holds no expectation"):
        load_all(tmp_path)


def test_expectations_are_written_in_one_form() -> None:
    for path in EXPECTATIONS.glob("*.yaml"):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]:
            assert one["severity"] in ("error", "warning"), f"{path.name}: {one['id']} must state its severity"
            assert one["why"].endswith("."), f"{path.name}: {one['id']}: why is a sentence"
            assert not one["title"].endswith("."), f"{path.name}: {one['id']}: title is no sentence"


def test_a_page_tells_texts_as_texts_and_what_was_not_judged() -> None:
    result = GateResult(
        False, ("visit/it", "salary (nothing is expected of it)"), (), (verdict(passed=False, title="<i>"),)
    )
    page = html(result, title="A & B")
    assert "&lt;i&gt;" in page
    assert "<i>" not in page
    assert "A &amp; B" in page
    assert "Not judged: salary (nothing is expected of it)" in page
