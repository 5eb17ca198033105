"""A text as the finders read it: letters composed, and nothing invisible between them.

Copied text holds soft hyphens and zero-width spaces ("Han\\u00adsen"), and some systems write "å" as two characters: a
name or a number with one of them inside would not be seen.
"""

import re
from collections.abc import Iterable
from unicodedata import normalize

from pseudonymisation.redaction.spans import Span

_MARKS = "\u0300-\u036f"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_ODD = re.compile(f"[{_MARKS}{_INVISIBLE}]")
_LETTER = re.compile(f"([^{_INVISIBLE}][{_MARKS}]*)|[{_INVISIBLE}]", re.DOTALL)


class Readable:
    """The text to read in `text`; `as_written` gives places in it as places in the text that was given."""

    def __init__(self, written: str) -> None:
        self.text = written
        self._places: list[tuple[int, int]] | None = None
        if written.isascii() or not _ODD.search(written):
            return
        letters: list[str] = []
        self._places = []
        for match in _LETTER.finditer(written):
            composed = normalize("NFC", match[1] or "")
            letters.append(composed)
            self._places.extend([match.span()] * len(composed))
        self.text = "".join(letters)

    def as_written(self, spans: Iterable[Span]) -> list[Span]:
        """The spans with their places in the text that was given, what is invisible inside of them included."""
        if self._places is None:
            return list(spans)
        return [span._replace(start=self._places[span.start][0], end=self._places[span.end - 1][1]) for span in spans]
