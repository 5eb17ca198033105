"""What somebody who holds two sandboxes over the same people can join, and how alike people are in each.

Two projects get the same people, tables and columns under keys of their own, once for each rule of dates. The attacker
tries to say which subject of one is which of the other, in every way of `ways.py`: a sign that one subject alone has in
each sandbox is a vote for the two, and each subject is given to whom most of its votes name.

Base rate: whoever alone has a sign in the original rows of the same people, as fine as the rule lets days be seen, can
be joined by it whatever the pseudonyms are. It is counted in the warehouse, not in the releases, so that a release that
shows more than its rule allows is found out. Names and order must join nobody beyond chance; moved days only those
whom both projects happen to move equally far.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.privacy.ways import DAY_TYPES, QUASI, WHO, Group, Moved, Tables, Way, ways
from pseudonymisation.dates import MAX_WEEKS
from sandbox.dates import DAYS_OF_MONTH
from sandbox.permits.model import DateRule, Permit
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms
from sandbox.subjects import open_cut
from sandbox.tables import INTERVAL_ENDS, KEY_DOMAINS, PERSON, SCHEMA, SUBJECT, SUBJECT_KEY, TELLS_MOVE, TIMES

RULES: tuple[DateRule, ...] = ("exact", "month", "shifted")
FROM, TO, OLDEST = "2019-01-01", "2026-01-01", 90
# By chance one person stands in the right place; more than eight do so in one of a million trials.
CHANCE = 8
# Where dates are moved, rows are cut at both ends; that leaves alone some few who were not.
CUT_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Attack:
    """What one way gave: whom it joined rightly, how many wrongly, and how many the original rows make unique."""

    way: Way
    right: frozenset[str]
    wrong: int
    unique: int

    def base_rate(self, rule: DateRule, people: int) -> float:
        """The share of people whom the rule allows to be joined in this way."""
        if self.way.group == "names":
            return 1 / people
        return self.unique / people * (equal_moves(self.way.moved) if self.way.moved and rule == "shifted" else 1)

    def holds(self, rule: DateRule, people: int) -> bool:
        """Whether no more are joined than the base rate and chance explain."""
        if self.way.group == "names":
            return len(self.right) <= CHANCE
        if rule != "shifted":
            return len(self.right) <= self.unique
        if self.way.moved is None:
            return len(self.right) <= self.unique + CUT_SHARE * people
        # Days that are drawn anew join some by chance though nobody was alone in them.
        return len(self.right) <= max(CHANCE, equally_far(self.unique, self.way.moved))


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many people are in classes of each size: alike in all quasi-identifiers."""

    people_by_size: Mapping[int, int]

    @property
    def smallest(self) -> int:
        """The k of k-anonymity."""
        return min(self.people_by_size)

    def below(self, size: int) -> float:
        """The share of people in smaller classes."""
        return sum(n for k, n in self.people_by_size.items() if k < size) / sum(self.people_by_size.values())


@dataclass(frozen=True, slots=True)
class Joined:
    """What two sandboxes under one rule of dates gave."""

    people: int
    equal_names: int
    attacks: Sequence[Attack]
    anonymity: tuple[Anonymity, Anonymity]

    def best(self, group: Group) -> Attack:
        """The way of a group that joins most."""
        return max((one for one in self.attacks if one.way.group == group), key=lambda one: len(one.right))

    def by_any(self) -> float:
        """The share of people whom at least one way joins rightly."""
        return len(frozenset().union(*(one.right for one in self.attacks))) / self.people


class TwoSandboxes:
    """Two projects' sandboxes (`a`, `b`) over the same people, the original rows (`o`), and who is who."""

    def __init__(self, warehouse: Path, spill: Path, *, dates: DateRule, keys: tuple[ProjectKeys, ProjectKeys]) -> None:
        self.engine = duckdb.connect()
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            self.tables = _shown(_tables(connection), dates)
            for side, project_keys in zip("ab", keys, strict=True):
                permit = _permit(dates, self.tables)
                with open_cut(permit=permit, warehouse=warehouse, keys=project_keys, spill=spill) as cut:
                    for table in self.tables:
                        self._put(f"{side}_{table}", pa.Table.from_batches(cut.read(table)))
            people = connection.execute(f"select {PERSON} from {SCHEMA}.person").to_arrow_table().column(0)
            one, other = (
                project_pseudonyms(people.combine_chunks(), key=k.of(SUBJECT_KEY, k.version(SUBJECT_KEY))) for k in keys
            )
            self._put("everybody", pa.table({"person": people, "a": one, "b": other}))
            self.engine.execute(
                f"create table truth as select * from everybody where a in (select {SUBJECT} from a_person)"
            )
            for table, columns in self.tables.items():
                self._put("source", connection.execute(f'select * from {SCHEMA}."{table}"').to_arrow_table())
                self.engine.execute(f'create table "o_{table}" as {_original(table, columns, dates)}')
                self.engine.execute("drop table source")
        self.people = _one(self.engine, "select count(*) from a_person")

    def attacks(self) -> Iterator[Attack]:
        """Every way that is tried."""
        for way in ways(self.tables):
            yield self.attacked(way)

    def attacked(self, way: Way) -> Attack:
        """Join by the signs that are alone in both sandboxes; count who is alone in the original rows."""
        alone = (
            f"select sign, any_value({SUBJECT}) as who from ({{}}) as signs({SUBJECT}, sign) where sign is not null "
            f"group by sign having count(distinct {SUBJECT}) = 1"
        )
        one, other, original = (alone.replace("{}", way.signs.replace("{}", side)) for side in "abo")
        found = self.engine.execute(
            f"with vote as (select one.who as a, other.who as b, count(*) as votes from ({one}) as one "
            f"join ({other}) as other using (sign) group by all), "
            "named as (select a, max_by(b, (votes, b)) as b from vote group by a) "
            "select named.a, truth.b = named.b from named join truth using (a)"
        ).fetchall()
        right = frozenset(who for who, is_right in found if is_right)
        unique = _one(self.engine, f"select count(distinct who) from ({original})")
        return Attack(way, right, len(found) - len(right), unique)

    def names(self, side: str) -> set[str]:
        """All names of subjects and records in one sandbox."""
        columns = [(table, c) for table, names in self.tables.items() for c in (SUBJECT, *names) if c.endswith("_id")]
        every = " union ".join(f'select "{column}" as name from {side}_{table}' for table, column in columns)
        return {
            name for (name,) in self.engine.execute(f"select name from ({every}) where name is not null").fetchall()
        }

    def anonymity(self, side: str) -> Anonymity:
        """How alike people are in one sandbox."""
        classes = f"select count(*) as size from ({WHO.replace('{}', side)}) group by {', '.join(QUASI)}"
        rows = self.engine.execute(f"select size, sum(size)::bigint from ({classes}) group by size order by size")
        return Anonymity(dict(rows.fetchall()))

    def _put(self, name: str, table: pa.Table) -> None:
        self.engine.register("given", table)
        self.engine.execute(f'create table "{name}" as select * from given')
        self.engine.unregister("given")


def equal_moves(by: Moved) -> float:
    """The chance that two projects move one person equally far."""
    weeks = [*range(-MAX_WEEKS, 0), *range(1, MAX_WEEKS + 1)]
    moves = Counter(weeks if by == "weeks" else (round(week * 7 / DAYS_OF_MONTH) for week in weeks))
    return sum((times / len(weeks)) ** 2 for times in moves.values())


def equally_far(people: int, by: Moved) -> float:
    """The most of so many people whom two projects move equally far, but for one run in a thousand."""
    expected = people * equal_moves(by)
    return expected + 3 * sqrt(expected) + 1


def _tables(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Every table and column that a permit can ask for."""
    return {
        table: {
            name: str(data_type)
            for name, data_type, *_ in connection.execute(f'describe {SCHEMA}."{table}"').fetchall()
            if name in KEY_DOMAINS or not name.endswith("_id")
        }
        for table in TIMES
    }


def _original(table: str, columns: Mapping[str, str], rule: DateRule) -> str:
    """A table's rows of the period in the warehouse, no finer than the rule lets days be seen."""
    shown = ", ".join(f'{_as_fine(column, kind, rule)} as "{column}"' for column, kind in columns.items())
    starts, ends = TIMES[table], INTERVAL_ENDS.get(table)
    inside = "true"
    if ends:
        inside = f"{starts} < date '{TO}' and coalesce({ends} > date '{FROM}', true)"
    elif starts:
        inside = f"{starts} >= date '{FROM}' and {starts} < date '{TO}'"
    return f"select a as {SUBJECT}, {shown} from source join truth on person = source.{PERSON} where {inside}"


def _as_fine(column: str, data_type: str, rule: DateRule) -> str:
    """A column as SQL: days by month or as they are, since moving does not change what lies between them."""
    plain = f'source."{column}"'
    if rule == "exact":
        return plain
    if column == "birth_date":
        return f"greatest(year({plain}), year(date '{TO}') - {OLDEST})"
    if column == "age_at_entry_years":
        return f"least({plain}, {OLDEST})"
    return f"date_trunc('month', {plain})" if rule == "month" and data_type in DAY_TYPES else plain


def _shown(tables: Tables, dates: DateRule) -> Tables:
    """The columns that a permit of this rule may ask for."""
    left_out = TELLS_MOVE if dates == "shifted" else {}
    return {
        table: {column: kind for column, kind in columns.items() if column not in left_out.get(table, ())}
        for table, columns in tables.items()
    }


def _permit(dates: DateRule, tables: Tables) -> Permit:
    return Permit.model_validate(
        {
            "project": "attacked",
            "title": "Attacked",
            "purpose": "To measure.",
            "legal_basis": "Synthetic people only.",
            "controller": "Nobody",
            "kind": "research",
            "phase": "pilot",
            "purpose_of_use": "statistics",
            "parties": [{"name": "Nobody", "kind": "university"}],
            "people": [{"login": "nobody", "party": "Nobody"}],
            "retention_days": 0,
            "contact": "nobody@measure.invalid",
            "tier": "research",
            "from": "2026-01-01",
            "to": "2027-01-01",
            "grant_days": 1,
            "dates": dates,
            "period": {"from": FROM, "to": TO},
            "population": [{"in": "cohort_membership"}],
            "tables": {table: {"columns": list(columns)} for table, columns in tables.items()},
        }
    )


def _one(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    row = engine.execute(query).fetchone()
    return int(row[0]) if row else 0
