"""Procedures of hospital contacts (`lpr_a_procedure`): operations, treatments and examinations that fit the diagnosis.

Every procedure lies inside its contact and ends after it began (rules 11.01, 11.22-25 of the official reporting rules,
Bilag 1 v1.3). An operation under anaesthesia brings a code of its own, a side an additional code (+) that belongs to
it. Units are those of the contacts; the types P and + are as in the guide to LPR3_F. Column names: not verified.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import SPECIALTIES, diagnoses
from synthetic.catalogue.procedures import ANAESTHESIA, SIDES, Procedure, procedures
from synthetic.columns import Bools, Ints, Minutes, minute, pick, plus_days, plus_minutes, table, texts, timestamps
from synthetic.hospital.contacts import NESTED, PHYSICAL, TYPES, Contacts
from synthetic.hospital.lpr3 import finished_rows
from synthetic.world import Block, Rows

MOST_PROCEDURES = 100_000  # Of one block.
LATEST = 1500  # Minutes into a stay until which most is done.
P, PLUS = 0, 1


def procedure_rows(block: Block) -> Rows:
    """`lpr_a_procedure`: one row per procedure or additional code, by contact and time."""
    contacts, finished, rng = block.contacts, finished_rows(block), block.rng("lpr_a_procedure")
    running = np.isnat(contacts.end)
    end = np.where(running, minute(block.period.end), contacts.end)
    row, which = _drawn(contacts, end, rng)
    start, stop = _times(contacts, end, row, np.array([one.minutes for one in procedures()])[which], rng)
    codes = [one.code for one in procedures()]
    parts = [(row, which, np.zeros(len(row), dtype=np.int64), start, stop)]
    asleep = np.flatnonzero(np.array([one.anaesthesia for one in procedures()])[which])
    method = len(codes) + (rng.random(len(asleep)) < 0.3)
    parts.append((row[asleep], method, np.full(len(asleep), P), start[asleep], stop[asleep]))
    sided = np.flatnonzero(np.array([one.sided for one in procedures()])[which])
    side = len(codes) + len(ANAESTHESIA) + rng.integers(0, 2, len(sided))
    parts.append((row[sided], side, np.full(len(sided), PLUS), start[sided], stop[sided]))
    row, code, kind, start, stop = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((code, kind, start, row))
    row, code, kind, start, stop = row[order], code[order], kind[order], start[order], stop[order]
    listed = [*codes, *ANAESTHESIA, *SIDES]
    number = 60_000_000_000 + (block.number * MOST_PROCEDURES + np.arange(len(row))) * 7
    rows = table(
        {
            "dw_ek_kontakt": texts(contacts.key[row]),
            "dw_ek_procedureregistrering": texts(number),
            "proc_kode": pick(listed, code),
            "proc_kode_type": pick(["P", "+"], kind),
            "proc_starttidspunkt": timestamps(start),
            "proc_sluttidspunkt": timestamps(stop),
            "proc_ans": finished.table.column("kont_ans").combine_chunks().take(pa.array(row)),
        }
    )
    known = finished.known[row]
    known = np.where(running[row], np.maximum(known, plus_days(stop.astype("datetime64[D]"), 1)), known)
    return Rows(rows, contacts.who[row], known, None if finished.until is None else finished.until[row])


def _drawn(contacts: Contacts, end: Minutes, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Contacts and procedures: of every kind at most one in a contact, and in a stay mostly in its longest contact."""
    length = (end - contacts.start).astype(np.int64)
    may = (contacts.kind == TYPES.index(PHYSICAL)) & (contacts.case & NESTED == 0) & (length > 10)
    diagnosis = contacts.diagnosis
    # An open contact has no diagnosis yet; what is done there follows the stay.
    stay = contacts.stay >= 0
    diagnosis = np.where((diagnosis < 0) & stay, contacts.stays.diagnosis[contacts.stay.clip(0)], diagnosis)
    setting = np.select([stay & contacts.acute, stay, contacts.acute], [0, 1, 2], 3)
    rows, found = [], []
    for place, (one, belongs) in enumerate(_belonging()):
        fits = may & (diagnosis >= 0) & belongs[diagnosis.clip(0)] & (length >= np.minimum(one.minutes, 240) // 2)
        at = np.flatnonzero(fits)
        at = at[rng.random(len(at)) < np.array(one.chance)[setting[at]]]
        rows.append(at)
        found.append(np.full(len(at), place))
    row, which = np.concatenate(rows), np.concatenate(found)
    # Once in a stay: the first of the shuffled contacts of the stay keeps it.
    order = rng.permutation(len(row))
    row, which = row[order], which[order]
    owner = np.where(contacts.stay[row] >= 0, contacts.stay[row], len(contacts.stays.who) + row)
    _, first = np.unique(owner * len(procedures()) + which, return_index=True)
    return row[first], which[first]


def _belonging() -> Iterator[tuple[Procedure, Bools]]:
    """Every procedure and the diagnoses of which it is part."""
    codes, names = diagnoses(), list(SPECIALTIES)
    for one in procedures():
        belongs = np.zeros(len(codes.code), dtype=bool)
        for part in one.belongs:
            if part.startswith("@"):
                belongs |= codes.specialty == names.index(part[1:])
            else:
                belongs |= np.char.startswith(codes.code, part)
        yield one, belongs


def _times(
    contacts: Contacts, end: Minutes, row: Ints, usual: Ints, rng: np.random.Generator
) -> tuple[Minutes, Minutes]:
    """Start and end inside the contact, the start mostly in its first day."""
    length = (end[row] - contacts.start[row]).astype(np.int64)
    minutes = np.round(usual * np.exp(rng.normal(0, 0.3, len(row)))).astype(np.int64).clip(3)
    minutes = np.minimum(minutes, np.maximum(length * 8 // 10, 1))
    free = np.minimum(length - minutes, LATEST)
    after = np.floor(rng.beta(1.2, 2.0, len(row)) * (free + 1)).astype(np.int64)
    start = plus_minutes(contacts.start[row], np.minimum(after, free))
    return start, plus_minutes(start, minutes)
