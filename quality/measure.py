"""Measures: how many rows fail each expectation of a table, counted by one DuckDB statement per table.

Counts only; no value of a row leaves the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from quality.errors import MeasureError
from quality.expectation import (
    Accepted,
    Condition,
    Count,
    Expectation,
    NotNull,
    References,
    RowCount,
    TableExpectations,
    Unique,
)

SCHEMA = "marts"


@dataclass(frozen=True, slots=True)
class Measure:
    """One expectation counted: rows of its table, and how many of them fail it."""

    table: str
    expectation: str
    rows: int
    failing: int

    @property
    def share(self) -> float:
        """Failing rows per row; 1 when an empty table fails."""
        return self.failing / self.rows if self.rows else float(self.failing > 0)


def measure(connection: duckdb.DuckDBPyConnection, expected: TableExpectations) -> list[Measure]:
    """Count every expectation of one table. Raises MeasureError when a table or a column is missing."""
    try:
        row = connection.execute(statement(expected)).fetchone()
    except duckdb.Error as error:
        # Not chained: the engine's message may quote a value.
        raise MeasureError(
            f"{expected.table} cannot be measured ({type(error).__name__}); "
            f"compare quality/expectations/{expected.table}.yaml with the columns of the mart"
        ) from None
    if row is None:
        raise MeasureError(f"{expected.table} gave no measure; measure again")
    rows, *failing = row
    for expectation, failed in zip(expected.expectations, failing, strict=True):
        if type(failed) is not int or failed < 0:
            raise MeasureError(
                f"{expected.table}/{expectation.id} gave no count; "
                f"its sql in quality/expectations/{expected.table}.yaml must return one whole number, 0 or more"
            )
    return [
        Measure(expected.table, expectation.id, rows, failed)
        for expectation, failed in zip(expected.expectations, failing, strict=True)
    ]


def measure_all(connection: duckdb.DuckDBPyConnection, expected: Mapping[str, TableExpectations]) -> list[Measure]:
    """Count every expectation of every table."""
    return [counted for of_table in expected.values() for counted in measure(connection, of_table)]


def statement(expected: TableExpectations) -> str:
    """The one statement: the rows of the table, then the failing rows of each expectation in order."""
    counts = ",\n  ".join(_failing(expectation, expected.table) for expectation in expected.expectations)
    return f"select count(*),\n  {counts}\nfrom {SCHEMA}.{expected.table} as t"


def _failing(expectation: Expectation, table: str) -> str:
    match expectation:
        case NotNull(column=column):
            return f"count(*) filter (where t.{column} is null)"
        case Unique(columns=columns):
            return f"count(*) - count(distinct row({', '.join(f't.{column}' for column in columns)}))"
        case Accepted(column=column, values=values):
            allowed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            return f"count(*) filter (where t.{column} not in ({allowed}))"
        case Condition(sql=sql):
            return f"count(*) filter (where ({sql}) is false)"
        case References(column=column, table=other, target=target):
            return (
                f"(select count(*) from {SCHEMA}.{table} as a where a.{column} is not null and not exists "
                f"(select 1 from {SCHEMA}.{other} as b where b.{target} = a.{column}))"
            )
        case Count(sql=sql):
            return f"({sql})"
        case RowCount(min=least):
            return f"case when count(*) < {least} then 1 else 0 end"
