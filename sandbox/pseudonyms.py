"""The names that people and records get in one project's sandbox: 12 and 16 characters under keys of the project.

Each kind of thing (`subject`, and the domains of `tables.KEY_DOMAINS`) has a key of its own in each project, so that
two sandboxes share no name and no name tells another. Why people and records get theirs in different ways is told in
ADR 0003. The cohort's own pseudonyms are made in `pseudonymisation/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from pseudonymisation.master_key import KEY_BYTES
from pseudonymisation.pseudonyms import keyed_hashes
from sandbox.errors import ReleaseError

PERSON_LETTERS = 12


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
    """Of people: the first 12 characters of base32(HMAC-SHA256(key, value as 8 bytes, big-endian)); NULL stays NULL.

    `values` is an array of whole numbers. Each distinct value is computed once. Raises ReleaseError when two of them
    would share a pseudonym.
    """
    coded = pc.dictionary_encode(values)
    distinct = coded.dictionary.to_numpy(zero_copy_only=False).astype(">i8").tobytes()
    values_of = (distinct[at : at + 8] for at in range(0, len(distinct), 8))
    first = np.frombuffer(b"".join(keyed_hashes(values_of, key=key)), dtype=">u8")[::4].astype(np.uint64)
    texts = _texts([first >> np.uint64(shift) for shift in (44, 24, 4)])
    if len(pc.unique(texts)) != len(texts):
        raise shared_pseudonym()
    return texts.take(coded.indices)


def record_pseudonyms(values: pa.Array, *, key: bytes) -> pa.Array:
    """Of records: the first 16 characters of base32(AES-256-CMAC(key, value as 16 bytes, big-endian)); NULL stays NULL.

    `values` is an array of whole numbers. CMAC (NIST SP 800-38B) of one block is one encryption, and all blocks of an
    array are encrypted in one call. Of 80 bits no two records have the same, in practice: of a billion, two do with a
    probability of 4 in ten million.
    """
    blocks = np.zeros((len(values), 2), dtype=">u8")
    blocks[:, 1] = pc.fill_null(values, 0).cast(pa.int64()).to_numpy().view(np.uint64)
    cipher = Cipher(AES256(key[:KEY_BYTES]), ECB()).encryptor()  # noqa: S305 - each block is a message of its own
    blocks ^= _whole_block_key(cipher.update(bytes(16)))
    codes = np.frombuffer(cipher.update(blocks.tobytes()), dtype=">u8").astype(np.uint64).reshape(-1, 2)
    first, second = codes[:, 0], codes[:, 1]
    last = (first << np.uint64(16)) | (second >> np.uint64(48))
    texts = _texts([*(first >> np.uint64(shift) for shift in (44, 24, 4)), last])
    return pc.if_else(values.is_valid(), texts, None) if values.null_count else texts


def _whole_block_key(zero: bytes) -> Any:
    """CMAC's subkey for whole blocks: what a block of zeros is encrypted to, doubled in GF(2^128)."""
    doubled = int.from_bytes(zero, "big") << 1
    if doubled >> 128:
        doubled = (doubled & (2**128 - 1)) ^ 0x87
    return np.frombuffer(doubled.to_bytes(16, "big"), dtype=">u8")


def _texts(parts: Sequence[Any]) -> pa.Array:
    """Texts of four letters for each part, which are those of its last 20 bits."""
    count, width = len(parts[0]), 4 * len(parts)
    letters = np.stack([_four_letters()[part & np.uint64(2**20 - 1)] for part in parts], axis=1)
    offsets = np.arange(0, width * (count + 1), width, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(letters)])


@cache
def _four_letters() -> Any:
    """The four letters of base32 of each number of 20 bits, as the number of 32 bits that lies in memory like them."""
    letter = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)
    each = np.stack(np.meshgrid(letter, letter, letter, letter, indexing="ij"), axis=-1)
    return each.view(np.uint32).ravel()


def shared_pseudonym() -> ReleaseError:
    """That two values have one pseudonym, to be raised."""
    return ReleaseError("expected one pseudonym for each value, found one for two; rotate the project's key")
