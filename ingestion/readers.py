"""Readers: delivered files as Arrow record batches, with `_row_number` counted from 1 over the file's data rows.

CSV columns come as text, Parquet columns as they were typed; `ingestion/rules.py` turns both into the contract's
types. Nothing is judged here but whether the file can be read as the contract says: anything else refuses the
delivery whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from ingestion.contract import Column, Contract, LogicalType
from ingestion.delivery import DeliveredFile, Delivery, refused
from ingestion.errors import DeliveryRefused

ROW_NUMBER = "_row_number"
BLOCK_BYTES = 8 * 1024 * 1024
BATCH_ROWS = 100_000

_ACCEPTS: dict[LogicalType, Callable[[pa.DataType], bool]] = {
    "string": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "integer": pa.types.is_integer,
    "number": lambda t: pa.types.is_floating(t) or pa.types.is_decimal(t) or pa.types.is_integer(t),
    "date": pa.types.is_date,
    "timestamp": lambda t: pa.types.is_timestamp(t) and t.tz is None,
}


@dataclass
class FileReader:
    """Reads one delivered file; afterwards `rows_read` and `broken_rows` tell what was met.

    `broken_rows` holds the numbers of rows whose count of fields differs from the header; they yield no record.
    """

    delivery: Delivery
    file: DeliveredFile
    contract: Contract
    rows_read: int = 0
    broken_rows: list[int] = field(default_factory=list)

    def schema(self) -> pa.Schema:
        """The schema of the batches: `_row_number`, then the contract's columns in its order."""
        if self.contract.file_format == "csv":
            fields = [pa.field(column.name, pa.string()) for column in self.contract.columns]
        else:
            found = self._open_parquet().schema_arrow
            fields = [pa.field(column.name, _plain(found, column)) for column in self.contract.columns]
        return pa.schema([pa.field(ROW_NUMBER, pa.int64()), *fields])

    def check_header(self) -> None:
        """Compare the file's columns with the contract's. Raises DeliveryRefused on any difference."""
        if self.contract.file_format == "csv":
            with self._path.open(encoding=self.contract.encoding, newline="") as text:
                found = [name.strip('"') for name in text.readline().rstrip("\r\n").split(self.contract.delimiter)]
        else:
            found = self._open_parquet().schema_arrow.names
        wanted = [column.name for column in self.contract.columns]
        missing = [name for name in wanted if name not in found]
        extra = [name for name in found if name not in wanted]
        repeated = len(found) != len(set(found))
        if missing or repeated:
            told = f"no column {', '.join(missing)}" if missing else "a column twice"
            raise self._refused(
                f"the {len(wanted)} columns of contract {self.contract.version} in {self.file.name}",
                told,
                "ask the supplier to export the columns of the contract",
            )
        if extra:
            # The name of a column that nobody agreed on is the supplier's own text: only its place is told.
            raise self._refused(
                f"the {len(wanted)} columns of contract {self.contract.version} in {self.file.name}",
                f"{len(extra)} more, the first as column {found.index(extra[0]) + 1}",
                "ask the supplier to leave it out, or agree on a new version of the contract",
            )
        if self.contract.file_format == "parquet":
            self._check_types()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in file order. Raises DeliveryRefused when the file breaks off or holds other rows than told."""
        try:
            yield from self._csv_batches() if self.contract.file_format == "csv" else self._parquet_batches()
        except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
            # Not chained: Arrow's message may quote the row.
            raise self._refused(
                f"{self.file.name} readable as {self.contract.file_format}",
                f"damage after row {self.rows_read}",
                "ask the supplier to send the file again",
            ) from None
        if self.rows_read != self.file.rows:
            raise self._refused(
                f"{self.file.rows} rows in {self.file.name}",
                f"{self.rows_read}",
                "the manifest and the file disagree: ask the supplier which is right",
            )

    @property
    def _path(self) -> Path:
        return self.delivery.folder / self.file.name

    def _refused(self, expected: str, found: str, remedy: str) -> DeliveryRefused:
        return refused(self.delivery, expected=expected, found=found, remedy=remedy)

    def _csv_batches(self) -> Iterator[pa.RecordBatch]:
        names = [column.name for column in self.contract.columns]

        def note_broken(row: pc.InvalidRow) -> str:
            self.broken_rows.append(row.number - 1)  # the header is row 1
            return "skip"

        reader = pc.open_csv(
            self._path,
            read_options=pc.ReadOptions(encoding=self.contract.encoding, block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pc.ParseOptions(
                delimiter=self.contract.delimiter, invalid_row_handler=note_broken, ignore_empty_lines=False
            ),
            convert_options=pc.ConvertOptions(
                column_types={name: pa.string() for name in names},
                include_columns=names,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
        passed = 0
        for batch in reader:
            numbers, passed = self._numbers(batch.num_rows, passed)
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=self.schema())
        self.rows_read += len(self.broken_rows) - passed

    def _numbers(self, rows: int, passed: int) -> tuple[pa.Array, int]:
        """Row numbers of the next `rows` good rows, stepping over the broken ones; and how many were passed."""
        numbers: list[int] = []
        broken = self.broken_rows
        if passed == len(broken):
            first = self.rows_read + 1
            self.rows_read += rows
            return pa.array(range(first, first + rows), pa.int64()), passed
        while len(numbers) < rows:
            self.rows_read += 1
            if passed < len(broken) and broken[passed] == self.rows_read:
                passed += 1
            else:
                numbers.append(self.rows_read)
        return pa.array(numbers, pa.int64()), passed

    def _open_parquet(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self._path)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._refused(
                f"{self.file.name} as Parquet",
                "a file that is cut off or is not Parquet",
                "ask the supplier to send the file again",
            ) from error

    def _check_types(self) -> None:
        schema = self._open_parquet().schema_arrow
        for column in self.contract.columns:
            found = _plain(schema, column)
            if not _ACCEPTS[column.logical_type](found):
                raise self._refused(
                    f"column {column.name} of {self.file.name} as {column.logical_type}",
                    str(found),
                    "ask the supplier to export the type of the contract",
                )

    def _parquet_batches(self) -> Iterator[pa.RecordBatch]:
        names = [column.name for column in self.contract.columns]
        schema = self.schema()
        for batch in self._open_parquet().iter_batches(batch_size=BATCH_ROWS, columns=names):
            numbers = pa.array(range(self.rows_read + 1, self.rows_read + 1 + batch.num_rows), pa.int64())
            self.rows_read += batch.num_rows
            columns = [batch.column(name).cast(schema.field(name).type) for name in names]
            yield pa.RecordBatch.from_arrays([numbers, *columns], schema=schema)


def _plain(schema: pa.Schema, column: Column) -> pa.DataType:
    """The type of a delivered column, taken out of a dictionary encoding."""
    found = schema.field(column.name).type
    return found.value_type if pa.types.is_dictionary(found) else found
