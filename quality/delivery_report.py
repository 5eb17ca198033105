"""The report of one delivery, for people: one page of HTML without any outside address.

What the intake refused or marked, by rule; and what of the rows that count breaks a rule of its source, by month.
Counts only. The page of a whole decision is in `report.py`, whose looks it has.
"""

from collections.abc import Sequence
from html import escape

from quality.expectation import TableExpectations
from quality.figure import figure
from quality.measure import Measure
from quality.record import Record
from quality.report import by_month, chart, page


def delivery_html(
    of_table: TableExpectations, delivery: str, record: Record, intake: Sequence[tuple[str, str, int]]
) -> str | None:
    """The page of a delivery of a source; None when the record has no row of it. `intake` are rule, severity, rows."""
    measures = [_of(measure, delivery) for measure in record.measures if measure.table == of_table.table]
    measures = [measure for measure in measures if measure.months]
    if not measures:
        return None
    title = f"{of_table.table}, delivery {delivery}"
    head = (
        f'<div class="decision"><h1>{escape(title)}</h1><p>{measures[0].rows:,} rows are looked at; measured '
        f"{record.measured_at:%Y-%m-%d %H:%M} UTC.</p></div>"
    )
    return page(title, head + _intake(intake) + _rules(of_table, measures))


def _of(measure: Measure, delivery: str) -> Measure:
    """What a measure counted in one delivery."""
    months = tuple(month for month in measure.months if month.delivery == delivery)
    rows, failing = sum(month.rows for month in months), sum(month.failing for month in months)
    return Measure(measure.table, measure.expectation, rows, failing, months)


def _intake(counts: Sequence[tuple[str, str, int]]) -> str:
    rows = "".join(
        f'<tr><td><code>{escape(rule)}</code></td><td>{escape(severity)}</td><td class="number">{number:,}</td></tr>'
        for rule, severity, number in counts
    )
    told = f"<table><tbody>{rows}</tbody></table>" if rows else '<p class="soft">No row was refused or marked.</p>'
    return f"<section><header><h2>At the intake</h2></header>{told}</section>\n"


def _rules(of_table: TableExpectations, measures: list[Measure]) -> str:
    known = {expectation.id: expectation for expectation in of_table.expectations}
    rows = "".join(
        f"<tr><td>{escape(known[m.expectation].title)}<br><small>{escape(known[m.expectation].why)} "
        f"<code>{escape(m.expectation)}</code></small>{chart(by_month(m.months))}</td>"
        f'<td class="number">{m.failing:,}</td><td class="number">{figure(m)}</td></tr>'
        for m in sorted(measures, key=lambda m: -m.failing)
    )
    return (
        "<section><header><h2>Rules of the source</h2></header><table><thead><tr><th>Rule</th>"
        '<th class="number">Failing</th><th class="number">Share</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>\n"
    )
