"""CPR numbers for synthetic people: date, century digit, sex parity, modulus 11 where the law of its time held.

No two people of one world share a number, and nobody has to look at the others to see to it: every birth date and
sex has its own row of serial numbers, and who is the k-th born on a date takes the k-th of the row.

Rules: the CPR office's note "Personnummeret i CPR"; modulus 11 is not guaranteed after 1 October 2007, and for some
birth dates before it, all of them a 1 January, the numbers with it had run out.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Bools, Days, Ints

WEIGHTS = np.array([4, 3, 2, 7, 6, 5, 4, 3, 2, 1], dtype=np.int64)
MODULUS_11_ENDS = np.datetime64("2007-10-01", "D")
LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ"))
# The seventh digit by the time of birth: before 1937, until 1999, from 2000 (to 2036).
SEVENTH = ((0, 1, 2, 3), (0, 1, 2, 3, 4, 9), (4, 5, 6, 7, 8, 9))


def numbers(birth: Days, sex: Ints, nth: Ints) -> NDArray[np.str_]:
    """CPR numbers (ten digits) of births, sexes (1 man, 2 woman) and places in the row of the date and sex.

    The row begins with the numbers that satisfy modulus 11 (about 180); from 1 October 2007 they are mixed. A row
    has 2,000 numbers at least; beyond its end it begins again.
    """
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    six = _first_six(birth, year)
    era = np.digitize(year, [1937, 2000])
    residue = _weighted(six * 10_000) % 11
    mixed = birth >= MODULUS_11_ENDS
    turn = (six * 2_654_435_761) % 4093  # Where in the row a date begins.
    serial = np.zeros(len(birth), dtype=np.int64)
    for one in np.unique(np.stack([era, residue, sex, mixed]), axis=1).T:
        at = np.flatnonzero((era == one[0]) & (residue == one[1]) & (sex == one[2]) & (mixed == one[3]))
        with_control, without = _row(int(one[0]), int(one[1]), int(one[2]))
        if one[3]:
            whole = np.random.default_rng(7).permutation(np.concatenate([with_control, without]))
            serial[at] = whole[(turn[at] + nth[at]) % len(whole)]
        else:
            late = (nth[at] - len(with_control)) % len(without)
            serial[at] = np.where(
                nth[at] < len(with_control), with_control[(turn[at] + nth[at]) % len(with_control)], without[late]
            )
    return np.char.zfill((six * 10_000 + serial).astype("U10"), 10).astype("U10")


def replacements(birth: Days, sex: Ints, nth: Ints, *, regional: Bools) -> NDArray[np.str_]:
    """Replacement numbers: DDMMYY, a digit, two letters, a digit of the sex.

    The digit is 1 (born 1900-1999) or 7 (later) in national numbers, 0 or 6 in regional ones.
    """
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    six = np.char.zfill(_first_six(birth, year).astype("U6"), 6)
    digit = np.where(year < 2000, np.where(regional, "0", "1"), np.where(regional, "6", "7"))
    place = nth * 1_117 + birth.astype(np.int64) * 31
    letters = len(LETTERS)
    first, second = LETTERS[place % letters], LETTERS[place // letters % letters]
    last = (place // letters**2 % 5 * 2 + (sex == 1)).astype("U1")
    out = six
    for part in (digit, first, second, last):
        out = np.char.add(out, part)
    return out.astype("U10")


def satisfies_modulus_11(numbers: Ints) -> Bools:
    """Whether the weighted sum of the ten digits is a multiple of 11."""
    return np.asarray(_weighted(numbers) % 11 == 0)


def _weighted(numbers: Ints) -> Ints:
    digits = numbers[:, None] // 10 ** np.arange(9, -1, -1, dtype=np.int64) % 10
    return np.asarray(digits @ WEIGHTS)


@cache
def _row(era: int, residue: int, sex: int) -> tuple[Ints, Ints]:
    """Serial numbers of an era and sex: those that make the residue of the date a multiple of 11, and the others."""
    serial = np.concatenate([np.arange(digit * 1000, digit * 1000 + 1000) for digit in SEVENTH[era]])
    serial = serial[serial % 2 == (sex == 1)]
    control = (_weighted(serial) + residue) % 11 == 0
    rng = np.random.default_rng((era, residue, sex))
    return rng.permutation(serial[control]), rng.permutation(serial[~control])


def _first_six(birth: Days, year: Ints) -> Ints:
    month = birth.astype("datetime64[M]")
    day_number = (birth - month.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(day_number * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + year % 100)
