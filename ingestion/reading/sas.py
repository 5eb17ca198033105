"""SAS data sets: SAS7BDAT, and transport files (XPORT) of versions 5, 8 and 9.

Names, types and formats are read by pyreadstat (ReadStat). Its way of reading in pieces was measured and is not used:
each piece reads all rows before it anew, so that 800,000 rows of XPORT in 40 pieces took 26 s instead of 2 s, and
`read_file_in_chunks(output_format="dict")` never ends for XPORT, since a dictionary without rows is not empty. Rows of
SAS7BDAT come from pandas, which goes on where it stopped and also knows the compression that ReadStat does not
(COMPRESS=BINARY). XPORT has rows of fixed length: each piece is given to pyreadstat as a file of its own.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import LogicalType
from ingestion.reading.base import BATCH_ROWS, FileReader
from ingestion.reading.lines import as_text_column

_PIECE_ROWS = 20_000
_HEAD_BYTES = 4 * 1024 * 1024
_RECORD, _NAMESTR = 80, 140  # Bytes; the layout of XPORT is SAS's technical paper TS-140.
_DATES = "E8601DA|IS8601DA|B8601DA|DATE|WEEKDATE|WEEKDATX|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?"
_DATETIMES = "DATETIME|DATEAMPM|MDYAMPM|E8601DT|IS8601DT|B8601DT|B8601DN|E8601DN"
_FORMAT = re.compile(rf"((?P<date>{_DATES})|(?P<datetime>{_DATETIMES}))[0-9]*(\.[0-9]*)?", re.IGNORECASE)
_EPOCH_DAYS = 3653  # From 1960-01-01, where SAS begins to count.
_FURTHEST = 4e11  # Seconds: beyond the year 9999, where SAS stops.

_ACCEPTS: dict[LogicalType, tuple[str, ...]] = {
    "string": ("character",),
    "integer": ("number", "character"),
    "number": ("number", "character"),
    "date": ("date", "datetime", "character"),
    "timestamp": ("datetime", "date", "character"),
}


class SasReader(FileReader):
    """Reads SAS data sets; names are compared without regard to case, since XPORT has capitals only.

    Character columns come as dictionary-encoded text without blanks at the end, blank as NULL; numbers as doubles;
    numbers with the format of a date as `date32`, with that of a date and time as `timestamp[us]`. Character columns
    may hold numbers and dates as well, in the form that the contract names. The encoding of SAS7BDAT is told by the
    file, that of XPORT by the contract.
    """

    def check_header(self) -> None:
        """Compare names and types with the contract's."""
        kinds = self._kinds()
        known = {column.name.lower(): column.name for column in self.contract.columns}
        self.compare_columns([known.get(name.lower(), name) for name in kinds])
        found = {name.lower(): kind for name, kind in kinds.items()}
        for column in self.contract.columns:
            kind = found[column.name.lower()]
            if kind not in _ACCEPTS[column.logical_type]:
                raise self.refused(
                    f"column {column.name} of {self.file.name} as {column.logical_type}",
                    kind if kind in ("number", "character") else f"a number with the format of a {kind}",
                    "ask the supplier to export the type of the contract, dates with a format such as YYMMDD10",
                )

    def records(self) -> Iterator[pa.RecordBatch]:
        """The rows. Raises ValueError for a file that cannot be read to its end."""
        kinds = {name.lower(): kind for name, kind in self._kinds().items()}
        names = [column.name for column in self.contract.columns]
        pieces = _safely(self._xport_pieces() if self._is_xport else self._sas7bdat_pieces())
        for piece in pieces:
            columns = {name.lower(): values for name, values in piece.items()}
            arrays = [self._column(columns[name.lower()], kinds[name.lower()]) for name in names]
            yield pa.RecordBatch.from_arrays(arrays, names=names)

    @property
    def _path(self) -> Path:
        return self.delivery.folder / self.file.name

    @property
    def _is_xport(self) -> bool:
        return self._path.suffix == ".xpt"

    def _kinds(self) -> dict[str, str]:
        """The columns and what they are: character, number, date or datetime. Raises DeliveryRefused."""
        try:
            _, about = self._parser()(self._path, metadataonly=True, **self._options())
            types, formats = about.readstat_variable_types, about.original_variable_types
            kinds = {str(name): _kind(types[name], formats[name]) for name in about.column_names}
            if len(kinds) != len(about.column_names):
                raise ValueError("a name twice")
            return kinds
        except Exception:
            # A damaged header makes the parsers raise errors of many kinds, whose texts may quote what they read.
            raise self.refused(
                f"{self.file.name} as a SAS data set",
                "a file that is cut off or is none",
                "ask the supplier to send the file again",
            ) from None

    def _column(self, values: pa.Array, kind: str) -> pa.Array:
        if kind == "character":
            text = pc.utf8_rtrim(values.cast(pa.string()), " ")
            return as_text_column(text, ("", *self.contract.form.null_values))
        if kind == "number":
            return values.cast(pa.float64())
        if pa.types.is_floating(values.type):
            values = _times(values, 86_400 if kind == "date" else 1)
        times = values.cast(pa.timestamp("us"))
        if kind == "date" and pc.all(pc.equal(pc.floor_temporal(times, unit="day"), times)).as_py() is not False:
            return times.cast(pa.date32())
        return times  # Also a date with a time of day in it, which the contract then refuses.

    def _parser(self) -> Callable[..., Any]:
        import pyreadstat

        return pyreadstat.read_xport if self._is_xport else pyreadstat.read_sas7bdat

    def _options(self) -> dict[str, Any]:
        return {
            "output_format": "dict",
            "disable_datetime_conversion": True,
            **({"encoding": self.contract.form.encoding} if self._is_xport else {}),
        }

    def _sas7bdat_pieces(self) -> Iterator[Mapping[str, pa.Array]]:
        import pandas as pd  # Half a second, for this format alone.

        with pd.read_sas(self._path, format="sas7bdat", encoding="infer", chunksize=BATCH_ROWS) as frames:
            for frame in frames:
                yield {str(name): pa.array(frame[name], from_pandas=True) for name in frame.columns}

    def _xport_pieces(self) -> Iterator[Mapping[str, pa.Array]]:
        with self._path.open("rb") as stream:
            start, length = _layout(stream.read(_HEAD_BYTES))
            stream.seek(-(_RECORD - 1), io.SEEK_END)
            tail = stream.read()
            size = stream.tell() - start
            # The last record is filled up with blanks; rows that are nothing but blanks are not told from them.
            left = -(-(size - len(tail) + len(tail.rstrip(b" "))) // length)
            if left * length > size:
                raise ValueError("a row that is cut off")
            stream.seek(0)
            head = stream.read(start)
            while left > 0:
                rows = min(left, _PIECE_ROWS)
                piece = stream.read(rows * length)
                if b"HEADER RECORD*******MEMB" in piece:
                    raise ValueError("a second data set")
                found, _ = self._parser()(io.BytesIO(head + piece), **self._options())
                # Rows of blanks at the end of a piece are left out by the parser.
                yield {name: _filled(values, rows) for name, values in found.items()}
                left -= rows


def _safely(pieces: Iterator[Mapping[str, pa.Array]]) -> Iterator[Mapping[str, pa.Array]]:
    """The same, with whatever the parsers raise over a damaged file as ValueError."""
    try:
        yield from pieces
    except Exception:
        raise ValueError("a damaged SAS file") from None


def _kind(type_name: str, written_as: str | None) -> str:
    if type_name == "string":
        return "character"
    found = _FORMAT.fullmatch(written_as or "")
    if not found:
        return "number"
    return "date" if found["date"] else "datetime"


def _layout(head: bytes) -> tuple[int, int]:
    """Where the rows of an XPORT file start, and how many bytes each has."""
    found = re.search(rb"HEADER RECORD\*{7}(NAMESTR|NAMSTV8) HEADER RECORD!{7}[0-9]{6}([0-9]{4})", head)
    if not found:
        raise ValueError("no description of columns")
    first, count = found.start() + _RECORD, int(found[2])
    lengths = [int.from_bytes(head[at + 4 : at + 6], "big") for at in range(first, first + count * _NAMESTR, _NAMESTR)]
    rows = head.find(b"HEADER RECORD*******OBS", first + count * _NAMESTR)
    if rows < 0 or not sum(lengths):
        raise ValueError("no rows")
    return rows + _RECORD, sum(lengths)


def _filled(values: list[Any], rows: int) -> pa.Array:
    return pa.array(values + [None] * (rows - len(values)))


def _times(values: pa.Array, unit_seconds: int) -> pa.Array:
    """Days or seconds since 1960 as timestamps."""
    numbers = np.asarray(values.to_numpy(zero_copy_only=False))
    seconds = np.nan_to_num(numbers) * unit_seconds - _EPOCH_DAYS * 86_400
    if (np.abs(seconds) > _FURTHEST).any():
        raise ValueError("a time that no calendar has")
    return pa.array(np.round(seconds * 1e6).astype(np.int64), mask=np.isnan(numbers)).cast(pa.timestamp("us"))
