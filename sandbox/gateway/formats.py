"""An answer in the form that is asked for, piece by piece."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

Form = Literal["arrow", "csv", "json", "parquet"]
MEDIA: dict[Form, str] = {
    "arrow": "application/vnd.apache.arrow.stream",
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
PIECE_ROWS = 8_192


def chosen(accept: str | None) -> Form | None:
    """The form that an Accept header asks for first; JSON when it takes anything; None when it takes none of them."""
    wanted: list[tuple[float, str]] = []
    for part in (accept or "*/*").split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            wanted.append((float(quality), media))
        except ValueError:
            continue
    for weight, media in sorted(wanted, key=lambda pair: -pair[0]):
        if weight <= 0:
            continue
        if media in ("*/*", "application/*"):
            return "json"
        for form, name in MEDIA.items():
            if media == name or (media == "text/*" and form == "csv"):
                return form
    return None


def pieces(table: pa.Table, form: Form) -> Iterator[bytes]:
    """The bytes of a table. JSON is one array of objects; what JSON has no form for stands as a text."""
    if form == "csv":
        yield _csv([table.column_names])
        for batch in table.to_batches(PIECE_ROWS):
            yield _csv(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    elif form == "json":
        yield b"["
        first = True
        for batch in table.to_batches(PIECE_ROWS):
            rows = ",\n".join(_json(row) for row in batch.to_pylist())
            if rows:
                yield ("" if first else ",\n").encode("utf-8") + rows.encode("utf-8")
                first = False
        yield b"]\n"
    else:
        yield from _binary(table, form)


def _binary(table: pa.Table, form: Form) -> Iterator[bytes]:
    sink = _Drain()
    writer = pa.ipc.new_stream(sink, table.schema) if form == "arrow" else pq.ParquetWriter(sink, table.schema)
    for batch in table.to_batches(PIECE_ROWS if form == "arrow" else PIECE_ROWS * 16):
        writer.write_batch(batch)
        yield sink.drain()
    writer.close()
    yield sink.drain()


def _json(row: object) -> str:
    try:
        return json.dumps(row, default=_text, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(row), default=_text, ensure_ascii=False)


def _finite(value: object) -> object:
    """A value in which numbers that JSON does not know are texts."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8")


class _Drain(io.RawIOBase):
    """A file that is read away while it is written."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._written = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self._written

    def write(self, content: object) -> int:
        """Take bytes."""
        view = memoryview(content)  # type: ignore[arg-type]
        self._kept += view
        self._written += view.nbytes
        return view.nbytes

    def drain(self) -> bytes:
        """What was written since."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken
