"""Conditions that are counted by a filter of their own: which they are, and that they are counted as all others."""

import duckdb
import pytest

from quality.expectation import Condition, TableExpectations
from quality.filtered import failing_alone
from quality.measure import measure, statement
from tests.unit.test_quality_marts import EXPECTED

OF_ONE_VALUE = [
    "t.code <> 'A' or t.n between 1 and 5",
    "t.code != 'B' or t.n is null or t.n < t.m",
    "t.n <> 3 or (t.m is not null and t.code = 'A')",
    "t.code <> 'A' or t.n::text ~ '[0-4]'",
    "t.n <> 3 or t.m > 2 and t.code in ('A', 'B') or t.m = 1",
    "length(t.code) < 1 or not regexp_matches(t.code, '[A-B]')",
    "length(t.code) < 2 or t.n > 3",
]
KNOWN = ["t.n >= 0", "t.n < 7.5", "t.n is not null and t.m is not null", "t.n is not null and t.m <= 3"]
UNKNOWN = [
    *("t.n between 1 and 5", "t.n >= t.m", "t.n = 3", "t.n is null", "t.n >= 0 or t.m >= 0", "not t.n >= 0"),
    *(
        "t.n + 1 >= 0",
        "t.code >= 'A'",
        "coalesce(t.n, 0) >= 0",
        "t.n in (1, 2)",
        "t.n >= (select min(m) from marts.visit)",
        "t.code = 'A' or t.n > 2",
        "t.code <> 'A' and t.n > 2",
        "t.code <> 'A'",
        "t.n <> t.m or t.n > 2",
        "length(t.code) > 1 or t.n > 2",
        "length(t.code || 'x') < 2 or t.n > 2",
        "t.code <> 'A' or t.n >= (select min(m) from marts.visit)",
    ),
]


@pytest.mark.parametrize("sql", [*KNOWN, *OF_ONE_VALUE])
def test_statistics_or_one_value_make_a_filter(sql: str) -> None:
    assert failing_alone(sql)


@pytest.mark.parametrize("sql", UNKNOWN)
def test_all_others_are_for_the_one_scan(sql: str) -> None:
    assert failing_alone(sql) is None


@pytest.mark.parametrize("sql", [*KNOWN, *OF_ONE_VALUE, *UNKNOWN])
def test_every_condition_is_counted_row_by_row(sql: str) -> None:
    one = {"id": "it", "title": "t", "why": "w", "source": "s", "kind": "condition", "sql": sql}
    of_table = TableExpectations.model_validate({"table": "visit", "owner": "team:cohort", "expectations": [one]})
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.visit as select nullif(i % 11, 10) as n, nullif(i % 7, 5) as m, "
            "nullif(chr((64 + i % 3)::int), '@') as code from range(2_000) as numbers(i)"
        )
        rows = connection.execute(f"select ({sql}) from marts.visit as t").fetchall()
        assert measure(connection, of_table)[0].failing == sum(value is False for (value,) in rows)


def test_what_a_mart_requires_stands_outside_the_scan() -> None:
    """`required_present` of each mart is about the presence of columns alone, and so stands outside the scan."""
    for of_table in EXPECTED.values():
        (required,) = [one for one in of_table.expectations if one.id == "required_present"]
        assert isinstance(required, Condition)
        assert f"where not ({required.sql})" in statement(of_table)
