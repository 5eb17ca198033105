"""Quality: the expectations of each mart as two asset checks, what blocks and what warns.

Dagster's blocking binds one run only, so the release asks the gate again itself (`defs/release.py`). One check for
each of the expectations would be some 160 in the picture, and five events each in Dagster's records.
"""

from collections.abc import Iterator
from itertools import groupby

import dagster as dg

from orchestration.failures import told_without_values
from orchestration.resources import EXPECTATIONS, Platform
from quality.expectation import Severity, TableExpectations, load_all
from quality.gate import evaluate
from quality.judge import Verdict

NAMES: dict[Severity, str] = {"error": "must_hold", "warning": "should_hold"}
SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def expectation_checks() -> dg.AssetChecksDefinition:
    """Two checks per mart, all expectations measured in one pass per table."""
    specs = [
        dg.AssetCheckSpec(
            name=NAMES[severity],
            asset=["marts", table],
            blocking=severity == "error",
            description=_described(of_table, severity),
        )
        for table, of_table in load_all(EXPECTATIONS).items()
        for severity in NAMES
        if any(expectation.severity == severity for expectation in of_table.expectations)
    ]

    @dg.multi_asset_check(name="expectations", specs=specs)
    def expectations(platform: Platform) -> Iterator[dg.AssetCheckResult]:
        with told_without_values():
            result = evaluate(warehouse=platform.settings.warehouse, expectations=EXPECTATIONS)
        verdicts = sorted(result.verdicts, key=lambda v: (v.table, v.severity))
        for (table, severity), group in groupby(verdicts, key=lambda v: (v.table, v.severity)):
            yield _result(table, severity, list(group))

    return expectations


def _described(of_table: TableExpectations, severity: Severity) -> str:
    meant = [expectation for expectation in of_table.expectations if expectation.severity == severity]
    return "\n".join(f"- {e.title}. {e.why} `{e.id}`, source: {e.source}" for e in meant)


def _result(table: str, severity: Severity, verdicts: list[Verdict]) -> dg.AssetCheckResult:
    """The check of one mart and severity: counts and shares only, what does not hold first."""
    verdicts = sorted(verdicts, key=lambda v: v.passed)
    broken = [verdict.expectation for verdict in verdicts if not verdict.passed]
    records = [
        dg.TableRecord(
            {
                "holds": "yes" if verdict.passed else "no",
                "expectation": verdict.expectation,
                "failing": verdict.failing,
                "share": verdict.share,
                "borne": verdict.max_share,
                "title": verdict.title,
            }
        )
        for verdict in verdicts
    ]
    return dg.AssetCheckResult(
        asset_key=["marts", table],
        check_name=NAMES[severity],
        passed=not broken,
        severity=SEVERITIES[severity],
        description=f"{len(broken)} of {len(verdicts)} do not hold: {', '.join(broken)}" if broken else None,
        metadata={
            "rows": verdicts[0].rows,
            "expectations": len(verdicts),
            "not_held": len(broken),
            "all": dg.MetadataValue.table(records, schema=_SCHEMA),
        },
    )


_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("holds", "string"),
        dg.TableColumn("expectation", "string", "Its id in quality/expectations/."),
        dg.TableColumn("failing", "int", "Rows that fail it."),
        dg.TableColumn("share", "float", "Failing rows per row."),
        dg.TableColumn("borne", "float", "The largest share that is borne."),
        dg.TableColumn("title", "string"),
    ]
)
