"""What the structured columns tell of a note's own people, found in its text.

Each value is looked for as such, whatever the lists and patterns elsewhere say. Parts of a name are
handed to `words.py`, which meets every word of the text anyway.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pseudonymisation.redaction.addresses import address_end
from pseudonymisation.redaction.spans import Span

_NO_NAMES = frozenset(
    ("af", "de", "den", "der", "du", "el", "la", "le", "van", "von", "og", "i", "på", "ved", "for", "til")
)
RULES = {
    "PERSON": "known.name",
    "LOCATION": "known.address",
    "PHONE_NUMBER": "known.phone",
    "DK_CPR": "known.cpr",
}

_WORD = re.compile(r"[^\W\d_]+")
_NO_DIGITS = re.compile(r"\D+")
_HOUSE = re.compile(r"\d")
_ODD_SPACE = re.compile(r"\s\s|[^\S ]")


@lru_cache(maxsize=65_536)
def name_parts(name: str) -> frozenset[str]:
    """Return the parts of a name in lower case that count alone, each with and without the genitive's s."""
    parts = {part for part in _WORD.findall(name.lower()) if len(part) > 1 and part not in _NO_NAMES}
    return frozenset(parts | {part + "s" for part in parts})


@lru_cache(maxsize=65_536)
def _digits(number: str) -> str:
    digits = _NO_DIGITS.sub("", number)
    return digits[2:] if len(digits) == 10 and number.strip().startswith("+45") else digits


@lru_cache(maxsize=65_536)
def _street(address: str) -> tuple[str, ...]:
    house = _HOUSE.search(address)
    return tuple((address[: house.start()] if house else address.split(",")[0]).lower().split())


class FullNames:
    """The full names of everybody in a delivery, to be found in its texts word by word, in letters of any case.

    A lone word is no sure sign of a person, so names of one word are left out.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for name in names:
            words = tuple(_WORD.findall(name.lower()))
            if len(words) > 1:
                self._by_first.setdefault(words[0], set()).add(words)

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where one of the names stands, with spaces, hyphens or a line's end between its words."""
        if not self._by_first:
            return
        found = list(_WORD.finditer(text))
        words = [match[0].lower() for match in found]
        for position, word in enumerate(words):
            for name in self._by_first.get(word, ()):
                last = position + len(name) - 1
                if tuple(words[position : last + 1]) == name:
                    yield Span(found[position].start(), found[last].end(), "PERSON", "known.other")


def find_known(
    text: str, *, names: Sequence[str], addresses: Sequence[str], phones: Sequence[str], cprs: Sequence[str]
) -> Iterator[Span]:
    """Yield where full names, streets and numbers of the note's own people stand, whatever surrounds them."""
    low = text.lower()
    if len(low) != len(text):  # A few capitals grow when lowered; offsets must hold.
        low = "".join(char if len(char.lower()) != 1 else char.lower() for char in text)
    for name in names:
        yield from _phrases(low, tuple(name.lower().split()), "PERSON")
    for address in addresses:
        for span in _phrases(low, _street(address), "LOCATION"):
            house = span.end
            while house < len(text) and text[house] in " ,":
                house += 1
            end = address_end(text, house)
            yield Span(span.start, end if end > house else span.end, "LOCATION", "known.address")
    digits = _NO_DIGITS.sub("", text) if phones or cprs else ""
    for entity, values in (("PHONE_NUMBER", phones), ("DK_CPR", cprs)):
        for value in values:
            if _WORD.search(value):
                yield from _lettered(low, value, entity)
            elif len(number := _digits(value)) >= 6 and number in digits:
                yield from _digit_runs(text, number, entity)


def _lettered(low: str, value: str, entity: str) -> Iterator[Span]:
    """Yield where a replacement number, which holds letters, stands, with hyphens or spaces in it or nothing."""
    bare = "".join(char for char in value.lower() if char.isalnum())
    for match in re.finditer(r"[-\s]?".join(map(re.escape, bare)), low):
        yield Span(match.start(), match.end(), entity, RULES[entity])


def _phrases(low: str, words: tuple[str, ...], entity: str) -> Iterator[Span]:
    """Yield where words stand one after the other with any space between them, in letters of any case."""
    if not words or len("".join(words)) < 2 or words[0] not in low:
        return
    if len(words) == 1 and len(words[0]) < 4:
        return  # A short lone name counts as a word only, in the word pass.
    if len(words) > 1 and _ODD_SPACE.search(low):
        for match in re.finditer(r"\s+".join(map(re.escape, words)), low):
            yield Span(match.start(), match.end(), entity, RULES[entity])
        return
    phrase = " ".join(words)
    position = low.find(phrase)
    while position >= 0:
        yield Span(position, position + len(phrase), entity, RULES[entity])
        position = low.find(phrase, position + 1)


def _digit_runs(text: str, number: str, entity: str) -> Iterator[Span]:
    """Yield where the digits of a number stand with at most three other characters, no letters, between any two."""
    for match in re.finditer(r"[^\w]{0,3}".join(number), text):
        yield Span(match.start(), match.end(), entity, RULES[entity])
