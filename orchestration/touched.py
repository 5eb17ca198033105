"""Whom a change of deliveries touches: the people whose rows in the lake are other than when the warehouse was built.

Here: which deliveries came, went or took another's place since, which rows of people they change, and whose. Not here:
which deliveries count (`pseudonymisation/history.py`), the build of those people (`orchestration/few_people.py`).

A row that names no person (a diagnosis names its contact) belongs to the person of the row that it points to. What is
about everybody at once, such as the fifths of incomes, cannot be built for a few: models say so by the tag
`population_wide`, and a change in what they are made of touches everybody, as does a change of the code.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.dbt_manifest import Models
from orchestration.lake_views import POINTS_TO, parquet, sql_text
from pseudonymisation.lake import Lake, LakeDelivery

MOST = 0.2  # Of the people; of more a build of everybody is quicker.


@dataclass(frozen=True, slots=True)
class Touched:
    """How many people are touched, all numbers (`number_id`) that they ever had, and the sources of which rows came or
    went.
    """

    people: int
    numbers: pa.Table
    sources: frozenset[str]


def whom(
    lake: Lake,
    then: list[LakeDelivery],
    now: list[LakeDelivery],
    *,
    published: Path,
    models: Models,
    memory_limit: str,
) -> Touched | None:
    """The people whom the deliveries that count `now` touch, against those of the published warehouse (`then`).

    None: everybody.
    """
    change, sources = _Change(lake, then, now, models), set[str]()
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        connection.execute(f"attach {sql_text(str(published))} as published (read_only)")
        connection.execute("create table touched (number_id bigint)")
        for source in sorted(change.sources & models.used):
            rows = change.rows(source)
            if rows is None:
                continue
            if source in models.of_everybody:
                if connection.execute(f"select 1 from ({rows}) limit 1").fetchone():
                    return None
            else:
                sources.add(source)
                connection.execute(f"insert into touched {change.numbers(source, rows)}")
        return _everything_of(connection, sources)


def _everything_of(connection: duckdb.DuckDBPyConnection, sources: set[str]) -> Touched | None:
    """The people of the touched numbers, with all their numbers; None when they are too many."""
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
    every_number = connection.execute(
        "select person_id as number_id from people union "
        f"select known.number_id from {numbers} known join people using (person_id)"
    ).to_arrow_table()
    return Touched(people, every_number, frozenset(sources))


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
        if self.models.tables[source].is_full:
            # Each delivery replaces all before it; most of its rows are those of the last one.
            one, other = (self._read(side[-1:]) for side in (then, now))
            if one is None or other is None:
                return one or other
            return f"({one} except all {other}) union all ({other} except all {one})"
        ids = {d.delivery for d in then} ^ {d.delivery for d in now}
        return self._read([d for d in (*then, *now) if d.delivery in ids])

    def numbers(self, source: str, rows: str) -> str:
        """A select of the numbers of the people of such rows, and of those who have or had a row of the same key."""
        table = self.models.tables[source]
        if table.names_a_person:
            every = self._read([d for side in (self.then, self.now) for d in side if d.source == source and d.rows])
            if not table.key or "person_id" in table.key or table.is_full or every is None:
                return f"select distinct person_id from ({rows})"
            columns = ", ".join(f'"{column}"' for column in table.key)
            return f"select distinct person_id from ({every}) semi join ({rows}) changed using ({columns})"
        column, other = POINTS_TO[source]
        pointed = self._read([d for side in (self.then, self.now) for d in side if d.source == other and d.rows])
        if pointed is None:
            return "select null::bigint where false"
        return f"select distinct person_id from ({pointed}) semi join ({rows}) changed using ({column})"

    def _read(self, deliveries: list[LakeDelivery]) -> str | None:
        """A select of all rows of deliveries, without what is about the delivery."""
        files = list(dict.fromkeys(path for d in deliveries for path in self.lake.files(d)))
        return f"select * exclude (_row_number) from {parquet(files)}" if files else None
