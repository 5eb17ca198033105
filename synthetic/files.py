"""Files of deliveries: written piece by piece, hashed on the way, in the form in which suppliers send them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CHUNK_ROWS = 100_000
ENCODING = "latin-1"


class Writer(Protocol):
    """A file that grows; `close` before `sha256` and `size` (bytes) are asked for."""

    path: Path
    rows: int

    def append(self, rows: pa.Table) -> None:
        """Write rows behind those that are there."""

    def close(self) -> None:
        """Finish the file."""

    @property
    def sha256(self) -> str:
        """Of the whole file."""

    @property
    def size(self) -> int:
        """Of the whole file."""


class _Hashed:
    """The part of a binary file that writers use, with a hash of what passed."""

    def __init__(self, path: Path) -> None:
        self.digest, self.bytes, self.closed = hashlib.sha256(), 0, False
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, data: Any) -> int:
        if self._file is None:
            self._file = self._path.open("ab" if self.bytes else "wb")
        self.digest.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.bytes

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class _Lines:
    """A text file of one line per row. Not kept open between pieces: a plan can have a thousand files."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows, self._file = path, 0, _Hashed(path)

    def append(self, rows: pa.Table) -> None:
        if not self._file.bytes and (head := self._head(rows)):
            self._file.write(head)
        for first in range(0, rows.num_rows, CHUNK_ROWS):
            self._file.write(self._body(rows.slice(first, CHUNK_ROWS)))
        self.rows += rows.num_rows
        self._file.close()

    def close(self) -> None:
        if not self._file.bytes:
            self._file.write(b"")
        self._file.close()

    @property
    def sha256(self) -> str:
        return self._file.digest.hexdigest()

    @property
    def size(self) -> int:
        return self._file.bytes

    def _head(self, rows: pa.Table) -> bytes:
        return b""

    def _body(self, rows: pa.Table) -> bytes:
        raise NotImplementedError


class CsvWriter(_Lines):
    """Danish CSV: semicolons, decimal comma, `yyyy-MM-dd HH:mm`, Latin-1 unless told otherwise. Rows come as text."""

    def __init__(self, path: Path, *, encoding: str = ENCODING, upper: bool = False) -> None:
        super().__init__(path)
        self._encoding, self._upper = encoding, upper

    def _head(self, rows: pa.Table) -> bytes:
        names = ";".join(rows.column_names)
        return f"{names.upper() if self._upper else names}\n".encode(self._encoding)

    def _body(self, rows: pa.Table) -> bytes:
        columns: Sequence[Any] = [_quoted(column.combine_chunks()) for column in rows.columns]
        lines = pc.binary_join_element_wise(*columns, ";", null_handling="replace", null_replacement="")
        return _joined(lines).encode(self._encoding)


class NdjsonWriter(_Lines):
    """One JSON document per line, UTF-8; rows have one column of text."""

    def _body(self, rows: pa.Table) -> bytes:
        return _joined(rows.column(0).combine_chunks()).encode()


class ParquetWriter:
    """Parquet in row groups of about a hundred thousand rows."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._file = _Hashed(path)
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []

    def append(self, rows: pa.Table) -> None:
        """Write rows behind those that are there."""
        self.rows += rows.num_rows
        self._waiting.append(rows)
        if sum(part.num_rows for part in self._waiting) >= CHUNK_ROWS:
            self._write()

    def close(self) -> None:
        """Finish the file."""
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()
        self._file.close()

    @property
    def sha256(self) -> str:
        """Of the whole file."""
        return self._file.digest.hexdigest()

    @property
    def size(self) -> int:
        """Of the whole file."""
        return self._file.bytes

    def _write(self) -> None:
        rows = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(pa.PythonFile(self._file, mode="w"), rows.schema, compression="zstd")
        self._writer.write_table(rows)


def as_text(rows: pa.Table) -> pa.Table:
    """Every column as the text of a Danish CSV file: decimal comma, `yyyy-MM-dd HH:mm`; NULL stays NULL."""
    return pa.table({name: _text(rows.column(name).combine_chunks()) for name in rows.column_names})


def sha256_of(path: Path) -> str:
    """The hash of a file that lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        seconds = column.cast(pa.timestamp("s"))
        return pc.utf8_slice_codeunits(seconds.cast(pa.string()), 0, 16)
    if pa.types.is_floating(kind):
        return pc.replace_substring(column.cast(pa.string()), ".", ",")
    return column.cast(pa.string())


def _quoted(column: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(column, '[;"\\r\\n]')
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _joined(lines: pa.Array) -> str:
    if not len(lines):
        return ""
    offsets = pa.array([0, len(lines)], pa.int32())
    return f"{pc.binary_join(pa.ListArray.from_arrays(offsets, lines), chr(10))[0].as_py()}\n"
