"""The gate: may these marts reach a sandbox? It fails closed.

An expectation of severity error that does not hold closes the gate; so does one that nobody measured, whatever its
severity, a mart that nothing is expected of, and a gate with nothing to decide on. Warnings are told and let through.
The page that shows a decision to people is made in `report.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from quality.errors import MeasureError
from quality.expectation import TableExpectations, load_all
from quality.judge import Verdict, judge
from quality.measure import SCHEMA, measure_all


@dataclass(frozen=True, slots=True)
class GateResult:
    """The decision. `failures` and `warnings` are names such as `hospital_stay/starts_before_end`."""

    passed: bool
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def report(self) -> dict[str, Any]:
        """The decision and every verdict, for JSON; counts only."""
        return {
            "passed": self.passed,
            "failures": list(self.failures),
            "warnings": list(self.warnings),
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


def gate(
    expected: Mapping[str, TableExpectations], verdicts: Iterable[Verdict], *, tables: Collection[str] = ()
) -> GateResult:
    """Decide on all expectations, given the verdicts that there are; of two on one expectation the worse counts.

    Each of `tables` must have expectations, besides.
    """
    judged: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        key = (verdict.table, verdict.expectation)
        if key not in judged or not verdict.passed:
            judged[key] = verdict
    failures = [f"{table} (nothing is expected of it)" for table in sorted(set(tables) - expected.keys())]
    warnings: list[str] = []
    for table, of_table in expected.items():
        for expectation in of_table.expectations:
            found = judged.get((table, expectation.id))
            if found is None:
                failures.append(f"{table}/{expectation.id} (not measured)")
            elif not found.passed:
                (failures if expectation.severity == "error" else warnings).append(f"{table}/{expectation.id}")
    if not judged:
        failures.append("nothing was measured")
    return GateResult(not failures, tuple(failures), tuple(warnings), tuple(judged.values()))


def evaluate(*, warehouse: Path, expectations: Path, tables: Collection[str] | None = None) -> GateResult:
    """Measure, judge and decide in one act on the warehouse as it is now.

    `expectations` is a folder of files, one per mart; `tables` narrows the decision to some marts, None means every
    mart that the warehouse holds or a file names. Raises ExpectationError or MeasureError when it cannot decide.
    """
    expected = load_all(expectations)
    try:
        connection = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error as error:
        # Not chained: the engine's message holds a path of the machine.
        raise MeasureError(
            f"{warehouse.name} cannot be opened ({type(error).__name__}); build the warehouse, or end its writer"
        ) from None
    with connection:
        asked = set(tables) if tables is not None else expected.keys() | _marts(connection)
        expected = {table: of_table for table, of_table in expected.items() if table in asked}
        measures = measure_all(connection, expected)
    return gate(expected, judge(measures, expected), tables=asked)


def _marts(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables and views of the schema that releases are cut from."""
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = ?", [SCHEMA]
    ).fetchall()
    return {name for (name,) in found}
