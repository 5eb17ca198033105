"""Files of lines: blocks of whole lines in flat memory, and columns of text from them."""

import codecs
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.reading.packed import Packed


def line_blocks(packed: Packed, *, encoding: str, longest: int, lone_cr: bool = False) -> Iterator[str]:
    r"""The text of a file in pieces that end with a line: after `\n`, or with the file.

    Only `\n` ends a line, and with `lone_cr` a `\r` without it; a `\r` before it is left in place, and a mark of the
    byte order is left out. A piece is a few MiB long. Raises ValueError (UnicodeDecodeError) for bytes of another
    encoding and when a line that has not ended is longer than `longest` characters; PackedError.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    open_line, first = "", True
    for chunk in packed.chunks():
        text = decoder.decode(chunk)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        end = text.rfind("\n") + 1
        if lone_cr:
            end = max(end, text.rfind("\r", 0, -1) + 1)  # The last one may stand before a "\n" to come.
        if end:
            yield open_line + text[:end]
            open_line = text[end:]
        else:
            open_line += text
        if len(open_line) > longest:
            raise ValueError("a line without end")
    open_line += decoder.decode(b"", final=True)
    if open_line:
        yield open_line


def as_text_column(values: pa.Array, null_values: Sequence[str]) -> pa.DictionaryArray:
    """Text as a dictionary, since most columns repeat few values; the texts that mean nothing become NULL."""
    nothing = pc.is_in(values, value_set=pa.array(null_values, pa.string()))
    return pc.dictionary_encode(pc.if_else(nothing, pa.scalar(None, pa.string()), values))
