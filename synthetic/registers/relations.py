"""Who belongs to whom (`cpr_relation`): CPR numbers of mother, father and spouse."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.columns import Days, Ints, table
from synthetic.people.people import People
from synthetic.world import Block, Rows

OF_AGE = 18


def relation_rows(block: Block) -> Rows:
    """`cpr_relation`: one row per person with a relation, as it is at the end of the period: the person's number and
    those of mother, father and spouse (columns of BEF), empty when unknown. That the CPR office delivers it as a list
    of its own is not verified.
    """
    people = block.people
    end = np.full(len(people), block.period.end - np.timedelta64(1, "D"))
    who = np.flatnonzero(people.in_register)
    end = end[who]
    related = relation_columns(people, who, end)
    some = ~np.all([column.is_null().to_numpy(zero_copy_only=False) for column in related.values()], axis=0)
    rows = table({"pnr": people.pnr(who, end), **related}).filter(pa.array(some))
    return Rows(rows, who[some], end[some] + np.timedelta64(1, "D"))


def relation_columns(people: People, who: Ints, when: Days) -> dict[str, pa.Array]:
    """`mor_id`, `far_id` and `aegte_id` of people on days: CPR numbers as they are on the day, NULL when unknown.

    Parents are known of the children born in the period, and stay known after their death; a spouse is named as long
    as both are alive and of age. Column names from `danish-registers.md`; the rules about death are not verified.
    """
    spouse = people.spouse[who]
    other = np.maximum(spouse, 0)
    together = (spouse >= 0) & (people.age(who, when) >= OF_AGE) & (people.age(other, when) >= OF_AGE)
    together &= ~(people.death[who] <= when) & ~(people.death[other] <= when)
    return {
        "mor_id": _numbers(people, people.mother[who], when),
        "far_id": _numbers(people, people.father[who], when),
        "aegte_id": _numbers(people, np.where(together, spouse, -1), when),
    }


def _numbers(people: People, whose: Ints, when: Days) -> pa.Array:
    """The CPR numbers of the people at these places; NULL where the place is -1."""
    known = pa.array(whose >= 0)
    return pc.if_else(known, people.pnr(np.maximum(whose, 0), when), pa.scalar(None, pa.string()))
