"""Moves in and out of Denmark (`vnds`), and CPR numbers that were changed (`cpr_skift`)."""

import numpy as np
import pyarrow as pa

from synthetic.columns import NEVER, dates, pick, plus_days, table
from synthetic.people.people import CHANGES, REPLACED
from synthetic.world import Block, Rows

REGISTERED_AFTER = 7  # Days from a move to its registration; not verified.
LATE = (30, 60)  # Days more, for moves that were registered late.


def movement_rows(block: Block) -> Rows:
    """`vnds`: one row per move in (I) or out (U) of Denmark in the period, by date; columns as `danish-registers.md`.

    Who never moved has no row. A death before the day of leaving means that nobody left.
    """
    people, period = block.people, block.period
    alive = np.where(np.isnat(people.death), NEVER, people.death)
    day = np.concatenate([people.arrived, people.left])
    who = np.tile(np.arange(len(people)), 2)
    out = np.arange(len(day)) >= len(people)
    happens = (day >= period.start) & (day < period.end) & (day < alive[who]) & (day >= people.birth[who])
    kept = np.flatnonzero(happens & people.in_register[who])
    kept = kept[np.lexsort((who[kept], day[kept]))]
    who, day, out = who[kept], day[kept], out[kept]
    late = block.sown(len(who), 0.1, "late moves abroad")
    delay = REGISTERED_AFTER + late * block.rng("vnds").integers(*LATE, len(who))
    rows = table(
        {
            "pnr": people.pnr(who, day),
            "haend_dato": dates(day),
            "indud_kode": pick(["I", "U"], out.astype(np.int64)),
        }
    )
    return Rows(rows, who, plus_days(day, delay), marks={"late_row": late})


def number_change_rows(block: Block) -> Rows:
    """`cpr_skift`: one row per CPR number that was changed for another, by date: the old number, the new one, the day
    from which the new one holds, and why (`rettelse`, `koensskifte`, `erstatningsnummer`).

    Columns and reasons are the project's own; that the
    old numbers stay known to the CPR office, and that their successors are delivered as a list, is not verified.
    """
    people = block.people
    day = people.cpr_changed
    seen = (day >= people.seen_from.astype("datetime64[D]")) & (day < people.seen_to.astype("datetime64[D]"))
    who = np.flatnonzero(seen & people.in_register)
    who = who[np.argsort(day[who], kind="stable")]
    rows = table(
        {
            "gammelt_pnr": pa.array(people.cpr_before[who], pa.string()),
            "nyt_pnr": pa.array(people.cpr[who], pa.string()),
            "skiftedato": dates(day[who]),
            "aarsag": pick(CHANGES, people.cpr_reason[who]),
        }
    )
    replaced = people.cpr_reason[who] == REPLACED
    marks = {"changed_number": ~replaced, "replacement_number": replaced}
    return Rows(rows, who, plus_days(day[who], 1), marks=marks)
