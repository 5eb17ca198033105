"""The report of one delivery: one page of HTML without any outside address, and the same as data for programs.

What the intake made of its rows, what it refused or marked, by rule; where the source has rules, its rows by month,
what of the rows that count breaks a rule, by month, and how the source is over time; and its known limits. Counts only,
for those who run the platform. The page of a whole decision is in `report.py`, the report of a release in
`release_report.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from typing import Any

from quality.charts import flow_chart, gauges, rows_chart
from quality.expectation import OverTime, TableExpectations
from quality.figure import borne
from quality.judge import Verdict, judge
from quality.measure import Measure, by_delivery
from quality.months import by_month, rows_by_month, usual
from quality.page import page, section
from quality.record import Record
from quality.release_report import OfSource, Report
from quality.report import rank, rules_table


def delivery_report(
    source: str,
    delivery: str,
    *,
    of_table: TableExpectations | None,
    record: Record | None,
    intake: Sequence[tuple[str, str, str, int]],
    flow: Sequence[Mapping[str, Any]],
    limitations: str,
) -> Report:
    """The report of a delivery of a source, with what the record has of it by the rules of the source, if it has any.

    `intake` are rule, column, severity and rows; `flow` are its steps, each with `told`, `people` (here rows) and
    `left_out`.
    """
    of_source = [measure for measure in record.measures if measure.table == source] if record and of_table else []
    measures = [of[delivery] for of in (by_delivery([measure]) for measure in of_source) if delivery in of]
    verdicts = judge(measures, {source: of_table}) if of_table else []
    title = f"{source}, delivery {delivery}"
    months = rows_by_month(measures[0].months) if measures else []
    over_time = _over_time(of_table, record) if of_table and record and (measures or _has_no_other(of_table)) else None
    at = record.measured_at if record and measures else None
    told = {
        "source": source,
        "delivery": delivery,
        "measured_at": at.isoformat() if at else None,
        "flow": [{"told": step["told"], "rows": step["people"], "left_out": step["left_out"]} for step in flow],
        "intake": [dict(zip(("rule", "column", "severity", "rows"), counted, strict=True)) for counted in intake],
        "rows_by_month": dict(months),
        "rules": [asdict(measure) | _judged(verdict) for measure, verdict in zip(measures, verdicts, strict=True)],
        "over_time": over_time.as_dict["expectations"] if over_time else [],
        "limits": limitations,
    }
    body = (
        f'<div class="decision"><h1>{escape(title)}</h1><p>{_looked_at(measures, at)}</p></div>'
        + (section("Its rows", "from the file to the lake", flow_chart(flow, what="rows")) if flow else "")
        + _intake(intake)
        + (_measured(measures, verdicts, months) if measures else "")
        + (
            section("The source over time", "of all deliveries", gauges(over_time.over_time))
            if over_time and over_time.over_time
            else ""
        )
        + section("Known limits", "of the source", f"<p>{escape(limitations)}</p>")
    )
    return Report(told, page(title, body))


def _looked_at(measures: Sequence[Measure], at: datetime | None) -> str:
    if not measures or at is None:
        return (
            "Nothing is measured of its rows in the lake: no rule of the source is about single rows, or the delivery "
            "does not count, or came after the last measuring (oeverum quality run)."
        )
    return f"{measures[0].rows:,} rows are looked at; measured {at:%Y-%m-%d %H:%M} UTC."


def _measured(measures: list[Measure], verdicts: list[Verdict], months: Sequence[tuple[str, int]]) -> str:
    chart = rows_chart(months, thin=usual(months) / 2, what="rows")
    failing = {(measure.table, measure.expectation): by_month(measure.months) for measure in measures}
    rules = rules_table(sorted(verdicts, key=rank), failing)
    return section("Completeness", "rows by month", chart) + section(
        "Rules of the source", "as this delivery alone holds them, with failing rows by month", rules
    )


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {"severity": verdict.severity, "borne": borne(verdict), "holds": verdict.passed if verdict.seen else None}


def _has_no_other(of_table: TableExpectations) -> bool:
    """Whether a source is seen over time alone, so that no measure tells which of its deliveries count."""
    return all(isinstance(one, OverTime) for one in of_table.expectations)


def _over_time(of_table: TableExpectations, record: Record) -> OfSource:
    """What is seen of the source in many rows."""
    seen = {one.id: one for one in of_table.expectations if isinstance(one, OverTime)}
    measures = [m for m in record.measures if m.table == of_table.table and m.expectation in seen]
    verdicts = judge(measures, {of_table.table: of_table})
    return OfSource(of_table.table, tuple((seen[verdict.expectation], verdict) for verdict in verdicts), [])


def _intake(counts: Sequence[tuple[str, str, str, int]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(rule)}</code></td><td><code>{escape(column)}</code></td><td>{escape(severity)}</td>"
        f'<td class="number">{number:,}</td></tr>'
        for rule, column, severity, number in counts
    )
    told = f"<table><tbody>{rows}</tbody></table>" if rows else '<p class="soft">No row was refused or marked.</p>'
    return section("At the intake", "rows refused or marked, by rule", told)
