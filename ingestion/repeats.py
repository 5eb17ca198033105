"""Repeats: rows of a delivery that have the key of an earlier row, found in a memory that does not grow with the rows.

The hash of each accepted row's key goes to files, spread by its first bits, so that rows of one key lie in one file;
each file is then sorted by itself. Rows that share a hash are only suspected: their values decide.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion.checks import quoted, small_engine
from ingestion.contract import Contract

BUCKETS = 16
PIECE = 50_000
_RECORD = np.dtype([("hash", "<u8"), ("place", "<i8")])

_NONE = np.empty(0, np.uint64)

Places = NDArray[np.int64]


class Repeats:
    """Collects the hashes of rows; `suspected` then tells which rows to compare. A context.

    A place numbers a row over the whole delivery.
    """

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        self._files = [
            self._open.enter_context((folder / f"keys-{number:02d}").open("wb")) for number in range(BUCKETS)
        ]

    def __enter__(self) -> "Repeats":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, hashes: NDArray[np.uint64], places: Places) -> None:
        """The hashes of rows and their places, which grow from call to call."""
        bucket = (hashes >> np.uint64(60)).astype(np.uint8)
        order = np.argsort(bucket, kind="stable")
        records = np.empty(len(places), _RECORD)
        records["hash"], records["place"] = hashes[order], places[order]
        ends = np.cumsum(np.bincount(bucket, minlength=BUCKETS))
        for file, part in zip(self._files, np.split(records, ends[:-1]), strict=True):
            file.write(part.tobytes())

    def suspected(self) -> Places:
        """The places of all rows that share a hash with another, in order."""
        for file in self._files:
            file.flush()
        found = [places for file in self._files for places in self._shared(Path(file.name))]
        return np.sort(np.concatenate(found)) if found else np.array([], np.int64)

    def _shared(self, path: Path) -> Iterator[Places]:
        hashes = np.concatenate([records["hash"] for records in _records(path)] or [_NONE])
        hashes.sort()
        shared = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if len(shared):
            for records in _records(path):
                nearest = np.minimum(np.searchsorted(shared, records["hash"]), len(shared) - 1)
                yield records["place"][shared[nearest] == records["hash"]]


def _records(path: Path) -> Iterator[NDArray[np.void]]:
    """The records of a file, a piece at a time."""
    with path.open("rb") as file:
        while len(records := np.fromfile(file, _RECORD, PIECE)):
            yield records


def repeated(rows: pa.Table, contract: Contract) -> tuple[Places, NDArray[np.bool_]]:
    """Of suspected rows, the places (column `place`) of those whose key an earlier row has, in order.

    The second array tells of each whether the whole row repeats an earlier one, or its key alone.
    """
    every = ", ".join(quoted(column.name) for column in contract.columns)
    key = ", ".join(quoted(name) for name in contract.key) or every
    with small_engine() as engine:
        engine.register("suspected", rows)
        found = engine.execute(f"""
            select place, nth_of_row > 1 as whole
            from (
                select place,
                    row_number() over (partition by {key} order by place) as nth_of_key,
                    row_number() over (partition by {every} order by place) as nth_of_row
                from suspected
            )
            where nth_of_key > 1
            order by place
        """).to_arrow_table()
    return found.column("place").to_numpy(), np.array(found.column("whole").to_numpy(), bool)
