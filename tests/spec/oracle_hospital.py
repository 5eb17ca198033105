"""Contacts, diagnoses, stays and readmissions once more in plain Python; see `tests/spec/oracle.py`."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from tests.spec.oracle_population import age

Row = dict[str, Any]


def minutes(start: datetime, end: datetime | None) -> int | None:
    """Whole minutes from start to end."""
    return None if end is None else int((end - start).total_seconds() // 60)


def hospital_contact(rows: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `hospital_contact`; an end in the year 2500 is none."""
    ends = {
        row["dw_ek_kontakt"]: None if end is None or end.year >= 2500 else end
        for row in rows
        for end in [row["kont_sluttidspunkt"]]
    }
    return [
        {
            "contact_id": row["dw_ek_kontakt"],
            "person_id": row["person_id"],
            "start_at": row["kont_starttidspunkt"],
            "end_at": ends[row["dw_ek_kontakt"]],
            "duration_minutes": minutes(row["kont_starttidspunkt"], ends[row["dw_ek_kontakt"]]),
            "contact_type_code": row["kont_type"],
            "is_physical": row["kont_type"] == "ALCA00",
            "priority_code": row["prioritet"],
            "is_acute": row["prioritet"].startswith("ATA1"),
            "cause_code": row["kont_aarsag"],
            "action_diagnosis_code": row["adiag"],
            "responsible_unit_code": row["kont_ans"],
            "main_specialty": row["kont_ans_hovedspec"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def diagnosis(
    rows: list[Row], contacts: list[Row], lpr2_contacts: list[Row], lpr2_rows: list[Row], people: dict[int, Row]
) -> list[Row]:
    """The rows of `diagnosis`: those of lpr_a, and of LPR2 those that lpr_a does not hold."""
    known = {contact["contact_id"]: contact for contact in contacts}
    told = departments_of_lpr2(lpr2_contacts)
    found = []
    for row in rows:
        if contact := known.get(row["dw_ek_kontakt"]):
            found.append(
                {
                    "person_id": contact["person_id"],
                    "diagnosis_date": contact["start_at"].date(),
                    "contact_id": contact["contact_id"],
                    "diagnosis_code": row["diag_kode"],
                    "diagnosis_type": row["diag_kode_type"],
                    "is_disproved": row["senere_afkraeftet"] == "Ja",
                    "parent_code": row["diag_parent_kode"],
                    "department": department_of(contact, told),
                    "register": "lpr_a",
                }
            )
    what = ("person_id", "diagnosis_date", "diagnosis_code", "diagnosis_type")
    held = {tuple(row[column] for column in what) for row in found}
    old = {row["recnum"]: row for row in lpr2_contacts if row["person_id"] in people}
    for row in lpr2_rows:
        if row["recnum"] not in old:
            continue
        adm = old[row["recnum"]]
        if (adm["person_id"], adm["d_inddto"], row["c_diag"], row["c_diagtype"]) in held:
            continue
        same = [
            c["contact_id"]
            for c in contacts
            if c["person_id"] == adm["person_id"]
            and c["start_at"].date() == adm["d_inddto"]
            and c["action_diagnosis_code"] is not None
            and c["action_diagnosis_code"] == adm["c_adiag"]
        ]
        found.append(
            {
                "person_id": adm["person_id"],
                "diagnosis_date": adm["d_inddto"],
                "contact_id": min(same, default=None),
                "diagnosis_code": row["c_diag"],
                "diagnosis_type": row["c_diagtype"],
                "is_disproved": False,
                "parent_code": None,
                "department": department_of_code(adm["c_spec"]),
                "register": "lpr2",
            }
        )
    order = ("is_disproved", "department", "register")
    found.sort(
        key=lambda r: (
            *(r["contact_id"] or -1, r["diagnosis_type"], r["diagnosis_code"], r["parent_code"] or ""),
            *(r[column] for column in order),
        )
    )
    numbers: Counter[tuple[int, date]] = Counter()
    numbered = []
    for row in found:
        day = row["person_id"], row["diagnosis_date"]
        numbers[day] += 1
        numbered.append(
            {
                "person_id": day[0],
                "diagnosis_date": day[1],
                "diagnosis_number": numbers[day],
                **dict(list(row.items())[2:]),
            }
        )
    return numbered


def departments_of_lpr2(lpr2_contacts: list[Row]) -> dict[tuple[Any, ...], str]:
    """Per person, day and action diagnosis the kind of department that LPR2 tells."""
    told: dict[tuple[Any, ...], str] = {}
    for row in lpr2_contacts:
        if row["c_adiag"] is not None:
            key, kind = (row["person_id"], row["d_inddto"], row["c_adiag"]), department_of_code(row["c_spec"])
            told[key] = min(kind, told.get(key, kind))
    return told


def department_of(contact: Row, told: dict[tuple[Any, ...], str]) -> str:
    """What kind of department a contact of lpr_a was with; LPR2 knows where it does not."""
    if contact["main_specialty"] is not None:
        return department(contact["main_specialty"])
    return told.get((contact["person_id"], contact["start_at"].date(), contact["action_diagnosis_code"]), "other")


def department_of_code(code: str | None) -> str:
    """What kind of department a specialty of LPR2 is."""
    number = int(code or 0)
    return "endocrinology" if number == 8 else "other_medical" if 1 <= number <= 30 else "other"


def department(specialty: str | None) -> str:
    """What kind of department a main specialty is."""
    name = (specialty or "").strip().lower()
    if "endokrinologi" in name:
        return "endocrinology"
    medical = {
        *("blandet medicin og kirurgi", "geriatri", "hepatologi", "hæmatologi", "infektionsmedicin", "kardiologi"),
        *("medicinsk allergologi", "medicinsk gastroenterologi", "medicinsk lungesygdomme", "nefrologi", "reumatologi"),
        *("palliativ medicin", "akut medicin", "akutmedicin", "dermato-venerologi", "neurologi", "onkologi"),
        *("klinisk onkologi", "fysiurgi", "tropemedicin"),
    }
    return "other_medical" if name in medical or name.startswith("intern medicin") else "other"


def procedure(rows: list[Row], contacts: list[Row]) -> list[Row]:
    """The rows of `procedure`."""
    persons = {contact["contact_id"]: contact["person_id"] for contact in contacts}
    return [
        {
            "procedure_id": row["dw_ek_procedureregistrering"],
            "contact_id": row["dw_ek_kontakt"],
            "person_id": persons[row["dw_ek_kontakt"]],
            "start_at": row["proc_starttidspunkt"],
            "end_at": row["proc_sluttidspunkt"],
            "procedure_code": row["proc_kode"],
            "procedure_type": row["proc_kode_type"],
            "performing_unit_code": row["proc_ans"],
        }
        for row in rows
        if row["dw_ek_kontakt"] in persons
    ]


def hospital_stay(contacts: list[Row]) -> list[Row]:
    """The rows of `hospital_stay`."""
    attendances = [c for c in contacts if c["is_physical"] and c["end_at"] is not None]
    attendances.sort(key=lambda c: (c["person_id"], c["start_at"], c["contact_id"]))
    stays: list[list[Row]] = []
    for contact in attendances:
        stay = stays[-1] if stays else []
        same_person = bool(stay) and stay[0]["person_id"] == contact["person_id"]
        if same_person and contact["start_at"] - max(c["end_at"] for c in stay) <= timedelta(hours=4):
            stay.append(contact)
        else:
            stays.append([contact])
    rows = []
    for stay in stays:
        start, end = stay[0]["start_at"], max(c["end_at"] for c in stay)
        last = max(stay, key=lambda c: (c["end_at"], c["start_at"], c["contact_id"]))
        rows.append(
            {
                "stay_id": stay[0]["contact_id"],
                "person_id": stay[0]["person_id"],
                "start_at": start,
                "end_at": end,
                "duration_minutes": minutes(start, end),
                "is_admission": end - start >= timedelta(hours=12),
                "is_acute": stay[0]["is_acute"],
                "contact_count": len(stay),
                "main_diagnosis_code": main_diagnosis(stay),
                "first_contact_id": stay[0]["contact_id"],
                "last_contact_id": last["contact_id"],
            }
        )
    return rows


def main_diagnosis(stay: list[Row]) -> str | None:
    """The action diagnosis with the most minutes; of equals the first one. `stay` is in order of start."""
    time: dict[str, int] = {}
    for contact in stay:
        code = contact["action_diagnosis_code"]
        if code is not None:
            time[code] = time.get(code, 0) + contact["duration_minutes"]
    # dict keeps the order in which codes came, and max takes the first of equals.
    return max(time, key=lambda code: time[code]) if time else None


def readmission(stays: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `readmission`."""
    rows = []
    for admission in stays:
        if not admission["is_admission"]:
            continue
        discharged = admission["end_at"]
        reason = exclusion(admission, people[admission["person_id"]]["death_date"])
        following = [
            stay
            for stay in stays
            if reason is None
            and stay["person_id"] == admission["person_id"]
            and timedelta(0) < stay["start_at"] - discharged <= timedelta(hours=720)
            and can_be_readmission(stay)
        ]
        first = min(following, key=lambda stay: stay["start_at"], default=None)
        rows.append(
            {
                "stay_id": admission["stay_id"],
                "person_id": admission["person_id"],
                "discharged_at": discharged,
                "is_index": reason is None,
                "exclusion_reason": reason,
                "readmission_stay_id": first["stay_id"] if first else None,
                "readmitted_at": first["start_at"] if first else None,
                "hours_to_readmission": (first["start_at"] - discharged).total_seconds() / 3600 if first else None,
                "is_readmitted_30_days": first is not None,
            }
        )
    return rows


def exclusion(admission: Row, death: date | None) -> str | None:
    """Why an admission is no index admission."""
    code = admission["main_diagnosis_code"] or ""
    if death is not None and death <= admission["end_at"].date():
        return "death"
    for prefix, reason in (("DF", "psychiatric"), ("DZ763", "healthy_companion"), ("DO4", "maternal_care")):
        if code.startswith(prefix):
            return reason
    return "cancer" if code.startswith(("DC", "DD0")) else None


def can_be_readmission(stay: Row) -> bool:
    """Whether a stay counts as a readmission."""
    births = ("DO80", "DO81", "DO82", "DO84")
    injuries: tuple[str, ...] = ("DS", "DT1", "DT2", "DT6", "DT7", "DT9", "DX", "DY")
    injuries += tuple(f"DT{n}" for n in (*range(30, 36), *range(51, 60)))
    left_out = ("DZ763", "DF", "DC", "DD0", *births, *injuries)
    return stay["is_acute"] and not (stay["main_diagnosis_code"] or "").startswith(left_out)


def stay_reconciliation(stays: list[Row], register: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `stay_reconciliation`."""
    ours = {(s["person_id"], s["first_contact_id"]): s for s in stays}
    theirs = {(r["person_id"], r["DW_EK_KONTAKT_FOERSTE"]): r for r in register if r["person_id"] in people}
    rows = []
    for key in ours.keys() | theirs.keys():
        stay, told = ours.get(key, {}), theirs.get(key, {})
        start, end = told.get("SGH_OPH_STARTTIDSPUNKT"), told.get("SGH_OPH_SLUTTIDSPUNKT")
        if not told:
            outcome = "only_here"
        elif stay and (stay["start_at"], stay["end_at"]) == (start, end):
            outcome = "same"
        elif end is None:
            outcome = "open_in_register"
        else:
            outcome = "other_times" if stay else "only_in_register"
        rows.append(
            {
                "person_id": key[0],
                "first_contact_id": key[1],
                "stay_id": stay.get("stay_id"),
                "register_stay_id": told.get("DW_EK_SYGEHUSOPHOLD"),
                "start_at": stay.get("start_at"),
                "register_start_at": start,
                "end_at": stay.get("end_at"),
                "register_end_at": end,
                "outcome": outcome,
            }
        )
    return rows


def emergency_visit(stays: list[Row], contacts: list[Row]) -> list[Row]:
    """The rows of `emergency_visit`."""
    known = {contact["contact_id"]: contact for contact in contacts}
    return [
        {
            **{name: s[name] for name in ("stay_id", "person_id", "start_at", "end_at", "duration_minutes")},
            "main_diagnosis_code": s["main_diagnosis_code"],
            "cause_code": first["cause_code"],
            "is_injury": first["cause_code"] in ("ALCC02", "ALCC03", "ALCC04", "ALCC05"),
            "main_specialty": first["main_specialty"],
        }
        for s in stays
        for first in [known[s["first_contact_id"]]]
        if s["is_acute"] and s["duration_minutes"] < 720
    ]


PREVENTABLE = {
    "dehydration": ("DE86",),
    "constipation": ("DK590",),
    "lower_respiratory_disease": (
        *("DJ12", "DJ13", "DJ14", "DJ15", "DJ18", "DJ20", "DJ21", "DJ22"),
        *("DJ40", "DJ41", "DJ42", "DJ43", "DJ44", "DJ45", "DJ46", "DJ47"),
    ),
    "cystitis": ("DN30",),
    "gastroenteritis": ("DA09",),
    "fracture": tuple(f"DS{part}2" for part in range(10)),
    "nutritional_anaemia": ("DD50", "DD51", "DD52", "DD53"),
    "social_and_care": ("DZ59", "DZ74", "DZ75"),
    "pressure_ulcer": ("DL89",),
}


def preventable_admission(stays: list[Row], people: dict[int, Row]) -> list[Row]:
    """The rows of `preventable_admission`."""
    rows = []
    for stay in stays:
        code = stay["main_diagnosis_code"] or ""
        category = next((name for name, codes in PREVENTABLE.items() if code.startswith(codes)), None)
        old_enough = age(people[stay["person_id"]]["birth_date"], stay["start_at"].date()) >= 65
        if stay["is_admission"] and stay["is_acute"] and old_enough and category:
            about = {name: stay[name] for name in ("stay_id", "person_id", "start_at", "end_at")}
            rows.append({**about, "category": category, "main_diagnosis_code": code})
    return rows
