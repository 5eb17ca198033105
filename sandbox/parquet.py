"""One table of a release as an encrypted Parquet file: written under the release's key, read again, compared.

The encryption is Parquet's own (modular encryption, AES-GCM, footer included). The file's name is bound to it, so that
no file of a release opens in another one's place. What is encrypted twice never looks the same: whether two files hold
the same rows is told by `RowsDigest`. What stands in the table is in `subjects.py`, the folder in `release.py`.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from sandbox.errors import ReleaseError
from sandbox.tables import PERSON, SUBJECT

ROW_GROUP_ROWS = 100_000
PROGRESS_SECONDS = 5.0
REMEDY = "restore the release from its backup or write a new one"
# In the file's footer: how the columns are best read (`Shape`).
SHAPES = "oeverum.columns"
# What Arrow raises of a file that is missing, damaged, changed or under another key.
UNREADABLE = (pa.ArrowException, OSError)
Rows = TypeVar("Rows", pa.RecordBatch, pa.Table)


class RowsDigest:
    """SHA-256 of rows, the same through whatever file, key or version of a library they came.

    Hashed are names and types of the columns as JSON; then, for each group of ROW_GROUP_ROWS rows, each column: a bit
    per value that is there; then the lengths of its texts and their bytes in UTF-8, or its values little-endian,
    with nothing or zero where none is.
    """

    def __init__(self, schema: pa.Schema) -> None:
        told = [[field.name, str(field.type)] for field in schema]
        self._hash = hashlib.sha256(json.dumps(told, separators=(",", ":")).encode("utf-8"))

    def add(self, group: pa.Table) -> None:
        """One group of rows, in their order: ROW_GROUP_ROWS of them, or the last ones."""
        for column in group.combine_chunks().columns:
            for chunk in column.chunks:
                for part in _parts(chunk):
                    self._hash.update(part)

    def told(self) -> str:
        """The digest of all groups so far, hexadecimal."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Written:
    """What was written into a file: the columns as (name, Arrow type), and the digest of the rows."""

    columns: tuple[tuple[str, str], ...]
    digest: str


class Shape(NamedTuple):
    """A column in memory, in the group of rows where it takes most.

    `width` is the bytes of a value, on the mean; `values` how many different texts there are, 0 when it is not counted.
    """

    width: int
    values: int


def write_parquet(
    batches: Iterator[pa.RecordBatch], *, path: Path, rows: int, key: bytes, progress: Callable[[str], object]
) -> Written:
    """Write batches (at least one, which may be empty) under a key of 16 bytes; nothing of them is on disk in clear.

    `rows` is how many are expected. What stands in the file then is for `check_parquet` to tell.
    """
    started = told = time.monotonic()
    count, writer, digest, writing = 0, None, None, None
    columns: tuple[tuple[str, str], ...] = ()
    shapes: dict[str, Shape] = {}
    with ThreadPoolExecutor(1, thread_name_prefix="encrypting") as pool, closing(_ahead(batches)) as ahead:
        try:
            for group in _groups(ahead):
                if writer is None or digest is None:
                    writer = pq.ParquetWriter(
                        path,
                        group.schema,
                        compression="zstd",
                        version="2.6",
                        use_dictionary=_repeating(group.schema),
                        # Their upper bytes are the same in most rows: packed by a fifth smaller, and read faster.
                        column_encoding={field.name: "BYTE_STREAM_SPLIT" for field in _times(group.schema)},
                        # Rows stand in the order of the subjects: of other columns every group holds every value.
                        write_statistics=[SUBJECT],
                        encryption_properties=pe.create_encryption_properties(key, aad_prefix=_bound(path)),
                    )
                    digest = RowsDigest(group.schema)
                    columns = tuple((field.name, str(field.type)) for field in group.schema)
                _finish(writing)
                # One group is written while it is hashed and the next one is made.
                writing = pool.submit(writer.write_table, group, row_group_size=ROW_GROUP_ROWS)
                digest.add(group)
                _measure(group, shapes)
                count += group.num_rows
                if time.monotonic() - told > PROGRESS_SECONDS:
                    told = time.monotonic()
                    rate = count / (told - started)
                    left = (rows - count) / rate
                    progress(f"{path.stem}: {count:,} of {rows:,} rows, {rate:,.0f} a second, {left:,.0f} s left")
            _finish(writing)
            if writer is not None:
                writer.add_key_value_metadata({SHAPES: json.dumps(shapes)})
        finally:
            pool.shutdown()
            if writer:
                writer.close()
    sync(path)
    if digest is None:
        raise ReleaseError(f"{path.name}: expected a batch, found none")
    return Written(columns, digest.told())


def check_parquet(path: Path, *, rows: int, columns: Sequence[str], digest: str, key: bytes) -> None:
    """Read a file to its end, and compare it with what was written.

    Raises ReleaseError when it does not hold `rows` rows of `columns` with this digest, or holds a number of the
    platform.
    """
    found = missing = 0
    with opened(path, key=key) as file:
        schema = file.schema_arrow
        rows_digest = RowsDigest(schema)
        with closing(_ahead(_read(path, file))) as ahead:
            for group in ahead:
                found += group.num_rows
                missing += group.column(0).null_count
                rows_digest.add(group)
    if schema.names != list(columns) or schema.names[0] != SUBJECT:
        raise ReleaseError(f"{path.name}: expected the columns of the permit, found others; release again")
    if found != rows or missing:
        raise ReleaseError(f"{path.name}: expected {rows:,} rows of subjects, found {found - missing:,}; release again")
    for field in schema:
        if field.name == PERSON or (field.name.endswith("_id") and not pa.types.is_string(field.type)):
            raise ReleaseError(f"{path.name}: {field.name} is not a key of the project; leave it out of the permit")
    if rows_digest.told() != digest:
        raise ReleaseError(f"{path.name}: expected the rows that were written, found others; release again")


def decryption(path: Path, *, key: bytes) -> Any:
    """How Arrow reads a file of a release with its key."""
    return pe.create_decryption_properties(key, aad_prefix=_bound(path))


def shapes_of(file: pq.ParquetFile) -> dict[str, Shape] | None:
    """The shapes of the columns of a release's file; None when it was written before files told them."""
    told = (file.metadata.metadata or {}).get(SHAPES.encode("ascii"))
    return None if told is None else {name: Shape(*shape) for name, shape in json.loads(told).items()}


def opened(path: Path, *, key: bytes, listed: Sequence[str] = ()) -> pq.ParquetFile:
    """A file of a release, to be read with its key; `listed` are texts that come as numbers and a list of values.

    Raises ReleaseError when it is missing, changed or another's.
    """
    try:
        return pq.ParquetFile(path, decryption_properties=decryption(path, key=key), read_dictionary=list(listed))
    except UNREADABLE:
        # Not chained: the message tells where the file is.
        raise _unreadable(path) from None


def is_readable(path: Path, keys: Iterable[bytes]) -> bool:
    """Whether a file opens without a key, or with one of these."""
    try:
        pq.ParquetFile(path).close()
        return True
    except UNREADABLE:
        pass
    for key in keys:
        try:
            opened(path, key=key).close()
            return True
        except ReleaseError:
            continue
    return False


def digest_of(path: Path, *, key: bytes) -> str:
    """The digest of the rows of a file. Raises ReleaseError when it is missing, changed or another's."""
    with opened(path, key=key) as file:
        digest = RowsDigest(file.schema_arrow)
        with closing(_ahead(_read(path, file))) as ahead:
            for group in ahead:
                digest.add(group)
    return digest.told()


def _ahead(coming: Iterator[Rows]) -> Generator[Rows]:
    """The same, the next of which is made while one is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="reading") as pool:
        made = pool.submit(next, coming, None)
        while (rows := made.result()) is not None:
            made = pool.submit(next, coming, None)
            yield rows


def _read(path: Path, file: pq.ParquetFile) -> Iterator[pa.Table]:
    """The groups of rows of an open file."""
    try:
        for at in range(file.num_row_groups):
            yield file.read_row_group(at)
    except UNREADABLE:
        raise _unreadable(path) from None


def read_batches(path: Path, file: pq.ParquetFile, *, rows: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Columns of an open file in batches of so many rows. Raises ReleaseError when the file was changed."""
    try:
        yield from file.iter_batches(batch_size=rows, columns=list(columns))
    except UNREADABLE:
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ReleaseError:
    return ReleaseError(
        f"{path.parent.name}: {path.name} cannot be read with the key of the release: it is missing, was changed, or "
        f"is another's; {REMEDY}"
    )


def _bound(path: Path) -> bytes:
    return path.name.encode("utf-8")


def _times(schema: pa.Schema) -> list[pa.Field]:
    return [field for field in schema if pa.types.is_timestamp(field.type)]


def _repeating(schema: pa.Schema) -> list[str]:
    """The columns that repeat few values: no keys of records, times or fractions, for which a dictionary only costs."""
    times = _times(schema)
    return [
        field.name
        for field in schema
        if not (field in times or pa.types.is_floating(field.type))
        and (field.name == SUBJECT or not field.name.endswith("_id"))
    ]


def _measure(group: pa.Table, shapes: dict[str, Shape]) -> None:
    repeating = _repeating(group.schema)
    for field, column in zip(group.schema, group.columns, strict=True):
        before = shapes.get(field.name, Shape(1, 0))
        width = -(-column.nbytes // max(1, group.num_rows))
        texts = pa.types.is_string(field.type) and field.name in repeating
        values = int(pc.count_distinct(column).as_py()) if texts else 0
        shapes[field.name] = Shape(max(width, before.width), max(values, before.values))


def _finish(writing: Future[None] | None) -> None:
    if writing:
        writing.result()


def _parts(column: pa.Array) -> Iterator[Any]:
    """What is hashed of a column, as buffers of bytes."""
    yield np.packbits(column.is_valid().to_numpy(zero_copy_only=False))
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts = pc.fill_null(column, "")
        yield np.ascontiguousarray(pc.binary_length(texts).to_numpy(zero_copy_only=False))
        _, offsets, content = texts.buffers()
        if content is not None and len(texts):
            size = np.int32 if pa.types.is_string(kind) else np.int64
            ends = np.frombuffer(offsets, size)[texts.offset : texts.offset + len(texts) + 1]
            yield content.slice(int(ends[0]), int(ends[-1] - ends[0]))
    elif pa.types.is_boolean(kind):
        yield pc.fill_null(column, False).cast(pa.uint8()).to_numpy()
    elif pa.types.is_primitive(kind):
        numbers = column.view(f"int{kind.bit_width}")
        yield np.ascontiguousarray(pc.fill_null(numbers, 0).to_numpy())
    else:
        yield repr(column.to_pylist()).encode("utf-8")


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
