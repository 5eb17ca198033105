"""How a permit's population comes about: how many people each condition leaves, as STROBE and RECORD ask it to be told.

Here: which numbers may be told, and the picture of the codebook. Not here: the counting (`subjects.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from itertools import pairwise
from typing import Any

WIDTH, BOX, HIGH, GAP = 760, 430, 58, 34
LETTERS = 56  # Of a line in a box.


@dataclass(frozen=True, slots=True)
class FlowStep:
    """What people have to fulfil, how many are left by it and how many left out; None: fewer than may be told."""

    told: str
    people: int | None
    left_out: int | None


def flow_of(counted: Sequence[tuple[str, int]], threshold: int) -> list[FlowStep]:
    """The steps of conditions and the numbers of people that are left, the first of them everybody.

    A condition that leaves out fewer than `threshold` people, but somebody, is told together with the next: two numbers
    whose difference is small would tell it. When all of them together leave out fewer, everybody's number is not told.
    """
    steps: list[tuple[str, int]] = list(counted[:1])
    waiting: list[str] = []
    for told, people in counted[1:]:
        waiting.append(told)
        if not 0 < steps[-1][1] - people < threshold:
            steps.append((", and ".join(waiting), people))
            waiting = []
    if waiting:
        told, people = ", and ".join(waiting), counted[-1][1]
        if len(steps) > 1:
            told = f"{steps.pop()[0]}, and {told}"
        steps.append((told, people))
    hidden = len(steps) > 1 and 0 < steps[0][1] - steps[1][1] < threshold
    shown = [FlowStep(steps[0][0], None if hidden else steps[0][1], 0)]
    for before, (told, people) in pairwise(steps):
        first_hidden = hidden and len(shown) == 1
        shown.append(FlowStep(told, people, None if first_hidden else before[1] - people))
    return shown


def as_dicts(steps: Sequence[FlowStep]) -> list[dict[str, Any]]:
    """The steps as a manifest holds them."""
    return [asdict(step) for step in steps]


def flow_picture(steps: Sequence[Mapping[str, Any]]) -> str:
    """Boxes from top to bottom, who is left; to the right of each arrow, who was left out."""
    lines = [_lines(step["told"]) for step in steps]
    tops, y = [], 8.0
    for text in lines:
        tops.append(y)
        y += HIGH + 18 * (len(text) - 1) + GAP
    drawn = []
    for at, (step, text, top) in enumerate(zip(steps, lines, tops, strict=True)):
        height = HIGH + 18 * (len(text) - 1)
        if at:
            drawn.append(f'<path d="M{BOX / 2:g} {top - GAP:g} V{top:g}"/>')
            out = "few" if step["left_out"] is None else f"{step['left_out']:,}"
            drawn.append(f'<text class="rows" x="{BOX / 2 + 14:g}" y="{top - GAP / 2 + 4:g}">{out} left out</text>')
        drawn.append(f'<rect x="1" y="{top:g}" width="{BOX}" height="{height}" rx="9"/>')
        people = "not told" if step["people"] is None else f"{step['people']:,} people"
        drawn.append(f'<text class="name" x="18" y="{top + 24:g}">{people}</text>')
        drawn += [
            f'<text class="rows" x="18" y="{top + 43 + 18 * number:g}">{escape(line)}</text>'
            for number, line in enumerate(text)
        ]
    return (
        f'<div class="picture"><svg viewBox="0 0 {WIDTH} {y - GAP + 8:g}" role="img" aria-label="How many people each '
        f'condition leaves">{"".join(drawn)}</svg></div>'
    )


def _lines(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
