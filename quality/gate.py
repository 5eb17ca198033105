"""The gate: may these marts reach a sandbox? It fails closed.

An expectation of severity error that does not hold closes the gate; so does one that nobody measured, and a gate with
nothing to decide on. Warnings are told and let through.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from quality.expectation import TableExpectations, load_all
from quality.judge import Verdict, judge
from quality.measure import measure_all


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


def gate(expected: Mapping[str, TableExpectations], verdicts: Iterable[Verdict]) -> GateResult:
    """Decide on all expectations, given the verdicts that there are."""
    judged = {(verdict.table, verdict.expectation): verdict for verdict in verdicts}
    failures: list[str] = []
    warnings: list[str] = []
    for table, of_table in expected.items():
        for expectation in of_table.expectations:
            verdict = judged.get((table, expectation.id))
            if verdict is None:
                failures.append(f"{table}/{expectation.id} (not measured)")
            elif not verdict.passed:
                (failures if expectation.severity == "error" else warnings).append(f"{table}/{expectation.id}")
    if not judged:
        failures.append("nothing was measured")
    return GateResult(not failures, tuple(failures), tuple(warnings), tuple(judged.values()))


def evaluate(*, warehouse: Path, expectations: Path) -> GateResult:
    """Measure, judge and decide in one act on the warehouse as it is now.

    `expectations` is a folder of files, one per mart. Raises ExpectationError or MeasureError when it cannot decide.
    """
    expected = load_all(expectations)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        measures = measure_all(connection, expected)
    return gate(expected, judge(measures, expected))
