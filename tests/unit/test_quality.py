"""Expectations: each kind finds what it is for, the count is right, and the gate fails closed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.errors import ExpectationError, MeasureError
from quality.expectation import TableExpectations, load, load_all
from quality.gate import GateResult, decide, gate
from quality.judge import judge
from quality.measure import Measure, measure, rows_that_fail, statement
from quality.record import Edition, measured

EXPECTATIONS = Path(__file__).parents[2] / "quality" / "expectations" / "marts"
MARTS = {path.stem for path in (Path(__file__).parents[2] / "dbt_project" / "models" / "marts").glob("*.sql")}
TEXTS = {"title": "t", "why": "w", "source": "s"}


def expected(**fields: object) -> TableExpectations:
    one = {"id": "it", **TEXTS, **fields}
    return TableExpectations.model_validate({"table": "visit", "owner": "team:cohort", "expectations": [one]})


# Of two rows of a person the earlier day counts, and no row fails twice.
LATE: dict[str, object] = {
    **{"kind": "not_after", "time": "seen_at", "column": "person_id"},
    **{"table": "person", "target": "person_id", "day": "death_date"},
}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("create schema marts")
    made.execute("create table marts.person (person_id int, death_date date)")
    made.execute("insert into marts.person values (1, '2024-01-09'), (1, '2024-01-20'), (2, null)")
    made.execute(
        "create table marts.visit as select * from (values "
        "(1, 1, 'done', 10, timestamp '2024-01-11 00:00'), (2, 1, 'done', 20, '2024-01-10 23:59'), "
        "(2, 3, 'lost', -5, '2024-01-12'), (4, null, null, null, null)"
        ") as t(visit_id, person_id, status, minutes, seen_at)"
    )
    return made


@pytest.mark.parametrize(
    ("fields", "failing"),
    [
        ({"kind": "not_null", "column": "person_id"}, 1),
        ({"kind": "not_null", "column": "visit_id"}, 0),
        ({"kind": "unique", "columns": ["visit_id"]}, 1),
        ({"kind": "unique", "columns": ["visit_id", "person_id"]}, 0),
        ({"kind": "accepted", "column": "status", "values": ["done"]}, 1),
        ({"kind": "accepted", "column": "status", "values": ["done", "lost"]}, 0),
        ({"kind": "condition", "sql": "t.minutes >= 0"}, 1),
        ({"kind": "condition", "sql": "t.minutes > 10"}, 2),
        ({"kind": "references", "column": "person_id", "table": "person", "target": "person_id"}, 1),
        ({**LATE, "days": 0}, 2),
        ({**LATE, "days": 1}, 1),
        ({**LATE, "days": 2}, 0),
        ({"kind": "count", "sql": "select count(*) from marts.visit where minutes < 15"}, 2),
        ({"kind": "row_count", "min": 4}, 0),
        ({"kind": "row_count", "min": 5}, 1),
    ],
)
def test_each_kind_counts_what_fails(
    connection: duckdb.DuckDBPyConnection, fields: dict[str, object], failing: int
) -> None:
    assert measure(connection, expected(**fields)) == [Measure("visit", "it", 4, failing)]


def test_rules_about_one_column_are_counted_together_as_alone(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into marts.visit values (5, 3, 'done', 1, '2024-02-01'), (6, 1, 'done', 1, null)")
    known = {"kind": "references", "column": "person_id", "table": "person", "target": "person_id"}
    rules = {"known": known, "on_the_day": {**LATE, "days": 0}, "the_day_after": {**LATE, "days": 1}}
    each = [{"id": id_, "title": "t", "why": "w", "source": "s", **fields} for id_, fields in rules.items()]
    of_table = {"table": "visit", "owner": "team:cohort", "expectations": each}
    together = measure(connection, TableExpectations.model_validate(of_table))
    assert [(one.expectation, one.failing) for one in together] == [
        ("known", 2),
        ("on_the_day", 2),
        ("the_day_after", 1),
    ]
    for one, fields in zip(together, rules.values(), strict=True):
        assert measure(connection, expected(**fields))[0].failing == one.failing
        of_rule = expected(**fields)
        assert len(connection.execute(str(rows_that_fail(of_rule, of_rule.expectations[0]))).fetchall()) == one.failing


def test_a_table_is_measured_by_one_statement() -> None:
    for of_table in load_all(EXPECTATIONS).values():
        assert len(duckdb.extract_statements(statement(of_table))) == 1


@pytest.mark.parametrize("fields", [{"kind": "not_null", "column": "gone"}, {"kind": "condition", "sql": "1/'x' > 1"}])
def test_what_cannot_be_measured_is_told_without_a_value(
    connection: duckdb.DuckDBPyConnection, fields: dict[str, object]
) -> None:
    with pytest.raises(MeasureError, match="visit cannot be measured") as error:
        measure(connection, expected(**fields))
    assert error.value.__suppress_context__


@given(
    rows=st.integers(0, 1000),
    share_of_failing=st.floats(0, 1),
    limit=st.sampled_from([0.0, 0.001, 0.05, 0.5]),
    severity=st.sampled_from(["error", "warning"]),
)
@settings(max_examples=20, deadline=None)
def test_great_expectations_judges_as_arithmetic_does(
    rows: int, share_of_failing: float, limit: float, severity: str
) -> None:
    known = {"visit": expected(kind="not_null", column="person_id", max_share=limit, severity=severity)}
    failing = round(rows * share_of_failing)
    (verdict,) = judge([Measure("visit", "it", rows, failing)], known)
    assert verdict.passed == (failing == 0 or failing / rows <= limit)
    result = gate(known, [verdict])
    assert result.passed == (verdict.passed or severity == "warning")
    assert bool(result.warnings) == (not verdict.passed and severity == "warning")


def test_an_expectation_that_nobody_measured_closes_the_gate() -> None:
    known = load_all(EXPECTATIONS)
    measures = [Measure(table, e.id, 10, 0) for table, of_table in known.items() for e in of_table.expectations]
    verdicts = judge(measures, known)
    assert gate(known, verdicts).passed
    without = gate(known, verdicts[1:])
    assert (without.passed, without.failures) == (
        False,
        (f"{verdicts[0].table}/{verdicts[0].expectation} (not measured)",),
    )
    assert not gate(known, []).passed


def test_a_failing_warning_is_told_and_let_through() -> None:
    known = {"visit": expected(kind="not_null", column="person_id", severity="warning")}
    (verdict,) = judge([Measure("visit", "it", 4, 1)], known)
    assert gate(known, [verdict]) == GateResult(True, (), ("visit/it",), (verdict,))
    assert not gate({"visit": expected(kind="not_null", column="person_id")}, [replace(verdict)]).passed


def test_measures_of_unknown_expectations_are_refused() -> None:
    with pytest.raises(MeasureError, match="1 measures belong to no expectation"):
        judge([Measure("visit", "other", 1, 0)], {"visit": expected(kind="row_count", min=1)})


def test_reports_hold_counts_alone(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    folder = tmp_path / "expectations"
    folder.mkdir()
    document = {
        "table": "visit",
        "owner": "team:cohort",
        "expectations": [{"id": "it", **TEXTS, "kind": "accepted", "column": "status", "values": ["done"]}],
    }
    (folder / "visit.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create schema marts; create table marts.visit as select '0101501234' as status from range(3)")
    known, edition = load_all(folder), Edition("b", "2026-01-20T06:00:00+00:00", "1.0+c", "1-2")
    record = measured(path, known, edition, measured_by="1.0+c")
    result = decide(known, record, edition, code_version="1.0+c", today=date(2026, 1, 20))
    assert result.failures == ("visit/it",)
    assert "0101501234" not in str(result.report)
    assert result.report["verdicts"][0]["failing"] == 3


def test_every_mart_has_an_owner_and_an_expectation_that_blocks() -> None:
    known = load_all(EXPECTATIONS)
    assert set(known) == MARTS
    for of_table in known.values():
        assert of_table.owner.startswith("team:")
        assert any(e.severity == "error" for e in of_table.expectations)
        assert all(e.why and e.source and e.title for e in of_table.expectations)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "sometimes"}, "visit.yaml: expectations.0"),
        ({"column": "a; drop table x"}, "visit.yaml: expectations.0.not_null.column"),
        ({"max_share": 2}, "visit.yaml: expectations.0.not_null.max_share"),
    ],
)
def test_a_mistake_in_a_file_is_told_by_its_place(tmp_path: Path, change: dict[str, object], told: str) -> None:
    one = {"id": "it", **TEXTS, "kind": "not_null", "column": "person_id", **change}
    path = tmp_path / "visit.yaml"
    document = {"table": "visit", "owner": "team:cohort", "expectations": [one]}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ExpectationError, match=told):
        load(path)
