"""The rules of results: how many people a cell must have, how much of it may be one person's, how exact it is told."""

from dataclasses import dataclass

DOMINANCE = 0.1  # p of the p%-rule: all but the two largest make at least this share of the largest.
NOISE = 2.49  # Counts of people are moved by two at most; other numbers by as much as one person brings at most.
SIGNIFICANT_DIGITS = 4
CELLS = 1_000
# So many answers may be refused because they differ by a few people, and so many numbers that one person can be in
# may be told; then somebody looks.
REFUSALS, NUMBERS = 20, 100


@dataclass(frozen=True, slots=True)
class Rules:
    """What a permit asks of results: `threshold` people or more in each cell and in each difference of two; counts as
    multiples of `rounding`, where it is given.
    """

    threshold: int
    rounding: int | None = None
