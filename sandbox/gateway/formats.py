"""An answer in the form that is asked for, piece by piece."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from sandbox.errors import QueryRefused

Form = Literal["arrow", "csv", "json", "parquet"]
MEDIA: dict[Form, str] = {
    "arrow": "application/vnd.apache.arrow.stream",
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
# Of the text forms, whose rows are many objects while they are written; of a batch; of a row group of Parquet.
PIECE_ROWS, PIECE_BYTES = 8_192, 1 << 20
GROUP_ROWS, GROUP_BYTES = 131_072, 1 << 23


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


def pieces(schema: pa.Schema, batches: Iterable[pa.RecordBatch], form: Form) -> Iterator[bytes | bytearray]:
    """The bytes of a result. JSON is one array of objects; what JSON has no form for stands as a text.

    Raises QueryRefused when JSON would lose a column because another has its name, or a value has no such form.
    """
    if form == "csv":
        yield _csv([schema.names])
        for batch in _sized(batches, PIECE_ROWS, PIECE_BYTES):
            with _in_form(form):
                formed = _csv(zip(*(column.to_pylist() for column in batch.columns), strict=True))
            yield formed
    elif form == "json":
        require_names(schema, form)
        first = True
        for batch in _sized(batches, PIECE_ROWS, PIECE_BYTES):
            with _in_form(form):
                rows = ",\n".join(_json(row) for row in batch.to_pylist())
            yield ("[" if first else ",\n").encode("utf-8") + rows.encode("utf-8")
            first = False
        yield b"[]\n" if first else b"]\n"
    else:
        yield from _binary(schema, batches, form)


def require_names(schema: pa.Schema, form: Form) -> None:
    """Raise QueryRefused when JSON would lose a column because another has its name."""
    if form != "json":
        return
    if twice := sorted(name for name, number in Counter(schema.names).items() if number > 1):
        line = f"expected columns with a name each in JSON, found {', '.join(twice)} twice; name them with AS"
        raise QueryRefused(line, kind="names")


def _binary(schema: pa.Schema, batches: Iterable[pa.RecordBatch], form: Form) -> Iterator[bytearray]:
    sink = _Drain()
    with _in_form(form):
        writer = pa.ipc.new_stream(sink, schema) if form == "arrow" else pq.ParquetWriter(sink, schema)
    for batch in _sized(batches, GROUP_ROWS, PIECE_BYTES if form == "arrow" else GROUP_BYTES):
        with _in_form(form):
            writer.write_batch(batch)
        yield sink.drain()
    writer.close()
    yield sink.drain()


@contextmanager
def _in_form(form: Form) -> Iterator[None]:
    """Refuses values that have no such form: days beyond the year 9999 as a text, intervals as Parquet."""
    try:
        yield
    except (ValueError, OverflowError, TypeError, pa.ArrowException):
        # Not chained: the message may hold the value.
        other = "" if form == "arrow" else ", or ask for Arrow"
        line = f"expected values that have a form as {form}, found another; cast it to VARCHAR{other}"
        raise QueryRefused(line, kind="form") from None


def _sized(batches: Iterable[pa.RecordBatch], rows: int, size: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of about so many rows or bytes, whichever is less; none is empty."""
    held: list[pa.RecordBatch] = []
    held_rows = held_bytes = 0
    for batch in batches:
        for part, part_bytes in _parts(batch, rows, size):
            if held and (held_rows + part.num_rows > rows or held_bytes + part_bytes > size):
                yield _one(held)
                held, held_rows, held_bytes = [], 0, 0
            held.append(part)
            held_rows += part.num_rows
            held_bytes += part_bytes
    if held:
        yield _one(held)


def _parts(batch: pa.RecordBatch, rows: int, size: int) -> Iterator[tuple[pa.RecordBatch, int]]:
    """A batch in parts of about so many rows or bytes, with their bytes."""
    # Counting them takes as long as copying them, where there are few.
    whole = batch.nbytes
    step = max(1, min(rows, batch.num_rows * size // max(1, whole)))
    if step >= batch.num_rows > 0:
        yield batch, whole
        return
    for start in range(0, batch.num_rows, step):
        part = batch.slice(start, step)
        yield part, part.nbytes


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


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

    def drain(self) -> bytearray:
        """What was written since."""
        taken, self._kept = self._kept, bytearray()
        return taken
