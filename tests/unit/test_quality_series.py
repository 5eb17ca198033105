"""What is seen over time: months that are thin, deliveries that are small or large, values that drift."""

import math
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from quality.expectation import TableExpectations
from quality.measure import Measure, measure
from tests.unit.series_warehouse import TEXTS, changes, expected, over_time, source, visits

OVER_TIME = over_time()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with visits() as made:
        yield made


def found(connection: duckdb.DuckDBPyConnection, **fields: Any) -> Measure:
    (only,) = measure(connection, expected(**fields))
    return only


def test_months_between_the_first_and_the_last_are_looked_at(connection: duckdb.DuckDBPyConnection) -> None:
    """The first and the last may be cut; February is short and no thin month."""
    connection.execute("delete from staging.stg_visit where start_at < '2020-01-30' or start_at > '2022-06-02'")
    told = found(connection, kind="complete", least=0.9)
    assert (told.rows, told.failing) == (28, 0)
    assert told.value is not None
    assert 0.9 < told.value < 0.95


@pytest.mark.parametrize(("kept", "failing"), [(14, 1), (15, 0)])
def test_a_month_with_less_than_half_is_thin(connection: duckdb.DuckDBPyConnection, kept: int, failing: int) -> None:
    """The median of a month is 31 days: 15.5 days are half of it, 15 days of 30 half of the month's own."""
    connection.execute(
        f"delete from staging.stg_visit where start_at >= date '2021-06-01' + {kept} and start_at < '2021-07-01'"
    )
    told = found(connection, kind="complete", least=15 / 31)
    assert told.failing == failing
    assert told.value == pytest.approx(kept / 31)


def test_a_month_without_a_row_is_found_in_the_part_that_lacks_it(connection: duckdb.DuckDBPyConnection) -> None:
    """The whole has two thirds of its rows in that month, which is not thin."""
    connection.execute(
        "delete from staging.stg_visit where kom = '0615' and start_at >= '2021-06-01' and start_at < '2021-07-01'"
    )
    assert found(connection, kind="complete").failing == 0
    by_place = found(connection, kind="complete", by="kom", least=0.05)
    assert (by_place.rows, by_place.failing, by_place.value) == (2 * 28, 1, 0.0)


def test_parts_of_few_people_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into staging.stg_visit select 1, '2021-03-01', '0101', 10, 'done', '2022' from range(9)")
    assert found(connection, kind="complete", by="kom", usual_from=2).rows == 2 * 28
    told = found(connection, kind="complete", by="kom", usual_from=1)
    assert (told.rows, told.failing) == (3 * 28, 27)


def test_a_steady_table_does_not_drift(connection: duckdb.DuckDBPyConnection) -> None:
    for fields in ({"sql": "t.status"}, {"sql": "t.minutes", "numeric": True}):
        told = found(connection, kind="drift", **fields)
        assert told.rows in (2, 4)
        assert told.failing == 0
        assert told.value == pytest.approx(0.0, abs=1e-4)


def test_the_index_is_that_of_the_formula(connection: duckdb.DuckDBPyConnection) -> None:
    """A quarter of the visits was cancelled in the year before; in the last one half of them."""
    connection.execute(
        "update staging.stg_visit set status = 'cancelled' where minutes = 11 and start_at >= '2021-06-01'"
    )
    told = found(connection, kind="drift", sql="t.status", max_psi=0.25)
    psi = (0.5 - 0.25) * math.log(0.5 / 0.25) + (0.5 - 0.75) * math.log(0.5 / 0.75)
    assert told.value == pytest.approx(psi, rel=1e-3)
    assert (told.rows, told.failing) == (2, 2)
    assert found(connection, kind="drift", sql="t.status", max_psi=0.3).failing == 0


def test_of_few_people_no_drift_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update staging.stg_visit set status = 'lost' where start_at >= '2021-06-01'")
    assert found(connection, kind="drift", sql="t.status", people_from=4).failing == 3
    told = found(connection, kind="drift", sql="t.status", people_from=5)
    assert (told.failing, told.value) == (0, None)


def test_a_shifted_number_drifts(connection: duckdb.DuckDBPyConnection) -> None:
    """Seconds where there were minutes: every row falls into the highest tenth of the year before."""
    connection.execute("update staging.stg_visit set minutes = minutes * 60 where start_at >= '2021-06-01'")
    told = found(connection, kind="drift", sql="t.minutes", numeric=True)
    assert told.failing == told.rows > 0
    assert told.value is not None
    assert told.value > 2


def test_a_few_wrong_dates_do_not_hide_a_drift(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update staging.stg_visit set minutes = minutes * 60 where start_at >= '2021-06-01'")
    connection.execute(
        "insert into staging.stg_visit select visit.* replace (year as start_at) from "
        "(from staging.stg_visit limit 1) as visit, (values (timestamp '2032-01-01'), ('1900-01-01')) as years(year)"
    )
    assert found(connection, kind="drift", sql="t.minutes", numeric=True).failing > 0
    assert found(connection, kind="complete").failing == 0


@pytest.mark.parametrize("numeric", [True, False])
def test_values_that_are_no_longer_sent_drift(connection: duckdb.DuckDBPyConnection, numeric: bool) -> None:
    connection.execute("update staging.stg_visit set minutes = null where start_at >= '2021-06-01'")
    assert found(connection, kind="drift", sql="t.minutes", numeric=numeric).failing > 0


def test_rows_of_no_part_have_no_cell(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update staging.stg_visit set kom = null where kom = '0615'")
    told = found(connection, kind="complete", by="kom")
    assert (told.rows, told.failing) == (28, 0)


def test_a_new_table_has_nothing_to_drift_from(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from staging.stg_visit where start_at < '2021-07-01'")
    told = found(connection, kind="drift", sql="t.status")
    assert (told.failing, told.value) == (0, None)


@pytest.mark.parametrize(
    ("change", "failing", "ratio"),
    [
        ("select 1", 0, 1.0),
        ("delete from lake.visit where _delivery = '2022' and month(start) > 4 and month(start) < 7", 0, 1.0),
        ("delete from lake.visit where _delivery = '2022' and day(start) % 2 = 0 and day(start) < 30", 1, 0.5),
        ("insert into lake.visit from lake.visit where _delivery = '2022'", 1, 2.0),
        ("update lake.visit set start = '1900-01-01' where rowid = (select max(rowid) from lake.visit)", 0, 1.0),
        ("delete from lake.visit where _delivery < '2022'", 0, None),
        ("delete from lake.visit", 0, None),
    ],
)
def test_the_newest_delivery_is_held_to_those_before(
    connection: duckdb.DuckDBPyConnection, change: str, failing: int, ratio: float | None
) -> None:
    """A shorter span is no smaller volume; every other day is, and everything twice is a larger one."""
    connection.execute(change)
    told = found(connection, kind="volume", time="start", low=0.7, high=1.4)
    assert (told.rows, told.failing) == (1, failing)
    assert told.value == (None if ratio is None else pytest.approx(ratio, abs=0.05))


def test_an_empty_source_fails_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from staging.stg_visit")
    assert found(connection, kind="complete").failing == 0
    assert found(connection, kind="drift", sql="t.status").failing == 0


def of_source(name: str, change: str) -> Measure:
    of_table, one = OVER_TIME[name]
    with source(of_table, one, change) as connection:
        (only,) = measure(connection, of_table.model_copy(update={"expectations": (one,)}))
    return only


@pytest.mark.parametrize("name", OVER_TIME)
def test_of_a_source_steady_rows_hold_and_what_is_just_inside_the_limits(name: str) -> None:
    for change in ["select 1", *changes(OVER_TIME[name][1], holds=True)]:
        told = of_source(name, change)
        assert told.rows > 0
        assert told.failing == 0, change
        assert told.value is not None


@pytest.mark.parametrize("name", OVER_TIME)
def test_of_a_source_what_is_just_outside_the_limits_is_found(name: str) -> None:
    for change in changes(OVER_TIME[name][1], holds=False):
        assert of_source(name, change).failing > 0, change


def test_only_what_says_its_time_is_seen_over_time() -> None:
    one = {"id": "it", **TEXTS, "kind": "complete"}
    with pytest.raises(ValidationError, match="it needs a time"):
        TableExpectations.model_validate({"table": "visit", "owner": "o", "expectations": [one]})
    with pytest.raises(ValidationError, match="it is not about single rows"):
        expected(kind="row_count", min=1)
