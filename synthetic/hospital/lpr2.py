"""LPR2, the patient register until the change-over of the region: `lpr_adm` and `lpr_diag`.

The rows are the contacts of LPR2's time that `lpr_a_kontakt` holds as well (`lprindberetningssystem` LPR2), in LPR2's
columns: same person, times and diagnoses under another key. A contact that was open at the change-over was closed
there in LPR2, so that `d_uddto` is the day of the change-over, and goes on in LPR3, whose row has the true end.

Columns and c_pattype are those of the register. Not verified, from memory: the two digits of the specialties (except
08 endocrinology and that 1-30 are medical), the hospitals' SHAK codes (except 6600 psychiatry), that reports came in
on the 10th of the next month, and that contacts of the change-over were closed on its day.
"""

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import SPECIALTIES, diagnoses
from synthetic.columns import Days, Ints, Minutes, dates, integers, pick, table, texts
from synthetic.hospital.beds import hospital_of
from synthetic.hospital.contacts import LPR3_FROM, MOST_CONTACTS
from synthetic.hospital.lpr3 import diagnosis_rows, finished_rows
from synthetic.world import Block, Rows

EMERGENCY_TYPE_UNTIL = np.datetime64("2014-01-01", "m")  # c_pattype 3 ends with 2013.
HOSPITALS_SHAK = ("6620", "6006", "6650", "7601", "6630", "7002")
PSYCHIATRY_SHAK = "6600"
# Specialty of the contact: LPR2's two digits.
SPECIALTY_CODES = {
    "internal": "01",
    "geriatrics": "02",
    "lung": "10",
    "heart": "06",
    "infection": "05",
    "endocrinology": "08",
    "nephrology": "11",
    "gastro": "09",
    "haematology": "04",
    "rheumatology": "12",
    "neurology": "20",
    "surgery": "31",
    "orthopaedics": "36",
    "urology": "35",
    "gynaecology": "38",
    "obstetrics": "38",
    "oncology": "22",
    "dermatology": "18",
    "eye": "44",
    "ear": "42",
    "radiology": "65",
    "psychiatry": "50",
    "emergency": "00",
}
REFERRED = 0.35  # Of the planned contacts, how many name the diagnosis of the referral (H).


def contact_rows(block: Block) -> Rows:
    """`lpr_adm`: one row per contact that began before the change-over, in the order of the contacts' keys."""
    people, contacts, finished = block.people, block.contacts, finished_rows(block)
    old = np.flatnonzero(contacts.start < LPR3_FROM)
    rows = finished.where(contacts.start < LPR3_FROM)
    who, start, diagnosis = contacts.who[old], contacts.start[old], contacts.diagnosis[old]
    end = _end(contacts.end[old])
    # A world that ends before the change-over can hold contacts that are open.
    names = list(SPECIALTIES)
    psychiatric = contacts.specialty[old] == names.index("psychiatry")
    hospital = hospital_of(rows.table.column("kont_ans").combine_chunks()) if len(old) else old
    visit = np.where(contacts.acute[old] & (start < EMERGENCY_TYPE_UNTIL), 2, 1)
    pattype = np.where(contacts.admission[old], 0, visit)
    minutes = (start - start.astype("datetime64[D]")).astype(np.int64)
    table_ = table(
        {
            "recnum": texts(_recnum(block, old)),
            "pnr": people.pnr(who, start),
            "d_inddto": dates(start),
            "d_uddto": dates(end.astype("datetime64[D]")),
            "c_pattype": pick(["0", "2", "3"], pattype),
            "c_indm": pick(["2", "1"], contacts.acute[old].astype(np.int64)),
            "c_spec": pick([SPECIALTY_CODES[name] for name in names], contacts.specialty[old]),
            "c_sgh": pick(
                [*HOSPITALS_SHAK, PSYCHIATRY_SHAK], np.where(psychiatric, len(HOSPITALS_SHAK), hospital.clip(0, 5))
            ),
            "c_afd": texts(contacts.specialty[old] * 3 + 10, width=2),
            "c_adiag": pick(diagnoses().code, diagnosis.clip(0), missing=diagnosis < 0),
            "v_indtime": integers(minutes // 60),
            "v_indminut": integers(minutes % 60),
            "v_alder": integers(np.floor(people.age(who, start))),
        }
    )
    crosses = np.isnat(contacts.end[old]) | (contacts.end[old] > LPR3_FROM)
    marks = {"across_lpr2_and_lpr3": crosses & (block.period.end > LPR3_FROM)}
    known = _reported(start, end)
    # What was cancelled before the report came was reported all the same, and cancelled then.
    return Rows(table_, who, known, None if rows.until is None else np.maximum(rows.until, known), marks)


def diagnosis_table_rows(block: Block) -> Rows:
    """`lpr_diag`: the diagnoses of `lpr_a_diagnose` that belong to contacts of LPR2's time (A, B, +), and the diagnoses
    of referrals (H), which LPR3 no longer has as a kind of diagnosis.
    """
    contacts, rng = block.contacts, block.rng("lpr_diag")
    told = diagnosis_rows(block)
    told = told.where(told.marks["lpr2_row_in_lpr3"])
    key = told.table.column("dw_ek_kontakt").combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
    place = np.searchsorted(contacts.key, key)
    planned = (contacts.start < LPR3_FROM) & ~contacts.acute & (contacts.diagnosis >= 0)
    referred = np.flatnonzero(planned & (rng.random(len(contacts)) < REFERRED))
    # Every fourth referral names something vaguer than what was found: another diagnosis of the same specialty.
    codes = diagnoses()
    found = contacts.diagnosis[referred]
    first = np.searchsorted(np.sort(codes.specialty), codes.specialty[found])
    vague = np.argsort(codes.specialty, kind="stable")[first]
    named = np.where(rng.random(len(referred)) < 0.25, vague, found)
    row = np.concatenate([place, referred])
    code = pa.concat_arrays([told.table.column("diag_kode").combine_chunks(), pick(codes.code, named)])
    kind = pa.concat_arrays(
        [told.table.column("diag_kode_type").combine_chunks(), pick(["H"], np.zeros(len(referred), dtype=np.int64))]
    )
    order = np.argsort(row, kind="stable")
    row = row[order]
    table_ = table(
        {
            "recnum": texts(_recnum(block, row)),
            "c_diag": code.take(pa.array(order)),
            "c_diagtype": kind.take(pa.array(order)),
        }
    )
    until = finished_rows(block).until
    known = _reported(contacts.start[row], _end(contacts.end[row]))
    return Rows(table_, contacts.who[row], known, None if until is None else np.maximum(until[row], known))


def _recnum(block: Block, place: Ints) -> Ints:
    return np.asarray(4_000_000_000 + (block.number * MOST_CONTACTS + place) * 3)


def _end(end: Minutes) -> Minutes:
    """The end in LPR2: none that is later than the change-over."""
    return np.where(end > LPR3_FROM, LPR3_FROM, end)


def _reported(start: Minutes, end: Minutes) -> Days:
    """Open contacts are reported like those that ended; the 10th of the month after."""
    month = np.where(np.isnat(end), start, end).astype("datetime64[M]") + np.timedelta64(1, "M")
    return np.asarray(month.astype("datetime64[D]") + np.timedelta64(9, "D"))
