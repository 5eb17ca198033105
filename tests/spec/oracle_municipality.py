"""Municipal care in plain Python: what was granted, visited, assessed and observed. Part of `oracle.py`."""

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
People = dict[int, Row]


def home_care_visit(rows: list[Row], people: People) -> list[Row]:
    """The rows of `home_care_visit`."""
    status = {"gennemfoert": "completed", "aflyst": "cancelled", "ikke_hjemme": "not_at_home"}
    return [
        {
            "visit_id": row["besoeg_id"],
            "person_id": row["person_id"],
            "municipality_code": row["kommune_kode"],
            "service_code": row["indsats_kode"],
            "functional_level": row["funktionsniveau"],
            "status": status[row["besoeg_status"]],
            "planned_start_at": row["planlagt_start"],
            "start_at": row["start"],
            "end_at": row["slut"],
            "delivered_minutes": row["leveret_minutter"],
            "care_worker_id": row["medarbejder_id"],
        }
        for row in rows
        if row["person_id"] in people
    ]


def home_care_need(rows: list[Row], people: People) -> list[Row]:
    """The rows of `home_care_need`: later rows of a month stand in for earlier ones."""
    newest = {(row["person_id"], row["HÆND_MDR"]): row for row in rows if row["person_id"] in people}
    return [
        {
            "person_id": person,
            "month_start_date": first_of_month(month),
            "personal_care_minutes_week": row["PERPL_VIS"],
            "practical_help_minutes_week": row["PRAHJ_VIS"],
            "granted_minutes_week": row["PERPL_VIS"] + row["PRAHJ_VIS"],
        }
        for (person, month), row in newest.items()
    ]


def home_nursing(rows: list[Row], people: People) -> list[Row]:
    """The rows of `home_nursing`."""
    marks: dict[tuple[int, date], set[str | None]] = {}
    for row in rows:
        if row["person_id"] in people:
            marks.setdefault((row["person_id"], row["HJEMSYGEP_DATO"]), set()).add(row["IMP_MARK"])
    return [
        {"person_id": person, "nursing_date": day, "is_imputed": found == {"FTI"}}
        for (person, day), found in marks.items()
    ]


def training(rows: list[Row], people: People) -> list[Row]:
    """The rows of `training`."""
    kinds = {"1": "regain", "2": "maintain"}
    found = {(r["person_id"], first_of_month(r["HÆND_MDR"]), kinds[r["TREAN_ART"]]) for r in rows}
    return [
        {"person_id": person, "month_start_date": month, "training_kind": kind}
        for person, month, kind in found
        if person in people
    ]


def rehabilitation(rows: list[Row], people: People) -> list[Row]:
    """The rows of `rehabilitation`: of equal versions the later row."""
    counts: dict[tuple[int, int, int], Row] = {}
    for row in rows:
        key = row["person_id"], row["AEL_KOMKOD"], row["AAR"]
        if key not in counts or row["VERSION"] >= counts[key]["VERSION"]:
            counts[key] = row
    return [
        {
            "person_id": person,
            "municipality_code": f"{municipality:04d}",
            "plan_year_date": date(year, 1, 1),
            "approved_year_date": date(row["GODKEND_AAR"], 1, 1) if row["GODKEND_AAR"] else None,
        }
        for (person, municipality, year), row in counts.items()
        if person in people
    ]


def nursing_home_stay(rows: list[Row], people: People) -> list[Row]:
    """The rows of `nursing_home_stay`."""
    stays = []
    for row in rows:
        if row["person_id"] in people:
            end, died = row["slut"], people[row["person_id"]]["death_date"]
            stays.append(
                {
                    "person_id": row["person_id"],
                    "start_date": row["start"],
                    "end_date": end + timedelta(days=1) if end and end == died else end,
                    "nursing_home_id": row["plejehjem_id"],
                    "municipality_code": row["kommune_kode"],
                }
            )
    return stays


def functional_level(rows: list[Row], people: People) -> list[Row]:
    """The rows of `functional_level`."""
    return [
        {
            "assessment_id": row["vurdering_id"],
            "person_id": row["person_id"],
            "municipality_code": row["kommune_kode"],
            "assessed_date": row["vurderet_dato"],
            "condition_code": row["tilstand_kode"],
            "level_code": row["niveau"],
            "functional_level": level(row["niveau"]),
            "is_relevant": level(row["niveau"]) is not None,
        }
        for row in rows
        if row["person_id"] in people
    ]


def level(code: str) -> int | None:
    """A level of either system; None when not relevant."""
    number = int(code[1:]) - 1 if code.startswith("B") else int(code)
    return number if number <= 4 else None


def care_observation(rows: list[Row], people: People) -> list[Row]:
    """The rows of `care_observation`."""
    newest = {row["observation_id"]: row for row in rows}
    return [
        {
            "observation_id": row["observation_id"],
            "person_id": row["person_id"],
            "municipality_code": row["kommune_kode"],
            "observed_at": row["tidspunkt"],
            "sleep_score": row["soevn"],
            "appetite_score": row["appetit"],
            "mobility_score": row["mobilitet"],
            "clearness_score": row["konfusion"],
            "weight_kg": row["vaegt_kg"],
            "pain_score": row["smerte"],
            "care_worker_id": row["medarbejder_id"],
            "remark_text": row["bemaerkning"],
        }
        for row in newest.values()
        if row["person_id"] in people
    ]


def first_of_month(text: str) -> date:
    """The first day of a month YYYYMM."""
    return date(int(text[:4]), int(text[4:]), 1)
