"""Samples: the first rows of a file that nobody has described yet, as columns of text, with how the file is written.

Used to draft a contract (`ingestion/drafting.py`). No message holds a value. Names of columns are kept only when
they cannot be values: a file without a header must not put its first person into a draft.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import LogicalType
from ingestion.errors import ContractError
from ingestion.reading.base import DAMAGE
from ingestion.reading.packed import Packed

ROWS = 10_000
BYTES = 16 * 1024 * 1024
DELIMITERS = (";", "\t", "|", ",")

_NAME = re.compile(r"[^\W\d][\w .%/()-]{0,62}")
_KNOWN_NAME = re.compile(r"(?i).+_.+|.*(navn|adresse|dato|kode|tekst)|cpr|pnr|id|name|date|code|text|type")
_VALUE = re.compile(r"[^@]*[0-9][^@]*")


@dataclass
class SampleColumn:
    """One column: its values as text in the order of the rows, None where there is none.

    `kind` is the type that the file itself gives; None when it gives text alone. `path` names a field inside a JSON
    document, `note` says what is to be decided about the type.
    """

    name: str
    values: list[str | None]
    kind: LogicalType | None = None
    path: str | None = None
    note: str | None = None


@dataclass
class Sample:
    """The columns and the form of a file, in the properties of a contract; `notes` say what is to be decided."""

    columns: list[SampleColumn]
    form: dict[str, Any]
    decimal: str = "."
    notes: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def read_sample(file: Path) -> Sample:
    """The first rows of a file. Raises ContractError when they cannot be read, or have to be described by hand."""
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() not in (".gz", ".zip")]
    reader = _READERS.get(suffixes[-1] if suffixes else "")
    if reader is None:
        raise ContractError(f"a sample ends with {', '.join(_READERS)}; this one does not: rename it")
    try:
        sample = reader(file)
    except DAMAGE as error:
        raise ContractError(f"the sample cannot be read as {suffixes[-1]} ({type(error).__name__})") from None
    names = [column.name for column in sample.columns]
    for place, name in enumerate(names, start=1):
        if not _may_be_name(name):
            raise ContractError(f"the name of column {place} looks like a value; describe the source by hand")
    if len({name.lower() for name in names}) != len(names):
        raise ContractError("two columns of the sample have the same name; ask the supplier for names that differ")
    return sample


def _csv(file: Path) -> Sample:
    text, encoding = _decoded(_head(file))
    delimiter, quote = _dialect(text)
    rows = _rows(text, delimiter, quote)
    if not rows:
        raise ContractError("the sample holds no row")
    width = Counter(map(len, rows)).most_common(1)[0][0]
    whole = [row for row in rows if len(row) == width]
    header = rows[0] == whole[0] and _is_header(whole[0], whole[1:])
    body = whole[1:] if header else whole
    names = whole[0] if header else [f"column_{place}" for place in range(1, width + 1)]
    columns = [
        SampleColumn(name, [value or None for value in values])
        for name, values in zip(names, zip(*body, strict=True) if body else [[] for _ in names], strict=True)
    ]
    decimal = _decimal(columns, delimiter)
    form: dict[str, Any] = {"format": "csv", "encoding": encoding, "delimiter": delimiter, "decimal": decimal}
    notes = {}
    if encoding == "utf-8" and text.isascii():
        notes["encoding"] = "the sample is plain ASCII; latin-1, cp1252 or utf-8"
    if quote != '"':
        form["quote"] = quote
    if not header:
        form["header"] = False
        notes["header"] = "the first line was read as a row; name the columns, or remove this when it is a header"
    if any("\n" in value for row in rows for value in row):
        form["newlinesInValues"] = True
    return Sample(columns, form, decimal=decimal, notes=notes)


def _fixed_width(file: Path) -> Sample:
    raise ContractError(
        "a file of fixed width does not tell where its columns begin; write the contract by hand, with start and "
        "length for each column"
    )


def _parquet(file: Path) -> Sample:
    batch = next(pq.ParquetFile(file).iter_batches(batch_size=ROWS), None)
    if batch is None:
        batch = pq.ParquetFile(file).schema_arrow.empty_table()
    return Sample(_typed_columns(batch), {"format": "parquet"})


def _sas(file: Path) -> Sample:
    import pyreadstat

    read = pyreadstat.read_xport if file.suffix.lower() == ".xpt" else pyreadstat.read_sas7bdat
    try:
        frame, _ = read(str(file), row_limit=ROWS)
    except pyreadstat.ReadstatError as error:
        raise ContractError(f"the sample cannot be read as SAS ({type(error).__name__})") from None
    columns = _typed_columns(pa.Table.from_pandas(frame, preserve_index=False))
    for column in columns:
        # SAS knows one kind of number, and a text of blanks for none.
        if column.kind == "number" and all(value is None or value.endswith(".0") for value in column.values):
            column.kind = "integer"
            column.values = [value and value.removesuffix(".0") for value in column.values]
        if column.kind == "string":
            column.values = [value or None for value in column.values]
    return Sample(columns, {"format": "sas"})


def _typed_columns(table: pa.RecordBatch | pa.Table) -> list[SampleColumn]:
    columns = []
    for name, array in zip(table.schema.names, table.columns, strict=True):
        kind, note = _kind_of(array.type.value_type if pa.types.is_dictionary(array.type) else array.type)
        values = [None if value is None else str(value) for value in array.to_pylist()]
        columns.append(SampleColumn(name, values, kind=kind, note=note))
    return columns


def _kind_of(kind: pa.DataType) -> tuple[LogicalType, str | None]:
    is_ = pa.types
    if is_.is_string(kind) or is_.is_large_string(kind):
        return "string", None
    if is_.is_integer(kind):
        return "integer", None
    if is_.is_floating(kind) or is_.is_decimal(kind):
        return "number", None
    if is_.is_date(kind):
        return "date", None
    if is_.is_timestamp(kind):
        return "timestamp", None if kind.tz is None else "ask the supplier for local time without a zone"
    if is_.is_null(kind):
        return "string", "the sample has no value"
    return "string", f"the file holds {kind.id if is_.is_nested(kind) else kind}, which is none of the types here"


def _ndjson(file: Path) -> Sample:
    rows: list[dict[str, Any]] = []
    left_out: set[str] = set()
    for number, line in enumerate(_decoded(_head(file))[0].removesuffix("\n").split("\n")[:ROWS], start=1):
        try:
            document = json.loads(line)
        except ValueError:
            raise ContractError(f"line {number} of the sample is no JSON document; expected one a line") from None
        if not isinstance(document, dict):
            raise ContractError(f"line {number} of the sample is no JSON object; expected one a line")
        if "resourceType" in document:
            raise ContractError("a FHIR source is described by its profile; write the contract by hand")
        rows.append({})
        _flatten(document, "", rows[-1], left_out)
    if not all(map(_may_be_name, left_out)):
        raise ContractError("a name inside the documents looks like a value; describe the source by hand")
    paths = list(dict.fromkeys(path for row in rows for path in row))
    # Flat documents stand in a contract whole; where something is left out, the rest is read by paths.
    by_path = bool(left_out) or any("." in path for path in paths)
    columns = []
    for path in paths:
        values = [row.get(path) for row in rows]
        texts = [None if v in (None, "") else v if isinstance(v, str) else json.dumps(v) for v in values]
        columns.append(
            SampleColumn(path.replace(".", "_"), texts, kind=_json_kind(values), path=path if by_path else None)
        )
    told = [f"{path} was left out: a list, or a name with a dot" for path in sorted(left_out)]
    return Sample(columns, {"format": "ndjson"}, left_out=told)


def _flatten(document: dict[str, Any], before: str, row: dict[str, Any], left_out: set[str]) -> None:
    for name, value in document.items():
        path = f"{before}{name}"
        if isinstance(value, list) or "." in name:
            left_out.add(path)
        elif isinstance(value, dict):
            _flatten(value, f"{path}.", row, left_out)
        else:
            row[path] = value


def _json_kind(values: Sequence[Any]) -> LogicalType | None:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return "integer"
    if kinds and kinds <= {int, float}:
        return "number"
    return "string" if kinds and kinds != {str} else None


def _head(file: Path) -> bytes:
    """The first bytes of a file, up to the end of a line."""
    pieces, size = [], 0
    with Packed(file).open() as stream:
        while size < BYTES and (piece := stream.read(BYTES - size)):
            pieces.append(piece)
            size += len(piece)
    head = b"".join(pieces)
    return head[: head.rfind(b"\n") + 1] if size >= BYTES else head


def _decoded(head: bytes) -> tuple[str, str]:
    if b"\0" in head:
        raise ContractError("the sample is no text in latin-1, cp1252 or utf-8; ask the supplier for one of these")
    try:
        return head.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        # What cp1252 has and latin-1 lacks: curly quotes, dashes, the euro.
        encoding = "cp1252" if re.search(rb"[\x80-\x9f]", head) else "latin-1"
    try:
        return head.decode(encoding), encoding
    except UnicodeDecodeError:
        return head.decode("latin-1"), "latin-1"


def _dialect(text: str) -> tuple[str, str]:
    """Delimiter and quote: the first that give nearly every row the same number of fields."""
    single = '"' not in text and re.search(r"(^|[;\t|,])'[^'\n]*'([;\t|,]|$)", text, re.MULTILINE)
    for quote in ("'", '"') if single else ('"',):
        for delimiter in DELIMITERS:
            rows = _rows(text, delimiter, quote)[:1000]
            (width, count), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
            if width > 1 and count >= 0.95 * len(rows):
                return delimiter, quote
    raise ContractError(
        f"no delimiter ({' '.join('tab' if d == chr(9) else d for d in DELIMITERS)}) gives every row the same fields; "
        "a file of fixed width, or of one column, has to be described by hand"
    )


def _rows(text: str, delimiter: str, quote: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > ROWS:
                break
    except csv.Error:
        return []
    return rows


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a first line holds names: all could be names, and something says that they are no values.

    Either a column below holds figures throughout, which its name does not; or the names are words of a program.
    """
    if not all(map(_may_be_name, first)) or len({name.lower() for name in first}) != len(first):
        return False
    for name, values in zip(first, zip(*body, strict=True) if body else (), strict=False):
        given = [value for value in values if value]
        if given and all(map(_VALUE.fullmatch, given)) and not _VALUE.fullmatch(name):
            return True
    return all(re.fullmatch(r"[a-z_0-9]+|[A-Z_0-9]+", name) for name in first) and any(
        map(_KNOWN_NAME.fullmatch, first)
    )


def _may_be_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not re.search(r"[0-9]{6}", text)


def _decimal(columns: Sequence[SampleColumn], delimiter: str) -> str:
    """The mark before the decimals in most columns of numbers; the comma goes with the semicolon."""
    found: Counter[str] = Counter()
    for column in columns:
        given = [value for value in column.values if value]
        for mark in ",.":
            number = re.compile(rf"[+-]?[0-9]{{1,30}}([{mark}][0-9]{{1,30}})?")
            if mark != delimiter and any(mark in value for value in given) and all(map(number.fullmatch, given)):
                found[mark] += 1
    if found:
        return max(found, key=lambda mark: (found[mark], mark == ","))
    return "," if delimiter == ";" else "."


_READERS: dict[str, Callable[[Path], Sample]] = {
    ".csv": _csv,
    ".txt": _csv,
    ".dat": _fixed_width,
    ".parquet": _parquet,
    ".ndjson": _ndjson,
    ".jsonl": _ndjson,
    ".json": _ndjson,
    ".sas7bdat": _sas,
    ".xpt": _sas,
}
