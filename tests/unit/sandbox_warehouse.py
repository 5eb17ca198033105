"""A warehouse of a few dozen rows, with the marts that the sandboxes are cut from, and a permit; not a test."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

COLUMNS = {
    "person": "person_id bigint, sex varchar, birth_date date, death_date date, country_of_origin_code varchar, "
    "origin varchar, first_seen_date date, last_seen_date date",
    "residence": "person_id bigint, municipality_code varchar, municipality_name varchar, in_region boolean, "
    "start_date date, end_date date",
    "cohort": "person_id bigint, period_number integer, entry_date date, exit_date date, entry_reason varchar, "
    "exit_reason varchar, age_at_entry_years integer, entry_municipality_code varchar",
    "hospital_contact": "contact_id bigint, person_id bigint, start_at timestamp, end_at timestamp, "
    "duration_minutes bigint, contact_type_code varchar, is_physical boolean, priority_code varchar, "
    "is_acute boolean, cause_code varchar, action_diagnosis_code varchar, responsible_unit_code varchar, "
    "main_specialty varchar",
    "diagnosis": "diagnosis_id bigint, contact_id bigint, person_id bigint, diagnosis_date date, "
    "diagnosis_code varchar, diagnosis_type varchar, is_disproved boolean, parent_code varchar",
    "hospital_stay": "stay_id bigint, person_id bigint, start_at timestamp, end_at timestamp, "
    "duration_minutes bigint, is_admission boolean, is_acute boolean, contact_count bigint, "
    "main_diagnosis_code varchar, first_contact_id bigint, last_contact_id bigint",
    "readmission": "stay_id bigint, person_id bigint, discharged_at timestamp, is_index boolean, "
    "exclusion_reason varchar, readmission_stay_id bigint, readmitted_at timestamp, hours_to_readmission double, "
    "is_readmitted_30_days boolean",
    "dispensing": "dispensing_id bigint, person_id bigint, dispensed_date date, atc_code varchar, "
    "item_number varchar, pack_count bigint, ddd double, indication_code varchar, drug_name varchar",
    "lab_result": "lab_result_id bigint, person_id bigint, requisition_id bigint, sampled_at timestamp, "
    "answered_at timestamp, npu_code varchar, result_text varchar, result_operator varchar, result_value double, "
    "unit varchar, reference_lower double, reference_upper double, is_cancelled boolean",
    "primary_care_contact": "primary_care_contact_id bigint, person_id bigint, week_start_date date, "
    "provider_id bigint, specialty_code varchar, is_general_practice boolean, service_count bigint, "
    "gross_fee_dkk double",
    "home_care_visit": "visit_id bigint, person_id bigint, municipality_code varchar, service_code varchar, "
    "functional_level integer, status varchar, planned_start_at timestamp, start_at timestamp, end_at timestamp, "
    "delivered_minutes bigint, care_worker_id bigint",
    "note": "note_id bigint, person_id bigint, contact_id bigint, written_at timestamp, note_type varchar, "
    "note_text varchar",
}

PEOPLE = 12


def person(number: int) -> int:
    """The person_id of the people 0 to PEOPLE-1: large, and not in the order of their numbers."""
    return (number * 0x5851F42D4C957F2D + 0x14057B7EF767814F) % 2**63


def build_warehouse(path: Path) -> Path:
    """Write the tables into schema marts of a new DuckDB file and return its path.

    People 0-9 are in the cohort; even ones are born in 1940, odd ones in 1980. People 0-7 have two admissions a year
    apart (2019-03, 2020-03), 30 days' readmission after the second for 0-3, a home-care visit for 0-5, and a note,
    dispensing, lab result and primary care contact for each admission.
    """
    chance = random.Random(20260120)
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    key = iter(chance.sample(range(2**62, 2**63), 400))
    for number in range(PEOPLE):
        who, code = person(number), ("0615", "0751")[number % 2]
        born = datetime(1940 if number % 2 == 0 else 1980, 1 + number, 3)
        rows["person"].append((who, ("female", "male")[number % 2], born, None, "5100", "danish", born, None))
        rows["residence"].append((who, code, "Horsens" if code == "0615" else "Aarhus", True, born, None))
        if number >= 10:
            continue
        left = datetime(2020, 1, 1) if number == 9 else None
        rows["cohort"].append(
            (who, 1, datetime(2019, 1, 1), left, "start_of_data", "moved_out" if left else "end_of_data", 39, code)
        )
        if number < 6:
            day, worker = datetime(2020, 4, 1 + number), 4_000_000_000_000_000_000 + number % 2
            planned = None if number == 5 else day.replace(hour=8)
            visit = (who, code, "H1.2", number, "completed", planned, day.replace(hour=9), day.replace(hour=10), 60)
            rows["home_care_visit"].append((next(key), *visit, worker))
        if number < 8:
            _admissions(rows, number, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table, columns in COLUMNS.items():
            connection.execute(f"create table marts.{table} ({columns})")
            marks = ", ".join("?" * (columns.count(",") + 1))
            if rows[table]:
                connection.executemany(f"insert into marts.{table} values ({marks})", rows[table])
    return path


def _admissions(rows: dict[str, list[tuple[object, ...]]], number: int, key: Iterator[int]) -> None:
    who = person(number)
    for year in (2019, 2020):
        start = datetime(year, 3, 1 + number, 10)
        end, contact, after = start + timedelta(days=3), next(key), next(key)
        code = "DI509" if number % 2 == 0 else "DJ189"
        ordinal = 1 + len(rows["dispensing"])
        rows["hospital_contact"].append(
            (contact, who, start, end, 4320, "ALCA00", True, "ATA1", True, "ALCC01", code, "1301011", "intern medicin")
        )
        rows["diagnosis"].append((ordinal, contact, who, start, code, "A", False, None))
        rows["hospital_stay"].append((contact, who, start, end, 4320, True, True, 1, code, contact, contact))
        again = number < 4 and year == 2020
        rows["readmission"].append(
            (contact, who, end, True, None)
            + ((after, end + timedelta(days=9), 216.0, True) if again else (None, None, None, False))
        )
        if again:
            back = end + timedelta(days=9)
            rows["hospital_stay"].append(
                (after, who, back, back + timedelta(days=1), 1440, True, True, 1, code, after, after)
            )
        rows["dispensing"].append((ordinal, who, end, "C03CA01", "012345", 1, 50.0, None, "Furosemid"))
        rows["lab_result"].append(
            (ordinal, who, next(key), start, start, "NPU19748", "12", None, 12.0, "mg/L", 0.0, 8.0, False)
        )
        rows["primary_care_contact"].append((ordinal, who, end, 7_000_000_000_000_000_001, "80", True, 2, 151.5))
        rows["note"].append((next(key), who, contact, start, "epikrise", f"Patienten har det bedre, notat {ordinal}."))


def a_permit(**changes: Any) -> dict[str, Any]:
    """The content of a permit file of tier research, with changes."""
    return {
        "project": "heart-failure",
        "title": "Heart failure",
        "purpose": "To describe.",
        "legal_basis": "A permission.",
        "responsible": "Region Midtjylland, forskning",
        "contact": "heart@research.invalid",
        "tier": "research",
        "from": "2026-01-01",
        "to": "2027-01-01",
        "grant_days": 30,
        "population": [{"in": "cohort"}],
        "tables": {"person": {"columns": ["sex"]}},
    } | changes
