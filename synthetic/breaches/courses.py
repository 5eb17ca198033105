"""Breaches of `lpr_a_forloeb`; those of rules about contacts are in courses of one attended contact, so that each is
one. No definition reads courses.
"""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.breaches.kinds import Breach, Seen, Telling, minutes, of, value
from synthetic.columns import Bools, Ints
from synthetic.hospital.contacts import PHYSICAL

KEY, BEFORE, REFERRED = "dw_ek_forloeb", "dw_ek_forloeb_forrige", "forl_henv_tidspunkt"
START, END, ENDED = "forl_starttidspunkt", "forl_sluttidspunkt", "forl_afslut_maade"
CONTACTS, BEGINS, ENDS = "_contacts", "_contact_start", "_contact_end"


def seen_courses(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Courses with the number of their contacts, the first start, the last end and a type of them, and whether another
    course follows.
    """
    columns = {"kont_starttidspunkt": "min", "kont_sluttidspunkt": "max", "kont_type": "min", "dw_ek_kontakt": "count"}
    grouped = telling.contacts().group_by(KEY).aggregate(list(columns.items()))
    names = (BEGINS, ENDS, "_kind", CONTACTS)
    told = {name: f"{column}_{how}" for name, (column, how) in zip(names, columns.items(), strict=True)}
    followed = pc.is_in(rows.column(KEY), rows.column(BEFORE).combine_chunks().drop_null())
    return Seen(rows).looked_up(KEY, grouped, KEY, told).with_columns({"_followed": followed})


def _alone(rows: Seen) -> Bools:
    """Courses of one closed contact, attended, and followed by no other course."""
    attended = rows.among("_kind", PHYSICAL) & (rows.count(CONTACTS) == 1)
    return np.asarray(attended & rows.has(ENDS) & ~rows.true("_followed"))


def _longer(rows: Seen) -> Bools:
    """Courses whose contact lasts longer than a minute."""
    return _alone(rows) & (rows.time(ENDS) > rows.time(BEGINS) + minutes(1))


COURSES = (
    # A course without length holds no contact.
    Breach(
        ("lpr_a_forloeb/02.01", "lpr_a_kontakt/05.22", "lpr_a_kontakt/05.24"),
        {END: of(START)},
        lambda rows: _alone(rows) & rows.has(END),
    ),
    Breach(("lpr_a_forloeb/02.02",), {ENDED: value(None)}, lambda rows: rows.has(END)),
    Breach(("lpr_a_forloeb/02.03",), {BEFORE: of(KEY)}, lambda rows: rows.has(START)),
    Breach(
        ("lpr_a_forloeb/06.01",),
        {REFERRED: lambda row: row[START] + timedelta(minutes=1)},
        lambda rows: rows.has(REFERRED) & (rows.time(BEGINS) > rows.time(START) + minutes(1)),
    ),
    Breach(
        ("lpr_a_kontakt/05.21",),
        {START: lambda row: row[BEGINS] + timedelta(minutes=1)},
        _longer,
    ),
    # What starts after the end of the course ends after it as well.
    Breach(
        ("lpr_a_kontakt/05.22", "lpr_a_kontakt/05.24"),
        {END: of(BEGINS)},
        lambda rows: _alone(rows) & rows.has(END) & (rows.time(BEGINS) > rows.time(START)),
    ),
    # What ends before the start of the course starts before it as well.
    Breach(
        ("lpr_a_kontakt/05.21", "lpr_a_kontakt/05.23"),
        {START: of(ENDS)},
        lambda rows: _alone(rows) & (~rows.has(END) | (rows.time(END) > rows.time(ENDS))),
    ),
    Breach(
        ("lpr_a_kontakt/05.24",),
        {END: lambda row: row[ENDS] - timedelta(minutes=1)},
        lambda rows: _longer(rows) & rows.has(END),
    ),
    Breach(
        ("lpr_a_kontakt/06.02",),
        {REFERRED: of(START)},
        lambda rows: _alone(rows) & ~rows.has(REFERRED) & (rows.time(BEGINS) == rows.time(START)),
    ),
)
