"""One table of a release as a Parquet file: written with equal bytes for equal content, then read again.

What stands in the table is in `subjects.py`; the folder and its manifest are in `release.py`.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.errors import ReleaseError
from sandbox.tables import PERSON, SUBJECT

ROW_GROUP_ROWS = 100_000
PROGRESS_SECONDS = 5.0


def write_parquet(
    batches: Iterator[pa.RecordBatch],
    *,
    path: Path,
    rows: int,
    columns: Sequence[str],
    progress: Callable[[str], object],
) -> tuple[tuple[str, str], ...]:
    """Write batches (at least one, which may be empty) and return the columns as (name, Arrow type).

    Raises ReleaseError when what stands in the file is not `rows` rows of `columns`, or holds a number of the platform.
    """
    started = told = time.monotonic()
    written, writer = 0, None
    try:
        for group in _groups(batches):
            writer = writer or pq.ParquetWriter(path, group.schema, compression="zstd", version="2.6")
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            written += group.num_rows
            if time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                rate = written / (told - started)
                left = (rows - written) / rate
                progress(f"{path.stem}: {written:,} of {rows:,} rows, {rate:,.0f} a second, {left:,.0f} s left")
    finally:
        if writer:
            writer.close()
    sync(path)
    return _checked(path, rows=rows, columns=columns)


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in tables of ROW_GROUP_ROWS and a last one of the rest, whatever the sizes of the batches."""
    first = next(batches)
    waiting, count, written = [first], first.num_rows, 0
    while True:
        while count >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, ROW_GROUP_ROWS).combine_chunks()
            written += 1
            waiting = table.slice(ROW_GROUP_ROWS).to_batches()
            count -= ROW_GROUP_ROWS
        batch = next(batches, None)
        if batch is None:
            break
        waiting.append(batch)
        count += batch.num_rows
    if count or not written:
        yield pa.Table.from_batches(waiting, schema=first.schema).combine_chunks()


def _checked(path: Path, *, rows: int, columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found = missing = 0
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        for batch in file.iter_batches():
            found += batch.num_rows
            missing += batch.column(0).null_count
    if schema.names != list(columns) or schema.names[0] != SUBJECT:
        raise ReleaseError(f"{path.name}: expected the columns of the permit, found others; release again")
    if found != rows or missing:
        raise ReleaseError(f"{path.name}: expected {rows:,} rows of subjects, found {found - missing:,}; release again")
    for field in schema:
        if field.name == PERSON or (field.name.endswith("_id") and not pa.types.is_string(field.type)):
            raise ReleaseError(f"{path.name}: {field.name} is not a key of the project; leave it out of the permit")
    return tuple((field.name, str(field.type)) for field in schema)


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Bring a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
