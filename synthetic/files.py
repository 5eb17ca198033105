"""Files of deliveries: written piece by piece, hashed on the way, in the form in which suppliers send them."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CHUNK_ROWS = 100_000
ENCODING = "latin-1"

Lines = Callable[[pa.Table], pa.Array]


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


class Writer(ABC):
    """A file that grows; `close` before `sha256` and `size` (bytes) are asked for."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows, self._file = path, 0, _Hashed(path)

    @property
    def sha256(self) -> str:
        """Of the whole file."""
        return self._file.digest.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self._file.bytes

    @abstractmethod
    def append(self, rows: pa.Table) -> None:
        """Write rows behind those that are there."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class LineWriter(Writer):
    """A text file of one line per row. Not kept open between pieces: a plan can have a thousand files."""

    def __init__(self, path: Path, lines: Lines, *, head: Callable[[pa.Table], str], encoding: str) -> None:
        super().__init__(path)
        self._lines, self._head, self._encoding = lines, head, encoding

    def append(self, rows: pa.Table) -> None:
        """Write rows behind those that are there, the head before the first of them."""
        if not self.size:
            self._write(self._head(rows))
        for first in range(0, rows.num_rows, CHUNK_ROWS):
            self._write(_joined(self._lines(rows.slice(first, CHUNK_ROWS))))
        self.rows += rows.num_rows
        self._file.close()

    def close(self) -> None:
        """Finish the file; one without rows is empty but for its head."""
        if not self.size:
            self._write("")
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.write(text.encode(self._encoding))


def csv_writer(path: Path, *, encoding: str = ENCODING, upper: bool = False) -> LineWriter:
    """Danish CSV: semicolons, decimal comma, `yyyy-MM-dd HH:mm`, Latin-1 unless told otherwise. Rows come as text."""

    def head(rows: pa.Table) -> str:
        names = ";".join(rows.column_names)
        return f"{names.upper() if upper else names}\n"

    def lines(rows: pa.Table) -> pa.Array:
        columns: Sequence[Any] = [_quoted(column.combine_chunks()) for column in rows.columns]
        return pc.binary_join_element_wise(*columns, ";", null_handling="replace", null_replacement="")

    return LineWriter(path, lines, head=head, encoding=encoding)


def ndjson_writer(path: Path) -> LineWriter:
    """One JSON document per line, UTF-8; rows have one column of text."""
    return LineWriter(path, lambda rows: rows.column(0).combine_chunks(), head=lambda rows: "", encoding="utf-8")


def fixed_width_writer(path: Path, places: Mapping[str, slice]) -> LineWriter:
    """Lines of fixed width, Latin-1, with blanks up to the next place of a column; rows come as text."""
    bounds = [*(place.start for place in places.values()), max(place.stop for place in places.values())]
    widths = [end - start for start, end in pairwise(bounds)]

    def lines(rows: pa.Table) -> pa.Array:
        columns = (rows.column(name).combine_chunks().fill_null("") for name in places)
        padded = (pc.utf8_rpad(column, width=size) for column, size in zip(columns, widths, strict=True))
        return pc.binary_join_element_wise(*padded, "")

    return LineWriter(path, lines, head=lambda rows: "", encoding=ENCODING)


class ParquetWriter(Writer):
    """Parquet in row groups of about a hundred thousand rows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []

    def append(self, rows: pa.Table) -> None:
        """Write rows behind those that are there, when enough of them wait."""
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
