"""What may be computed: an allow-list of the parser's nodes. What is not listed here is refused by its name."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from sandbox.disclosure import remedies
from sandbox.errors import DisclosureRefused
from sandbox.tables import RELATIVES, SUBJECT

LARGEST, LARGEST_IN_ARITHMETIC, LARGEST_IN_INTERVALS = 10**12, 10**6, 10**4
NODES = 2_000
TABLES = 20  # The engine plans twenty in 10 ms, and a hundred in 15 s, in which nothing interrupts it.

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg)
LEAVES = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Star,
    exp.DataType,
    exp.DataTypeParam,
    exp.Var,
)
STRUCTURE = (exp.Alias, exp.Ordered, exp.Order, exp.Filter, exp.Where, exp.Distinct, exp.Tuple, exp.WindowSpec)
_LOGIC = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Is)
PARTS_OF_DAYS = (
    exp.Extract,
    exp.Year,
    exp.Quarter,
    exp.Month,
    exp.Week,
    exp.Day,
    exp.DayOfWeek,
    exp.Hour,
    exp.TimestampTrunc,
    exp.DateTrunc,
    exp.DateDiff,
)
OF_A_ROW = (
    *(*COMPARISONS, *_ARITHMETIC, *LEAVES, *_LOGIC, *PARTS_OF_DAYS),
    *(exp.In, exp.Between, exp.Like, exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ, exp.StartsWith),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Cast, exp.TryCast),
    *(exp.Interval, exp.DateAdd, exp.DateSub, exp.Upper, exp.Lower, exp.Left, exp.Right, exp.Substring, exp.Length),
    *(exp.Trim, exp.Round, exp.Floor, exp.Ceil, exp.Abs, exp.Ln, exp.TimeToStr),
)
COUNTS = (exp.Count, exp.CountIf)
VALUES = (exp.Sum, exp.Avg, exp.Stddev, exp.StddevSamp, exp.Variance)
# Of the rows of one person; no aggregate that can stop with an error.
OF_A_PERSON = (*COUNTS, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.LogicalOr, exp.LogicalAnd)
NUMBERED = (exp.RowNumber, exp.Rank, exp.DenseRank)
WINDOWS = (*NUMBERED, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.IgnoreNulls)
OVER_SEVERAL = (
    *(*COMPARISONS, *STRUCTURE, exp.And, exp.Or, exp.Not, exp.Paren, exp.Is),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Case, exp.If, exp.Coalesce, exp.TryCast, exp.Cast, exp.Round),
    *(exp.DateDiff, exp.Extract, exp.Year, exp.Month, exp.TimestampTrunc, exp.Window),
)
# Parts that are the same for every row: by a value of each row they could stop for one person's.
_CONSTANTS = (
    (exp.WindowSpec, "start", "end"),
    (exp.Lag, "offset", "default"),
    (exp.Lead, "offset", "default"),
    (exp.Max, "count", "expressions"),
    (exp.Min, "count", "expressions"),
    (exp.Interval, "this"),
    (exp.TimeToStr, "format"),
)
_TYPES = frozenset(
    exp.DataType.Type[name]
    for name in (
        *("INT", "BIGINT", "DOUBLE", "FLOAT", "DECIMAL", "DATE", "TIMESTAMP", "TIMESTAMPNTZ", "VARCHAR", "TEXT"),
        "BOOLEAN",
    )
)


def refused(what: str, remedy: str) -> DisclosureRefused:
    """That the shape of a query is not among those that are answered, to be raised."""
    return DisclosureRefused(f"expected a question that results can be told of, found {what}; {remedy}", rule="shape")


def called(node: exp.Expr) -> str:
    """What a refusal calls a part of a query; a function that the parser does not know has its name there."""
    if isinstance(node, exp.Anonymous):
        return node.name[:60].upper() if node.name.isidentifier() else "a function"
    return node.key.upper()


def is_subject(node: object) -> bool:
    """Whether it is a column that holds subject_id."""
    return isinstance(node, exp.Column) and node.name.lower() == SUBJECT


def place(node: exp.Expr) -> int | None:
    """The number by which GROUP BY and ORDER BY name a place; None for something else, such as -1."""
    return int(node.this) if isinstance(node, exp.Literal) and node.is_int else None


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that all must hold."""
    if isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    elif isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif node is not None:
        yield node


def check_of_a_row(node: exp.Expr) -> None:
    """Refuse what is not computed of one row by what is listed."""
    _check(node, (*OF_A_ROW, *STRUCTURE), "what is computed of a row", remedies.of_a_row)


def check_of_a_person(node: exp.Expr) -> None:
    """Refuse what is not computed of rows of one person by what is listed; windows lie within a person."""
    allowed = (*OF_A_ROW, *OVER_SEVERAL, *OF_A_PERSON, *WINDOWS)
    _check(node, allowed, "what is computed of a person", remedies.of_a_person)
    for window in node.find_all(exp.Window):
        if not any(map(is_subject, window.args.get("partition_by") or ())):
            raise refused("a window over several people", f"write PARTITION BY {SUBJECT}")
        if window.args.get("alias") or window.args.get("first"):
            raise refused("a named window", remedies.WINDOW_IN_PLACE)


def check_type(cast: exp.Expr) -> None:
    """Refuse a cast to another type than numbers, days, times, texts and yes or no."""
    if cast.args["to"].this not in _TYPES:
        raise refused(
            f"a cast to {cast.args['to'].sql('duckdb')}", "cast to INT, DOUBLE, DATE, TIMESTAMP, VARCHAR or BOOLEAN"
        )


def check_all_values(aggregate: exp.Expr) -> None:
    """Refuse one that takes each value once, whoever has it."""
    if isinstance(aggregate.this, exp.Distinct):
        raise refused(f"{aggregate.key.upper()} of DISTINCT", "leave DISTINCT out")


def _check(node: exp.Expr, allowed: tuple[type, ...], where: str, remedy: Callable[[exp.Expr], str]) -> None:
    for part in node.walk():
        if not isinstance(part, allowed) or isinstance(part, exp.Query):
            raise refused(f"{called(part)} in {where}", remedy(part))
        if isinstance(part, exp.Column):
            _check_column(part)
        elif isinstance(part, exp.Cast | exp.TryCast):
            check_type(part)
        elif isinstance(part, exp.Literal) and (not part.is_string or isinstance(part.parent, exp.Interval)):
            _check_number(part)
        elif isinstance(part, exp.Star) and not isinstance(part.parent, exp.Count):
            raise refused(f"* in {where}", "write the names of the columns")
        _check_constants(part)


def _check_constants(part: exp.Expr) -> None:
    for kind, *names in _CONSTANTS:
        values = [part.args.get(name) for name in names] if isinstance(part, kind) else []
        if not all(not value or isinstance(value, str | exp.Literal | exp.Null) for value in values):
            raise refused(f"{part.key.upper()} by a value of each row", "write a number there")
    if isinstance(part, exp.Sum | exp.Avg | exp.Median):
        check_all_values(part)


def _check_column(column: exp.Column) -> None:
    name = column.name.lower()
    # Of the keys of people subject_id holds rows of a person together; the others are used for nothing.
    if name in RELATIVES:
        raise refused(name, "no question of relatives passes: ask in a sandbox of tier research")
    if name == "rowid" or column.args.get("db") or column.args.get("catalog"):
        raise refused(column.sql("duckdb"), "write a column of the codebook, as column or table.column")


def _check_number(literal: exp.Literal) -> None:
    try:
        size = abs(float(literal.this))
    except ValueError:
        raise refused(f"the number {literal.this}", "write it in figures") from None
    if literal.find_ancestor(exp.Interval, exp.DateAdd, exp.DateSub):
        most = LARGEST_IN_INTERVALS
    else:
        most = LARGEST_IN_ARITHMETIC if literal.find_ancestor(*_ARITHMETIC) else LARGEST
    if not size <= most:
        raise refused(f"the number {literal.this}", f"write one of at most {most:,} there")
