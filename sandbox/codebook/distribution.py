"""How the people of a released table are spread over the values of a column, with small counts hidden.

Counted is twice: where the values lie, and then who is in which part. What may be told of the counts is in
`small_counts.py`. People are counted, never rows: a person counts once under each value that they have. Keys and what
somebody wrote are left out; of texts only codes are counted, of which the mart names the list.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.people import People
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

VALUES, NUMBERS, YEARS = "values", "numbers", "years"
# Why the people of a column are never counted.
A_KEY, FREE_TEXT, NOT_COUNTED = "a key", "free text", "not counted"
# How many ranges of equal width there are, at most, besides the first.
MOST = {NUMBERS: 10, YEARS: 24}
# How many different codes are counted: of a list that is longer, most are hidden anyway.
LISTED = 100_000
WHOLE = {"int32", "int64"}
DAYS = {"date32[day]", "timestamp[us]"}


@dataclass(slots=True)
class Distribution:
    """What is found of a column: first its values or where its numbers lie, then who is in which part.

    `kind` is what is counted, or empty with the reason in `why`; `whole` says that numbers are whole ones.
    """

    kind: str
    why: str
    whole: bool
    values: Counter[str] = field(default_factory=Counter)
    lows: Counter[float] = field(default_factory=Counter)
    highs: Counter[float] = field(default_factory=Counter)
    masks: Masks = field(default_factory=Counter)
    parts: list[str] = field(default_factory=list)
    edges: list[int | float] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, arrow_type: str, *, coded: bool) -> "Distribution":
        """Of a column that nobody has looked at; `coded` says that its mart names a code list."""
        kind, why = _kind(name, arrow_type, coded)
        return cls(kind, why, whole=arrow_type in WHOLE | DAYS)

    @property
    def has_parts(self) -> bool:
        """Whether there are parts to count the people of."""
        return bool(self.parts or self.edges)

    def look(self, people: People, values: pa.Array) -> None:
        """How many people have each value; of numbers, how many have their least and their largest one where."""
        if self.kind in {NUMBERS, YEARS}:
            numbers = self._numbers(values)
            _count(self.lows, _short(people.smallest(numbers)))
            _count(self.highs, _short(people.largest(numbers)))
        elif self.kind == VALUES and len(self.values) <= LISTED:
            coded, texts = _coded(values)
            found = people.of_each(coded, len(texts))
            self.values.update(dict(zip(texts, found.tolist(), strict=True)))

    def choose(self, least: int) -> None:
        """The values that may be shown, or the edges of the ranges."""
        if self.kind == VALUES:
            if len(self.values) <= LISTED:
                enough = ((people, value) for value, people in self.values.items() if people >= least)
                self.parts = [value for _, value in sorted(enough, key=lambda one: (-one[0], one[1]))[:SHOWN]]
        elif span := Span.of(self.lows, self.highs, least):
            self.edges = chosen_edges(span, whole=self.whole, most=MOST[self.kind])

    def divide(self, people: People, values: pa.Array) -> None:
        """How many people are in which parts: those of one as the bits of a number, the last one of all others."""
        if self.kind == VALUES:
            coded, texts = _coded(values)
            places = {text: at for at, text in enumerate(self.parts)}
            others = len(self.parts)
            # The last place is that of no value, which is coded as -1.
            bits = np.array([1 << places.get(text, others) for text in texts] + [0], np.int64)[coded]
        else:
            numbers = self._numbers(values)
            part = np.searchsorted(np.array(self.edges, np.float64), numbers, side="right")
            bits = np.where(np.isnan(numbers), 0, np.left_shift(np.int64(1), part))
        _count(self.masks, people.any_bits(bits))

    def told(self, people: int, least: int) -> dict[str, Any]:
        """The distribution as a codebook holds it, of so many people in all.

        No value or range of fewer than `least` people is told. `of` is `values`, `numbers` or `years`, or empty with
        the reason in `why`. Each of `parts` has `percent`, the share of the people in multiples of `step_percent`, and
        `value`, or `from` (inclusive) and `to` (exclusive), None at an open end. `others_percent` is the share with any
        value that is hidden, None when nothing is.
        """
        if not self.kind:
            return nothing(self.why)
        step = rounding_step(people, least)
        if step is None:
            return nothing("too few people" if people else "no rows")
        if self.kind != VALUES:
            told = told_bins(self.masks, self.edges, people=people, step=step, least=least)
        elif len(self.values) > LISTED:
            return nothing("too many different values")
        else:
            hidden = len(self.values) - len(self.parts)
            told = told_values(self.masks, self.parts, hidden, people=people, step=step, least=least)
        return {**told, "of": self.kind if told["parts"] else ""}

    def _numbers(self, values: pa.Array) -> Any:
        """The numbers, or the years, of the rows; NaN where there is none or none that is finite."""
        numbers = pc.year(values) if self.kind == YEARS else values
        found = pc.cast(numbers, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return np.where(np.isfinite(found), found, np.nan)


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


def _coded(values: pa.Array) -> tuple[Any, list[str]]:
    """Which of the different values stands in each row, -1 where none does, and these values as texts."""
    coded = values.dictionary_encode()
    texts: list[str] = pc.cast(coded.dictionary, pa.string()).to_pylist()
    return pc.fill_null(coded.indices, -1).to_numpy(), texts


def _count(counts: Counter[Any], values: Any) -> None:
    different, people = np.unique(values, return_counts=True)
    counts.update(dict(zip(different.tolist(), people.tolist(), strict=True)))


def _short(numbers: Any) -> Any:
    """Numbers that are there, with four digits: enough to choose edges by, and few different ones."""
    there = numbers[~np.isnan(numbers)]
    digits = 3 - np.floor(np.log10(np.abs(np.where(there == 0, 1.0, there))))
    more, less = 10.0 ** np.clip(digits, 0, 300), 10.0 ** np.clip(-digits, 0, 300)
    return np.round(there / less * more) / more * less
