"""What a codebook tells of each column of a released table, counted in two passes over its encrypted file.

What is counted of a column is in `missing.py`, `different.py` and `distribution.py`, how the file is read in
`people.py`. In memory is one piece of the file at a time, or all of them where they are small: then the file is read
once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sandbox.codebook.different import Different, bounded_engine
from sandbox.codebook.distribution import Distribution
from sandbox.codebook.missing import NONE, Missing
from sandbox.codebook.people import People, pieces
from sandbox.tables import SUBJECT

# One core each; numpy and Arrow leave Python to the other one for most of their time.
THREADS = 2
# How many bytes of the first pass are kept for the second.
KEPT_BYTES = 128 << 20


@dataclass(slots=True)
class _Column:
    """What is counted of one column; `missing` is None where nothing can be."""

    name: str
    missing: Missing | None
    different: Different
    distribution: Distribution

    def look(self, people: People, values: pa.Array) -> None:
        if self.missing:
            self.missing.look(people, values)
        self.different.look(values)
        self.distribution.look(people, values)

    def told(self, people: int, least: int) -> dict[str, Any]:
        return {
            **(self.missing.told(people, least) if self.missing else NONE),
            "distinct": self.different.band(),
            "distribution": self.distribution.told(people, least),
        }


def told_of_columns(
    path: Path,
    *,
    key: bytes,
    columns: Sequence[tuple[str, str]],
    coded: Collection[str],
    never_missing: Collection[str],
    least: int,
) -> dict[str, dict[str, Any]]:
    """Per column of a release's file (name, Arrow type) what is missing, how many different values, how they spread.

    `coded` are the columns with a code list, `never_missing` those that always have a value; nothing of fewer than
    `least` people is told. The keys are those of a codebook's column: `missing_percent`, `missing`, `distinct`,
    `distribution`. Raises ReleaseError when the file cannot be read with the key or its rows do not stand in the order
    of the subjects.
    """
    names = [name for name, _ in columns if name != SUBJECT]
    kept: list[People] = []
    with bounded_engine() as engine, ThreadPoolExecutor(THREADS, thread_name_prefix="counting") as pool:
        found = [
            _Column(
                name,
                None if name == SUBJECT or name in never_missing else Missing(),
                Different(engine),
                Distribution.of(name, arrow_type, coded=name in coded),
            )
            for name, arrow_type in columns
        ]
        people = _each(_keeping(pieces(path, key, names), kept), found, _Column.look, pool)
        for column in found:
            column.distribution.choose(least)
        spread = [column for column in found if column.distribution.has_parts]
        if spread:
            again = kept or pieces(path, key, [column.name for column in spread])
            _each(again, spread, lambda column, *some: column.distribution.divide(*some), pool)
        return {column.name: column.told(people, least) for column in found}


def _keeping(coming: Iterable[People], kept: list[People]) -> Iterator[People]:
    """The same pieces, all of them in `kept` at the end, or none when they are too large together."""
    size = 0
    for people in coming:
        size += people.nbytes
        if size <= KEPT_BYTES:
            kept.append(people)
        else:
            kept.clear()
        yield people


def _each(
    coming: Iterable[People],
    columns: Sequence[_Column],
    count: Callable[[_Column, People, pa.Array], None],
    pool: ThreadPoolExecutor,
) -> int:
    """Count every column, piece after piece; gives how many people there are."""
    counted = 0
    for people in coming:
        counted += people.count
        for _ in pool.map(lambda column, some=people: count(column, some, some.values(column.name)), columns):
            pass
    return counted
