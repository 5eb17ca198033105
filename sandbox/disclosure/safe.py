"""Expressions that do not stop: whatever a row holds, they have a value or NULL.

A query that stops with an error for one person's row and runs for another tells of that person. So casts give NULL
instead, conditions are yes, no or NULL, whatever is computed of one row stands in TRY, and what is computed of several
rows of a person is reckoned in doubles and compared with numbers alone.
"""

from sqlglot import exp

from sandbox.disclosure import remedies
from sandbox.disclosure.expressions import (
    COMPARISONS,
    LEAVES,
    NUMBERED,
    OVER_SEVERAL,
    STRUCTURE,
    WINDOWS,
    refused,
)

_CONDITIONS = {
    exp.And: ("this", "expression"),
    exp.Or: ("this", "expression"),
    exp.Not: ("this",),
    exp.Where: ("this",),
    exp.LogicalOr: ("this",),
    exp.LogicalAnd: ("this",),
    exp.CountIf: ("this",),
}


def safe(node: exp.Expr) -> exp.Expr:
    """The same expression, which does not stop with an error whatever a row holds. Refuses where that is not known."""
    return _guarded(_without_errors(node.copy()))


def safe_condition(node: exp.Expr) -> exp.Expr:
    """The same condition, NULL where what it holds is no yes or no: a text would stop the engine."""
    return _yes_or_no(safe(node))


def _without_errors(node: exp.Expr) -> exp.Expr:
    """The expression with casts that give NULL where they cannot be made."""
    for cast in [part for part in node.walk() if type(part) is exp.Cast]:
        tried = exp.TryCast(this=cast.this, to=cast.to)
        if cast is node:
            node = tried
        else:
            cast.replace(tried)
    return node


def _guarded(node: exp.Expr) -> exp.Expr:
    """What is computed of one row stands in TRY; what is computed of several is looked at part by part."""
    if not node.find(exp.AggFunc, exp.Window, *WINDOWS):
        if isinstance(node, (*LEAVES, exp.Interval)):
            return node
        if not isinstance(node, STRUCTURE):
            return exp.Anonymous(this="TRY", expressions=[node])
    else:
        _check_over_several(node)
    for key, value in list(node.args.items()):
        parts = value if isinstance(value, list) else [value]
        made = [_guarded(part) if isinstance(part, exp.Expr) else part for part in parts]
        node.set(key, made if isinstance(value, list) else made[0])
    _make_conditions(node)
    if isinstance(node, exp.Sum | exp.Avg | exp.Median):  # Sums of decimals overflow, means of days too.
        node.set("this", _double(node.this))
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):  # No number of this type is too large.
        for key in ("this", "expression"):
            node.set(key, _double(node.args[key]))
    return node


def _check_over_several(node: exp.Expr) -> None:
    """Refuse what could stop, of what is computed of several rows of a person."""
    if isinstance(node, COMPARISONS):
        _check_comparison(node)
    elif isinstance(node, exp.Case) and node.this is not None:
        raise refused(
            "CASE on what is computed of several rows", "write CASE WHEN and a condition, such as count(*) > 1"
        )
    elif not isinstance(node, (*OVER_SEVERAL, exp.AggFunc, *WINDOWS)):
        raise refused(f"{node.key.upper()} of what is computed of several rows", remedies.NAME_FIRST)


def _make_conditions(node: exp.Expr) -> None:
    """Put a yes or no into every place of the node that asks for one."""
    places = _CONDITIONS.get(type(node), ())
    if isinstance(node, exp.If) and isinstance(node.parent, exp.Case):
        places = ("this",)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean | exp.Anonymous):
        places = ("this",)
    for key in places:
        if isinstance(node.args.get(key), exp.Expr):
            node.set(key, _yes_or_no(node.args[key]))


def _yes_or_no(node: exp.Expr) -> exp.Expr:
    return exp.TryCast(this=node, to=exp.DataType.build("boolean"))


def _double(node: exp.Expr) -> exp.Expr:
    return exp.TryCast(this=node, to=exp.DataType.build("double"))


def _check_comparison(node: exp.Expr) -> None:
    sides = (node.this.unnest(), node.expression.unnest())
    with_a_number = any(isinstance(side, exp.Literal) and not side.is_string for side in sides)
    if not with_a_number or not all(isinstance(side, exp.Literal) or _counts(side) for side in sides):
        raise refused("a comparison of what is computed of several rows", remedies.NAME_FIRST)


def _counts(node: exp.Expr) -> bool:
    """Whether it is a number by its form, whatever the types of the columns."""
    node = node.unnest()
    if isinstance(node, exp.Window | exp.Filter):
        return _counts(node.this)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _counts(node.this) and _counts(node.expression)
    return isinstance(node, (exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.DateDiff, *NUMBERED)) or (
        isinstance(node, exp.Literal) and not node.is_string
    )
