"""Judgement: Great Expectations decides, on the small table of measures, which expectations hold.

It sees one row with one column per expectation, the share of failing rows; results are asked for as booleans, so that
nothing but the verdict comes back. What it says of the rows themselves is in `second_opinion.py`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from quality.errors import MeasureError
from quality.expectation import Severity, TableExpectations
from quality.great_expectations import BOOLEAN, great_expectations
from quality.measure import Measure

State = Literal["broken", "told", "unseen", "held"]  # The worst first; told is a warning.


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation judged. A warning of which nothing was `seen` passes, and is told apart; an error does not."""

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
    seen: bool = True
    kind: str = ""
    source: str = ""
    limits: str = ""  # Of what is seen over time, the figures that are borne.

    @property
    def name(self) -> str:
        """Table and expectation, such as `hospital_stay/starts_before_end`."""
        return f"{self.table}/{self.expectation}"

    @property
    def state(self) -> State:
        """What it comes to; of a table without a row nothing was seen."""
        if self.passed:
            return "held" if self.seen and self.rows else "unseen"
        return "broken" if self.severity == "error" else "told"

    @property
    def is_over_time(self) -> bool:
        """Whether it is seen in many rows over time: it has cells, not rows."""
        return self.kind in ("complete", "drift", "volume")


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
    held, artefacts = _validated(tuple(("/".join(key), m.share, limits[key]) for key, m in measured.items()))
    if keep:
        keep.write_text(artefacts, encoding="utf-8")
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
            passed="/".join(key) in held and (m.seen or known[key].severity == "warning"),
            value=m.value,
            seen=m.seen,
            kind=known[key].kind,
            source=known[key].source,
            limits=getattr(known[key], "limits", ""),
        )
        for key, m in measured.items()
    ]


@lru_cache(maxsize=4)  # The checks, and each release after them, ask about the same record.
def _validated(shares: tuple[tuple[str, float, float], ...]) -> tuple[frozenset[str], str]:
    """Which shares, each with its name and limit, are within their limits by Great Expectations; its suite and result.

    What it gives no result for did not hold.
    """
    with great_expectations() as (gx, context):
        import pandas as pd

        batch = context.data_sources.add_pandas("measures").add_dataframe_asset("shares")
        suite = gx.ExpectationSuite(
            name="marts",
            expectations=[
                gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=limit)
                for name, _, limit in shares
            ],
        )
        result = (
            batch.add_batch_definition_whole_dataframe("now")
            .get_batch({"dataframe": pd.DataFrame([{name: share for name, share, _ in shares}])})
            .validate(suite, result_format=BOOLEAN)
        )
    held = frozenset(
        one.expectation_config.kwargs["column"]
        for one in result.results
        if one.success and not one.exception_info.get("raised_exception")
    )
    return held, json.dumps({"suite": suite.to_json_dict(), "result": result.to_json_dict()})
