"""Small random draws for texts: a stream of its own for every key, cheap to start, the same on every machine.

A generator of numpy costs more to start than a note costs to write, and one that all notes share would let every
note hang on the notes before it. This is SplitMix64 (Steele, Lea and Flood 2014), which passes the usual tests.
"""

from collections.abc import Sequence
from typing import TypeVar

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15

Value = TypeVar("Value")


def _mixed(state: int) -> int:
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)


class Dice:
    """Draws that hang on the key alone: `Dice(seed, stream, number)`. The key is one or more whole numbers."""

    def __init__(self, *key: int) -> None:
        state = 0
        for part in key:
            state = _mixed((state + _STEP + part) & _MASK)
        self._state = state

    def below(self, end: int) -> int:
        """A whole number in [0, end); the bias of the remainder is below one in 10^15 for the ends of this package."""
        self._state = (self._state + _STEP) & _MASK
        return _mixed(self._state) % end

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def one(self, values: Sequence[Value]) -> Value:
        """One of the values."""
        return values[self.below(len(values))]

    def chance(self, one_in: int) -> bool:
        """Whether an event happens that happens once in so many times."""
        return self.below(one_in) == 0
