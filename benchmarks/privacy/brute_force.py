"""What somebody finds who holds a release and no key, and tries every CPR number.

A release with exact dates tells when people were born; the attacker writes down every number that a birth date can have
(the seventh digit by the century, all others), and turns each into a pseudonym in the ways that one would guess:
without a key, or with keys that somebody might have left in place. Whatever equals a subject of the release is found.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from pseudonymisation.pseudonyms import Pseudonymiser
from sandbox.pseudonyms import project_pseudonyms

GUESSES: dict[str, bytes] = {
    "no key": b"",
    "32 bytes of zero": bytes(32),
    "the name of the project": b"attacked".ljust(32, b"\0"),
    "the name of the platform": b"oeverum".ljust(32, b"\0"),
}

Maker = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True, slots=True)
class Tries:
    """How many numbers were tried in how many ways, and which subjects were found."""

    numbers: int
    ways: int
    found: frozenset[str]


def attack(subjects: Collection[str], born: Collection[date], makers: Collection[Maker] | None = None) -> Tries:
    """Try every number of the birth dates; `makers` turn numbers into subject_ids (default: by every guess)."""
    ways = list(makers) if makers is not None else [guessed(key) for key in GUESSES.values()]
    wanted, found, tried = set(subjects), set(), 0
    for day in sorted(set(born)):
        numbers = pa.array(numbers_of(day))
        tried += len(numbers)
        for make in ways:
            found |= wanted.intersection(make(numbers).to_pylist())
    return Tries(tried, len(ways), frozenset(found))


def guessed(key: bytes) -> Maker:
    """Both pseudonyms in a row, as the platform makes them, under one guessed key."""

    def make(numbers: pa.Array) -> pa.Array:
        return project_pseudonyms(Pseudonymiser(key, remember=False)(numbers), key=key)

    return make


def numbers_of(day: date) -> list[str]:
    """Every CPR number that somebody born on a day can have, also those that fail modulus 11."""
    return [f"{day:%d%m%y}{seventh}{rest:03d}" for seventh in _sevenths(day) for rest in np.arange(1000)]


def _sevenths(day: date) -> Iterator[int]:
    """The seventh digits of a century, by the note of the CPR office."""
    short = day.year % 100
    for seventh in range(10):
        if seventh <= 3:
            century = 1900
        elif seventh in (4, 9):
            century = 2000 if short <= 36 else 1900
        else:
            century = 2000 if short <= 57 else 1800
        if century + short == day.year:
            yield seventh
