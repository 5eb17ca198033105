"""Causes of death (`dodsaasg`): why the people of `dod` died, by conditions and by the last stay in hospital."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic.catalogue.causes import (
    BANDS,
    CONTRIBUTING,
    DEADLY,
    FALL,
    FRAIL,
    INJURIES,
    NEVER_FATAL,
    ONLY_DIRECT,
    OUTER,
    UNKNOWN,
    begins,
    causes,
    international,
)
from synthetic.catalogue.diagnoses import diagnoses
from synthetic.columns import Days, Ints, dates, pick, table
from synthetic.hospital.contacts import DEATH, TYPES
from synthetic.world import Block, Rows, concatenated

RELEASED = 9  # Months from the end of a year to the release of its causes; not verified.
LINES = ("c_dod_1a", "c_dod_1b", "c_dod_1c", "c_dod_1d")
PART_TWO = tuple(f"c_dod_2{place}" for place in range(1, 9))
MOST_CONTRIBUTING = 4  # Of the eight columns; the others are empty, as in public descriptions of the later years.
CONTRIBUTES = 0.4
CODED_ONLY = 0.5  # Weight of cancer when it is in the hospital contacts and not among the conditions.
# How often the diagnosis of the last stay is the underlying cause: an injury (then a fall is), a long illness, another
# one when no long illness was drawn, and when one was.
AFTER_INJURY, LONG_ILLNESS, NOTHING_ELSE, BESIDE_LONG_ILLNESS = 0.85, 0.7, 0.8, 0.25
LONG_AND_DIRECT = ("", "heart_failure", "ischaemic", "stroke", "copd")  # Conditions whose codes may be direct causes.
ON_TOP = (("J969", 0.12), ("I469", 0.05))  # Written above the direct cause, and how often.

Codes = NDArray[np.str_]


def cause_rows(block: Block) -> Rows:
    """`dodsaasg`: one row per person who died, by date of death: the lines of the certificate and the underlying cause.

    The causes of a year are released together, nine months after it; a few stand as R990 for another year. Codes are
    international, without D. Columns from `danish-registers.md`; that the lowest line of part I is the underlying cause
    is simpler than the rules of ACME.
    """
    people, rng = block.people, block.rng("dodsaasg")
    who = np.flatnonzero(~np.isnat(people.death) & people.in_register)
    who = who[np.argsort(people.death[who], kind="stable")]
    day = people.death[who]
    last = _last_diagnosis(block)[who]
    cause = _underlying(block, who, rng)
    underlying, direct = _certified(block, who, cause, last, rng)
    lines = _lines(underlying, direct, rng)
    contributing = _contributing(block, who, underlying, rng)

    months = day.astype("datetime64[Y]").astype("datetime64[M]") + np.timedelta64(12 + RELEASED, "M")
    known = months.astype("datetime64[D]")
    late = block.sown(len(who), 0.03, "late causes") & (underlying != UNKNOWN)
    right = np.where(late, (months + np.timedelta64(12, "M")).astype("datetime64[D]"), known)
    rows = Rows(_table(block, who, lines, contributing, underlying), who, right, marks={"corrected": late})
    if not block.visible(known[late], right[late]).any():
        return rows
    nothing = np.full(int(late.sum()), "", dtype="U4")
    blank = [np.full(len(nothing), UNKNOWN), *[nothing] * (len(LINES) - 1)]
    first = _table(block, who[late], blank, [nothing] * len(PART_TWO), blank[0])
    return concatenated([Rows(first, who[late], known[late], right[late]), rows])


def _last_diagnosis(block: Block) -> Ints:
    """Per person, the diagnosis (position in the table of codes) of the stay, or of the contact, that ended in death;
    -1 when there is none.
    """
    stays, contacts = block.contacts.stays, block.contacts
    out = np.full(len(block.people), -1)
    found_dead = (contacts.kind == TYPES.index(DEATH)) & (contacts.diagnosis >= 0)
    out[contacts.who[found_dead]] = contacts.diagnosis[found_dead]
    out[stays.who[stays.terminal]] = stays.diagnosis[stays.terminal]
    return out


def _coded_cancer(block: Block) -> Codes:
    """Per person, the international code of the cancer that was coded last in the contacts; empty when none was."""
    contacts, known = block.contacts, diagnoses()
    is_cancer = begins(known.code, ("DC",)) & (known.condition == "cancer")
    at = np.flatnonzero((contacts.diagnosis >= 0) & is_cancer[contacts.diagnosis])
    at = at[np.argsort(contacts.start[at], kind="stable")]
    out = np.full(len(block.people), "", dtype="U4")
    out[contacts.who[at]] = np.array([international(code) for code in known.code])[contacts.diagnosis[at]]
    return out


def _underlying(block: Block, who: Ints, rng: np.random.Generator) -> Ints:
    """Positions in the table of causes, drawn among those that a person's conditions, age and sex allow."""
    people, listed = block.people, causes()
    day, cancer = people.death[who], _coded_cancer(block)[who]
    band = np.searchsorted(np.array(BANDS), people.age(who, day), side="right")
    weight = listed.weight.T[band]
    weight = np.where((listed.sex == 0) | (listed.sex == people.sex[who][:, None]), weight, 0.0)
    for name in np.unique(listed.condition[listed.condition != ""]):
        having = people.has(str(name), who, day).astype(np.float64)
        if name == "cancer":
            having = np.where((having == 0) & (cancer != ""), CODED_ONLY, having)
        weight[:, listed.condition == name] *= having[:, None]
    # All that cancer weighs goes to the one that was coded.
    of_cancer = listed.condition == "cancer"
    coded = of_cancer & (listed.code == cancer[:, None])
    whole = np.where(of_cancer, weight, 0.0).sum(axis=1, keepdims=True)
    weight = np.where(of_cancer & (cancer != "")[:, None], np.where(coded, whole, 0.0), weight)
    drawn = rng.random((len(who), 1)) * weight.sum(axis=1, keepdims=True)
    return np.asarray((weight.cumsum(axis=1) < drawn).sum(axis=1))


def _certified(block: Block, who: Ints, cause: Ints, last: Ints, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Underlying and direct cause: those of the table, or what the person was in hospital with at the end. The direct
    cause is empty when the underlying one stands on line 1a.
    """
    known, listed = diagnoses(), causes()
    codes = np.array([international(code) for code in known.code])
    deadly = begins(known.code, DEADLY) & ~begins(known.code, NEVER_FATAL)
    injury = begins(known.code, (INJURIES,)) & begins(known.code, ONLY_DIRECT)
    may_stand = (deadly | begins(known.code, ONLY_DIRECT)) & np.isin(known.condition, LONG_AND_DIRECT)
    there, hurt = last >= 0, injury[last]
    chance = np.select(
        [hurt, known.condition[last] != "", listed.condition[cause] == ""],
        [AFTER_INJURY, LONG_ILLNESS, NOTHING_ELSE],
        BESIDE_LONG_ILLNESS,
    )
    taken = there & (hurt | deadly[last]) & (rng.random(len(who)) < chance)
    underlying = np.where(taken, np.where(hurt, FALL, codes[last]), listed.code[cause])
    most = max(len(options) for options in listed.direct)
    usual = np.array([(options * most)[:most] for options in listed.direct])
    count = np.array([len(options) for options in listed.direct])[cause]
    usual = usual[cause, np.floor(rng.random(len(who)) * count).astype(np.int64)]
    direct = np.where(taken, np.where(hurt, codes[last], ""), np.where(usual == "-", "", usual))
    in_hospital = there & may_stand[last] & ~taken & ~np.isin(underlying, [UNKNOWN, FRAIL])
    direct = np.where(in_hospital, codes[last], direct)
    return underlying.astype("U4"), np.where(direct == underlying, "", direct).astype("U4")


def _lines(underlying: Codes, direct: Codes, rng: np.random.Generator) -> list[Codes]:
    """The four lines of part I: from the direct cause down to the underlying one, without gaps."""
    stack = [np.where(direct == "", underlying, direct), np.where(direct == "", "", underlying)]
    natural = ~np.isin(underlying.astype("U1"), OUTER) & (underlying != UNKNOWN)
    for code, share in ON_TOP:
        above = natural & (rng.random(len(underlying)) < share) & (stack[0].astype("U3") != code[:3])
        lower, higher = [*stack, np.full(len(underlying), "")], [np.full(len(underlying), code), *stack]
        stack = [np.where(above, up, down) for up, down in zip(higher, lower, strict=True)]
    return stack


def _contributing(block: Block, who: Ints, underlying: Codes, rng: np.random.Generator) -> list[Codes]:
    """The columns of part II: conditions of the person of another chapter, from the first column on."""
    people, day, cancer = block.people, block.people.death[who], _coded_cancer(block)[who]
    out = np.full((len(PART_TWO), len(who)), "", dtype="U4")
    count = np.zeros(len(who), dtype=np.int64)
    for name, code in CONTRIBUTING:
        other = (underlying.astype("U1") != code[0]) & (underlying != UNKNOWN)
        at = np.flatnonzero(
            people.has(name, who, day) & other & (rng.random(len(who)) < CONTRIBUTES) & (count < MOST_CONTRIBUTING)
        )
        coded = cancer[at] if name == "cancer" else np.full(len(at), "")
        out[count[at], at] = np.where(coded == "", code, coded)
        count[at] += 1
    return list(out)


def _table(block: Block, who: Ints, lines: list[Codes], contributing: list[Codes], underlying: Codes) -> pa.Table:
    people = block.people
    day: Days = people.death[who]
    columns = {"pnr": people.pnr(who, day), "d_dodsdato": dates(day)}
    named = zip((*LINES, *PART_TWO), (*lines, *contributing), strict=True)
    columns.update({name: pa.array(values, pa.string(), mask=values == "") for name, values in named})
    columns["c_dodtilgrundl_acme"] = pick(underlying, np.arange(len(who)))
    return table(columns)
