"""Encrypted Parquet: what lies in the restricted zone is readable with its key alone.

Every file has a key of its own, derived from the zone's key and the file's name, so that no key encrypts twice.
What is written, and when it counts as whole, is decided in `ingestion/take_in.py`.
"""

import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from numpy.typing import NDArray

from ingestion.errors import IntakeError
from ingestion.reading.base import ROW_NUMBER

ROW_GROUP_ROWS = 100_000
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
            # Nobody filters by them here, and they cost a third of the writing.
            write_statistics=False,
            # Most columns repeat few values; numbers of rows only grow.
            use_dictionary=[name for name in schema.names if name != ROW_NUMBER],
            column_encoding={name: "DELTA_BINARY_PACKED" for name in schema.names if name == ROW_NUMBER},
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
    with _opened(path, key) as file:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


def rows_at(path: Path, numbers: NDArray[np.int64], *, column: str, key: bytes) -> Iterator[pa.RecordBatch]:
    """The rows of an encrypted Parquet file whose whole number in `column` is one of `numbers`, in its order.

    Only the groups of rows that hold one are read whole, two at a time.
    """

    def of_group(group: int) -> pa.RecordBatch | None:
        with _opened(path, key) as file:
            there = np.isin(file.read_row_group(group, [column]).column(0).to_numpy(), numbers)
            if not there.any():
                return None
            (batch,) = file.read_row_group(group).filter(pa.array(there)).combine_chunks().to_batches()
            return batch

    with _opened(path, key) as file:
        groups = range(file.num_row_groups)
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from (batch for batch in pool.map(of_group, groups) if batch is not None)


def _opened(path: Path, key: bytes) -> pq.ParquetFile:
    """The file, readable with its key. Raises IntakeError when it is under another key or damaged."""
    try:
        return pq.ParquetFile(path, decryption_properties=pe.create_decryption_properties(_file_key(key, path)))
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowInvalid):
        raise IntakeError(
            f"{path} cannot be read with the key of restricted: it is damaged, or under another key; restore it or "
            "keys/ from the backup, or move the folder of its delivery away and take it in anew"
        ) from None


def _file_key(key: bytes, path: Path) -> bytes:
    # The name of the file is unique in the zone (source, delivery, part), wherever the zone lies and also while
    # its folder has a temporary name.
    return hmac.digest(key, path.name.encode("utf-8"), "sha256")
