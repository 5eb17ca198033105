"""The expectations of the marts: each holds on sound rows and finds the fault that is planted for it."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from quality.errors import MeasureError
from quality.expectation import (
    Accepted,
    Condition,
    Count,
    Expectation,
    NotAfter,
    NotNull,
    References,
    RowCount,
    TableExpectations,
    Unique,
    load_all,
)
from quality.measure import measure, measure_all
from tests.unit.quality_faults import FAULTS
from tests.unit.quality_held import HELD
from tests.unit.quality_warehouse import COLUMNS, build

EXPECTED = load_all(Path(__file__).parents[2] / "quality" / "expectations" / "marts")


def required(expectation: Expectation) -> list[str]:
    """The columns that a `required_present` names."""
    return re.findall(r"t\.(\w+) is not null", expectation.sql) if isinstance(expectation, Condition) else []


def planted(table: str, expectation: Expectation) -> tuple[str, int]:
    """What breaks an expectation, and how many rows then fail it."""
    name = f"{table}/{expectation.id}"
    first = f"where rowid = (select min(rowid) from marts.{table})"
    alone = f"delete from marts.{table} where rowid > (select min(rowid) from marts.{table})"
    match expectation:
        case NotNull(column=column):
            return f"update marts.{table} set {column} = null {first}", 1
        case Unique():
            return f"insert into marts.{table} select * from marts.{table} {first}", 1
        case Accepted(column=column):
            return f"update marts.{table} set {column} = 'another' {first}", 1
        case References(column=column):
            return f"update marts.{table} set {column} = 999 {first}", 1
        case RowCount():
            return f"delete from marts.{table}", 1
        case Condition(id="required_present"):
            return f"update marts.{table} set {required(expectation)[0]} = null {first}", 1
        case Condition(sql=sql) if name not in FAULTS and (code := re.search(r"npu_code <> '(\w+)'", sql)):
            return (
                f"update marts.lab_result set result_value = 1e6 where npu_code = '{code[1]}' and lab_result_id < 90",
                1,
            )
        case NotAfter(id="not_after_death"):
            return f"{alone}; update marts.person set death_date = '2019-05-01'", 1
        case Count(id="not_before_birth"):
            return f"{alone}; update marts.person set birth_date = '2024-05-01'", 1
        case _:
            return FAULTS[name]


@pytest.fixture(scope="module")
def sound() -> Iterator[duckdb.DuckDBPyConnection]:
    with build() as connection:
        yield connection


def failing(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    return {m.expectation: m.failing for m in measure(connection, EXPECTED[table]) if m.failing}


def test_sound_rows_fail_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert set(EXPECTED) == set(COLUMNS)
    assert [m for m in measure_all(warehouse, EXPECTED) if m.failing] == []


@pytest.mark.parametrize(
    ("table", "expectation"),
    [
        pytest.param(table, expectation, id=f"{table}/{expectation.id}")
        for table, of_table in EXPECTED.items()
        for expectation in of_table.expectations
    ],
)
def test_each_expectation_finds_its_fault(
    warehouse: duckdb.DuckDBPyConnection, table: str, expectation: Expectation
) -> None:
    fault, count = planted(table, expectation)
    warehouse.execute(fault)
    assert failing(warehouse, table).get(expectation.id) == count


def test_no_planted_fault_is_left_without_its_expectation() -> None:
    known = {f"{table}/{e.id}" for table, of_table in EXPECTED.items() for e in of_table.expectations}
    assert FAULTS.keys() <= known


@pytest.mark.parametrize("table", COLUMNS)
def test_every_required_column_is_looked_at(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    (all_present,) = [e for e in EXPECTED[table].expectations if e.id == "required_present"]
    assert all_present.severity == "error"
    for column in required(all_present):
        warehouse.execute(f"insert into marts.{table} select * replace (null as {column}) from marts.{table} limit 1")
    assert failing(warehouse, table)["required_present"] == len(required(all_present))


@pytest.mark.parametrize("name", HELD)
def test_what_is_just_inside_its_limit_holds(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    table, expectation = name.split()[0].split("/")
    warehouse.execute(HELD[name])
    assert expectation in {e.id for e in EXPECTED[table].expectations}
    assert expectation not in failing(warehouse, table)


class Counting:
    """A connection that counts what is executed on it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.statements = connection, 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        self.statements += len(duckdb.extract_statements(sql))
        return self.connection.execute(sql)


def test_each_table_takes_one_statement(warehouse: duckdb.DuckDBPyConnection) -> None:
    counting = Counting(warehouse)
    measure_all(counting, EXPECTED)  # type: ignore[arg-type]
    assert counting.statements == len(EXPECTED)


def one(sql: str) -> TableExpectations:
    texts = {"id": "it", "title": "t", "why": "w", "source": "s"}
    return TableExpectations.model_validate(
        {"table": "note", "owner": "team:cohort", "expectations": [{**texts, "kind": "count", "sql": sql}]}
    )


def test_a_failure_of_the_engine_tells_no_value(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update marts.note set note_text = 'Karen Jensen 010150-1234'")
    with pytest.raises(MeasureError) as error:
        measure(warehouse, one("select sum(cast(note_text as integer)) from marts.note"))
    told = "".join(traceback.format_exception(error.value))
    assert "note cannot be measured (ConversionException)" in told
    assert "Karen" not in told
    assert "1234" not in told


@pytest.mark.parametrize("sql", ["select null", "select -1", "select 0.5", "select 'many'", "select true"])
def test_a_query_that_gives_no_count_is_refused(warehouse: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(
        MeasureError, match=r"note/it gave no count; its sql in note\.yaml must return one whole number"
    ):
        measure(warehouse, one(sql))


@pytest.mark.parametrize("table", COLUMNS)
def test_a_missing_table_or_column_is_told(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    warehouse.execute(f"alter table marts.{table} rename to gone")
    with pytest.raises(MeasureError, match=f"{table} cannot be measured .CatalogException.; compare its file"):
        measure(warehouse, EXPECTED[table])
