"""Income of families (`faik`): what its members live of, shared and made comparable between families of all sizes.

The levels are set by hand so that the median of adults is about 250,000 DKK in 2019 and grows by 2.5 % a year; the
median, the growth and the delay are from memory, not verified.
"""

import numpy as np
import pyarrow as pa

from synthetic.columns import Days, Floats, Ints, dates, integers, plus_days, table, texts
from synthetic.registers.livelihood import (
    ASSISTANCE,
    CHILD,
    DISABILITY,
    EARLY_RETIRED,
    HIGHEST,
    LEADERS,
    MIDDLE,
    OTHER_WORK,
    OTHERS,
    PENSION,
    SICK,
    STUDENT,
    UNEMPLOYED,
    occupations,
    works,
    year_ends,
)
from synthetic.registers.population import registered
from synthetic.world import Block, Rows, concatenated

KNOWN_AFTER, CORRECTED_AFTER = 270, 90  # Days from the end of the year, and from there to a correction.
LEVEL, LEVEL_YEAR, GROWTH = 240_000.0, 2019, 0.025  # DKK of somebody in work that needs basic skills.
LOWEST = 20_000
# Logarithm of the income after tax, beside that of work that needs basic skills.
BY_CODE = {
    LEADERS: 0.50,
    HIGHEST: 0.28,
    MIDDLE: 0.14,
    OTHER_WORK: -0.08,
    UNEMPLOYED: -0.33,
    SICK: -0.28,
    STUDENT: -0.70,
    DISABILITY: -0.33,
    PENSION: -0.25,
    EARLY_RETIRED: -0.25,
    ASSISTANCE: -0.48,
    OTHERS: -0.60,
}
OF_POSITION, OWN, OF_YEAR, OWNERS_MORE = 0.17, 0.13, 0.05, 0.30
FURTHER_ADULT, FURTHER_CHILD = 0.5, 0.3  # Weights of the equivalence scale; of 15 years or more, younger.


def income_rows(block: Block) -> Rows:
    """`faik`: one row per family and year, by year: equivalised disposable income in DKK of the families that are
    registered on the last day of the year; a few were delivered otherwise first.

    A row stands under the member of the family who is counted first in the world. `famaekvivadisp_13` is the
    disposable income of the family divided by 1, and 0.5 for every further member of 15 years or more, and 0.3 for
    every younger one (from public documentation of the column). The family's number is that of `bef`.
    """
    people, own = block.people, _own_incomes(block)
    parts = []
    for year, day in enumerate(year_ends(block)):
        who = registered(people, day)
        _, first, family = np.unique(people.family[who], return_index=True, return_inverse=True)
        older = people.age(who, np.full(len(who), day)) >= 15
        adults = np.bincount(family, older)
        weight = 1 + FURTHER_ADULT * np.maximum(adults - 1, 0) + FURTHER_CHILD * np.bincount(family, ~older)
        income = np.maximum(np.round(np.bincount(family, own[year, who]) / weight), LOWEST)
        parts.append(_versions(block, who[first], day, income))
    return concatenated(parts)


def _own_incomes(block: Block) -> Floats:
    """Disposable income in DKK of years x people."""
    people, code, rng = block.people, occupations(block), block.rng("income")
    level = np.zeros(code.shape)
    for one, added in BY_CODE.items():
        level[code == one] = added
    own = rng.normal(size=len(people))
    spread = np.where(works(code) & (code < LEADERS), OWNERS_MORE, OWN)
    year = np.arange(len(code))[:, None]
    age = people.age(np.arange(len(people)), np.full(len(people), block.period.start)) + year
    experience = np.where(works(code), np.interp(age, [18, 28, 40, 52, 65], [-0.30, -0.06, 0.10, 0.16, 0.10]), 0.0)
    log = level + experience + OF_POSITION * people.position + spread * own + OF_YEAR * rng.normal(size=code.shape)
    growth = (1 + GROWTH) ** (block.period.first_year - LEVEL_YEAR + year)
    return np.where(code == CHILD, 0.0, LEVEL * growth * np.exp(log))


def _versions(block: Block, lead: Ints, day: np.datetime64, income: Floats) -> Rows:
    when = np.full(len(lead), day)
    known = plus_days(when, KNOWN_AFTER)
    late = block.sown(len(lead), 0.01, f"corrected incomes {day}")
    right = np.where(late, plus_days(known, CORRECTED_AFTER), known)
    rows = Rows(_table(block, lead, when, income), lead, right, marks={"corrected": late})
    if not block.visible(known[late], right[late]).any():
        return rows
    first = _table(block, lead[late], when[late], np.round(income[late] * 0.9))
    return concatenated([Rows(first, lead[late], known[late], right[late]), rows])


def _table(block: Block, lead: Ints, when: Days, income: Floats) -> pa.Table:
    return table(
        {
            "familie_id": texts(block.people.family[lead]),
            "famaekvivadisp_13": integers(income),
            "referencetid": dates(when),
        }
    )
