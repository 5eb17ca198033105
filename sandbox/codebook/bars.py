"""The picture of a column's distribution on the codebook's page: a strip of bars, and behind it each part's share.

Inline SVG and bars of the page's own style (`page.py`); what is shown was decided in `distribution.py`.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from sandbox.codebook.distribution import A_KEY, FREE_TEXT, NOT_COUNTED

HIGH, WIDE, GAP = 26, 9, 2
SILENT = {A_KEY, FREE_TEXT, NOT_COUNTED}


def bars(column: Mapping[str, Any]) -> str:
    """A column's distribution, folded up; nothing for what is never counted, the reason where it is not told."""
    told = column["distribution"]
    if not told["parts"]:
        return "" if told["why"] in SILENT else f'<small class="j">Distribution: {escape(told["why"])}</small>'
    step = told["step_percent"]
    shares = [(_label(part, told["of"], column["type"]), part["percent"]) for part in told["parts"]]
    others = told["others_percent"]
    # The first of those that most people have.
    most, share = max(shares, key=lambda one: one[1])
    listed = "".join(_line(label, percent, step, "") for label, percent in shares)
    listed += "" if others is None else _line("others", others, step, ' class="rest"')
    return (
        f'<details class="d"><summary title="share of people">{_strip([percent for _, percent in shares], others)}'
        f"<span>{escape(most)}: {_share(share, step)}</span></summary><ul>{listed}</ul></details>"
    )


def how_told(least: int) -> str:
    """What the bars mean, as text of the page."""
    return (
        "The bars below a column show which share of its table's people has a value, in whole per cents, coarser where "
        "people are few. A person counts once under each value that they have, so shares can add up to more than 100. "
        f"Values of fewer than {least} people stand together under others, or are not told; ranges of numbers and of "
        "years are as wide as they have to be."
    )


def _strip(shares: list[int], others: int | None) -> str:
    drawn = [*shares, *([] if others is None else [others])]
    top = max(*drawn, 1)
    heights = [max(1.0, round(HIGH * percent / top, 1)) for percent in drawn]
    rest = ' class="rest"'
    rects = "".join(
        f'<rect{rest if at == len(shares) else ""} x="{at * (WIDE + GAP)}" y="{HIGH - height:g}" '
        f'width="{WIDE}" height="{height:g}"/>'
        for at, height in enumerate(heights)
    )
    width = len(drawn) * (WIDE + GAP) - GAP
    return (
        f'<svg class="strip" viewBox="0 0 {width} {HIGH}" width="{width}" height="{HIGH}" aria-hidden="true">'
        f"{rects}</svg>"
    )


def _line(label: str, percent: int, step: int, kind: str) -> str:
    return (
        f'<li{kind}><span>{escape(label)}</span><b class="bar" aria-hidden="true"><i style="width:{percent}%"></i></b>'
        f"<em>{_share(percent, step)}</em></li>"
    )


def _share(percent: int, step: int) -> str:
    return f"{percent} %" if percent else f"< {step} %"


def _label(part: Mapping[str, Any], of: str, data_type: str) -> str:
    """A value, or a range in words: whole numbers and years with the last one, others up to the next edge."""
    if of == "values":
        return str(part["value"]) or "(empty)"
    low, high = part["from"], part["to"]
    number = str if of == "years" else _number
    if low is None:
        return f"before {high}" if of == "years" else f"under {_number(high)}"
    if high is None:
        return f"{number(low)} or later" if of == "years" else f"{number(low)} or more"
    if data_type == "DOUBLE":
        return f"{number(low)} up to {number(high)}"
    return number(low) if high == low + 1 else f"{number(low)} to {number(high - 1)}"


def _number(number: int | float) -> str:
    return f"{number:,.12g}"
