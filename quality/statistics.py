"""Which conditions the engine can answer from the statistics that it keeps of a column.

They are the least and the largest value of every 122,880 rows, and whether one is missing.

Such a condition is counted by a filter of its own. Where the statistics say that it holds no row is read, and elsewhere
only the rows of which they say nothing. In the one scan of all other rules it would be asked of every row.
"""

import sqlglot
from sqlglot import exp

_LIMITS = (exp.LT, exp.LTE, exp.GT, exp.GTE)


def known_from(sql: str) -> bool:
    """Whether a condition says of columns of `t` alone that they are not NULL, or which numbers bound them."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    return all(_is_present(part) or _is_bounded(part) for part in _parts(tree))


def _parts(tree: exp.Expr) -> list[exp.Expr]:
    """What a condition joins by AND."""
    return [part for side in (tree.left, tree.right) for part in _parts(side)] if isinstance(tree, exp.And) else [tree]


def _is_present(part: exp.Expr) -> bool:
    return (
        isinstance(part, exp.Not)
        and isinstance(part.this, exp.Is)
        and isinstance(part.this.this, exp.Column)
        and isinstance(part.this.expression, exp.Null)
    )


def _is_bounded(part: exp.Expr) -> bool:
    return (
        isinstance(part, _LIMITS)
        and isinstance(part.this, exp.Column)
        and isinstance(part.expression, exp.Literal)
        and not part.expression.is_string
    )
