"""What can be asked in place of what is refused: a form that passes, or that none does.

Here is what several refusals say, and what depends on the part of a query that was found; what one refusal alone says
stands beside it. A remedy is told from the question, never from what the tables hold.
"""

from collections.abc import Mapping

from sqlglot import exp

from sandbox.tables import SUBJECT

PAGE = "docs/reference/disclosure.md lists all"
COARSER = "by fewer columns, or by coarser values such as year(x) or left(x, 1)"
NAME_FIRST = "name it by AS in a subquery, and use the name outside"
NAME_INSIDE = "write column AS name in a SELECT"
ONCE_EACH = "name each column once, and not by *"
ONE_ROW_EACH = f"write QUALIFY row_number() OVER (PARTITION BY {SUBJECT} ORDER BY ...) = 1 in the subquery"
OF_TABLES = "write FROM and a table's name in the codebook"
PEOPLE = f"write count(DISTINCT {SUBJECT}), or join USING ({SUBJECT})"
BY_PERSON = f"write JOIN table USING ({SUBJECT})"
IN_PARTS = "ask it in several questions, each of fewer columns and conditions"
WINDOW_IN_PLACE = f"write OVER (PARTITION BY {SUBJECT} ORDER BY ...) in its place"
DISTINCT = f"write count(DISTINCT {SUBJECT}), or GROUP BY column and count(*)"
NO_ROWS = "no rows are shown in tier company: write SELECT column, count(*) FROM table GROUP BY column"
EACH_GROUPING = "write GROUP BY a, b without brackets, each grouping in a question of its own"
_NO_SAMPLE = "leave the sample out: all people are counted"
_NO_LISTS = "no lists, texts in one, or keys and values pass: use one column at a time"
_MOMENTS = "write avg, stddev or variance"
_GROUP_AND_COUNT = "it can show one person's value: write GROUP BY column and count(*)"
_CONDITION = "write count(*) FILTER (WHERE condition) in its place"

_A_DAY = "write a day in its place, such as DATE '2020-12-31'"
_NO_HASH = "no hash passes: use the column itself, or left(column, 1)"
# Functions that the parser knows by no more than their names.
_CALLED = {
    **dict.fromkeys(("hash", "md5_number"), _NO_HASH),
    **dict.fromkeys(("histogram", "arbitrary", "arg_max_null"), _GROUP_AND_COUNT),
    "every": _CONDITION,
    "now": _A_DAY,
}

Remedies = tuple[tuple[tuple[type[exp.Expr], ...], str], ...]  # The first that fits.

_OF_A_ROW: Remedies = (
    ((exp.Rollup, exp.Cube, exp.GroupingSets), EACH_GROUPING),
    (
        (exp.Query, exp.Exists, exp.Any, exp.All),
        f"write {SUBJECT} IN (SELECT {SUBJECT} FROM ...), or ask for its value first and write the number",
    ),
    ((exp.Window,), f"name it by AS in a subquery that shows {SUBJECT}, with PARTITION BY {SUBJECT} in OVER"),
    ((exp.AggFunc,), f"name it by AS in a subquery with GROUP BY {SUBJECT}, and use the name outside"),
    ((exp.Rand, exp.Uuid), "no form of this passes, since nothing is left to chance: ask of all people"),
    ((exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime), _A_DAY),
    ((exp.RegexpLike, exp.RegexpExtract, exp.SimilarTo, exp.Glob), "write LIKE, starts_with or substring"),
    ((exp.MD5, exp.SHA, exp.SHA2), _NO_HASH),
    ((exp.Columns, exp.PositionalColumn), "write the name of the column"),
    ((exp.RawString,), "write the text in '...'"),
    ((exp.Try,), "leave TRY out: what fails gives NULL"),
    ((exp.DPipe, exp.Concat, exp.Array, exp.Struct, exp.ToMap, exp.Map, exp.Bracket), _NO_LISTS),
    ((exp.Explode, exp.Transform, exp.Lambda), _NO_LISTS),
    ((exp.Pow, exp.Sqrt, exp.Exp, exp.Log), "reckon with + - * /, round, floor, ceil, abs and ln"),
)
_OTHER_OF_A_ROW = f"reckon with + - * /, CASE, LIKE, left, round, year or date_diff ({PAGE})"

_OF_A_PERSON: Remedies = (
    ((exp.Ntile, exp.PercentRank, exp.CumeDist), "write row_number, rank or dense_rank"),
    ((exp.NthValue,), "write first_value, last_value, lag or lead"),
    ((exp.PercentileCont, exp.PercentileDisc, exp.Quantile), "write median, min or max"),
    ((exp.First, exp.Last, exp.AnyValue, exp.Mode, exp.ArgMax, exp.ArgMin), f"write min or max, or {ONE_ROW_EACH[6:]}"),
    ((exp.ArrayAgg, exp.GroupConcat), "no lists pass: write count, min or max, or bool_or of a condition"),
    ((exp.AggFunc,), f"write count, sum, avg, min, max, median, bool_or or bool_and ({PAGE})"),
)

_OVER_PEOPLE: Remedies = (
    (
        (exp.Max, exp.Min, exp.Median, exp.Quantile, exp.PercentileCont, exp.PercentileDisc, exp.ApproxQuantile),
        "it can show one person's value: write avg, or GROUP BY floor(x / 10) or year(x) and count(*)",
    ),
    ((exp.ArrayAgg, exp.GroupConcat, exp.First, exp.Last, exp.AnyValue, exp.Mode), _GROUP_AND_COUNT),
    ((exp.ArgMax, exp.ArgMin, exp.ApproxTopK), _GROUP_AND_COUNT),
    ((exp.ApproxDistinct,), DISTINCT),
    ((exp.LogicalOr, exp.LogicalAnd), _CONDITION),
    ((exp.StddevPop, exp.VariancePop, exp.Kurtosis, exp.Skewness), _MOMENTS),
    (
        (exp.Corr, exp.CovarPop, exp.CovarSamp, exp.RegrIntercept, exp.RegrSlope, exp.RegrR2),
        "write avg(x * y) beside avg(x), avg(y), stddev(x) and stddev(y), and reckon it from these",
    ),
    ((exp.Grouping,), EACH_GROUPING),
)
_OTHER_OVER_PEOPLE = "write count, sum, avg, stddev or variance"

_OVER_GROUPS: Remedies = (
    ((exp.Star, exp.Columns), NO_ROWS),
    ((exp.Window,), f"write it in a subquery that shows {SUBJECT}, or ask for the total in a question of its own"),
    ((exp.Query,), "ask for it in a question of its own"),
    ((exp.Case, exp.If, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.And, exp.Or, exp.Not), _CONDITION),
)
_OTHER_OVER_GROUPS = "show each number by itself, or reckon with + - * /, round, coalesce and nullif"

_PARTS: Mapping[str, str] = {
    "having": "leave it out, and write ORDER BY and LIMIT: they look at what is told",
    "distinct": "write GROUP BY in place of DISTINCT",
    "qualify": f"write it in a subquery that shows {SUBJECT}",
    "windows": WINDOW_IN_PLACE,
    "sample": _NO_SAMPLE,
    "offset": "leave it out, and write LIMIT alone",
    "order": ONE_ROW_EACH,
    "limit": ONE_ROW_EACH,
}
_OTHER_PART = "leave it out: SELECT, FROM, JOIN, WHERE and GROUP BY pass"

_STATEMENTS: Remedies = (
    ((exp.SetOperation,), f"ask each SELECT in a question of its own, or write WHERE {SUBJECT} IN (SELECT ...)"),
    ((exp.Pivot,), "write count(*) FILTER (WHERE column = 'value') for each column"),
)


def of_a_row(node: exp.Expr) -> str:
    """In place of what is computed of a row."""
    return _first(node, _OF_A_ROW) or _OTHER_OF_A_ROW


def of_a_person(node: exp.Expr) -> str:
    """In place of what is computed of rows of one person."""
    return _first(node, _OF_A_PERSON) or of_a_row(node)


def over_people(node: exp.Expr) -> str:
    """In place of an aggregate over people."""
    return _first(node, _OVER_PEOPLE) or _OTHER_OVER_PEOPLE


def over_groups(node: exp.Expr) -> str:
    """In place of what stands in the answer, beside the keys and the aggregates or around them."""
    if remedy := _first(node, _OVER_GROUPS):
        return remedy
    aggregate = node.find(exp.AggFunc)
    if isinstance(node, exp.Anonymous | exp.WithinGroup | exp.IgnoreNulls | exp.Bracket):
        return over_people(aggregate or node)
    if aggregate is None and node.find(exp.Column):
        return "write GROUP BY ALL, which groups by it"
    return _OTHER_OVER_GROUPS


def of_a_part(name: str) -> str:
    """In place of a part of a SELECT, by the parser's name."""
    return _PARTS.get(name, _OTHER_PART)


def of_a_source(name: str, alone: str) -> str:
    """In place of what stands behind a table or a subquery in FROM, by the parser's name; `alone` passes."""
    return _NO_SAMPLE if name == "sample" else f"write {alone} alone"


def of_a_statement(node: exp.Expr | None) -> str:
    """In place of another statement than a SELECT."""
    return (_first(node, _STATEMENTS) if node is not None else None) or NO_ROWS


def _first(node: exp.Expr, remedies: Remedies) -> str | None:
    if isinstance(node, exp.Anonymous):
        return _CALLED.get(node.name.lower())
    return next((remedy for kinds, remedy in remedies if isinstance(node, kinds)), None)
