"""Quality: the expectations of each mart and source as two asset checks, what blocks and what warns.

The warehouse is measured here, in one pass per table, and the record kept; what passes is for the gate to say, which
the release asks again itself (`defs/release.py`), for Dagster's blocking binds one run only. One check for each of the
expectations would be some 300 in the picture, and five events each in Dagster's records.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

import dagster as dg

from orchestration.failures import told_without_values
from orchestration.measuring import decision, measure_warehouse
from orchestration.resources import EXPECTATIONS, Platform
from orchestration.warehouse import Warehouse
from quality.expectation import Severity, TableExpectations, load_all
from quality.figure import borne, figure
from quality.gate import GateResult
from quality.judge import State, Verdict
from quality.measure import Measure, by_delivery
from quality.record import Record, Records
from sandbox.errors import GateFailed

NAMES: dict[Severity, str] = {"error": "must_hold", "warning": "should_hold"}
SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}
HOLDS: dict[State, str] = {"held": "yes", "unseen": "not seen", "told": "no", "broken": "no"}
BEFORE = 5  # How many earlier editions of the warehouse are told of, or deliveries of a source.


def expectation_checks() -> dg.AssetChecksDefinition:
    """Two checks per table, all expectations measured in one pass per table."""
    known = load_all(EXPECTATIONS)
    keys = {table: _key(of_table) for table, of_table in known.items()}
    specs = [
        dg.AssetCheckSpec(
            name=NAMES[severity],
            asset=keys[table],
            blocking=severity == "error",
            description=_described(of_table, severity),
        )
        for table, of_table in known.items()
        for severity in NAMES
        if any(expectation.severity == severity for expectation in of_table.expectations)
    ]

    @dg.multi_asset_check(name="expectations", specs=specs)
    def expectations(platform: Platform) -> Iterator[dg.AssetCheckResult]:
        settings = platform.settings
        with told_without_values():
            measure_warehouse(settings)
            records = Records(settings.measures).by_edition(1 + BEFORE)
            result = decision(settings, Warehouse(settings.warehouse).built())
        verdicts = sorted(result.verdicts, key=lambda v: (v.table, v.severity))
        for (table, severity), group in groupby(verdicts, key=lambda v: (v.table, v.severity)):
            yield _result(keys[table], severity, list(group), result, records)
        if result.unjudged:
            with told_without_values():
                raise GateFailed("; ".join(result.unjudged))

    return expectations


def _key(of_table: TableExpectations) -> list[str]:
    """The asset that a table is: a mart, or the model that reads a source."""
    return ["staging", f"stg_{of_table.table}"] if of_table.delivered else ["marts", of_table.table]


def _described(of_table: TableExpectations, severity: Severity) -> str:
    meant = [expectation for expectation in of_table.expectations if expectation.severity == severity]
    return "\n".join(f"- {e.title}. {e.why} `{e.id}`, source: {e.source}" for e in meant)


def _result(
    key: list[str], severity: Severity, verdicts: list[Verdict], result: GateResult, records: list[Record]
) -> dg.AssetCheckResult:
    """The check of one table and severity: counts and shares only, what does not hold first."""
    verdicts = sorted(verdicts, key=lambda v: v.passed)
    overridden = {override.expectation for override in result.overridden}
    broken = [v.expectation for v in verdicts if not v.passed and v.name not in overridden]
    # What is seen over time has cells, and no rows.
    counted = [verdict for verdict in verdicts if not verdict.is_over_time]
    # Of each that does not hold, else of one, as an example.
    shown = [verdict for verdict in verdicts if not verdict.passed] or verdicts[:1]
    told = [dg.TableRecord(_told(verdict, overridden, records)) for verdict in verdicts]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=NAMES[severity],
        passed=not broken,
        severity=SEVERITIES[severity],
        description=f"{len(broken)} of {len(verdicts)} do not hold: {', '.join(broken)}" if broken else None,
        metadata={
            **({"rows": counted[0].rows} if counted else {}),
            "expectations": len(verdicts),
            "not_held": len(broken),
            "all": dg.MetadataValue.table(told, schema=_SCHEMA),
            "rows that fail": "\n".join(f"oeverum quality explain {verdict.name}" for verdict in shown),
        },
    )


def _told(verdict: Verdict, overridden: set[str], records: list[Record]) -> Mapping[str, str | int]:
    return {
        "holds": "overridden" if not verdict.passed and verdict.name in overridden else HOLDS[verdict.state],
        "expectation": verdict.expectation,
        "failing": verdict.failing,
        "figure": figure(verdict),
        "borne": borne(verdict),
        "trend": ", ".join(map(figure, _trend(verdict, records))),
        "title": verdict.title,
    }


def _trend(verdict: Verdict, records: list[Record]) -> list[Measure]:
    """The last deliveries of a source, each by itself; of a mart, which is made of all, the last editions."""
    measures = [record.of(verdict.table, verdict.expectation) for record in records]
    newest_first = [measure for measure in measures if measure]
    return [*by_delivery(newest_first).values()][-1 - BEFORE :] or newest_first[::-1]


_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("holds", "string"),
        dg.TableColumn("expectation", "string", "Its id in quality/expectations/."),
        dg.TableColumn("failing", "int", "Rows that fail it."),
        dg.TableColumn("figure", "string", "The share of failing rows, or what was seen over time."),
        dg.TableColumn("borne", "string", "The largest share that is borne."),
        dg.TableColumn(
            "trend", "string", "The same of the last deliveries of a source, else editions; the newest last."
        ),
        dg.TableColumn("title", "string"),
    ]
)
