"""The report of a release: what was checked, who is in it, completeness and drift over time, and its known limits.

For those who may read the release: counts of the whole warehouse, no small ones and of no month (`months.py` says what
is told instead), the flow as the release tells it, and limits as those who know them wrote them. As one page of HTML
without any outside address, and as data for programs. A source of which nothing is asked row by row is not counted by
month, and has no chart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any

from quality.charts import flow_chart, gauges, limits, rows_chart
from quality.expectation import OverTime, TableExpectations
from quality.gate import GateResult
from quality.judge import Verdict
from quality.label import label
from quality.months import told_by_month
from quality.page import page, section
from quality.report import decision_part, has_many, is_few, label_part, tables_part

USUAL, THIN = 100, 50  # Per cent of the usual month.
OWN = "project definition"  # The source of an expectation that has no outside one.
LIMITS = {
    "sources": "Of the sources that it comes from",
    "definitions": "Of its definitions",
    "not_measured": "Not measured",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """What somebody who uses the data has to know, and of what: a source, a table or a dimension of quality."""

    of: str
    told: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report as data for programs and as a page for people."""

    json: dict[str, Any]
    html: str


@dataclass(frozen=True, slots=True)
class OfSource:
    """A source over time: its expectations, each with what was found, and its months as per cent of the usual one."""

    source: str
    over_time: tuple[tuple[OverTime, Verdict], ...]
    months: list[tuple[str, int]]

    @property
    def as_dict(self) -> dict[str, Any]:
        """For JSON; a limit that there is not is null."""
        return {
            "source": self.source,
            "expectations": [
                {
                    "expectation": verdict.expectation,
                    "kind": expected.kind,
                    "figure": verdict.value,
                    "borne": [None if limit == float("inf") else limit for limit in limits(expected)],
                    "holds": verdict.passed if verdict.seen else None,
                }
                for expected, verdict in self.over_time
            ],
            "percent_of_usual_by_month": dict(self.months),
        }


def release_report(
    result: GateResult,
    *,
    title: str,
    expected: Mapping[str, TableExpectations],
    flow: Sequence[Mapping[str, Any]],
    sources: Collection[str],
    of_sources: Sequence[Limit],
    of_definitions: Sequence[Limit],
    columns: Sequence[Mapping[str, Any]],
    threshold: int,
) -> Report:
    """The report of a release that comes from `sources`; fewer rows (not people) than `threshold` are not counted.

    `flow` are the steps of the population, each with `told`, `people` and `left_out`; `columns` those of the codebook.
    """
    result = replace(result, verdicts=tuple(map(_coarse, result.verdicts)))
    over_time = [of for source in sorted(sources) if (of := _of_source(source, result, expected, threshold))]
    dimensions = label(result.verdicts, columns)
    unmeasured = [
        Limit(one.name, one.behind.removeprefix("not measured").removeprefix(": "))
        for one in dimensions
        if one.level is None
    ]
    own = sum(verdict.source == OWN for verdict in result.verdicts)
    counted = Limit(
        "expectations", f"{own} of {len(result.verdicts)} are the project's own; the others name their source."
    )
    known = {"sources": of_sources, "definitions": [*of_definitions, counted], "not_measured": unmeasured}
    told = {
        **result.report,
        "label": [asdict(dimension) for dimension in dimensions],
        "verdicts": [_told(verdict, threshold) for verdict in result.verdicts],
        "flow": [dict(step) for step in flow],
        "over_time": [of.as_dict for of in over_time],
        "limits": {kind: [asdict(limit) for limit in of] for kind, of in known.items()},
    }
    body = (
        decision_part(result, title)
        + _CONTENTS
        + section("Who is in it", "people that each condition of the permit leaves", flow_chart(flow), anchor="flow")
        + _over_time(over_time)
        + _limits(known)
        + label_part(dimensions)
        + '<h2 class="part" id="checked">What was checked, by table</h2>\n'
        + tables_part(result, threshold=threshold)
    )
    return Report(told, page(title, body))


def _coarse(verdict: Verdict) -> Verdict:
    """A verdict whose figure gives no number of rows away: the least month of all is told by whether it holds alone."""
    if verdict.value is None or verdict.kind == "complete":
        return replace(verdict, value=None)
    return replace(verdict, value=round(verdict.value, 2))


def _told(verdict: Verdict, threshold: int) -> dict[str, Any]:
    """A verdict for JSON; few rows that fail or hold have no number, and no table of few rows."""
    hidden: dict[str, None] = {"failing": None, "share": None} if is_few(verdict, threshold) else {}
    if not verdict.is_over_time and not has_many(verdict.rows, threshold):
        hidden["rows"] = None
    return {**asdict(verdict), **hidden}


_CONTENTS = (
    '<nav aria-label="Contents"><a href="#flow">Who is in it</a><a href="#time">Over time</a>'
    '<a href="#limits">Known limits</a><a href="#label">Label</a><a href="#checked">What was checked</a></nav>\n'
)


def _of_source(
    source: str, result: GateResult, expected: Mapping[str, TableExpectations], threshold: int
) -> OfSource | None:
    """A source over time; None when nothing is expected of it."""
    if source not in expected:
        return None
    found = {verdict.expectation: verdict for verdict in result.verdicts if verdict.table == source}
    over_time = tuple(
        (one, found[one.id]) for one in expected[source].expectations if isinstance(one, OverTime) and one.id in found
    )
    measures = result.record.measures if result.record else ()
    months = next((m.months for m in measures if m.table == source and m.months), ())
    return OfSource(source, over_time, told_by_month(months, threshold))


def _over_time(sources: Sequence[OfSource]) -> str:
    parts = "".join(
        f"<h3><code>{escape(of.source)}</code></h3>"
        + gauges(of.over_time)
        + rows_chart(of.months, thin=THIN, what="% of the usual rows")
        for of in sources
        if of.over_time or of.months
    )
    lead = (
        '<p class="soft">Of the whole warehouse, of which the release is a part. A mark is what was found, and stands '
        "in the shade when that is borne. A bar is a month of rows beside the usual month, in steps in which few rows "
        "do not show; below the line it has less than half.</p>"
    )
    nothing = '<p class="soft">Of none of its sources anything is expected over time.</p>'
    return section(
        "Completeness and drift", "of its sources, over time", lead + parts if parts else nothing, anchor="time"
    )


def _limits(known: Mapping[str, Sequence[Limit]]) -> str:
    parts = "".join(
        f"<h3>{LIMITS[kind]}</h3><dl>"
        + "".join(f"<dt><code>{escape(limit.of)}</code></dt><dd>{escape(limit.told)}</dd>" for limit in of)
        + "</dl>"
        for kind, of in known.items()
        if of
    )
    return section("Known limits", "what to know before the data are used", parts, anchor="limits")
