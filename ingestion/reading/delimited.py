"""CSV in the dialect and encoding that the contract names."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc

from ingestion.errors import DeliveryRefused
from ingestion.reading.base import FileReader

BLOCK_BYTES = 4 * 1024 * 1024  # A row longer than a block cannot be read, and refuses the file.
HEADER_BYTES = 1024 * 1024


class DelimitedReader(FileReader):
    """Reads CSV; columns come as dictionary-encoded text, since most of them repeat few values."""

    def check_header(self) -> None:
        """Compare the names in the first line with the contract's; without a header, the number of fields."""
        with self.packed.open() as stream:
            line = self._first_line(stream)
        form = self.contract.form
        found = [name.strip(form.quote) for name in line.split(form.delimiter)]
        if form.header:
            self.compare_columns(found)

    def records(self) -> Iterator[pa.RecordBatch]:
        """The rows. A row with more or fewer fields than the columns is broken."""
        form = self.contract.form
        names = [column.name for column in self.contract.columns]
        before = form.skip_rows + form.header
        text = pa.dictionary(pa.int32(), pa.string())

        def note(row: pc.InvalidRow) -> str:
            try:
                self.note_broken(row.number - before)
            except DeliveryRefused:
                return "error"  # pyarrow drops what is raised here; `batches` tells it instead.
            return "skip"

        with self.packed.open() as stream:
            reader = pc.open_csv(
                stream,
                read_options=pc.ReadOptions(
                    encoding=_codec(form.encoding),
                    block_size=BLOCK_BYTES,
                    use_threads=False,
                    skip_rows=form.skip_rows,
                    column_names=None if form.header else names,
                ),
                parse_options=pc.ParseOptions(
                    delimiter=form.delimiter,
                    quote_char=form.quote,
                    newlines_in_values=form.newlines_in_values,
                    invalid_row_handler=note,
                    ignore_empty_lines=False,
                ),
                convert_options=pc.ConvertOptions(
                    column_types=dict.fromkeys(names, text),
                    include_columns=names,
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                    null_values=list(form.null_values),
                ),
            )
            for batch in reader:
                if not form.newlines_in_values:
                    self._check_lines(batch)
                yield batch

    def _check_lines(self, batch: pa.RecordBatch) -> None:
        """Refuse a value of several lines. Between two blocks such a value cannot be read, so it is none anywhere."""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if any(compute.any(compute.match_substring(column.dictionary, end)).as_py() for end in "\n\r"):
                raise self.refused(
                    f"values of one line in {self.file.name}",
                    f"a line break inside a value of column {name}",
                    "ask the supplier to leave it out, or agree on newlinesInValues in the contract",
                )

    def _first_line(self, stream: BinaryIO) -> str:
        """The first line after the skipped ones; one that is too long, or no text, is no header."""
        form = self.contract.form
        head = stream.read(HEADER_BYTES)
        text = head.decode(_codec(form.encoding), errors="replace").removeprefix("\ufeff")
        lines = text.splitlines()
        if len(lines) <= form.skip_rows or (len(lines) == form.skip_rows + 1 and len(head) == HEADER_BYTES):
            raise self.refused(
                f"the {len(self.contract.columns)} columns of contract {self.contract.version} in {self.file.name}",
                "no line that could be a header",
                "ask the supplier to export the columns of the contract",
            )
        return lines[form.skip_rows]


def _codec(encoding: str) -> str:
    """UTF-8 may begin with a mark of its byte order."""
    return "utf8" if encoding.lower() in ("utf-8", "utf8") else encoding
