"""Which tables and columns of a release a statement names, for the audit log.

Told from the statement alone, before it runs, and rather too much than too little: a column that two of its tables
have counts for both, and `*` stands for all. What a statement does not tell is said in words.
"""

import logging
from collections.abc import Collection, Iterator, Mapping

import sqlglot
from sqlglot import exp

from sandbox.statement import explained

# As much as the audit log keeps of a statement.
CHARACTERS = 20_000
UNREAD = "not told: the statement cannot be parsed"
LONG = f"not told: the statement has more than {CHARACTERS:,} characters"
# What the parser may take seconds or hours for, in which no other thread runs: it tries both ways at every join.
MOST = {"join": 10, "[": 40, "*": 20}
CROWDED = f"not told: the statement has more than {MOST['join']} joins, or as many of what takes long to take apart"
HIDDEN = "not told: the statement hides another in a text"
# Functions of DuckDB that take a query or a table's name as a text.
_HIDING = {"query", "query_table", "json_execute_serialized_sql"}
_ALL = "*"


def parsed(sql: str) -> list[exp.Expr | None]:
    """The statements of a text. Raises SqlglotError, ValueError or RecursionError."""
    # It would quote the text where it does not know it.
    logging.getLogger("sqlglot").disabled = True
    return sqlglot.parse(sql, read="duckdb")


def reads(sql: str, tables: Mapping[str, Collection[str]]) -> dict[str, list[str]] | str:
    """The tables that a statement names, each with its columns that it names; else why that is not told.

    `tables` are those that it can see, with their columns.
    """
    if len(sql) > CHARACTERS:
        return LONG
    if any(sql.lower().count(part) > most for part, most in MOST.items()):
        return CROWDED
    try:
        (statement,) = parsed(explained(sql))
    except (sqlglot.errors.SqlglotError, ValueError, RecursionError):
        return UNREAD
    if statement is None or isinstance(statement, exp.Command):
        return UNREAD
    if any(call.name.lower() in _HIDING for call in statement.find_all(exp.Anonymous)):
        return HIDDEN
    return _read(statement, tables)


def _read(statement: exp.Expr, tables: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    aliases: dict[str, set[str]] = {}
    for source in statement.find_all(exp.Table):
        if (name := source.name.lower()) in tables:
            aliases.setdefault(source.alias_or_name.lower(), set()).add(name)
            aliases.setdefault(name, set()).add(name)
    named = {name for names in aliases.values() for name in names}
    found: dict[str, set[str]] = {name: set() for name in named}
    for qualifier, column in _names(statement):
        # Without a table of that name before it, it is a field of a column: `column.field`.
        parts = {column} if qualifier in aliases else {column, qualifier}
        for table in aliases.get(qualifier, named):
            found[table] |= parts & {_ALL, *tables[table]}
        for table in aliases.get(column, ()) if not qualifier else ():
            # A row whole: `select p from person p`.
            found[table].add(_ALL)
    return {name: [_ALL] if _ALL in found[name] else sorted(found[name]) for name in sorted(found)}


def _names(statement: exp.Expr) -> Iterator[tuple[str, str]]:
    """Every name that may be a column's, with its qualifier or an empty text; `*` for all columns."""
    if isinstance(statement, exp.Pivot | exp.Summarize):
        yield "", _ALL
    for part in statement.walk():
        if isinstance(part, exp.Column):
            yield part.table.lower(), part.name.lower()
        elif isinstance(part, exp.Columns | exp.PositionalColumn):
            yield "", _ALL
        elif isinstance(part, exp.Star) and not isinstance(part.parent, exp.Count | exp.Column):
            for table in _beside(part):
                yield table, _ALL
        elif isinstance(part, exp.Join):
            yield from (("", using.name.lower()) for using in part.args.get("using") or ())
            if part.args.get("method") == "NATURAL":
                yield "", _ALL


def _beside(star: exp.Star) -> Iterator[str]:
    """The tables of the SELECT that a star stands in; what it takes from subqueries is told there."""
    select = star.find_ancestor(exp.Select)
    if select is None:
        yield ""
        return
    for table in select.find_all(exp.Table):
        if table.find_ancestor(exp.Select) is select:
            yield table.alias_or_name.lower()
