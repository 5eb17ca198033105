"""When deliveries are cut from the world: yearly, monthly or daily, history first.

Every plan cuts the same world. The first delivery of a source holds everything up to where the plan begins to cut;
the later ones bring what became known since, corrections and late rows included.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from synthetic.columns import Period

Plan = Literal["yearly", "monthly", "daily"]
PLANS: tuple[Plan, ...] = get_args(Plan)
DAYS_AFTER_THE_END = 19  # A register delivers on the 20th what happened to the end of the month before.
DAILY = 31  # Days of the daily plan.


@dataclass(frozen=True)
class Cut:
    """One delivery: its name, the days [start, end) that it is about, and the first day that it does not know of."""

    delivery: str
    start: np.datetime64
    end: np.datetime64
    cutoff: np.datetime64

    @property
    def created(self) -> str:
        """UTC time at which the supplier made the delivery."""
        return f"{self.delivery}T06:00:00+00:00"


def cuts(plan: Plan, period: Period, *, halved: bool) -> list[Cut]:
    """The deliveries of a source; in the yearly plan only those that are `halved` have more than one."""
    ends = _ends(plan, period, halved=halved)
    wait = 0 if plan == "daily" else DAYS_AFTER_THE_END
    found, start = [], period.start
    for place, end in enumerate(ends):
        made = end + np.timedelta64(wait, "D")
        last = place == len(ends) - 1
        found.append(Cut(str(made), start, end, made if last else end))
        start = end
    return found


def cutoffs(plan: Plan, period: Period) -> tuple[np.datetime64, ...]:
    """Every day at which some delivery of the plan is cut."""
    every = {cut.cutoff for halved in (True, False) for cut in cuts(plan, period, halved=halved)}
    return tuple(sorted(every))


def _ends(plan: Plan, period: Period, *, halved: bool) -> list[np.datetime64]:
    if plan == "monthly":
        months = np.arange(f"{period.last_year}-01", f"{period.last_year + 1}-02", dtype="datetime64[M]")
        return [day for day in months.astype("datetime64[D]") if day > period.start]
    one_day = np.timedelta64(1, "D")
    if plan == "daily":
        return [
            day
            for day in np.arange(period.end - np.timedelta64(DAILY, "D"), period.end + one_day)
            if day > period.start
        ]
    turn = period.last_year_start
    return [turn, period.end] if halved and turn > period.start else [period.end]
