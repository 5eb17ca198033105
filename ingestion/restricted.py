"""The restricted zone: encrypted Parquet of accepted rows, and quarantine of refused ones, readable with its key.

Every file has a key of its own, derived from the zone's key and the file's place, so that no key encrypts twice.
What is written, and when it counts as whole, is decided in `ingestion/take_in.py`.
"""

import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

ROW_GROUP_ROWS = 250_000


def write(batches: Iterable[pa.RecordBatch], *, schema: pa.Schema, path: Path, key: bytes) -> int:
    """Write record batches of `schema` to an encrypted Parquet file; gives the number of rows."""
    rows = 0
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        encryption_properties=pe.create_encryption_properties(_file_key(key, path)),
    ) as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
            rows += batch.num_rows
    return rows


def read(path: Path, *, key: bytes, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The record batches of an encrypted Parquet file, in its order, all columns or the named ones."""
    yield from _open(path, key).iter_batches(batch_size=100_000, columns=columns)


def _open(path: Path, key: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(path, decryption_properties=pe.create_decryption_properties(_file_key(key, path)))


def _file_key(key: bytes, path: Path) -> bytes:
    # The name of the file is unique in the zone (source, delivery, part), wherever the zone lies and also while
    # its folder has a temporary name.
    return hmac.digest(key, path.name.encode("utf-8"), "sha256")
