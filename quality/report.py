"""The report of a decision, for people: one page of HTML without any outside address.

Counts and the texts of the expectations, never a value. Counts by month are for those who run the platform; the report
of a release, which tells none, is in `release_report.py`, that of a delivery in `delivery_report.py`. The decision is
made in `gate.py`; its form for programs is `GateResult.report`.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import get_args

from quality.charts import failing_chart
from quality.figure import borne, figure
from quality.gate import GateResult
from quality.judge import State, Verdict
from quality.label import Dimension, label
from quality.months import by_month
from quality.page import page, section
from quality.record import Record

Months = Mapping[tuple[str, str], list[tuple[str, int, int]]]
WORDS = {"held": "holds", "told": "warning", "broken": "fails", "unseen": "not seen"}


def html(result: GateResult, *, title: str = "Quality of the marts", record: Record | None = None) -> str:
    """The page: the decision, then per table a bar and its expectations; what does not hold comes first.

    With the `record` that was decided on, what is counted by month is drawn by month.
    """
    months = {(m.table, m.expectation): by_month(m.months) for m in record.measures} if record else {}
    return page(title, decision_part(result, title) + label_part(label(result.verdicts)) + tables_part(result, months))


def tables_part(result: GateResult, months: Months | None = None, *, threshold: int = 0) -> str:
    """What was checked, by table: the worst first; fewer failing rows than `threshold` are told as few."""
    verdicts = sorted(result.verdicts, key=lambda verdict: verdict.table)
    by_table = {name: list(of_table) for name, of_table in groupby(verdicts, lambda v: v.table)}
    worst_first = sorted(by_table, key=lambda name: (min(map(rank, by_table[name])), name))
    return "".join(_table(name, by_table[name], months or {}, threshold) for name in worst_first)


def label_part(dimensions: Iterable[Dimension]) -> str:
    """The twelve dimensions, each with its level as filled dots and what is behind it."""
    rows = "".join(
        f"<tr><td>{escape(one.name)}<br><small>{escape(one.category)}</small></td>"
        f'<td class="dots">{_dots(one)}</td><td>{escape(one.behind)}</td></tr>'
        for one in dimensions
    )
    beside = "twelve dimensions of QUANTUM, EHDS Article 78"
    return section("Quality and utility label", beside, f"<table><tbody>{rows}</tbody></table>", anchor="label")


def _dots(one: Dimension) -> str:
    if one.level is None:
        return '<span class="soft">not measured</span>'
    spoken = f"level {one.level} of {one.highest}"
    return f'<span role="img" aria-label="{spoken}">{"●" * one.level}{"○" * (one.highest - one.level)}</span>'


def decision_part(result: GateResult, title: str) -> str:
    """Whether the gate is open, and what it was that was not judged or was overridden."""
    held = sum(verdict.state == "held" for verdict in result.verdicts)
    unseen = sum(verdict.state == "unseen" for verdict in result.verdicts)
    counts = (
        f"{held} of {len(result.verdicts)} expectations hold, {_number(len(result.failures), 'failure')}, "
        f"{_number(len(result.warnings), 'warning')}"
        + (f", {unseen} could not be seen (no or too few rows, or no list of codes)." if unseen else ".")
    )
    word, told = ("held", "The gate is open.") if result.passed else ("broken", "The gate is closed.")
    listed = f'<p class="soft">Not judged: {escape("; ".join(result.unjudged))}</p>' if result.unjudged else ""
    for one in result.overridden:
        why = f"{one.expectation} until {one.until}, by {' and '.join(one.by)}: {one.reason}"
        listed += f'<p class="soft"><b class="told">Overridden:</b> {escape(why)}</p>'
    return (
        f'<div class="decision {word}"><h1>{escape(title)}</h1>'
        f'<p><b class="{word}">{told}</b> {counts}</p>{listed}</div>\n'
    )


def _table(name: str, verdicts: list[Verdict], months: Months, threshold: int) -> str:
    of_state = {state: [v for v in verdicts if v.state == state] for state in get_args(State)}
    bar = "".join(
        f'<i class="{state}" style="width:{100 * len(of_state[state]) / len(verdicts):.2f}%"></i>'
        for state in ("held", "unseen", "told", "broken")
        if of_state[state]
    )
    not_held = rules_table([*of_state["broken"], *of_state["told"]], months, threshold)
    held = rules_table([*of_state["unseen"], *of_state["held"]], months, threshold)
    spoken = ", ".join(f"{len(found)} {WORDS[state]}" for state, found in of_state.items() if found)
    number = next((verdict.rows for verdict in verdicts if not verdict.is_over_time), None)
    rows = "seen over time" if number is None else _number(number, "row") if has_many(number, threshold) else "few rows"
    summary = "What holds, and what saw too little" if of_state["unseen"] else "What holds"
    return section(
        name,
        rows,
        f'<div class="bar" role="img" aria-label="{spoken}">{bar}</div>'
        f'<span class="soft">{len(of_state["held"])} of {len(verdicts)} hold</span>{not_held}'
        + (f"<details><summary>{summary}</summary>{held}</details>" if held else ""),
        of_table=True,
    )


def rules_table(verdicts: Sequence[Verdict], months: Months, threshold: int = 0) -> str:
    """What each expectation came to, with its failing rows by month; nothing where there is none."""
    if not verdicts:
        return ""
    rows = "".join(
        f'<tr><td><b class="{v.state}">{WORDS[v.state]}</b></td>'
        f"<td>{escape(v.title)}<br><small>{escape(v.why)} <code>{escape(v.expectation)}</code></small>"
        f"{failing_chart(months.get((v.table, v.expectation), []))}</td>"
        f'{_numbers(v, threshold)}<td class="number">{borne(v)}</td></tr>'
        for v in verdicts
    )
    return (
        "<table><thead><tr><th></th><th>Expectation</th>"
        '<th class="number">Failing</th><th class="number">Share or figure</th>'
        '<th class="number">Borne</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _numbers(verdict: Verdict, threshold: int) -> str:
    """The cells of how many rows fail, and of what decides."""
    if is_few(verdict, threshold):
        told = f"fewer than {threshold}" if 0 < verdict.failing < threshold else "not told"
        return f'<td class="number few" colspan="2">{told}</td>'
    return f'<td class="number">{verdict.failing:,}</td><td class="number">{figure(verdict)}</td>'


def is_few(verdict: Verdict, threshold: int) -> bool:
    """Whether the rows that fail, those that hold, or all of them are so few that a release does not tell how many."""
    numbers = (verdict.failing, verdict.rows - verdict.failing, verdict.rows)
    return not verdict.is_over_time and any(0 < number < threshold for number in numbers)


def has_many(rows: int, threshold: int) -> bool:
    """Whether a table has so many rows, or none, that a release may tell how many."""
    return rows == 0 or rows >= threshold


def rank(verdict: Verdict) -> int:
    """The worst is first."""
    return get_args(State).index(verdict.state)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
