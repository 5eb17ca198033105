"""The rules of results: how many people a cell must have, how much of it may be one person's, how exact it is told."""

from dataclasses import dataclass

DOMINANCE = 0.1  # p of the p%-rule: all but the two largest make at least this share of the largest.
NOISE = 2.49  # Counts of people are moved by two at most; other numbers by as much as one person brings at most.
SIGNIFICANT_DIGITS = 4
CELLS = 1_000
# So many questions may be refused because they differ by a few people or take too much, and so many numbers that one
# person can be in may be told; then somebody looks.
REFUSALS, NUMBERS = 20, 100
_STEPS: tuple[int, ...] = tuple(size * 10**power for power in range(12) for size in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a permit asks of results: `threshold` people or more in each cell and in each difference of two; counts as
    multiples of `rounding`, where it is given.
    """

    threshold: int
    rounding: int | None = None


def about(number: int, threshold: int) -> int:
    """How many people or rows there are, as it is told unasked where nobody sees rows: in steps of twice the threshold
    and a twentieth of the number or more, so that one person more or less seldom shows.
    """
    least = max(2 * threshold, number / 20)
    step = next(step for step in _STEPS if step >= least)
    return step * round(number / step)
