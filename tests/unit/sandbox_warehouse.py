"""A warehouse of a few dozen rows, with the marts that the sandboxes are cut from, and a permit; not a test."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.unit.quality_warehouse import COLUMNS

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
        relatives = (number // 2, person(number - 2) if number > 1 else None, None, person(number ^ 1))
        sex = ("female", "male")[number % 2]
        rows["person"].append((who, sex, born, None, "5100", "danish", born, None, *relatives))
        rows["residence"].append((who, code, "Horsens" if code == "0615" else "Aarhus", True, born, None))
        if number >= 10:
            continue
        left = datetime(2020, 1, 1) if number == 9 else None
        rows["cohort_membership"].append(
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
        rows["diagnosis"].append((who, start, 1, contact, code, "A", False, None, "other_medical", "lpr_a"))
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
        service = (7_000_000_000_000_000_001, "80", True, False, False, 2, 151.5)
        rows["primary_care_contact"].append((ordinal, who, end, *service))
        rows["note"].append((next(key), who, contact, start, "epikrise", f"Patienten har det bedre, notat {ordinal}."))


def a_permit(**changes: Any) -> dict[str, Any]:
    """The content of a permit file of tier research, with changes; its kind suits its tier."""
    return {
        "project": "heart-failure",
        "title": "Heart failure",
        "kind": "company_test" if changes.get("tier") == "company" else "research",
        "phase": "pilot",
        "purpose": "To describe.",
        "purpose_of_use": "scientific_research",
        "legal_basis": "A permission.",
        "controller": "Region Midtjylland, forskning",
        "parties": [{"name": "Hjertecentret", "kind": "region"}, {"name": "Hjerteprogram ApS", "kind": "company"}],
        "people": [{"login": login, "party": "Hjertecentret"} for login in ("anna", "bent", "carl")],
        "retention_days": 0,
        "contact": "heart@research.invalid",
        "tier": "research",
        "from": "2026-01-01",
        "to": "2027-01-01",
        "grant_days": 30,
        "population": [{"in": "cohort_membership"}],
        "tables": {"person": {"columns": ["sex"]}},
    } | changes
