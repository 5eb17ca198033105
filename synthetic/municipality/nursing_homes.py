"""Stays in nursing homes (`plh`), which begin when care at home no longer suffices and end with death."""

import numpy as np
import pyarrow as pa

from synthetic.columns import Days, dates, plus_days, table, texts
from synthetic.municipality.care import Spells, spells
from synthetic.people.course import NURSING_HOME
from synthetic.world import Block, Rows, concatenated

HOMES_OF_MUNICIPALITY = 14
TOLD_AFTER = 20  # Days from a move in or out until the register knows.
_OPEN = np.datetime64("NaT", "D")


def stay_rows(block: Block) -> Rows:
    """`plh`: one row per stay in a nursing home; while it lasts its end is empty, so that it is delivered twice.

    The names of the columns and the numbers of homes are the project's: the register's own are not verified. A stay
    that was under way when the period begins starts with the period.
    """
    found = spells(block.people, NURSING_HOME)
    shift = block.rng("plh").integers(0, 7, len(found.who))
    start = np.where(found.first > 0, plus_days(found.start, shift), found.start)
    start = np.where(start < np.where(np.isnat(found.end), start + 1, found.end), start, found.start)
    order = np.lexsort((found.who, start))
    found = Spells(found.who[order], found.first[order], found.after[order], start[order], found.end[order])
    ended = ~np.isnat(found.end)
    known = plus_days(found.start, TOLD_AFTER)
    told = np.where(ended, plus_days(np.where(ended, found.end, found.start), TOLD_AFTER), known)
    right = Rows(_table(block, found, found.end), found.who, told)
    twice = ended & block.visible(known, told)
    if not twice.any():
        return right
    first = Rows(_table(block, found, np.full(len(ended), _OPEN)), found.who, known, told)
    return concatenated([first.where(twice), right])


def _table(block: Block, found: Spells, end: Days) -> pa.Table:
    people = block.people
    kom = people.kom(found.who, found.start)
    home = kom * 100 + 1 + people.number[found.who] * 7919 % HOMES_OF_MUNICIPALITY
    return table(
        {
            "pnr": people.pnr(found.who, found.start),
            "start": dates(found.start),
            "slut": dates(end),
            "plejehjem_id": texts(home, prefix="PH"),
            "kommune_kode": texts(kom, width=4),
        }
    )
