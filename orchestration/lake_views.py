"""The lake as SQL: per table one select over exactly the Parquet files of the deliveries that count.

Nothing is found by looking into folders: a delivery that was not accepted, or that is being written right now, cannot
slip in. dbt makes views of the selects (`dbt_project/macros/lake.sql`), a build of few people tables of some of their
rows. Not here: which deliveries count (`pseudonymisation/history.py`), which of their rows (`macros/current_rows.sql`).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pseudonymisation.lake import Lake, LakeDelivery

OF_THE_DELIVERY = ("_row_key", "_delivery", "_delivered_at")

# Rows that name no person: the column that points to the row of another table that does, which has the same column.
POINTS_TO: Mapping[str, tuple[str, str]] = {
    "faik": ("familie_id", "bef"),
    "lpr_a_diagnose": ("dw_ek_kontakt", "lpr_a_kontakt"),
    "lpr_a_procedure": ("dw_ek_kontakt", "lpr_a_kontakt"),
    "lpr_diag": ("recnum", "lpr_adm"),
}


class LakeViewError(Exception):
    """The lake holds what cannot be told as SQL."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that counts: its source and id, when it was created, and its Parquet files (none without rows)."""

    source: str
    delivery: str
    delivered_at: datetime
    files: tuple[Path, ...]

    @classmethod
    def of(cls, lake: Lake, delivery: LakeDelivery) -> "Delivered":
        """One of the lake."""
        files = tuple(lake.files(delivery)) if delivery.rows else ()
        return cls(delivery.source, delivery.delivery, delivery.created, files)


@dataclass(frozen=True, slots=True)
class LakeTable:
    """One table of the lake as dbt's sources tell it; `columns` are names and types, `key` is empty without one."""

    name: str
    columns: Mapping[str, str]
    mode: str
    key: tuple[str, ...]

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> "LakeTable":
        """Of a source in dbt's manifest."""
        columns = {column["name"]: column["data_type"] for column in node["columns"].values()}
        meta = node["config"]["meta"]
        return cls(node["name"], columns, meta["delivery_mode"], tuple(meta["primary_key"]))

    @property
    def is_full(self) -> bool:
        """Whether a delivery replaces all before it."""
        return self.mode == "full"

    @property
    def names_a_person(self) -> bool:
        """Whether the rows say whom they are about."""
        return "person_id" in self.columns

    def rows(self, deliveries: Iterable[Delivered]) -> str:
        """A select of all rows of its deliveries, in the form of `_sources.yml`; of none when there are none.

        Raises LakeViewError when the keys of two deliveries would be the same, or one has no offset.
        """
        selects, numbers = [], dict[int, str]()
        for delivered in deliveries:
            if not delivered.files:
                continue
            number = _number(delivered.delivery)
            if number in numbers:
                raise LakeViewError(
                    f"source {self.name}: the keys of deliveries {numbers[number]} and {delivered.delivery} would be "
                    "the same; ask the supplier to send the later one under another id"
                )
            numbers[number] = delivered.delivery
            selects.append(self._rows_of(delivered, number))
        if selects:
            return " union all ".join(selects)
        typed = (f'cast(null as {data_type}) as "{name}"' for name, data_type in self.columns.items())
        return f"select {', '.join(typed)} where 1 = 0"

    def rows_of_people(self, deliveries: Iterable[Delivered], numbers: str) -> str:
        """A select of the rows that decide what counts of the people whose numbers (`number_id`) are in a table.

        Of a full source those of the latest delivery, which is the latest for everybody. Where a key does not name the
        person, a row can move from one person to another: with each row of these people come all rows of its key.
        Rows of a table in POINTS_TO are those of the rows that they point to, which must be in the schema `lake`
        already. Of any other table that names nobody all rows come.
        """
        with_rows = [delivered for delivered in deliveries if delivered.files]
        rows = self.rows(with_rows[-1:] if self.is_full else with_rows)
        if self.name in POINTS_TO:
            column, other = POINTS_TO[self.name]
            return f'select * from ({rows}) semi join lake."{other}" as other using ("{column}")'
        if not self.names_a_person:
            return rows
        theirs = f"select * from ({rows}) where person_id in (select number_id from {numbers})"
        if self.is_full or not self.key or "person_id" in self.key:
            return theirs
        key = ", ".join(f'"{column}"' for column in self.key)
        return f"select * from ({rows}) semi join ({theirs}) as theirs using ({key})"

    def _rows_of(self, delivered: Delivered, number: int) -> str:
        if delivered.delivered_at.utcoffset() is None:
            raise LakeViewError(
                f"source {self.name}: delivery {delivered.delivery} was created at a time without an offset, which "
                "could be any time; expected for example 2026-01-20T06:00:00+00:00"
            )
        at = delivered.delivered_at.astimezone(UTC)
        stored = [
            f'cast("{name}" as {data_type}) as "{name}"'
            for name, data_type in self.columns.items()
            if name not in OF_THE_DELIVERY
        ]
        made = [
            f"cast({number * 2**32} as bigint) + _row_number as _row_key",
            f"cast({sql_text(delivered.delivery)} as varchar) as _delivery",
            f"cast('{at:%Y-%m-%d %H:%M:%S.%f}' as timestamp) as _delivered_at",
        ]
        return f"select {', '.join(stored + made)} from {parquet(delivered.files)}"


def lake_views(tables: Sequence[LakeTable], deliveries: Iterable[Delivered]) -> dict[str, str]:
    """The select of every table of the lake. Raises LakeViewError, also when a delivery is of no known table."""
    of_source: dict[str, list[Delivered]] = {table.name: [] for table in tables}
    for delivered in deliveries:
        if delivered.source not in of_source:
            raise LakeViewError(f"the lake holds a delivery of {delivered.source}, of which there is no contract")
        of_source[delivered.source].append(delivered)
    return {table.name: table.rows(in_order(of_source[table.name])) for table in tables}


def in_order(deliveries: Iterable[Delivered]) -> list[Delivered]:
    """Deliveries by creation; those of one moment by their id."""
    return sorted(deliveries, key=lambda delivered: (delivered.delivered_at, delivered.delivery))


def parquet(files: Iterable[Path]) -> str:
    """The rows of Parquet files of one schema; a folder delivery=<id> is not made a column of."""
    return f"read_parquet([{', '.join(sql_text(str(file)) for file in files)}], hive_partitioning = false)"


def sql_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _number(delivery: str) -> int:
    """31 bits of a delivery's id.

    With the number of the row they are a key that a row keeps whichever other deliveries are there, so that a row is
    called the same in every build.
    """
    return int(hashlib.md5(delivery.encode("utf-8"), usedforsecurity=False).hexdigest()[:8], 16) // 2
