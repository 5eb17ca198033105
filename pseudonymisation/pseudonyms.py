"""Pseudonyms: 63-bit integers from keyed HMAC-SHA256, computed once per distinct value.

All CPR numbers can be enumerated in minutes, so an unkeyed hash of one protects nothing: the key is what protects
(ENISA, Pseudonymisation techniques and best practices, 2019; EDPB, Guidelines 01/2025 on pseudonymisation). Keys come
from `keyring.py`; which columns get a pseudonym is said in `treatment.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from numpy.typing import NDArray

from pseudonymisation.errors import PseudonymError

CPR_LENGTH = 10

Ints = NDArray[np.int64]


class Pseudonymiser:
    """Turns the values of one domain into pseudonyms, batch by batch; the values of one delivery, or of many.

    Two values that share a pseudonym stop it, in one batch or in two: of every value 16 bytes are kept for that.
    `remember` keeps ten-digit numbers with their pseudonyms (16 bytes each), so that a person who comes back costs a
    look into a table; for values that hardly ever come back (contacts, visits) it would be a waste.
    """

    def __init__(self, key: bytes, *, remember: bool) -> None:
        self._key = key
        self._known = _Known() if remember else None
        self._made = _Made()

    def __call__(self, values: pa.Array) -> pa.Array:
        """BIGINT pseudonyms of an array of strings, plain or dictionary-encoded; NULL stays NULL.

        Raises PseudonymError when two distinct values would share a pseudonym.
        """
        if self._known is None or pa.types.is_dictionary(values.type):
            return self._of_texts(values)
        ten_digits = _are_ten_digits(values)
        if ten_digits.all():
            return pa.array(self._of_numbers(values, self._known))
        codes = np.zeros(len(values), np.int64)
        codes[ten_digits] = self._of_numbers(values.filter(pa.array(ten_digits)), self._known)
        others = self._of_texts(values.filter(pa.array(~ten_digits)))
        codes[~ten_digits] = others.fill_null(0).to_numpy()
        return pa.array(codes, mask=values.is_null().to_numpy(zero_copy_only=False))

    def _of_numbers(self, values: pa.Array, known: "_Known") -> Ints:
        """Of texts of ten digits each."""
        numbers = values.cast(pa.int64()).to_numpy()
        codes, missing = known.look_up(numbers)
        if len(missing):
            distinct, first, places = np.unique(numbers[missing], return_index=True, return_inverse=True)
            made = self._new(values.take(pa.array(missing[first])))
            known.add(distinct, made)
            codes[missing] = made[places]
        return codes

    def _of_texts(self, values: pa.Array) -> pa.Array:
        # A dictionary of the supplier's engine may hold NULL, and a value twice.
        coded = pc.dictionary_encode(
            values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values
        )
        return pa.array(self._new(coded.dictionary)).take(coded.indices)

    def _new(self, values: pa.Array) -> Ints:
        """The pseudonyms of distinct texts that were not seen before, or are not remembered."""
        digests = self._digests(values.cast(pa.binary()).to_pylist())
        codes = (digests[:, 0] >> np.uint64(1)).astype(np.int64)
        self._made.add(codes, digests[:, 1])
        return codes

    def _digests(self, values: Sequence[bytes]) -> NDArray[np.uint64]:
        """The first 16 bytes of each value's HMAC, as two numbers."""
        whole = np.frombuffer(b"".join(keyed_hashes(values, key=self._key)), ">u8").reshape(-1, 4)
        return whole[:, :2].astype(np.uint64)


def pseudonym(value: str, *, key: bytes) -> int:
    """The first 63 bits of HMAC-SHA256(key, value in UTF-8), as a non-negative integer."""
    return int.from_bytes(keyed_hash(value.encode("utf-8"), key=key)[:8], "big") >> 1


def keyed_hash(data: bytes, *, key: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104), 32 bytes."""
    return next(keyed_hashes([data], key=key))


def keyed_hashes(values: Iterable[bytes], *, key: bytes) -> Iterator[bytes]:
    """As `keyed_hash`, of many values; the key is taken in once."""
    start = HMAC(key, hashes.SHA256())
    for value in values:
        keyed = start.copy()
        keyed.update(value)
        yield keyed.finalize()


@dataclass(frozen=True, slots=True)
class InArrow:
    """Pseudonyms for columns of a stream of record batches, in the form that Spark's `DataFrame.mapInArrow` takes.

    `keys` names the columns, each with its domain's key; they become BIGINT, the others stay. It is pickled to the
    workers with the keys in it, so the way there must be as well kept as the key ring.
    """

    keys: Mapping[str, bytes] = field(repr=False)

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches, one by one. Raises PseudonymError, and KeyError for a column that is not there."""
        makers = {column: Pseudonymiser(key, remember=True) for column, key in self.keys.items()}
        for batch in batches:
            columns = [
                makers[name](column) if name in makers else column
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            ]
            if absent := sorted(set(makers) - set(batch.schema.names)):
                raise KeyError(f"no column {', '.join(absent)}")
            yield pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


class _Known:
    """Numbers and their pseudonyms: most of them in one index, the latest in a small one that is made anew."""

    def __init__(self) -> None:
        import pandas as pd  # A tenth of a second, for those alone who pseudonymise people.

        self._tables: list[tuple[pd.Index, Ints]] = []
        self._index = pd.Index

    def look_up(self, numbers: Ints) -> tuple[Ints, NDArray[np.intp]]:
        """The pseudonym of each number, and the places of those that have none yet."""
        codes = np.zeros(len(numbers), np.int64)
        missing = np.arange(len(numbers))
        for index, known in self._tables:
            found = index.get_indexer(self._index(numbers[missing] if len(missing) < len(numbers) else numbers))
            codes[missing] = known[found]  # Of those that are not here, the last one's until it is put right.
            missing = missing[found < 0]
        return codes, missing

    def add(self, numbers: Ints, codes: Ints) -> None:
        """Numbers that were missing."""
        self._tables.append((self._index(numbers), codes))
        while len(self._tables) > 1 and len(self._tables[-2][1]) < 4 * len(self._tables[-1][1]):
            (older, old_codes), (newer, new_codes) = self._tables[-2:]
            self._tables[-2:] = [(older.append(newer), np.concatenate([old_codes, new_codes]))]


class _Made:
    """The pseudonyms that were made, each with 64 more bits of its value's HMAC, which tell two values apart."""

    def __init__(self) -> None:
        self._runs: list[tuple[Ints, NDArray[np.uint64]]] = []

    def add(self, codes: Ints, marks: NDArray[np.uint64]) -> None:
        """Raises PseudonymError when one of the codes was made from another value."""
        if not len(codes):
            return
        order = np.argsort(codes)
        run = (codes[order], marks[order])
        for older in self._runs:
            places = np.minimum(np.searchsorted(older[0], run[0]), len(older[0]) - 1)
            _refuse((older[0][places] == run[0]) & (older[1][places] != run[1]))
        self._runs.append(_once(run))
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 4 * len(self._runs[-1][0]):
            merged, marks_of = (np.concatenate(parts) for parts in zip(*self._runs[-2:], strict=True))
            order = np.argsort(merged)
            self._runs[-2:] = [_once((merged[order], marks_of[order]))]


def _once(run: tuple[Ints, NDArray[np.uint64]]) -> tuple[Ints, NDArray[np.uint64]]:
    """A sorted run with each code once."""
    codes, marks = run
    same = codes[1:] == codes[:-1]
    _refuse(same & (marks[1:] != marks[:-1]))
    first = np.concatenate([np.ones(min(len(codes), 1), bool), ~same])
    return codes[first], marks[first]


def _refuse(shared: NDArray[np.bool_]) -> None:
    if shared.any():
        raise PseudonymError("two values share a pseudonym; rotate the key of this domain and take in again")


def _are_ten_digits(values: pa.Array) -> NDArray[np.bool_]:
    ten = pc.and_(pc.equal(pc.binary_length(values), CPR_LENGTH), pc.ascii_is_decimal(values))
    return np.asarray(ten.fill_null(False).to_numpy(zero_copy_only=False))
