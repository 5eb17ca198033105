"""Population registers: `bef` (who lived where at the end of each quarter) and `dod` (deaths)."""

import numpy as np
import pyarrow as pa

from synthetic.columns import Ints, dates, integers, replaced, table, texts
from synthetic.people.names import MUNICIPALITIES, REGION
from synthetic.people.people import People
from synthetic.world import Block, Rows, concatenated

REGISTERED_LATE = 60  # Days from a quarter's end to the correction of a move that was registered late.


def snapshot_rows(block: Block) -> Rows:
    """`bef`: one row per person and quarter; moves that were registered late are delivered wrong first."""
    return concatenated([_quarter(block, day) for day in block.period.quarter_ends()])


def _quarter(block: Block, day: np.datetime64) -> Rows:
    people = block.people
    who = registered(people, day)
    known = np.full(len(who), day)
    late = block.sown(len(who), 0.01, f"late moves {day}")
    corrected = np.where(late, known + np.timedelta64(REGISTERED_LATE, "D"), known)
    rows = Rows(_snapshot(people, who, day), who, corrected, marks={"corrected": late})
    if not block.visible(known[late], corrected[late]).any():
        return rows
    right = rows.where(late)
    # What the first delivery says of them: a move that was registered late, a family of another size.
    codes = np.array(REGION)
    kom = right.table.column("kom").to_numpy()
    first = {
        "kom": np.where(kom == codes[0], codes[1], codes[0]),
        "reg": np.full(len(kom), 82),
        "antpersf": right.table.column("antpersf").to_numpy() + 1,
    }
    wrong = replaced(right.table, {name: integers(values) for name, values in first.items()})
    return concatenated([Rows(wrong, right.who, known[late], right.known), rows])


def death_rows(block: Block) -> Rows:
    """`dod`: one row per person who died in the period while in Denmark, by date."""
    people = block.people
    who = np.flatnonzero(~np.isnat(people.death) & people.in_register)
    who = who[np.argsort(people.death[who], kind="stable")]
    years = _whole_years(people, who)
    zero = np.zeros(len(who), dtype=np.int64)
    rows = table(
        {
            "pnr": people.pnr(who, people.death[who]),
            "doddato": dates(people.death[who]),
            "alder_haend": integers(years),
            "cprtjek": integers(zero),
            "cprtype": integers(zero),
        }
    )
    return Rows(rows, who, people.death[who] + np.timedelta64(3, "D"))


def registered(people: People, day: np.datetime64) -> Ints:
    """Who is in the population register on a day: alive, in Denmark, with a CPR number."""
    alive = np.isnat(people.death) | (people.death > day)
    return np.flatnonzero(
        alive & (people.birth <= day) & (people.arrived <= day) & (people.left > day) & (people.registered_from <= day)
    )


def _whole_years(people: People, who: Ints) -> Ints:
    birth, death = people.birth[who], people.death[who]
    months = death.astype("datetime64[M]").astype(np.int64) - birth.astype("datetime64[M]").astype(np.int64)
    day = (birth - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    at = (death - death.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return np.asarray((months - (at < day)) // 12)


def _snapshot(people: People, who: Ints, day: np.datetime64) -> pa.Table:
    when = np.full(len(who), day)
    kom = people.kom(who, when)
    regions = {code: region for code, region, *_ in MUNICIPALITIES}
    reg = np.zeros(1000, dtype=np.int64)
    reg[list(regions)] = list(regions.values())
    spouse = people.spouse[who]
    gone = np.where(spouse >= 0, people.death[spouse] <= day, False)
    status = np.where(gone, "E", people.married[who])
    status = np.where(people.age(who, when) < 18, "U", status)
    return table(
        {
            "pnr": people.pnr(who, when),
            "koen": integers(people.sex_at(who, when)),
            "foed_dag": dates(people.birth[who]),
            "kom": integers(kom),
            "reg": integers(reg[kom]),
            "civst": pa.array(status, pa.string()),
            "familie_id": texts(people.family[who]),
            "antpersf": integers(_family_sizes(people, who)),
            "opr_land": integers(people.country[who]),
            "ie_type": integers(people.origin[who]),
            "referencetid": dates(when),
        }
    )


def _family_sizes(people: People, who: Ints) -> Ints:
    """How many of those who are registered on the day share the family."""
    _, family, sizes = np.unique(people.family[who], return_inverse=True, return_counts=True)
    return np.asarray(sizes[family])
