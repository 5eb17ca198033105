"""Columns: small steps from numpy arrays to Arrow columns and back, and the arithmetic of dates.

Nothing here draws random numbers or knows a source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
Minutes = NDArray[np.datetime64]

DAY_MINUTES = 1440
NEVER = np.datetime64("2200-01-01", "D")
_OF_A_PERSON = np.int64(10**9)  # More minutes than from 1970 to any time, so that nobody meets the next.


@dataclass(frozen=True)
class Period:
    """The years that the extracts cover, first and last included."""

    first_year: int
    last_year: int

    @cached_property
    def start(self) -> np.datetime64:
        """First day."""
        return np.datetime64(f"{self.first_year}-01-01", "D")

    @cached_property
    def end(self) -> np.datetime64:
        """First day after the last."""
        return np.datetime64(f"{self.last_year + 1}-01-01", "D")

    @cached_property
    def last_year_start(self) -> np.datetime64:
        """First day of the last year: where the second delivery begins."""
        return np.datetime64(f"{self.last_year}-01-01", "D")

    def quarter_ends(self) -> Days:
        """The last day of every quarter."""
        months = np.arange(f"{self.first_year}-04", f"{self.last_year + 1}-02", 3, dtype="datetime64[M]")
        return plus_days(months.astype("datetime64[D]"), -1)


def minute(days: Any) -> Any:
    """Midnight of days, as minutes."""
    return np.asarray(days).astype("datetime64[m]")


def plus_minutes(times: Minutes, minutes: Any) -> Minutes:
    """Times moved by whole minutes."""
    return np.asarray(times + np.asarray(minutes).astype(np.int64).astype("timedelta64[m]"))


def plus_days(days: Days | np.datetime64, number: Any) -> Days:
    """Days moved by whole days."""
    return np.asarray(days + np.asarray(number).astype(np.int64).astype("timedelta64[D]"))


def iso_week(days: Days) -> tuple[Ints, Ints]:
    """ISO year and ISO week of days (week 1 holds the first Thursday)."""
    number = days.astype("datetime64[D]").astype(np.int64)
    thursday = (number - (number + 3) % 7 + 3).astype("datetime64[D]")
    year = thursday.astype("datetime64[Y]")
    week = (thursday - year.astype("datetime64[D]")).astype(np.int64) // 7 + 1
    return year.astype(np.int64) + 1970, week


def pick(values: Sequence[str] | NDArray[Any], index: Ints, *, missing: Bools | None = None) -> pa.Array:
    """A string column that takes `values[index]`; NULL where `missing`."""
    return pa.array(values, pa.string()).take(pa.array(index, pa.int64(), mask=missing))


def texts(numbers: Ints, *, prefix: str = "", width: int = 0, missing: Bools | None = None) -> pa.Array:
    """A string column of whole numbers with a prefix, zero-padded to `width`; NULL where `missing`."""
    column = pa.array(numbers, pa.int64(), mask=missing).cast(pa.string())
    if width:
        column = pc.utf8_lpad(column, width=width, padding="0")
    return pc.binary_join_element_wise(prefix, column, "") if prefix else column


def integers(numbers: Any, *, missing: Bools | None = None) -> pa.Array:
    """An int64 column; NULL where `missing`."""
    return pa.array(np.asarray(numbers).astype(np.int64), pa.int64(), mask=missing)


def numbers(values: Floats, *, missing: Bools | None = None) -> pa.Array:
    """A float64 column; NULL where `missing`."""
    return pa.array(np.asarray(values, dtype=np.float64), pa.float64(), mask=missing)


def dates(days: Days) -> pa.Array:
    """A date column; NaT is NULL."""
    return pa.array(days.astype("datetime64[D]"), pa.date32())


def timestamps(times: Minutes) -> pa.Array:
    """A timestamp column in microseconds; NaT is NULL."""
    return pa.array(times.astype("datetime64[us]"), pa.timestamp("us"))


def table(columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table with the columns in the order given."""
    return pa.table(dict(columns))


def replaced(rows: pa.Table, columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table with other values in some of its columns, each in its place."""
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows


def emptied(rows: pa.Table, *names: str) -> pa.Table:
    """A table without the values of some of its columns."""
    return replaced(rows, {name: pa.nulls(rows.num_rows, rows.column(name).type) for name in names})


def spread(count: Ints) -> tuple[Ints, Ints]:
    """The owner of every one of `count` things, and its number among those of the owner, from 0."""
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


def of_person(who: Ints, when: Minutes) -> Ints:
    """Keys that order times by person, then time; a difference inside one person is in minutes."""
    return np.asarray(who * _OF_A_PERSON + when.astype(np.int64))


def firsts(*keys: Ints) -> Ints:
    """Positions, ascending, of the first row of every distinct combination of the keys."""
    combined = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        values, codes = np.unique(key, return_inverse=True)
        combined = combined * len(values) + codes
    return np.sort(np.unique(combined, return_index=True)[1])
