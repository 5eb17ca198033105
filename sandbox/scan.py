"""How an engine reads the files of a release: decrypted piece by piece, or once for a session that asks again.

What Arrow holds is not under the engine's memory limit, so it is bounded here: pieces are small, and what is kept has
a room. The engine passes on which columns and rows it needs, and knows of no file.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from sandbox.manifest import Release, ReleasedTable
from sandbox.parquet import Shape, decryption, shapes_of

# One vector of the engine, in and out: rows may be wide.
BATCH_ROWS = 2_048
# What is read from a file at once, in rows that the file says are narrow: more than a vector of them is read faster.
READ_BYTES, READ_ROWS, READ_AHEAD = 1 << 21, 65_536, 4
# Bytes of a value in a column of numbers that stand for texts.
_NUMBER = 4


class _Column(NamedTuple):
    """A column of a table, and the form in which it is read: beside wide columns texts come in another."""

    table: str
    name: str
    form: pa.DataType


class Held:
    """Columns that a session asks for again, decrypted once and kept in memory, of at most `room` bytes.

    A column is kept from the second time on, so that one look costs nothing more. When what is asked for again no
    longer fits, what was kept before is forgotten.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        # What turned out larger than the file told.
        self._large: set[_Column] = set()
        self._forget()

    def _forget(self) -> None:
        self._asked: set[_Column] = set()
        self._kept: dict[_Column, pa.ChunkedArray] = {}

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(column.nbytes for column in self._kept.values())

    def table(self, of: "FrugalDataset", columns: Sequence[str]) -> pa.Table | None:
        """These columns of a table in memory; None when they are to be read from the file."""
        wanted = [_Column(of.table, name, of.schema.field(name).type) for name in columns]
        with self._lock:
            again = bool(wanted) and self._asked.issuperset(wanted)
            self._asked.update(wanted)
            if not again:
                return None
            missing = [column for column in wanted if column not in self._kept]
            if missing and not self._keep(of, missing):
                return None
            return pa.table([self._kept[column] for column in wanted], names=list(columns))

    def _keep(self, of: "FrugalDataset", columns: list[_Column]) -> bool:
        names = [column.name for column in columns]
        size = of.size(names)
        if size > self._room or self._large.intersection(columns):
            return False
        if size + self.size > self._room:
            self._forget()
            return False
        try:
            read = of.whole(names)
        except (pa.ArrowException, OSError):
            # Reading it piece by piece tells what is wrong.
            return False
        for column in columns:
            if read[column.name].nbytes + self.size > self._room:
                self._large.add(column)
            else:
                self._kept[column] = read[column.name]
        return self._kept.keys() >= set(columns)


class FrugalDataset(pyarrow.dataset.FileSystemDataset):  # type: ignore[misc]
    """A dataset that the engine reads in small pieces: a vector, or more where its `shapes` say that rows are narrow.

    What Arrow reads ahead is not under the engine's memory limit: by itself, Arrow held three times as much.
    """

    table: str
    rows: int
    groups: int
    # The same file with texts as they are: what its groups of rows hold is not looked up for numbers.
    plain: pyarrow.dataset.ParquetFileFragment
    shapes: Mapping[str, Shape] | None = None
    held: Held | None = None

    def scanner(self, *, columns: Sequence[str] | None = None, **options: Any) -> Any:
        """As the engine asks for it, with a filter and all columns, those of the filter among them."""
        columns = self.schema.names if columns is None else columns
        few = self._few(options.get("filter"))
        if few is None and self.held is not None and (kept := self.held.table(self, columns)) is not None:
            return pyarrow.dataset.dataset(kept).scanner(columns=columns, **options | {"batch_size": READ_ROWS})
        rows = _rows_at_once(self.shapes, columns)
        # Where the file says that so many rows are narrow, and nowhere else: then both cores decode.
        ahead = READ_AHEAD if rows > BATCH_ROWS else 1
        frugal = {"batch_size": rows, "batch_readahead": ahead, "fragment_readahead": 1}
        read = super().scanner if few is None else few.scanner
        return read(columns=columns, **options | frugal)

    def _few(self, condition: Any) -> Any:
        """The groups of rows in which a condition can hold; None where they are more than half of all."""
        if condition is None:
            return None
        found = [group.id for group in self.plain.subset(condition).row_groups]
        if 2 * len(found) > self.groups:
            return None
        (whole,) = self.get_fragments()
        few = [whole.subset(row_group_ids=found)] if found else []
        return pyarrow.dataset.FileSystemDataset(few, self.schema, self.format, self.filesystem)

    def size(self, columns: Sequence[str]) -> float:
        """Bytes of whole columns in memory, about; without end where the file does not tell."""
        if self.shapes is None:
            return float("inf")
        listed = {field.name for field in self.schema if pa.types.is_dictionary(field.type)}
        lists = sum(self.shapes[name].values * self.shapes[name].width for name in listed.intersection(columns))
        numbers = sum(_NUMBER if name in listed else self.shapes[name].width for name in columns)
        return self.rows * numbers + self.groups * lists

    def whole(self, columns: Sequence[str]) -> pa.Table:
        """Whole columns, decrypted by both cores."""
        return super().scanner(columns=columns, batch_size=READ_ROWS).to_table()


def dataset_of(release: Release, key: bytes, table: ReleasedTable, held: Held | None = None) -> FrugalDataset:
    """The columns of one table, decrypted when the engine asks; it passes on which columns and rows it needs.

    The schema is that of the file, cut to the columns that are named: Arrow gives nulls for what a file does not hold.
    Texts that repeat come as numbers and the list of what they stand for, which the engine takes as texts. Raises as
    `pyarrow.parquet.ParquetFile` does.
    """
    path = release.folder / table.file
    opening = decryption(path, key=key)
    with pq.ParquetFile(path, decryption_properties=opening) as file:
        shapes, rows, groups = shapes_of(file), file.metadata.num_rows, file.num_row_groups
        fields = [file.schema_arrow.field(name) for name, _ in table.columns]
    # The engine unpacks the list anew for each batch, so it is no longer than that.
    most = _rows_at_once(shapes, [field.name for field in fields])
    listed = {field.name for field in fields if shapes and 0 < shapes[field.name].values <= most}
    schema = pa.schema([_listed(field) if field.name in listed else field for field in fields])
    scan_options = pyarrow.dataset.ParquetFragmentScanOptions(decryption_properties=opening)
    encrypted = pyarrow.dataset.ParquetFileFormat(
        read_options=pyarrow.dataset.ParquetReadOptions(dictionary_columns=listed),
        default_fragment_scan_options=scan_options,
    )
    whole = pyarrow.dataset.dataset(path, schema=schema, format=encrypted)
    frugal = FrugalDataset(list(whole.get_fragments()), schema, whole.format, whole.filesystem)
    frugal.table, frugal.rows, frugal.groups, frugal.shapes, frugal.held = table.name, rows, groups, shapes, held
    texts = pyarrow.dataset.ParquetFileFormat(default_fragment_scan_options=scan_options)
    frugal.plain = texts.make_fragment(str(path), whole.filesystem)
    return frugal


def _rows_at_once(shapes: Mapping[str, Shape] | None, columns: Sequence[str]) -> int:
    if shapes is None:
        return BATCH_ROWS
    return max(BATCH_ROWS, min(READ_ROWS, READ_BYTES // max(1, sum(shapes[name].width for name in columns))))


def _listed(field: pa.Field) -> pa.Field:
    return field.with_type(pa.dictionary(pa.int32(), field.type))
