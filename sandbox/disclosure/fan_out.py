"""How many rows of one person a query may bring together: each join multiplies them.

Twelve times joined with themself, somebody with some stays fills the engine's memory, and somebody without does not: so
whether a question of one person fits, or how long it takes, would tell of that person. In one SELECT stand at most two
tables of events. What has a row of each person, or is grouped into one, multiplies nothing.
"""

from collections.abc import Mapping

from sqlglot import exp

from sandbox.disclosure.expressions import conjuncts, is_subject, place, refused

MOST = 2
# One row of each person by their contracts.
ONE_ROW_EACH = frozenset({"person", "death"})


def check_fan_out(select: exp.Select) -> None:
    """Refuse a query in which a SELECT multiplies the rows of a person by more than two tables of events."""
    _rows_each(select, {})


def _rows_each(select: exp.Select, known: Mapping[str, int]) -> int:
    """Of how many tables of events the rows of a person are multiplied; nought where there is one row of each."""
    named = dict(known)
    clause = select.args.get("with_")
    for query in clause.expressions if clause else ():
        named[query.alias.lower()] = _of(query.this, named)
    joins = select.args.get("joins") or ()
    source = select.args.get("from_")
    kept = [source.this, *(join.this for join in joins if not _is_test(join))] if source else []
    tested = [join.this for join in joins if _is_test(join)]
    # Subqueries of a condition are people, each once.
    for query in select.args["where"].find_all(exp.Select) if select.args.get("where") else ():
        _rows_each(query, named)
    rows = sum(_of(one, named) for one in kept)
    if rows + sum(_of(one, named) for one in tested) > MOST:
        raise refused(
            f"more than {MOST} tables of events in one SELECT",
            f"join {MOST} at most, and bring others down to a row of each person before: "
            "(SELECT subject_id, count(*) AS n FROM ... GROUP BY subject_id)",
        )
    return min(rows, _keys(select, rows))


def _of(relation: exp.Expr, named: Mapping[str, int]) -> int:
    if isinstance(relation, exp.Subquery | exp.Select):
        inner = relation.unnest()
        return _rows_each(inner, named) if isinstance(inner, exp.Select) else 1
    name = relation.name.lower()
    return named.get(name, 0 if name in ONE_ROW_EACH else 1)


def _is_test(join: exp.Join) -> bool:
    return (join.args.get("kind") or "").upper() in ("SEMI", "ANTI")


def _keys(select: exp.Select, rows: int) -> int:
    """How many columns tell rows of one person apart: each has at most as many values as one table has rows."""
    if any(map(_is_first_of_each, conjuncts(select.args["qualify"].this if select.args.get("qualify") else None))):
        return 0
    group = select.args.get("group")
    shown = [one.unalias() for one in select.expressions]
    if group is None and select.args.get("distinct") is None:
        return rows
    if group is None or group.args.get("all"):
        return sum(not is_subject(one) and not one.find(exp.AggFunc) for one in shown)
    return sum(not is_subject(_named(key, shown)) for key in group.expressions)


def _named(key: exp.Expr, shown: list[exp.Expr]) -> exp.Expr:
    at = place(key)
    return shown[at - 1] if at is not None and 0 < at <= len(shown) else key


def _is_first_of_each(condition: exp.Expr) -> bool:
    """Whether it keeps one row of each person: row_number() OVER (PARTITION BY subject_id ...) = 1."""
    if not isinstance(condition, exp.EQ) or not isinstance(condition.this, exp.Window):
        return False
    window = condition.this
    partition = list(window.args.get("partition_by") or ())
    return (
        isinstance(window.this, exp.RowNumber)
        and place(condition.expression) == 1
        and list(map(is_subject, partition)) == [True]
    )
