"""Tables of the national patient register, third version: `lpr_a_kontakt` and `lpr_a_diagnose`.

The contacts themselves are drawn in `synthetic/hospital/contacts.py`. Like the register, the tables hold rows of the
time before it as well (`lprindberetningssystem` LPR2), which LPR2 also delivers.
"""

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import ADDITIONAL, METASTASES, SPECIALTIES, DiagnosisTable, diagnoses
from synthetic.columns import (
    NEVER,
    Bools,
    Days,
    Ints,
    Minutes,
    dates,
    emptied,
    firsts,
    pick,
    plus_days,
    plus_minutes,
    table,
    texts,
    timestamps,
)
from synthetic.hospital.contacts import (
    FOUR_HOURS,
    LPR3_FROM,
    NESTED,
    ONE_O_CLOCK,
    PHYSICAL,
    TWELVE_HOURS,
    TYPES,
    VIRTUAL,
    Contacts,
)
from synthetic.people.people import People
from synthetic.world import Block, Rows, concatenated

HOSPITALS = 7  # Six public hospitals and, last, the private ones.
PRIORITIES = ("ATA3", "ATA1", "ATA11", "ATA11A", "ATA11B", "ATA12")
CAUSES = ("ALCC01", "ALCC02", "ALCC03", "ALCC04", "ALCC05")


def contact_rows(block: Block) -> Rows:
    """`lpr_a_kontakt`: one row per contact, in the order of the keys.

    A contact is delivered as open while it runs. A few are cancelled after some weeks and then no longer delivered.
    """
    rows = finished_rows(block)
    begun = plus_days(block.contacts.start.astype("datetime64[D]"), 1)
    running = ~np.isnat(block.contacts.end) & block.visible(begun, rows.known)
    return concatenated([_while_open(rows, running, begun), rows]) if running.any() else rows


def finished_rows(block: Block) -> Rows:
    """`lpr_a_kontakt` without the versions of contacts that were still running: one row per contact of the block, in
    the order of `block.contacts`.
    """
    return block.once(_finished_rows)


def _finished_rows(block: Block) -> Rows:
    people, contacts, rng = block.people, block.contacts, block.rng("lpr_a_kontakt")
    table_ = _contact_table(people, contacts, rng)
    start, end = contacts.start.astype("datetime64[D]"), contacts.end.astype("datetime64[D]")
    known, until = reported(block)
    marks = {
        "nested_contact": contacts.case & NESTED > 0,
        "four_hours_apart": contacts.case & FOUR_HOURS > 0,
        "stay_of_twelve_hours": contacts.case & TWELVE_HOURS > 0,
        "time_0100": contacts.case & ONE_O_CLOCK > 0,
        "open_contact": np.isnat(end),
        "lpr2_row_in_lpr3": contacts.start < LPR3_FROM,
        "late_row": known > plus_days(np.where(np.isnat(end), start, end), 1),
        "cancelled": until < NEVER,
    }
    return Rows(table_, contacts.who, known, until, marks)


def reported(block: Block) -> tuple[Days, Days]:
    """From when to when the contacts, with all that belongs to them, are delivered: a few late, a few not for ever."""
    contacts, rng = block.contacts, block.rng("reported contacts")
    start, end = contacts.start.astype("datetime64[D]"), contacts.end.astype("datetime64[D]")
    late = block.sown(len(contacts), 0.01, "late contacts")
    known = plus_days(np.where(np.isnat(end), start, end), 1 + late * rng.integers(40, 120, len(contacts)))
    cancelled = block.sown(len(contacts), 0.004, "cancelled contacts") & ~contacts.admission
    return known, np.where(cancelled, plus_days(known, rng.integers(20, 200, len(contacts))), NEVER)


def _while_open(rows: Rows, running: Bools, known: Days) -> Rows:
    """The versions of contacts from before they were closed: without end and diagnosis."""
    right = rows.where(running)
    table_ = emptied(right.table, "kont_sluttidspunkt", "adiag")
    opened = np.ones(len(right.who), dtype=bool)
    return Rows(table_, right.who, known[running], right.known, {"open_contact": opened})


def _contact_table(people: People, contacts: Contacts, rng: np.random.Generator) -> pa.Table:
    codes = diagnoses()
    who, closed = contacts.who, contacts.diagnosis >= 0
    kind = contacts.kind
    hospital = _hospitals(people, contacts, rng)
    physical = kind == TYPES.index(PHYSICAL)
    wait = _treatment_wait(contacts, rng)
    priority = np.where(contacts.acute, rng.choice([1, 2, 3, 4, 5], len(contacts), p=[0.6, 0.15, 0.1, 0.1, 0.05]), 0)
    cause, has_cause = _causes(contacts, codes, physical, rng)
    system = np.where(contacts.start < LPR3_FROM, 1, np.where(hospital == HOSPITALS - 1, 2, 0))
    names = list(SPECIALTIES.values())
    shouted = rng.random(len(contacts)) < 0.01
    return table(
        {
            "pnr": people.pnr(who, contacts.start),
            "dw_ek_kontakt": texts(contacts.key),
            "dw_ek_forloeb": texts(contacts.course),
            "kont_starttidspunkt": timestamps(contacts.start),
            "kont_sluttidspunkt": timestamps(contacts.end),
            "beh_starttidspunkt": timestamps(wait),
            "kont_type": pick(TYPES, kind),
            "prioritet": pick(PRIORITIES, priority),
            "kont_aarsag": pick(CAUSES, cause, missing=~has_cause),
            "adiag": pick(codes.code, contacts.diagnosis.clip(0), missing=~closed),
            "kont_ans": pick(units(), hospital * len(SPECIALTIES) + contacts.specialty),
            "kont_ans_hovedspec": pick(
                names + [name.capitalize() for name in names], contacts.specialty + shouted * len(names)
            ),
            "borger_bo_kom": texts(
                people.kom(who, contacts.start.astype("datetime64[D]")),
                width=4,
                missing=~people.in_register[who],
            ),
            "borger_koen": pick(["M", "F"], people.sex_at(who, contacts.start) - 1),
            "borger_foedselsdato": dates(people.birth[who]),
            "lprindberetningssystem": pick(["LPR3", "LPR2", "MiniPAS"], system),
        }
    )


def diagnosis_rows(block: Block) -> Rows:
    """`lpr_a_diagnose`: the action diagnosis of every closed contact, 0-4 secondary, additional codes."""
    return block.once(_diagnosis_rows)


def _diagnosis_rows(block: Block) -> Rows:
    people, contacts, rng = block.people, block.contacts, block.rng("lpr_a_diagnose")
    codes = diagnoses()
    listed = list(codes.code)
    for extra in sorted({code for _, code, _ in ADDITIONAL + METASTASES} - set(listed)):
        listed.append(extra)
    closed = np.flatnonzero(contacts.diagnosis >= 0)
    parts = [(closed, contacts.diagnosis[closed], 0, np.full(len(closed), -1))]
    parts.append((*_secondary(people, contacts, codes, rng), 1, None))  # type: ignore[arg-type]
    parts += _paired(contacts, listed, rng)
    row = np.concatenate([part[0] for part in parts])
    code = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    parent = np.concatenate([np.full(len(p[0]), -1) if p[3] is None else p[3] for p in parts])
    # One row per contact and code: the register gives no key, and two like rows would be a fault.
    order = np.lexsort((code, kind, contacts.key[row]))
    row, code, kind, parent = row[order], code[order], kind[order], parent[order]
    kept = firsts(row, code)
    row, code, kind, parent = row[kept], code[kept], kind[kept], parent[kept]
    old = contacts.start[row] < LPR3_FROM
    disproved = rng.random(len(row))
    rows = table(
        {
            "dw_ek_kontakt": texts(contacts.key[row]),
            "diag_kode": pick(listed, code),
            "diag_kode_type": pick(["A", "B", "+"], kind),
            "senere_afkraeftet": pick(
                ["Nej", "Ja"], (disproved < 0.012).astype(np.int64), missing=old | (disproved > 0.97)
            ),
            "diag_parent_kode": pick(listed, parent.clip(0), missing=parent < 0),
        }
    )
    known, until = reported(block)
    return Rows(rows, contacts.who[row], known[row], until[row], {"lpr2_row_in_lpr3": old})


def _hospitals(people: People, contacts: Contacts, rng: np.random.Generator) -> Ints:
    """The hospital of the person's municipality mostly; all contacts of one admission are in one."""
    home = people.kom_after[contacts.who] % (HOSPITALS - 1)
    roams = rng.random(len(contacts)) < 0.15
    planned = ~contacts.acute & ~contacts.admission & (contacts.start >= LPR3_FROM)
    private = planned & (rng.random(len(contacts)) < 0.05)
    other = rng.integers(0, HOSPITALS - 1, len(contacts))
    return np.select([private, roams & ~contacts.admission], [np.int64(HOSPITALS - 1), other], home)


def units() -> list[str]:
    """SOR codes of 15 and 16 digits, by hospital and specialty."""
    units = []
    for hospital in range(HOSPITALS):
        for specialty in range(len(SPECIALTIES)):
            number = (hospital + 2) * 71_003 + specialty * 1_009 + 300_000
            units.append(f"{number}{'1000016' if specialty % 3 else '100001'}{hospital + 1:03d}"[:16])
    return units


def _treatment_wait(contacts: Contacts, rng: np.random.Generator) -> Minutes:
    """Start of treatment: not before the contact, before its end (rules 05.12, 05.13); not always given."""
    wait = rng.integers(0, 150, len(contacts))
    length = np.where(np.isnat(contacts.end), 600, (contacts.end - contacts.start).astype(np.int64))
    begins = plus_minutes(contacts.start, np.minimum(wait, length - 1))
    given = (contacts.kind == 0) & (rng.random(len(contacts)) < 0.8)
    return np.where(given, begins, np.datetime64("NaT", "m"))


def _causes(contacts: Contacts, codes: DiagnosisTable, physical: Bools, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """An acute physical somatic contact has a cause; psychiatric and planned ones have none (rules
    05.102-104).
    """
    code = np.where(contacts.diagnosis >= 0, codes.code[contacts.diagnosis], "")
    injury = np.char.startswith(code, "DS")
    draw = rng.random(len(contacts))
    cause = np.where(injury, np.where(draw < 0.06, 2, 1), 0)
    cause = np.where(code == "DT509", np.where(draw < 0.7, 3, 4), cause)
    psychiatric = contacts.specialty == list(SPECIALTIES).index("psychiatry")
    return cause, contacts.acute & physical & ~psychiatric


def _secondary(
    people: People, contacts: Contacts, codes: DiagnosisTable, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Rows and codes of secondary diagnoses: conditions of the person, now and then something else."""
    closed = (contacts.diagnosis >= 0) & np.isin(contacts.kind, [TYPES.index(PHYSICAL), TYPES.index(VIRTUAL)])
    rows, found = [], []
    chance = np.where(contacts.admission, 0.55, 0.12)
    for name in np.unique(codes.condition[codes.condition != ""]):
        having = closed & people.has(str(name), contacts.who, contacts.start) & (rng.random(len(contacts)) < chance)
        having &= people.frailty[contacts.who] > -2.5
        usual = np.flatnonzero((codes.condition == name) & (codes.sex == 0))
        at = np.flatnonzero(having)
        if len(usual):
            rows.append(at)
            found.append(usual[np.minimum(rng.geometric(0.6, len(at)) - 1, len(usual) - 1)])
    at = np.flatnonzero(closed & contacts.admission & (rng.random(len(contacts)) < 0.18))
    age = people.age(contacts.who[at], contacts.start[at])
    other = codes.draw(0, age, people.sex[contacts.who[at]], rng)
    ordinary = ~np.char.startswith(codes.code[other], "DO") & (codes.code[other] != "DZ763")
    rows.append(at[ordinary])
    found.append(other[ordinary])
    row, code = np.concatenate(rows), np.concatenate(found)
    shuffled = np.argsort(rng.random(len(row)), kind="stable")
    row, code = row[shuffled], code[shuffled]
    order = np.argsort(row, kind="stable")
    row, code = row[order], code[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    return row[nth < 4], code[nth < 4]


def _paired(contacts: Contacts, listed: list[str], rng: np.random.Generator) -> list[tuple[Ints, Ints, int, Ints]]:
    """Codes that belong to an action diagnosis: additional codes (+) and metastases (B)."""
    parts = []
    for kind, pairs in ((2, ADDITIONAL), (1, METASTASES)):
        for parent, code, chance in pairs:
            position = listed.index(parent)
            at = np.flatnonzero((contacts.diagnosis == position) & (rng.random(len(contacts)) < chance))
            belongs = position if kind == 2 else -1
            parts.append((at, np.full(len(at), listed.index(code)), kind, np.full(len(at), belongs)))
    return parts
