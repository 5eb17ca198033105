"""The names that people and records get in one project's sandbox: 12 characters under a key of the project.

Each kind of thing (`subject`, and the domains of `tables.KEY_DOMAINS`) has a key of its own in each project, so that
two sandboxes share no name and no name tells another. The cohort's own pseudonyms are made in `pseudonymisation/`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.master_key import KEY_BYTES
from pseudonymisation.pseudonyms import keyed_hashes
from sandbox.errors import ReleaseError

LETTERS = 12

_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)
_SHIFTS = np.arange(59, 59 - 5 * LETTERS, -5, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class ProjectKeys:
    """One project's keys: the present version of each kind, and the key of a kind and version."""

    key: Callable[[str, str], bytes]
    version: Callable[[str], str]

    def of(self, kind: str, version: str) -> bytes:
        """The key of one kind of thing. Raises ReleaseError when it is too short to be one."""
        key = self.key(kind, version)
        if len(key) < KEY_BYTES:
            raise ReleaseError(f"expected a project key of {KEY_BYTES} bytes, found {len(key)}; use the key ring")
        return key


def project_pseudonyms(values: pa.Array, *, key: bytes) -> pa.Array:
    """The first 12 characters of base32(HMAC-SHA256(key, value as 8 bytes, big-endian)); NULL stays NULL.

    `values` is an array of int64: person_ids, or the keys of records. Each distinct value is computed once. Raises
    ReleaseError when two of them would share a pseudonym.
    """
    coded = pc.dictionary_encode(values)
    distinct = coded.dictionary.to_numpy(zero_copy_only=False).astype(">i8").tobytes()
    count = len(coded.dictionary)
    values_of = (distinct[at : at + 8] for at in range(0, 8 * count, 8))
    numbers = np.frombuffer(b"".join(keyed_hashes(values_of, key=key)), dtype=">u8")[::4].astype(np.uint64)
    groups = (numbers[:, None] >> _SHIFTS) & np.uint64(31)
    offsets = np.arange(0, LETTERS * (count + 1), LETTERS, dtype=np.int32)
    letters = _ALPHABET[groups].tobytes()
    texts = pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(letters)])
    if len(pc.unique(texts)) != count:
        raise shared_pseudonym()
    return texts.take(coded.indices)


def shared_pseudonym() -> ReleaseError:
    """That two values have one pseudonym, to be raised."""
    return ReleaseError("expected one pseudonym for each value, found one for two; rotate the project's key")
