"""Breaches of `lpr_a_procedure`: times that do not lie in those of the contact, and what no list of codes holds. No
definition reads them.
"""

from datetime import timedelta

import pyarrow as pa

from synthetic.breaches.contacts import NO_UNIT
from synthetic.breaches.kinds import Breach, Seen, Telling, days, value
from synthetic.columns import Bools, Ints
from synthetic.hospital.contacts import LPR3_FROM

START, END, CLOSES = "proc_starttidspunkt", "proc_sluttidspunkt", "_contact_end"
AWAY = timedelta(days=60)


def seen_procedures(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Procedures with the times of their contact and that of the report."""
    times = {"_contact_start": "kont_starttidspunkt", CLOSES: "kont_sluttidspunkt"}
    seen = Seen(rows).looked_up("dw_ek_kontakt", telling.contacts(), "dw_ek_kontakt", times)
    return seen.with_columns({"_reported": telling.at_each(len(who))})


def _well_into_lpr3(rows: Seen) -> Bools:
    return rows.has("_contact_start") & (rows.time(START) > LPR3_FROM + days(90))


def _before_the_end(rows: Seen) -> Bools:
    return rows.time(START) < rows.time(CLOSES)


PROCEDURES = (
    Breach(("lpr_a_procedure/11.22",), {START: lambda row: row[START] - AWAY}, _well_into_lpr3),
    Breach(
        ("lpr_a_procedure/11.22", "lpr_a_procedure/11.24"),
        {START: lambda row: row[START] - AWAY, END: lambda row: row[START] - AWAY + timedelta(minutes=20)},
        _well_into_lpr3,
    ),
    # With an end it would end after the contact as well.
    Breach(
        ("lpr_a_procedure/11.23",),
        {START: lambda row: row[CLOSES] + timedelta(minutes=5), END: value(None)},
        lambda rows: rows.has(CLOSES),
    ),
    Breach(
        ("lpr_a_procedure/11.25",),
        {END: lambda row: row[CLOSES] + timedelta(minutes=30)},
        _before_the_end,
    ),
    Breach(
        ("lpr_a_procedure/00.01", "lpr_a_procedure/11.25"),
        {END: lambda row: row["_reported"] + timedelta(days=3)},
        _before_the_end,
    ),
    Breach(
        ("lpr_a_procedure/11.5x.procedurekode",),
        {"proc_kode": value("TUL99")},
        lambda rows: rows.has("_contact_start") & rows.among("proc_kode_type", "+"),
    ),
    Breach(
        ("lpr_a_procedure/11.4x.proc_ans",),
        {"proc_ans": value(NO_UNIT)},
        lambda rows: rows.has("_contact_start") & rows.has("proc_ans"),
    ),
)
