"""How much is missing in each column of a released table, without telling of a few people.

A share is the mean over the table's people of what part of their rows has no value, so that nobody weighs more than
one person; it is told in the steps of `small_counts.py`, and only where enough people lack a value and enough have one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.distribution import counting, pieces
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
    people = 0
    with counting() as engine:
        for piece in pieces(path, key, list(found), made=_nulls, rows=READ_ROWS, several=PIECE):
            engine.register("people", piece)
            people += _count(engine, found)
            engine.unregister("people")
    return {SUBJECT: NONE} | {name: _told(column, people, least) for name, column in found.items()}


def _nulls(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Whose row it is, and which of its columns have no value; columns by their places, for they may have any name."""
    others = [column for name, column in zip(batch.schema.names, batch.columns, strict=True) if name != SUBJECT]
    made = {SUBJECT: batch[SUBJECT]} | {f"n{at}": pc.is_null(column) for at, column in enumerate(others)}
    return pa.RecordBatch.from_pydict(made)


def _count(engine: duckdb.DuckDBPyConnection, columns: Mapping[str, _Column]) -> int:
    """Add what a piece holds; gives its people."""
    places = range(len(columns))
    shares = "".join(f", avg(n{at}::int) as m{at}" for at in places)
    told = "".join(
        f", count_if(m{at} > 0), count_if(m{at} < 1), sum(round({MILLION} * m{at})::bigint)" for at in places
    )
    people, *numbers = engine.execute(
        f"select count(*){told} from (select 1{shares} from people group by {SUBJECT})"
    ).fetchone() or (0,)
    for at, column in enumerate(columns.values()):
        lack, have, millionths = (int(number) for number in numbers[3 * at : 3 * at + 3])
        column.lack, column.have = column.lack + lack, column.have + have
        column.millionths += millionths
    return int(people)


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
