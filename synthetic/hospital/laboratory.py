"""Answers of clinical biochemistry (`laboratoriesvar`): requisitions of hospitals and of general practice."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.columns import (
    DAY_MINUTES,
    Floats,
    Ints,
    Minutes,
    minute,
    numbers,
    pick,
    plus_days,
    plus_minutes,
    spread,
    table,
    texts,
    timestamps,
)
from synthetic.hospital.contacts import Contacts
from synthetic.people.conditions import CONDITIONS
from synthetic.people.people import People
from synthetic.world import Block, Rows


@dataclass(frozen=True)
class Analysis:
    """One analysis: mean and spread in health, decimals, answers below `floor` and above `roof` get an
    operator.
    """

    code: str
    unit: str
    mean: float
    spread: float
    decimals: int
    floor: float | None
    roof: float | None
    lower: float | None
    upper: float | None


ANALYSES = (
    Analysis("NPU27300", "mmol/mol", 37, 3.5, 0, 20, None, None, 48),
    Analysis("NPU03835", "%", 5.5, 0.3, 1, None, None, None, 6.5),
    Analysis("AAB00093", "mmol/mol", 37, 3.5, 0, None, None, None, 48),
    Analysis("NPU18016", "µmol/L", 74, 12, 0, 20, None, 45, 105),
    Analysis("DNK35302", "mL/min/1,73m2", 85, 12, 0, None, 90, 60, None),
    Analysis("NPU19748", "mg/L", 3, 3, 1, 0.6, None, None, 8),
    Analysis("NPU02319", "mmol/L", 8.7, 0.7, 1, None, None, 7.3, 10.5),
    Analysis("NPU03230", "mmol/L", 4.1, 0.32, 1, None, None, 3.5, 4.6),
    Analysis("NPU03429", "mmol/L", 140, 2.6, 0, None, None, 137, 145),
    Analysis("NPU01568", "mmol/L", 2.9, 0.8, 1, 0.3, None, None, 3.0),
    Analysis("NPU19673", "g/L", 40, 3.5, 0, None, None, 34, 45),
    Analysis("NPU19651", "U/L", 26, 11, 0, 5, None, 10, 70),
)
HBA1C, HBA1C_PERCENT, HBA1C_LOCAL, CREATININE, EGFR, CRP, HB, POTASSIUM, SODIUM, LDL, ALBUMIN, ALAT = range(12)
PANELS = (
    (CRP, HB, POTASSIUM, SODIUM, CREATININE, EGFR, ALBUMIN, ALAT),  # acute
    (HBA1C, LDL, CREATININE, EGFR, POTASSIUM),  # yearly control
    (HBA1C_PERCENT, HBA1C, LDL),  # diabetes, both units
    (CRP, HB),  # infection in general practice
    (CREATININE, EGFR, POTASSIUM, SODIUM),  # drugs for the heart
    (HBA1C_LOCAL, HB, ALAT),  # bedside and local code
)
CONTROLLED = ("hypertension", "cholesterol", "diabetes_2", "heart_failure", "ischaemic", "kidney")
WORDS = ("Aflyst", "Hæmolyseret", "Materiale mangler", "IKKE PÅVIST", "Ikke målt")
MOST_REQUISITIONS = 100_000  # Of one block.
LABORATORIES = ("AUH", "RHO", "HEG", "RHV", "RRA", "SIL", "ALM")


def answer_rows(block: Block) -> Rows:
    """`laboratoriesvar`: one row per requisition and analysis, by time of sampling."""
    people, contacts, period, rng = block.people, block.contacts, block.period, block.rng("laboratoriesvar")
    who, when, panel = _requisitions(people, contacts, rng)
    inside = (when >= people.seen_from[who]) & (when < np.minimum(people.seen_to[who], minute(period.end)))
    who, when, panel = who[inside], when[inside], panel[inside]
    order = np.lexsort((panel, who, when))
    who, when, panel = who[order], when[order], panel[order]
    sizes = np.array([len(one) for one in PANELS])
    row, nth = spread(sizes[panel])
    flat = np.array([analysis for one in PANELS for analysis in one])
    analysis = flat[(np.cumsum(sizes) - sizes)[panel[row]] + nth]
    kept = rng.random(len(row)) < 0.93
    row, analysis = row[kept], analysis[kept]
    value = _values(people, who, when, panel, row, analysis, rng)
    rows = _table(people, who, when, row, analysis, value, block.number, rng)
    late = block.sown(len(row), 0.004, "late answers")
    known = plus_days(when[row].astype("datetime64[D]"), 1 + late * rng.integers(20, 60, len(row)))
    text = rows.column("svar")
    marks = {
        "late_row": late,
        "answer_with_operator": pc.match_substring_regex(text, "^[<>]").to_numpy(zero_copy_only=False),
        "answer_in_words": pc.match_substring_regex(text, "^[A-ZÆØÅ]").to_numpy(zero_copy_only=False),
    }
    return Rows(rows, who[row], known, marks=marks)


def _requisitions(people: People, contacts: Contacts, rng: np.random.Generator) -> tuple[Ints, Minutes, Ints]:
    """Who was sampled when, and for which panel."""
    acute = np.flatnonzero(contacts.admission & (rng.random(len(contacts)) < 0.75))
    who = [contacts.who[acute]]
    when = [plus_minutes(contacts.start[acute], rng.integers(5, 120, len(acute)))]
    panel = [np.zeros(len(acute), dtype=np.int64)]
    visits = np.flatnonzero(~contacts.admission & (contacts.kind == 0) & (rng.random(len(contacts)) < 0.12))
    who.append(contacts.who[visits])
    when.append(plus_minutes(contacts.start[visits], rng.integers(1, 15, len(visits))))
    panel.append(rng.choice([0, 1, 4], len(visits), p=[0.5, 0.2, 0.3]))
    places = [list(CONDITIONS).index(name) for name in (*CONTROLLED, "diabetes_1")]
    weeks = people.course.start + np.arange(len(people.course.rate))[:, None] * np.timedelta64(7, "D")
    load = sum(weeks >= people.onset[:, place][None, :] for place in places)
    person, day = people.course.happenings(people.weekly(280.0, 0.012, 0.15) * (1 + 0.9 * load), rng)
    who.append(person)
    when.append(plus_minutes(minute(day), 7 * 60 + 30 + rng.integers(0, 7 * 60, len(person))))
    diabetic = people.has("diabetes_1", person, day) | people.has("diabetes_2", person, day)
    healthy = rng.choice(len(PANELS), len(person), p=[0.10, 0.36, 0.02, 0.24, 0.20, 0.08])
    ill = rng.choice(len(PANELS), len(person), p=[0.05, 0.45, 0.22, 0.08, 0.12, 0.08])
    panel.append(np.where(diabetic, ill, healthy))
    return np.concatenate(who), np.concatenate(when), np.concatenate(panel)


def _values(
    people: People, who: Ints, when: Minutes, panel: Ints, row: Ints, analysis: Ints, rng: np.random.Generator
) -> Floats:
    """The true value behind every answer: of the person, of the illness, of the day."""
    size = len(row)
    person = who[row]
    mean = np.array([a.mean for a in ANALYSES])[analysis]
    spread = np.array([a.spread for a in ANALYSES])[analysis]
    steady = rng.normal(0, 1, (len(people), len(ANALYSES)))[person, analysis]
    value = mean + spread * (0.7 * steady + 0.5 * rng.normal(0, 1, size))
    ill = panel[row] == 0
    diabetic = people.has("diabetes_1", person, when[row]) | people.has("diabetes_2", person, when[row])
    sugar = np.isin(analysis, [HBA1C, HBA1C_LOCAL])
    mmol = np.where(diabetic, 53 + 9 * np.abs(steady) + rng.normal(0, 4, size), value)
    value = np.where(sugar, mmol, value)
    percent = 0.0915 * (53 + 9 * np.abs(steady) + rng.normal(0, 4, size)) + 2.15
    value = np.where((analysis == HBA1C_PERCENT) & diabetic, percent, value)
    crp = np.where(ill, rng.lognormal(3.1, 1.3, size), rng.lognormal(0.9, 1.0, size))
    value = np.where(analysis == CRP, np.minimum(crp, 480), value)
    frail = people.frailty[person].clip(-1, 3)
    value = np.where(analysis == HB, value - 0.35 * (people.sex[person] == 2) - 0.3 * frail - 0.5 * ill, value)
    value = np.where(analysis == ALBUMIN, value - 1.2 * frail - 4 * ill, value)
    value = np.where(analysis == ALAT, mean * np.exp(0.35 * steady + 0.3 * rng.normal(0, 1, size)), value)
    value = np.where((analysis == LDL) & people.has("ischaemic", person, when[row]), value - 1.1, value)

    # Creatinine of the requisition, and eGFR from it (CKD-EPI 2009).
    woman = people.sex[who] == 2
    old = people.age(who, when)
    kidney = people.has("kidney", who, when)
    creatinine = np.where(woman, 66, 82) * np.exp(0.12 * rng.normal(0, 1, len(who)) + 0.003 * (old - 50))
    creatinine = np.round(np.where(kidney, creatinine * (1.5 + rng.gamma(2.0, 0.3, len(who))), creatinine))
    kappa, alpha = np.where(woman, 61.9, 79.6), np.where(woman, -0.329, -0.411)
    ratio = creatinine / kappa
    egfr = 141 * np.minimum(ratio, 1) ** alpha * np.maximum(ratio, 1) ** -1.209 * 0.993**old * np.where(woman, 1.018, 1)
    value = np.where(analysis == CREATININE, creatinine[row], value)
    value = np.where(analysis == EGFR, egfr[row], value)
    return np.maximum(value, 0.1)


def _table(
    people: People,
    who: Ints,
    when: Minutes,
    row: Ints,
    analysis: Ints,
    value: Floats,
    block: int,
    rng: np.random.Generator,
) -> pa.Table:
    size = len(row)
    decimals = np.array([a.decimals for a in ANALYSES])[analysis]
    floor = np.array([-1 if a.floor is None else a.floor for a in ANALYSES])[analysis]
    roof = np.array([1e9 if a.roof is None else a.roof for a in ANALYSES])[analysis]
    below, above = value < floor, value > roof
    shown = np.where(below, floor, np.where(above, roof, np.where(decimals == 0, np.round(value), np.round(value, 1))))
    text = pc.replace_substring(pa.array(shown).cast(pa.string()), ".", ",")
    operator = pick(["", "<", ">"], below + 2 * above)
    text = pc.binary_join_element_wise(operator, text, "")
    word = rng.random(size) < 0.017
    which = rng.choice(len(WORDS), size, p=[0.62, 0.16, 0.12, 0.04, 0.06])
    text = pc.if_else(pa.array(word), pick(WORDS, which), text)
    sampled = when[row]
    delay = rng.integers(20, 600, size) + np.where(rng.random(size) < 0.05, DAY_MINUTES, 0)
    unanswered = word & (which == 0) & (rng.random(size) < 0.5)
    answered = np.where(unanswered, np.datetime64("NaT", "m"), plus_minutes(sampled, delay))
    lower = np.array([np.nan if a.lower is None else a.lower for a in ANALYSES])[analysis]
    upper = np.array([np.nan if a.upper is None else a.upper for a in ANALYSES])[analysis]
    laboratory = np.where(rng.random(len(who)) < 0.1, 6, people.kom_after[who] % 6)[row]
    return table(
        {
            "patient_cpr": people.pnr(who[row], when[row]),
            "dw_ek_rekvisition": texts(3_000_000_000 + (block * MOST_REQUISITIONS + row) * 7),
            "npukode": pick([a.code for a in ANALYSES], analysis),
            "svar": text,
            "numerisksvar": numbers(shown, missing=word | (rng.random(size) < 0.004)),
            "enhed": pick([a.unit for a in ANALYSES], analysis),
            "datotid_proevetagning": timestamps(sampled),
            "datotid_sidstesvar": timestamps(answered),
            "referenceinterval_lowerlimit": numbers(lower, missing=np.isnan(lower)),
            "referenceinterval_upperlimit": numbers(upper, missing=np.isnan(upper)),
            "laboratorium_idcode": pick(LABORATORIES, laboratory),
        }
    )
