"""Redaction of Danish free text: texts in, the same texts with `<PERSON 1>`, `<CPR 1>`, `<PHONE 1>`, `<ADDRESS 1>` and
the like out, the same value of a text under the same number.

Fails closed: an error in any part stops the call, and no text is passed on unredacted. Dates, ages and
diagnoses are kept; they are quasi-identifiers, and their treatment is a matter of the permit. What the
word pass cannot see is told in `words.py`. Whether anything was left is for `pseudonymisation/leaks.py`
to find, which shares no code with this package.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from pseudonymisation.redaction.known import FullNames
from pseudonymisation.redaction.readable import Readable
from pseudonymisation.redaction.spans import Span, replaced, united
from pseudonymisation.redaction.workers import OverTime, Share, Workers, can_limit, limited, may_start_processes

if TYPE_CHECKING:
    from pseudonymisation.redaction.analyzer import Analyzer

# Longer texts are refused: the time for one text must stay bounded.
MAX_CHARACTERS = 1_000_000
# A note of 600 characters takes about a millisecond; a text that takes so long has met a fault in a finder.
LIMIT_SECONDS = 10.0
# Starting the processes takes a second or two, in which one process redacts about so many notes.
SPREAD_FROM_TEXTS = 2_000


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
    """Redacts texts, large batches over several processes. Made once: the first text loads presidio, some seconds."""

    def __init__(self) -> None:
        self._analyzer: Analyzer | None = None
        self._workers: Workers | None = None
        self._others: FullNames | None = None

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
            with limited(LIMIT_SECONDS):
                read = Readable(text)
                return read.as_written(united(read.text, self._analyzer.spans(read.text, known)))
        except OverTime:
            raise RedactionError(
                f"a text of {len(text)} characters took longer than {LIMIT_SECONDS:g} seconds; report it, "
                "and deliver again without this note"
            ) from None
        except Exception as error:
            # Not chained: the message of the cause may quote the text.
            raise RedactionError(
                f"a text of {len(text)} characters could not be redacted ({type(error).__name__}); report it, "
                "and deliver again without this note"
            ) from None

    def redact_batch(self, texts: pa.StringArray | Sequence[str | None], known: Sequence[Known]) -> pa.StringArray:
        """Return the texts redacted, row by row, each distinct pair of text and known people once. NULL stays NULL.

        Raises RedactionError naming the row of the batch (from 1) or saying that a process died, and ValueError when
        `known` has another length than `texts`.
        """
        rows: list[str | None] = texts.to_pylist() if isinstance(texts, pa.Array) else list(texts)
        if len(rows) != len(known):
            raise ValueError(f"expected one Known per text, found {len(known)} for {len(rows)}")
        first_rows: dict[tuple[str, Known], int] = {}
        for number, (text, people) in enumerate(zip(rows, known, strict=True), start=1):
            if text is not None:
                first_rows.setdefault((text, people), number)
        pairs = list(first_rows)
        done: dict[tuple[str, Known], str] = {}
        for redacted, failure in self._shares(pairs):
            done.update(zip(pairs[len(done) :], redacted, strict=False))
            if failure is not None:
                raise RedactionError(f"row {first_rows[pairs[len(done)]]} of the batch: {failure}")
        result = [None if text is None else done[text, people] for text, people in zip(rows, known, strict=True)]
        return pa.array(result, type=pa.string())

    def close(self) -> None:
        """End the processes that `redact_batch` has started, if any; a later batch starts new ones."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def _shares(self, pairs: Sequence[tuple[str, Known]]) -> Iterator[Share]:
        """The texts redacted share by share, in this process or, from so many on, in several."""
        others = pairs[0][1].others if pairs else None
        # Outside the main thread nothing can stop a text that takes too long, in the main thread of a worker it can.
        spread = may_start_processes() and (len(pairs) >= SPREAD_FROM_TEXTS or not can_limit())
        if not spread or any(people.others is not others for _, people in pairs):
            yield self.share(pairs)
            return
        if self._workers is None or self._others is not others:
            self.close()
            self._workers, self._others = Workers(_start, others), others
        try:
            yield from self._workers.map(_work, [(text, replace(people, others=None)) for text, people in pairs])
        except BrokenProcessPool:
            self.close()
            raise RedactionError(
                "a process that redacts ended before its work was done; look for a lack of memory, and run again"
            ) from None

    def share(self, pairs: Sequence[tuple[str, Known]]) -> Share:
        """Redact the texts in this process, up to the first that cannot be, and tell why that one could not."""
        redacted: list[str] = []
        for text, people in pairs:
            try:
                redacted.append(self.redact(text, people))
            except RedactionError as error:
                return redacted, str(error)
            except Exception as error:  # Its message may quote the text, and would travel with it to the caller.
                return redacted, f"placeholders could not be set ({type(error).__name__}); report it"
        return redacted, None


# A worker's own, from `_start` on.
_worker: tuple[Redactor, FullNames | None] | None = None


def _start(others: FullNames | None) -> None:
    global _worker
    _worker = Redactor(), others


def _work(pairs: Sequence[tuple[str, Known]]) -> Share:
    if _worker is None:
        raise RuntimeError("a worker was given work before it was started")
    redactor, others = _worker
    return redactor.share([(text, replace(people, others=others)) for text, people in pairs])
