"""Which conditions of a mart are counted by a filter of their own, beside the one scan of all other rules.

One kind are those that the engine answers from the statistics that it keeps of a column: the least and the largest
value of every 122,880 rows, and whether one is missing. Where they say that a condition holds no row is read, and
elsewhere only the rows of which they say nothing. The other kind is about the rows with one value, or with a long text:
what follows is asked of these alone. In the one scan either would be asked of every row.
"""

import sqlglot
from sqlglot import exp

_LIMITS = (exp.LT, exp.LTE, exp.GT, exp.GTE)


def failing_alone(sql: str) -> str | None:
    """The filter of the rows that fail a condition of either kind; None for one that the one scan counts."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    if all(_is_present(part) or _is_bounded(part) for part in _parts(tree, exp.And)):
        return f"not ({sql})"
    first, *others = _parts(tree, exp.Or)
    if not others or not (_is_another(first) or _is_shorter(first)) or tree.find(exp.Query):
        return None
    # As it is written: what the parser would write is not always the same condition.
    cut = next(token for token in sqlglot.tokenize(sql, read="duckdb") if token.token_type == sqlglot.TokenType.OR)
    return f"not ({sql[: cut.start]}) and not ({sql[cut.end + 1 :]})"


def _parts(tree: exp.Expr, joined: type[exp.Connector]) -> list[exp.Expr]:
    """What a condition joins by AND, or by OR."""
    if not isinstance(tree, joined):
        return [tree]
    return [part for side in (tree.left, tree.right) for part in _parts(side, joined)]


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


def _is_another(part: exp.Expr) -> bool:
    return isinstance(part, exp.NEQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Literal)


def _is_shorter(part: exp.Expr) -> bool:
    """`length(column) < 10`"""
    return isinstance(part, exp.LT) and isinstance(part.this, exp.Length) and isinstance(part.this.this, exp.Column)
