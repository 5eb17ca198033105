"""Planted breaches: rows that obey their contract and break a rule of their source, which the intake cannot see; each
recorded with its row, columns and rules, beside the faults (`synthetic/faults.py`).

They change nothing of what the truth tells of stays, readmissions and conditions, and no two meet in one rule: of a
breach every rule that it breaks is told, and no other is broken.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.breaches.certificates import CERTIFICATES
from synthetic.breaches.codes import ANALYSES, DRUGS_GIVEN, LEVELS, REFERRALS, VISITS
from synthetic.breaches.contacts import CONTACTS, seen_contacts
from synthetic.breaches.courses import COURSES, seen_courses
from synthetic.breaches.diagnoses import DIAGNOSES, seen_diagnoses
from synthetic.breaches.kinds import Breach, Seen, Telling, as_they_are
from synthetic.breaches.procedures import PROCEDURES, seen_procedures
from synthetic.columns import Bools, Ints
from synthetic.faults import SHARE, Planted, changed, record

BREACHES: dict[str, tuple[Breach, ...]] = {
    "dodsaasg": CERTIFICATES,
    "fsiii_funktionsniveau": LEVELS,
    "hjemmepleje_besoeg": VISITS,
    "laboratoriesvar": ANALYSES,
    "lpr_a_diagnose": DIAGNOSES,
    "lpr_a_forloeb": COURSES,
    "lpr_a_kontakt": CONTACTS,
    "lpr_a_procedure": PROCEDURES,
    "lpr_diag": REFERRALS,
    "medicinadministration": DRUGS_GIVEN,
}
# How the rows of a source are seen, and the column of which no two breaches share a value.
_SEEN: dict[str, tuple[Callable[[pa.Table, Ints, Telling], Seen], str]] = {
    "dodsaasg": (as_they_are, "pnr"),
    "fsiii_funktionsniveau": (as_they_are, "vurdering_id"),
    "hjemmepleje_besoeg": (as_they_are, "besoeg_id"),
    "laboratoriesvar": (as_they_are, "dw_ek_rekvisition"),
    "lpr_a_diagnose": (seen_diagnoses, "dw_ek_kontakt"),
    "lpr_a_forloeb": (seen_courses, "dw_ek_forloeb"),
    "lpr_a_kontakt": (seen_contacts, "dw_ek_kontakt"),
    "lpr_a_procedure": (seen_procedures, "dw_ek_kontakt"),
    "lpr_diag": (as_they_are, "recnum"),
    "medicinadministration": (as_they_are, "ordination_id"),
}


def breach(
    source: str, rows: pa.Table, who: Ints, telling: Telling, *, spared: Bools, certain: bool
) -> tuple[pa.Table, list[Planted]]:
    """A piece of a delivery with breaches in distinct rows that are not `spared`, and the list of them.

    `who` is the person of each row in the block. Of each kind there are as many as the dial asks for, and one at least
    where `certain`, as far as there are rows for it.
    """
    planted: list[Planted] = []
    dial = telling.block.world.faults
    kinds = [kind for kind in BREACHES.get(source, ()) if dial >= kind.least]
    if dial <= 0 or not rows.num_rows or not kinds:
        return rows, planted
    rng = telling.block.rng(f"breaches {source} {telling.cut.delivery}")
    see, apart = _SEEN[source]
    seen = see(rows, who, telling)
    owner = pc.rank(rows.column(apart), tiebreaker="dense").to_numpy()
    free = ~spared
    for kind in kinds:
        number = max(int(rng.poisson(rows.num_rows * SHARE * dial)), int(certain))
        places = rng.permutation(np.flatnonzero(free & kind.where(seen)))
        places = places[np.sort(np.unique(owner[places], return_index=True)[1])[:number]]
        free &= ~np.isin(owner, owner[places])
        for column, becomes in kind.becomes.items():
            rows = changed(rows, column, {int(at): becomes(record(seen.table, at)) for at in places})
        columns = ", ".join(kind.becomes)
        planted += [Planted(int(at), columns, rule) for at in places for rule in kind.rules]
    return rows, planted
