"""The people of a released table: its file in pieces of bounded size, all rows of a person in the same one.

Rows stand in the order of the subjects, so that those of a person follow each other and are counted without a table of
people. What is counted of them is in `counting.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.errors import ReleaseError
from sandbox.parquet import ROW_GROUP_ROWS, Shape, opened, read_batches, shapes_of
from sandbox.tables import SUBJECT

# How many batches are a piece, and how many bytes it takes in memory, about, at most.
PIECE = 4
PIECE_BYTES = 128 << 20


class People:
    """Some people of a file, `count` of them, with all their rows; `nbytes` is what they take."""

    def __init__(self, rows: pa.Table) -> None:
        self._rows = rows
        runs = pc.run_end_encode(rows[SUBJECT].combine_chunks())
        self.subjects: pa.Array = runs.values
        ends = runs.run_ends.to_numpy()
        self._lengths = np.diff(ends, prepend=0)
        self._starts = ends - self._lengths
        self.count = len(ends)
        self.nbytes = rows.nbytes + self.subjects.nbytes + self._lengths.nbytes + self._starts.nbytes

    def values(self, column: str) -> pa.Array:
        """A column of the rows; of subject_id, by which they stand together, each person's once."""
        return self.subjects if column == SUBJECT else self._rows[column].combine_chunks()

    def smallest(self, numbers: Any) -> Any:
        """Of a number per row the smallest of each person; NaN is none."""
        return np.fmin.reduceat(numbers, self._starts)

    def largest(self, numbers: Any) -> Any:
        """The largest of each person."""
        return np.fmax.reduceat(numbers, self._starts)

    def any_bits(self, bits: Any) -> Any:
        """Of whole numbers, one per row, all bits that any row of a person has."""
        return np.bitwise_or.reduceat(bits, self._starts)

    def shares(self, flags: Any) -> Any:
        """Of a truth per row the share of each person's rows for which it holds."""
        return np.add.reduceat(flags, self._starts, dtype=np.int64) / self._lengths

    def of_each(self, places: Any, among: int) -> Any:
        """How many people have each of `among` values; `places` tells the value of each row, -1 that there is none."""
        # Few values in few bits: numpy sorts numbers of 16 bits several times as fast.
        narrow = places.astype(np.int16) if among < np.iinfo(np.int16).max else places
        order = np.argsort(narrow, kind="stable")
        value, person = places[order], np.repeat(np.arange(self.count), self._lengths)[order]
        once = np.ones(len(order), np.bool_)
        once[1:] = (value[1:] != value[:-1]) | (person[1:] != person[:-1])
        return np.bincount(value[once & (value >= 0)], minlength=among)


def pieces(path: Path, key: bytes, columns: Sequence[str]) -> Iterator[People]:
    """The people of a file, piece after piece, with these columns of their rows; no piece is without any.

    Raises ReleaseError when the file cannot be read with the key or its rows do not stand in the order of the subjects.
    """
    before, waiting = "", None
    with opened(path, key=key) as file:
        shapes = shapes_of(file) or {}
    with opened(path, key=key, listed=_listed(shapes, columns)) as file:
        batches = read_batches(path, file, rows=_rows(shapes, columns), columns=[SUBJECT, *columns])
        while some := list(islice(batches, PIECE)):
            read = pa.Table.from_batches(some)
            piece = pa.concat_tables([waiting, read]) if waiting else read
            # The last person of a piece may go on in the next one.
            at = pc.index(piece[SUBJECT], piece[SUBJECT][-1]).as_py() if piece.num_rows else 0
            if at:
                people = People(piece[:at])
                before = _in_order(path, people, before)
                yield people
            waiting = piece[at:]
        if waiting:
            people = People(waiting)
            _in_order(path, people, before)
            yield people


def _listed(shapes: Mapping[str, Shape], columns: Sequence[str]) -> list[str]:
    """The columns of which each value stands in many rows: they are read and counted by their lists of values."""
    return [name for name in columns if name in shapes and 0 < shapes[name].values <= ROW_GROUP_ROWS // 4]


def _rows(shapes: Mapping[str, Shape], columns: Sequence[str]) -> int:
    """How many rows are read at once: fewer where they are wide, as what somebody wrote is."""
    width = sum(shapes[name].width for name in columns if name in shapes)
    return max(1, min(ROW_GROUP_ROWS, PIECE_BYTES // PIECE // max(1, width)))


def _in_order(path: Path, people: People, before: str) -> str:
    """The last subject of some people. One who stands in two places would be counted twice: people would seem more."""
    who = people.subjects
    if who.null_count or not (who[0].as_py() > before and pc.all(pc.less(who[:-1], who[1:])).as_py() is not False):
        raise ReleaseError(f"{path.name}: expected rows in the order of {SUBJECT}, found others; release again")
    return str(who[-1])
