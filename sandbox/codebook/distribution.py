"""How the people of a released table are spread over the values of each column, with small counts hidden.

What is counted, and how a file is counted in two passes; what may be told of the counts is in `small_counts.py`.
People are counted, never rows: a person counts once under each value that they have. Keys and what somebody wrote are
left out; of texts only codes are counted, of which the mart names the list.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.small_counts import (
    SHOWN,
    Masks,
    Span,
    chosen_edges,
    nothing,
    rounding_step,
    told_bins,
    told_values,
)
from sandbox.errors import ReleaseError
from sandbox.parquet import ROW_GROUP_ROWS, opened
from sandbox.tables import SUBJECT

VALUES, NUMBERS, YEARS = "values", "numbers", "years"
# Why the people of a column are never counted.
A_KEY, FREE_TEXT, NOT_COUNTED = "a key", "free text", "not counted"
# How many ranges of equal width there are, at most, besides the first.
MOST = {NUMBERS: 10, YEARS: 24}
# How many different codes are counted: of a list that is longer, most are hidden anyway.
LISTED = 100_000
WHOLE = {"int32", "int64"}
DAYS = {"date32[day]", "timestamp[us]"}
TABLE = "people"
# How many groups of rows are counted at once: an engine of two threads gives each its own.
PIECE = 8


@dataclass(slots=True)
class _Column:
    """What is found of a column: first its values or where its numbers lie, then who is in which part."""

    name: str
    kind: str
    whole: bool
    values: Counter[str] = field(default_factory=Counter)
    lows: Counter[float] = field(default_factory=Counter)
    highs: Counter[float] = field(default_factory=Counter)
    masks: Masks = field(default_factory=Counter)
    parts: list[str] = field(default_factory=list)
    edges: list[int | float] = field(default_factory=list)

    @property
    def sql(self) -> str:
        """The value that is counted."""
        if self.kind == VALUES:
            return f'cast("{self.name}" as varchar)'
        if self.kind == YEARS:
            return f'cast(year("{self.name}") as double)'
        number = f'cast("{self.name}" as double)'
        return number if self.whole else f"case when isfinite({number}) then {number} end"

    def part(self) -> tuple[str, list[object]]:
        """SQL of the bit of a row's part, with what is to be bound: a bit per shown value and one for all others."""
        bounds: Sequence[object] = self.parts if self.kind == VALUES else self.edges
        compared = "=" if self.kind == VALUES else "<"
        when = " ".join(f"when {self.sql} {compared} ? then {1 << at}" for at in range(len(bounds)))
        return f"case when {self.sql} is null then 0 {when} else {1 << len(bounds)} end", list(bounds)


def distributions(
    path: Path, *, key: bytes, columns: Sequence[tuple[str, str]], coded: Collection[str], least: int
) -> dict[str, dict[str, Any]]:
    """Per column of a release's file (name, Arrow type) how its people are spread, as a codebook holds it.

    `coded` are the columns with a code list; no value or range of fewer than `least` people is told. `of` is `values`,
    `numbers` or `years`, or empty with the reason in `why`. Each of `parts` has `percent`, the share of the table's
    people in multiples of `step_percent`, and `value`, or `from` (inclusive) and `to` (exclusive), None at an open end.
    `others_percent` is the share with any value that is hidden, None when nothing is. Raises ReleaseError when the
    file cannot be read with the key or its rows do not stand in the order of the subjects.
    """
    found = {name: _kind(name, kind, name in coded) for name, kind in columns}
    counted = [
        _Column(name, found[name][0], whole=kind in WHOLE or kind in DAYS) for name, kind in columns if found[name][0]
    ]
    people = _each(path, key, counted, _look)
    step = rounding_step(people, least)
    why = "no rows" if not people else "too few people"
    told = {name: nothing(why if kind else reason) for name, (kind, reason) in found.items()}
    if step is None:
        return told
    for column in counted:
        _choose(column, least)
    spread = [column for column in counted if column.parts or column.edges]
    if spread:
        _each(path, key, spread, _sort)
    for column in counted:
        told[column.name] = _told(column, people=people, step=step, least=least)
    return told


def _kind(name: str, arrow_type: str, coded: bool) -> tuple[str, str]:
    """What is counted of a column; else nothing, and why."""
    if name.endswith("_id"):
        return "", A_KEY
    if arrow_type == "bool" or (coded and arrow_type in {"string", *WHOLE}):
        return VALUES, ""
    if arrow_type in WHOLE or arrow_type == "double":
        return NUMBERS, ""
    if arrow_type in DAYS:
        return YEARS, ""
    return "", FREE_TEXT if arrow_type == "string" else NOT_COUNTED


def _each(
    path: Path,
    key: bytes,
    columns: Sequence[_Column],
    count: Callable[[duckdb.DuckDBPyConnection, Sequence[_Column]], None],
) -> int:
    """Count piece after piece of the file, and how many people there are; in memory is one piece."""
    people = 0
    with counting() as engine:
        for piece in pieces(path, key, [column.name for column in columns]):
            who = piece[SUBJECT].combine_chunks().dictionary_encode()
            people += len(who.dictionary)
            # Numbers in the place of pseudonyms are grouped several times as fast.
            engine.register(TABLE, piece.set_column(0, SUBJECT, who.indices))
            if columns:
                count(engine, columns)
            engine.unregister(TABLE)
    return people


def counting() -> duckdb.DuckDBPyConnection:
    """An engine that counts the rows of a release in bounded memory, and puts nothing on a disk."""
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB", "temp_directory": ""})


def pieces(
    path: Path,
    key: bytes,
    columns: Sequence[str],
    *,
    made: Callable[[pa.RecordBatch], pa.RecordBatch] = lambda batch: batch,
    rows: int = ROW_GROUP_ROWS,
    several: int = PIECE,
) -> Iterator[pa.Table]:
    """The file in pieces, all rows of a person in the same one, subject_id first.

    `made` is what is made of each batch of so many `rows`, and `several` of them are a piece.
    """
    before = ""
    with opened(path, key=key) as file:
        waiting: pa.Table | None = None
        batches = (made(batch) for batch in file.iter_batches(batch_size=rows, columns=[SUBJECT, *columns]))
        while some := list(islice(batches, several)):
            read = pa.Table.from_batches(some)
            piece = pa.concat_tables([waiting, read]) if waiting else read
            # The last person of a piece may go on in the next one.
            at = pc.index(piece[SUBJECT], piece[SUBJECT][-1]).as_py() if piece.num_rows else 0
            if at:
                before = _in_order(path, piece[:at], before)
                yield piece[:at]
            waiting = piece[at:]
        if waiting:
            _in_order(path, waiting, before)
            yield waiting


def _in_order(path: Path, piece: pa.Table, before: str) -> str:
    """The last subject of a piece. A subject of an earlier piece would be counted twice: people would seem more."""
    ends = pc.min_max(piece[SUBJECT]).as_py()
    if ends["min"] <= before:
        raise ReleaseError(f"{path.name}: expected rows in the order of {SUBJECT}, found others; release again")
    return str(ends["max"])


def _look(engine: duckdb.DuckDBPyConnection, columns: Sequence[_Column]) -> None:
    """How many people have each value; of numbers, how many have their least and their largest one where."""
    for column in columns:
        if column.kind == VALUES and len(column.values) <= LISTED:
            rows = engine.execute(
                # By its place: a column may be called as a name that is given here.
                f"select {column.sql}, count(distinct {SUBJECT}) from {TABLE} where {column.sql} is not null group by 1"
            ).fetchall()
            column.values.update(dict(rows))
    numbers = [column for column in columns if column.kind != VALUES]
    if numbers:
        asked = ", ".join(f"min({c.sql}) as low{at}, max({c.sql}) as high{at}" for at, c in enumerate(numbers))
        found = engine.execute(f"select {asked} from {TABLE} group by {SUBJECT}").fetchnumpy()
        for at, column in enumerate(numbers):
            _count(column.lows, _short(found[f"low{at}"]))
            _count(column.highs, _short(found[f"high{at}"]))


def _sort(engine: duckdb.DuckDBPyConnection, columns: Sequence[_Column]) -> None:
    """How many people are in which parts: a person's parts as the bits of one number."""
    parts, bound = [], []
    for at, column in enumerate(columns):
        part, bounds = column.part()
        parts.append(f"bit_or({part}) as mask{at}")
        bound += bounds
    found = engine.execute(f"select {', '.join(parts)} from {TABLE} group by {SUBJECT}", bound).fetchnumpy()
    for at, column in enumerate(columns):
        _count(column.masks, found[f"mask{at}"])


def _count(counts: Counter[Any], values: Any) -> None:
    different, people = np.unique(np.ma.compressed(values), return_counts=True)
    counts.update(dict(zip(different.tolist(), people.tolist(), strict=True)))


def _short(numbers: Any) -> Any:
    """Numbers that are there, with four digits: enough to choose edges by, and few different ones."""
    there = np.asarray(np.ma.compressed(numbers), dtype=np.float64)
    there = there[np.isfinite(there)]
    digits = 3 - np.floor(np.log10(np.abs(np.where(there == 0, 1.0, there))))
    more, less = 10.0 ** np.clip(digits, 0, 300), 10.0 ** np.clip(-digits, 0, 300)
    return np.round(there / less * more) / more * less


def _choose(column: _Column, least: int) -> None:
    """The values that may be shown, or the edges of the ranges."""
    if column.kind == VALUES:
        if len(column.values) <= LISTED:
            enough = ((people, value) for value, people in column.values.items() if people >= least)
            column.parts = [value for _, value in sorted(enough, key=lambda one: (-one[0], one[1]))[:SHOWN]]
    elif span := Span.of(column.lows, column.highs, least):
        column.edges = chosen_edges(span, whole=column.whole, most=MOST[column.kind])


def _told(column: _Column, *, people: int, step: int, least: int) -> dict[str, Any]:
    if column.kind != VALUES:
        told = told_bins(column.masks, column.edges, people=people, step=step, least=least)
    elif len(column.values) > LISTED:
        return nothing("too many different values")
    else:
        hidden = len(column.values) - len(column.parts)
        told = told_values(column.masks, column.parts, hidden, people=people, step=step, least=least)
    return {**told, "of": column.kind if told["parts"] else ""}
