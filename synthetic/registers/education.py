"""Highest completed education (`udda`): who gets how far, and what somebody has completed by a day.

How far somebody gets follows the social position and the year of birth. The four digits of `hfaudd` name one education
and tell no level; the level stands in EDUCATIONS (main groups of DISCED-15: 10 basic school, 20 upper secondary,
30 vocational, 40 short, 50 medium, 60 bachelor, 70 long, 80 PhD, 90 unknown). The codes, their levels, the shares of
the levels and the delay are not verified.
"""

from dataclasses import dataclass

import numpy as np

from synthetic.columns import Bools, Days, Floats, Ints, dates, pick, plus_days, table
from synthetic.registers.population import registered
from synthetic.world import Block, Rows, concatenated

SCHOOL_AGE = 15
KNOWN_AFTER = 200  # Days from the reference day.
UNKNOWN = 0.2  # Of the immigrants, whose education from abroad nobody knows.
OF_POSITION = 0.65  # Correlation of the length of education with the social position.

BASIC, SECONDARY, VOCATIONAL, SHORT, MEDIUM, BACHELOR, LONG, PHD, NOT_KNOWN = range(9)
LEVELS = (10, 20, 30, 40, 50, 60, 70, 80, 90)
FINISHED_AT = (16.0, 19.4, 22.5, 23.5, 26.0, 24.5, 27.0, 31.0)  # Age, by level.
# Level, code, weight among men and women of the level.
EDUCATIONS: tuple[tuple[int, str, float, float], ...] = (
    (BASIC, "1007", 1, 1),
    (BASIC, "1009", 5, 5),
    (BASIC, "1010", 4, 4),
    (SECONDARY, "1895", 5, 6),
    (SECONDARY, "1531", 2, 3),
    (SECONDARY, "1517", 3, 1),
    (VOCATIONAL, "4280", 5, 0.2),
    (VOCATIONAL, "4440", 4, 0.2),
    (VOCATIONAL, "4112", 3, 0.2),
    (VOCATIONAL, "3615", 3, 5),
    (VOCATIONAL, "4871", 1, 2),
    (VOCATIONAL, "4943", 0.3, 5),
    (SHORT, "5040", 3, 2),
    (SHORT, "5075", 2, 2),
    (MEDIUM, "5166", 0.3, 6),
    (MEDIUM, "5186", 2, 5),
    (MEDIUM, "5195", 2, 4),
    (MEDIUM, "5330", 5, 1),
    (BACHELOR, "6105", 2, 2),
    (BACHELOR, "6412", 2, 2),
    (LONG, "6519", 3, 3),
    (LONG, "7030", 4, 3),
    (LONG, "7510", 5, 2),
    (LONG, "7640", 1, 2),
    (PHD, "8001", 1, 1),
    (NOT_KNOWN, "9999", 1, 1),
)
# Shares of the levels from basic school to PhD, by year of birth; what is short of 1 falls to basic school.
BORN = (1930, 1950, 1970, 1990, 2010)
SHARES = (
    (0.50, 0.02, 0.33, 0.03, 0.08, 0.00, 0.04, 0.00),
    (0.32, 0.03, 0.39, 0.04, 0.14, 0.01, 0.07, 0.00),
    (0.17, 0.05, 0.42, 0.07, 0.17, 0.01, 0.10, 0.01),
    (0.14, 0.06, 0.31, 0.07, 0.20, 0.03, 0.17, 0.02),
    (0.13, 0.07, 0.30, 0.07, 0.21, 0.03, 0.17, 0.02),
)


@dataclass(frozen=True, eq=False)
class Schooling:
    """Per person: `level` that is reached in the end (a position in LEVELS, NOT_KNOWN for some immigrants), the day on
    which it is, and per level the day on which a person on the way there completes it (levels x people, NaT when not).
    `code` are positions in EDUCATIONS, levels x people.
    """

    level: Ints
    finished: Days
    completed: Days
    code: Ints

    def on(self, who: Ints, day: np.datetime64) -> Ints:
        """The highest completed level of people on a day; basic school before anything else is completed."""
        done = self.completed[:, who] <= day  # NaT is never.
        highest = len(FINISHED_AT) - 1 - np.argmax(done[::-1], axis=0)
        return np.where(self.level[who] == NOT_KNOWN, NOT_KNOWN, np.where(done.any(axis=0), highest, BASIC))


def schooling(block: Block) -> Schooling:
    """The education of all people of a block; the same whenever it is asked for."""
    people, rng = block.people, block.rng("education")
    size = len(people)
    score = OF_POSITION * people.position + np.sqrt(1 - OF_POSITION**2) * rng.normal(size=size)
    share = _share(score)
    year = people.birth.astype("datetime64[Y]").astype(np.int64) + 1970
    upto = np.stack([np.interp(year, BORN, column) for column in zip(*SHARES, strict=True)]).cumsum(axis=0)
    level = np.minimum((share[None, :] > upto).sum(axis=0), PHD)
    age = np.array(FINISHED_AT)[:, None] + rng.gamma(2.0, 0.45, (len(FINISHED_AT), size))
    age[BASIC] = FINISHED_AT[BASIC]
    day = _end_of_june(plus_days(np.broadcast_to(people.birth, age.shape), age * 365.25))
    completed = np.where(_on_the_way(level), day, np.datetime64("NaT", "D"))
    reached = np.where((people.origin == 2) & (rng.random(size) < UNKNOWN), NOT_KNOWN, level)
    code = np.zeros((len(LEVELS), size), dtype=np.int64)
    draw = rng.random(size)
    for one in range(len(LEVELS)):
        places = np.array([place for place, row in enumerate(EDUCATIONS) if row[0] == one])
        for sex in (1, 2):
            weight = np.array([EDUCATIONS[place][1 + sex] for place in places], dtype=np.float64)
            at = people.sex == sex
            code[one, at] = places[np.searchsorted(np.cumsum(weight / weight.sum())[:-1], draw[at], side="right")]
    return Schooling(reached, day[level, np.arange(size)], completed, code)


def education_rows(block: Block) -> Rows:
    """`udda`: one row per person of 15 or more and year, by year: the highest completed education on 30 September.

    `hf_vfra` is the day on which it was completed (NULL when the education is unknown). Columns from
    `danish-registers.md`; that the reference day is 30 September is not verified.
    """
    people, found = block.people, schooling(block)
    parts = []
    for year in range(block.period.first_year, block.period.last_year + 1):
        day = np.datetime64(f"{year}-09-30", "D")
        who = registered(people, day)
        when = np.full(len(who), day)
        grown = people.age(who, when) >= SCHOOL_AGE
        who, when = who[grown], when[grown]
        level = found.on(who, day)
        since = found.completed[np.minimum(level, PHD), who]
        since = np.where((level == NOT_KNOWN) | (since > day), np.datetime64("NaT", "D"), since)
        rows = table(
            {
                "pnr": people.pnr(who, when),
                "hfaudd": pick([code for _, code, *_ in EDUCATIONS], found.code[level, who]),
                "hf_vfra": dates(since),
                "referencetid": dates(when),
            }
        )
        parts.append(Rows(rows, who, plus_days(when, KNOWN_AFTER)))
    return concatenated(parts)


def _on_the_way(level: Ints) -> Bools:
    """Levels x people: which levels somebody completes who reaches `level` in the end."""
    one = np.arange(len(FINISHED_AT))[:, None]
    way = (one == level) | (one == BASIC)
    way |= (one == SECONDARY) & (level > VOCATIONAL)
    return np.asarray(way | ((one == BACHELOR) & (level >= LONG)) | ((one == LONG) & (level == PHD)))


def _end_of_june(day: Days) -> Days:
    """The 30 June of the years of days."""
    months = day.astype("datetime64[Y]").astype("datetime64[M]").astype(np.int64) + 6
    return plus_days(months.astype("datetime64[M]").astype("datetime64[D]"), -1)


def _share(score: Floats) -> Floats:
    """The share of the population below standard normal scores (logistic approximation, off by 0.01 at most)."""
    return np.asarray(1 / (1 + np.exp(-1.702 * score)))
