"""What crosses the sectors, once more in plain Python: passages, events, windows of risk; see `oracle.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.spec.oracle_population import age

Row = dict[str, Any]
People = dict[int, Row]
Marts = dict[str, list[Row]]
SCORES = ("sleep", "appetite", "mobility", "clearness")


def marts(made: Marts, people: People) -> Marts:
    """The marts that read all sectors, of the marts that are there."""
    return {
        "sector_transition": sector_transition(made, people),
        "event": event(made),
        "home_care_risk_window": home_care_risk_window(made, people),
    }


def at_midnight(day: date) -> datetime:
    """A day as a time."""
    return datetime.combine(day, time())


def by_person(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows of each person."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["person_id"]].append(row)
    return found


def sector_contacts(made: Marts) -> dict[tuple[int, str], list[tuple[datetime, str]]]:
    """When the municipality and general practice saw a person, and how exactly that is known."""
    seen: dict[tuple[int, str], list[tuple[datetime, str]]] = defaultdict(list)
    for row in made["home_care_visit"]:
        at = visit_at(row)
        if row["status"] == "completed" and at:
            seen[row["person_id"], "municipality"].append((at, "minute"))
    for row in made["home_nursing"]:
        seen[row["person_id"], "municipality"].append((at_midnight(row["nursing_date"]), "day"))
    for row in made["primary_care_contact"]:
        practice = row["is_general_practice"] or row["is_out_of_hours"]
        if practice and not row["is_for_child"] and row["week_start_date"]:
            seen[row["person_id"], "general_practice"].append((at_midnight(row["week_start_date"]), "week"))
    return seen


def is_before(at: datetime, known_by: str, start: datetime) -> bool:
    """Whether a contact counts as before an admission."""
    if start - at > timedelta(30):
        return False
    if known_by == "week":
        return at + timedelta(7) <= start
    return at.date() <= start.date() if known_by == "day" else at < start


def is_after(at: datetime, known_by: str, end: datetime) -> bool:
    """Whether a contact counts as after a discharge."""
    if at - end > timedelta(30):
        return False
    return at.date() >= end.date() if known_by == "day" else at > end


def sector_transition(made: Marts, people: People) -> list[Row]:
    """The rows of `sector_transition`."""
    seen = sector_contacts(made)
    rows = []
    for stay in made["hospital_stay"]:
        if not stay["is_admission"]:
            continue
        start, end, person_id = stay["start_at"], stay["end_at"], stay["person_id"]
        died = people[person_id]["death_date"]
        for sector in ("municipality", "general_practice"):
            about = {"stay_id": stay["stay_id"], "person_id": person_id}
            before = [at for at, known_by in seen[person_id, sector] if is_before(at, known_by, start)]
            after = [at for at, known_by in seen[person_id, sector] if is_after(at, known_by, end)]
            if before:
                last = max(before)
                way = {"from_sector": sector, "to_sector": "hospital", "passed_at": start, "contact_at": last}
                rows.append({**about, **way, "days_between": (start.date() - last.date()).days})
            if died is None or died > end.date():
                first = min(after, default=None)
                way = {"from_sector": "hospital", "to_sector": sector, "passed_at": end, "contact_at": first}
                rows.append({**about, **way, "days_between": (first.date() - end.date()).days if first else None})
    return rows


def priority(row: Row) -> str:
    """How a contact or stay came about."""
    return "acute" if row["is_acute"] else "planned"


def visit_at(row: Row) -> datetime | None:
    """When a visit was, or was to be."""
    at: datetime | None = row["start_at"] or row["planned_start_at"]
    return at


# Per kind of event: the mart, its time, its code, its number and its text.
Telling = tuple[str, Callable[[Row], Any], Callable[[Row], str | None], Callable[[Row], Any], Callable[[Row], Any]]


def kind(mart: str, at: Any, code: Any, value: Any = None, text: Any = None) -> Telling:
    """A kind of event; columns by their name, codes as a text or of the row."""

    def of(what: Any) -> Callable[[Row], Any]:
        return what if callable(what) else (lambda row: row[what] if what else None)

    return mart, of(at), code if callable(code) else (lambda _: code), of(value), of(text)


EVENTS: list[Telling] = [
    kind("death", "death_date", "MEDS_DEATH"),
    kind("hospital_contact", "start_at", lambda r: f"CONTACT//{r['contact_type_code']}//{priority(r)}"),
    kind("hospital_stay", "start_at", lambda r: f"ADMISSION//START//{priority(r)}" if r["is_admission"] else None),
    kind("hospital_stay", "end_at", lambda r: "ADMISSION//END" if r["is_admission"] else None, "duration_minutes"),
    kind(
        "diagnosis",
        "_known_at",
        lambda r: None if r["is_disproved"] else f"DIAGNOSIS//{r['diagnosis_type']}//{r['diagnosis_code']}",
    ),
    kind("procedure", "start_at", lambda r: f"PROCEDURE//{r['procedure_code']}"),
    kind("dispensing", "dispensed_date", lambda r: f"DISPENSING//{r['atc_code']}", "ddd"),
    kind(
        *("hospital_medication", "administered_at", lambda r: f"HOSPITAL_MEDICATION//{r['atc_code']}"),
        *("dose", "dose_unit"),
    ),
    kind("lab_result", "sampled_at", lambda r: f"LAB//{r['npu_code']}", "result_value", "result_text"),
    kind("vital_sign", "measured_at", lambda r: f"VITAL_SIGN//{r['element_code']}", "value"),
    kind(
        "primary_care_contact",
        "week_start_date",
        lambda r: None if r["is_for_child"] else f"PRIMARY_CARE//{r['specialty_code']}",
        "service_count",
    ),
    kind(
        *("home_care_visit", visit_at, lambda r: f"HOME_CARE//{r['service_code']}//{r['status']}", "delivered_minutes"),
    ),
    kind("home_nursing", "nursing_date", "HOME_NURSING"),
    kind("functional_level", "assessed_date", lambda r: f"FUNCTIONAL_LEVEL//{r['condition_code']}", "functional_level"),
    *(
        kind(
            "care_observation",
            lambda r, n=name: r["observed_at"] if r[n] is not None else None,
            f"CARE_OBSERVATION//{name}",
            name,
        )
        for name in (*(f"{score}_score" for score in SCORES), "pain_score", "weight_kg")
    ),
]


def event(made: Marts) -> list[Row]:
    """The rows of `event`."""
    found: dict[tuple[int, datetime, str], list[tuple[float | None, str | None]]] = defaultdict(list)
    ends = {row["contact_id"]: row["end_at"] or row["start_at"] for row in made["hospital_contact"]}
    diagnoses = [
        {**row, "_known_at": ends.get(row["contact_id"], at_midnight(row["diagnosis_date"]))}
        for row in made["diagnosis"]
    ]
    for mart, when, named, valued, worded in EVENTS:
        for row in diagnoses if mart == "diagnosis" else made[mart]:
            at, code, value = when(row), named(row), valued(row)
            if at is not None and code is not None:
                time_ = at if isinstance(at, datetime) else at_midnight(at)
                number = None if value is None else float(value)
                found[row["person_id"], time_, code].append((number, worded(row)))
    lowest = float("-inf")
    return [
        {
            "person_id": person_id,
            "event_at": at,
            "code": code,
            "event_number": number,
            "numeric_value": value,
            "text_value": text,
        }
        for (person_id, at, code), values in found.items()
        for number, (value, text) in enumerate(
            sorted(values, key=lambda v: (lowest if v[0] is None else v[0], v[1] or "")), 1
        )
    ]


def home_care_risk_window(made: Marts, people: People) -> list[Row]:
    """The rows of `home_care_risk_window`."""
    names = ("home_care_visit", "hospital_contact", "home_care_need", "home_nursing", "functional_level")
    of = {
        name: by_person(made[name])
        for name in (*names, "care_observation", "dispensing", "hospital_stay", "cohort_membership")
    }
    rows = []
    for person_id, about in people.items():
        visits = [(at.date(), row) for row in of["home_care_visit"][person_id] if (at := visit_at(row))]
        mondays = {
            day - timedelta(day.weekday()) + timedelta(7 * weeks)
            for day, row in visits
            if row["status"] == "completed"
            for weeks in range(1, 5)
        }
        for monday in sorted(mondays):
            mine = {name: rows_[person_id] for name, rows_ in of.items()}
            if row := risk_window(monday, about, visits, mine):
                rows.append({"person_id": person_id, "week_start_date": monday, **row})
    return rows


def risk_window(monday: date, about: Row, visits: list[tuple[date, Row]], mine: dict[str, list[Row]]) -> Row | None:
    """What is known of a person on a Monday and what follows; None for who is not at risk."""
    at = at_midnight(monday)
    contacts = [row for row in mine["hospital_contact"] if row["is_physical"]]
    died = about["death_date"]
    if age(about["birth_date"], monday) < 18 or (died is not None and died < monday):
        return None
    for row in contacts:
        if row["start_at"] < at <= row["start_at"] + timedelta(60) and (row["end_at"] is None or row["end_at"] >= at):
            return None

    def ago(day: date, days: int) -> bool:
        return timedelta(0) < monday - day <= timedelta(days)

    month = [(day, row) for day, row in visits if ago(day, 28)]
    done = [(day, row) for day, row in month if row["status"] == "completed"]
    first = monday.replace(day=1)
    months = (row for row in mine["home_care_need"] if timedelta(0) < first - row["month_start_date"] <= timedelta(92))
    newest = max(months, key=lambda row: row["month_start_date"], default=None)
    levels = [row["functional_level"] for row in mine["functional_level"] if ago(row["assessed_date"], 365)]
    observed = [row for row in mine["care_observation"] if timedelta(0) < at - row["observed_at"] <= timedelta(7)]
    closed = [row for row in contacts if row["end_at"] and timedelta(0) < at - row["end_at"] <= timedelta(365)]
    drugs = {row["atc_code"] for row in mine["dispensing"] if row["pack_count"] > 0 and ago(row["dispensed_date"], 180)}
    admissions = [
        contact["start_at"]
        for stay in mine["hospital_stay"]
        if stay["is_admission"] and stay["is_acute"]
        for contact in contacts
        if contact["is_acute"] and contact["end_at"] and contact["end_at"] <= stay["end_at"]
        if contact["start_at"] >= stay["start_at"] and timedelta(0) <= contact["start_at"] - at < timedelta(30)
    ]

    def told(values: Iterable[int | None]) -> list[int]:
        return [value for value in values if value is not None]

    return {
        "visits_7_days": sum(1 for day, _ in done if ago(day, 7)),
        "visits_28_days": len(done),
        "missed_visits_28_days": len(month) - len(done),
        "visit_minutes_28_days": sum(row["delivered_minutes"] or 0 for _, row in done),
        "granted_minutes_week": newest["granted_minutes_week"] if newest else None,
        "nursing_days_28_days": sum(ago(row["nursing_date"], 28) for row in mine["home_nursing"]),
        "highest_functional_level_365_days": max(told(levels), default=None),
        "observations_7_days": len(observed),
        **{
            f"lowest_{score}_score_7_days": min(told(row[f"{score}_score"] for row in observed), default=None)
            for score in SCORES
        },
        "highest_pain_score_7_days": max(told(row["pain_score"] for row in observed), default=None),
        "acute_contacts_365_days": sum(row["is_acute"] for row in closed),
        "hospital_minutes_365_days": sum(row["duration_minutes"] for row in closed),
        "days_since_hospital": (monday - max(row["end_at"] for row in closed).date()).days if closed else None,
        "drugs_180_days": len(drugs),
        "is_admitted_30_days": bool(admissions),
        "next_acute_admission_at": min(admissions, default=None),
        "is_followed_30_days": any(
            row["entry_date"] <= monday and row["exit_date"] - monday >= timedelta(30)
            for row in mine["cohort_membership"]
        ),
    }
