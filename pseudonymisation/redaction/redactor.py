"""Redaction of Danish free text: texts in, the same texts with `<PERSON 1>`, `<CPR 1>`, `<PHONE 1>`, `<ADDRESS 1>` and
the like out, the same value of a text under the same number.

Fails closed: an error in any part stops the call, and no text is passed on unredacted. Dates, ages and
diagnoses are kept; they are quasi-identifiers, and their treatment is a matter of the permit. What the
word pass cannot see is told in `words.py`. Whether anything was left is for `pseudonymisation/leaks.py`
to find, which shares no code with this package.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from pseudonymisation.redaction.known import FullNames
from pseudonymisation.redaction.spans import Span, replaced, united

if TYPE_CHECKING:
    from pseudonymisation.redaction.analyzer import Analyzer

# Longer texts are refused: the time for one text must stay bounded.
MAX_CHARACTERS = 1_000_000


class RedactionError(Exception):
    """A text could not be redacted; the delivery stops, and nothing of the text is passed on."""

    exit_code = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What the structured columns tell of the people of one note: the patient, and the author.

    `others` are the full names of everybody else in the delivery.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    cprs: tuple[str, ...] = ()
    others: FullNames | None = None


NOBODY = Known()


class Redactor:
    """Redacts texts in one process. Made once per process: the first text loads presidio, about three seconds."""

    def __init__(self) -> None:
        self._analyzer: Analyzer | None = None

    def redact(self, text: str, known: Known = NOBODY) -> str:
        """Return the text with a placeholder for every identifier found. Raises RedactionError, never with the text."""
        return replaced(text, self.spans(text, known))

    def spans(self, text: str, known: Known = NOBODY) -> list[Span]:
        """Return the places of the identifiers in a text, in order and disjoint. Raises RedactionError as `redact`."""
        if len(text) > MAX_CHARACTERS:
            raise RedactionError(
                f"a text has {len(text)} characters, expected at most {MAX_CHARACTERS}; split it into notes"
            )
        if self._analyzer is None:
            from pseudonymisation.redaction.analyzer import Analyzer

            self._analyzer = Analyzer()
        try:
            return united(text, self._analyzer.spans(text, known))
        except Exception as error:
            # Not chained: the message of the cause may quote the text.
            raise RedactionError(
                f"a text of {len(text)} characters could not be redacted ({type(error).__name__}); report it, "
                "and deliver again without this note"
            ) from None

    def redact_batch(self, texts: pa.StringArray | Sequence[str | None], known: Sequence[Known]) -> pa.StringArray:
        """Return the texts redacted, row by row, each distinct pair of text and known people once. NULL stays NULL.

        Raises RedactionError naming the row of the batch (from 1), and ValueError when `known` has another
        length than `texts`.
        """
        rows: list[str | None] = texts.to_pylist() if isinstance(texts, pa.Array) else list(texts)
        if len(rows) != len(known):
            raise ValueError(f"expected one Known per text, found {len(known)} for {len(rows)}")
        done: dict[tuple[str, Known], str] = {}
        result: list[str | None] = []
        for number, (text, people) in enumerate(zip(rows, known, strict=True), start=1):
            if text is None:
                result.append(None)
                continue
            pair = (text, people)
            redacted = done.get(pair)
            if redacted is None:
                try:
                    redacted = self.redact(text, people)
                except RedactionError as error:
                    raise RedactionError(f"row {number} of the batch: {error}") from None
                done[pair] = redacted
            result.append(redacted)
        return pa.array(result, type=pa.string())
