"""Supply areas of drinking water in the region: made-up waterworks, eight in every municipality, and what is measured.

No waterworks of this name exists. Limits: nitrate 50 mg/l, arsenic 5 µg/l; limits and levels from memory, not
verified.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthetic.columns import Ints
from synthetic.people.names import REGION

OF_MUNICIPALITY = 8
SHARES = (0.38, 0.20, 0.13, 0.09, 0.07, 0.06, 0.04, 0.03)  # Of the homes of a municipality, by its waterworks.


@dataclass(frozen=True)
class Substance:
    """What is measured: name, unit, median of the areas' levels, their spread (of the logarithm), lowest and highest
    level, the detection limit, and the decimals of a result.
    """

    name: str
    unit: str
    median: float
    spread: float
    lowest: float
    highest: float
    detection: float
    decimals: int


SUBSTANCES = (
    Substance("Nitrat", "mg/l", 4.0, 1.0, 0.5, 48.0, 0.5, 1),
    Substance("Arsen", "µg/l", 0.9, 0.9, 0.1, 7.5, 0.3, 2),
)


@dataclass(frozen=True, eq=False)
class Areas:
    """The supply areas: number (municipality and two digits), name, municipality (three digits)."""

    number: Ints
    name: tuple[str, ...]
    kom: Ints


@cache
def areas() -> Areas:
    """All supply areas of the region, by municipality."""
    kom = np.repeat(REGION, OF_MUNICIPALITY)
    place = np.tile(np.arange(1, OF_MUNICIPALITY + 1), len(REGION))
    names = tuple(f"Vandværk {code:04d}-{nth:02d}" for code, nth in zip(kom, place, strict=True))
    return Areas(kom * 100 + place, names, kom)


def area_of(kom: Ints, home: Ints) -> Ints:
    """The number of the area that supplies a home (any whole number that all who live there share) in a municipality
    of the region.
    """
    draw = (home * 2_654_435_761 + kom * 40_503) % (1 << 32) / float(1 << 32)
    place = np.searchsorted(np.cumsum(SHARES)[:-1], draw, side="right")
    return np.asarray(kom * 100 + place + 1)
