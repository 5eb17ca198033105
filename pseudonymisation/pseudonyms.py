"""Pseudonyms: 63-bit integers from keyed HMAC-SHA256, computed once per distinct value.

All CPR numbers can be enumerated in minutes, so an unkeyed hash of one protects nothing: the key is what protects.
Keys come from `pseudonymisation/keyring.py`; which columns get a pseudonym is said in `treatment.py`.
"""

import hmac
import struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.errors import PseudonymError


class Pseudonymiser:
    """Turns the values of one domain into pseudonyms, remembering those that it has made.

    A domain of many distinct values (contacts, visits) is not remembered between batches: `remember=False`.
    """

    def __init__(self, key: bytes, *, remember: bool) -> None:
        self._key = key
        self._remember = remember
        self._known: dict[str, int] = {}

    def __call__(self, values: pa.Array) -> pa.Array:
        """BIGINT pseudonyms of an array of strings; NULL stays NULL.

        Raises PseudonymError when two distinct values of the array would share a pseudonym.
        """
        coded = pc.dictionary_encode(values)
        distinct = coded.dictionary.to_pylist()
        codes = np.fromiter((self._of(value) for value in distinct), dtype=np.int64, count=len(distinct))
        if len(np.unique(codes)) != len(distinct):
            raise PseudonymError("two values share a pseudonym; rotate the key of this domain and take in again")
        return pa.array(codes).take(coded.indices)

    def _of(self, value: str) -> int:
        if not self._remember:
            return pseudonym(value, key=self._key)
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = pseudonym(value, key=self._key)
        return known


def pseudonym(value: str, *, key: bytes) -> int:
    """The first 63 bits of HMAC-SHA256(key, value in UTF-8), as a non-negative integer."""
    number: int = struct.unpack(">Q", hmac.digest(key, value.encode("utf-8"), "sha256")[:8])[0]
    return number >> 1
