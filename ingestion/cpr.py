"""CPR numbers: their form, their date, their check digit, and the numbers that stand in for one.

After the CPR office's notes "Personnummeret i CPR" and "Personnumre uden kontrolciffer (modulus 11 kontrol)", and the
two kinds of replacement numbers (erstatningspersonnummer) of Danish hospitals: regional ones (DDMMYY, a digit 0, 5 or
6, two letters, a digit), which two regions may give to two people, and national ones (digit 1 or 7 in that place).
Arrays of distinct values in, arrays of the same length out; NULL stays NULL.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingestion.values import in_calendar

# A fictive number, of test people, has 60 added to its day.
SHAPE = r"^[0-9]{6}([0-9]{4}|[0-9][A-Z]{2}[0-9])$"
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
KINDS = ("cpr", "regional_replacement", "national_replacement", "fictive")
_REGIONAL_DIGITS = (0, 5, 6)
_NONE = np.empty(0, np.uint8)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Judged:
    """Of each number: whether it is lawful, whether it fails modulus 11, and which of KINDS it is (NULL: none).

    A lawful number has the form of one, and a day that is in the calendar of the century that its seventh digit tells;
    replacement numbers tell the century in the same digit, by a rule of their own. Numbers given since October 2007
    may fail modulus 11.
    """

    lawful: pa.Array
    fails_modulus_11: pa.Array
    kind: pa.DictionaryArray


def judge(values: pa.Array) -> Judged:
    """Judge an array of texts; NULL stays NULL."""
    digits, shaped, replaced = _digits(values)
    day, month, year = digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]
    century = np.where(replaced, _century_of_replacement(digits[6]), _century(digits[6], year))
    lawful = shaped & (century > 0) & in_calendar(century + year, month, day % 60)
    total = sum(weight * digit for weight, digit in zip(WEIGHTS, digits, strict=True))
    fails = lawful & ~replaced & (np.asarray(total) % 11 != 0)
    regional = replaced & np.isin(digits[6], _REGIONAL_DIGITS)
    number = np.where(regional, 1, np.where(replaced, 2, np.where(digits[0] >= 6, 3, 0)))
    absent = np.array(values.is_null().to_numpy(zero_copy_only=False))
    return Judged(
        lawful=pa.array(lawful, mask=absent),
        fails_modulus_11=pa.array(fails, mask=absent),
        kind=pa.DictionaryArray.from_arrays(pa.array(number, pa.int32(), mask=absent | ~lawful), pa.array(KINDS)),
    )


def _century(seventh: NDArray[np.int64], year: NDArray[np.int64]) -> NDArray[np.int64]:
    late = np.where(year <= 57, 2000, 1800)
    either = np.where(year <= 36, 2000, 1900)
    return np.where(seventh <= 3, 1900, np.where(np.isin(seventh, (4, 9)), either, late))


def _century_of_replacement(seventh: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 and 1: 1900-1999; 5: before 1900; 6 and 7: from 2000; no other digit is given."""
    born = np.zeros(len(seventh), np.int64)
    for digit, century in ((0, 1900), (1, 1900), (5, 1800), (6, 2000), (7, 2000)):
        born[seventh == digit] = century
    return born


def _digits(values: pa.Array) -> tuple[list[NDArray[np.int64]], Bools, Bools]:
    """The ten places as numbers (letters count 0); which values have the form of a number; and of a replacement."""
    shaped = np.array(pc.match_substring_regex(values, SHAPE).fill_null(False).to_numpy(zero_copy_only=False))
    text = pc.if_else(pa.array(shaped), values, "0000000000").cast(pa.string())
    offset = text.offset * 10
    letters = np.frombuffer(text.buffers()[2], np.uint8)[offset : offset + len(text) * 10] if len(text) else _NONE
    codes = letters.reshape(-1, 10).astype(np.int64) - ord("0")
    replaced = shaped & (codes[:, 7] > 9)
    codes[codes > 9] = 0
    return list(codes.T), shaped, replaced
