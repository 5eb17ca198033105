"""Judgement: Great Expectations decides, on the small table of measures, which expectations hold.

It sees one row with one column per expectation, the share of failing rows; results are asked for as booleans, so that
nothing but the verdict comes back. It takes seconds to import and would report its use to its maker: it is imported
here alone, when it is needed, with that switched off.
"""

import json
import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.errors import MeasureError
from quality.expectation import Severity, TableExpectations
from quality.measure import Measure


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation judged."""

    table: str
    expectation: str
    title: str
    why: str
    severity: Severity
    rows: int
    failing: int
    share: float
    max_share: float
    passed: bool
    value: float | None = None
    kind: str = ""
    source: str = ""

    @property
    def is_seen(self) -> bool:
        """False for what is seen over time, when there was too little to see."""
        return self.kind not in ("complete", "drift", "volume") or self.value is not None


def judge(
    measures: Iterable[Measure], expected: Mapping[str, TableExpectations], *, keep: Path | None = None
) -> list[Verdict]:
    """A verdict for every measure; Great Expectations' suite and validation result are written to `keep`.

    Raises MeasureError for measures that are unknown, or not one per expectation.
    """
    measures = list(measures)
    known = {(table, e.id): e for table, of_table in expected.items() for e in of_table.expectations}
    measured = {(m.table, m.expectation): m for m in measures}
    if strangers := measured.keys() - known.keys():
        raise MeasureError(f"{len(strangers)} measures belong to no expectation; measure again")
    if len(measured) < len(measures):
        raise MeasureError(f"{len(measures) - len(measured)} measures stand twice; measure each expectation once")
    if not measured:
        return []
    limits = {key: known[key].limit(m.rows) for key, m in measured.items()}
    held, artefacts = _held({key: m.share for key, m in measured.items()}, limits)
    if keep:
        keep.write_text(json.dumps(artefacts), encoding="utf-8")
    return [
        Verdict(
            table=key[0],
            expectation=key[1],
            title=known[key].title,
            why=known[key].why,
            severity=known[key].severity,
            rows=m.rows,
            failing=m.failing,
            share=m.share,
            max_share=limits[key],
            passed=held[key],
            value=m.value,
            kind=known[key].kind,
            source=known[key].source,
        )
        for key, m in measured.items()
    ]


def _held(
    shares: Mapping[tuple[str, str], float], limits: Mapping[tuple[str, str], float]
) -> tuple[dict[tuple[str, str], bool], dict[str, Any]]:
    """Which shares are within their limits, by Great Expectations, with its suite and its result.

    What it gives no result for did not hold.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # The library imports two modules that Python calls deprecated; it warns of nothing else.
        warnings.filterwarnings("ignore", r"module 'sre_(constants|parse)' is deprecated", DeprecationWarning)
        import great_expectations as gx
        import pandas as pd

        names = {key: "/".join(key) for key in shares}
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        batch = context.data_sources.add_pandas("measures").add_dataframe_asset("shares")
        suite = gx.ExpectationSuite(
            name="marts",
            expectations=[
                gx.expectations.ExpectColumnValuesToBeBetween(column=names[key], min_value=0, max_value=limits[key])
                for key in shares
            ],
        )
        result = (
            batch.add_batch_definition_whole_dataframe("now")
            .get_batch({"dataframe": pd.DataFrame([{names[key]: share for key, share in shares.items()}])})
            .validate(suite, result_format="BOOLEAN_ONLY")
        )
    passed = {
        one.expectation_config.kwargs["column"]: bool(one.success and not one.exception_info.get("raised_exception"))
        for one in result.results
    }
    artefacts = {"suite": suite.to_json_dict(), "result": result.to_json_dict()}
    return {key: passed.get(name, False) for key, name in names.items()}, artefacts
