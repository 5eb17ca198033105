"""Contacts, diagnoses, stays and readmissions once more in plain Python; see `tests/spec/oracle.py`."""

from datetime import date, datetime, timedelta
from typing import Any

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


def diagnosis(rows: list[Row], contacts: list[Row]) -> list[Row]:
    """The rows of `diagnosis`."""
    known = {contact["contact_id"]: contact for contact in contacts}
    found = [(row, known[row["dw_ek_kontakt"]]) for row in rows if row["dw_ek_kontakt"] in known]
    return [
        {
            "diagnosis_id": number,
            "contact_id": contact["contact_id"],
            "person_id": contact["person_id"],
            "diagnosis_date": contact["start_at"].date(),
            "diagnosis_code": row["diag_kode"],
            "diagnosis_type": row["diag_kode_type"],
            "is_disproved": row["senere_afkraeftet"] == "Ja",
            "parent_code": row["diag_parent_kode"],
        }
        for number, (row, contact) in enumerate(found, 1)
    ]


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
