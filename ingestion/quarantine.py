"""The quarantine: every refused row with its reasons, every accepted row with a warning, and nothing of them elsewhere.

One encrypted Parquet file per delivery, one line per row and rule: source, delivery, file, row, column, rule, severity
and, for refused rows, the row as it was delivered. What `counts` tells is safe to show: it holds no value.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion import restricted
from ingestion.checks import Rule
from ingestion.delivery import Delivery
from ingestion.reading.base import ROW_NUMBER
from ingestion.zone import RestrictedZone, RuleCount

SCHEMA = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("delivery", pa.string()),
        pa.field("file", pa.string()),
        pa.field(ROW_NUMBER, pa.int64()),
        pa.field("column_name", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("severity", pa.string()),
        pa.field("record", pa.string()),
    ]
)


class Quarantine:
    """The quarantine of one delivery while it is taken in. A context."""

    def __init__(self, delivery: Delivery, folder: Path, key: bytes) -> None:
        self.rows_refused = 0
        self._delivery = delivery
        self._counts: Counter[Rule] = Counter()
        self._writer = restricted.Writer(folder / file_name(delivery.source, delivery.id), SCHEMA, key=key)

    def __enter__(self) -> "Quarantine":
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.__exit__(None, None, None)

    @property
    def counts(self) -> tuple[RuleCount, ...]:
        """Rows by rule: errors before warnings, the most frequent first."""
        told = [RuleCount(column_name=c, rule=r, severity=s, rows=n) for (c, r, s), n in self._counts.items()]
        return tuple(sorted(told, key=lambda one: (one.severity, -one.rows, one.column_name, one.rule)))

    def add(
        self, file: str, rows: pa.RecordBatch, breaks: dict[Rule, NDArray[np.bool_]], refused: NDArray[np.bool_]
    ) -> None:
        """Rows as delivered, which of them break which rule, and which are refused."""
        if not breaks:
            return
        numbers = rows.column(ROW_NUMBER).to_numpy()
        records = dict(zip(numbers[refused].tolist(), _records(rows.filter(pa.array(refused))), strict=True))
        lines = sorted((number, *rule) for rule, broken in breaks.items() for number in numbers[broken].tolist())
        self._write(file, [(*line, records.get(line[0])) for line in lines])
        self.rows_refused += int(refused.sum())
        self._counts.update({rule: int(broken.sum()) for rule, broken in breaks.items()})

    def add_broken(self, file: str, numbers: list[int]) -> None:
        """Rows that are no record: there is nothing of them to keep but their number."""
        self._write(file, [(number, "", "columns", "error", None) for number in numbers])
        self.rows_refused += len(numbers)
        self._count(("", "columns", "error"), len(numbers))

    def add_repeated(self, file: str, rows: pa.RecordBatch, whole: NDArray[np.bool_]) -> None:
        """Rows that repeat an earlier one: whole, or its key alone."""
        rules = ["duplicate_row" if one else "duplicate_key" for one in whole]
        numbers = rows.column(ROW_NUMBER).to_pylist()
        lines = zip(numbers, rules, _records(rows), strict=True)
        self._write(file, [(number, "", rule, "error", record) for number, rule, record in lines])
        self.rows_refused += len(rules)
        for rule in ("duplicate_row", "duplicate_key"):
            self._count(("", rule, "error"), rules.count(rule))

    def _count(self, rule: Rule, rows: int) -> None:
        if rows:
            self._counts[rule] += rows

    def _write(self, file: str, lines: list[tuple[int, str, str, str, str | None]]) -> None:
        if not lines:
            return
        numbers, columns, rules, severities, records = zip(*lines, strict=True)
        same = [[name] * len(lines) for name in (self._delivery.source, self._delivery.id, file)]
        arrays = [*same, numbers, columns, rules, severities, records]
        self._writer.write(pa.RecordBatch.from_pydict(dict(zip(SCHEMA.names, map(list, arrays), strict=True)), SCHEMA))


def _records(rows: pa.RecordBatch) -> list[str]:
    """Each row as JSON."""
    columns = [name for name in rows.schema.names if not name.startswith("_")]
    try:
        delivered = rows.select(columns).to_pylist()
    except (ValueError, OverflowError):  # A time outside of any calendar.
        delivered = _times_as_numbers(rows.select(columns)).to_pylist()
    return [json.dumps(row, ensure_ascii=False, default=str) for row in delivered]


def _times_as_numbers(rows: pa.RecordBatch) -> pa.RecordBatch:
    numbers = {pa.date32(): pa.int32(), pa.date64(): pa.int64()}
    fields = [
        field.with_type(pa.int64() if pa.types.is_timestamp(field.type) else numbers.get(field.type, field.type))
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def read(zone: RestrictedZone, source: str, delivery: str) -> Iterator[pa.RecordBatch]:
    """What lies in the quarantine of one delivery, in batches of SCHEMA. Its records hold people's data."""
    path = zone.quarantine(source, delivery) / file_name(source, delivery)
    if path.is_file():
        yield from restricted.read(path, key=zone.key)


def file_name(source: str, delivery: str) -> str:
    """The name of a delivery's file in the quarantine."""
    return f"{source}.{delivery}.refused.parquet"
