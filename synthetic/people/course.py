"""The course of a life, week by week: how ill somebody is, when that ends in an acute admission, home care or death.

One latent course per person drives everything that the sources tell. Its parts:

- *frailty*, which stays with the person (it is tied to the social position), and *instability*, which comes and goes
  over some ten weeks; both are standard normal in the population;
- the long illnesses, from their onset;
- *aftermath*: 1 on the day of discharge from a hospital, fading over the weeks after it.

Each week the logarithm of the rate of acute admission is a sum of age, frailty, instability, illnesses and aftermath;
the same parts, weighed otherwise, decide about death and about the need for municipal care. So an admission is
announced by a rise of instability, which care workers can see, and is followed by help, a second admission or death.
The weights were set so that the figures of `synthetic/report.py` come out; see there for the sources.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import DAY_MINUTES, Bools, Days, Floats, Ints, Minutes, Period, minute, plus_days, plus_minutes
from synthetic.people.conditions import CONDITIONS, weights

BURN_IN = 26  # Weeks before the first, so that the first does not begin with everybody at home and well.
SAFE_WEEKS = 15  # Nobody dies in the first quarter in which they are seen: every adult is in a snapshot.

WEEKS_OF_INSTABILITY, WEEKS_OF_AFTERMATH = 11.0, 2.6
# The logarithm of acute admissions a week: by age, and what frailty, instability and aftermath add.
BASE = -9.34
BY_AGE = ((0, 18, 30, 45, 60, 70, 80, 90, 100), (0.5, 0.2, 0.2, 0.3, 0.45, 0.4, 0.9, 2.45, 4.1))
MEN = ((60, 75), (0.0, 0.85))  # Beside women, by age.
HELPED = 1.4  # What having home care adds: who is helped is ill in ways that the other parts do not tell.
FRAILTY, INSTABILITY, AFTERMATH = 1.2, 1.25, 0.3
OFTEN = 1.4  # What frailty above 1.5 adds before the age of 65: the few who are admitted again and again.
RELIEF = 0.65  # What a stay in hospital takes from instability.
# Death (Gompertz: yearly rate at birth, growth a year), men beside women, and the same parts.
DEATH, DEATH_GROWTH, DEATH_MEN = 0.55e-5, 0.093, 0.35
DEATH_FRAILTY, DEATH_INSTABILITY, DEATH_AFTERMATH, DEATH_NURSING = 0.5, 0.6, 1.6, 0.9
# Dependence on help: by age, and what frailty, instability, illnesses and one's own circumstances add.
DEPENDENCE_AGE, DEPENDENCE_FRAILTY, DEPENDENCE_INSTABILITY, DEPENDENCE_OWN = 0.075, 0.45, 0.35, 0.6
DEPENDENCE_BY_CONDITION = {"dementia": 1.3, "stroke": 0.7, "parkinson": 0.9, "heart_failure": 0.4, "copd": 0.3}
AT_HOME, HOME_CARE, NURSING_HOME = range(3)
ACUTE_DAYS = 2.2  # Median of an acute stay.
DIES_IN_HOSPITAL = (0.42, 0.38, 0.16)  # By where people live, of those not in hospital already.

Grid = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Admissions:
    """Acute admissions as wholes: person, when the illness began, [start, end), and whether it ended in death."""

    who: Ints
    ill: Minutes
    start: Minutes
    end: Minutes
    terminal: Bools


@dataclass(frozen=True, eq=False)
class Course:
    """Weeks x people: `rate` logarithm of acute admissions a week, `load` its part that is not age, `instability`,
    `dependence` (about 0 where help begins), `care` (AT_HOME, HOME_CARE, NURSING_HOME), `present` (alive and in
    Denmark; 0 or 1). `death` and `death_at` are NaT for those who outlive the period.
    """

    start: np.datetime64
    rate: Grid
    load: Grid
    instability: Grid
    dependence: Grid
    care: NDArray[np.int8]
    present: Grid
    admissions: Admissions
    death: Days
    death_at: Minutes

    def week(self, when: Days | Minutes) -> Ints:
        """The week of days or times, held inside the period."""
        days = (when.astype("datetime64[D]") - self.start).astype(np.int64)
        return np.asarray(np.clip(days // 7, 0, len(self.rate) - 1))

    def happenings(self, weekly: Grid, rng: np.random.Generator) -> tuple[Ints, Days]:
        """Events at a rate of weeks x people: who, and on which day, by week; where nobody is present none happen."""
        total = np.cumsum((weekly * self.present).ravel(), dtype=np.float64)
        found = np.searchsorted(total, rng.random(rng.poisson(total[-1])) * total[-1], side="right")
        found = np.sort(found[found < len(total)])
        day = plus_days(np.full(len(found), self.start), found // weekly.shape[1] * 7 + rng.integers(0, 7, len(found)))
        return found % weekly.shape[1], day


@dataclass(frozen=True, eq=False)
class Constitution:
    """What the course of a life depends on: people as they are before it begins."""

    birth: Days
    sex: Ints
    frailty: Floats
    onset: Days
    seen: Days  # From here on an adult in the region.
    arrived: Days
    left: Days


def live(people: Constitution, period: Period, rng: np.random.Generator) -> Course:
    """The courses of all people over the period."""
    return _Simulation(people, period, rng).run()


class _Simulation:
    def __init__(self, people: Constitution, period: Period, rng: np.random.Generator) -> None:
        self.people, self.period, self.rng = people, period, rng
        self.size = len(people.birth)
        self.weeks = -(-int((period.end - period.start).astype(np.int64)) // 7)
        self.age = (period.start - people.birth).astype(np.float64) / 365.25
        safe = plus_days(np.maximum(people.seen, period.start), SAFE_WEEKS * 7)
        self.safe = -(-(safe - period.start).astype(np.int64) // 7)
        self.own = rng.normal(size=self.size)
        self.often = OFTEN * np.maximum(people.frailty - 1.5, 0.0)
        self.rises = [_rise(people, weights(what)) for what in ("admission", "death")]
        self.rises.append(_rise(people, np.array([DEPENDENCE_BY_CONDITION.get(name, 0.0) for name in CONDITIONS])))

    def run(self) -> Course:
        weeks, size = self.weeks, self.size
        rate, load, instability, dependence = (np.zeros((weeks, size), dtype=np.float32) for _ in range(4))
        kept_care, present = np.zeros((weeks, size), dtype=np.int8), np.zeros((weeks, size), dtype=np.float32)
        died = np.full(size, 10**6)
        home_until, discharged = np.full(size, -1000.0), np.full(size, -1000.0)  # Weeks.
        unstable = self.rng.normal(size=size)
        keep = np.exp(-1 / WEEKS_OF_INSTABILITY)
        care = self._first_care()
        found: list[tuple[Ints, Floats, Floats]] = []
        for week in range(-BURN_IN, weeks):
            if week % 13 == 0 or week == -BURN_IN:
                ill, deadly, helpless = (self._ill(rise, week) for rise in self.rises)
            unstable = keep * unstable + np.sqrt(1 - keep**2) * self.rng.normal(size=size)
            age = self.age + week * 7 / 365.25
            after = np.where(week >= discharged, np.exp(-(week - discharged) / WEEKS_OF_AFTERMATH), 0.0)
            heavy = (
                FRAILTY * self.people.frailty
                + self.often * (age < 65)
                + INSTABILITY * unstable
                + ill
                + AFTERMATH * after
            )
            heavy = heavy + HELPED * (care == HOME_CARE)
            log_rate = BASE + np.interp(age, *BY_AGE) + (self.people.sex == 1) * np.interp(age, *MEN) + heavy
            needs = self._dependence(age, unstable, helpless)
            here = (died > week) & self._here(week)
            chance = self.rng.random((4, size))
            admitted = here & (week >= home_until) & (chance[0] < -np.expm1(-np.exp(log_rate)))
            at = np.flatnonzero(admitted)
            moment = week + self.rng.random(len(at))
            length = days_in_hospital(age[at], ACUTE_DAYS, self.rng)
            discharged[at] = home_until[at] = moment + length / 7
            unstable[at] -= RELIEF
            if week >= 0:
                found.append((at, moment, length))
                rate[week], load[week], instability[week] = log_rate, heavy, unstable
                dependence[week], kept_care[week], present[week] = needs, care, here
                after = np.where(home_until > week, 1.0, after)
                dies = here & (week >= self.safe) & (chance[1] < self._death(age, unstable, deadly, after, care))
                died[dies] = week
            care = self._next_care(care, needs, after, age, chance[2:])
        present *= np.arange(weeks)[:, None] <= died
        admissions, death_at = self._ends(found, died, kept_care)
        return Course(
            start=self.period.start,
            rate=rate,
            load=load,
            instability=instability,
            dependence=dependence,
            care=kept_care,
            present=present,
            admissions=admissions,
            death=death_at.astype("datetime64[D]"),
            death_at=death_at,
        )

    def _ill(self, rise: tuple[Days, Floats], week: int) -> Floats:
        onset, added = rise
        return np.asarray((onset <= plus_days(self.period.start, week * 7)) @ added)

    def _here(self, week: int) -> Bools:
        day = plus_days(self.period.start, week * 7)
        return np.asarray((self.people.arrived <= day) & (self.people.left > day) & (self.people.birth <= day))

    def _dependence(self, age: Floats, unstable: Floats, helpless: Floats) -> Floats:
        lasting = DEPENDENCE_FRAILTY * self.people.frailty + DEPENDENCE_OWN * self.own + DEPENDENCE_AGE * (age - 88)
        return np.asarray(np.where(age < 60, -6.0, lasting + DEPENDENCE_INSTABILITY * unstable + helpless))

    def _first_care(self) -> Ints:
        age = self.age - BURN_IN * 7 / 365.25
        lasting = self._dependence(age, self.rng.normal(size=self.size), self._ill(self.rises[2], -BURN_IN))
        chance = self.rng.random(self.size)
        helped = chance < 1 / (1 + np.exp(-2.0 * (lasting - 0.1)))
        moved = helped & (age > 70) & (chance < 0.5 / (1 + np.exp(-2.2 * (lasting - 1.7))))
        return np.where(moved, NURSING_HOME, np.where(helped, HOME_CARE, AT_HOME))

    def _next_care(self, care: Ints, needs: Floats, after: Floats, age: Floats, chance: Floats) -> Ints:
        begins = np.exp(-5.8 + 1.25 * np.minimum(needs, 2.5) + 2.6 * after * (age > 65))
        ends = np.exp(-4.6 - 1.6 * needs)
        moves = np.where(age > 70, np.exp(-7.5 + 1.25 * np.minimum(needs, 2.5)), 0.0)
        starts = (care == AT_HOME) & (needs > -5) & (chance[0] < begins)
        stops = (care == HOME_CARE) & (chance[0] < ends)
        leaves = (care == HOME_CARE) & ~stops & (chance[1] < moves)
        return np.select([starts, stops, leaves], [HOME_CARE, AT_HOME, NURSING_HOME], care)

    def _death(self, age: Floats, unstable: Floats, deadly: Floats, after: Floats, care: Ints) -> Floats:
        log = np.log(DEATH / 52) + DEATH_GROWTH * age + DEATH_MEN * (self.people.sex == 1) + deadly
        log = log + DEATH_FRAILTY * self.people.frailty + DEATH_INSTABILITY * unstable + DEATH_AFTERMATH * after
        return np.asarray(-np.expm1(-np.exp(log + DEATH_NURSING * (care == NURSING_HOME))))

    def _ends(
        self, found: list[tuple[Ints, Floats, Floats]], died: Ints, care: NDArray[np.int8]
    ) -> tuple[Admissions, Minutes]:
        """Deaths to the minute, and the admissions with those of the dying."""
        dead = np.flatnonzero(died < self.weeks)
        death_at = np.full(self.size, np.datetime64("NaT", "m"))
        last = np.minimum(minute(self.period.end), minute(self.people.left[dead]))
        moment = plus_minutes(
            minute(self.period.start), died[dead] * 7 * DAY_MINUTES + self.rng.integers(30, 10_050, len(dead))
        )
        death_at[dead] = np.minimum(moment, plus_minutes(last, -2 * DAY_MINUTES))
        who, week, length = (np.concatenate(part) for part in zip(*found, strict=True))
        who = who.astype(np.int64)
        start = self._clock(week)
        end = plus_minutes(start, np.round(length * DAY_MINUTES))
        lives = np.isnat(death_at[who]) | (plus_minutes(start, 60) < death_at[who])
        who, start, end = who[lives], start[lives], end[lives]
        terminal = ~np.isnat(death_at[who]) & (end >= death_at[who])
        end = np.where(terminal, death_at[who], end)
        inside = np.zeros(self.size, dtype=bool)
        inside[who[terminal]] = True
        dying = dead[~inside[dead]]
        dying = dying[self.rng.random(len(dying)) < np.array(DIES_IN_HOSPITAL)[care[died[dying], dying]]]
        before = 60 + np.minimum(self.rng.exponential(5.0, len(dying)), 30) * DAY_MINUTES
        who = np.concatenate([who, dying])
        start = np.concatenate([start, plus_minutes(death_at[dying], -before)])
        end = np.concatenate([end, death_at[dying]])
        terminal = np.concatenate([terminal, np.ones(len(dying), dtype=bool)])
        order = np.lexsort((start, who))
        ill = plus_minutes(start, -self.rng.gamma(2.0, 1.3, len(who)) * DAY_MINUTES)
        return Admissions(who[order], ill[order], start[order], end[order], terminal[order]), death_at

    def _clock(self, week: Floats) -> Minutes:
        """Times in the week, more by day than by night."""
        day = np.floor(week * 7)
        hour = np.clip(np.round(self.rng.normal(840, 330, len(week))), 0, DAY_MINUTES - 1)
        return plus_minutes(minute(self.period.start), day * DAY_MINUTES + hour)


def days_in_hospital(age: Floats, median: float, rng: np.random.Generator) -> Floats:
    """Lengths of stays in days: about `median` in middle age, longer for the old."""
    middle = median * np.interp(age, [20, 65, 90], [0.7, 1.1, 1.6])
    return np.asarray(np.clip(middle * np.exp(rng.normal(0, 0.85, len(age))), 0.3, 75))


def _rise(people: Constitution, added: Floats) -> tuple[Days, Floats]:
    """Onsets of the conditions that add something, and what they add."""
    places = np.flatnonzero(added)
    return people.onset[:, places], added[places]
