"""Stays, readmissions and diabetes of any history: the models' own SQL against plain Python.

The models are compiled once by dbt and run on tables of a few rows; the oracle is `tests/spec/oracle_hospital.py` and
`tests/spec/oracle_conditions.py`.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec import oracle_conditions as conditions
from tests.spec import oracle_hospital as hospital
from tests.spec.warehouse import PROJECT, compiled_sql

Row = dict[str, Any]
GIVEN = ("person", "hospital_contact", "diagnosis", "dispensing", "lab_result", "primary_care_contact")
STAYS = ("int_stay_contacts", "int_stay_main_diagnosis", "hospital_stay", "int_index_admissions")
MODELS = (*STAYS, "int_readmitting_stays", "readmission", "int_sound_diagnoses", "int_pregnancy_ends")
MODELS += ("int_diabetes_drugs", "int_diabetes_events", "diabetes")
BEGIN = datetime(2020, 3, 28, 20)
# Minutes and days near the edges of the definitions.
GAPS = st.sampled_from([-600, -1, 0, 1, 239, 240, 241, 43_199, 43_200, 43_201]) | st.integers(-2000, 60_000)
LENGTHS = st.sampled_from([1, 719, 720, 721]) | st.integers(1, 5000)
DIAGNOSES = st.sampled_from([None, "DJ189", "DI109", "DF329", "DZ763", "DO40", "DO800", "DC509", "DS720", "DT36"])
DAYS = st.sampled_from([0, 84, 85, 180, 181, 280, 281, 364]) | st.integers(0, 700)
DRUGS = st.sampled_from(["A10BA02", "A10AB01", "A10AE56", "A10BJ06", "A10BK01", "A10BB09"])
DOSES = st.sampled_from([None, 0.1, 10.0, 20.0, 20.1])


class Models:
    """The models on an engine of their own."""

    def __init__(self) -> None:
        self.sql = compiled_sql(MODELS)
        self.connection = duckdb.connect()
        self.connection.execute("create schema marts; create schema intermediate")
        for mart in GIVEN:
            columns = yaml.safe_load((PROJECT / "models" / "marts" / f"{mart}.yml").read_text())["models"][0]["columns"]
            listed = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
            self.connection.execute(f"create table marts.{mart} ({listed})")

    def run(self, tables: dict[str, list[Row]], wanted: tuple[str, ...]) -> dict[str, list[Row]]:
        """The rows of the wanted models of these tables."""
        for mart in GIVEN:
            self.connection.execute(f"delete from marts.{mart}")
            for row in tables.get(mart, []):
                marks = ", ".join("?" * len(row))
                self.connection.execute(
                    f"insert into marts.{mart} ({', '.join(row)}) values ({marks})", list(row.values())
                )
        for model in MODELS:
            schema = "intermediate" if model.startswith("int_") else "marts"
            self.connection.execute(f"create or replace table {schema}.{model} as {self.sql[model]}")
        return {model: self._rows(f"marts.{model}") for model in wanted}

    def _rows(self, table: str) -> list[Row]:
        cursor = self.connection.execute(f"from {table}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


@pytest.fixture(scope="module")
def models() -> Models:
    """Compiled once."""
    return Models()


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], dict[int, Row]]:
    """Contacts of one or two people in any order, and who they are."""
    people: dict[int, Row] = {}
    contacts: list[Row] = []
    for person in range(1, draw(st.integers(1, 2)) + 1):
        at = BEGIN
        for _ in range(draw(st.integers(0, 7))):
            length, end = draw(LENGTHS), draw(st.integers(0, 19)) > 0
            contacts.append(
                {
                    "contact_id": draw(st.integers(1, 10**6)) * 100 + len(contacts),
                    "person_id": person,
                    "start_at": at,
                    "end_at": at + timedelta(minutes=length) if end else None,
                    "duration_minutes": length if end else None,
                    "is_physical": draw(st.integers(0, 9)) > 0,
                    "is_acute": draw(st.booleans()),
                    "action_diagnosis_code": draw(DIAGNOSES),
                }
            )
            at = max(BEGIN, at + timedelta(minutes=length + draw(GAPS)))
        died = draw(st.none() | st.integers(0, 90))
        about = {"person_id": person, "sex": "female", "birth_date": date(1950, 1, 1)}
        people[person] = {**about, "death_date": None if died is None else BEGIN.date() + timedelta(died)}
    return contacts, people


@settings(deadline=None, max_examples=60)
@given(history=histories())
def test_stays_and_readmissions(models: Models, history: tuple[list[Row], dict[int, Row]]) -> None:
    contacts, people = history
    tables = {"hospital_contact": contacts, "person": list(people.values())}
    found = models.run(tables, ("hospital_stay", "readmission"))
    stays = hospital.hospital_stay(contacts)
    assert in_order(found["hospital_stay"]) == in_order(stays)
    assert in_order(found["readmission"]) == in_order(hospital.readmission(stays, people))


@st.composite
def courses(draw: st.DrawFn) -> tuple[dict[str, list[Row]], dict[int, Row]]:
    """What may speak for diabetes in one person."""
    born, first = date(1980, 3, 1), date(2019, 8, 1)
    person = {"person_id": 1, "sex": draw(st.sampled_from(["male", "female"])), "birth_date": born, "death_date": None}

    def day() -> date:
        return first + timedelta(draw(DAYS))

    def several(make: Any, most: int) -> list[Row]:
        return [{"person_id": 1, **make()} for _ in range(draw(st.integers(0, most)))]

    def dispensing() -> Row:
        packs, dose = draw(st.sampled_from([-1, 1, 1, 2])), draw(DOSES)
        indication = draw(st.sampled_from([None, "0000276", "0000268"]))
        drug = {"atc_code": draw(DRUGS), "pack_count": packs, "ddd": None if dose is None else dose * packs}
        return {"dispensed_date": day(), "indication_code": indication, **drug}

    def diagnosis() -> Row:
        code = draw(st.sampled_from(["DE109", "DE119", "DE149", "25009", "249", "DO800", "DJ189"]))
        about = {"diagnosis_type": draw(st.sampled_from("AAB+")), "is_disproved": draw(st.integers(0, 5)) == 0}
        department = draw(st.sampled_from(["endocrinology", "other_medical", "other"]))
        return {"diagnosis_date": day(), "diagnosis_code": code, "department": department, **about}

    def answer() -> Row:
        code, value = draw(st.sampled_from([("NPU27300", 48.0), ("NPU27300", 47.9), ("NPU03835", 6.5), ("X", 99.0)]))
        operator = draw(st.sampled_from([None, None, "<", "<=", ">", ">="]))
        sampled = datetime.combine(day(), datetime.min.time()) + timedelta(hours=9)
        return {"sampled_at": sampled, "npu_code": code, "result_value": value, "result_operator": operator}

    def service() -> Row:
        monday = day()
        monday -= timedelta(monday.weekday())
        specialty = draw(st.sampled_from(["540801", "800101"]))
        return {"week_start_date": monday, "specialty_code": specialty, "is_for_child": draw(st.booleans())}

    made = {
        "dispensing": several(dispensing, 5),
        "diagnosis": several(diagnosis, 5),
        "lab_result": several(answer, 3),
        "primary_care_contact": several(service, 2),
    }
    return made, {1: person}


@settings(deadline=None, max_examples=120)
@given(course=courses())
def test_diabetes(models: Models, course: tuple[dict[str, list[Row]], dict[int, Row]]) -> None:
    made, people = course
    sound, bought = defaultdict(list), defaultdict(list)
    for row in made["diagnosis"]:
        if row["diagnosis_type"] in ("A", "B") and not row["is_disproved"]:
            sound[1].append(row)
    bought[1] = made["dispensing"]
    expected = conditions.diabetes(sound, bought, made["primary_care_contact"], made["lab_result"], people)
    assert models.run({**made, "person": list(people.values())}, ("diabetes",))["diabetes"] == expected


def in_order(rows: list[Row]) -> list[tuple[Any, ...]]:
    """Rows in one order, without the names."""
    return sorted((tuple(row.values()) for row in rows), key=str)
