"""A step of the road, as it is told to whoever waits for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Zone = Literal["synthesise", "take in", "warehouse", "release"]
Outcome = Literal["done", "already there", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it was, what it was about, how it ended, in how many seconds.

    `exit_code` tells the class of failure; 0 when it ended well.
    """

    zone: Zone
    subject: str
    outcome: Outcome
    detail: str
    seconds: float
    exit_code: int = 0


def exit_code(steps: Iterable[Step]) -> int:
    """The code of the first step that did not end well; 0 when all did."""
    return next((step.exit_code for step in steps if step.exit_code), 0)
