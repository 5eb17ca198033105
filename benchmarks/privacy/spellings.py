"""Texts spelt otherwise, with the places of their identifiers carried along: what a recogniser has to stand.

A spelling replaces characters one by one (with nothing, one or several), so that every place is known exactly.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

OCR = {"0": "O", "O": "0", "1": "l", "l": "1", "m": "rn", "5": "S", "S": "5", "e": "c"}
OCR_SHARE, SPACE_SHARE = 0.04, 0.15


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier that stands in a text: characters `start` up to `end`, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Note:
    """A text with the identifiers that stand in it, in order."""

    text: str
    truth: tuple[Identifier, ...]


Spelling = Callable[[Note, random.Random], Note]


def as_written(note: Note, dice: random.Random) -> Note:
    """The note itself."""
    return note


def lower(note: Note, dice: random.Random) -> Note:
    """All letters small."""
    return respelt(note, [char.lower() for char in note.text])


def upper(note: Note, dice: random.Random) -> Note:
    """All letters capital."""
    return respelt(note, [char.upper() for char in note.text])


def spaces_missing(note: Note, dice: random.Random) -> Note:
    """Some spaces left out: "JensHansen", "ptJens"."""
    return respelt(note, ["" if char == " " and dice.random() < SPACE_SHARE else char for char in note.text])


def lines_broken(note: Note, dice: random.Random) -> Note:
    """A new line in place of each space inside an identifier."""
    inside = {place for one in note.truth for place in range(one.start, one.end)}
    return respelt(note, ["\n" if char == " " and at in inside else char for at, char in enumerate(note.text)])


def misread(note: Note, dice: random.Random) -> Note:
    """Some characters as a scanner misreads them: 0 and O, 1 and l, m and rn."""
    return respelt(note, [OCR[char] if char in OCR and dice.random() < OCR_SHARE else char for char in note.text])


SPELLINGS: dict[str, Spelling] = {
    "as written": as_written,
    "lower case": lower,
    "upper case": upper,
    "spaces missing": spaces_missing,
    "lines broken": lines_broken,
    "misread": misread,
}


def respelt(note: Note, characters: Sequence[str]) -> Note:
    """The note with each of its characters replaced by a text."""
    starts = [0, *accumulate(map(len, characters))]
    moved = (Identifier(starts[one.start], starts[one.end], one.kind) for one in note.truth)
    return Note("".join(characters), tuple(one for one in moved if one.start < one.end))
