"""Found places in a text, their union, and the placeholders that take their room.

Knows nothing of what makes a place an identifier: that is in `numbers.py`, `addresses.py`, `known.py` and
`words.py`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Entity, as the analyzer names it, to the word of its placeholders: `<PERSON 1>`, `<PERSON 2>`, `<CPR 1>`.
CLASSES = {
    "PERSON": "PERSON",
    "DK_CPR": "CPR",
    "PHONE_NUMBER": "PHONE",
    "LOCATION": "ADDRESS",
    "EMAIL_ADDRESS": "EMAIL",
    "URL": "URL",
    "NUMBER": "NUMBER",
}
PLACEHOLDER = re.compile(rf"<({'|'.join(CLASSES.values())}) ([0-9]{{1,5}})>")

# What may stand between two parts of one name or one address.
_JOINTS = {"PERSON": ("", " ", "-"), "LOCATION": ("", " ", ", ")}
_WORD = re.compile(r"[^\W_]+")


class Span(NamedTuple):
    """Characters `start` up to `end` of a text hold an entity of the kind `entity`, found by the rule `rule`."""

    start: int
    end: int
    entity: str
    rule: str


def united(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans in order and without overlap: what overlaps is united under entity and rule of its longest part.

    Parts of one name or address with nothing but a space or the like between them become one. Placeholders that stand
    in the text already are left alone.
    """
    result: list[Span] = []
    longest = 0
    for span in sorted(_outside(text, spans)):
        size = span.end - span.start
        if result:
            last = result[-1]
            overlaps = span.start < last.end
            if overlaps or (span.entity == last.entity and text[last.end : span.start] in _JOINTS.get(span.entity, ())):
                named = span if size > longest else last
                entity = named.entity if overlaps else last.entity
                longest = max(longest, size)
                result[-1] = Span(last.start, max(last.end, span.end), entity, named.rule)
                continue
        result.append(span)
        longest = size
    return result


def replaced(text: str, spans: list[Span]) -> str:
    """Return the text with each of the ordered, disjoint spans replaced by its placeholder.

    The same value has the same number in a text: numbers, mails and addresses by their letters and digits, people by
    their words. A part of a name ("Hansens") is the person whose name has it, if only one in the text has.
    """
    names = numbered(text, spans)
    parts: list[str] = []
    position = 0
    for span, name in zip(spans, names, strict=True):
        parts += [text[position : span.start], name]
        position = span.end
    return "".join([*parts, text[position:]])


def numbered(text: str, spans: list[Span]) -> list[str]:
    """The placeholder of each span, counted by class in the order in which their values first stand in the text."""
    taken: defaultdict[str, int] = defaultdict(int)
    for match in PLACEHOLDER.finditer(text):
        taken[match[1]] = max(taken[match[1]], int(match[2]))
    people = {span: _name(text[span.start : span.end]) for span in spans if span.entity == "PERSON"}
    whole = set(people.values())
    given: dict[tuple[str, object], int] = {}
    names = []
    for span in spans:
        kind = CLASSES[span.entity]
        value = _person(people[span], whole) if span in people else _bare(text[span.start : span.end])
        if (kind, value) not in given:
            taken[kind] += 1
            given[(kind, value)] = taken[kind]
        names.append(f"<{kind} {given[(kind, value)]}>")
    return names


def _outside(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans without those inside a placeholder."""
    if "<" not in text:
        yield from spans
        return
    held = [match.span() for match in PLACEHOLDER.finditer(text)]
    yield from (span for span in spans if not any(start < span.end and span.start < end for start, end in held))


def _name(text: str) -> frozenset[str]:
    """The words of a name, without the genitive's s where something is left."""
    return frozenset(_bare_genitive(word) for word in _WORD.findall(text.casefold()))


def _bare_genitive(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _person(name: frozenset[str], whole: set[frozenset[str]]) -> frozenset[str]:
    """The longest name of the text that this one is part of; itself when several people could be meant."""
    longer = [other for other in whole if name < other]
    outer = [other for other in longer if not any(other < another for another in longer)]
    return outer[0] if len(outer) == 1 else name


def _bare(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))
