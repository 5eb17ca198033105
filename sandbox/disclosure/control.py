"""Disclosure control: a company's question is answered by results that tell of no one person, or refused with the rule.

The question's shape is checked (`question.py`), its cells are counted in an engine that holds only the release, and
moved a little (`cells.py`), what may be told is compared with what the project was told before (`ledger.py`), and only
then answered, values with four significant digits.
"""

from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa

from sandbox.disclosure.cells import BUCKETS, Cells, Groups, groups_of, with_groups
from sandbox.disclosure.ledger import Ledger
from sandbox.disclosure.question import Question, question
from sandbox.disclosure.rules import SIGNIFICANT_DIGITS, Rules
from sandbox.errors import QueryRefused
from sandbox.manifest import Release
from sandbox.query import locked_engine, run
from sandbox.statement import check

STOPPED = ("time", "memory")
ROWS_AT_ONCE = 3_000_000  # The engine has 2 GB and no disk.


def results(asked: Callable[..., pa.Table], *, project: str, rules: Rules, ledger: Ledger) -> pa.Table:
    """The answer to a question, as `asked` gives it, which is `answer` but for the rules and their salt, here or in
    another process; if the project may be told it beside what it was told before.

    Raises DisclosureRefused with the rule that it breaks, and what `asked` raises. That a question takes more than it
    may can tell of one person's rows, so that it is counted as a refusal that does.
    """
    ledger.require_reviewed(project)
    try:
        made = asked(rules=rules, salt=ledger.salt(project))
    except QueryRefused as refusal:
        if refusal.kind in STOPPED:
            ledger.count_refusal(project)
        raise
    groups = groups_of(made)
    with ledger.of(project) as page:
        page.add(groups, rules.threshold)
    return made.replace_schema_metadata(None)


def answer(*, rules: Rules | None = None, salt: str = "", **asked: Any) -> pa.Table:
    """The result of a query as `query.run` gives it; under `rules` what may be told, and in its schema's metadata of
    which groups of people, for the ledger.

    Raises DisclosureRefused, and what `query.run` raises.
    """
    if rules is None:
        return run(**asked)
    sql = asked.pop("sql")
    check(sql)
    with locked_engine(**asked) as engine:
        return told(engine, asked["release"], sql, rules=rules, salt=salt)


def told(engine: duckdb.DuckDBPyConnection, release: Release, sql: str, *, rules: Rules, salt: str) -> pa.Table:
    """As `answer`, in an engine that holds the tables."""
    asked = question(sql, {table.name: [name for name, _ in table.columns] for table in release.tables})
    cells = Cells(engine, asked, rules, salt, slices=_slices(sum(table.rows for table in release.tables)))
    made = _ordered(engine, _with_few_digits(cells.answer(), asked), asked)
    return with_groups(made, Groups(list(cells.told()), not asked.recorded, cells.cells_each()))


def _slices(rows: int) -> int:
    """In how many parts the people of so many rows are counted: a power of two, so that none shares a bucket."""
    slices = 1
    while rows > slices * ROWS_AT_ONCE and slices < BUCKETS:
        slices *= 2
    return slices


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
