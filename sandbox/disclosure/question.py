"""A question: one SELECT that counts, sums or averages people's rows by some columns, taken apart.

    SELECT column, count(*), avg(x) FROM rows of one person each WHERE ... GROUP BY column ORDER BY ... LIMIT ...

Its groups are cells. What a cell tells is made of few aggregates, so that how many people stand behind each, and how
much of it is one person's, can be counted (`cells.py`). Order and limit come after what cannot be told is left out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import sqlglot
from sqlglot import exp

from sandbox.disclosure import remedies
from sandbox.disclosure.expressions import (
    COUNTS,
    NODES,
    TABLES,
    VALUES,
    called,
    check_all_values,
    check_of_a_row,
    check_type,
    is_subject,
    place,
    refused,
)
from sandbox.disclosure.fan_out import check_fan_out
from sandbox.disclosure.origin import MEASURED, Origin, condition_of, origin
from sandbox.disclosure.people import (
    From,
    check_known,
    check_parts,
    make_where_safe,
    read,
    refuse_subject,
    with_queries,
)
from sandbox.disclosure.safe import safe
from sandbox.reads import parsed
from sandbox.tables import SUBJECT

KEYS = 4
BOUND = "1e15"  # Larger values, and those that are no number, count as missing.
_PARTS = {"expressions", "from_", "joins", "where", "group", "order", "limit", "with_"}
_OVER_CELLS = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Paren, exp.Round, exp.Nullif, exp.Coalesce, exp.Cast, exp.TryCast),
    *(exp.Literal, exp.DataType, exp.DataTypeParam, exp.Alias, exp.Identifier),
)


Made = Literal["key", "count", "value"]  # Of what a column of the answer is made: keys, one count, or something else.


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate of a cell: over the rows for which `taken` is true, of a `value`, both SQL of one row.

    `rows` are counted, `people` are counted, or values are made into sum, mean or spread. `columns` are those of the
    release that the value comes from.
    """

    kind: Literal["rows", "people", "value"]
    taken: str
    value: str = ""
    columns: frozenset[str] = frozenset()


@dataclass(slots=True)
class Question:
    """A question taken apart. SQL is of DuckDB.

    `source` is FROM with its WHERE, `with_` what stands before; `keys` are what cells are told apart by; `shown` are
    the columns of the answer, each with its name, and as an expression over `k0`, `k1`, ... and `a0`, `a1`, ...
    (`cells.py`), and `made_of` says of what. `order` are places in `shown`. `recorded` says that all
    keys stand in the release, so that the question has not chosen who comes into which cell.
    """

    with_: str
    source: str
    subject: str
    keys: list[str]
    aggregates: list[Aggregate]
    shown: list[tuple[str, str]] = field(default_factory=list)
    made_of: list[Made] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    limit: int | None = None
    recorded: bool = False


def question(sql: str, tables: Mapping[str, Collection[str]]) -> Question:
    """Take a query on these tables, each with its columns, apart. Raises DisclosureRefused for another shape."""
    try:
        return _taken_apart(_parsed(sql), tables)
    except RecursionError:
        raise refused("a query that is nested very deep", remedies.IN_PARTS) from None


def _taken_apart(select: exp.Select, tables: Mapping[str, Collection[str]]) -> Question:
    check_parts(select, _PARTS)
    check_fan_out(select)
    known = {
        table.lower(): {column.lower(): Origin("recorded", frozenset([f"{table}.{column}"])) for column in columns}
        for table, columns in tables.items()
    }
    relations = with_queries(select, known)
    source = read(select, relations)
    make_where_safe(select, source, relations)
    keys = _keys(select, source)
    made = Question(
        with_=select.args["with_"].sql("duckdb") if select.args.get("with_") else "",
        source=_source(select),
        subject=exp.column(SUBJECT, table=source.first, quoted=True).sql("duckdb"),
        keys=[safe(key).sql("duckdb") for key in keys],
        aggregates=[],
        recorded=all(origin(key, source.resolve).kind == "recorded" for key in keys),
    )
    for shown in select.expressions:
        name = shown.alias or (shown.name if isinstance(shown, exp.Column) else shown.sql("duckdb").lower())
        made.shown.append((name, _over_cells(shown, keys, source, made)))
    if not made.aggregates:
        raise refused("no aggregate", "ask for count(*), count(DISTINCT subject_id), sum, avg or stddev, by group")
    _order(select, made)
    return made


def _parsed(sql: str) -> exp.Select:
    try:
        (select,) = parsed(sql)
        if select is not None and sum(1 for _ in select.walk()) > NODES:
            raise refused("a very long query", remedies.IN_PARTS)
        if select is not None and sum(1 for _ in select.find_all(exp.Table)) > TABLES:
            raise refused(f"more than {TABLES} tables", f"join {TABLES} at most in one question")
    except (sqlglot.errors.SqlglotError, ValueError):
        raise refused("another text than one SELECT", "write one SELECT, in the SQL of DuckDB") from None
    for part in list(select.find_all(exp.Anonymous)) if select is not None else ():
        if part.name.lower() in ("date_part", "datepart") and len(part.expressions) == 2:
            part.replace(exp.Extract(this=exp.var(part.expressions[0].name), expression=part.expressions[1]))
    if not isinstance(select, exp.Select):
        found = select.key.upper() if select is not None else "nothing"
        raise refused(f"{found} where a SELECT is expected", remedies.of_a_statement(select))
    return select


def _source(select: exp.Select) -> str:
    from_ = exp.Select(
        from_=select.args["from_"].copy(),
        joins=[join.copy() for join in select.args.get("joins") or ()],
        where=select.args["where"].copy() if select.args.get("where") else None,
    )
    return from_.sql("duckdb").removeprefix("SELECT").strip()


def _keys(select: exp.Select, source: From) -> list[exp.Expr]:
    """What cells are told apart by: the expressions of GROUP BY, those that it names or numbers too."""
    shown = [one.unalias() for one in select.expressions]
    group = select.args.get("group")
    if group is None:
        return []
    if strange := [name for name, value in group.args.items() if value and name not in ("expressions", "all")]:
        raise refused(strange[0].replace("_", " ").upper(), remedies.EACH_GROUPING)
    if group.args.get("all"):
        keys = [one for one in shown if not one.find(exp.AggFunc)]
    else:
        keys = [_key(key, select) for key in group.expressions]
    if len(keys) > KEYS:
        raise refused(f"{len(keys)} columns to group by", f"group by {KEYS} at most")
    for key in keys:
        if isinstance(key, exp.Tuple):
            raise refused("a grouping of several columns in one", remedies.EACH_GROUPING)
        check_of_a_row(key)
        refuse_subject(key, source)
    return keys


def _key(key: exp.Expr, select: exp.Select) -> exp.Expr:
    """What is grouped by, where it may be named or numbered."""
    shown: list[exp.Expr] = select.expressions
    if (at := place(key)) is not None:
        if not 0 < at <= len(shown):
            raise refused(
                f"GROUP BY {at}", f"write the name of a column that is shown, or a place from 1 to {len(shown)}"
            )
        return shown[at - 1].unalias()
    if isinstance(key, exp.Column) and not key.table:
        return next((one.unalias() for one in shown if one.alias.lower() == key.name.lower()), key)
    return key


def _over_cells(shown: exp.Expr, keys: list[exp.Expr], source: From, made: Question) -> str:
    """A column of the answer over keys and aggregates of a cell; the aggregates are added to the question's."""
    made_of: set[Made] = {"key"}

    def told(part: exp.Expr) -> exp.Expr:
        """The same with every key and every aggregate replaced by a column of the cells."""
        if part in keys:
            return exp.column(f"k{keys.index(part)}")
        if isinstance(part, exp.Filter | exp.AggFunc):
            column, is_count = _aggregate(part, source, made)
            made_of.add("count" if is_count else "value")
            return column
        if isinstance(part, exp.Column):
            by_it = f"write GROUP BY {part.sql('duckdb')[:60]} and count(*), or avg of it"
            raise refused(
                f"the column {part.name[:60]} beside aggregates", remedies.PEOPLE if is_subject(part) else by_it
            )
        if not isinstance(part, _OVER_CELLS):
            raise refused(f"{called(part)} over groups", remedies.over_groups(part))
        if isinstance(part, exp.Cast | exp.TryCast):
            check_type(part)
            return exp.TryCast(this=told(part.this), to=part.to)
        for name, value in list(part.args.items()):
            parts = value if isinstance(value, list) else [value]
            new = [told(one) if isinstance(one, exp.Expr) else one for one in parts]
            part.set(name, new if isinstance(value, list) else new[0])
        return part

    found = told(shown.unalias().copy())
    exact: Made = "count" if isinstance(found, exp.Column) and "value" not in made_of else "value"
    made.made_of.append("key" if made_of == {"key"} else exact)
    return found.sql("duckdb")


def _aggregate(node: exp.Expr, source: From, made: Question) -> tuple[exp.Expr, bool]:
    """An aggregate as an expression over the columns of a cell, and whether it is a count and nothing else."""
    taken = "true"
    if isinstance(node, exp.Filter):
        taken = _condition(node.expression.this, source)
        node = node.this
    if isinstance(node, COUNTS):
        return _counted(node, taken, source, made), True
    if not isinstance(node, VALUES):
        raise refused(f"{node.key.upper()} over people", remedies.over_people(node))
    check_all_values(node)
    found = origin(node.this, source.resolve)
    if found.kind == "indicator" and isinstance(node, exp.Sum | exp.Avg):
        return _share(node, taken, source, made)
    if found.kind not in MEASURED:
        raise refused(
            f"{node.key.upper()} of a value that the query chooses",
            "write count(*) FILTER (WHERE ...), or take a column itself and reckon with numbers outside",
        )
    value = f"try_cast({_value(node.this, source)} as double)"
    if taken != "true":
        _count(made, "rows", taken)  # Whom the condition takes is compared, as if it were counted.
    one = Aggregate("value", f"{taken} and abs({value}) < {BOUND}", value, found.columns)
    ending = {exp.Sum: "sum", exp.Avg: "mean", exp.Variance: "variance"}.get(type(node), "spread")
    return exp.column(f"a{_place(made, one)}{ending}"), False


def _counted(node: exp.Expr, taken: str, source: From, made: Question) -> exp.Column:
    """Rows that are counted, all of them, those with a value or those of a condition; or people."""
    argument = node.this
    if isinstance(node, exp.CountIf):
        return _count(made, "rows", _and(taken, _condition(argument, source)))
    if isinstance(argument, exp.Distinct):
        if len(argument.expressions) != 1 or not is_subject(argument.expressions[0]):
            raise refused("count(DISTINCT) of something else than people", remedies.DISTINCT)
        return _count(made, "people", _and(taken, _held(argument.expressions[0], source)))
    if argument is not None and not isinstance(argument, exp.Star):  # count() is count(*).
        taken = _and(
            taken, f"{_value(argument, source)} is not null" if not is_subject(argument) else _held(argument, source)
        )
    return _count(made, "rows", taken)


def _held(subject: exp.Expr, source: From) -> str:
    """subject_id of one relation; that of the first, which is never NULL, where none is named."""
    check_known(subject, source)
    if not subject.args.get("table") or subject.args["table"].name.lower() in source.certain:
        return "true"
    return f"{subject.sql('duckdb')} is not null"


def _share(node: exp.Expr, taken: str, source: From, made: Question) -> tuple[exp.Expr, bool]:
    """The sum or the mean of ones and noughts: how many rows have a one, of how many that have either."""
    condition = condition_of(node.this)
    yes = _condition(condition, source) if condition is not None else f"({_value(node.this, source)} = 1)"
    many = _count(made, "rows", _and(taken, yes))
    if isinstance(node, exp.Sum):
        return many, True
    of = _count(made, "rows", _and(taken, f"{yes} is not null" if condition is None else "true"))
    return exp.paren(exp.Div(this=many, expression=exp.Nullif(this=of, expression=exp.Literal.number(0)))), False


def _count(made: Question, kind: Literal["rows", "people"], taken: str) -> exp.Column:
    return exp.column(f"a{_place(made, Aggregate(kind, taken))}")


def _place(made: Question, one: Aggregate) -> int:
    if one not in made.aggregates:
        made.aggregates.append(one)
    return made.aggregates.index(one)


def _condition(node: exp.Expr, source: From) -> str:
    return f"try_cast({_value(node, source)} as boolean)"


def _value(node: exp.Expr, source: From) -> str:
    check_of_a_row(node)
    refuse_subject(node, source)
    return safe(node).sql("duckdb")


def _and(*conditions: str) -> str:
    return " and ".join(one for one in dict.fromkeys(conditions) if one != "true") or "true"


def _order(select: exp.Select, made: Question) -> None:
    """ORDER BY and LIMIT, which look at nothing but what is shown."""
    shown = [one.unalias() for one in select.expressions]
    names = [name.lower() for name, _ in made.shown]
    for ordered in select.args["order"].expressions if select.args.get("order") else ():
        by = ordered.this
        number = place(by)
        if isinstance(by, exp.Column) and not by.table and by.name.lower() in names:
            at = names.index(by.name.lower())
        elif number is not None and 0 < number <= len(shown):
            at = number - 1
        elif by in shown:
            at = shown.index(by)
        else:
            raise refused(
                "ORDER BY something that is not shown", "order by 1, or by the name of a column that is shown"
            )
        nulls = "first" if ordered.args.get("nulls_first") else "last"
        made.order.append(f"{at + 1} {'desc' if ordered.args.get('desc') else 'asc'} nulls {nulls}")
    if limit := select.args.get("limit"):
        # FETCH FIRST is another node, and a percentage a number with options.
        plain = isinstance(limit, exp.Limit) and not limit.args.get("limit_options")
        made.limit = place(limit.expression) if plain else None
        if made.limit is None:
            raise refused("another LIMIT than a number", "write LIMIT and a whole number")
