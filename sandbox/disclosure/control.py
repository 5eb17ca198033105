"""Disclosure control: a company's question is answered by results that tell of no one person, or refused with the rule.

The question's shape is checked (`question.py`), its cells are counted in an engine that holds only the release, and
moved a little (`cells.py`), what may be told is compared with what the project was told before (`ledger.py`), and only
then answered, values with four significant digits.
"""

from collections.abc import Callable

import duckdb
import pyarrow as pa

from sandbox.disclosure.cells import Cells
from sandbox.disclosure.ledger import Ledger
from sandbox.disclosure.question import Question, question
from sandbox.disclosure.rules import SIGNIFICANT_DIGITS, Rules
from sandbox.manifest import Release
from sandbox.query import NO_LIMITS_GIVEN, Limits, check, locked_engine


def results(
    release: Release,
    sql: str,
    *,
    key: bytes,
    rules: Rules,
    ledger: Ledger,
    limits: Limits = NO_LIMITS_GIVEN,
    lives: Callable[[], bool] = lambda: True,
) -> pa.Table:
    """The answer to a question on the tables and columns that `release` names, whose key is `key`.

    Raises DisclosureRefused with the rule that it breaks, and QueryRefused and ReleaseError as `query.run`.
    """
    check(sql)
    with locked_engine(release=release, key=key, limits=limits, lives=lives) as engine:
        return told(engine, release, sql, rules=rules, ledger=ledger)


def told(engine: duckdb.DuckDBPyConnection, release: Release, sql: str, *, rules: Rules, ledger: Ledger) -> pa.Table:
    """As `results`, in an engine that holds the tables."""
    asked = question(sql, {table.name: [name for name, _ in table.columns] for table in release.tables})
    cells = Cells(engine, asked, rules, ledger.salt(release.project))
    groups = list(cells.told())
    with ledger.of(release.project) as page:
        page.add(groups, rules.threshold, among_themselves=not asked.recorded)
    return _ordered(engine, _with_few_digits(cells.answer(), asked), asked)


def _with_few_digits(table: pa.Table, asked: Question) -> pa.Table:
    columns = [
        pa.array([_significant(value.as_py()) for value in column], pa.float64()) if made_of == "value" else column
        for column, made_of in zip(table.columns, asked.made_of, strict=True)
    ]
    return pa.table(columns, names=[f"c{n}" for n in range(len(columns))])


def _significant(value: float | None) -> float | None:
    return None if value is None else float(f"{float(value):.{SIGNIFICANT_DIGITS}g}")


def _ordered(engine: duckdb.DuckDBPyConnection, table: pa.Table, asked: Question) -> pa.Table:
    """In the order of the question, after everything that may not be told is gone; else by the keys."""
    keys = [f"{n + 1}" for n, made_of in enumerate(asked.made_of) if made_of == "key"]
    order = ", ".join(asked.order or keys)
    limit = f" limit {asked.limit}" if asked.limit is not None else ""
    engine.register("answer", table)
    made = engine.execute(f"from answer{f' order by {order}' if order else ''}{limit}").to_arrow_table()
    return made.rename_columns([name for name, _ in asked.shown])
