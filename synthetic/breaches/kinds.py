"""Kinds of breaches: what they break and where; and rows together with what the other tables of the delivery tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.columns import Bools, Ints, Minutes, timestamps
from synthetic.faults import Record
from synthetic.hospital.lpr3 import contact_rows
from synthetic.schedule import Cut
from synthetic.world import Block, Rows

REPORTED = ("LPR3", "MiniPAS")  # The reporting systems whose rows the rules are about.


@dataclass(frozen=True, eq=False)
class Seen:
    """Rows of a delivery; what its other tables tell of them stands in columns whose names begin with `_`."""

    table: pa.Table

    def has(self, column: str) -> Bools:
        """Which rows have a value."""
        return _bools(self.table.column(column).is_valid())

    def among(self, column: str, *values: str) -> Bools:
        """Which rows have one of the values."""
        return _bools(pc.is_in(self.table.column(column), pa.array(values)))

    def true(self, column: str) -> Bools:
        """Which rows have a yes."""
        return _bools(self.table.column(column))

    def time(self, column: str) -> Minutes:
        """Times by row; where there is none, no comparison holds."""
        return np.asarray(self.table.column(column).to_numpy().astype("datetime64[m]"))

    def count(self, column: str) -> Ints:
        """Numbers by row; 0 where there is none."""
        return np.asarray(self.table.column(column).fill_null(0).to_numpy(), dtype=np.int64)

    def psychiatric(self, column: str) -> Bools:
        """Which rows name a psychiatric specialty."""
        return _bools(pc.match_substring(self.table.column(column), "psykiatri", ignore_case=True))

    def with_columns(self, columns: Mapping[str, pa.Array]) -> "Seen":
        """The same rows with more columns."""
        table = self.table
        for name, values in columns.items():
            table = table.append_column(name, values)
        return Seen(table)

    def looked_up(self, key: str, table: pa.Table, of: str, columns: Mapping[str, str]) -> "Seen":
        """The same rows with columns, by their new names, of the row of a table whose column `of` is their `key`."""
        at = pc.index_in(self.table.column(key), value_set=table.column(of))
        return self.with_columns({new: table.column(name).take(at) for new, name in columns.items()})


@dataclass(frozen=True)
class Breach:
    """One kind of breach: the rules that it breaks, what columns become, given the row, and in which rows.

    A rule stands with its table (`lpr_a_kontakt/05.13`), which may be another than that of the row; there are more of
    them where one cannot be broken without the other. From the dial `least` on it is planted.
    """

    rules: tuple[str, ...]
    becomes: Mapping[str, Callable[[Record], Any]]
    where: Callable[[Seen], Bools]
    least: float = 0.0


@dataclass(frozen=True, eq=False)
class Telling:
    """A block and the delivery that is about to tell of it."""

    block: Block
    cut: Cut

    @property
    def at(self) -> np.datetime64:
        """The minute of the delivery."""
        return np.datetime64(self.cut.created[:16], "m")

    def of(self, make: Callable[[Block], Rows]) -> pa.Table:
        """What another source of this delivery tells of the block, without faults and breaches."""
        rows = self.block.once(make)
        return rows.table.filter(pa.array(self.block.included[rows.who] & rows.at(self.cut.cutoff)))

    def contacts(self) -> pa.Table:
        """The contacts that the rules are about."""
        contacts = self.of(contact_rows)
        return contacts.filter(pc.is_in(contacts.column("lprindberetningssystem"), pa.array(REPORTED)))

    def at_each(self, size: int) -> pa.Array:
        """The minute of the delivery, for so many rows."""
        return timestamps(np.full(size, self.at))


def as_they_are(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Rows of which no other table needs to tell."""
    return Seen(rows)


def value(constant: Any) -> Callable[[Record], Any]:
    """Always the same value."""
    return lambda row: constant


def of(column: str) -> Callable[[Record], Any]:
    """The value of another column of the row."""
    return lambda row: row[column]


def days(number: int) -> np.timedelta64:
    """Whole days."""
    return np.timedelta64(number, "D")


def minutes(number: int) -> np.timedelta64:
    """Whole minutes."""
    return np.timedelta64(number, "m")


def _bools(mask: pa.ChunkedArray) -> Bools:
    return np.asarray(mask.fill_null(False).to_numpy(), dtype=bool)
