"""Small charts of a report: what fails by month, rows by month, a figure beside its limits, how many people are left.

HTML and SVG of counts that a report may tell; which these are is for those to say who make one.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from quality.expectation import Complete, Drift, OverTime, Volume
from quality.figure import figure, percent
from quality.judge import Verdict
from quality.measure import NO_TIME

STEP = 4  # From one bar of months to the next.


def failing_chart(months: Sequence[tuple[str, int, int]]) -> str:
    """One bar for each month, as high as its share of failing rows beside the worst month's; none when no row fails."""
    shares = [failing / rows if rows else 0.0 for _, rows, failing in months]
    worst = max(shares, default=0.0)
    if not worst:
        return ""
    bars = "".join(
        f'<rect class="failing" x="{STEP * n}" y="{18 - 17 * share / worst:.1f}" width="3" '
        f'height="{2 + 17 * share / worst:.1f}"/>'
        if share
        else f'<rect x="{STEP * n}" y="18" width="3" height="2"/>'
        for n, share in enumerate(shares)
    )
    dated = [month for month, *_ in months if month != NO_TIME]
    span = f"by month from {dated[0]} to {dated[-1]}, " if dated else ""
    without = "the last bar is of rows without a time, " if len(dated) < len(months) else ""
    spoken = f"{span}{without}at most {percent(worst)}"
    return (
        f'<svg class="months" viewBox="0 0 {STEP * len(months)} 20" preserveAspectRatio="none" role="img" '
        f'aria-label="{spoken}"><title>{spoken}</title>{bars}</svg>'
    )


def rows_chart(months: Sequence[tuple[str, int]], *, thin: float, what: str) -> str:
    """One bar for each month, `what` it tells; those that have less than `thin` are marked, at a line."""
    if not months:
        return ""
    highest = max(number for _, number in months) or 1
    bars = "".join(
        f'<rect{" class=thin" if number < thin else ""} x="{STEP * n}" y="{48 - 46 * number / highest - 1:.1f}" '
        f'width="3" height="{46 * number / highest + 1:.1f}"><title>{month}: {number:,} {what}</title></rect>'
        for n, (month, number) in enumerate(months)
    )
    few = sum(number < thin for _, number in months)
    first, last = months[0][0], months[-1][0]
    spoken = f"{what} by month from {first} to {last}; {few} of {len(months)} have less than half of the usual"
    line, wide = 48 - 46 * thin / highest, STEP * len(months)
    return (
        f'<svg class="rows" viewBox="0 0 {wide} 48" preserveAspectRatio="none" role="img" aria-label="{spoken}">'
        f'{bars}<line x1="0" x2="{wide}" y1="{line:.1f}" y2="{line:.1f}"/></svg>'
        f'<div class="ends"><span>{first}</span><span>{last}</span></div>'
    )


def gauges(over_time: Sequence[tuple[OverTime, Verdict]]) -> str:
    """For each expectation its figure as a mark beside what is borne; what saw too little is told so."""
    rows = "".join(_gauge(expected, verdict) for expected, verdict in over_time)
    return f'<div class="gauges">{rows}</div>' if rows else ""


def limits(expected: OverTime) -> tuple[float, float]:
    """The least and the largest figure that is borne."""
    match expected:
        case Complete(least=least):
            return least, float("inf")
        case Volume(low=low, high=high):
            return low, high
        case Drift(max_psi=most):
            return 0.0, most


def _gauge(expected: OverTime, verdict: Verdict) -> str:
    title = f"<span>{escape(expected.title)}</span>"
    if verdict.value is None:
        return f'{title}<span></span><span class="few">{"not told" if verdict.seen else "too few to see"}</span>'
    low, high = limits(expected)
    top = 1.0 if isinstance(expected, Complete) else 2.0 if isinstance(expected, Volume) else 2 * high
    low_at, high_at, value_at = (100 * min(number / top, 1.0) for number in (low, high, verdict.value))
    state = verdict.state
    if isinstance(expected, Complete):
        beside = f"{figure(verdict)} × usual"
    elif isinstance(expected, Volume):
        beside = f"{figure(verdict)} × before"
    else:
        beside = f"index {figure(verdict)}"
    return (
        f'{title}<span class="gauge" role="img" aria-label="borne: {expected.limits}" title="borne: {expected.limits}">'
        f'<i class="zone" style="left:{low_at:.1f}%;width:{high_at - low_at:.1f}%"></i>'
        f'<i class="dot {state}" style="left:{value_at:.1f}%"></i></span><b class="{state}">{beside}</b>'
    )


def flow_chart(steps: Sequence[Mapping[str, Any]], *, what: str = "people") -> str:
    """Who is left by each step, as a bar, and who is left out; `people` or `left_out` None: fewer than may be told."""
    most = max((step["people"] for step in steps if step["people"] is not None), default=0) or 1
    rows = []
    for at, step in enumerate(steps):
        if at:
            out = "few" if step["left_out"] is None else f"{step['left_out']:,}"
            rows.append(f'<li class="out">{out} left out</li>')
        people = step["people"]
        told = "not told" if people is None else f"{people:,} {what}"
        bar = (
            '<div class="width hidden"></div>'
            if people is None
            else f'<div class="width"><i style="width:{100 * people / most:.2f}%"></i></div>'
        )
        rows.append(f"<li><b>{told}</b> {escape(step['told'])}{bar}</li>")
    return f'<ol class="flow">{"".join(rows)}</ol>'
