"""How much is missing in a column of a released table, without telling of a few people.

A share is the mean over the table's people of what part of their rows has no value, so that nobody weighs more than
one person; it is told in the steps of `small_counts.py`, and only where enough people lack a value and enough have one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.codebook.people import People
from sandbox.codebook.small_counts import percent, rounding_step

# Shares are added up in whole millionths: sums of them are the same in any order.
MILLION = 1_000_000
# Of a column that cannot be without a value, whatever the rows are.
NONE = {"missing_percent": 0, "missing": "none"}


@dataclass(slots=True)
class Missing:
    """How many people lack a value in some row, how many have one in some, and the sum of their shares."""

    lack: int = 0
    have: int = 0
    millionths: int = 0

    def look(self, people: People, values: pa.Array) -> None:
        """Add what some people lack."""
        shares = people.shares(pc.is_null(values).to_numpy(zero_copy_only=False))
        self.lack += int(np.count_nonzero(shares > 0))
        self.have += int(np.count_nonzero(shares < 1))
        self.millionths += int(np.rint(shares * MILLION).sum())

    def told(self, people: int, least: int) -> dict[str, Any]:
        """`missing_percent`, None where nothing can be told, and `missing` in words, of so many people in all."""
        if not people:
            return {"missing_percent": 0, "missing": "no rows"}
        if self.lack < least:
            return {"missing_percent": 0, "missing": "hardly any"}
        if self.have < least:
            return {"missing_percent": 100, "missing": "nearly all"}
        step = rounding_step(people, least)
        if step is None:
            return {"missing_percent": None, "missing": "some"}
        share = percent(self.millionths, people * MILLION, step)
        share = min(100 - step, max(step, share))
        return {"missing_percent": share, "missing": f"{share} %"}
