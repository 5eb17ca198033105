"""The report as one page of HTML without any outside address: pictures, and every row that the document sums up.

In the look of the codebook (`sandbox/codebook_page.py`); the pictures are inline SVG.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from benchmarks.privacy.linkage import Attack, Joined
from benchmarks.privacy.text import PRECISION, TARGETS, Found, Measured
from benchmarks.privacy.ways import QUASI, Group
from sandbox.codebook.page import STYLE
from sandbox.permits.model import DateRule

MORE = """
main { max-width: 62rem; margin: 0 auto; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.ok { color: var(--mark); font-weight: 600; } .no { color: var(--k0); font-weight: 600; }
svg rect.b0 { fill: var(--mark); stroke: none; } svg rect.b1 { fill: var(--k1); stroke: none; }
svg rect.b2 { fill: var(--k0); stroke: none; } svg path.goal { stroke: var(--k0); stroke-width: 2; opacity: 1; }
svg path.grid { stroke: var(--line); opacity: 1; } .wide { overflow-x: auto; }
.key i { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; border-radius: .15rem; }
.picture svg { min-width: 0; }
@media (max-width: 860px) {
  .wide table { display: table; } .wide thead { display: table-header-group; }
  .wide tbody { display: table-row-group; } .wide tr { display: table-row; }
  .wide td { display: table-cell; padding: .3rem .5rem; }
}
"""
LEFT, WIDTH, BAR, GAP = 170, 900, 13, 14
LOWEST = 0.4
BANDS = ((1, 1), (2, 4), (5, 9), (10, 19), (20, None))


def page(text: Measured, joined: Mapping[DateRule, Joined], checks: Mapping[str, bool], *, day: str) -> str:
    """The page of one report, measured on a day (as YYYY-MM-DD)."""
    verdicts = (
        f'<tr><td>{escape(name)}</td><td class="{"ok" if holds else "no"}">{"met" if holds else "not met"}</td></tr>'
        for name, holds in checks.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What pseudonymisation claims, measured</title><style>{STYLE}{MORE}</style></head>\n<body><main>"
        f'<p class="eyebrow">make privacy-report, {escape(day)}</p><h1>What pseudonymisation claims, measured</h1>'
        '<p class="lead">On synthetic people. The same figures stand in privacy.md; here are the pictures, every way '
        "that was tried, and every identifier that was missed.</p>"
        f"{_section('What must hold', _rows(verdicts))}"
        f"{_section('Identifiers that are found', _recalls(text))}"
        f"{_section('Missed as written, identifiers masked', _misses(text.known))}"
        f"{_section('People alike in ' + ', '.join(QUASI), _classes(joined))}"
        f"{_section('Whom two sandboxes join', _attacks(joined))}</main></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><header><h2>{escape(title)}</h2></header>{content}</section>\n"


def _rows(rows: Iterable[str]) -> str:
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _recalls(text: Measured) -> str:
    """A bar of recall for each spelling, kind by kind, with the target as a line."""
    runs: dict[str, Found] = {"as written": text.known, "by lists and rules alone": text.alone, **text.spelt}
    pictures = []
    for kind in sorted(text.known.there):
        bars = {name: found.recall(kind) for name, found in runs.items()}
        pictures.append(f"<h3>{escape(kind)}, {text.known.there[kind]:,} of them</h3>{_bars(bars, TARGETS.get(kind))}")
    precision = {name: found.precision for name, found in runs.items()}
    return (
        f"<p>{text.notes:,} held-out notes. Bars begin at {LOWEST:g}; the line is the target, which holds for notes as "
        f"written.</p>{''.join(pictures)}<h3>precision</h3>{_bars(precision, PRECISION)}"
    )


def _bars(values: Mapping[str, float], goal: float | None) -> str:
    """Horizontal bars between LOWEST and 1."""
    height = len(values) * (BAR + GAP) + 6
    rows = []
    for at, (name, value) in enumerate(values.items()):
        y = 4 + at * (BAR + GAP)
        rows.append(
            f'<text class="rows" x="{LEFT - 10}" y="{y + 11}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="b{0 if at == 0 else 1}" x="{LEFT}" y="{y}" width="{max(0.0, _x(value) - LEFT):.1f}" '
            f'height="{BAR}"/><text class="rows" x="{WIDTH - 60}" y="{y + 11}">{value:.4f}</text>'
        )
    line = f'<path class="goal" d="M{_x(goal):.1f} 0 V{height}"/>' if goal else ""
    told = "; ".join(f"{name} {value:.4f}" for name, value in values.items())
    return (
        f'<div class="picture"><svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}">'
        f"{''.join(rows)}{line}</svg></div>"
    )


def _x(value: float) -> float:
    return LEFT + (max(value, LOWEST) - LOWEST) / (1 - LOWEST) * (WIDTH - LEFT - 80)


def _misses(found: Found) -> str:
    parts = []
    for kind, places in sorted(found.misses.items()):
        rows = (f"<tr><td>{escape(place)}</td><td class='n'>{times}</td></tr>" for place, times in places.most_common())
        parts.append(
            f"<details><summary>{escape(kind)}: {places.total():,} of {found.there[kind]:,}</summary>"
            f"{_rows(rows)}</details>"
        )
    return "".join(parts) or "<p>Nothing.</p>"


def _classes(joined: Mapping[DateRule, Joined]) -> str:
    """The share of people in classes of each size, of the first sandbox of each rule."""
    names = [f"{low}" if low == high else f"{low} to {high}" if high else f"{low} and more" for low, high in BANDS]
    high, floor, step = 200, 230, 150
    parts = []
    for at, name in enumerate(names):
        x = 60 + at * step
        for rule_at, two in enumerate(joined.values()):
            share = _share(two.anonymity[0].people_by_size, BANDS[at])
            left, top = x + rule_at * 34, floor - share * high
            parts.append(
                f'<rect class="b{rule_at}" x="{left}" y="{top:.1f}" width="30" height="{share * high:.1f}"/>'
                f'<text class="rows" x="{left + 15}" y="{top - 5:.1f}" text-anchor="middle">{share:.0%}</text>'
            )
        parts.append(f'<text class="rows" x="{x + 49}" y="{floor + 20}" text-anchor="middle">{name}</text>')
    colours = ("mark", "k1", "k0")
    key = "".join(
        f'<span class="key"><i style="background: var(--{colour})"></i>dates {rule}</span>'
        for rule, colour in zip(joined, colours, strict=True)
    )
    return (
        f'<div class="picture"><svg viewBox="0 0 {WIDTH} {floor + 30}" role="img" '
        'aria-label="Share of people by how many are alike"><path class="grid" '
        f'd="M40 {floor} H{WIDTH - 40}"/>{"".join(parts)}</svg></div><p class="legend">People by the size of their '
        f"class, {key}</p>"
    )


def _share(people_by_size: Mapping[int, int], band: tuple[int, int | None]) -> float:
    low, high = band
    inside = sum(people for size, people in people_by_size.items() if low <= size and (high is None or size <= high))
    return inside / sum(people_by_size.values())


def _attacks(joined: Mapping[DateRule, Joined]) -> str:
    """Every way, grouped: the share joined rightly and the base rate under each rule that shows what it needs."""
    tried: dict[tuple[Group, str], dict[DateRule, Attack]] = {}
    for rule, two in joined.items():
        for attack in two.attacks:
            tried.setdefault((attack.way.group, attack.way.name), {})[rule] = attack
    groups: dict[str, list[str]] = {}
    for (group, name), row in tried.items():
        cells = "".join(_cells(joined, row))
        groups.setdefault(group, []).append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    head = "".join(f'<th class="n">{rule}</th><th class="n">base rate</th>' for rule in joined)
    return "<p>The share of people whom each way joins rightly, beside the base rate of the rule.</p>" + "".join(
        f"<details><summary>{escape(group)}: {len(rows)} ways</summary><div class='wide'><table><thead><tr><th></th>"
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
        for group, rows in groups.items()
    )


def _cells(joined: Mapping[DateRule, Joined], row: Mapping[DateRule, Attack]) -> Iterator[str]:
    for rule, two in joined.items():
        attack = row.get(rule)
        if attack is None:
            yield "<td></td><td></td>"
            continue
        held = "" if attack.holds(rule, two.people) else " no"
        yield f'<td class="n{held}">{len(attack.right) / two.people:.4f}</td>'
        yield f'<td class="n">{attack.base_rate(rule, two.people):.4f}</td>'
