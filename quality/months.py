"""Rows by month: of all deliveries together, and how much of it may be told to others than those who run the platform.

A row of a thin month can be one person's. So a release tells no count of a month, but its share of the usual month, in
steps that are each at least twice the permit's threshold of rows: a month of few rows is told as one of none. Beside
the number of all rows that could still give a month's number away where there are few months, so a release tells none
of a source of less than a year. Failing rows of a month are not told at all.
"""

from collections.abc import Iterable, Sequence
from statistics import median

from quality.measure import NO_TIME, Month
from quality.series import EDGE

FEWEST = 12  # Months.
STEPS = (0.05, 0.1, 0.25)  # Of the usual month: the smallest that is large enough is used.


def by_month(months: Iterable[Month]) -> list[tuple[str, int, int]]:
    """Month, rows and failing rows, of all deliveries together, in the order of time; rows without a time are last."""
    told: dict[str, tuple[int, int]] = {}
    for one in months:
        rows, failing = told.get(one.month, (0, 0))
        told[one.month] = (rows + one.rows, failing + one.failing)
    return [(month, *told[month]) for month in sorted(told)]


def rows_by_month(months: Iterable[Month]) -> list[tuple[str, int]]:
    """The rows of every month between the first and the last, those without a row too."""
    told = {month: rows for month, rows, _ in by_month(months) if month != NO_TIME}
    dated = sorted(told)
    few = EDGE * sum(told.values())
    for end in (0, -1):
        left_out = 0
        while dated and (left_out := left_out + told[dated[end]]) <= few:
            dated.pop(end)
    if not dated:
        return []
    first, last = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (dated[0], dated[-1]))
    names = (f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1))
    return [(name, told.get(name, 0)) for name in names]


def usual(rows: Sequence[tuple[str, int]]) -> float:
    """The rows of the usual month."""
    return median(number for _, number in rows) if rows else 0.0


def told_by_month(months: Iterable[Month], threshold: int) -> list[tuple[str, int]]:
    """Each month as per cent of the usual one, in steps; none when the usual month has too few rows for steps, or when
    there are few months.
    """
    rows = rows_by_month(months)
    if len(rows) < FEWEST:
        return []
    step = next((step for step in STEPS if step * usual(rows) >= 2 * threshold), None)
    if step is None:
        return []
    return [(month, round(100 * step * round(number / (step * usual(rows))))) for month, number in rows]
