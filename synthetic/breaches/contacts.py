"""Breaches of `lpr_a_kontakt`. Ends and types are wrong only at contacts that nobody attends, which make no stay.

The courses of those contacts have no breach of their own (`synthetic/breaches/courses.py`).
"""

from datetime import timedelta

import pyarrow as pa

from synthetic.breaches.kinds import REPORTED, Breach, Seen, Telling, days, of, value
from synthetic.columns import Bools, Ints, dates
from synthetic.hospital.contacts import DEATH, HOME, PHYSICAL, REPORT, VIRTUAL
from synthetic.hospital.courses import course_rows

ACUTE = ("ATA1", "ATA11", "ATA11A", "ATA11B", "ATA12")
NO_UNIT = "9" * 16
START, END, TREATED = "kont_starttidspunkt", "kont_sluttidspunkt", "beh_starttidspunkt"
KIND, CAUSE, PRIORITY, SPECIALTY = "kont_type", "kont_aarsag", "prioritet", "kont_ans_hovedspec"


def seen_contacts(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Contacts with the end of their course, the person's day of death, and the time of the report."""
    courses = {"_course": "dw_ek_forloeb", "_course_end": "forl_sluttidspunkt"}
    seen = Seen(rows).looked_up("dw_ek_forloeb", telling.of(course_rows), "dw_ek_forloeb", courses)
    return seen.with_columns({"_death": dates(telling.block.people.death[who]), "_reported": telling.at_each(len(who))})


def _reported(rows: Seen) -> Bools:
    return rows.among("lprindberetningssystem", *REPORTED)


def _acute(rows: Seen) -> Bools:
    return _reported(rows) & rows.among(PRIORITY, *ACUTE)


def _elsewhere(rows: Seen) -> Bools:
    """Closed contacts of a course that nobody attends."""
    return _reported(rows) & rows.among(KIND, HOME, VIRTUAL) & rows.has(END) & rows.has("_course")


def _of_the_living(rows: Seen) -> Bools:
    """Planned contacts over the telephone with people who do not die within the week."""
    dies = rows.time("_death") <= rows.time(START) + days(7)
    return _elsewhere(rows) & rows.among(KIND, VIRTUAL) & ~dies


CONTACTS = (
    Breach(
        ("lpr_a_kontakt/05.13",),
        {TREATED: of(END)},
        lambda rows: _reported(rows) & rows.has(END) & rows.has(TREATED),
    ),
    Breach(
        ("lpr_a_kontakt/05.102",),
        {CAUSE: value(None)},
        lambda rows: _acute(rows) & rows.among(KIND, PHYSICAL) & ~rows.psychiatric(SPECIALTY) & rows.has(CAUSE),
    ),
    Breach(
        ("lpr_a_kontakt/05.103",),
        {CAUSE: value("ALCC04")},
        lambda rows: _acute(rows) & rows.psychiatric(SPECIALTY),
    ),
    Breach(
        ("lpr_a_kontakt/05.104",),
        {CAUSE: value("ALCC01")},
        lambda rows: _reported(rows) & rows.among(PRIORITY, "ATA3") & ~rows.psychiatric(SPECIALTY),
    ),
    Breach(
        ("lpr_a_kontakt/05.107",),
        {PRIORITY: value("ATA1")},
        lambda rows: _reported(rows) & rows.among(KIND, REPORT),
    ),
    Breach(
        ("lpr_a_kontakt/05.108",),
        {PRIORITY: value("ATA3")},
        lambda rows: _reported(rows) & rows.among(KIND, DEATH),
    ),
    # A living person has no death diagnosis either.
    Breach(
        ("lpr_a_kontakt/05.108", "lpr_a_kontakt/death_contact_of_a_dead_person"),
        {KIND: value(DEATH)},
        _of_the_living,
    ),
    Breach(
        ("lpr_a_kontakt/05.31",),
        {END: value(None)},
        lambda rows: _elsewhere(rows) & rows.has("_course_end"),
    ),
    Breach(
        ("lpr_a_kontakt/00.01",),
        {END: lambda row: row["_reported"] + timedelta(days=3)},
        lambda rows: _elsewhere(rows) & ~rows.has("_course_end"),
    ),
    Breach(
        ("lpr_a_kontakt/05.4x.kont_ans",),
        {"kont_ans": value(NO_UNIT)},
        lambda rows: _elsewhere(rows) & rows.has("kont_ans"),
    ),
)
