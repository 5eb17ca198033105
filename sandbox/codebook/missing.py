"""How much is missing in each column of a released table, without telling of a few people.

A share is the mean over the table's people of what part of their rows has no value, so that nobody weighs more than
one person; it is told in the steps of `small_counts.py`, and only where enough people lack a value and enough have one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.people import People, pieces
from sandbox.codebook.small_counts import percent, rounding_step
from sandbox.parquet import READ_ROWS
from sandbox.tables import SUBJECT

# Shares are added up in whole millionths: sums of them are the same in any order.
MILLION = 1_000_000
# Of a column that cannot be without a value, whatever the rows are.
NONE = {"missing_percent": 0, "missing": "none"}
# What is looked at at once: of each value a bit.
PIECE = 100


@dataclass(slots=True)
class _Column:
    """How many people lack a value in some row, how many have one in some, and the sum of their shares."""

    lack: int = 0
    have: int = 0
    millionths: int = 0


def missing(path: Path, *, key: bytes, columns: Sequence[str], least: int) -> dict[str, dict[str, Any]]:
    """Per column of a release's file `missing_percent` (None where nothing can be told) and `missing`, in words.

    Raises ReleaseError as `distributions`.
    """
    found = {name: _Column() for name in columns if name != SUBJECT}
    counted = 0
    for people in pieces(path, key, list(found), made=_nulls, rows=READ_ROWS, several=PIECE):
        counted += people.count
        for at, column in enumerate(found.values()):
            _count(people, f"n{at}", column)
    return {SUBJECT: NONE} | {name: _told(column, counted, least) for name, column in found.items()}


def _nulls(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Whose row it is, and which of its columns have no value; columns by their places, for they may have any name."""
    others = [column for name, column in zip(batch.schema.names, batch.columns, strict=True) if name != SUBJECT]
    made = {SUBJECT: batch[SUBJECT]} | {f"n{at}": pc.is_null(column) for at, column in enumerate(others)}
    return pa.RecordBatch.from_pydict(made)


def _count(people: People, name: str, column: _Column) -> None:
    """Add what some people lack of a column."""
    shares = people.shares(people.values(name).to_numpy(zero_copy_only=False))
    column.lack += int(np.count_nonzero(shares > 0))
    column.have += int(np.count_nonzero(shares < 1))
    column.millionths += int(np.rint(shares * MILLION).sum())


def _told(column: _Column, people: int, least: int) -> dict[str, Any]:
    if not people:
        return {"missing_percent": 0, "missing": "no rows"}
    if column.lack < least:
        return {"missing_percent": 0, "missing": "hardly any"}
    if column.have < least:
        return {"missing_percent": 100, "missing": "nearly all"}
    step = rounding_step(people, least)
    if step is None:
        return {"missing_percent": None, "missing": "some"}
    share = percent(column.millionths, people * MILLION, step)
    share = min(100 - step, max(step, share))
    return {"missing_percent": share, "missing": f"{share} %"}
