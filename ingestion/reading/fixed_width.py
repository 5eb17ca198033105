"""Lines of fixed width, as the SKS files have them: a column is a place in the line, and nothing separates two."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.reading.base import FileReader
from ingestion.reading.lines import as_text_column, line_blocks

LONGEST_LINE = 1024 * 1024  # Characters; a longer line is no record, and refuses the file.


class FixedWidthReader(FileReader):
    """Reads lines of fixed width; columns come as dictionary-encoded text without the blanks that fill them up."""

    def check_header(self) -> None:
        """Nothing to compare: such a file has no header, and the contract cannot be read without places."""

    def records(self) -> Iterator[pa.RecordBatch]:
        """The lines. A line may end early, since blanks at its end are often cut off: what it lacks is NULL.

        A line without anything but blanks is broken, and so is one with text beyond the last column.
        """
        form = self.contract.form
        places = [((column.start or 1) - 1, column.length or 0) for column in self.contract.columns]
        width = max(start + length for start, length in places)
        names = [column.name for column in self.contract.columns]
        passed = 0
        for block in line_blocks(self.packed, encoding=form.encoding, longest=LONGEST_LINE):
            lines = pc.utf8_rtrim(_lines(block), " \r\n")
            lengths = pc.utf8_length(lines).to_numpy()
            if lengths.max() > LONGEST_LINE:
                raise ValueError("a line that is too long")
            sound = (lengths > 0) & (lengths <= width)
            for place in np.flatnonzero(~sound).tolist():
                self.note_broken(passed + place + 1)
            passed += len(lines)
            kept = lines if sound.all() else lines.filter(pa.array(sound))
            if not len(kept):
                continue
            texts = (pc.utf8_rtrim(pc.utf8_slice_codeunits(kept, at, at + size), " ") for at, size in places)
            columns = [as_text_column(text, ("", *form.null_values)) for text in texts]
            yield pa.RecordBatch.from_arrays(columns, names=names)


def _lines(block: str) -> pa.StringArray:
    """The lines of a block with their ends, without an object for each."""
    data = block.encode("utf-8")
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
