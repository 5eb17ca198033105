"""What people live of (`akm`): work, education, unemployment, illness, pension, year by year.

Position, education, age and illness decide: retirement at about 67, disability pension for the ill, which nobody
leaves before the retirement pension. Codes of `socio13` from `danish-registers.md`, which counts 410 among the
unemployed and 420 among the unknown; public code lists say 410 "Andre" and 420 "Børn under 15 år", which is followed
here. Shares of the groups and the delay are not verified.
"""

import numpy as np
import pyarrow as pa

from synthetic.columns import Bools, Days, Floats, Ints, dates, integers, plus_days, table
from synthetic.people.conditions import weights
from synthetic.registers.education import BACHELOR, LONG, MEDIUM, PHD, SHORT, Schooling, schooling
from synthetic.registers.population import registered
from synthetic.world import Block, Rows, concatenated

KNOWN_AFTER = 300  # Days from the end of the year.
CHILD_UNTIL = 15
OWNERS, OWNER_SHARES = (114, 113, 112, 111, 110), (0.60, 0.25, 0.08, 0.05, 0.02)
HELPING_SPOUSE, LEADERS, HIGHEST, MIDDLE, BASIC_SKILLS, OTHER_WORK, WORK_NOT_TOLD = 120, 131, 132, 133, 134, 135, 139
UNEMPLOYED, SICK, STUDENT, DISABILITY, PENSION, EARLY_RETIRED, ASSISTANCE, OTHERS, CHILD = (
    210,
    220,
    310,
    321,
    322,
    323,
    330,
    410,
    420,
)
# Above what a score of illness somebody gets disability pension, by age; above what score of hardship they live of
# assistance, or are unemployed.
DISABLED_AGES, DISABLED_ABOVE = (18, 30, 45, 60, 67), (2.4, 2.15, 1.85, 1.5, 1.5)
ASSISTANCE_ABOVE, UNEMPLOYED_ABOVE, SICK_ABOVE = 1.95, 1.6, 1.8
PENSION_AGE, LAST_AGE = 67.0, 70.0  # Nobody who is older than the last works.
EARLY_UNTIL = 66.0  # Who retires younger lives of early retirement pay.


def year_ends(block: Block) -> Days:
    """The last day of every year of the period."""
    years = np.arange(block.period.first_year + 1, block.period.last_year + 2) - 1970
    return plus_days(years.astype("datetime64[Y]").astype("datetime64[D]"), -1)


def occupations(block: Block) -> Ints:
    """`socio13` of years x people, as it would be for everybody at the end of every year; the same whenever it is
    asked for.
    """
    people, rng = block.people, block.rng("livelihood")
    size, ends, learned = len(people), year_ends(block), schooling(block)
    own, own_work, own_health = rng.normal(size=(3, size))
    retires = np.clip(rng.normal(66.8, 1.3, size), 61.0, LAST_AGE)
    work = _work(block, learned, own_work, rng)
    noise = rng.normal(size=(2, len(ends), size))
    other, works_beside = rng.random((2, size))
    everyone, added = np.arange(size), weights("admission")
    out = np.zeros((len(ends), size), dtype=np.int64)
    for year, day in enumerate(ends):
        age = people.age(everyone, np.full(size, day))
        ill = (people.onset <= day) @ added
        unwell = 0.55 * people.frailty - 0.35 * people.position + 0.9 * ill + 0.6 * own_health
        hard = -0.55 * people.position + 0.3 * people.frailty + 0.55 * own + 0.45 * noise[0, year] + 0.2 * ill
        weary = 0.4 * people.frailty + 0.4 * ill + 0.7 * noise[1, year]
        learning = (learned.finished > day) & (age < 33) & (works_beside < 0.85) | (age < 18)
        disabled = unwell > np.interp(age, DISABLED_AGES, DISABLED_ABOVE)
        retired = age >= retires
        out[year] = np.select(
            [
                age < CHILD_UNTIL,
                (age >= PENSION_AGE) & (retired | disabled),
                disabled & (age >= 18),
                retired & (age >= EARLY_UNTIL),
                retired,
                learning,
                hard > ASSISTANCE_ABOVE,
                hard > UNEMPLOYED_ABOVE,
                weary > SICK_ABOVE,
                other < 0.015,
            ],
            [CHILD, PENSION, DISABILITY, PENSION, EARLY_RETIRED, STUDENT, ASSISTANCE, UNEMPLOYED, SICK, OTHERS],
            work,
        )
    return out


def occupation_rows(block: Block) -> Rows:
    """`akm`: one row per person who is registered on the last day of a year, by year."""
    people, found = block.people, occupations(block)
    parts = []
    for year, day in enumerate(year_ends(block)):
        who = registered(people, day)
        when = np.full(len(who), day)
        parts.append(Rows(_table(block, who, when, found[year, who]), who, plus_days(when, KNOWN_AFTER)))
    return concatenated(parts)


def works(code: Ints) -> Bools:
    """Whether codes of `socio13` are those of people at work."""
    return np.asarray((code >= OWNERS[-1]) & (code <= WORK_NOT_TOLD))


def _table(block: Block, who: Ints, when: Days, code: Ints) -> pa.Table:
    return table(
        {"pnr": block.people.pnr(who, when), "socio13": integers(code), "referencetid": dates(when)},
    )


def _work(block: Block, learned: Schooling, own: Floats, rng: np.random.Generator) -> Ints:
    """The kind of work that somebody has when at work: more demanding by education and position."""
    people, level = block.people, learned.level
    demands = np.select(
        [level == PHD, level == LONG, (level == MEDIUM) | (level == BACHELOR), level == SHORT],
        [2.0, 1.7, 1.1, 0.4],
        -0.2,
    )
    score = demands + 0.45 * people.position + 0.45 * own
    draw, owner, which = rng.random((3, len(people)))
    code = np.select(
        [score > 2.6, score > 1.2, score > 0.5, score > -0.9], [LEADERS, HIGHEST, MIDDLE, BASIC_SKILLS], OTHER_WORK
    )
    code = np.where(draw < 0.04, WORK_NOT_TOLD, code)
    owners = np.array(OWNERS)[np.searchsorted(np.cumsum(OWNER_SHARES)[:-1], which, side="right")]
    code = np.where(owner < np.where(people.sex == 1, 0.09, 0.045), owners, code)
    return np.where((draw > 0.997) & (people.spouse >= 0), HELPING_SPOUSE, code)
