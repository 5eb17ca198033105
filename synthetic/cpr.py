"""CPR numbers for synthetic people: date, century digit, sex parity, modulus 11 where the law of its time
held.

Rules: the CPR office's note "Personnummeret i CPR"; modulus 11 is not guaranteed after 1 October 2007.
"""

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Bools, Days, Ints

WEIGHTS = np.array([4, 3, 2, 7, 6, 5, 4, 3, 2, 1], dtype=np.int64)
MODULUS_11_ENDS = np.datetime64("2007-10-01", "D")
LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ"))


def draw(birth: Days, sex: Ints, *, modulus_11: Bools, rng: np.random.Generator) -> NDArray[np.str_]:
    """Unique CPR numbers (ten digits) for births and sexes (1 man, 2 woman).

    Where `modulus_11` is false the number is drawn without that control, so that most of those fail it.
    """
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    first_six = _first_six(birth, year)
    numbers = np.full(len(birth), -1, dtype=np.int64)
    open_rows = np.arange(len(birth))
    taken = np.empty(0, dtype=np.int64)
    while len(open_rows):
        tail = _tails(year[open_rows], sex[open_rows], rng)
        candidate = first_six[open_rows] * 10_000 + tail
        good = ~modulus_11[open_rows] | satisfies_modulus_11(candidate)
        good &= ~np.isin(candidate, taken)
        first_of_its_number = np.zeros(len(candidate), dtype=bool)
        good_at = np.flatnonzero(good)
        first_of_its_number[good_at[np.unique(candidate[good_at], return_index=True)[1]]] = True
        numbers[open_rows[first_of_its_number]] = candidate[first_of_its_number]
        taken = np.union1d(taken, candidate[first_of_its_number])
        open_rows = open_rows[~first_of_its_number]
    return np.char.zfill(numbers.astype("U10"), 10)


def draw_replacement(birth: Days, sex: Ints, *, rng: np.random.Generator) -> NDArray[np.str_]:
    """National replacement numbers: DDMMYY, 1 (born 1900-1999) or 7 (2000-2099), two letters, a digit of the
    sex.
    """
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    six = np.char.zfill(_first_six(birth, year).astype("U6"), 6)
    seventh = np.where(year < 2000, "1", "7")
    letters = LETTERS[rng.integers(0, len(LETTERS), (len(birth), 2))]
    last = (rng.integers(0, 5, len(birth)) * 2 + (sex == 1)).astype("U1")
    out = six
    for part in (seventh, letters[:, 0], letters[:, 1], last):
        out = np.char.add(out, part)
    return out


def satisfies_modulus_11(numbers: Ints) -> Bools:
    """Whether the weighted sum of the ten digits is a multiple of 11."""
    digits = numbers[:, None] // 10 ** np.arange(9, -1, -1, dtype=np.int64) % 10
    return np.asarray((digits @ WEIGHTS) % 11 == 0)


def _first_six(birth: Days, year: Ints) -> Ints:
    month = birth.astype("datetime64[M]")
    day_number = (birth - month.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(day_number * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + year % 100)


def _tails(year: Ints, sex: Ints, rng: np.random.Generator) -> Ints:
    size = len(year)
    early = rng.integers(0, 4, size)
    middle = np.where(rng.random(size) < 0.06, rng.choice([4, 9], size), early)
    late = rng.choice([4, 5, 6, 7, 8, 9], size)
    seventh = np.where(year < 1937, early, np.where(year < 2000, middle, late))
    last = rng.integers(0, 5, size) * 2 + (sex == 1)
    return np.asarray(seventh * 1000 + rng.integers(0, 100, size) * 10 + last)
