"""Which statements a sandbox takes: one SELECT, as the engine's own parser reads it, and what may stand in its FROM.

What kind of statement it is the parser tells, never the text.
"""

import re

import duckdb

from sandbox.errors import QueryRefused

SQL_CHARACTERS = 100_000
_EXPLAIN = re.compile(r"\s*explain\s+", re.IGNORECASE)
# Of the engine's table functions, those that make rows of their arguments or tell of the tables. The others read files,
# take addresses in memory, run other statements, or change what the next query finds.
TABLE_FUNCTIONS = frozenset(
    [
        *("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "summary"),
        *("query_table", "histogram", "histogram_values", "pg_timezone_names", "icu_calendar_names"),
        *("duckdb_columns", "duckdb_constraints", "duckdb_databases", "duckdb_functions", "duckdb_indexes"),
        *("duckdb_keywords", "duckdb_schemas", "duckdb_settings", "duckdb_tables", "duckdb_types", "duckdb_views"),
        *("pragma_show", "pragma_table_info", "pragma_version"),
    ]
)
# In the parser's tree as JSON, where a text of the query has no quotation mark without a stroke before it.
_TABLE_FUNCTION = re.compile(r'"type":"TABLE_FUNCTION".*?"function_name":"((?:[^"\\]|\\.)*)"')


def check(sql: str) -> None:
    """Raise QueryRefused unless the text is one statement that only reads."""
    if len(sql) > SQL_CHARACTERS:
        raise QueryRefused(f"expected at most {SQL_CHARACTERS:,} characters, found {len(sql):,}; ask for less at once")
    if "\0" in sql:
        raise QueryRefused("expected a text, found the character NUL in it, where the engine stops reading; remove it")
    try:
        sql.encode("utf-8")
        statements = duckdb.extract_statements(sql)
    except UnicodeError:
        raise QueryRefused("expected a query in UTF-8, found other bytes; mend its encoding") from None
    except duckdb.Error as error:
        raise QueryRefused(first_line(str(error)), kind="Parser Error") from None
    if len(statements) > 1 and statements[0].type == duckdb.StatementType.CREATE and _only_pivots(sql):
        raise QueryRefused("expected a PIVOT that names its columns; write ON column IN (value, value)")
    if len(statements) != 1:
        raise QueryRefused(f"expected one statement, found {len(statements)}; send them one by one")
    kind = statements[0].type
    if kind == duckdb.StatementType.EXPLAIN:
        inner = explained(sql)
        if inner == sql or re.match(r"(analyze\b|\()", inner, re.IGNORECASE):
            raise QueryRefused("expected a plain EXPLAIN; leave its options out, and comments before it")
        check(inner)
    elif kind != duckdb.StatementType.SELECT:
        raise QueryRefused(f"expected a SELECT, found {kind.name}; a sandbox is only read")


def explained(sql: str) -> str:
    """The statement behind an EXPLAIN at the very beginning; without one, the text as it is."""
    found = _EXPLAIN.match(sql)
    return sql[found.end() :] if found else sql


def _only_pivots(sql: str) -> bool:
    """Whether the parser makes several statements of one PIVOT: it looks for the columns in the rows first."""
    return re.match(r"\s*(pivot|pivot_wider|from|select|with)\b", sql, re.IGNORECASE) is not None


def require_known_functions(engine: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise QueryRefused unless all table functions of a statement that `check` took are of TABLE_FUNCTIONS."""
    (tree,) = engine.execute("select json_serialize_sql(?)", [explained(sql)]).fetchone() or ("",)
    if not tree.startswith('{"error":false'):
        raise QueryRefused("expected a SELECT that the engine's parser can tell of, found another; write it in parts")
    others = sorted({name.lower() for name in _TABLE_FUNCTION.findall(tree)} - TABLE_FUNCTIONS)
    if others:
        line = f"expected tables of the release, or range, unnest and the like, found {', '.join(others)[:200]}"
        raise QueryRefused(f"{line}; a sandbox reads nothing else", kind="function")


def first_line(said: str) -> str:
    """The engine's first line, with its hint at what there is instead."""
    lines = said.splitlines()
    hint = next((line.strip() for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))), "")
    return f"{lines[0]} {hint}".strip()
