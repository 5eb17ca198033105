"""Hashes of rows: 64 bits, equal for rows of equal values, within one process only.

Good enough to suspect that two rows repeat each other; their values decide (`ingestion/repeats.py`). Text is hashed
once per distinct value.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))  # Of splitmix64 (Steele, Lea, Flood 2014).
_NULL = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(columns: Sequence[pa.Array]) -> Hashes:
    """One hash per row of columns of the same length; text must come dictionary-encoded."""
    total = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        total ^= _of_values(column)
        total ^= total >> np.uint64(30)
        total *= _MIX[0]
        total ^= total >> np.uint64(27)
        total *= _MIX[1]
    return total ^ (total >> np.uint64(31))


def _of_values(column: pa.Array) -> Hashes:
    if pa.types.is_dictionary(column.type):
        distinct = column.dictionary.to_pylist()
        codes = np.fromiter((hash(value) & 0xFFFFFFFFFFFFFFFF for value in distinct), np.uint64, len(distinct))
        codes = np.append(codes, _NULL)  # The place of a missing value is -1.
        return np.asarray(codes[column.indices.fill_null(-1).to_numpy()])
    absent = np.asarray(column.is_null().to_numpy(zero_copy_only=False))
    if pa.types.is_floating(column.type):
        bits = column.fill_null(0).to_numpy(zero_copy_only=False) + 0.0  # -0.0 equals 0.0.
    else:
        whole = pa.int32() if pa.types.is_date32(column.type) else pa.int64()
        bits = column.cast(whole).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    hashes = bits.view(np.uint64)
    return np.where(absent, _NULL, hashes) if column.null_count else hashes
