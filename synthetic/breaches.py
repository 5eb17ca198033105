"""Planted breaches: rows that obey their contract and break a reporting rule of the register, which the intake cannot
see; each recorded with its row, column and rule, beside the faults (`faults.py`).

They change nothing of what the truth tells of stays, readmissions and conditions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.columns import Bools
from synthetic.faults import SHARE, Planted, changed, record
from synthetic.hospital.contacts import LPR3_FROM
from synthetic.registers.codes import CLOSED


@dataclass(frozen=True)
class Breach:
    """One kind of breach: the rule that it breaks, the column, what that becomes, given the row, and in which rows."""

    rule: str
    column: str
    becomes: Callable[[dict[str, Any]], Any]
    where: Callable[[pa.Table], Bools]


def _is(column: str, *values: str) -> Callable[[pa.Table], Bools]:
    return lambda rows: _bools(pc.is_in(rows.column(column), pa.array(values)))


def _has(column: str) -> Callable[[pa.Table], Bools]:
    return lambda rows: _bools(rows.column(column).is_valid())


def _all(*conditions: Callable[[pa.Table], Bools]) -> Callable[[pa.Table], Bools]:
    return lambda rows: np.logical_and.reduce([condition(rows) for condition in conditions])


def _not(condition: Callable[[pa.Table], Bools]) -> Callable[[pa.Table], Bools]:
    return lambda rows: ~condition(rows)


def _psychiatric(rows: pa.Table) -> Bools:
    return _bools(pc.match_substring(rows.column("kont_ans_hovedspec"), "psykiatri", ignore_case=True))


def _well_into_lpr3(rows: pa.Table) -> Bools:
    start = rows.column("proc_starttidspunkt").to_numpy().astype("datetime64[m]")
    return np.asarray(start > LPR3_FROM + np.timedelta64(90, "D"))


def _bools(mask: pa.ChunkedArray) -> Bools:
    return np.asarray(mask.fill_null(False).to_numpy(), dtype=bool)


REPORTED = _is("lprindberetningssystem", "LPR3", "MiniPAS")
ACUTE = _is("prioritet", "ATA1", "ATA11", "ATA11A", "ATA11B", "ATA12")
END, CAUSE = "kont_sluttidspunkt", "kont_aarsag"

BREACHES: dict[str, tuple[Breach, ...]] = {
    "lpr_a_kontakt": (
        Breach(
            "05.13",
            "beh_starttidspunkt",
            lambda row: row[END],
            _all(REPORTED, _has(END), _has("beh_starttidspunkt")),
        ),
        Breach(
            "05.102",
            CAUSE,
            lambda row: None,
            _all(REPORTED, ACUTE, _is("kont_type", "ALCA00"), _not(_psychiatric), _has(CAUSE)),
        ),
        Breach("05.103", CAUSE, lambda row: "ALCC04", _all(REPORTED, ACUTE, _psychiatric)),
        Breach("05.104", CAUSE, lambda row: "ALCC01", _all(REPORTED, _is("prioritet", "ATA3"), _not(_psychiatric))),
        Breach("05.108", "prioritet", lambda row: "ATA3", _all(REPORTED, _is("kont_type", "ALCA10"))),
    ),
    "lpr_a_diagnose": (
        # A second action diagnosis; hypertension decides nothing that the truth tells.
        Breach("05.14", "diag_kode_type", lambda row: "A", _all(_is("diag_kode", "DI109"), _is("diag_kode_type", "B"))),
        Breach(
            "12.5x.diagnosekode",
            "diag_kode",
            lambda row: CLOSED,
            _all(_is("diag_kode", "DI109"), _is("diag_kode_type", "B")),
        ),
    ),
    "lpr_a_procedure": (
        Breach(
            "11.22",
            "proc_starttidspunkt",
            lambda row: row["proc_starttidspunkt"] - timedelta(days=60),
            _well_into_lpr3,
        ),
        Breach(
            "11.5x.procedurekode", "proc_kode", lambda row: "TUL99", _all(_well_into_lpr3, _is("proc_kode_type", "+"))
        ),
        Breach("11.4x.proc_ans", "proc_ans", lambda row: "9" * 16, _all(_well_into_lpr3, _is("proc_kode_type", "P"))),
    ),
    # What nobody lists: of sodium, of a visit, of a drip, none of which decides what the truth tells.
    "laboratoriesvar": (Breach("analysis_code_valid", "npukode", lambda row: "NPU99999", _is("npukode", "NPU03429")),),
    "medicinadministration": (Breach("drug_code_valid", "atc", lambda row: "B05BB99", _is("atc", "B05BB01")),),
    "hjemmepleje_besoeg": (
        Breach("service_code_valid", "indsats_kode", lambda row: "G9.99", _is("indsats_kode", "G1.14")),
    ),
}


def breach(
    source: str, rows: pa.Table, *, spared: Bools, dial: float, certain: bool, rng: np.random.Generator
) -> tuple[pa.Table, list[Planted]]:
    """A piece of a delivery with breaches in distinct rows that are not `spared`, and the list of them.

    Of each kind as many as the dial asks for, and one at least where `certain`, as far as there are rows for it.
    """
    planted: list[Planted] = []
    if dial <= 0 or not rows.num_rows:
        return rows, planted
    free = ~spared
    for kind in BREACHES.get(source, ()):
        number = max(int(rng.poisson(rows.num_rows * SHARE * dial)), int(certain))
        places = rng.permutation(np.flatnonzero(free & kind.where(rows)))[:number]
        free[places] = False
        values = {int(at): kind.becomes(record(rows, at)) for at in places}
        rows = changed(rows, kind.column, values)
        planted += [Planted(at, kind.column, kind.rule) for at in values]
    return rows, planted
