"""The gate: may this edition of the warehouse reach a sandbox? A pure function of the newest record; it fails closed.

An expectation of severity error that does not hold, or of which nothing was seen, closes the gate; so does one that
nobody measured, whatever its severity, a mart that nothing is expected of, an override that has not ended and is of no
expectation, and a record that is not there, of another edition of the warehouse, older than it or made by other code.
Warnings are told and let through, and so is what an override in force stands for (`override.py`). The page that shows a
decision to people is made in `report.py`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from quality.expectation import TableExpectations
from quality.judge import Verdict, judge
from quality.label import label
from quality.override import Override
from quality.record import Edition, Record

_STRANGE = "there is no such expectation, and an override names it; correct it in state/overrides/, or take it away"


@dataclass(frozen=True, slots=True)
class GateResult:
    """The decision. `failures` and `warnings` are names such as `hospital_stay/starts_before_end`, a failure with its
    reason behind it where it is another than that rows fail; `overridden` are the overrides that let something through,
    `record` is what was decided on.
    """

    passed: bool
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    overridden: tuple[Override, ...] = ()
    record: Record | None = field(default=None, repr=False, compare=False)

    @property
    def unjudged(self) -> list[str]:
        """The failures that are about more than rows: what nobody measured, nothing is expected of, or is misnamed."""
        judged = {verdict.name for verdict in self.verdicts}
        return [name for name in self.failures if name.split(" (")[0] not in judged]

    @property
    def report(self) -> dict[str, Any]:
        """The decision and every verdict, for JSON; counts only."""
        return {
            "passed": self.passed,
            "failures": list(self.failures),
            "warnings": list(self.warnings),
            "overridden": [override.model_dump(mode="json") for override in self.overridden],
            "label": [asdict(dimension) for dimension in label(self.verdicts)],
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


def decide(
    expected: Mapping[str, TableExpectations],
    record: Record | None,
    edition: Edition,
    *,
    code_version: str,
    overrides: Sequence[Override] = (),
    today: date,
) -> GateResult:
    """Decide on an edition of the warehouse by the newest record; `code_version` is that of the code that asks.

    Raises MeasureError when the record holds what is no measure of these expectations.
    """
    if record is None:
        return _closed("nothing was measured; run oeverum quality run")
    if {edition.code_version, record.edition.code_version, record.measured_by} != {code_version}:
        return _closed(f"built or measured by other code than {code_version}; run oeverum run")
    if record.edition.basis != edition.basis:
        return _closed("measured was another edition of the warehouse; run oeverum quality run")
    if record.edition.built_at != edition.built_at:
        return _closed("the measures are of another build than the warehouse; run oeverum quality run")
    if record.edition.file != edition.file:
        return _closed("the file of the warehouse was written since it was measured; run oeverum quality run")
    verdicts = judge(record.measures, expected)
    result = gate(expected, verdicts, marts=record.marts, overrides=overrides, today=today)
    return replace(result, record=record)


def gate(
    expected: Mapping[str, TableExpectations],
    verdicts: Iterable[Verdict],
    *,
    marts: Collection[str] = (),
    overrides: Sequence[Override] = (),
    today: date = date.max,
) -> GateResult:
    """Decide on all expectations, given the verdicts that there are; of two on one expectation the worse counts.

    Each of `marts` must have expectations, besides.
    """
    judged: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        key = (verdict.table, verdict.expectation)
        if key not in judged or not verdict.passed:
            judged[key] = verdict
    failures = [f"{table} (nothing is expected of it)" for table in sorted(set(marts) - expected.keys())]
    known = {f"{table}/{e.id}" for table, of_table in expected.items() for e in of_table.expectations}
    strangers = sorted({o.expectation for o in overrides if o.expectation not in known and today <= o.until})
    failures += [f"{name} ({_STRANGE})" for name in strangers]
    warnings: list[str] = []
    overridden: list[Override] = []
    for table, of_table in expected.items():
        for expectation in of_table.expectations:
            name = f"{table}/{expectation.id}"
            found = judged.get((table, expectation.id))
            if found is None:
                failures.append(f"{name} (not measured)")
            elif found.passed:
                continue
            elif expectation.severity == "warning":
                warnings.append(name)
            elif in_force := [o for o in overrides if o.expectation == name and not o.not_in_force(today)]:
                overridden.append(in_force[-1])
            else:
                told = max((o for o in overrides if o.expectation == name), key=lambda o: o.until, default=None)
                unseen = "" if found.seen else " (nothing was seen of it: no or too few rows, or no list of codes)"
                why = f" (its override is not in force: {told.not_in_force(today)})" if told else unseen
                failures.append(name + why)
    if not judged:
        failures.append("nothing was measured")
    return GateResult(not failures, tuple(failures), tuple(warnings), tuple(judged.values()), tuple(overridden))


def _closed(reason: str) -> GateResult:
    return GateResult(passed=False, failures=(reason,), warnings=(), verdicts=())
