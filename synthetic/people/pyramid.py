"""Who is born when: a numbered row of places in the population, one for every adult that a world can have.

Every place is a birth date, a sex and a number on that date. Person 17 takes the place that the seed's permutation
gives to 17, so that 17 is the same person in a world of 5,000 and of 1,400,000, and no two people share a number.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic.columns import Bools, Days, Ints, Period

BITS = 21
PLACES = 1 << BITS
MOST_ADULTS = 1_500_000  # The places above are for people who never are adult residents.
NEW_YEAR = 6  # Births on a 1 January are so many times those of another day: unknown days are registered there.

# Adults of Region Midtjylland by age on the first day (those who turn 18 in the period as well); by eye from the age
# pyramid that Statistics Denmark publishes (table FOLK1A). Women per person by age: they live longer.
AGES = (0, 18, 25, 35, 50, 58, 70, 78, 85, 92, 103)
WEIGHT = (1.2, 1.25, 1.4, 1.2, 1.25, 1.3, 1.05, 0.8, 0.38, 0.12, 0.0)
WOMEN_AGES, WOMEN = (0, 60, 75, 85, 95), (0.49, 0.50, 0.52, 0.58, 0.70)


@dataclass(frozen=True, eq=False)
class Born:
    """Birth date, sex (1 man, 2 woman), number on that date and sex, how many share them, and whether the day of
    birth is unknown (an immigrant, registered on a 1 January).
    """

    birth: Days
    sex: Ints
    nth: Ints
    mates: Ints
    unknown_day: Bools


def born(numbers: Ints, *, seed: int, period: Period) -> Born:
    """The people of these numbers in [0, PLACES)."""
    days, count = _cells(period.first_year, period.last_year)
    place = permuted(numbers, seed)
    ends = np.cumsum(count)
    cell = np.searchsorted(ends, place, side="right")
    nth = place - (ends[cell] - count[cell])
    birth = days[cell // 2]
    year = birth.astype("datetime64[Y]").astype("datetime64[D]")
    unknown = (birth == year) & (nth >= count[cell] // NEW_YEAR)
    return Born(birth, cell % 2 + 1, nth, count[cell], unknown)


def permuted(numbers: Ints, seed: int) -> Ints:
    """A permutation of [0, PLACES) that the seed chooses: multiplications by odd numbers and shifts, all undone by
    others.
    """
    mask = np.uint64(PLACES - 1)
    odd = np.random.default_rng((seed, 21)).integers(0, PLACES // 2, 4).astype(np.uint64) * np.uint64(2) + np.uint64(1)
    value = numbers.astype(np.uint64)
    for step, factor in zip((11, 7, 13, 9), odd, strict=True):
        value = (value * factor + (factor >> np.uint64(1))) & mask
        value ^= value >> np.uint64(step)
    return value.astype(np.int64)


@cache
def _cells(first_year: int, last_year: int) -> tuple[Days, Ints]:
    """All birth dates, and the places of each date for men and for women in turns; together exactly PLACES."""
    period = Period(first_year, last_year)
    youngest = np.datetime64(f"{last_year - 17}-01-01", "D")
    oldest = period.start - np.timedelta64(103 * 365, "D")
    days = np.arange(oldest, youngest)
    age = (period.start - days).astype(np.float64) / 365.25
    weight = np.interp(age, AGES, WEIGHT)
    new_year = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    weight = np.where(new_year & (age > 18), weight * NEW_YEAR, weight)
    women = np.interp(age, WOMEN_AGES, WOMEN)
    both = np.stack([weight * (1 - women), weight * women], axis=1).ravel()
    upto = np.floor(np.cumsum(both) / both.sum() * PLACES + 0.5).astype(np.int64)
    return days, np.diff(upto, prepend=0)
