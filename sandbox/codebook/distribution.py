"""How the people of a released table are spread over the values of each column, with small counts hidden.

What is counted, and how a file is counted in two passes; its people are in `people.py`, and what may be told of the
counts in `small_counts.py`.
People are counted, never rows: a person counts once under each value that they have. Keys and what somebody wrote are
left out; of texts only codes are counted, of which the mart names the list.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.people import People, pieces
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
from sandbox.parquet import ROW_GROUP_ROWS

VALUES, NUMBERS, YEARS = "values", "numbers", "years"
# Why the people of a column are never counted.
A_KEY, FREE_TEXT, NOT_COUNTED = "a key", "free text", "not counted"
# How many ranges of equal width there are, at most, besides the first.
MOST = {NUMBERS: 10, YEARS: 24}
# How many different codes are counted: of a list that is longer, most are hidden anyway.
LISTED = 100_000
WHOLE = {"int32", "int64"}
DAYS = {"date32[day]", "timestamp[us]"}
# How many groups of rows are counted at once.
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
    path: Path, key: bytes, columns: Sequence[_Column], count: Callable[[People, pa.Array, _Column], None]
) -> int:
    """Count every column, piece after piece of the file, and how many people there are; in memory is one piece."""
    counted = 0
    names = [column.name for column in columns]
    for people in pieces(path, key, names, rows=ROW_GROUP_ROWS, several=PIECE):
        counted += people.count
        for column in columns:
            count(people, people.values(column.name), column)
    return counted


def _look(people: People, values: pa.Array, column: _Column) -> None:
    """How many people have each value; of numbers, how many have their least and their largest one where."""
    if column.kind != VALUES:
        numbers = _numbers(values, column)
        _count(column.lows, _short(people.least(numbers)))
        _count(column.highs, _short(people.largest(numbers)))
    elif len(column.values) <= LISTED:
        coded, texts = _coded(values)
        found = people.of_each(coded, len(texts))
        column.values.update(dict(zip(texts, found.tolist(), strict=True)))


def _sort(people: People, values: pa.Array, column: _Column) -> None:
    """How many people are in which parts: a person's parts as the bits of one number, the last one of all others."""
    if column.kind == VALUES:
        coded, texts = _coded(values)
        places = {text: at for at, text in enumerate(column.parts)}
        others = len(column.parts)
        # The last place is that of no value, which is coded as -1.
        bits = np.array([1 << places.get(text, others) for text in texts] + [0], np.int64)[coded]
    else:
        numbers = _numbers(values, column)
        part = np.searchsorted(np.array(column.edges, np.float64), numbers, side="right")
        bits = np.where(np.isnan(numbers), 0, np.left_shift(np.int64(1), part))
    _count(column.masks, people.any_bits(bits))


def _coded(values: pa.Array) -> tuple[Any, list[str]]:
    """Which of the different values stands in each row, -1 where none does, and these values as texts."""
    coded = values.dictionary_encode()
    texts: list[str] = pc.cast(coded.dictionary, pa.string()).to_pylist()
    return pc.fill_null(coded.indices, -1).to_numpy(), texts


def _numbers(values: pa.Array, column: _Column) -> Any:
    """The numbers, or the years, of the rows; NaN where there is none or none that is finite."""
    numbers = pc.year(values) if column.kind == YEARS else values
    found = pc.cast(numbers, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(found), found, np.nan)


def _count(counts: Counter[Any], values: Any) -> None:
    different, people = np.unique(values, return_counts=True)
    counts.update(dict(zip(different.tolist(), people.tolist(), strict=True)))


def _short(numbers: Any) -> Any:
    """Numbers that are there, with four digits: enough to choose edges by, and few different ones."""
    there = numbers[~np.isnan(numbers)]
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
