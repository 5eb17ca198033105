"""A sandbox of some hundred or thousand people for questions of a company; one is looked for; not a test."""

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sandbox.disclosure.control import results, told
from sandbox.disclosure.ledger import Ledger, Since
from sandbox.disclosure.rules import Rules
from sandbox.errors import DisclosureRefused
from sandbox.manifest import Release, ReleasedTable
from sandbox.statement import check

PEOPLE, MANY_PEOPLE = 600, 6_000
THRESHOLD = 5
RULES = Rules(THRESHOLD)
# The one who is looked for: nobody else is born on the day, lives there with the illness, or has so high a value.
TARGET, BORN, TOWN, ILLNESS, VALUE = "TARGETTARGET", date(1931, 3, 7), "0615", "DG122", 731.25
TABLES = {
    "person": "subject_id varchar, sex varchar, birth_date date, death_date date, municipality_code varchar, "
    "mother_id varchar",
    "hospital_stay": "subject_id varchar, stay_id varchar, start_at timestamp, end_at timestamp, "
    "duration_minutes bigint, is_acute boolean, main_diagnosis_code varchar",
    "dispensing": "subject_id varchar, dispensed_date date, atc_code varchar, ddd double, pack_count integer",
    "lab_result": "subject_id varchar, sampled_at timestamp, npu_code varchar, result_value double",
    "home_care_visit": "subject_id varchar, start_at timestamp, delivered_minutes integer, municipality_code varchar",
}


def engine(people: int = PEOPLE) -> duckdb.DuckDBPyConnection:
    """An engine with the tables of so many people."""
    chance = random.Random(20261127)
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in TABLES}
    for number in range(people):
        target = number == 300
        who = TARGET if target else f"P{number:011}"
        born = BORN if target else date(1932, 1, 1) + timedelta(days=chance.randrange(24_000))
        town = TOWN if target else chance.choice(("0615", "0751", "0751", "0740"))
        dead = date(2020, 1, 1) + timedelta(days=chance.randrange(1_000)) if chance.random() < 0.25 else None
        sex = "female" if target or chance.random() < 0.5 else "male"
        rows["person"].append((who, sex, born, dead, town, f"P{chance.randrange(people):011}"))
        codes = ("DI509", "DJ189", "DI219", "DS720", "DE119")
        for stay in range(chance.choice((0, 1, 1, 2, 4)) + target):
            start = datetime(2019, 1, 1) + timedelta(hours=chance.randrange(24 * 1_400))
            code = ILLNESS if target and not stay else chance.choice(codes)
            minutes = chance.randrange(600, 14_000)
            end = start + timedelta(minutes=minutes)
            rows["hospital_stay"].append((who, f"S{number}-{stay}", start, end, minutes, chance.random() < 0.7, code))
        for _ in range(chance.randrange(6)):
            day = date(2019, 1, 1) + timedelta(days=chance.randrange(1_400))
            atc = chance.choice(("C03CA01", "N02BE01", "A10BA02", "C10AA05"))
            rows["dispensing"].append((who, day, atc, chance.choice((25.0, 50.0, 100.0)), chance.randrange(1, 4)))
        for _ in range(chance.randrange(1, 4)):
            at = datetime(2019, 1, 1) + timedelta(hours=chance.randrange(24 * 1_400))
            value = VALUE if target else round(chance.lognormvariate(2, 0.8), 1)
            rows["lab_result"].append((who, at, chance.choice(("NPU19748", "NPU03429")), value))
        if number % 3 == 0:
            for _ in range(chance.randrange(1, 30)):
                at = datetime(2020, 1, 1) + timedelta(hours=chance.randrange(24 * 700))
                rows["home_care_visit"].append((who, at, chance.randrange(5, 60), town))
    made = duckdb.connect()
    for table, columns in TABLES.items():
        made.execute(f"create table {table} ({columns})")
        names = [column.split()[0] for column in columns.split(", ")]
        given = pa.table(dict(zip(names, zip(*rows[table], strict=True), strict=True)))
        made.register("given", given)
        made.execute(f"insert into {table} from given")
    return made


def release() -> Release:
    """The release of these tables, of which no file is needed."""
    tables = tuple(
        ReleasedTable(table, "", 0, "", "", tuple((column.split()[0], "") for column in columns.split(", ")))
        for table, columns in TABLES.items()
    )
    return Release(
        release="r0001-00000000",
        project="try",
        folder=Path(),
        key_version="",
        subjects=PEOPLE,
        rows=0,
        tables=tables,
        permit={},
        created_at=datetime(2026, 1, 1),
        created=False,
    )


def ledger(folder: Path, salt: str = "0" * 64) -> Ledger:
    """A new ledger whose salt is known, so that what is told is moved by the same in each run."""
    made = Ledger(folder / f"answers-{salt[:8]}.sqlite")
    with made.of("another"):
        pass
    with closing(sqlite3.connect(made.path)) as file, file:
        file.execute("insert into salts values (?, ?)", (release().project, salt))
    return made


@dataclass
class Company:
    """A company that asks question after question; each in an engine of its own, all under one ledger."""

    ledger: Ledger
    rules: Rules = RULES
    people: int = PEOPLE

    def ask(self, sql: str) -> pa.Table:
        """The answer. Raises DisclosureRefused."""
        check(sql)
        with engine_of_all(self.people).cursor() as cursor:
            asked = partial(told, cursor, release(), sql)
            return results(asked, project=release().project, rules=self.rules, ledger=self.ledger)

    def look(self) -> Since:
        """Somebody looks at its questions; what there was to be looked at."""
        since = self.ledger.since(release().project)
        self.ledger.reviewed(release().project, since)
        return since

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer as rows."""
        return [tuple(row.values()) for row in self.ask(sql).to_pylist()]


def outcome(company: Company, sql: str) -> str:
    """Answered, or the rule by which it is refused."""
    try:
        company.ask(sql)
    except DisclosureRefused as refusal:
        return refusal.rule
    return "answered"


@cache
def engine_of_all(people: int = PEOPLE) -> duckdb.DuckDBPyConnection:
    """One engine, made once; each question takes a cursor, whose temporary tables are its own."""
    return engine(people)


def exact(sql: str, people: int = PEOPLE) -> list[tuple[Any, ...]]:
    """What is so, without any control."""
    return list(engine_of_all(people).cursor().execute(sql).fetchall())
