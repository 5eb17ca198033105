"""What every reader of delivered files does: Arrow record batches with `_row_number`, and an exact count of the rows.

A reader judges only whether the file can be read as the contract says; anything else refuses the delivery whole.
What the values mean is decided in `ingestion/checks.py`. Formats are in the modules beside this one, and chosen in
`ingestion/reading/opening.py`.
"""

import zipfile
import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ingestion.contract import Contract
from ingestion.delivery import DeliveredFile, Delivery, refused
from ingestion.errors import DeliveryRefused
from ingestion.reading.packed import Packed, PackedError

ROW_NUMBER = "_row_number"
BATCH_ROWS = 50_000

# What a reader may meet when a file is damaged. The texts of these errors may quote a row: they are never told.
DAMAGE = (pa.ArrowException, OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile)


@dataclass
class FileReader(ABC):
    """Reads one delivered file; afterwards `rows_read` and `broken_rows` tell what was met.

    `broken_rows` holds the numbers of rows that are no record (another count of fields, no valid document); they
    yield nothing in the batches but count as read.
    """

    delivery: Delivery
    file: DeliveredFile
    contract: Contract
    rows_read: int = 0
    broken_rows: list[int] = field(default_factory=list)

    @abstractmethod
    def check_header(self) -> None:
        """Compare the file's columns, and types if it has any, with the contract's. Raises DeliveryRefused."""

    @abstractmethod
    def records(self) -> Iterator[pa.RecordBatch]:
        """The records in file order: the contract's columns in its order, without row numbers.

        Values are text (plain or dictionary-encoded), or typed where the format has types. A reader that meets a row
        that is no record calls `note_broken` before it yields a batch with a later row.
        """

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The records with `_row_number` in front, which counts from 1 over all rows of the file.

        Raises DeliveryRefused when the file breaks off, or holds more or fewer rows than its manifest tells.
        """
        try:
            for batch in self.records():
                numbers = self._numbers(batch.num_rows)
                if self.rows_read > self.file.rows:
                    raise self._miscounted(f"more than {self.file.rows}")
                names = [ROW_NUMBER, *batch.schema.names]
                yield pa.RecordBatch.from_arrays([numbers, *batch.columns], names=names)
        except PackedError as error:
            raise self.refused(
                f"{self.file.name} as one packed file", str(error), "ask the supplier to pack the file again"
            ) from None
        except DAMAGE:
            if len(self.broken_rows) > self.file.rows:
                raise self._miscounted(f"more than {self.file.rows}") from None
            raise self.refused(
                f"{self.file.name} readable as {self.contract.form.format}",
                f"damage after row {self.rows_read}",
                "ask the supplier to send the file again",
            ) from None
        self.rows_read += len(self.broken_rows) - self._passed
        if self.rows_read != self.file.rows:
            raise self._miscounted(str(self.rows_read))

    def note_broken(self, row: int) -> None:
        """Tell that row `row` (from 1) is no record. Raises DeliveryRefused when more rows are broken than promised."""
        self.broken_rows.append(row)
        if len(self.broken_rows) > self.file.rows:
            raise self._miscounted(f"more than {self.file.rows}")

    def refused(self, expected: str, found: str, remedy: str) -> DeliveryRefused:
        """A refusal of the delivery because of this file, to be raised."""
        return refused(self.delivery, expected=expected, found=found, remedy=remedy)

    def compare_columns(self, found: Sequence[str]) -> None:
        """Compare the names of columns with the contract's. Raises DeliveryRefused on any difference but the order."""
        wanted = [column.name for column in self.contract.columns]
        missing = [name for name in wanted if name not in found]
        extra = [name for name in found if name not in wanted]
        repeated = len(found) != len(set(found))
        expected = f"the {len(wanted)} columns of contract {self.contract.version} in {self.file.name}"
        if missing or repeated:
            told = f"no column {', '.join(missing)}" if missing else "a column twice"
            raise self.refused(expected, told, "ask the supplier to export the columns of the contract")
        if extra:
            # The name of a column that nobody agreed on is the supplier's own text: only its place is told.
            raise self.refused(
                expected,
                f"{len(extra)} more, the first as column {found.index(extra[0]) + 1}",
                "ask the supplier to leave it out, or agree on a new version of the contract",
            )

    @property
    def packed(self) -> Packed:
        """The file's content, unpacked while it is read."""
        return Packed(self.delivery.folder / self.file.name)

    @property
    def _passed(self) -> int:
        """How many broken rows lie before the end of what was read."""
        return bisect_right(self.broken_rows, self.rows_read)

    def _miscounted(self, found: str) -> DeliveryRefused:
        return self.refused(
            f"{self.file.rows} rows in {self.file.name}",
            found,
            "the manifest and the file disagree: ask the supplier which is right",
        )

    def _numbers(self, rows: int) -> pa.Array:
        """The numbers of the next `rows` records, stepping over the broken rows."""
        first = self.rows_read + 1
        broken = np.array(self.broken_rows[bisect_left(self.broken_rows, first) :], np.int64)
        numbers = np.arange(first, first + rows + len(broken), dtype=np.int64)
        numbers = numbers[~np.isin(numbers, broken)][:rows]
        self.rows_read = int(numbers[-1]) if rows else self.rows_read
        return pa.array(numbers)
