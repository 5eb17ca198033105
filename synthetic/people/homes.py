"""Where people live and with whom: municipalities, moves, addresses, couples and families."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import NEVER, Bools, Days, Ints, Period, plus_days
from synthetic.people import names

FLOORS = (
    "",
    ", st.",
    ", st. tv",
    ", st. th",
    ", 1. tv",
    ", 1. th",
    ", 2. tv",
    ", 2. th",
    ", 3. tv",
    ", 3. mf",
    ", 4. th",
)
MOBILE = (20, 21, 22, 23, 26, 27, 28, 30, 31, 40, 41, 42, 50, 51, 52, 60, 61, 71, 81, 86, 87, 97)
Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Homes:
    """A person lives in `kom_before` until the day `moved` (NEVER when not), then in `kom_after`; is in Denmark over
    [arrived, left).
    """

    kom_before: Ints
    kom_after: Ints
    moved: Days
    arrived: Days
    left: Days


def draw_homes(outside: Bools, birth: Days, origin: Ints, period: Period, rng: np.random.Generator) -> Homes:
    """No move, a move inside the region, into it, out of it, to or from abroad; `outside` never live in the region."""
    size = len(birth)
    codes = np.array([code for code, *_ in names.MUNICIPALITIES])
    weight = np.array([people for _, _, people, _ in names.MUNICIPALITIES])
    inner, outer = slice(0, names.IN_REGION), slice(names.IN_REGION, None)
    here = rng.choice(codes[inner], size, p=weight[inner] / weight[inner].sum())
    there = rng.choice(codes[inner], size, p=weight[inner] / weight[inner].sum())
    away = rng.choice(codes[outer], size, p=weight[outer] / weight[outer].sum())
    span = int((period.end - period.start).astype(np.int64))
    move = plus_days(period.start, rng.integers(100, max(span - 100, 101), size))
    # Every adult is seen as an adult in the region: moves leave a quarter on the side that counts.
    grown = plus_days(birth, 18 * 365.25 + 100)
    age = (move - birth).astype(np.float64) / 365.25
    rather = rng.choice(6, size, p=[0.71, 0.12, 0.065, 0.06, 0.025, 0.02])
    settled = rng.random(size) < np.interp(age, [25, 45, 70], [0.0, 0.5, 0.8])  # The old move less.
    rather = np.where((plus_days(move, -100) > grown) & ~outside & ~settled, rather, 0)
    before = np.where(rather == 2, away, here)
    after = np.select([rather == 1, rather == 3], [there, away], here)
    before, after = np.where(outside, away, before), np.where(outside, away, after)
    return Homes(
        kom_before=before,
        kom_after=after,
        moved=np.where((rather >= 1) & (rather <= 3) & (before != after), move, NEVER),
        left=np.where(rather == 4, move, NEVER),
        arrived=np.where((rather == 5) & (origin == 2), move, np.datetime64("1900-01-01", "D")),
    )


def draw_addresses(kom: Ints, rng: np.random.Generator) -> tuple[Texts, Texts, Texts]:
    """Street, house with floor, and postcode with town, in the municipalities."""
    size = len(kom)
    towns = np.empty(size, dtype=object)
    for code, _, _, listed in names.MUNICIPALITIES:
        at = np.flatnonzero(kom == code)
        choice = np.array(listed.split(","), dtype=object)
        towns[at] = choice[rng.integers(0, len(choice), len(at))]
    street = np.array(names.STREETS, dtype=object)[rng.integers(0, len(names.STREETS), size)]
    number = rng.geometric(0.03, size).astype("U4").astype(object)
    letter = np.array(["", "A", "B", "C"], dtype=object)[rng.choice(4, size, p=[0.8, 0.1, 0.06, 0.04])]
    floor = np.array(FLOORS, dtype=object)[rng.choice(len(FLOORS), size, p=[0.6] + [0.04] * 10)]
    return street, number + letter + floor, towns


def draw_phones(size: int, rng: np.random.Generator) -> Ints:
    """Telephone numbers of eight digits."""
    return np.asarray(rng.choice(MOBILE, size) * 1_000_000 + rng.integers(0, 1_000_000, size))


def draw_couples(
    birth: Days, sex: Ints, homes: Homes, may: Bools, period: Period, rng: np.random.Generator
) -> tuple[NDArray[np.str_], Ints]:
    """Civil status at the end, and the spouse's place (-1 none): couples of one municipality and about the same age."""
    size = len(birth)
    age = (period.end - birth).astype(np.float64) / 365.25
    unmarried = np.interp(age, [18, 25, 35, 50, 70, 90], [1, 0.95, 0.55, 0.3, 0.1, 0.06])
    widowed = np.interp(age, [40, 60, 75, 90], [0, 0.03, 0.2, 0.6])
    divorced = np.interp(age, [25, 40, 60, 90], [0, 0.12, 0.16, 0.06])
    steps = np.stack([unmarried, unmarried + widowed, unmarried + widowed + divorced])
    married = np.array(["U", "E", "F", "G"])[(rng.random(size)[None, :] > steps).sum(axis=0)]
    settled = (married == "G") & may & (homes.moved == NEVER) & (homes.left == NEVER) & (homes.arrived < period.start)
    spouse = np.full(size, -1, dtype=np.int64)
    for code in np.unique(homes.kom_after):
        here = np.flatnonzero(settled & (homes.kom_after == code))
        here = here[np.argsort(birth[here], kind="stable")]
        men, women = here[sex[here] == 1], here[sex[here] == 2]
        pairs = int(min(len(men), len(women)) * 0.9)
        spouse[men[:pairs]], spouse[women[:pairs]] = women[:pairs], men[:pairs]
    return married, spouse
