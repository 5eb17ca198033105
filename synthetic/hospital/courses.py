"""Courses of care (`lpr_a_forloeb`): what the contacts of one person in one specialty belong to, since LPR3.

A course starts with a referral or with its first contact, contacts lie inside it, and it is closed half a year after
the last of them, when that is long ago (rules 02.01-03, 05.21-24, 05.31, 06.01 and 06.02). Columns as in LPR_A; that
times are whole minutes is not verified.
"""

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import SPECIALTIES
from synthetic.columns import (
    NEVER,
    Bools,
    Ints,
    Minutes,
    emptied,
    firsts,
    pick,
    plus_days,
    plus_minutes,
    table,
    texts,
    timestamps,
)
from synthetic.hospital.contacts import LPR3_FROM
from synthetic.hospital.hospital_stays import OPEN
from synthetic.hospital.lpr3 import finished_rows
from synthetic.world import Block, Rows, concatenated

CLOSED_AFTER, LONG_AGO = 180, 400  # Days after the last contact; days before the end of the period.
LABELS = ("ALAL90", "ALAL51", "ALAL03", "ALAL01")
ENDS = ("ALAC50", "ALAC20", "ALAC01", "ALAC70")
REFERRALS = ("ALDA30", "ALDA20", "ALDA11")


def course_rows(block: Block) -> Rows:
    """`lpr_a_forloeb`: one row per course, open until its end is known."""
    contacts, people, rng = block.contacts, block.people, block.rng("lpr_a_forloeb")
    place = np.flatnonzero(contacts.start >= LPR3_FROM)
    place = place[np.lexsort((contacts.start[place], contacts.course[place]))]
    if not len(place):
        return _rows(block, place, np.array([], dtype="datetime64[m]"), place.astype(bool), rng)
    first = firsts(contacts.course[place])
    last = np.maximum.reduceat(np.where(np.isnat(contacts.end), OPEN, contacts.end)[place], first)
    closed = last < plus_minutes(np.array(block.period.end, dtype="datetime64[m]"), -LONG_AGO * 1440)
    death = people.death_at[contacts.who[place[first]]]
    end = plus_minutes(last, CLOSED_AFTER * 1440)
    died = ~np.isnat(death) & (death < end)
    end = np.where(died, np.maximum(death, last), end)
    rows = _rows(block, place[first], end, died, rng)
    ended = plus_days(end.astype("datetime64[D]"), 1)
    after = Rows(rows.table, rows.who, np.where(closed, ended, rows.known))
    before = _opened(rows, closed)
    before = Rows(before.table, before.who, before.known, ended[closed])
    return concatenated([before, after.where(closed), _opened(after, ~closed)])


def _rows(block: Block, at: Ints, end: Minutes, died: Bools, rng: np.random.Generator) -> Rows:
    """The courses as they are when closed, by the place of their first contact."""
    contacts, people, size = block.contacts, block.people, len(at)
    who, begins, planned = contacts.who[at], contacts.start[at], ~contacts.acute[at]
    waited = rng.integers(1, 30, size) * 1440
    start = np.where(planned, plus_minutes(begins, -waited), begins)
    start = np.maximum(start, people.seen_from[who])
    referred = plus_minutes(start, -60 - rng.integers(0, 20, size) * 1440)
    specialty = contacts.specialty[at]
    names = list(SPECIALTIES)
    label = np.select(
        [specialty == names.index("obstetrics"), specialty == names.index("psychiatry"), rng.random(size) < 0.03],
        [1, 2, 3],
    )
    # A few follow an earlier course of the same person.
    order = np.lexsort((start, who))
    same = np.zeros(size, dtype=bool)
    same[1:] = (who[order][1:] == who[order][:-1]) & (start[order][1:] > start[order][:-1])
    before, follows = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    before[order] = np.append(0, contacts.course[at][order][:-1])[:size]
    follows[order] = same & (rng.random(size) < 0.1)
    rows = table(
        {
            "pnr": people.pnr(who, start),
            "dw_ek_forloeb": texts(contacts.course[at]),
            "dw_ek_forloeb_forrige": texts(before, missing=~follows),
            "forl_starttidspunkt": timestamps(start),
            "forl_sluttidspunkt": timestamps(end),
            "forl_henv_tidspunkt": timestamps(np.where(planned, referred, np.datetime64("NaT", "m"))),
            "forl_henv_maade": pick(REFERRALS, rng.integers(0, len(REFERRALS), size), missing=~planned),
            "forl_label": pick(LABELS, label),
            "forl_afslut_maade": pick(ENDS, np.where(died, 3, rng.integers(0, 3, size))),
            "forl_ans": finished_rows(block).table.column("kont_ans").combine_chunks().take(pa.array(at)),
            "lprindberetningssystem": pick(["LPR3"], np.zeros(size, dtype=np.int64)),
        }
    )
    known = plus_days(start.astype("datetime64[D]"), 1)
    return Rows(rows, who, known, np.full(size, NEVER))


def _opened(rows: Rows, which: Bools) -> Rows:
    """The rows of some courses as they are while open."""
    some = rows.where(which)
    return Rows(emptied(some.table, "forl_sluttidspunkt", "forl_afslut_maade"), some.who, some.known, some.until)
