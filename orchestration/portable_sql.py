"""The models' SQL as Spark would get it: read in Spark's dialect, and refused where Spark would not run it.

dbt compiles the project with the Spark side of `dbt_project/macros/cross_db/`, sqlglot reads the result as Spark SQL.
What it cannot read, a function that is not listed here, and syntax that only DuckDB has are told with the model's file.
Not here: whether the results are the same, which is for the spec tests on an engine that is there.

    python -m orchestration.portable_sql    0 when every model is portable, else 1 and a line for each that is not
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError

from orchestration.resources import DBT_PROJECT

RELATION = re.compile(r'(?:"memory"\.)?"(\w+)"\."(\w+)"')
REMEDY = "write what both engines have, or put the difference into dbt_project/macros/cross_db/"

# Functions of Spark 3.5 SQL that mean the same in DuckDB, or stand on Spark's side of macros/cross_db alone. Added to
# only after both manuals were read.
FUNCTIONS = frozenset(
    [
        "abs",
        "add_months",
        "array_join",
        "array_sort",
        "cast",
        "ceil",
        "coalesce",
        "collect_list",
        "concat_ws",
        "count",
        "date_add",
        "date_trunc",
        "datediff",
        "exists",
        "extract",
        "floor",
        "greatest",
        "lag",
        "lead",
        "least",
        "length",
        "lower",
        "lpad",
        "make_date",
        "max",
        "min",
        "named_struct",
        "nullif",
        "regexp_extract",
        "replace",
        "row_number",
        "substr",
        "sum",
        "timestampdiff",
        "transform",
        "trim",
        "upper",
    ]
)
# Words before a parenthesis that call nothing.
WORDS = frozenset(
    [
        "all",
        "and",
        "as",
        "between",
        "by",
        "case",
        "decimal",
        "else",
        "from",
        "having",
        "in",
        "interval",
        "join",
        "not",
        "on",
        "or",
        "over",
        "select",
        "then",
        "union",
        "using",
        "values",
        "when",
        "where",
        "with",
    ]
)


def problems(models: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is not portable in compiled models, by file: file and problem, in the order of the files."""
    for file, sql in sorted(models.items()):
        for problem in dict.fromkeys(of_sql(sql)):
            yield file, problem


def of_sql(sql: str) -> Iterator[str]:
    """What Spark would not run in one statement."""
    tokens = sqlglot.tokenize(sql, read="spark")
    for token in tokens:
        if sql[token.start] == '"':
            yield f'the name "{token.text}", a text in Spark (use the macro quoted)'
        elif token.token_type == sqlglot.TokenType.VAR and not (token.text.isascii() or sql[token.start] == "`"):
            yield f"the name {token.text}, which Spark wants quoted (use the macro quoted)"
    for token, following in pairwise(tokens):
        name = token.text.lower()
        quoted = token.token_type in (sqlglot.TokenType.STRING, sqlglot.TokenType.NUMBER)
        if token.token_type == sqlglot.TokenType.DCOLON:
            yield "a cast by ::"
        elif name == "varchar" and following.text != "(":
            yield "the type varchar without a length (string is both engines' word)"
        elif following.text == "(" and name.isidentifier() and not quoted and name not in FUNCTIONS | WORDS:
            yield f"the function {name}"
    try:
        tree = sqlglot.parse_one(sql, read="spark", error_level=ErrorLevel.RAISE)
        tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        yield str(error)
        return
    except SqlglotError as error:
        yield f"syntax that Spark cannot read ({str(error).splitlines()[0]})"
        return
    yield from _syntax(tree)


def _syntax(tree: exp.Expr) -> Iterator[str]:
    """What sqlglot reads as Spark and Spark does not."""
    if tree.find(exp.Qualify):
        yield "qualify"
    for star in tree.find_all(exp.Star):
        if any(star.args.get(name) for name in ("except_", "except", "replace", "rename")):
            yield "a star with exclude or replace"
    for select in tree.find_all(exp.Select):
        if isinstance(distinct := select.args.get("distinct"), exp.Distinct) and distinct.args.get("on"):
            yield "distinct on"
    for group in tree.find_all(exp.Group):
        if group.args.get("all"):
            yield "group by all"
    for join in tree.find_all(exp.Join):
        if str(join.args.get("method") or "").upper() in ("ASOF", "POSITIONAL"):
            yield "an asof or positional join"


def compiled() -> dict[str, str]:
    """Every model as dbt compiles it for Spark, by its file. Raises RuntimeError when the project does not compile."""
    from dbt.cli.main import dbtRunner
    from dbt.context.providers import BaseDatabaseWrapper

    # The prefixes of the macros that dbt takes for what differs between engines; the connection stays the one it has.
    spark_first = patch.object(
        BaseDatabaseWrapper, "_get_adapter_macro_prefixes", lambda _: ["spark", "duckdb", "default"]
    )
    with tempfile.TemporaryDirectory() as target, spark_first:
        result = dbtRunner().invoke(
            [
                *("compile", "--quiet", "--log-level-file", "none", "--no-partial-parse", "--no-populate-cache"),
                *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                *("--target-path", target, "--log-path", target),
            ]
        )
        results: Any = getattr(result.result, "results", None)
        if not result.success or not results:
            raise RuntimeError(f"the dbt project does not compile: {result.exception}")
        nodes = [found.node for found in results if found.node.resource_type == "model"]
        # dbt-duckdb quotes the names of relations, which dbt-spark does in its own way.
        return {node.original_file_path: RELATION.sub(r"\1.\2", str(node.compiled_code)) for node in nodes}


def main() -> int:
    """Tell what is not portable: 0 when nothing, else 1."""
    found = list(problems(compiled()))
    for file, problem in found:
        sys.stderr.write(f"{file}: found {problem}; {REMEDY}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
