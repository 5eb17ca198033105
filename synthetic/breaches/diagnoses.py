"""Breaches of `lpr_a_diagnose`: of codes that decide nothing, and of additional codes, which no definition reads.

Those of rules about contacts are at attended contacts, whose ends are right (`synthetic/breaches/contacts.py`).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.breaches.kinds import Breach, Seen, Telling, days, value
from synthetic.columns import Bools, Ints
from synthetic.faults import SPOILT_FROM
from synthetic.hospital.contacts import HOME, PHYSICAL, REPORT
from synthetic.hospital.lpr3 import diagnosis_rows
from synthetic.registers.codes import CLOSED

CONTACT, CODE, TYPE = "dw_ek_kontakt", "diag_kode", "diag_kode_type"
# Codes that neither a definition reads nor the truth: hypertension, and what brings many people to hospital.
IDLE = (
    *("DI109", "DH269", "DH353", "DM161", "DM171", "DM751", "DM545", "DL209", "DL409", "DL570", "DG560", "DR104"),
    *("DI839", "DZ099", "DZ480", "DZ016", "DZ038", "DZ349", "DN309", "DR074", "DK409", "DK800", "DK802"),
)
IDLE_PSYCHIATRIC = ("DF411", "DF431", "DF432", "DF603", "DF900")


def seen_diagnoses(rows: pa.Table, who: Ints, telling: Telling) -> Seen:
    """Diagnoses with their contact, whether the report is more than 30 days after its start, and its primary
    cancers.
    """
    told = {
        "_kind": "kont_type",
        "_specialty": "kont_ans_hovedspec",
        "_start": "kont_starttidspunkt",
        "_end": "kont_sluttidspunkt",
    }
    known = telling.of(diagnosis_rows)
    primary = pc.match_substring_regex(known.column(CODE), "^DC([0-689]|7[0-6])")
    primary = pc.and_(primary, pc.invert(pc.starts_with(known.column(CODE), "DC99")))
    cancers = known.filter(primary).group_by(CONTACT).aggregate([(CODE, "count")])
    seen = Seen(rows).looked_up(CONTACT, telling.contacts(), CONTACT, told)
    seen = seen.looked_up(CONTACT, cancers, CONTACT, {"_cancers": f"{CODE}_count"})
    return seen.with_columns({"_old": pa.array(seen.time("_start") + days(30) < telling.at)})


def _closed(rows: Seen) -> Bools:
    """Diagnoses of contacts that are attended and closed."""
    return np.asarray(rows.among("_kind", PHYSICAL) & rows.has("_end"))


def _secondary(rows: Seen) -> Bools:
    """Hypertension as a secondary diagnosis of such a contact."""
    return rows.among(CODE, "DI109") & rows.among(TYPE, "B") & _closed(rows)


def _additional(rows: Seen) -> Bools:
    """Additional codes of contacts without a primary cancer."""
    return np.asarray(rows.among(TYPE, "+") & rows.has("_kind") & (rows.count("_cancers") == 0))


def _only(rows: Seen) -> Bools:
    """The action diagnoses of attended contacts that are closed and old, where they decide nothing."""
    decides_nothing = rows.among(CODE, *IDLE) & rows.among(TYPE, "A")
    return np.asarray(decides_nothing & _closed(rows) & rows.true("_old"))


DIAGNOSES = (
    # A closed contact that is old enough has lost its only action diagnosis.
    Breach(
        ("lpr_a_kontakt/05.14", "lpr_a_kontakt/05.15"),
        {TYPE: value("B")},
        _only,
    ),
    # A second action diagnosis.
    Breach(("lpr_a_kontakt/05.14",), {TYPE: value("A")}, _secondary),
    Breach(("lpr_a_diagnose/12.5x.diagnosekode",), {CODE: value(CLOSED)}, _secondary),
    # An error keeps every release back.
    Breach(("lpr_a_diagnose/12.5x.diagnoseart",), {TYPE: value("C")}, _secondary, least=SPOILT_FROM),
    Breach(("lpr_a_diagnose/12.104",), {CODE: value("DO809")}, _additional),
    Breach(("lpr_a_diagnose/12.105",), {CODE: value("DZ389")}, _additional),
    Breach(("lpr_a_diagnose/12.109",), {CODE: value("DC779")}, _additional),
    Breach(("lpr_a_diagnose/12.110",), {CODE: value("DC991")}, _additional),
    Breach(
        ("lpr_a_diagnose/12.107",),
        {CODE: value("DX69")},
        lambda rows: rows.among(CODE, *IDLE_PSYCHIATRIC) & rows.among(TYPE, "A") & rows.psychiatric("_specialty"),
    ),
    Breach(
        ("lpr_a_diagnose/12.03.109",),
        {CODE: value("DR979")},
        lambda rows: rows.among(CODE, *IDLE, *IDLE_PSYCHIATRIC) & rows.among("_kind", HOME, REPORT),
    ),
)
