"""What may be told of counts of people: shares in coarse steps, ranges with round edges, and no part of few people.

Counted is elsewhere (`distribution.py`). A mask is the parts that one person is in, a bit for each; how many people
there are of each mask tells exactly how many are in any parts together, so no sum of parts counts anybody twice.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

STEPS = (1, 2, 5, 10, 20)
SHOWN = 12
ROUND = (1, 2, 5)
# A range of numbers is made of equal ranges, unless half of the people lie in the first twentieth of it.
SKEWED = 20
# The ends, which are open, hold this part of the people or more.
END = 20

Masks = Counter[int]


class Span(NamedTuple):
    """Between which numbers most people lie, and below which half of them begin; each of several people."""

    low: float
    high: float
    middle: float

    @classmethod
    def of(cls, lows: Mapping[float, int], highs: Mapping[float, int], least: int) -> "Span | None":
        """Of how many people have their least and their largest number where. None of fewer than `least` people."""
        people = sum(lows.values())
        if people < least:
            return None
        end = max(least, -(-people // END))
        low, high = _reached(sorted(lows.items()), end), _reached(sorted(highs.items(), reverse=True), end)
        return cls(min(low, high), max(low, high), _reached(sorted(lows.items()), (people + 1) // 2))


def _reached(counted: Sequence[tuple[float, int]], people: int) -> float:
    """The first number by which so many people have come."""
    come = 0
    for number, more in counted:
        come += more
        if come >= people:
            return number
    raise AssertionError("fewer people than were counted")


def rounding_step(people: int, least: int) -> int | None:
    """The step of shares, in per cent, of which one is `least` people or more; None when 20 % are fewer."""
    return next((step for step in STEPS if step * people >= 100 * least), None)


def nothing(why: str) -> dict[str, Any]:
    """A distribution that is not told, and why."""
    return {"of": "", "why": why, "step_percent": None, "parts": [], "others_percent": None}


def chosen_edges(span: Span, *, whole: bool, most: int) -> list[int | float]:
    """At most `most` and one round numbers between the ends of a span, rising; none when it is too short.

    They are multiples of 1, 2 or 5 times a power of ten; where most people lie near zero, such numbers themselves.
    """
    low, high, middle = span
    if low >= 0 and middle * SKEWED < high and not (whole and high <= SHOWN):
        return _growing(low, high, whole=whole, most=most)
    if low == high:
        return []
    power = math.floor(math.log10((high - low) / most)) - 1
    sizes = ((by, power + more) for more in range(4) for by in ROUND if not whole or power + more >= 0)
    by, power = next((by, power) for by, power in sizes if high - low <= most * _number(by, power))
    width = _number(by, power)
    first, last = math.floor(low / width) + 1, math.floor(high / width)
    return [_number(at * by, power) for at in range(first, last + 1)]


def _growing(low: float, high: float, *, whole: bool, most: int) -> list[int | float]:
    edges: list[int | float] = []
    power = math.floor(math.log10(high))
    while len(edges) < most and (power >= 0 or not whole):
        edges += [edge for by in reversed(ROUND) if low < (edge := _number(by, power)) <= high]
        if _number(1, power) <= low:
            break
        power -= 1
    return sorted(edges[:most])


def _number(by: int, power: int) -> int | float:
    """`by` times ten to the power: a whole number, or the nearest one to its decimal form."""
    return by * 10**power if power >= 0 else float(f"{by}e{power}")


def told_values(
    masks: Masks, values: Sequence[str], hidden: int, *, people: int, step: int, least: int
) -> dict[str, Any]:
    """The shares of values, the one of most people first; the last bit of a mask is that of `hidden` further values.

    What is hidden is told together, and with it as many of the shown ones, the one of fewest people first, until they
    are two values and `least` people.
    """
    shown = len(values)
    all_bits = (1 << len(values) + 1) - 1
    while shown and hidden and (hidden == 1 or _people(masks, all_bits ^ ((1 << shown) - 1)) < least):
        shown, hidden = shown - 1, hidden + 1
    if not shown:
        return nothing("too few people of each value" if values or hidden else "no values")
    others = percent(_people(masks, all_bits ^ ((1 << shown) - 1)), people, step) if hidden else None
    shares = [(percent(_people(masks, 1 << at), people, step), value) for at, value in enumerate(values[:shown])]
    # In the order of what is told: the order of the counts would tell more.
    parts = [{"value": value, "percent": share} for share, value in sorted(shares, key=lambda one: (-one[0], one[1]))]
    return {"of": "", "why": "", "step_percent": step, "parts": parts, "others_percent": others}


def told_bins(masks: Masks, edges: Sequence[int | float], *, people: int, step: int, least: int) -> dict[str, Any]:
    """The shares of the ranges between edges, open at both ends, each together with the next until it has `least`."""
    if not edges:
        return nothing("too few people, or too little between them")
    ends: list[int | float | None] = [None]
    bits: list[int] = []
    waiting = 0
    for at, end in enumerate([*edges, None]):
        waiting |= 1 << at
        if _people(masks, waiting) >= least:
            bits.append(waiting)
            ends.append(end)
            waiting = 0
    if waiting and bits:
        bits[-1] |= waiting
        ends[-1] = None
    if len(bits) < 2:
        return nothing("too few people, or too little between them")
    parts = [
        {"from": start, "to": end, "percent": percent(_people(masks, bit), people, step)}
        for bit, (start, end) in zip(bits, pairwise(ends), strict=True)
    ]
    return {"of": "", "why": "", "step_percent": step, "parts": parts, "others_percent": None}


def _people(masks: Masks, bits: int) -> int:
    """How many people are in any of these parts."""
    return sum(people for mask, people in masks.items() if mask & bits)


def percent(part: int, people: int, step: int) -> int:
    """The share of a part in whole steps, half a step up."""
    return step * ((200 * part + people * step) // (2 * people * step))
