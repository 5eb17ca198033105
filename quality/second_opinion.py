"""A second opinion: Great Expectations counts on the rows of a mart themselves, beside what our one scan counted.

It reads the warehouse through a SQLAlchemy dialect for DuckDB, which is below: read only, without transactions, each
statement on a cursor of its own. Great Expectations fetches after it gave its connection back, when SQLAlchemy has
rolled it back; in DuckDB a rollback empties what is not fetched yet. `duckdb-engine` 0.17 has that fault, and under
SQLAlchemy 2.1 does not find the columns of a table in the schema `marts`.

| kind | what is asked |
|---|---|
| `not_null` | `ExpectColumnValuesToNotBeNull` |
| `accepted` | `ExpectColumnValuesToBeInSet` |
| `unique` | `ExpectColumnValuesToBeUnique`, or `ExpectCompoundColumnsToBeUnique` |
| `row_count` | `ExpectTableRowCountToBeBetween` |
| `references` | `UnexpectedRowsExpectation`, by `not exists` where our scan has an anti join |
| `condition` | `UnexpectedRowsExpectation` with the same expression: that it is counted rightly, not that it is right |

Not asked: `count`, which is a query of ours and nothing else, and sources, with them `code`. Regular expressions, types
and quantiles of Great Expectations do not work on DuckDB. Only counts come back: a query selects the number 1 for a row
that fails.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import NullType

from quality.errors import MeasureError
from quality.expectation import (
    Accepted,
    Condition,
    Expectation,
    NotAfter,
    NotNull,
    References,
    RowCount,
    TableExpectations,
    Unique,
)
from quality.great_expectations import COUNTS, great_expectations
from quality.measure import SCHEMA, measure, opened
from quality.referred import late_rows

DIALECT = "duckdb.read_only"
URL = "duckdb+read_only://"  # The file is an argument of the connection: a path in an address would need escapes.


@dataclass(frozen=True, slots=True)
class Compared:
    """One expectation counted twice: by our scan, and by Great Expectations (None when it is not asked)."""

    table: str
    expectation: str
    rows: int
    failing: int
    second: int | None

    @property
    def name(self) -> str:
        """Table and expectation, such as `hospital_stay/starts_before_end`."""
        return f"{self.table}/{self.expectation}"

    @property
    def differs(self) -> bool:
        """Whether the two counts are not the same."""
        return self.second is not None and self.second != self.failing


def compare(
    warehouse: Path, expected: Iterable[TableExpectations], *, memory_limit: str = "4GB", keep: Path | None = None
) -> list[Compared]:
    """Every expectation of some marts, counted twice on a warehouse file; Great Expectations' suites and results are
    written to `keep`.

    Raises MeasureError when the file cannot be opened, or a table cannot be counted.
    """
    expected = list(expected)
    with opened(warehouse, memory_limit) as connection:
        measures = [counted for of_table in expected for counted in measure(connection, of_table)]
    seconds, artefacts = second_opinion(warehouse, expected, memory_limit=memory_limit)
    if keep:
        keep.write_text(artefacts, encoding="utf-8")
    return [
        Compared(m.table, m.expectation, m.rows, m.failing, seconds.get((m.table, m.expectation))) for m in measures
    ]


def second_opinion(
    warehouse: Path, expected: Iterable[TableExpectations], *, memory_limit: str = "4GB"
) -> tuple[Mapping[tuple[str, str], int], str]:
    """How many rows fail, by table and expectation, as Great Expectations counts; and its suites and results as JSON.

    Raises MeasureError when it cannot count one; not with its message, which may quote a value.
    """
    counted: dict[tuple[str, str], int] = {}
    artefacts = []
    arguments = {"database": str(warehouse), "config": {"memory_limit": memory_limit}}
    with great_expectations() as (gx, context):
        source = context.data_sources.add_sql("warehouse", connection_string=URL, kwargs={"connect_args": arguments})
        try:
            for of_table in expected:
                asked = [one for e in of_table.expectations for one in _asked(gx.expectations, e)]
                if not asked:
                    continue
                suite = gx.ExpectationSuite(name=of_table.table, expectations=asked)
                try:
                    asset = source.add_table_asset(of_table.table, table_name=of_table.table)
                    batch = asset.add_batch_definition_whole_table("now").get_batch()
                    result = batch.validate(suite, result_format=COUNTS)
                except Exception as error:
                    # Of any kind, and not chained: what the library and the engine say may quote a value.
                    raise MeasureError(
                        f"Great Expectations cannot read {of_table.table} ({type(error).__name__}); build the warehouse"
                    ) from None
                for one in result.results:
                    told = one.expectation_config.meta
                    key = (of_table.table, told["expectation"])
                    counted[key] = counted.get(key, 0) + told["times"] * _failing(one, "/".join(key))
                artefacts.append({"suite": suite.to_json_dict(), "result": result.to_json_dict()})
        finally:
            # One engine tested the connection, another counted.
            source.get_engine().dispose()
            source.get_execution_engine().close()
    return counted, json.dumps(artefacts)


def _asked(kinds: Any, expectation: Expectation) -> list[Any]:
    """What Great Expectations is asked about one of our expectations: the failing rows are the sum, each `times`."""

    def asked(kind: str, times: int = 1, **arguments: Any) -> Any:
        return getattr(kinds, kind)(**arguments, meta={"expectation": expectation.id, "times": times})

    def rows(of: str, times: int = 1) -> Any:
        query = f"select 1 from (select * from {{batch}}) as t {_literal(of)}"
        return asked("UnexpectedRowsExpectation", times, unexpected_rows_query=query)

    match expectation:
        case NotNull(column=column):
            return [asked("ExpectColumnValuesToNotBeNull", column=column)]
        case Accepted(column=column, values=values):
            return [asked("ExpectColumnValuesToBeInSet", column=column, value_set=list(values))]
        case RowCount(min=least):
            return [asked("ExpectTableRowCountToBeBetween", min_value=least)]
        case Condition(sql=sql):
            return [rows(f"where ({sql}) is false")]
        case References(column=column, table=other, target=target):
            known = f"select 1 from {SCHEMA}.{other} as b where b.{target} = t.{column}"
            return [rows(f"where t.{column} is not null and not exists ({known})")]
        case NotAfter():
            return [rows(late_rows(SCHEMA, expectation))]
        case Unique(columns=columns):
            # It counts all rows that share a key, and none with a NULL in it; ours is all but the first of each.
            one = asked("ExpectColumnValuesToBeUnique", column=columns[0])
            many = asked("ExpectCompoundColumnsToBeUnique", column_list=list(columns)) if len(columns) > 1 else None
            key = ", ".join(f"t.{column}" for column in columns)
            whole = " and ".join(f"t.{column} is not null" for column in columns)
            return [
                many or one,
                rows(f"where {whole} group by {key} having count(*) > 1", times=-1),
                rows(f"where not ({whole}) qualify row_number() over (partition by {key}) > 1"),
            ]
        case _:
            return []


def _literal(sql: str) -> str:
    """SQL as it must be written where braces name a field and a colon names a parameter."""
    return sql.replace("{", "{{").replace("}", "}}").replace(":", "\\:")


def _failing(one: Any, name: str) -> int:
    """The failing rows in one result. Raises MeasureError when there is no count."""
    kind, result = one.expectation_config.type, one.result
    if kind == "expect_table_row_count_to_be_between" and "observed_value" in result:
        return int(not one.success)
    if result.get("element_count") == 0:
        return 0  # It sums over no row, which gives no number.
    found = result.get("observed_value" if kind == "unexpected_rows_expectation" else "unexpected_count")
    if type(found) is not int:
        raise MeasureError(f"Great Expectations cannot count {name}; compare its file with the columns of its table")
    return found


class _Marts:
    """A connection whose cursors, each of which is a connection of its own in DuckDB, look for tables among the marts:
    Great Expectations has it that the connection knows the schema.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        made = self._connection.cursor()
        made.execute(f"use {SCHEMA}")
        return made

    def close(self) -> None:
        self._connection.close()


class ReadOnlyDuckDB(DefaultDialect):
    """DuckDB for SQLAlchemy, as far as reading needs it: a result outlives the use of its connection."""

    name = "duckdb"
    driver = "read_only"
    supports_statement_cache = False
    supports_native_boolean = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """DuckDB's own module follows the interface of Python's databases."""
        return duckdb

    def connect(self, *_: Any, **arguments: Any) -> Any:
        """A connection to the marts of a file, read only whatever else is asked for."""
        return _Marts(duckdb.connect(**{**arguments, "read_only": True}))

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: no transaction is needed to read a file that nobody writes."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing: there is no transaction, and a rollback would empty what is still to be fetched."""

    def has_table(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> bool:
        """Whether there is such a table or view."""
        return bool(self.get_columns(connection, table_name, schema))

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """The columns of a table, with no type: nothing that is asked needs it."""
        found = connection.exec_driver_sql(
            "select column_name from information_schema.columns "
            "where table_schema = coalesce(?, current_schema()) and table_name = ? order by ordinal_position",
            (schema, table_name),
        )
        return [{"name": name, "type": NullType(), "nullable": True, "default": None} for (name,) in found]


registry.register(DIALECT, __name__, ReadOnlyDuckDB.__name__)
