"""The report of a decision, for people: one page of HTML without any outside address.

Counts and the texts of the expectations, never a value. Counts by month are for those who run the platform: the page of
a release is made without the record, for few rows of one month can tell of one person. The decision is made in
`gate.py`; its form for programs is `GateResult.report`.
"""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

from quality.figure import borne, figure, percent
from quality.gate import GateResult
from quality.judge import Verdict
from quality.label import Dimension, label
from quality.measure import Month
from quality.record import Record

STYLE = """
:root { color-scheme: light dark; --ink: #1c2329; --soft: #5c6873; --page: #f6f7f5; --card: #fff; --line: #dfe3e0;
  --held: #2f7d5b; --told: #b7791f; --broken: #b8382e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9e7; --soft: #9aa5ad; --page: #14181b; --card: #1c2226;
  --line: #313a40; --held: #58b58a; --told: #e0a84a; --broken: #ef7d72; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 0; font-size: 1.1rem; font-family: ui-monospace, monospace; }
p { margin: .35rem 0 0; } .soft { color: var(--soft); }
.decision { border-left: .4rem solid var(--held); padding: .2rem 0 .2rem 1rem; margin-bottom: 2rem; }
.decision.broken { border-color: var(--broken); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem;
  margin-top: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap; }
.bar { display: flex; height: .5rem; margin: .7rem 0 .3rem; border-radius: .25rem; overflow: hidden;
  background: var(--line); }
.bar i { display: block; } i.held { background: var(--held); } i.told { background: var(--told); }
i.broken { background: var(--broken); }
table { width: 100%; border-collapse: collapse; } td, th { padding: .45rem .5rem .45rem 0; text-align: left;
  vertical-align: top; border-top: 1px solid var(--line); } th { font-weight: 600; font-size: .85rem; }
td.dots { white-space: nowrap; color: var(--held); padding-right: 1rem; } td.dots [role] { letter-spacing: .15em; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 0;
  padding-left: 1rem; }
b.held { color: var(--held); } b.told { color: var(--told); } b.broken { color: var(--broken); }
svg.months { display: block; width: 100%; max-width: 21rem; height: 1.6rem; margin-top: .35rem; }
svg.months rect { fill: var(--line); } svg.months rect.failing { fill: var(--told); }
summary { cursor: pointer; margin-top: .6rem; color: var(--soft); } small { color: var(--soft); }
"""
Months = Mapping[tuple[str, str], list[tuple[str, int, int]]]
WORDS = {"held": "holds", "told": "warning", "broken": "fails", "unseen": "too few to see"}


def html(result: GateResult, *, title: str = "Quality of the marts", record: Record | None = None) -> str:
    """The page: the decision, then per table a bar and its expectations; what does not hold comes first.

    With the `record` that was decided on, what is counted by month is drawn by month.
    """
    months = {(m.table, m.expectation): by_month(m.months) for m in record.measures} if record else {}
    verdicts = sorted(result.verdicts, key=lambda verdict: verdict.table)
    by_table = {name: list(of_table) for name, of_table in groupby(verdicts, lambda v: v.table)}
    worst_first = sorted(by_table, key=lambda name: (min(map(_rank, by_table[name])), name))
    tables = "".join(_table(name, by_table[name], months) for name in worst_first)
    return page(title, _decision(result, title) + _label(result) + tables)


def page(title: str, body: str) -> str:
    """A whole page with the looks of all reports."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def _label(result: GateResult) -> str:
    """The twelve dimensions, each with its level as filled dots and what is behind it."""
    rows = "".join(
        f"<tr><td>{escape(one.name)}<br><small>{escape(one.category)}</small></td>"
        f'<td class="dots">{_dots(one)}</td><td>{escape(one.behind)}</td></tr>'
        for one in label(result.verdicts)
    )
    return (
        "<section><header><h2>Quality and utility label</h2>"
        '<span class="soft">twelve dimensions of QUANTUM, EHDS Article 78</span></header>'
        f"<table><tbody>{rows}</tbody></table></section>\n"
    )


def _dots(one: Dimension) -> str:
    if one.level is None:
        return '<span class="soft">not measured</span>'
    spoken = f"level {one.level} of {one.highest}"
    return f'<span role="img" aria-label="{spoken}">{"●" * one.level}{"○" * (one.highest - one.level)}</span>'


def _decision(result: GateResult, title: str) -> str:
    held = sum(_state(verdict) == "held" for verdict in result.verdicts)
    unseen = sum(_state(verdict) == "unseen" for verdict in result.verdicts)
    counts = (
        f"{held} of {len(result.verdicts)} expectations hold, {_number(len(result.failures), 'failure')}, "
        f"{_number(len(result.warnings), 'warning')}" + (f", {unseen} had too few rows to see." if unseen else ".")
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


def _table(name: str, verdicts: list[Verdict], months: Months) -> str:
    of_state = {state: [v for v in verdicts if _state(v) == state] for state in ("broken", "told", "unseen", "held")}
    bar = "".join(
        f'<i class="{state}" style="width:{100 * len(of_state[state]) / len(verdicts):.2f}%"></i>'
        for state in ("held", "unseen", "told", "broken")
        if of_state[state]
    )
    not_held = _rows([*of_state["broken"], *of_state["told"]], months)
    held = _rows([*of_state["unseen"], *of_state["held"]], months)
    spoken = ", ".join(f"{len(found)} {WORDS[state]}" for state, found in of_state.items() if found)
    rows = next((_number(verdict.rows, "row") for verdict in verdicts if not verdict.is_over_time), "seen over time")
    summary = "What holds, and what saw too little" if of_state["unseen"] else "What holds"
    return (
        f"<section><header><h2>{escape(name)}</h2>"
        f'<span class="soft">{rows}</span></header>'
        f'<div class="bar" role="img" aria-label="{spoken}">{bar}</div>'
        f'<span class="soft">{len(of_state["held"])} of {len(verdicts)} hold</span>{not_held}'
        + (f"<details><summary>{summary}</summary>{held}</details>" if held else "")
        + "</section>\n"
    )


def by_month(months: Iterable[Month]) -> list[tuple[str, int, int]]:
    """Month, rows and failing rows, of all deliveries together, in the order of time."""
    told: dict[str, tuple[int, int]] = {}
    for one in months:
        rows, failing = told.get(one.month, (0, 0))
        told[one.month] = (rows + one.rows, failing + one.failing)
    return [(month, *told[month]) for month in sorted(told)]


def chart(months: list[tuple[str, int, int]]) -> str:
    """One bar for each month, as high as its share of failing rows beside the worst month's."""
    if not months:
        return ""
    shares = [failing / rows if rows else 0.0 for _, rows, failing in months]
    worst = max(shares) or 1.0
    bars = "".join(
        f'<rect class="failing" x="{4 * n}" y="{18 - 17 * share / worst:.1f}" width="3" '
        f'height="{2 + 17 * share / worst:.1f}"/>'
        if share
        else f'<rect x="{4 * n}" y="18" width="3" height="2"/>'
        for n, share in enumerate(shares)
    )
    spoken = f"by month from {months[0][0]} to {months[-1][0]}, at most {percent(max(shares))}"
    return (
        f'<svg class="months" viewBox="0 0 {4 * len(months)} 20" preserveAspectRatio="none" role="img" '
        f'aria-label="{spoken}"><title>{spoken}</title>{bars}</svg>'
    )


def _rows(verdicts: list[Verdict], months: Months) -> str:
    if not verdicts:
        return ""
    rows = "".join(
        f'<tr><td><b class="{_state(v)}">{WORDS[_state(v)]}</b></td>'
        f"<td>{escape(v.title)}<br><small>{escape(v.why)} <code>{escape(v.expectation)}</code></small>"
        f"{chart(months.get((v.table, v.expectation), []))}</td>"
        f'<td class="number">{v.failing:,}</td><td class="number">{figure(v)}</td>'
        f'<td class="number">{borne(v)}</td></tr>'
        for v in verdicts
    )
    return (
        "<table><thead><tr><th></th><th>Expectation</th>"
        '<th class="number">Failing</th><th class="number">Share or figure</th>'
        '<th class="number">Borne</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _state(verdict: Verdict) -> str:
    if verdict.passed:
        return "held" if verdict.is_seen else "unseen"
    return "broken" if verdict.severity == "error" else "told"


def _rank(verdict: Verdict) -> int:
    return ("broken", "told", "unseen", "held").index(_state(verdict))


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
