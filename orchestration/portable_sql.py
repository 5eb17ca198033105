"""The models' SQL as Spark would get it: read in Spark's dialect, and refused where Spark would not run it.

dbt compiles the project with the Spark side of `dbt_project/macros/cross_db/`, sqlglot reads the result as Spark SQL.
What it cannot read and whatever is not listed here (functions, types, kinds of syntax) is told with the model's file.
Models and macros are also read as they are written, for what belongs into cross_db/ on whichever side.
Not here: whether the results are the same, which is for the spec tests on an engine that is there.

    python -m orchestration.portable_sql    0 when every model is portable, else 1 and a line for each that is not
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError

from orchestration.resources import DBT_PROJECT

RELATION = re.compile(r'(?:"memory"\.)?"(\w+)"\."(\w+)"')
REMEDY = "write what both engines have, or put the difference into dbt_project/macros/cross_db/"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions of Spark 3.5 SQL that mean the same in DuckDB. Added to only after both manuals were read.
FUNCTIONS = _words("""
    abs cast ceil coalesce concat_ws count exists extract floor greatest lag lead least length lower lpad make_date max
    min nullif replace row_number substr sum trim upper
""")
# Functions of Spark that DuckDB lacks, or gives another type or default: for the Spark side of macros/cross_db/ alone.
SPARK_SIDE = _words("""
    add_months array_join array_sort collect_list date_add date_trunc datediff named_struct regexp_extract timestampdiff
    transform
""")
# Words before a parenthesis that call nothing.
WORDS = _words("""
    all and as between by case decimal distinct else except filter from having in intersect interval join not on or over
    select then union using values when where with
""")
TYPES = _words("bigint boolean date decimal double int integer smallint string timestamp tinyint")
# Weeks begin on another day, and seconds have fractions, in one of the two; yearofweek is on the Spark side alone.
FIELDS = _words("year quarter month day hour minute yearofweek")
# What a statement may be made of, in the names of sqlglot's nodes; functions are told by name before.
SYNTAX = _words("""
    Add Alias And Between Boolean CTE Column DPipe DataType DataTypeParam Distinct Div Dot EQ Escape Except Filter From
    GT GTE Group Having Identifier In Intersect Interval Is Join LT LTE Lambda Like Limit Literal Mod Mul NEQ Neg Not
    Null Or Order Ordered Paren PropertyEQ Select Star Sub Subquery Table TableAlias Tuple Union Values Var Where
    Window WindowSpec With
""")


# Arguments of nodes that are refused: of which node, how it is told, when.
REFUSED: list[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], str, Callable[[Any, dict[str, Any]], Any]]] = [
    (exp.With, "with recursive (not in Spark 3.5)", lambda _, args: args.get("recursive")),
    (exp.CTE, "a CTE that is said to be materialized", lambda _, args: args.get("materialized") is not None),
    (exp.Distinct, "distinct on", lambda _, args: args.get("on")),
    (exp.Group, "group by all", lambda _, args: args.get("all")),
    (exp.Ordered, "order by all", lambda node, _: node.this.name.lower() == "all"),
    (exp.Join, "an asof or positional join", lambda _, args: args.get("method") in ("ASOF", "POSITIONAL")),
    (exp.SetOperation, "union by name", lambda _, args: args.get("by_name")),
    (exp.WindowSpec, "a frame of groups", lambda _, args: str(args.get("kind")).lower() == "groups"),
    (exp.Extract, "extract of a field that differs", lambda node, _: node.this.name.lower() not in FIELDS),
    (exp.Trim, "trim of given characters", lambda node, _: node.expression),
    (exp.Count, "count()", lambda node, _: not (node.this or node.expressions)),
    (exp.Order, "an order in an aggregate", lambda node, _: isinstance(node.parent, exp.Func)),
    (exp.Dot, "a function behind a dot", lambda node, _: isinstance(node.expression, exp.Func)),
    (exp.Table, "a file for a table", lambda node, _: not isinstance(node.this, exp.Identifier)),
    (exp.Star, "a star with exclude, replace or like", lambda node, args: any(args.values()) or not _selects(node)),
    ((exp.Add, exp.Sub), "a sum or difference of dates", lambda node, _: _reckons_with_days(node)),
]


def problems(models: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is not portable in compiled models, by file: file and problem, in the order of the files."""
    for file, sql in sorted(models.items()):
        for problem in dict.fromkeys(of_sql(sql)):
            yield file, problem


def of_written(text: str) -> Iterator[str]:
    """What belongs into cross_db/, in a model or macro before it is compiled."""
    text = re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL).lower()
    for name in sorted(SPARK_SIDE & set(re.findall(r"\b(\w+)\(", text))):
        yield f"the function {name}"
    if re.search(r"\binterval\s+['\d({]", text):
        yield "an interval, which makes a timestamp of a date in DuckDB"
    if re.search(r"adapter\.dispatch|macro (duckdb|spark|default)__", text):
        yield "a macro of one engine"


def of_sql(sql: str) -> Iterator[str]:
    """What Spark would not run in one statement."""
    try:
        yield from _spelled(sql)
        tree = sqlglot.parse_one(sql, read="spark", error_level=ErrorLevel.RAISE)
        tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        yield str(error)
    except SqlglotError as error:
        yield f"syntax that Spark cannot read ({str(error).splitlines()[0]})"
    else:
        if not isinstance(tree, exp.Query) or sql.lstrip().lower().startswith("from"):
            yield "a statement that does not begin with select or with"
        for node in tree.walk():
            yield from _of_node(node)


def _spelled(sql: str) -> Iterator[str]:
    """What the words tell, before sqlglot brings them into one form."""
    tokens = sqlglot.tokenize(sql, read="spark")
    for token in tokens:
        yield from _of_word(token, sql[token.start : token.end + 1])
    for before, token, following in zip([None, *tokens], tokens, tokens[1:], strict=False):
        name, text = token.text.lower(), token.token_type in (TokenType.STRING, TokenType.NUMBER)
        # Behind `as` stand the columns of an alias: as t (a, b).
        called = (
            following.text == "(" and name.isidentifier() and not text and (not before or before.text.lower() != "as")
        )
        if called and name not in FUNCTIONS | SPARK_SIDE | WORDS:
            yield f"the function {name}"
        elif following.text.lower() == "from" and name == "(":
            yield "from without select"
        elif following.token_type == TokenType.STRING and name in ("as", "from", "join", "time"):
            yield f"a text behind {name}"
    yield from (
        f"the type {name} (both know {', '.join(sorted(TYPES))})" for name in _cast_to(tokens) if name not in TYPES
    )


def _of_word(token: Any, as_written: str) -> Iterator[str]:
    if as_written[0] == '"':
        yield f'the name "{token.text}", a text in Spark (use the macro quoted)'
    elif token.token_type == TokenType.VAR and not (token.text.isascii() or as_written[0] == "`"):
        yield f"the name {token.text}, which Spark wants quoted (use the macro quoted)"
    elif token.token_type == TokenType.DCOLON:
        yield "a cast by ::"
    elif token.token_type == TokenType.STRING and "\\" in as_written:
        yield "a backslash in a text"
    elif as_written.lower() in ("[", "{", ";", "==", "~~", "isnull", "notnull", "symmetric"):
        yield f"the word {as_written.lower()}"


def _cast_to(tokens: Sequence[Any]) -> Iterator[str]:
    """The types of casts, as they are spelled: sqlglot takes text, varchar and string for one."""
    open_casts: list[bool] = []
    for token, following in pairwise(tokens):
        if following.text == "(":
            open_casts.append(token.text.lower() == "cast")
        elif token.text.lower() == "as" and open_casts and open_casts[-1]:
            yield following.text.lower()
        elif following.text == ")" and open_casts:
            open_casts.pop()


def _of_node(node: exp.Expr) -> Iterator[str]:
    """What sqlglot reads as Spark and Spark does not, or understands otherwise than DuckDB."""
    kind = type(node).__name__
    if kind not in SYNTAX and (isinstance(node, exp.Binary) or not isinstance(node, exp.Func)):
        yield f"{kind.lower()} (syntax that is not on the linter's list)"
    yield from (told for of, told, refused in REFUSED if isinstance(node, of) and refused(node, node.args))


def _selects(star: exp.Star) -> bool:
    return isinstance(star.parent, exp.Select | exp.Column | exp.Count)


def _reckons_with_days(node: exp.Binary) -> bool:
    """Whether a date or a timestamp is added to or subtracted, told by its cast or by how the project names columns."""
    sides = [side.unnest() for side in (node.left, node.right)]
    if any(isinstance(side, exp.Interval) for side in sides):
        return False
    casts = [side for side in sides if isinstance(side, exp.Cast) and side.is_type("date", "timestamp", "timestamptz")]
    return bool(casts) or any(isinstance(s, exp.Column) and s.name.lower().endswith(("_date", "_at")) for s in sides)


def written() -> dict[str, str]:
    """The models and macros outside cross_db/ as they are written, by their file."""
    files = [file for folder in ("models", "macros") for file in (DBT_PROJECT / folder).rglob("*.sql")]
    return {
        str(file.relative_to(DBT_PROJECT)): file.read_text(encoding="utf-8")
        for file in files
        if file.parent.name != "cross_db"
    }


def compiled() -> dict[str, str]:
    """Every model as dbt compiles it for Spark, by its file. Raises RuntimeError when the project does not compile."""
    from dbt.cli.main import dbtRunner
    from dbt.context.providers import BaseDatabaseWrapper

    # The prefixes of the macros that dbt takes for what differs between engines; the connection stays the one it has.
    spark_first = patch.object(
        BaseDatabaseWrapper, "_get_adapter_macro_prefixes", lambda _: ["spark", "duckdb", "default"]
    )
    # Nor is a warehouse opened that the environment names: without it dbt's is in memory.
    ours = patch.dict(os.environ, {n: v for n, v in os.environ.items() if not n.startswith("OEVERUM_")}, clear=True)
    with tempfile.TemporaryDirectory() as target, spark_first, ours:
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
    found = [
        *problems(compiled()),
        *((file, problem) for file, text in written().items() for problem in of_written(text)),
    ]
    for file, problem in sorted(found):
        sys.stderr.write(f"{file}: found {problem}; {REMEDY}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
