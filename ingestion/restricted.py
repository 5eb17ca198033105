"""Encrypted Parquet: what lies in the restricted zone is readable with its key alone.

Every file has a key of its own, derived from the zone's key and the file's name, so that no key encrypts twice.
What is written, and when it counts as whole, is decided in `ingestion/take_in.py`.
"""

import hmac
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

ROW_GROUP_ROWS = 250_000
BATCH_ROWS = 100_000


class Writer:
    """An encrypted Parquet file that grows batch by batch. A context; `rows` tells how many rows are in it.

    Dictionaries are written as they come, and read back as plain columns.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, key: bytes) -> None:
        self.rows = 0
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            store_schema=False,
            encryption_properties=pe.create_encryption_properties(_file_key(key, path)),
        )

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows behind those that are there."""
        if batch.num_rows:
            self._writer.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
            self.rows += batch.num_rows


def read(path: Path, *, key: bytes, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The record batches of an encrypted Parquet file, in its order, all columns or the named ones."""
    properties = pe.create_decryption_properties(_file_key(key, path))
    with pq.ParquetFile(path, decryption_properties=properties) as file:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


def _file_key(key: bytes, path: Path) -> bytes:
    # The name of the file is unique in the zone (source, delivery, part), wherever the zone lies and also while
    # its folder has a temporary name.
    return hmac.digest(key, path.name.encode("utf-8"), "sha256")
