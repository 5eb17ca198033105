"""Whom a change of deliveries touches: the people whose rows in the lake are other than when the warehouse was built.

Here: which deliveries came, went or took another's place since, which rows of people they change, and whose. Not here:
which deliveries count (`pseudonymisation/history.py`), the build of those people (`orchestration/warehouse.py`).

A row that names no person (a diagnosis names its contact) belongs to the person of the row that it points to. What is
about everybody at once, such as the fifths of incomes, cannot be built for a few: models say so by the tag
`population_wide`, and a change in what they are made of touches everybody, as does a change of the code.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pseudonymisation.lake import Lake, LakeDelivery

POPULATION_WIDE = "population_wide"
MOST = 0.2  # Of the people; of more a build of everybody is quicker.
# Rows without a person: the column that points to the row of another source that has one, by the same column.
POINTS_TO: Mapping[str, tuple[str, str]] = {
    "lpr_a_diagnose": ("dw_ek_kontakt", "lpr_a_kontakt"),
    "lpr_a_procedure": ("dw_ek_kontakt", "lpr_a_kontakt"),
    "lpr_diag": ("recnum", "lpr_adm"),
}


@dataclass(frozen=True, slots=True)
class Touched:
    """How many people are touched, and the Parquet file of all numbers (`number_id`) that they ever had."""

    people: int
    numbers: Path


@dataclass(frozen=True)
class Models:
    """What the parsed dbt project says about its sources."""

    manifest: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> "Models":
        """Of the file that dbt writes."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    @cached_property
    def used(self) -> set[str]:
        """Sources that any model reads."""
        return self._sources_of(node for node in self._models.values())

    @cached_property
    def of_everybody(self) -> set[str]:
        """Sources of which a model is made that is about everybody at once."""
        return self._sources_of(n for n in self._models.values() if POPULATION_WIDE in n["config"]["tags"])

    @cached_property
    def wide_tables(self) -> list[str]:
        """The models that are about everybody at once, as schema and table."""
        wide = (n for n in self._models.values() if POPULATION_WIDE in n["config"]["tags"])
        return sorted(f"{node['schema']}.{node['name']}" for node in wide)

    def is_full(self, source: str) -> bool:
        """Whether a delivery of the source replaces all before it."""
        return bool(self._source(source)["config"]["meta"]["delivery_mode"] == "full")

    def key(self, source: str) -> list[str]:
        """The columns of the source's key; none when it has none."""
        return list(self._source(source)["config"]["meta"]["primary_key"])

    def names_a_person(self, source: str) -> bool:
        """Whether the rows of a source say whom they are about."""
        return "person_id" in self._source(source)["columns"]

    def _source(self, name: str) -> Mapping[str, Any]:
        return next(node for node in self.manifest["sources"].values() if node["name"] == name)

    @cached_property
    def _models(self) -> dict[str, Any]:
        nodes = self.manifest["nodes"].items()
        return {key: node for key, node in nodes if node["resource_type"] == "model"}

    def _sources_of(self, nodes: Iterable[Mapping[str, Any]]) -> set[str]:
        found: set[str] = set()
        waiting = list(nodes)
        seen: set[str] = set()
        while waiting:
            for parent in waiting.pop()["depends_on"]["nodes"]:
                if parent in self.manifest["sources"]:
                    found.add(self.manifest["sources"][parent]["name"])
                elif parent in self._models and parent not in seen:
                    seen.add(parent)
                    waiting.append(self._models[parent])
        return found


def whom(
    lake: Lake,
    before: Iterable[Mapping[str, Any]],
    now: list[LakeDelivery],
    *,
    published: Path,
    models: Models,
    into: Path,
    memory_limit: str,
) -> Touched | None:
    """The people whom the deliveries that count now touch, against those of the published warehouse; None: everybody.

    `before` are the deliveries of its record. The numbers of the touched are written to `into`.
    """
    then = [lake.find(told["source"], told["delivery"]) for told in before]
    if any(found is None or _told(found) != _basis(told) for found, told in zip(then, before, strict=True)):
        return None  # A delivery was taken in anew: what it was is not there to compare with.
    change = _Change(lake, [d for d in then if d], now, models)
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        connection.execute(f"attach '{quoted(published)}' as published (read_only)")
        connection.execute("create table touched (number_id bigint)")
        for source in sorted(change.sources & models.used):
            rows = change.rows(source)
            if rows is None:
                continue
            if source in models.of_everybody:
                if connection.execute(f"select 1 from ({rows}) limit 1").fetchone():
                    return None
            else:
                connection.execute(f"insert into touched {change.numbers(source, rows)}")
        return _everything_of(connection, into)


def _everything_of(connection: duckdb.DuckDBPyConnection, into: Path) -> Touched | None:
    """All numbers of the people of the touched numbers."""
    numbers = "published.staging.stg_person_number"
    connection.execute(
        "create table people as select distinct coalesce(known.person_id, touched.number_id) as person_id "
        f"from touched left join {numbers} known on known.number_id = touched.number_id"
    )
    people, every = (
        int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])
        for table in ("people", "published.marts.person")
    )
    if people > MOST * every:
        return None
    connection.execute(
        "copy (select person_id as number_id from people union "
        f"select known.number_id from {numbers} known join people using (person_id)) "
        f"to '{quoted(into)}' (format parquet)"
    )
    return Touched(people, into)


@dataclass(frozen=True)
class _Change:
    """The deliveries that counted then and those that count now."""

    lake: Lake
    then: list[LakeDelivery]
    now: list[LakeDelivery]
    models: Models

    @property
    def sources(self) -> set[str]:
        """Sources of which other deliveries count."""
        keys = [{(d.source, d.delivery) for d in side} for side in (self.then, self.now)]
        return {source for source, _ in keys[0] ^ keys[1]}

    def rows(self, source: str) -> str | None:
        """A select of the rows of a source that came or went; None when there are none."""
        then, now = ([d for d in side if d.source == source and d.rows] for side in (self.then, self.now))
        if self.models.is_full(source):
            # Each delivery replaces all before it; most of its rows are those of the last one.
            one, other = (self._read(side[-1:]) for side in (then, now))
            if one is None or other is None:
                return one or other
            return f"({one} except all {other}) union all ({other} except all {one})"
        ids = {d.delivery for d in then} ^ {d.delivery for d in now}
        return self._read([d for d in (*then, *now) if d.delivery in ids])

    def numbers(self, source: str, rows: str) -> str:
        """A select of the numbers of the people of such rows, and of those who have or had a row of the same key."""
        if self.models.names_a_person(source):
            key = self.models.key(source)
            every = self._read([d for side in (self.then, self.now) for d in side if d.source == source and d.rows])
            if not key or "person_id" in key or self.models.is_full(source) or every is None:
                return f"select distinct person_id from ({rows})"
            columns = ", ".join(f'"{column}"' for column in key)
            return f"select distinct person_id from ({every}) semi join ({rows}) changed using ({columns})"
        column, other = POINTS_TO[source]
        pointed = self._read([d for side in (self.then, self.now) for d in side if d.source == other and d.rows])
        if pointed is None:
            return "select null::bigint where false"
        return f"select distinct person_id from ({pointed}) semi join ({rows}) changed using ({column})"

    def _read(self, deliveries: list[LakeDelivery]) -> str | None:
        """A select of all rows of deliveries, without what is about the delivery."""
        files = dict.fromkeys(quoted(path) for d in deliveries for path in self.lake.files(d))
        if not files:
            return None
        listed = ", ".join(f"'{path}'" for path in files)
        return f"select * exclude (_row_number) from read_parquet([{listed}], hive_partitioning = false)"


def _told(delivery: LakeDelivery) -> tuple[Any, ...]:
    return delivery.digest, delivery.treatment, delivery.key_versions


def _basis(told: Mapping[str, Any]) -> tuple[Any, ...]:
    return told["digest"], told["treatment"], told["key_versions"]


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of an SQL text."""
    return str(path).replace("'", "''")
