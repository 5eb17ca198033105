"""Parquet, with the types that the contract names."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.contract import LogicalType
from ingestion.reading.base import BATCH_ROWS, FileReader
from ingestion.reading.packed import MAX_EXPANSION, SMALL

_ACCEPTS: dict[LogicalType, Callable[[pa.DataType], bool]] = {
    "string": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "integer": pa.types.is_integer,
    "number": lambda t: pa.types.is_floating(t) or pa.types.is_decimal(t) or pa.types.is_integer(t),
    "date": pa.types.is_date,
    "timestamp": lambda t: pa.types.is_timestamp(t) and t.tz is None,
}


class ParquetReader(FileReader):
    """Reads Parquet; text comes dictionary-encoded, everything else as it was typed."""

    def check_header(self) -> None:
        """Compare names and types with the contract's."""
        file = self._open()
        self._check_size(file.metadata)
        schema = file.schema_arrow
        self.compare_columns(schema.names)
        for column in self.contract.columns:
            found = schema.field(column.name).type
            plain = found.value_type if pa.types.is_dictionary(found) else found
            if not _ACCEPTS[column.logical_type](plain):
                raise self.refused(
                    f"column {column.name} of {self.file.name} as {column.logical_type}",
                    _told(plain),
                    "ask the supplier to export the type of the contract",
                )

    def records(self) -> Iterator[pa.RecordBatch]:
        """The rows."""
        names = [column.name for column in self.contract.columns]
        text = [column.name for column in self.contract.columns if column.logical_type == "string"]
        for batch in self._open(text).iter_batches(batch_size=BATCH_ROWS, columns=names):
            batch.validate(full=True)  # Text that is no UTF-8, and places outside a dictionary, are read unseen.
            yield self._without_empty_texts(batch.select(names))

    def _without_empty_texts(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The texts that mean nothing, as in every other format, are NULL."""
        nothing = pa.array(self.contract.form.null_values, pa.string())
        columns = []
        for column in batch.columns:
            if pa.types.is_dictionary(column.type):
                text = column.dictionary.cast(pa.string())
                empty = pc.is_in(text, value_set=nothing)
                if pc.any(empty).as_py():
                    none = pa.scalar(None, column.indices.type)
                    places = pc.if_else(empty.take(column.indices), none, column.indices)
                    column = pa.DictionaryArray.from_arrays(places, text)
            columns.append(column)
        return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)

    def _open(self, read_dictionary: Sequence[str] = ()) -> pq.ParquetFile:
        """The file, with these columns as dictionaries; they must be there, and be text."""
        try:
            return pq.ParquetFile(self.delivery.folder / self.file.name, read_dictionary=list(read_dictionary))
        except (pa.ArrowException, OSError, ValueError):
            raise self.refused(
                f"{self.file.name} as Parquet",
                "a file that is cut off or is not Parquet",
                "ask the supplier to send the file again",
            ) from None

    def _check_size(self, metadata: pq.FileMetaData) -> None:
        unpacked = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        limit = max(SMALL, (self.delivery.folder / self.file.name).stat().st_size * MAX_EXPANSION)
        if unpacked > limit:
            raise self.refused(
                f"{self.file.name} as Parquet",
                f"a file that expands more than {MAX_EXPANSION} times",
                "ask the supplier to export the file again",
            )


def _told(found: pa.DataType) -> str:
    """A type without what the supplier can name in it: fields and time zones."""
    if pa.types.is_timestamp(found) and found.tz is not None:
        return "timestamp with a time zone"
    return "values inside values" if pa.types.is_nested(found) else str(found)
