"""Mutants of expectations: the statement that counts them, with a comparison switched to its opposite or its boundary.

    python -m tests.unit.quality_mutants       tells which mutants no example notices; fails when one must be noticed

The examples of an expectation are its sound rows, and those rows with a fault or with what is just inside the limit. A
mutant is noticed when it counts any of them otherwise. Switched to the opposite, every comparison must be noticed; at
its boundary (`<` for `<=`), every one of a source's rule must be.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp

from orchestration.resources import EXPECTATIONS
from quality.expectation import load_all
from quality.measure import statement
from tests.unit import quality_warehouse, source_warehouse
from tests.unit.test_quality_marts import planted

OPPOSITE = {exp.LT: exp.GTE, exp.LTE: exp.GT, exp.GT: exp.LTE, exp.GTE: exp.LT, exp.EQ: exp.NEQ, exp.NEQ: exp.EQ}
BOUNDARY = {exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}
OTHERS = (exp.In, exp.Is, exp.Between, exp.Exists, exp.StartsWith, exp.RegexpLike, exp.RegexpFullMatch, exp.Contains)


@dataclass(frozen=True, slots=True)
class Mutant:
    """What counts an expectation, or the rows of a source, with a comparison switched."""

    name: str
    at_boundary: bool
    sql: str


def of_marts() -> Iterator[Mutant]:
    """The mutants of the marts' expectations that no example notices."""
    with quality_warehouse.build() as connection:
        for of_table in load_all(EXPECTATIONS / "marts").values():
            for one in of_table.expectations:
                alone = of_table.model_copy(update={"expectations": (one,)})
                changes = [planted(of_table.table, one)[0]]
                yield from _unnoticed(connection, f"{of_table.table}/{one.id}", statement(alone), changes)


def of_sources() -> Iterator[Mutant]:
    """The mutants of the sources' rules, and of the rows that they look at, that no example notices."""
    with source_warehouse.build() as connection:
        for of_table in source_warehouse.rules().values():
            every = []
            for one in of_table.expectations:
                name = f"{of_table.table}/{one.id}"
                alone = of_table.model_copy(update={"expectations": (one,)})
                changes = [source_warehouse.FAULTS[name][0], source_warehouse.HELD[name]]
                every += changes
                yield from _unnoticed(connection, name, statement(alone), changes)
            yield from _unnoticed(connection, of_table.table, statement(of_table), every, rows=True)


def _unnoticed(
    connection: duckdb.DuckDBPyConnection, name: str, sql: str, changes: Iterable[str], *, rows: bool = False
) -> Iterator[Mutant]:
    changes = ["select 1", *changes]
    told = [_counted(connection, sql, change) for change in changes]
    for mutant in _mutants(name, sql, rows=rows):
        if all(_counted(connection, mutant.sql, change) == right for change, right in zip(changes, told, strict=True)):
            yield mutant


def _mutants(name: str, sql: str, *, rows: bool) -> Iterator[Mutant]:
    """All mutants of what is counted, or of the `rows` of which it is."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for place in range(len(_comparisons(tree, rows=rows))):
        for at_boundary in (False, True):
            changed = tree.copy()
            node = _comparisons(changed, rows=rows)[place]
            other = (BOUNDARY if at_boundary else OPPOSITE).get(type(node))
            if other:
                node.replace(other(this=node.this.copy(), expression=node.expression.copy()))
            elif at_boundary:
                continue
            else:
                node.replace(exp.Not(this=exp.Paren(this=node.copy())))
            yield Mutant(name, at_boundary, changed.sql("duckdb"))


def _comparisons(tree: exp.Expression, *, rows: bool) -> list[exp.Expression]:
    """Of the counts that a statement selects, or of what it selects them from."""
    parts = [tree.args["from_"]] if rows else tree.expressions
    return [node for part in parts for node in part.walk() if isinstance(node, (*OPPOSITE, *OTHERS))]


def _counted(connection: duckdb.DuckDBPyConnection, sql: str, change: str) -> object:
    """What a statement gives after a change, which is taken back."""
    connection.execute("begin")
    try:
        connection.execute(change)
        return connection.execute(sql).fetchall()
    except duckdb.Error as error:
        return type(error).__name__
    finally:
        connection.execute("rollback")


def must_be_noticed() -> list[Mutant]:
    """The mutants that an example must notice, and none does."""
    return [*of_sources(), *(mutant for mutant in of_marts() if not mutant.at_boundary)]


if __name__ == "__main__":
    for one in (*of_sources(), *of_marts()):
        sys.stdout.write(f"{one.name}{' at its boundary' if one.at_boundary else ''}: {one.sql}\n")
    sys.exit(bool(must_be_noticed()))
