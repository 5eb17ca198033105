"""Numbers of rows that repeat are counted exactly, whether they lie close together or not."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.measure import measure
from quality.numbers import repeated
from tests.unit.test_quality import expected

PARTS = st.sampled_from([0, 1, 7, 2**31 - 1])
ROWS = st.integers(0, 40) | st.integers(0, 2**32 - 1)
NUMBERS = st.builds(lambda part, row: part * 2**32 + row, PARTS, ROWS) | st.integers(-70, 70)


@pytest.mark.long
@given(st.lists(NUMBERS | st.none(), max_size=60))
@settings(max_examples=200, deadline=None)
def test_it_counts_what_counting_distinct_values_counts(numbers: list[int | None]) -> None:
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"number": pa.array(numbers, pa.int64())}))
        connection.execute("create table numbers as from given")
        (row,) = connection.execute("select count(*) - count(distinct row(number)) from numbers").fetchall()
        assert connection.execute(repeated("numbers", "number")).fetchall() == [row]


def test_a_repeated_number_is_found_among_the_rows_of_a_large_delivery() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table numbers as select 5 * 4294967296 + i as number from range(100010) as rows(i) "
            "where i % 9 <> 0 or i < 20"
        )
        assert connection.execute(repeated("numbers", "number")).fetchall() == [(0,)]
        connection.execute("insert into numbers select number from numbers limit 3")
        assert connection.execute(repeated("numbers", "number")).fetchall() == [(3,)]


@pytest.mark.parametrize("numbered", [True, False])
def test_an_expectation_counts_alike_both_ways(numbered: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.visit as select i % 7 as visit_id from range(10) as r(i)"
        )
        (told,) = measure(connection, expected(kind="unique", columns=["visit_id"], numbered=numbered))
        assert (told.rows, told.failing) == (10, 3)


def test_only_one_column_can_be_numbered() -> None:
    with pytest.raises(ValueError, match="numbered is for one column"):
        expected(kind="unique", columns=["a", "b"], numbered=True)
