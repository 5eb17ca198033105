"""Known identifiers as keyed hashes: whether something is one of them can be asked, which they are cannot be told.

The leak detector looks for the identifiers of a delivery, and a release is searched for those of all deliveries. What
is kept for that holds no name and no number: 8 bytes of keyed BLAKE2b (RFC 7693) each, under the key of the domain
`leaks`. In 1.4 million names and as many numbers a word of a text is taken for one by chance once in 10^13.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 8
PHONE_DIGITS = 8

_WORD = re.compile(r"[^\W_]+")
_NO_DIGIT = re.compile(r"\D+")
_NUMBER = re.compile(r"\d+\s?[A-Za-z]?\b")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
# What a name or an address begins with is kept apart: most words of a text are none, and need no second look.
_FIRST: Final = " first"
_KEY_MARK: Final = "key"


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The distinct values of a delivery's identifier columns, as delivered."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    cprs: frozenset[str] = frozenset()


class HashedValues:
    """Identifiers of one delivery or of many, under one key."""

    def __init__(self, key: bytes, hashes: Mapping[str, frozenset[int]]) -> None:
        self._key = key
        self._hashes = dict(hashes)
        self._lengths = {
            kind: sorted(int(name.removeprefix(kind)) for name in hashes if name[len(kind) :].isdigit())
            for kind in ("name", "address")
        }

    @classmethod
    def of(cls, known: KnownValues, *, key: bytes) -> "HashedValues":
        """The hashes of identifiers as they were delivered.

        Names and addresses of one word are left out: a lone word is no sure sign of a person. Addresses count up to
        their house number, telephone numbers by their last eight digits.
        """
        phones = (digits_of(phone)[-PHONE_DIGITS:] for phone in known.phones)
        texts: dict[str, set[str]] = {
            "cpr": {bare(cpr) for cpr in known.cprs},
            "phone": {phone for phone in phones if len(phone) == PHONE_DIGITS},
        }
        for kind, values in (("name", known.names), ("address", map(_street_and_number, known.addresses))):
            for words in map(words_of, values):
                if len(words) > 1:
                    texts.setdefault(f"{kind}{len(words)}", set()).add(" ".join(words))
                    texts.setdefault(kind + _FIRST, set()).add(words[0])
        return cls(key, {kind: frozenset(_hash(kind, text, key) for text in found) for kind, found in texts.items()})

    def has_cpr(self, number: str) -> bool:
        """Whether ten characters without anything between them are a known CPR number."""
        return self._has("cpr", number)

    def has_phone(self, digits: str) -> bool:
        """Whether eight digits are the last ones of a known telephone number."""
        return self._has("phone", digits)

    def has_name(self, words: Sequence[str], strange: set[str]) -> bool:
        """Whether a known full name stands in the words of a text, word by word, in the genitive too.

        `strange` gathers the words that begin none: the caller keeps it while it asks about one column.
        """
        return self._stands("name", words, strange)

    def has_address(self, words: Sequence[str], strange: set[str]) -> bool:
        """The same for a known street with its number."""
        return self._stands("address", words, strange)

    def save(self, path: Path) -> None:
        """Write the hashes, in order, in one act."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        arrays = {kind: np.array(sorted(found), np.uint64) for kind, found in self._hashes.items()}
        arrays[_KEY_MARK] = np.array([_hash(_KEY_MARK, "", self._key)], np.uint64)
        with temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        temporary.replace(path)

    @classmethod
    def load(cls, paths: Iterable[Path], *, key: bytes) -> "HashedValues":
        """The identifiers of all the files together that are under this key."""
        found: dict[str, list[NDArray[np.uint64]]] = {}
        for path in paths:
            with np.load(path, allow_pickle=False) as arrays:
                for kind in set(arrays.files) - {_KEY_MARK} if _is_marked(arrays, key) else ():
                    found.setdefault(kind, []).append(arrays[kind])
        return cls(key, {kind: frozenset(np.unique(np.concatenate(many)).tolist()) for kind, many in found.items()})

    @staticmethod
    def is_under(path: Path, *, key: bytes) -> bool:
        """Whether the file was written under this key."""
        with np.load(path, allow_pickle=False) as arrays:
            return _is_marked(arrays, key)

    def _has(self, kind: str, text: str) -> bool:
        found = self._hashes.get(kind)
        return bool(found) and _hash(kind, text, self._key) in found  # type: ignore[operator]

    def _stands(self, kind: str, words: Sequence[str], strange: set[str]) -> bool:
        first = self._hashes.get(kind + _FIRST)
        if not first:
            return False
        for place, word in enumerate(words):
            if word in strange:
                continue
            if _hash(kind + _FIRST, word, self._key) not in first:
                strange.add(word)
            elif any(
                self._has(f"{kind}{length}", form)
                for length in self._lengths[kind]
                if place + length <= len(words)
                for form in _forms(" ".join(words[place : place + length]))
            ):
                return True
        return False


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters, however their letters are composed."""
    return tuple(_WORD.findall(composed(text).casefold()))


def composed(text: str) -> str:
    """A text in one form (NFKC): "é" is one character, a digit of full width a plain one, and nothing is invisible."""
    return text if text.isascii() else normalize("NFKC", _INVISIBLE.sub("", text))


def digits_of(text: str) -> str:
    """The digits of a text."""
    return _NO_DIGIT.sub("", text)


def bare(cpr: str) -> str:
    """A CPR number without what may stand between its parts."""
    return "".join(_WORD.findall(cpr)).upper()


def _is_marked(arrays: Mapping[str, NDArray[np.uint64]], key: bytes) -> bool:
    return _KEY_MARK in arrays and arrays[_KEY_MARK].tolist() == [_hash(_KEY_MARK, "", key)]


def _forms(text: str) -> tuple[str, ...]:
    """A text, and without the genitive's s."""
    return (text, text[:-1]) if text.endswith("s") else (text,)


def _street_and_number(address: str) -> str:
    """An address up to its house number, which is how texts shorten it."""
    house = _NUMBER.search(address)
    return address[: house.end()] if house else address


def _hash(kind: str, text: str, key: bytes) -> int:
    digest = hashlib.blake2b(f"{kind}:{text}".encode(), key=key, digest_size=HASH_BYTES).digest()
    return int.from_bytes(digest, "big")
