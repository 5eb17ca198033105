"""The report of a delivery tells of that delivery alone, on the page and as JSON."""

import json
import re

import pytest

from quality.delivery_report import delivery_report
from quality.measure import NO_TIME, Measure, Month
from quality.record import Record
from quality.release_report import Report
from tests.unit.test_quality_release_report import EDITION, expected, result

FLOW = [{"told": "in the files", "people": 90, "left_out": 0}, {"told": "accepted", "people": 84, "left_out": 6}]


def report(delivery: str, *, seen: bool = True, rules: bool = True) -> Report:
    months = (
        Month("d1", "2020-01", 40, 2),
        Month("d1", "2020-03", 43, 0),
        Month("d1", NO_TIME, 1, 1),
        Month("d2", "2020-02", 50, 50),
    )
    found = result().record
    assert found is not None
    measures = (Measure("visits", "filled", 134, 53, months, seen=seen), *found.measures[1:])
    record = Record(EDITION, "1.0+c", found.measured_at, (), measures)
    counts = [("pattern", "adiag", "error", 6)]
    (of_table,) = expected().values()
    return delivery_report(
        "visits",
        delivery,
        of_table=of_table if rules else None,
        record=record if rules else None,
        intake=counts,
        flow=FLOW,
        limitations="Comes <late>.",
    )


@pytest.mark.parametrize(("delivery", "rules"), [("d3", True), ("d1", False)])
def test_without_rules_or_rows_that_count_it_tells_of_the_intake_and_the_limits(delivery: str, rules: bool) -> None:
    made = report(delivery, rules=rules)
    assert (made.json["rules"], made.json["over_time"], made.json["measured_at"]) == ([], [], None)
    assert made.json["intake"] == [{"rule": "pattern", "column": "adiag", "severity": "error", "rows": 6}]
    assert "Nothing is measured of its rows in the lake" in made.html
    assert "<b>84 rows</b> accepted" in made.html
    assert "Comes &lt;late&gt;." in made.html
    assert "Completeness" not in made.html


def test_what_could_not_be_looked_at_has_no_share_and_its_rows_by_month_all_the_same() -> None:
    made = report("d1", seen=False)
    assert [rule["seen"] for rule in made.json["rules"]] == [False]
    assert made.json["rows_by_month"]["2020-01"] == 40
    assert "not seen" in made.html


def test_page_and_json_say_the_same_of_one_delivery() -> None:
    made = report("d1")
    told = json.loads(json.dumps(made.json, allow_nan=False))
    assert told["rows_by_month"] == {"2020-01": 40, "2020-02": 0, "2020-03": 43}
    assert [(m["expectation"], m["rows"], m["failing"]) for m in told["rules"]] == [("filled", 84, 3)]
    assert [(m["severity"], m["borne"], m["holds"]) for m in told["rules"]] == [("warning", "0 %", False)]
    assert told["flow"][1] == {"told": "accepted", "rows": 84, "left_out": 6}
    assert told["intake"] == [{"rule": "pattern", "column": "adiag", "severity": "error", "rows": 6}]
    assert [one["holds"] for one in told["over_time"]] == [False, True, None]
    assert told["limits"] == "Comes <late>."
    for said in (
        *("visits, delivery d1", "<b>84 rows</b> accepted", "6 left out", "adiag", "3.57 %", "Comes &lt;late&gt;."),
        *("rows by month from 2020-01 to 2020-03; 1 of 3 have less than half of the usual", "index 0.12"),
        "by month from 2020-01 to 2020-03, the last bar is of rows without a time, at most 100 %",
    ):
        assert said in made.html, said
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", made.html)
