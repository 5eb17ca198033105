"""CSV in the dialect and encoding that the contract names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc

from ingestion.reading.base import FileReader
from ingestion.reading.lines import line_blocks

# Characters; a longer row refuses the file.
LONGEST_ROW = 4 * 1024 * 1024
HEADER_BYTES = 1024 * 1024

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


@dataclass(frozen=True, eq=False)
class _Piece:
    """Consecutive rows of a file: those that are records, and the places (from 1) of those that are none."""

    rows: pa.RecordBatch
    broken: list[int]
    line_breaks: bool  # Whether there may be some inside the values.


class DelimitedReader(FileReader):
    """Reads CSV; columns come as dictionary-encoded text, since most of them repeat few values."""

    def check_header(self) -> None:
        """Compare the names in the first line with the contract's; without a header, the number of fields."""
        found = self._names
        if self.contract.form.header:
            self.compare_columns(found)

    def records(self) -> Iterator[pa.RecordBatch]:
        """The rows. A row with more or fewer fields than the columns is broken."""
        passed = 0
        for piece in self._streamed() if self.contract.form.newlines_in_values else self._parsed():
            for place in piece.broken:
                self.note_broken(passed + place)
            passed += piece.rows.num_rows + len(piece.broken)
            if piece.line_breaks:
                self._refuse_line_breaks(piece.rows)
            if piece.rows.num_rows:
                yield piece.rows

    def _parsed(self) -> Iterator[_Piece]:
        """The file in blocks of whole lines, each parsed by itself."""
        names = self._names

        def parse(block: str) -> _Piece:
            broken: list[int] = []
            data = pa.py_buffer(block.encode("utf-8"))
            table = pc.read_csv(
                pa.BufferReader(data),
                read_options=pc.ReadOptions(use_threads=False, block_size=data.size + 1, column_names=names),
                parse_options=self._dialect(broken),
                convert_options=self._conversion(),
            )
            rows = pa.RecordBatch.from_arrays([c.combine_chunks() for c in table.columns], names=table.column_names)
            return _Piece(rows, broken, _lines(block) != rows.num_rows + len(broken))

        return map(parse, self._blocks())

    def _streamed(self) -> Iterator[_Piece]:
        """The file where a row may have several lines: only the parser can tell where a block may end."""
        form = self.contract.form
        before, passed = form.skip_rows + form.header, 0
        broken: list[int] = []
        with self.packed.open() as stream:
            reader = pc.open_csv(
                stream,
                read_options=pc.ReadOptions(
                    use_threads=False,
                    block_size=LONGEST_ROW,
                    encoding=_codec(form.encoding),
                    skip_rows=before,
                    column_names=self._names,
                ),
                parse_options=self._dialect(broken),
                convert_options=self._conversion(),
            )
            for batch in reader:
                places = [row - before - passed for row in broken]
                broken.clear()
                yield _Piece(batch, places, False)
                passed += batch.num_rows + len(places)

    def _dialect(self, broken: list[int]) -> pc.ParseOptions:
        """The dialect; the number of each row that is no record is put into `broken`."""
        form = self.contract.form

        def note(row: pc.InvalidRow) -> str:
            broken.append(row.number)
            return "skip"

        return pc.ParseOptions(
            delimiter=form.delimiter,
            quote_char=form.quote,
            newlines_in_values=form.newlines_in_values,
            invalid_row_handler=note,
            ignore_empty_lines=False,
        )

    def _conversion(self) -> pc.ConvertOptions:
        names = [column.name for column in self.contract.columns]
        return pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
            include_columns=names,
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=list(self.contract.form.null_values),
        )

    def _blocks(self) -> Iterator[str]:
        """The rows as text, in blocks of whole lines, without what stands before them."""
        form = self.contract.form
        before = form.skip_rows + form.header
        for block in line_blocks(self.packed, encoding=form.encoding, longest=LONGEST_ROW, lone_cr=True):
            while before and block:
                block = block[_after(block, lines=1) :]
                before -= 1
            if block:
                yield block

    def _refuse_line_breaks(self, rows: pa.RecordBatch) -> None:
        """Refuse a value of several lines. Between two blocks such a value cannot be read, so it is none anywhere."""
        for name, column in zip(rows.schema.names, rows.columns, strict=True):
            if any(compute.any(compute.match_substring(column.dictionary, end)).as_py() for end in "\n\r"):
                raise self.refused(
                    f"values of one line in {self.file.name}",
                    f"a line break inside a value of column {name}",
                    "ask the supplier to leave it out, or agree on newlinesInValues in the contract",
                )

    @cached_property
    def _names(self) -> list[str]:
        """The names of the columns as they stand in the file: those of the header, else those of the contract."""
        form = self.contract.form
        with self.packed.open() as stream:
            head = stream.read(HEADER_BYTES)
        text = head.decode(_codec(form.encoding), errors="replace").removeprefix("\ufeff")
        start, end = (_after(text, lines=lines) for lines in (form.skip_rows, form.skip_rows + 1))
        if start == len(text) or (end == len(text) and len(head) == HEADER_BYTES):
            raise self.refused(
                f"the {len(self.contract.columns)} columns of contract {self.contract.version} in {self.file.name}",
                "no line that could be a header",
                "ask the supplier to export the columns of the contract",
            )
        if not form.header:
            return [column.name for column in self.contract.columns]
        return [name.strip(form.quote) for name in text[start:end].rstrip("\r\n").split(form.delimiter)]


def _after(text: str, *, lines: int) -> int:
    """The place behind so many lines."""
    place = 0
    for _ in range(lines):
        place = found.end() if (found := _LINE.match(text, place)) else len(text)
    return place


def _lines(text: str) -> int:
    """How many lines a text has when they end as they should; else a number that no text has."""
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return -1
    return text.count("\n") + (not text.endswith("\n"))


def _codec(encoding: str) -> str:
    """UTF-8 may begin with a mark of its byte order."""
    return "utf8" if encoding.lower() in ("utf-8", "utf8") else encoding
