"""What somebody finds who holds a release and no key, and tries every CPR number.

Under hashes that need no key the attacker tries all numbers that satisfy modulus 11, of everybody born in 1900-2025.
With keys that somebody might have left in place (`GUESSES`) the attacker makes pseudonyms as the platform does, of the
numbers that the birth dates of a release with exact dates allow. Whatever equals a name of a subject or a record in the
release is found. That the same attack finds people with the true keys shows that it would tell.
"""

import hashlib
import os
from base64 import b32decode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import repeat
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pseudonymisation.pseudonyms import Pseudonymiser
from sandbox.pseudonyms import PERSON_LETTERS, project_pseudonyms, record_pseudonyms

# Under HMAC an empty key and one of zeros make the same.
GUESSES: Mapping[str, bytes] = {
    "32 bytes of zero": bytes(32),
    "the name of the project": b"attacked".ljust(32, b"\0"),
    "the name of the platform": b"oeverum".ljust(32, b"\0"),
}
HASHES = ("sha256", "md5")
FIRST, LAST = date(1900, 1, 1), date(2025, 12, 31)
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
DAYS_AT_ONCE = 100


@dataclass(frozen=True, eq=False)
class Names:
    """The distinct names in a release (texts), and of each the number that its first 12 letters write."""

    texts: pa.Array
    numbers: NDArray[np.uint64]


# Which of the names come out of CPR numbers.
Way = Callable[[Sequence[bytes], Names], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Tries:
    """How many numbers were tried, in how many ways each, and which names were found."""

    numbers: int
    ways: int
    found: frozenset[str]


def attack(names: Collection[str], days: Sequence[date], ways: Sequence[Way]) -> Tries:
    """Try the numbers of everybody born on these days in every way, over all processors."""
    wanted = _names(names)
    parts = [days[at : at + DAYS_AT_ONCE] for at in range(0, len(days), DAYS_AT_ONCE)]
    if len(parts) == 1:
        told = [_attack(parts[0], wanted, ways)]
    else:
        with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
            told = list(pool.map(_attack, parts, repeat(wanted), repeat(ways)))
    found: frozenset[str] = frozenset().union(*(found for _, found in told))
    return Tries(sum(tried for tried, _ in told), len(ways), found)


def unkeyed(name: str) -> Way:
    """The letters of an unkeyed hash of the number, by its name in hashlib."""
    return partial(_unkeyed, name)


def keyed(cohort: bytes, project: bytes) -> Way:
    """Both pseudonyms in a row, as the platform makes them: the project's of people, and of records."""
    return partial(_keyed, cohort, project)


def every_day() -> list[date]:
    """All days on which somebody who may stand in the data can be born."""
    return [FIRST + timedelta(days) for days in range((LAST - FIRST).days + 1)]


def numbers_of(day: date) -> list[bytes]:
    """Every CPR number that satisfies modulus 11 and that somebody born on a day can have."""
    start = f"{day:%d%m%y}".encode()
    rest = -_weighted(start, WEIGHTS) % 11
    return [start + serial for seventh in _sevenths(day) for serial in _serials(seventh, rest)]


def _attack(days: Sequence[date], names: Names, ways: Sequence[Way]) -> tuple[int, frozenset[str]]:
    numbers = [number for day in days for number in numbers_of(day)]
    return len(numbers), frozenset().union(*(way(numbers, names) for way in ways))


def _unkeyed(name: str, numbers: Sequence[bytes], names: Names) -> frozenset[str]:
    make = getattr(hashlib, name)
    digests = np.frombuffer(b"".join([make(number).digest()[:8] for number in numbers]), ">u8")
    hit = np.isin(names.numbers, digests.astype(np.uint64) >> np.uint64(64 - 5 * PERSON_LETTERS))
    return frozenset(names.texts.filter(pa.array(hit)).to_pylist())


def _keyed(cohort: bytes, project: bytes, numbers: Sequence[bytes], names: Names) -> frozenset[str]:
    people = Pseudonymiser(cohort, remember=False)(pa.array(numbers, pa.binary()).cast(pa.string()))
    found: set[str] = set()
    for named in (project_pseudonyms, record_pseudonyms):
        made = named(people, key=project)
        found.update(made.filter(pc.is_in(made, value_set=names.texts)).to_pylist())
    return frozenset(found)


def _names(names: Collection[str]) -> Names:
    texts = sorted(set(names))
    # Sixteen letters are ten bytes: 80 bits, of which the name's letters write the first.
    whole = (int.from_bytes(b32decode(text.ljust(16, "A")), "big") for text in texts)
    return Names(
        pa.array(texts, pa.string()), np.array([bits >> (80 - 5 * PERSON_LETTERS) for bits in whole], np.uint64)
    )


@cache
def _serials(seventh: int, rest: int) -> tuple[bytes, ...]:
    """The last four digits that begin with the seventh and give the rest in modulus 11."""
    every = (f"{seventh}{serial:03d}".encode() for serial in range(1000))
    return tuple(digits for digits in every if _weighted(digits, WEIGHTS[6:]) % 11 == rest)


def _weighted(digits: bytes, weights: Sequence[int]) -> int:
    return sum(weight * (digit - ord("0")) for weight, digit in zip(weights, digits, strict=False))


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
