"""Tables of Statistics Denmark: `bef` (who lived where at the end of each quarter) and `dod` (deaths)."""

import numpy as np
import pyarrow as pa

from synthetic.columns import Ints, Period, dates, integers, pick, table, texts
from synthetic.names import IN_REGION, MUNICIPALITIES
from synthetic.people import People

LATE_MOVES = 8  # Rows of the last quarter that a second delivery corrects.


def snapshot_tables(people: People, period: Period, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    """`bef` in two parts: the years before the last, and the last year with a few corrected older rows.

    The first part is None when the period has one year only.
    """
    quarters = period.quarter_ends()
    before = [day for day in quarters if day < period.last_year_start]
    last = pa.concat_tables([_snapshot(people, day) for day in quarters if day >= period.last_year_start])
    if not before:
        return None, last
    parts = [_snapshot(people, day) for day in before[:-1]]
    right = _snapshot(people, before[-1])
    late = np.sort(rng.choice(right.num_rows, min(LATE_MOVES, right.num_rows), replace=False))
    # What the first delivery says of them: a move that was registered late, a family of another size.
    codes = np.array([code for code, *_ in MUNICIPALITIES[:IN_REGION]])
    kom = right.column("kom").to_numpy().copy()
    reg = right.column("reg").to_numpy().copy()
    size = right.column("antpersf").to_numpy().copy()
    kom[late] = np.where(kom[late] == codes[0], codes[1], codes[0])
    reg[late] = 82
    size[late] = size[late] + 1
    wrong = right
    for name, values in (("kom", kom), ("reg", reg), ("antpersf", size)):
        wrong = wrong.set_column(wrong.column_names.index(name), name, integers(values))
    return pa.concat_tables([*parts, wrong]), pa.concat_tables([right.take(pa.array(late)), last])


def death_table(people: People) -> pa.Table:
    """`dod`: one row per person who died in the period while in Denmark, by date."""
    who = np.flatnonzero(~np.isnat(people.death) & (people.death < people.left) & people.in_register)
    who = who[np.argsort(people.death[who], kind="stable")]
    years = _whole_years(people, who)
    zero = np.zeros(len(who), dtype=np.int64)
    return table(
        {
            "pnr": pick(people.cpr, who),
            "doddato": dates(people.death[who]),
            "alder_haend": integers(years),
            "cprtjek": integers(zero),
            "cprtype": integers(zero),
        }
    )


def _whole_years(people: People, who: Ints) -> Ints:
    birth, death = people.birth[who], people.death[who]
    months = death.astype("datetime64[M]").astype(np.int64) - birth.astype("datetime64[M]").astype(np.int64)
    day = (birth - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    at = (death - death.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    return np.asarray((months - (at < day)) // 12)


def _snapshot(people: People, day: np.datetime64) -> pa.Table:
    alive = np.isnat(people.death) | (people.death > day)
    here = alive & (people.birth <= day) & (people.arrived <= day) & (people.left > day) & people.in_register
    who = np.flatnonzero(here)
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
            "pnr": pick(people.cpr, who),
            "koen": integers(people.sex[who]),
            "foed_dag": dates(people.birth[who]),
            "kom": integers(kom),
            "reg": integers(reg[kom]),
            "civst": pa.array(status, pa.string()),
            "familie_id": texts(people.family[who]),
            "antpersf": integers(np.maximum(people.family_size[who] - gone, 1)),
            "opr_land": integers(people.country[who]),
            "ie_type": integers(people.origin[who]),
            "referencetid": dates(when),
        }
    )
