"""Mutants of expectations: the statement that counts them, with a comparison switched to its opposite or its boundary.

    python -m tests.unit.quality_mutants       tells which mutants no example notices; fails when there is any

The examples of an expectation are its sound rows, and those rows with a fault or with what is just inside the limit. A
mutant is noticed when it counts any of them otherwise. Every comparison of every expectation is switched to its
opposite, and every limit to the other side of its boundary: `<` to `<=`, an end of `between` to what excludes it. What
counts values counts rows instead, what counts different ones counts all, and who is not beside another is. An
expectation without a mutant is told.

What is seen over time has one statement per kind (`quality/series.py`), which differs by its parameters alone: it is
switched for one small expectation of each kind, and `test_quality_series.py` holds that each of the sources is found.
So is `not_after`, of which `test_quality_marts.py` holds the faults and the limits of each mart.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp

from quality.expectation import Code, NotAfter, Unique
from quality.measure import statement
from quality.series import series_statement
from tests.unit import quality_held, quality_warehouse, series_warehouse, source_warehouse
from tests.unit.test_quality import LATE, expected
from tests.unit.test_quality_marts import EXPECTED, planted

OPPOSITE = {
    exp.LT: exp.GTE, exp.LTE: exp.GT, exp.GT: exp.LTE, exp.GTE: exp.LT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.NullSafeNEQ, exp.NullSafeNEQ: exp.NullSafeEQ,
}  # fmt: skip
BOUNDARY = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}
OTHERS = (exp.In, exp.Is, exp.Between, exp.Exists, exp.StartsWith, exp.RegexpLike, exp.RegexpFullMatch, exp.Contains)

# What no data can tell apart, and why.
EQUIVALENT = {
    "drift: t.start_at < last.day - INTERVAL '12' MONTH for t.start_at >= last.day - INTERVAL '12' MONTH": "The index "
    "and the least number of people stay the same when the two years change places.",
    'not_after: CAST(a."last seen_at" AS DATE) >= b.last_day for CAST(a."last seen_at" AS DATE) > b.last_day': "Whose "
    "last row is of the last day has no late one: their rows are looked at, and none is counted.",
    "comorbidity/every_admission_twice: COUNT(*) for COUNT(c.stay_id)": "An admission without a row has one of "
    "nothing, and neither nought nor one is two.",
    "drift numeric: edge >= told for edge < told": "Bins are numbered from the other end, and hold the same rows.",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """What counts an expectation, or the rows of a source, with a comparison switched."""

    name: str
    switched: str
    sql: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement, the parts of it that are switched, and the changes that show what it counts."""

    name: str
    sql: str
    changes: Iterable[str]
    parts: Callable[[exp.Expression], list[exp.Expression]] = lambda tree: tree.expressions
    may_compare_nothing: bool = False

    def mutants(self) -> Iterator[Mutant]:
        """All of its mutants."""
        tree = sqlglot.parse_one(self.sql, read="duckdb")
        for node in self._comparisons(tree):
            for other in _switched(node):
                node.replace(other)
                yield Mutant(self.name, f"{other.sql('duckdb')} for {node.sql('duckdb')}", tree.sql("duckdb"))
                other.replace(node)

    def _comparisons(self, tree: exp.Expression) -> list[exp.Expression]:
        return [node for part in self.parts(tree) for node in part.walk() if any(True for _ in _switched(node))]

    def unnoticed(self, connection: duckdb.DuckDBPyConnection) -> Iterator[Mutant]:
        """The mutants that count as it does after every change."""
        left = list(self.mutants())
        if not left and not self.may_compare_nothing:
            yield Mutant(self.name, "nothing, since it has no mutant", self.sql)
        rewritten = sqlglot.parse_one(self.sql, read="duckdb").sql("duckdb")
        for change in ("select 1", *self.changes):
            told, again, *others = _after(connection, change, [self.sql, rewritten, *(mutant.sql for mutant in left)])
            if again != told:
                raise ValueError(f"{self.name} counts otherwise as sqlglot writes it; no mutant of it tells anything")
            left = [mutant for mutant, other in zip(left, others, strict=True) if other == told]
        yield from left


def _switched(node: exp.Expression) -> Iterator[exp.Expression]:
    """What stands in the place of a comparison, or of a count; nothing in that of another part."""
    if isinstance(node, exp.Count) and not isinstance(node.this, exp.Star):
        every = isinstance(node.this, exp.Distinct)
        yield exp.Count(this=node.this.expressions[0].copy() if every else exp.Star())
    if isinstance(node, exp.Join) and node.kind == "ANTI":
        other = node.copy()
        other.set("kind", "SEMI")
        yield other
    if not isinstance(node, (*OPPOSITE, *OTHERS)):
        return
    for table in (OPPOSITE, BOUNDARY):
        if other := table.get(type(node)):
            yield other(this=node.this.copy(), expression=node.expression.copy())
    if type(node) not in OPPOSITE:
        yield exp.Not(this=exp.Paren(this=node.copy()))
    if isinstance(node, exp.Between):
        for above, below in ((exp.GT, exp.LTE), (exp.GTE, exp.LT)):
            low = above(this=node.this.copy(), expression=node.args["low"].copy())
            high = below(this=node.this.copy(), expression=node.args["high"].copy())
            yield exp.Paren(this=exp.And(this=low, expression=high))


def of_marts() -> Iterator[Shown]:
    """The expectations of the marts."""
    for of_table in EXPECTED.values():
        for one in of_table.expectations:
            if isinstance(one, NotAfter):
                continue
            name = f"{of_table.table}/{one.id}"
            alone = of_table.model_copy(update={"expectations": (one,)})
            changes = [planted(of_table.table, one)[0], *quality_held.of(name, quality_held.HELD)]
            if isinstance(one, Unique) and one.numbered:
                mart, (number,) = f"marts.{of_table.table}", one.columns
                changes.append(f"insert into {mart} from {mart}; update {mart} set {number} = null")
            yield Shown(name, statement(alone), changes)


def of_sources() -> Iterator[Shown]:
    """The rules of the sources, and the rows that they look at."""
    for of_table in source_warehouse.rules().values():
        every = []
        for one in of_table.expectations:
            name = f"{of_table.table}/{one.id}"
            alone = of_table.model_copy(update={"expectations": (one,)})
            changes = [source_warehouse.FAULTS[name][0], source_warehouse.HELD[name]]
            if isinstance(one, Code):
                closed = (*changes, source_warehouse.ALL_CLOSED)
                changes += [f"{change}; {source_warehouse.SECOND_PERIOD}" for change in closed]
            every += changes
            yield Shown(name, statement(alone), changes)
        yield Shown(
            of_table.table, statement(of_table), every, lambda tree: [tree.args["from_"]], may_compare_nothing=True
        )


def of_days() -> Iterator[Shown]:
    """The kind that compares a time with a day of another mart: visits on the last day, and two that come too late."""
    of_table = expected(**LATE, days=1)
    late = "insert into marts.visit values (1, timestamp '2024-01-12 00:00'), (1, timestamp '2024-01-30 00:00')"
    yield Shown("not_after", statement(of_table), [late])


@contextmanager
def visits_of_the_dead() -> Iterator[duckdb.DuckDBPyConnection]:
    """A visit of each of two people on the last day that they may have one, and of one who lives."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.person (person_id int, death_date date)")
        connection.execute("insert into marts.person values (1, '2024-01-10'), (2, '2024-01-10'), (3, null)")
        connection.execute(
            "create table marts.visit as select person_id, timestamp '2024-01-11 23:00' as seen_at from marts.person"
        )
        yield connection


def of_series() -> Iterator[Shown]:
    """The kinds that are seen over time."""
    for name, (fields, changes) in series_warehouse.EXAMPLES.items():
        of_table = series_warehouse.expected(**fields)
        (one,) = of_table.expectations
        yield Shown(name, series_statement(of_table, one), changes, lambda tree: [tree])


def _after(connection: duckdb.DuckDBPyConnection, change: str, statements: Iterable[str]) -> list[object]:
    """What statements give after a change, which is taken back; of one that fails, how."""
    given: list[object] = []
    connection.execute("begin")
    connection.execute(change)
    for sql in statements:
        try:
            given.append(connection.execute(sql).fetchall())
        except duckdb.Error as error:
            given.append(type(error).__name__)
            connection.execute("rollback")
            connection.execute("begin")
            connection.execute(change)
    connection.execute("rollback")
    return given


WAREHOUSES = {
    of_marts: quality_warehouse.build,
    of_days: visits_of_the_dead,
    of_sources: source_warehouse.build,
    of_series: series_warehouse.visits,
}


def must_be_noticed() -> list[str]:
    """What is wrong with the examples of all expectations."""
    left = []
    for shown, build in WAREHOUSES.items():
        with build() as connection:
            left += [mutant for one in shown() for mutant in one.unnoticed(connection)]
    return wrong(left, EQUIVALENT)


def wrong(unnoticed: Iterable[Mutant], equivalent: Collection[str]) -> list[str]:
    """The mutants that no example notices, and what is called equivalent though it is noticed or is no mutant."""
    names = [f"{mutant.name}: {mutant.switched}" for mutant in unnoticed]
    return [
        *(f"no example notices {name}" for name in names if name not in equivalent),
        *(f"not equivalent: {name}" for name in equivalent if name not in names),
    ]


if __name__ == "__main__":
    lines = must_be_noticed()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.exit(bool(lines))
