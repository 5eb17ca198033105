"""Drinking water: what was measured in every supply area (`drikkevand`), and which area supplies whom
(`vandforsyning`).
"""

import numpy as np
import pyarrow as pa

from synthetic.catalogue.water import SUBSTANCES, area_of, areas
from synthetic.columns import Bools, Days, Floats, Ints, dates, numbers, pick, plus_days, table, texts
from synthetic.people.names import REGION
from synthetic.world import Block, Rows, concatenated

REPORTED_AFTER = (10, 40)  # Days from a sample to its result; not verified.
MOVE_KNOWN_AFTER = 5
OF_A_SAMPLE = 0.15  # Spread of the logarithm of a result around the area's level.
WIDTH = 6  # Digits of an area's number.


def sample_rows(block: Block) -> Rows:
    """`drikkevand`: one row per supply area, substance and quarter, by date; only block 0 has rows, all of them under
    its first adult, because they are about no person.

    `maengde` is in `enhed`; below the detection limit `attribut` is "<" and `maengde` the limit. The columns are
    modelled on the public well database Jupiter from memory: not verified.
    """
    found, period, rng = areas(), block.period, block.rng("drikkevand")
    if block.number:
        nothing, no_day = np.zeros(0, dtype=np.int64), np.zeros(0, dtype="datetime64[D]")
        return Rows(_samples(nothing, nothing, no_day, np.zeros(0, dtype=np.float64)), nothing, no_day)
    size, quarters = len(found.number), period.quarter_ends()
    parts: list[tuple[Ints, Ints, Days, Floats]] = []
    for place, one in enumerate(SUBSTANCES):
        level = np.clip(one.median * np.exp(one.spread * rng.normal(size=size)), one.lowest, one.highest)
        trend = 1 + rng.normal(0, 0.01, size) * np.arange(len(quarters))[:, None] / 4  # Years.
        result = level * trend * np.exp(OF_A_SAMPLE * rng.normal(size=(len(quarters), size)))
        day = plus_days(np.repeat(quarters[:, None], size, axis=1), -rng.integers(4, 88, result.shape))
        weekday = (day.astype(np.int64) + 3) % 7
        day = plus_days(day, -np.where(weekday > 4, weekday - 4, 0))
        area = np.broadcast_to(np.arange(size), result.shape)
        parts.append((area.ravel(), np.full(result.size, place), day.ravel(), result.ravel()))
    area, substance, day, result = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((substance, area, day))
    area, substance, day, result = area[order], substance[order], day[order], result[order]
    late = block.sown(len(area), 0.02, "late samples")
    known = plus_days(day, rng.integers(*REPORTED_AFTER, len(day)) + late * rng.integers(60, 200, len(day)))
    rows = _samples(area, substance, day, result)
    return Rows(rows, np.zeros(len(area), dtype=np.int64), known, marks={"late_row": late})


def supply_rows(block: Block) -> Rows:
    """`vandforsyning`: one row per person and home in the region in the period: supply area, from `fra` to the day
    before `til` (NULL while it lasts). A home that somebody left was delivered without `til` before.
    """
    people, period = block.people, block.period
    start, end = people.seen_from.astype("datetime64[D]"), people.seen_to.astype("datetime64[D]")
    moved = np.clip(people.moved, start, end)
    who = np.tile(np.arange(len(people)), 2)
    kom = np.concatenate([people.kom_before, people.kom_after])
    begin, stop = np.concatenate([start, moved]), np.concatenate([moved, end])
    inside = np.isin(kom, REGION)
    kept = np.flatnonzero(inside & (begin < stop) & people.in_register[who])
    kept = kept[np.lexsort((begin[kept], who[kept]))]
    who, kom, begin, stop = who[kept], kom[kept], begin[kept], stop[kept]
    number = area_of(kom, people.family[who])
    closed = stop < period.end
    known = plus_days(begin, MOVE_KNOWN_AFTER)
    ended = np.where(closed, np.maximum(plus_days(stop, MOVE_KNOWN_AFTER), known), known)
    rows = Rows(_supplies(block, who, number, begin, stop, closed), who, ended)
    shown = np.flatnonzero(closed & (known < ended))
    shown = shown[block.visible(known[shown], ended[shown])]
    if not len(shown):
        return rows
    still = np.zeros(len(shown), dtype=bool)
    first = _supplies(block, who[shown], number[shown], begin[shown], stop[shown], still)
    return concatenated([Rows(first, who[shown], known[shown], ended[shown]), rows])


def _samples(area: Ints, substance: Ints, day: Days, result: Floats) -> pa.Table:
    found = areas()
    limit = np.array([one.detection for one in SUBSTANCES])[substance]
    below = result < limit
    shown = np.where(below, limit, result)
    for place, one in enumerate(SUBSTANCES):
        shown = np.where(substance == place, np.round(shown, one.decimals), shown)
    return table(
        {
            "anlaeg_id": texts(found.number[area], width=WIDTH),
            "anlaeg_navn": pick(found.name, area),
            "kommune": texts(found.kom[area], width=4),
            "stof": pick([one.name for one in SUBSTANCES], substance),
            "proevedato": dates(day),
            "maengde": numbers(shown),
            "attribut": pick(["<"], np.zeros(len(area), dtype=np.int64), missing=~below),
            "enhed": pick([one.unit for one in SUBSTANCES], substance),
        }
    )


def _supplies(block: Block, who: Ints, number: Ints, begin: Days, stop: Days, closed: Bools) -> pa.Table:
    return table(
        {
            "pnr": block.people.pnr(who, begin),
            "anlaeg_id": texts(number, width=WIDTH),
            "fra": dates(begin),
            "til": dates(np.where(closed, stop, np.datetime64("NaT", "D"))),
        }
    )
