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


def bounded_engine() -> duckdb.DuckDBPyConnection:
    """An engine that hashes and counts values in bounded memory, and puts nothing on a disk."""
    return duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB", "temp_directory": ""})


class Different:
    """The different values of a column that were found so far, as hashes of eight bytes: a text may be long."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine.cursor()
        self._found = pa.array([], pa.uint64())

    def look(self, values: pa.Array) -> None:
        """Add values of the column."""
        if pa.types.is_dictionary(values.type):
            values = values.dictionary
        for at in range(0, len(values), ENOUGH):
            if len(self._found) < ENOUGH:
                # Arrow finds the different ones of so few several times as fast as the engine.
                self._engine.register("looked_at", pa.table({"value": values[at : at + ENOUGH].unique()}))
                asked = "select hash(value) as hash from looked_at where value is not null"
                hashes = self._engine.execute(asked).to_arrow_table()["hash"]
                self._engine.unregister("looked_at")
                self._found = pa.concat_arrays([self._found, *hashes.chunks]).unique()

    def band(self) -> str:
        """Between which numbers the estimate lies."""
        if len(self._found) >= ENOUGH:
            return f"more than {BANDS[-1]:,}"
        self._engine.register("found", pa.table({"hash": self._found}))
        row = self._engine.execute("select approx_count_distinct(hash) from found").fetchone()
        self._engine.unregister("found")
        return _band(int(row[0]) if row else 0)


def _band(different: int) -> str:
    if different <= BANDS[0]:
        return FEW
    for low, high in pairwise(BANDS):
        if different <= high:
            return f"{low + 1:,} to {high:,}"
    return f"more than {BANDS[-1]:,}"
