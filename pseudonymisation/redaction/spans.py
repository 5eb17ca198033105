"""Found places in a text, their union, and the placeholders that take their room.

Knows nothing of what makes a place an identifier: that is in `numbers.py`, `addresses.py`, `known.py` and
`words.py`.
"""

from collections.abc import Iterable
from typing import NamedTuple

# Entity, as the analyzer names it, to the placeholder in the redacted text.
PLACEHOLDERS = {
    "PERSON": "[NAVN]",
    "DK_CPR": "[CPR]",
    "PHONE_NUMBER": "[TELEFON]",
    "LOCATION": "[ADRESSE]",
    "EMAIL_ADDRESS": "[EMAIL]",
}
# The words inside the placeholders: they are skipped when a text is redacted again.
PLACEHOLDER_WORDS = frozenset(text[1:-1] for text in PLACEHOLDERS.values())


class Span(NamedTuple):
    """Characters `start` up to `end` of a text hold an entity of the kind `entity`."""

    start: int
    end: int
    entity: str


def united(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans in order and without overlap: what overlaps is united under the entity of its longest part.

    Parts of one name or address with nothing but a space or the like between them become one.
    """
    result: list[Span] = []
    longest = 0
    for span in sorted(spans):
        if result:
            last = result[-1]
            size = span.end - span.start
            if span.start < last.end:
                entity = span.entity if size > longest else last.entity
                longest = max(longest, size)
                result[-1] = Span(last.start, max(last.end, span.end), entity)
                continue
            gap = text[last.end : span.start]
            if span.entity == last.entity and gap in _JOINTS.get(span.entity, ()):
                longest = max(longest, size)
                result[-1] = Span(last.start, span.end, last.entity)
                continue
        result.append(span)
        longest = span.end - span.start
    return result


# What may stand between two parts of one name or one address.
_JOINTS = {"PERSON": ("", " ", "-"), "LOCATION": ("", " ", ", ")}


def replaced(text: str, spans: list[Span]) -> str:
    """Return the text with each of the ordered, disjoint spans replaced by its placeholder."""
    parts: list[str] = []
    position = 0
    for start, end, entity in spans:
        parts.append(text[position:start])
        parts.append(PLACEHOLDERS[entity])
        position = end
    parts.append(text[position:])
    return "".join(parts)
