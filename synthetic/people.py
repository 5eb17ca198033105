"""People: who they are, where they live and when, how frail they are and which long illnesses they have.

The latent frailty and the conditions are shared by all sources, so that care hangs together across them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic import cpr, names
from synthetic.columns import (
    Bools,
    Days,
    Floats,
    Ints,
    Minutes,
    Period,
    dates,
    minute,
    plus_days,
    plus_minutes,
)

EXTRA_SHARE = 0.03  # Beyond the adults asked for: never adult residents of the region.
NEVER = np.datetime64("2200-01-01", "D")

# Prevalence at 25, 45, 65, 85 years; what frailty does to its logarithm; women (2), men (1) or both (0).
CONDITIONS: dict[str, tuple[tuple[float, float, float, float], float, int]] = {
    "hypertension": ((0.01, 0.13, 0.44, 0.60), 0.2, 0),
    "cholesterol": ((0.00, 0.07, 0.32, 0.33), 0.2, 0),
    "diabetes_1": ((0.006, 0.006, 0.006, 0.003), 0.2, 0),
    "diabetes_2": ((0.002, 0.03, 0.12, 0.14), 0.4, 0),
    "copd": ((0.000, 0.015, 0.07, 0.11), 0.6, 0),
    "asthma": ((0.06, 0.06, 0.06, 0.05), 0.2, 0),
    "heart_failure": ((0.000, 0.005, 0.03, 0.12), 0.8, 0),
    "atrial_fibrillation": ((0.000, 0.007, 0.06, 0.20), 0.4, 0),
    "ischaemic": ((0.000, 0.012, 0.09, 0.18), 0.4, 0),
    "stroke": ((0.000, 0.005, 0.03, 0.09), 0.6, 0),
    "kidney": ((0.001, 0.007, 0.05, 0.15), 0.6, 0),
    "dementia": ((0.000, 0.000, 0.012, 0.14), 0.7, 0),
    "parkinson": ((0.000, 0.000, 0.006, 0.02), 0.6, 0),
    "depression": ((0.06, 0.08, 0.08, 0.13), 0.4, 0),
    "psychosis": ((0.012, 0.015, 0.01, 0.006), 0.6, 0),
    "epilepsy": ((0.008, 0.009, 0.010, 0.015), 0.5, 0),
    "pain": ((0.03, 0.09, 0.14, 0.24), 0.5, 0),
    "osteoporosis": ((0.000, 0.006, 0.08, 0.20), 0.3, 0),
    "hypothyroid": ((0.01, 0.03, 0.06, 0.08), 0.2, 0),
    "reflux": ((0.03, 0.08, 0.14, 0.20), 0.3, 0),
    "arthritis": ((0.004, 0.010, 0.02, 0.02), 0.3, 0),
    "cancer": ((0.002, 0.013, 0.06, 0.08), 0.5, 0),
    "prostate": ((0.000, 0.010, 0.14, 0.25), 0.2, 1),
    "glaucoma": ((0.000, 0.006, 0.04, 0.09), 0.1, 0),
    "allergy": ((0.12, 0.10, 0.06, 0.04), 0.0, 0),
    "contraception": ((0.35, 0.05, 0.00, 0.00), 0.0, 2),
}


@dataclass(frozen=True, eq=False)
class People:
    """Arrays with one element per person. `sex` 1 man, 2 woman; `kom` are three-digit municipality codes.

    A person lives in `kom_before` until the day `moved` (NEVER when not), then in `kom_after`; is in Denmark
    over [arrived, left). `seen_from` and `seen_to` bound the time in the period in which events can happen.
    """

    cpr: NDArray[np.str_]
    first: NDArray[np.object_]
    last: NDArray[np.object_]
    sex: Ints
    birth: Days
    death: Days
    death_at: Minutes
    frailty: Floats
    conditions: Bools
    onset: Days
    kom_before: Ints
    kom_after: Ints
    moved: Days
    arrived: Days
    left: Days
    street: NDArray[np.object_]
    house: NDArray[np.object_]
    town: NDArray[np.object_]
    phone: Ints
    married: NDArray[np.str_]
    spouse: Ints
    family: Ints
    family_size: Ints
    origin: Ints
    country: Ints
    in_register: Bools
    seen_from: Minutes
    seen_to: Minutes

    def __len__(self) -> int:
        return len(self.sex)

    def age(self, who: Ints, when: Days) -> Floats:
        """Age in years (of 365.25 days) at days."""
        return np.asarray((when.astype("datetime64[D]") - self.birth[who]).astype(np.float64) / 365.25)

    def kom(self, who: Ints, when: Days) -> Ints:
        """Municipality of residence at days, three digits."""
        later = when.astype("datetime64[D]") >= self.moved[who]
        return np.where(later, self.kom_after[who], self.kom_before[who])

    def has(self, name: str, who: Ints, when: Days) -> Bools:
        """Whether the condition has set in by the day."""
        place = list(CONDITIONS).index(name)
        return np.asarray(self.conditions[who, place] & (self.onset[who, place] <= when.astype("datetime64[D]")))

    def ever(self, *names: str) -> Bools:
        """Per person and condition, whether the person has it at some time."""
        return np.asarray(self.conditions[:, [list(CONDITIONS).index(name) for name in names]])

    def years_seen(self) -> Floats:
        """Years in which events can happen."""
        return np.asarray((self.seen_to - self.seen_from).astype(np.float64) / (365.25 * 1440))

    def events(self, rate_per_year: Floats, rng: np.random.Generator) -> tuple[Ints, Days]:
        """Poisson events at a personal yearly rate: who, and on which day; day order within nobody."""
        who = np.repeat(np.arange(len(self)), rng.poisson(rate_per_year * self.years_seen()))
        span = (self.seen_to[who] - self.seen_from[who]).astype(np.float64)
        when = plus_minutes(self.seen_from[who], np.floor(rng.random(len(who)) * span))
        return who, when.astype("datetime64[D]")

    def full_names(self) -> list[str]:
        """First and last names."""
        return [f"{a} {b}" for a, b in zip(self.first, self.last, strict=True)]

    def addresses(self) -> list[str]:
        """Street, house and floor, without the town."""
        return [f"{a} {b}" for a, b in zip(self.street, self.house, strict=True)]


def draw_people(*, adults: int, period: Period, rng: np.random.Generator) -> People:
    """Draw `adults` adult residents of the region and a few more who never are."""
    extra = max(6, round(adults * EXTRA_SHARE))
    size = adults + extra
    is_extra = np.arange(size) >= adults
    kind = np.where(is_extra, rng.choice(3, size, p=[0.5, 0.4, 0.1]), -1)
    kind[-3:] = [0, 1, 2]
    child, outsider, unregistered = kind == 0, kind == 1, kind == 2

    sex = rng.integers(1, 3, size)
    birth, origin, country, new_year = _births(size, child, period, rng)
    frailty = rng.normal(0.0, 1.0, size)
    death, death_at = _deaths(birth, frailty, period, rng)
    homes = _homes(size, outsider | unregistered, birth, death, origin, period, rng)
    with_control = (birth < cpr.MODULUS_11_ENDS) & ~(new_year & (rng.random(size) < 0.6))
    number = cpr.draw(birth, sex, modulus_11=with_control, rng=rng).astype("U10")
    number[unregistered] = cpr.draw_replacement(birth[unregistered], sex[unregistered], rng=rng)
    conditions, onset = _conditions(birth, sex, frailty, period, rng)

    first = np.where(sex == 1, _draw(names.MEN, size, rng), _draw(names.WOMEN, size, rng)).astype(object)
    last = _last_names(size, rng)
    street, house, town = _addresses(homes["kom_after"], rng)
    married, spouse, family, family_size = _families(birth, sex, homes, is_extra, period, rng)
    husband = np.flatnonzero((spouse >= 0) & (sex == 1))
    wife = spouse[husband]
    for values in (street, house, town):
        values[wife] = values[husband]
    shared = rng.random(len(husband)) < 0.6
    last[wife[shared]] = last[husband[shared]]

    seen_from = minute(np.maximum(period.start, homes["arrived"]))
    seen_to = np.minimum(
        minute(np.minimum(period.end, homes["left"])), np.where(np.isnat(death), minute(NEVER), death_at)
    )
    return People(
        cpr=number,
        first=first,
        last=last,
        sex=sex,
        birth=birth,
        death=death,
        death_at=death_at,
        frailty=frailty,
        conditions=conditions,
        onset=onset,
        street=street,
        house=house,
        town=town,
        phone=_phones(size, rng),
        married=married,
        spouse=spouse,
        family=family,
        family_size=family_size,
        origin=origin,
        country=country,
        in_register=~unregistered,
        seen_from=seen_from,
        seen_to=seen_to,
        **homes,
    )


def truth_table(people: People) -> pa.Table:
    """The people as they are: one row per person, identifiers included."""
    return pa.table(
        {
            "pnr": pa.array(people.cpr, pa.string()),
            "name": pa.array(people.full_names(), pa.string()),
            "first_name": pa.array(people.first, pa.string()),
            "last_name": pa.array(people.last, pa.string()),
            "address": pa.array(people.addresses(), pa.string()),
            "street": pa.array(people.street, pa.string()),
            "town": pa.array(people.town, pa.string()),
            "phone": pa.array(people.phone).cast(pa.string()),
            "birth_date": dates(people.birth),
            "sex": pa.array(people.sex),
            "death_date": dates(people.death),
            "in_register": pa.array(people.in_register),
        }
    )


def _draw(values: tuple[str, ...], size: int, rng: np.random.Generator) -> NDArray[np.object_]:
    weights = 1.0 / (np.arange(len(values)) + 12.0)  # The lists begin with the most common names.
    return np.array(values, dtype=object)[rng.choice(len(values), size, p=weights / weights.sum())]


def _last_names(size: int, rng: np.random.Generator) -> NDArray[np.object_]:
    last = _draw(names.LAST, size, rng)
    other = np.array(names.LAST, dtype=object)[rng.integers(0, len(names.LAST), size)]
    kind = rng.choice(3, size, p=[0.78, 0.16, 0.06])
    last = np.where((kind == 1) & (last != other), other + np.array(" ", dtype=object) + last, last)
    return np.where((kind == 2) & (last != other), other + np.array("-", dtype=object) + last, last).astype(object)


def _births(size: int, child: Bools, period: Period, rng: np.random.Generator) -> tuple[Days, Ints, Ints, Bools]:
    """Birth dates from the age pyramid on the first day; those who turn 18 in the period are in it."""
    years = period.last_year - period.first_year + 1
    ages = np.arange(max(18 - years + 1, 0), 103)
    weight = np.interp(
        ages,
        [0, 18, 25, 35, 50, 58, 70, 78, 85, 92, 103],
        [1.2, 1.25, 1.4, 1.2, 1.25, 1.3, 1.05, 0.8, 0.38, 0.12, 0],
    )
    age = rng.choice(ages, size, p=weight / weight.sum()).astype(np.int64)
    birth = plus_days(plus_days(period.start, -np.floor((age + 1) * 365.25)), rng.integers(0, 365, size))
    # A child stays a child over the whole period.
    young = plus_days(period.end, -(17 * 365 + 4) + rng.integers(0, 300, size))
    birth = np.where(child, np.minimum(young, period.start), birth)
    origin = rng.choice([1, 2, 3], size, p=[0.88, 0.09, 0.03])
    lands = np.array([land for land, _ in names.COUNTRIES])
    share = np.array([part for _, part in names.COUNTRIES])
    country = np.where(origin == 1, 5100, rng.choice(lands, size, p=share / share.sum()))
    # Unknown days of birth are registered as 1 January: those days ran out of numbers with modulus 11.
    new_year = (origin == 2) & ~child & (rng.random(size) < 0.15)
    birth = np.where(new_year, birth.astype("datetime64[Y]").astype("datetime64[D]"), birth)
    return birth, origin, country, new_year


def _deaths(birth: Days, frailty: Floats, period: Period, rng: np.random.Generator) -> tuple[Days, Minutes]:
    """Gompertz mortality (hazard 3e-5 exp(0.095 age) per year), raised by frailty; NaT for who outlives the
    period.
    """
    level, slope = 3e-5, 0.095
    age = (period.start - birth).astype(np.float64) / 365.25
    hazard = np.exp(0.5 * frailty - 0.125)
    at = np.log(np.exp(slope * np.maximum(age, 0)) + slope * rng.exponential(1.0, len(age)) / (level * hazard)) / slope
    days = np.maximum((at - age) * 365.25, 95)  # Everyone is alive at the first snapshot.
    dies = days < (period.end - period.start).astype(np.int64) - 1
    death = np.where(dies, plus_days(period.start, np.where(dies, days, 0)), np.datetime64("NaT", "D"))
    return death, plus_minutes(minute(death), rng.integers(30, 1410, len(death)))


def _homes(
    size: int,
    outside: Bools,
    birth: Days,
    death: Days,
    origin: Ints,
    period: Period,
    rng: np.random.Generator,
) -> dict[str, NDArray[Any]]:
    """Where people live: no move, a move inside the region, into it, out of it, to or from abroad."""
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
    rather = rng.choice(6, size, p=[0.78, 0.08, 0.055, 0.05, 0.02, 0.015])
    safe = (np.isnat(death) | (plus_days(move, 100) < death)) & (plus_days(move, -100) > grown)
    rather = np.where(safe & ~outside, rather, 0)
    before = np.where(rather == 2, away, here)
    after = np.select([rather == 1, rather == 3], [there, away], here)
    before, after = np.where(outside, away, before), np.where(outside, away, after)
    return {
        "kom_before": before,
        "kom_after": after,
        "moved": np.where((rather >= 1) & (rather <= 3) & (before != after), move, NEVER),
        "left": np.where(rather == 4, move, NEVER),
        "arrived": np.where((rather == 5) & (origin == 2), move, np.datetime64("1900-01-01", "D")),
    }


def _conditions(
    birth: Days, sex: Ints, frailty: Floats, period: Period, rng: np.random.Generator
) -> tuple[Bools, Days]:
    middle = period.start + (period.end - period.start) // 2
    age = (middle - birth).astype(np.float64) / 365.25
    has = np.zeros((len(birth), len(CONDITIONS)), dtype=bool)
    for place, (shares, push, only) in enumerate(CONDITIONS.values()):
        share = np.interp(age, [25, 45, 65, 85], shares) * np.exp(push * frailty)
        has[:, place] = (rng.random(len(birth)) < np.minimum(share, 0.95)) & ((only == 0) | (sex == only))
    one, two = (list(CONDITIONS).index(name) for name in ("diabetes_1", "diabetes_2"))
    has[:, one] &= ~has[:, two]
    span = int((period.end - period.start).astype(np.int64))
    offset = np.where(rng.random(has.shape) < 0.7, -rng.integers(1, 3000, has.shape), rng.integers(0, span, has.shape))
    return has, plus_days(np.full(has.shape, period.start), offset)


def _addresses(
    kom: NDArray[np.generic], rng: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    size = len(kom)
    towns = np.empty(size, dtype=object)
    for code, _, _, listed in names.MUNICIPALITIES:
        at = np.flatnonzero(kom == code)
        choice = np.array(listed.split(","), dtype=object)
        towns[at] = choice[rng.integers(0, len(choice), len(at))]
    street = np.array(names.STREETS, dtype=object)[rng.integers(0, len(names.STREETS), size)]
    number = rng.geometric(0.03, size).astype("U4").astype(object)
    letter = np.array(["", "A", "B", "C"], dtype=object)[rng.choice(4, size, p=[0.8, 0.1, 0.06, 0.04])]
    floors = (
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
    floor = np.array(floors, dtype=object)[rng.choice(len(floors), size, p=[0.6] + [0.04] * 10)]
    return street, number + letter + floor, towns


def _phones(size: int, rng: np.random.Generator) -> Ints:
    starts = rng.choice([20, 21, 22, 23, 26, 27, 28, 30, 31, 40, 41, 42, 50, 51, 52, 60, 61, 71, 81, 86, 87, 97], size)
    return np.asarray(starts * 1_000_000 + rng.integers(0, 1_000_000, size))


def _families(
    birth: Days,
    sex: Ints,
    homes: dict[str, NDArray[Any]],
    is_extra: Bools,
    period: Period,
    rng: np.random.Generator,
) -> tuple[NDArray[np.str_], Ints, Ints, Ints]:
    """Civil status; couples of the same municipality and about the same age; a family number and size for
    each.
    """
    size = len(birth)
    age = (period.end - birth).astype(np.float64) / 365.25
    draw = rng.random(size)
    unmarried = np.interp(age, [18, 25, 35, 50, 70, 90], [1, 0.95, 0.55, 0.3, 0.1, 0.06])
    widowed = np.interp(age, [40, 60, 75, 90], [0, 0.03, 0.2, 0.6])
    divorced = np.interp(age, [25, 40, 60, 90], [0, 0.12, 0.16, 0.06])
    steps = np.stack([unmarried, unmarried + widowed, unmarried + widowed + divorced])
    married = np.array(["U", "E", "F", "G"])[(draw[None, :] > steps).sum(axis=0)]
    settled = (married == "G") & ~is_extra & (homes["moved"] == NEVER) & (homes["left"] == NEVER)
    spouse = np.full(size, -1, dtype=np.int64)
    for code in np.unique(homes["kom_after"]):
        here = np.flatnonzero(settled & (homes["kom_after"] == code))
        here = here[np.argsort(birth[here], kind="stable")]
        men, women = here[sex[here] == 1], here[sex[here] == 2]
        pairs = int(min(len(men), len(women)) * 0.8)
        spouse[men[:pairs]], spouse[women[:pairs]] = women[:pairs], men[:pairs]
    lead = np.where((spouse >= 0) & (sex == 2), spouse, np.arange(size))
    family = 10_000_000 + rng.permutation(size)[lead]
    others = np.where(age < 55, rng.poisson(0.9, size), 0)[lead]
    return married, spouse, family, np.minimum(1 + (spouse >= 0) + others, 12)
