"""The picture of a sandbox: its tables, joined by the person, with a mark for each key that joins them besides.

Inline SVG for the codebook's page, in colours of that page (`page.py`).
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sandbox.tables import KEY_DOMAINS, SUBJECT

WIDTH, BOX, HIGH, GAP, TOP = 900, 250, 58, 18, 14
LEFT, FIRST, SECOND = 10, 330, 640


def picture(tables: Sequence[Mapping[str, Any]]) -> str:
    """The subject at the left, a line to each table at the right; equal marks are keys that fit each other."""
    shared = _shared(tables)
    rows = (len(tables) + 1) // 2
    height = 2 * TOP + rows * HIGH + (rows - 1) * GAP
    middle = height / 2
    lines, boxes = [], []
    for at, table in enumerate(tables):
        column, row = divmod(at, rows)
        x, y = (FIRST, SECOND)[column], TOP + row * (HIGH + GAP)
        lines.append(_line(x, y + HIGH / 2, middle, around=column == 1, lane=y + HIGH + GAP / 2))
        boxes.append(_box(table, x, y, shared))
    subject = (
        f'<g><rect class="who" x="{LEFT}" y="{middle - 36:g}" width="190" height="72" rx="36"/>'
        f'<text class="name" x="{LEFT + 95}" y="{middle - 3:g}" text-anchor="middle">one person</text>'
        f'<text class="key" x="{LEFT + 95}" y="{middle + 17:g}" text-anchor="middle">{SUBJECT}</text></g>'
    )
    named = ", ".join(escape(table["name"]) for table in tables)
    drawn = (
        f'<div class="picture"><svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Each table is joined to one person by {SUBJECT}: {named}">'
        f"{''.join(lines)}{''.join(boxes)}{subject}</svg></div>"
    )
    return drawn + _legend(shared)


def _shared(tables: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The kinds of keys that stand in more than one table, each with the number of its colour."""
    found: dict[str, set[str]] = {}
    for table in tables:
        for column in table["columns"]:
            if column["name"] in KEY_DOMAINS:
                found.setdefault(KEY_DOMAINS[column["name"]], set()).add(table["name"])
    several = [domain for domain, names in found.items() if len(names) > 1]
    return {domain: at % 4 for at, domain in enumerate(several)}


def _line(x: float, y: float, middle: float, *, around: bool, lane: float) -> str:
    start = LEFT + 190
    if not around:
        bend = (start + x) / 2
        return f'<path d="M{start} {middle:g} C{bend:g} {middle:g} {bend:g} {y:g} {x} {y:g}"/>'
    # To the second column a line runs in the lane between two boxes of the first.
    bend = (start + FIRST) / 2
    return (
        f'<path d="M{start} {middle:g} C{bend:g} {middle:g} {bend:g} {lane:g} {FIRST} {lane:g} '
        f'H{FIRST + BOX} C{FIRST + BOX + 30} {lane:g} {x - 30} {y:g} {x} {y:g}"/>'
    )


def _box(table: Mapping[str, Any], x: float, y: float, shared: Mapping[str, int]) -> str:
    name = escape(table["name"])
    domains = sorted({KEY_DOMAINS[c["name"]] for c in table["columns"] if c["name"] in KEY_DOMAINS} & shared.keys())
    marks = "".join(
        f'<circle class="k{shared[domain]}" cx="{x + BOX - 18 - 16 * at}" cy="{y + HIGH / 2:g}" r="5.5">'
        f"<title>{escape(domain)} key</title></circle>"
        for at, domain in enumerate(domains)
    )
    rows = f"{table['rows']:,} {'row' if table['rows'] == 1 else 'rows'}"
    return (
        f'<a href="#{name}"><rect x="{x}" y="{y}" width="{BOX}" height="{HIGH}" rx="9"/>'
        f'<text class="name" x="{x + 16}" y="{y + 25}">{name}</text>'
        f'<text class="rows" x="{x + 16}" y="{y + 44}">{rows}</text>{marks}</a>'
    )


def _legend(shared: Mapping[str, int]) -> str:
    if not shared:
        return ""
    marks = "".join(
        f'<span><svg viewBox="0 0 12 12"><circle class="k{colour}" cx="6" cy="6" r="5.5"/></svg> '
        f"{escape(domain.replace('_', ' '))} key</span>"
        for domain, colour in shared.items()
    )
    return f'<p class="legend">Tables with the same mark can also be joined by that key: {marks}</p>'
