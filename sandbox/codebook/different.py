"""About how many different values a column of a released table has, as a band.

The count is an estimate, and an exact one would tell too much: one value more or less may be that of one person.
"""

from itertools import pairwise

import duckdb
import pyarrow as pa

BANDS = (10, 100, 1_000, 10_000, 100_000)
FEW = f"{BANDS[0]} or fewer"
# So many are surely above the last band, however the estimate errs; then no more are looked for. Nor at once.
ENOUGH = 150_000


class Different:
    """The different values of a column that were found so far."""

    def __init__(self) -> None:
        self._found: pa.Array | None = None

    def look(self, values: pa.Array) -> None:
        """Add values of the column."""
        for at in range(0, len(values), ENOUGH):
            if self._found is None:
                self._found = values[:ENOUGH].unique()
            elif len(self._found) < ENOUGH:
                self._found = pa.concat_arrays([self._found, values[at : at + ENOUGH].unique()]).unique()

    def band(self) -> str:
        """Between which numbers the estimate lies."""
        found = self._found
        if found is None or not len(found):
            return FEW
        if len(found) >= ENOUGH:
            return f"more than {BANDS[-1]:,}"
        with duckdb.connect(":memory:") as engine:
            engine.register("found", pa.table({"value": found}))
            row = engine.execute("select approx_count_distinct(value) from found").fetchone()
        return band(int(row[0]) if row else 0)


def band(different: int) -> str:
    """The band that so many values lie in."""
    if different <= BANDS[0]:
        return FEW
    for low, high in pairwise(BANDS):
        if different <= high:
            return f"{low + 1:,} to {high:,}"
    return f"more than {BANDS[-1]:,}"
