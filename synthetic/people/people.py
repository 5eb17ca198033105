"""People: who they are, where they live and with whom, what ails them, and the course that their lives take."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic.columns import NEVER, Bools, Days, Floats, Ints, Minutes, Period, dates, integers, minute, plus_days
from synthetic.people import cpr, homes, names
from synthetic.people.conditions import CONDITIONS, has, onsets
from synthetic.people.course import Constitution, Course, Grid, live
from synthetic.people.pyramid import MOST_ADULTS, PLACES, Born, born, permuted

ADULTS, OUTSIDERS = 1000, 30  # Of one block; every sixth outsider is not in the population register.
MOST_CHILDREN = 400
OF_A_DAY = 2  # Children of one sex that a block has on one day; a third is not born.
CHANGES = ("rettelse", "koensskifte", "erstatningsnummer")
ERROR, LEGAL_SEX, REPLACED = range(len(CHANGES))
SHARE_OF_POSITION = -0.25  # Correlation of frailty with the social position.


@dataclass(frozen=True, eq=False)
class People:
    """Arrays with one element per person of a block: a thousand adults, a few who never are adult residents of the
    region, and the children born in the period.

    `number` is the person's in the whole world, `anchor` the adult of the block with whom the person is in the world
    or not (oneself, the mother). `sex` 1 man, 2 woman; `kom` are three-digit municipality codes. A person lives in
    `kom_before` until the day `moved` (NEVER when not), then in `kom_after`; is in Denmark over [arrived, left).
    `position` is the latent social position, standard normal. `cpr_before` held until the day `cpr_changed`, for the
    reason of CHANGES; who has a replacement number is `registered_from` the day on which it is exchanged.
    `seen_from` and `seen_to` bound the time in the period in which events can happen. `mother`, `father` and `spouse`
    are places in the arrays, -1 for none.
    """

    number: Ints
    anchor: Ints
    cpr: NDArray[np.str_]
    cpr_before: NDArray[np.str_]
    cpr_changed: Days
    cpr_reason: Ints
    first: NDArray[np.object_]
    last: NDArray[np.object_]
    sex: Ints
    birth: Days
    position: Floats
    frailty: Floats
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
    mother: Ints
    father: Ints
    family: Ints
    origin: Ints
    country: Ints
    registered_from: Days
    course: Course
    seen_from: Minutes
    seen_to: Minutes

    def __len__(self) -> int:
        return len(self.sex)

    @property
    def in_register(self) -> Bools:
        """Who has a CPR number, and is in the population register, by the end of the period."""
        return np.asarray(self.registered_from < NEVER)

    @property
    def death(self) -> Days:
        """Day of death, NaT for those who outlive the period."""
        return self.course.death

    @property
    def death_at(self) -> Minutes:
        """Time of death."""
        return self.course.death_at

    def age(self, who: Ints, when: Days | Minutes) -> Floats:
        """Age in years (of 365.25 days) at days."""
        return np.asarray((when.astype("datetime64[D]") - self.birth[who]).astype(np.float64) / 365.25)

    def kom(self, who: Ints, when: Days | Minutes) -> Ints:
        """Municipality of residence at days, three digits."""
        later = when.astype("datetime64[D]") >= self.moved[who]
        return np.where(later, self.kom_after[who], self.kom_before[who])

    def sex_at(self, who: Ints, when: Days | Minutes) -> Ints:
        """Sex as it is registered on the days: another before a legal change."""
        before = (self.cpr_reason[who] == LEGAL_SEX) & (when.astype("datetime64[D]") < self.cpr_changed[who])
        return np.where(before & self.numbers_changed[who], 3 - self.sex[who], self.sex[who])

    def has(self, name: str, who: Ints, when: Days | Minutes) -> Bools:
        """Whether the condition has set in by the day."""
        return has(self.onset, name, who, when)

    def weekly(self, of_thousand: float, by_age: float, by_illness: float) -> Grid:
        """Rates of weeks x people: `of_thousand` a year at the age of 50, more by age and by how ill somebody is."""
        course = self.course
        middle = (course.start - self.birth).astype(np.float64) / 365.25 + len(course.rate) * 7 / 365.25 / 2
        level = of_thousand / 1000 * 7 / 365.25 * np.exp(by_age * (middle - 50))
        return np.asarray(level.astype(np.float32) * np.exp(np.float32(by_illness) * np.clip(course.load, -3, 5)))

    def conditions(self, who: int, when: np.datetime64) -> tuple[str, ...]:
        """The conditions that one person has on a day."""
        return tuple(name for name, day in zip(CONDITIONS, self.onset[who], strict=True) if day <= when)

    def pnr(self, who: Ints, when: Days | Minutes) -> pa.Array:
        """The CPR numbers as they were on the days."""
        if not self.numbers_changed.any():
            return self._pnr.take(pa.array(who))
        older = when.astype("datetime64[D]") < self.cpr_changed[who]
        return pa.concat_arrays([self._pnr, self._pnr_before]).take(pa.array(who + older * len(self)))

    @cached_property
    def numbers_changed(self) -> Bools:
        """Whose number changes in the period."""
        return self.cpr_changed < NEVER

    @cached_property
    def _pnr(self) -> pa.Array:
        return pa.array(self.cpr, pa.string())

    @cached_property
    def _pnr_before(self) -> pa.Array:
        return pa.array(self.cpr_before, pa.string())

    def full_names(self) -> list[str]:
        """First and last names."""
        return [f"{a} {b}" for a, b in zip(self.first, self.last, strict=True)]

    def addresses(self) -> list[str]:
        """Street, house and floor, without the town."""
        return [f"{a} {b}" for a, b in zip(self.street, self.house, strict=True)]


def draw_people(
    block: int, period: Period, *, seed: int, faults: float, held_out: bool, rng: np.random.Generator
) -> People:
    """The people of one block; `faults` in [0, 1] sets how many change their CPR number, `held_out` takes names that
    are kept for measuring.
    """
    size = ADULTS + OUTSIDERS
    place = np.arange(size)
    outsider = place >= ADULTS
    number = np.where(outsider, MOST_ADULTS + block * OUTSIDERS + place - ADULTS, block * ADULTS + place)
    unregistered = outsider & ((place - ADULTS) % 6 == 0)
    grown = born(number, seed=seed, period=period)
    origin = np.where(grown.unknown_day, 2, rng.choice([1, 2, 3], size, p=[0.885, 0.085, 0.03]))
    lived = homes.draw_homes(outsider, grown.birth, origin, period, rng)
    position = rng.normal(size=size)
    frailty = SHARE_OF_POSITION * position + np.sqrt(1 - SHARE_OF_POSITION**2) * rng.normal(size=size)
    married, spouse = homes.draw_couples(grown.birth, grown.sex, lived, ~outsider, period, rng)

    mother, delivered, sex_of_child = _births(grown.birth, grown.sex, lived, ~outsider, period, rng)
    children = len(mother)
    birth = np.concatenate([grown.birth, delivered])
    sex = np.concatenate([grown.sex, sex_of_child])
    of_mother = np.arange(size + children)
    of_mother[size:] = mother
    lived = homes.Homes(**{name: values[of_mother] for name, values in vars(lived).items()})
    frailty = np.concatenate([frailty, np.zeros(children)])
    onset = onsets(birth, sex, frailty, rng)
    onset[size:] = NEVER
    seen = np.maximum(plus_days(birth, 18 * 365.25 + 1), lived.arrived)
    comes = (lived.moved < NEVER) & ~np.isin(lived.kom_before, names.REGION)
    seen = np.where(comes, np.maximum(seen, lived.moved), seen)
    course = live(Constitution(birth, sex, frailty, onset, seen, lived.arrived, lived.left), period, rng)

    number = np.concatenate([number, 2 * PLACES + block * MOST_CHILDREN + np.arange(children)])
    numbers = _numbers(block, grown, unregistered, delivered, sex_of_child, period, faults, rng)
    first, last = _names(sex, spouse, mother, held_out, rng)
    street, house, town = homes.draw_addresses(lived.kom_after[:size], rng)
    husband = np.flatnonzero((spouse >= 0) & (grown.sex == 1))
    for values in (street, house, town):
        values[spouse[husband]] = values[husband]
    nobody = np.full(children, -1)
    spouse = np.concatenate([spouse, nobody])
    lead = np.where((spouse >= 0) & (sex == 2), spouse, np.arange(size + children))[of_mother]
    lands = np.array([land for land, _ in names.COUNTRIES])
    share = np.array([part for _, part in names.COUNTRIES])
    country = np.where(origin == 1, 5100, rng.choice(lands, size, p=share / share.sum()))
    seen_from = minute(np.maximum(np.maximum(period.start, lived.arrived), birth))
    end = minute(np.minimum(period.end, lived.left))
    return People(
        number=number,
        anchor=np.where(of_mother >= ADULTS, (of_mother - ADULTS) * ADULTS // OUTSIDERS, of_mother),
        cpr=numbers.current,
        cpr_before=numbers.before,
        cpr_changed=numbers.changed,
        cpr_reason=numbers.reason,
        first=first,
        last=last,
        sex=sex,
        birth=birth,
        position=np.concatenate([position, position[mother]]),
        frailty=frailty,
        onset=onset,
        street=street[of_mother],
        house=house[of_mother],
        town=town[of_mother],
        phone=homes.draw_phones(size, rng)[of_mother],
        married=np.concatenate([married, np.full(children, "U")]),
        spouse=spouse,
        mother=np.concatenate([np.full(size, -1), mother]),
        father=np.concatenate([np.full(size, -1), _fathers(mother, spouse, grown, rng)]),
        family=10_000_000 + permuted(number[lead] % PLACES, seed),
        origin=np.concatenate([origin, np.where(origin[mother] == 1, 1, 3)]),
        country=country[of_mother],
        registered_from=numbers.registered_from,
        course=course,
        seen_from=seen_from,
        seen_to=np.where(np.isnat(course.death_at), end, np.minimum(end, course.death_at)),
        **vars(lived),
    )


def truth_table(people: People) -> pa.Table:
    """The people as they are: one row per person, identifiers included."""
    return pa.table(
        {
            "person": integers(people.number),
            "pnr": pa.array(people.cpr, pa.string()),
            "pnr_before": pa.array(people.cpr_before, pa.string(), mask=~people.numbers_changed),
            "pnr_changed": dates(np.where(people.numbers_changed, people.cpr_changed, np.datetime64("NaT", "D"))),
            "name": pa.array(people.full_names(), pa.string()),
            "first_name": pa.array(people.first, pa.string()),
            "last_name": pa.array(people.last, pa.string()),
            "address": pa.array(people.addresses(), pa.string()),
            "street": pa.array(people.street, pa.string()),
            "town": pa.array(people.town, pa.string()),
            "phone": pa.array(people.phone).cast(pa.string()),
            "birth_date": dates(people.birth),
            "sex": integers(people.sex),
            "death_date": dates(people.death),
            "in_register": pa.array(people.in_register),
            "frailty": pa.array(np.round(people.frailty, 4)),
            "social_position": pa.array(np.round(people.position, 4)),
        }
    )


def conditions_table(people: People) -> pa.Table:
    """The long illnesses that people have: one row per person and illness, with the day on which it set in."""
    who, which = np.nonzero(people.onset < NEVER)
    return pa.table(
        {
            "person": integers(people.number[who]),
            "pnr": pa.array(people.cpr[who], pa.string()),
            "condition": pa.array(np.array(list(CONDITIONS))[which], pa.string()),
            "onset": dates(people.onset[who, which]),
        }
    )


def _births(
    birth: Days, sex: Ints, lived: homes.Homes, may: Bools, period: Period, rng: np.random.Generator
) -> tuple[Ints, Days, Ints]:
    """Mothers, days of delivery and sexes of the children born in the period; by mother, two years apart at least."""
    years = np.arange(period.first_year, period.last_year + 1)
    day = plus_days(np.repeat(years.astype("U4").astype("datetime64[D]")[None, :], len(birth), axis=0), 0)
    day = plus_days(day, rng.integers(0, 365, day.shape))
    age = (day - birth[:, None]).astype(np.float64) / 365.25
    chance = np.interp(age, [18, 22, 26, 30, 34, 38, 42, 45], [0, 0.02, 0.08, 0.125, 0.11, 0.05, 0.01, 0])
    there = (lived.arrived[:, None] < plus_days(day, -300)) & (lived.left[:, None] > plus_days(day, 100))
    gives = (rng.random(day.shape) < chance) & there & (may & (sex == 2))[:, None] & (day < plus_days(period.end, -7))
    for year in range(1, len(years)):
        gives[:, year] &= ~gives[:, year - 1]
    mother, when = np.nonzero(gives)
    delivered, kind = day[mother, when], rng.integers(1, 3, len(mother))
    kept = np.flatnonzero(same_day(delivered, kind) < OF_A_DAY)
    return mother[kept], delivered[kept], kind[kept]


def same_day(delivered: Days, sex: Ints) -> Ints:
    """Per child, how many of the same sex before it in the arrays were born on the same day."""
    together = (delivered[:, None] == delivered[None, :]) & (sex[:, None] == sex[None, :])
    return np.asarray(np.tril(together, -1).sum(axis=1))


def _fathers(mother: Ints, spouse: Ints, grown: Born, rng: np.random.Generator) -> Ints:
    """The mother's spouse, or nine times in ten a man of the block about two years older; -1 for unknown."""
    men = np.flatnonzero(grown.sex[:ADULTS] == 1)
    men = men[np.argsort(grown.birth[men], kind="stable")]
    wanted = plus_days(grown.birth[mother], -2 * 365.25 + rng.normal(0, 900, len(mother)))
    nearest = men[np.searchsorted(grown.birth[men], wanted).clip(0, len(men) - 1)]
    other = np.where(rng.random(len(mother)) < 0.9, nearest, -1)
    return np.where(spouse[mother] >= 0, spouse[mother], other)


@dataclass(frozen=True, eq=False)
class _Numbers:
    current: NDArray[np.str_]
    before: NDArray[np.str_]
    changed: Days
    reason: Ints
    registered_from: Days


def _numbers(
    block: int,
    grown: Born,
    unregistered: Bools,
    delivered: Days,
    sex_of_child: Ints,
    period: Period,
    faults: float,
    rng: np.random.Generator,
) -> _Numbers:
    """CPR numbers, those before them, and the days of change: a replacement number is exchanged for the CPR number
    (half of them), a number is changed (an error, or one time in ten a legal change of sex).
    """
    birth, sex, nth, mates = grown.birth, grown.sex, grown.nth, grown.mates
    current = cpr.numbers(birth, sex, nth)
    before = cpr.numbers(birth, sex, nth + mates)  # The second number of a date's row, which nobody else takes.
    other_sex = cpr.numbers(birth, 3 - sex, nth + 2 * mates + 200)
    changes = (rng.random(len(birth)) < 0.006 * faults) & ~unregistered
    legal = rng.random(len(birth)) < 0.1
    before = np.where(legal, other_sex, before)
    replaced = cpr.replacements(birth, sex, nth, regional=rng.random(len(birth)) < 0.5)
    exchanged = unregistered & (rng.random(len(birth)) < 0.5)
    before = np.where(exchanged, replaced, before)
    current = np.where(unregistered & ~exchanged, replaced, current)
    day = plus_days(period.start, rng.integers(60, int((period.end - period.start).astype(np.int64)) - 30, len(birth)))
    changed = np.where(changes | exchanged, day, NEVER)
    reason = np.select([exchanged, legal], [REPLACED, LEGAL_SEX], ERROR)
    always = np.datetime64("1900-01-01", "D")
    registered_from = np.where(unregistered, np.where(exchanged, day, NEVER), always)
    # So none meets a child of another block.
    young = cpr.numbers(delivered, sex_of_child, block * OF_A_DAY + same_day(delivered, sex_of_child))
    children = len(delivered)
    return _Numbers(
        current=np.concatenate([current, young]),
        before=np.concatenate([np.where(changed < NEVER, before, current), young]),
        changed=np.concatenate([changed, np.full(children, NEVER)]),
        reason=np.concatenate([reason, np.full(children, ERROR)]),
        registered_from=np.concatenate([registered_from, np.full(children, always)]),
    )


def _names(
    sex: Ints, spouse: Ints, mother: Ints, held_out: bool, rng: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    size = len(sex)
    men, women, surnames = (names.pool(listed, held_out=held_out) for listed in (names.MEN, names.WOMEN, names.LAST))
    first = np.where(sex == 1, _draw(men, size, rng), _draw(women, size, rng)).astype(object)
    last = _draw(surnames, size, rng)
    other = np.array(surnames, dtype=object)[rng.integers(0, len(surnames), size)]
    kind = rng.choice(3, size, p=[0.78, 0.16, 0.06])
    last = np.where((kind == 1) & (last != other), other + np.array(" ", dtype=object) + last, last)
    last = np.where((kind == 2) & (last != other), other + np.array("-", dtype=object) + last, last).astype(object)
    husband = np.flatnonzero((spouse >= 0) & (sex[: len(spouse)] == 1))
    shared = rng.random(len(husband)) < 0.6
    last[spouse[husband[shared]]] = last[husband[shared]]
    last[size - len(mother) :] = last[mother]
    return first, last


def _draw(values: tuple[str, ...], size: int, rng: np.random.Generator) -> NDArray[np.object_]:
    weights = 1.0 / (np.arange(len(values)) + 12.0)  # The lists begin with the most common names.
    return np.array(values, dtype=object)[rng.choice(len(values), size, p=weights / weights.sum())]
