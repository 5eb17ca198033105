"""Measures: how many rows fail each expectation of a table, counted by one DuckDB statement per table.

Counts only; no value of a row leaves the engine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from quality import referred
from quality.errors import MeasureError
from quality.expectation import (
    Accepted,
    Code,
    Condition,
    Count,
    Expectation,
    NotAfter,
    NotNull,
    OfOneRow,
    OverTime,
    References,
    RowCount,
    TableExpectations,
    Unique,
)
from quality.filtered import failing_alone
from quality.numbers import repeated
from quality.series import series_statement

SCHEMA = "marts"
CODES = "intermediate.int_code_validity"
NO_TIME = "no time"  # The month of rows that have none.


@dataclass(frozen=True, slots=True)
class Month:
    """One expectation of a source counted in one month of one delivery; `month` such as 2024-03, or NO_TIME."""

    delivery: str
    month: str
    rows: int
    failing: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One expectation counted: rows of its table, and how many of them fail it; of a source by month too.

    What is seen over time alone has cells instead of rows (`series.py`), and the figure that decides as `value`. Not
    `seen` is what could not be looked at: rows were too few, or there is no list of the codes.
    """

    table: str
    expectation: str
    rows: int
    failing: int
    months: tuple[Month, ...] = ()
    value: float | None = None
    seen: bool = True

    @property
    def share(self) -> float:
        """Failing rows per row; 1 when an empty table fails."""
        return self.failing / self.rows if self.rows else float(self.failing > 0)


def by_delivery(measures: Iterable[Measure]) -> dict[str, Measure]:
    """Of measures of one expectation of a source, the newest first, each delivery by itself, in their order.

    Of a source that comes in full the newest delivery alone counts; what was counted of earlier ones stands in earlier
    measures. Nothing of what is not counted by month.
    """
    found: dict[str, Measure] = {}
    for measure in measures:
        of: dict[str, list[Month]] = {}
        for month in measure.months:
            of.setdefault(month.delivery, []).append(month)
        for delivery, months in of.items():
            rows, failing = sum(month.rows for month in months), sum(month.failing for month in months)
            found.setdefault(delivery, replace(measure, rows=rows, failing=failing, months=tuple(months)))
    return dict(sorted(found.items()))


def opened(warehouse: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A warehouse file, to be read alone. Raises MeasureError when it cannot be opened."""
    try:
        return duckdb.connect(str(warehouse), read_only=True, config={"memory_limit": memory_limit})
    except duckdb.Error as error:
        # Not chained: the engine's message holds a path of the machine.
        raise MeasureError(
            f"{warehouse.name} cannot be opened ({type(error).__name__}); build the warehouse, or end its writer"
        ) from None


def measure(connection: duckdb.DuckDBPyConnection, expected: TableExpectations) -> list[Measure]:
    """Count every expectation of one table. Raises MeasureError when a table or a column is missing."""
    try:
        groups = connection.execute(statement(expected)).fetchall() if _countable(expected) else []
        series = {
            one.id: connection.execute(series_statement(expected, one)).fetchall()[0]
            for one in expected.expectations
            if isinstance(one, OverTime)
        }
        unlisted = _without_list(connection, expected)
    except duckdb.Error as error:
        # Not chained: the engine's message may quote a value.
        raise MeasureError(
            f"{expected.table} cannot be measured ({type(error).__name__}); "
            f"compare its file in quality/expectations/ with its columns"
        ) from None
    counted = {e.id: _counted(expected, e, place, groups) for place, e in enumerate(_countable(expected))}
    for id_, (cells, failing, value) in series.items():
        counted[id_] = Measure(expected.table, id_, cells, failing, value=value, seen=value is not None)
    for id_ in unlisted:
        months = tuple(replace(month, failing=0) for month in counted[id_].months)
        counted[id_] = replace(counted[id_], failing=0, months=months, seen=False)
    return [counted[expectation.id] for expectation in expected.expectations]


def is_count(value: object) -> bool:
    """Whether it is a whole number, 0 or more; a bool is none."""
    return type(value) is int and value >= 0


def measure_all(connection: duckdb.DuckDBPyConnection, expected: Mapping[str, TableExpectations]) -> list[Measure]:
    """Count every expectation of every table."""
    return [counted for of_table in expected.values() for counted in measure(connection, of_table)]


def marts(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The tables and views of the schema that releases are cut from."""
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = ? order by table_name", [SCHEMA]
    ).fetchall()
    return tuple(name for (name,) in found)


def statement(expected: TableExpectations) -> str:
    """The one statement: delivery and month (both NULL for a mart), the rows, then the failing rows of each expectation
    in order, but for what is seen over time. Rows without a time have a month of their own, NO_TIME.
    """
    counts = ",\n  ".join(_failing(expectation, expected) for expectation in _countable(expected))
    if expected.delivered is None:
        groups = referred.grouped(SCHEMA, expected.table, expected.expectations)
        return f"{groups}select null, null, count(*),\n  {counts}\nfrom {_relation(expected)}"
    month = f"coalesce(strftime({expected.delivered.month}, '%Y-%m'), '{NO_TIME}')"
    return (
        f"select t._delivery, {month}, count(*),\n  {counts}\nfrom {_relation(expected)}\ngroup by 1, 2 order by 1, 2"
    )


def rows_that_fail(expected: TableExpectations, expectation: Expectation) -> str | None:
    """A select of the rows that fail an expectation, for those who may see them; None where they are only counted."""
    relation = _relation(expected)
    match expectation:
        case NotNull() | Accepted() | Condition() | Code():
            return f"select t.*\nfrom {relation}\nwhere {_fails(expectation)}"
        case Unique(columns=columns):
            key = ", ".join(f"t.{column}" for column in columns)
            return f"select t.*\nfrom {relation}\nqualify count(*) over (partition by {key}) > 1"
        case References(column=column, table=other, target=target):
            known = f"select 1 from {SCHEMA}.{other} as b where b.{target} = t.{column}"
            return f"select t.*\nfrom {relation}\nwhere t.{column} is not null and not exists ({known})"
        case NotAfter():
            return f"select t.*\nfrom {relation}\n{referred.late_rows(SCHEMA, expectation)}"
        case _:
            return None


def _without_list(connection: duckdb.DuckDBPyConnection, expected: TableExpectations) -> list[str]:
    """The expectations about codes of which no list was delivered."""
    about = [expectation for expectation in expected.expectations if isinstance(expectation, Code)]
    if not about:
        return []
    listed = {system for (system,) in connection.execute(f"select distinct code_system from {CODES}").fetchall()}
    return [expectation.id for expectation in about if expectation.system not in listed]


def _relation(expected: TableExpectations) -> str:
    """The rows of a table, called `t`, each beside the periods of its codes."""
    rows = expected.delivered.relation if expected.delivered else f"{SCHEMA}.{expected.table} as t"
    return "\n".join([rows, *(_periods(one) for one in expected.expectations if isinstance(one, Code))])


def _periods(expectation: Code) -> str:
    """The join of the periods in which a row's code was valid: one row for each code, so that no row is doubled."""
    first, last, periods = _names(expectation)
    listed = (
        f'select code as "the code", min(valid_from) as {first}, max(valid_to) as {last}, '
        f"case when count(*) > 1 then list(row(valid_from, valid_to)) end as {periods} from {CODES} "
        f"where code_system = '{expectation.system}'{_main_groups(expectation)} group by code"
    )
    beside = f'"codes of {expectation.id}"'
    return f'left join ({listed}) as {beside} on {beside}."the code" = t.{expectation.column}'


def _main_groups(expectation: Code) -> str:
    letters = ", ".join(f"'{letter}'" for letter in expectation.main_groups)
    return f" and left(code, 1) in ({letters})" if letters else ""


def _names(expectation: Code) -> tuple[str, str, str]:
    """What a code's first and last day and its periods are called: names that no rule can mean by chance."""
    return tuple(f'"{what} of {expectation.id}"' for what in ("first", "last", "periods"))  # type: ignore[return-value]


def _countable(expected: TableExpectations) -> list[Expectation]:
    """What the one statement counts."""
    return [expectation for expectation in expected.expectations if not isinstance(expectation, OverTime)]


def _counted(
    expected: TableExpectations, expectation: Expectation, place: int, groups: list[tuple[Any, ...]]
) -> Measure:
    """The measure of the expectation at a place of the statement, from what it gave."""
    failing = [group[3 + place] for group in groups]
    if not all(map(is_count, failing)):
        raise MeasureError(
            f"{expected.table}/{expectation.id} gave no count; "
            f"its sql in {expected.table}.yaml must return one whole number, 0 or more"
        )
    months = [Month(str(delivery), str(month), rows, group[place]) for delivery, month, rows, *group in groups]
    return Measure(
        expected.table,
        expectation.id,
        rows=sum(group[2] for group in groups),
        failing=sum(failing),
        months=tuple(months) if expected.delivered else (),
    )


def _failing(expectation: Expectation, expected: TableExpectations) -> str:
    table = expected.table
    match expectation:
        case NotNull(column=column) if expected.delivered is None:
            return f"count(*) - count(t.{column})"
        case Condition(sql=sql) if expected.delivered is None and (failing := failing_alone(sql)):
            return f"(select count(*) from {_relation(expected)} where {failing})"
        case NotNull() | Accepted() | Condition() | Code():
            # Not by a filter, which takes twice as long. Of no row at all it gives NULL.
            return f"coalesce(count_if({_fails(expectation)}), 0)"
        case Unique(columns=(number,), numbered=True):
            return f"({repeated(f'{SCHEMA}.{table}', number)})"
        case Unique(columns=columns):
            return f"count(*) - count(distinct row({', '.join(f't.{column}' for column in columns)}))"
        case References():
            return f"({referred.unknown(SCHEMA, table, expectation, expected.expectations)})"
        case NotAfter():
            return f"({referred.late(SCHEMA, table, expectation)})"
        case Count(sql=sql):
            return f"({sql})"
        case RowCount(min=least):
            return f"case when count(*) < {least} then 1 else 0 end"
        case _:
            raise TypeError(f"{expectation.kind} is seen over time")


def _fails(expectation: OfOneRow) -> str:
    """When a row fails what is about single rows."""
    match expectation:
        case NotNull(column=column):
            return f"t.{column} is null"
        case Accepted(column=column, values=values):
            allowed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            return f"t.{column} not in ({allowed})"
        case Condition(sql=sql):
            return f"({sql}) is false"
        case Code(column=column, day=day, until=until):
            first, last, periods = _names(expectation)
            begin, end = f"cast({day} as date)", f"cast({f'greatest({day}, {until})' if until else day} as date)"
            within = f"lambda period: period[1] <= {begin} and {end} <= period[2]"
            # Nearly all codes have one period; a list is asked a row at a time.
            valid = (
                f"case when {periods} is null then {first} <= {begin} and {end} <= {last} "
                f"else len(list_filter({periods}, {within})) > 0 end"
            )
            return f"t.{column} is not null and {day} is not null and not coalesce({valid}, false)"
