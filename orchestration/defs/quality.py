"""Quality: every expectation of the marts as an asset check; those of severity error block what comes after.

Dagster's blocking binds one run only, so the release asks the gate again itself (`defs/release.py`).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.resources import EXPECTATIONS, Platform
from quality.expectation import load_all
from quality.gate import evaluate

SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def expectation_checks() -> dg.AssetChecksDefinition:
    """One check per expectation, all measured in one pass per table."""
    specs = [
        dg.AssetCheckSpec(
            name=check_name(expectation.id),
            asset=["marts", table],
            blocking=expectation.severity == "error",
            description=f"{expectation.title}. {expectation.why} Source: {expectation.source}.",
        )
        for table, of_table in load_all(EXPECTATIONS).items()
        for expectation in of_table.expectations
    ]

    @dg.multi_asset_check(name="expectations", specs=specs)
    def expectations(platform: Platform) -> Iterator[dg.AssetCheckResult]:
        result = evaluate(warehouse=platform.settings.warehouse, expectations=EXPECTATIONS)
        for verdict in result.verdicts:
            yield dg.AssetCheckResult(
                asset_key=["marts", verdict.table],
                check_name=check_name(verdict.expectation),
                passed=verdict.passed,
                severity=SEVERITIES[verdict.severity],
                metadata={
                    "rows": verdict.rows,
                    "failing": verdict.failing,
                    "share": verdict.share,
                    "max_share": verdict.max_share,
                },
            )

    return expectations


def check_name(expectation: str) -> str:
    """The name of an expectation as Dagster takes it: rule ids such as `05.11` become `rule_05_11`."""
    name = expectation.replace(".", "_")
    return f"rule_{name}" if name[0].isdigit() else name
