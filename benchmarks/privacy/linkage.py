"""What somebody who holds two sandboxes over the same people can join, and how alike people are in one.

Two projects get the same people and tables under keys of their own, once for each rule of dates. The attacker tries to
say which subject of one is which of the other: by keys that are equal, by the order of subjects, by every column and
every combination of quasi-identifiers, by the numbers of rows, by times, and by the intervals between times. Whoever
has a signature that nobody else has in either sandbox is linked. What the permit itself shows alike to both projects
(a birth year, an interval) links whom it makes unique: that share is the base rate, and is named. Keys and order must
link nobody beyond chance, and moved times only those whom both projects happen to move equally far.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow as pa

from sandbox.permit import DateRule, Permit
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms
from sandbox.subjects import open_cut
from sandbox.tables import SUBJECT, SUBJECT_KEY, TIMES

RULES: tuple[DateRule, ...] = ("exact", "month", "shifted")
QUASI = ("sex", "birth_date", "death_date", "origin", "municipality")
TABLES = {
    "person": ["sex", "birth_date", "death_date", "origin", "family_id", "mother_id"],
    "cohort": ["entry_date", "exit_date", "age_at_entry_years", "entry_municipality_code"],
    "hospital_stay": ["stay_id", "start_at", "end_at", "main_diagnosis_code"],
    "dispensing": ["dispensing_id", "dispensed_date", "atc_code"],
    "lab_result": ["lab_result_id", "requisition_id", "sampled_at", "npu_code", "result_value"],
    "home_care_visit": ["visit_id", "care_worker_id", "start_at", "planned_start_at"],
    "primary_care_contact": ["primary_care_contact_id", "provider_id", "week_start_date"],
}
# What a project needs to see as it is, and what joins people whatever else is hidden.
VALUES = {
    "hospital_stay": "main_diagnosis_code",
    "dispensing": "atc_code",
    "lab_result": "(npu_code, result_value)",
}
EQUAL_KEYS, ORDER = "keys that are equal", "the order of subjects"
TIMED = ("hospital_stay", "dispensing", "lab_result", "primary_care_contact")


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to join: how many people are linked rightly and wrongly, and how many the signature makes unique."""

    name: str
    right: int
    wrong: int
    unique: int


@dataclass(frozen=True, slots=True)
class Anonymity:
    """Classes of people alike in all quasi-identifiers: the smallest, and the shares of people in small ones."""

    smallest: int
    below: Mapping[int, float]


class TwoSandboxes:
    """Two projects' sandboxes over the same people, in one engine, with the truth about who is who."""

    def __init__(self, warehouse: Path, spill: Path, *, dates: DateRule, keys: tuple[ProjectKeys, ProjectKeys]) -> None:
        self.engine = duckdb.connect()
        for side, project_keys in zip("ab", keys, strict=True):
            with open_cut(permit=_permit(dates), warehouse=warehouse, keys=project_keys, spill=spill) as cut:
                for table in TABLES:
                    self._put(f"{side}_{table}", pa.Table.from_batches(cut.read(table)))
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            people = (
                connection.execute("select person_id from marts.person").to_arrow_table().column(0).combine_chunks()
            )
        one, other = (project_pseudonyms(people, key=k.of(SUBJECT_KEY)) for k in keys)
        self._put("truth", pa.table({"a": one, "b": other}))
        self.people = _one(self.engine, "select count(distinct subject_id) from a_person")

    def attacks(self) -> Iterator[Attack]:
        """Every way that is tried."""
        yield Attack(EQUAL_KEYS, self.equal_keys(), 0, 0)
        yield self._linked(ORDER, "select subject_id, row_number() over (order by subject_id) from {}_person")
        for size in range(1, len(QUASI) + 1):
            for columns in combinations(QUASI, size):
                yield self._linked(" + ".join(columns), f"select subject_id, ({', '.join(columns)}) from ({_QUASI})")
        yield self._linked("numbers of rows", _counts())
        for table in TIMED:
            time = TIMES[table]
            listed = f"list({time} order by {time})"
            yield self._linked(f"times in {table}", f"select subject_id, {listed} from {{}}_{table} group by all")
            moved = f"list_transform({listed}, t -> t - min({time}))"
            yield self._linked(f"intervals in {table}", f"select subject_id, {moved} from {{}}_{table} group by all")

        for table, value in VALUES.items():
            listed = f"list({value} order by {value})"
            yield self._linked(f"values in {table}", f"select subject_id, {listed} from {{}}_{table} group by all")

    def equal_keys(self) -> int:
        """How many keys of any kind stand in both sandboxes."""
        columns = [(t, c) for t, names in TABLES.items() for c in (SUBJECT, *names) if c.endswith("_id")]
        kept = " union ".join(f"select {column} as key from {{0}}_{table}" for table, column in columns)
        both = " intersect ".join(f"(select key from ({kept.format(side)}) where key is not null)" for side in "ab")
        return _one(self.engine, f"select count(*) from ({both})")

    def anonymity(self) -> Anonymity:
        """How alike people are in the first sandbox."""
        rows = self.engine.execute(
            f"select count(*) from ({_QUASI.replace('{}', 'a')}) group by {', '.join(QUASI)}"
        ).fetchall()
        sizes = [size for (size,) in rows]
        return Anonymity(min(sizes), {k: sum(n for n in sizes if n < k) / sum(sizes) for k in (2, 5, 10)})

    def _linked(self, name: str, signature: str) -> Attack:
        """Link whoever has a signature that is alone in both; `signature` gives subject_id and the signature."""
        alone = (
            "select any_value(subject_id) as subject_id, sign from (select * from ({}) as s(subject_id, sign)) "
            "group by sign having count(*) = 1"
        )
        one, other = (alone.format(signature.replace("{}", side)) for side in "ab")
        found = self.engine.execute(
            f"select count(*) filter (truth.b = other.subject_id), count(*) filter (truth.b <> other.subject_id) "
            f"from ({one}) as one join ({other}) as other using (sign) join truth on truth.a = one.subject_id"
        ).fetchone()
        right, wrong = found or (0, 0)
        return Attack(name, right, wrong, _one(self.engine, f"select count(*) from ({one})"))

    def _put(self, name: str, table: pa.Table) -> None:
        self.engine.register("given", table)
        self.engine.execute(f'create table "{name}" as select * from given')
        self.engine.unregister("given")


_QUASI = (
    "select subject_id, any_value(sex) as sex, any_value(birth_date) as birth_date, "
    "any_value(death_date) as death_date, any_value(origin) as origin, "
    "any_value(entry_municipality_code) as municipality "
    "from {}_person join {}_cohort using (subject_id) group by subject_id"
)


def _counts() -> str:
    parts = ", ".join(f"(select count(*) from {{}}_{table} as t where t.subject_id = p.subject_id)" for table in TABLES)
    return f"select subject_id, ({parts}) from {{}}_person as p"


def _permit(dates: DateRule) -> Permit:
    return Permit.model_validate(
        {
            "project": "attacked",
            "title": "Attacked",
            "purpose": "To measure.",
            "legal_basis": "Synthetic people only.",
            "responsible": "Nobody",
            "contact": "nobody@measure.invalid",
            "tier": "research",
            "from": "2026-01-01",
            "to": "2027-01-01",
            "grant_days": 1,
            "dates": dates,
            "period": {"from": "2019-01-01", "to": "2026-01-01"},
            "population": [{"in": "cohort"}],
            "tables": {table: {"columns": columns} for table, columns in TABLES.items()},
        }
    )


def _one(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    row = engine.execute(query).fetchone()
    return int(row[0]) if row else 0
