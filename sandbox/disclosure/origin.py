"""Where a value comes from: from the release, reckoned from it, or chosen by the query.

Only what comes from the release may be summed, else a query could give each person a weight and read a sum like a list;
and where all keys of a question stand in the release, nobody has chosen who comes into which cell.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from sandbox.disclosure.expressions import COMPARISONS, PARTS_OF_DAYS

_RECKONED = (
    *(exp.Round, exp.Floor, exp.Ceil, exp.Abs, exp.Ln, exp.IgnoreNulls, exp.Avg, exp.Median),
    *(exp.Min, exp.Max, exp.LogicalOr, exp.LogicalAnd, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
)


Kind = Literal["recorded", "number", "indicator", "chosen"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a column comes from: which columns of the release, and whether it stands there so, or is a part of a day or
    a code that does (`recorded`), is reckoned from what stands there (`number`), is a yes or no as 1 or 0
    (`indicator`), or something else that a query has chosen (`chosen`).
    """

    kind: Kind
    columns: frozenset[str] = frozenset()


MEASURED = ("recorded", "number")
Resolve = Callable[[exp.Column], Origin]


def named(columns: Mapping[str, Origin], name: str) -> Origin:
    """The origin of a column by its name; one that is not known is chosen by the query."""
    return columns.get(name.lower(), Origin("chosen"))


def origin(node: exp.Expr, resolve: Resolve) -> Origin:
    """Where the value of an expression comes from."""
    columns = frozenset[str]().union(*(resolve(column).columns for column in node.find_all(exp.Column)))
    return Origin(_kind(node, resolve), columns)


def _kind(node: exp.Expr, resolve: Resolve) -> Kind:
    if isinstance(node, exp.Column):
        return resolve(node).kind
    if isinstance(node, exp.Alias | exp.Paren):
        return _kind(node.this, resolve)
    if _is_part(node):
        return _kind(node.expression if isinstance(node, exp.Extract) else node.this, resolve)
    if isinstance(node, exp.Sum | exp.Count):
        return _of_sum(node, resolve)
    if isinstance(node, _RECKONED) or _is_value_or_nought(node):
        return _reckoned(_kind(node.this, resolve))
    if isinstance(node, exp.Window):
        chosen = any(_kind(part.this, resolve) == "chosen" for part in node.find_all(exp.Ordered))
        return "chosen" if chosen else _reckoned(_kind(node.this, resolve))
    if condition_of(node) is not None:
        return "indicator"
    if isinstance(node, exp.Cast | exp.TryCast):
        return _kind(node.this, resolve)
    parts = _parts(node)
    return _of_several(parts, resolve) if parts else "chosen"


def _parts(node: exp.Expr) -> list[exp.Expr]:
    """What is reckoned of several values that may be measured; none where it is something else, or only shifted."""
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest) and node.find_ancestor(exp.DateDiff):
        return [node.this, *node.expressions]  # Until death, or the end of the data.
    if isinstance(node, exp.Add | exp.Sub) and (_is_constant(node.this) or _is_constant(node.expression)):
        return []
    arithmetic = isinstance(node, exp.DateDiff | exp.Add | exp.Sub | exp.Mul | exp.Div | exp.IntDiv)
    return [node.this, node.expression] if arithmetic else []


def _of_sum(node: exp.Expr, resolve: Resolve) -> Kind:
    """A sum or a count of a person's rows is a number, of whatever was measured or is a yes or no."""
    if isinstance(node, exp.Count):
        return "number"
    return "number" if _kind(node.this, resolve) in (*MEASURED, "indicator") else "chosen"


def _of_several(parts: list[exp.Expr], resolve: Resolve) -> Kind:
    """What is reckoned of several values is a number where each of them was measured; constants say nothing.

    Beside another value a count of rows that the query has chosen would be a weight.
    """
    values = [part for part in parts if not _is_constant(part)]
    chosen = any(part.find(exp.Filter, exp.CountIf, exp.Case, exp.If) for part in parts) and len(values) > 1
    measured = bool(values) and all(_kind(part, resolve) in MEASURED for part in values) and not chosen
    return "number" if measured else "chosen"


def _is_constant(node: exp.Expr) -> bool:
    return not node.find(exp.Column, exp.Star)


def condition_of(node: exp.Expr) -> exp.Expr | None:
    """The condition behind a yes or no that is written as 1 or 0, such as CASE WHEN c THEN 1 ELSE 0 END."""
    node = node.unnest()
    if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case):
        yes, no = node.args.get("true"), node.args.get("false")
        return _part(node) if _is_number(yes, "1") and _is_number(no, "0") else None
    if isinstance(node, exp.Case) and node.this is None and len(node.args["ifs"]) == 1:
        branch = node.args["ifs"][0]
        whole = _is_number(branch.args.get("true"), "1") and _is_number(node.args.get("default"), "0")
        return _part(branch) if whole else None
    if isinstance(node, exp.Cast | exp.TryCast) and _is_condition(node.this):
        return _part(node)
    return None


def _part(node: exp.Expr) -> exp.Expr:
    part = node.this
    assert isinstance(part, exp.Expr)
    return part


def _is_part(node: exp.Expr) -> bool:
    """Whether it is a part of a day, or the beginning of a code."""
    if isinstance(node, exp.Left | exp.Substring):
        return all(
            isinstance(part, exp.Column | exp.Literal | exp.Identifier) for part in node.walk() if part is not node
        )
    return isinstance(node, (*PARTS_OF_DAYS, exp.TimeToStr)) and not isinstance(node, exp.DateDiff)


def _reckoned(kind: Kind) -> Kind:
    return "number" if kind == "recorded" else kind


def _is_value_or_nought(node: exp.Expr) -> bool:
    """coalesce(x, 0), as one writes it behind a LEFT JOIN."""
    return isinstance(node, exp.Coalesce) and len(node.expressions) == 1 and _is_number(node.expressions[0], "0")


def _is_condition(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like))


def _is_number(node: exp.Expr | None, figures: str) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.this in (figures, f"{figures}.0")
