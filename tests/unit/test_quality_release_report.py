"""The report of a release tells flow, time and limits, on the page and as JSON, and nothing of few rows."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.release_quality import release_quality
from quality.expectation import TableExpectations, load_all
from quality.gate import GateResult, decide
from quality.measure import NO_TIME, Measure, Month
from quality.months import rows_by_month, told_by_month
from quality.record import Edition, Record
from quality.release_report import Limit, Report, release_report
from tests.unit.test_quality_gate import EXPECTATIONS, TODAY

EDITION = Edition("b1", "2026-01-20T06:00:00+00:00", "1.0+c", "10-20")
FLOW = [
    {"told": "in the registers", "people": None, "left_out": 0},
    {"told": "with a row in person", "people": 1500, "left_out": None},
    {"told": "with a <row>", "people": 300, "left_out": 1200},
]
ONE = {"title": "Asks <it>", "why": "w.", "severity": "warning"}


def expected() -> dict[str, TableExpectations]:
    document = {
        "table": "visits",
        "owner": "team:cohort",
        "delivered": {"rows": "select * from staging.stg_visits", "month": "t.start_at"},
        "expectations": [
            {**ONE, "id": "filled", "kind": "not_null", "column": "c", "source": "project definition"},
            {**ONE, "id": "thin", "kind": "complete", "source": "s"},
            {**ONE, "id": "steady", "kind": "drift", "sql": "t.c", "max_psi": 0.2, "source": "s"},
            {**ONE, "id": "volume", "kind": "volume", "time": "start", "source": "s"},
        ],
    }
    return {"visits": TableExpectations.model_validate(document)}


def result(*, failing: int = 3, rows: int = 400) -> GateResult:
    """Thirty months, of which the 11th has few rows and one that fails, and the 21st none."""
    months = [Month("d", f"{2020 + n // 12}-{n % 12 + 1:02}", rows + n, 0) for n in range(30) if n != 20]
    months[10] = Month("d", "2020-11", 3, failing)
    measures = (
        Measure("visits", "filled", sum(m.rows for m in months), failing, tuple(months)),
        Measure("visits", "thin", 28, 2, value=0.0),
        Measure("visits", "steady", 5, 0, value=0.1234),
        Measure("visits", "volume", 1, 0, seen=False),
    )
    record = Record(EDITION, "1.0+c", datetime(2026, 1, 20, 7, tzinfo=UTC), (), measures)
    return decide(expected(), record, EDITION, code_version="1.0+c", today=TODAY)


def report(found: GateResult, **changes: Any) -> Report:
    arguments: dict[str, Any] = {
        "title": "Quality of p",
        "expected": expected(),
        "flow": FLOW,
        "sources": ["visits", "bef"],
        "of_sources": [Limit("visits", "Comes <late>.")],
        "of_definitions": [Limit("visit", "The project's own.")],
        "columns": [{"name": "sex", "type": "VARCHAR", "origin": ["bef.koen"], "meaning": "Sex."}],
        "threshold": 5,
    }
    return release_report(found, **(arguments | changes))


def test_the_page_has_flow_time_and_limits_without_an_outside_address() -> None:
    page = report(result()).html
    for told in (
        *("<b>not told</b> in the registers", "few left out", "<b>300 people</b> with a &lt;row&gt;", "1,200 left out"),
        *("index 0.12", "too few to see", "not told", 'class="rows"', "2020-01</span>", "2022-06</span>"),
        *("Comes &lt;late&gt;.", "The project&#x27;s own.", "1 of 4 are the project", "no outside count"),
        *("The gate is open.", "Quality and utility label", "Asks &lt;it&gt;"),
    ):
        assert told in page, told
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)


def test_json_says_the_same() -> None:
    told = json.loads(json.dumps(report(result()).json, allow_nan=False))
    assert told["flow"] == FLOW
    assert told["limits"]["sources"] == [{"of": "visits", "told": "Comes <late>."}]
    assert {one["of"] for one in told["limits"]["not_measured"]} >= {"Precision", "Population coverage"}
    (visits,) = told["over_time"]
    assert [(e["expectation"], e["figure"], e["borne"], e["holds"]) for e in visits["expectations"]] == [
        ("thin", None, [0.5, None], False),
        ("steady", 0.12, [0.0, 0.2], True),
        ("volume", None, [0.7, 1.4], None),
    ]
    assert visits["percent_of_usual_by_month"]["2020-01"] == 95
    assert told["passed"] is True
    assert len(told["label"]) == 12


def test_a_month_of_few_rows_is_told_as_one_of_none() -> None:
    told = report(result()).json["over_time"][0]["percent_of_usual_by_month"]
    assert told["2020-11"] == told["2021-09"] == 0
    assert report(result(rows=10)).json["over_time"][0]["percent_of_usual_by_month"] == {}


def test_the_least_month_of_all_has_no_figure() -> None:
    """As a share of the usual month it would be the number of its rows; held or not is all that is told."""
    found = result()
    least = 1 / 613
    exact = replace(
        found, verdicts=tuple(replace(v, value=least) if v.kind == "complete" else v for v in found.verdicts)
    )
    made = report(exact)
    assert [v["value"] for v in made.json["verdicts"] if v["kind"] == "complete"] == [None]
    assert str(least) not in json.dumps(made.json) + made.html
    assert "× usual" not in made.html


@pytest.mark.parametrize(("failing", "told"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_few_failing_rows_have_no_number(failing: int, told: int | None) -> None:
    """Neither as a number nor as a share, from which it could be reckoned; one over time counts cells."""
    made = report(result(failing=failing))
    verdicts = {one["expectation"]: one for one in made.json["verdicts"]}
    assert verdicts["filled"]["failing"] == told
    assert (verdicts["filled"]["share"] is None) == (told is None)
    assert verdicts["thin"]["failing"] == 2
    assert ("fewer than 5" in made.html) == (told is None)


@pytest.mark.parametrize(
    ("rows", "failing", "told"),
    [(3, 0, "few rows"), (9, 6, ">not told<"), (9, 3, "fewer than 5"), (9, 9, ">9<"), (0, 0, "0 rows")],
)
def test_few_rows_in_all_or_few_that_hold_have_no_number(rows: int, failing: int, told: str) -> None:
    """A table of few rows, and one of which nearly all fail, tell of few as much as one of which few fail."""
    found = result()
    assert found.record is not None
    few = replace(found.record, measures=(Measure("visits", "filled", rows, failing), *found.record.measures[1:]))
    made = report(decide(expected(), few, EDITION, code_version="1.0+c", today=TODAY))
    (filled,) = [one for one in made.json["verdicts"] if one["expectation"] == "filled"]
    assert told in made.html
    assert filled["rows"] == (None if rows == 3 else rows)
    assert (filled["failing"] is None) == (told in ("few rows", ">not told<", "fewer than 5"))


def test_a_source_of_less_than_a_year_tells_nothing_by_month() -> None:
    """Beside the number of all rows, two or three months in steps could be told apart."""
    months = [Month("d", f"2020-{n:02}", 5000, 0) for n in range(1, 13)]
    assert told_by_month(months[:11], 5) == []
    assert {share for _, share in told_by_month(months, 5)} == {100}


@given(st.lists(st.integers(0, 1000), min_size=12, max_size=30), st.integers(1, 50))
def test_what_is_told_of_a_month_fits_as_many_counts_as_the_threshold(rows: list[int], threshold: int) -> None:
    """Whoever reads a month knows no more than that its rows are one of at least so many numbers, nought with few."""
    months = [
        Month("d", f"2020-{n % 12 + 1:02}".replace("2020", str(2020 + n // 12)), r, 0) for n, r in enumerate(rows)
    ]
    told = dict(told_by_month(months, threshold))
    if not told:
        return
    exact = dict(rows_by_month(months))
    for month in told:
        alike = 0
        for other in range(max(0, exact[month] - threshold), exact[month] + threshold + 1):
            usual = sorted(exact.values())
            middle = (usual[(len(usual) - 1) // 2] + usual[len(usual) // 2]) / 2
            step = next(s for s in (0.05, 0.1, 0.25) if s * middle >= 2 * threshold)
            alike += round(100 * step * round(other / (step * middle))) == told[month]
        assert alike >= threshold
        assert told[month] == 0 or exact[month] >= threshold


def test_a_few_wrong_dates_do_not_make_centuries() -> None:
    right = [Month("d", f"2020-{n:02}", 1000, 0) for n in (1, 2, 4)]
    wrong = [Month("d", "1900-01", 1, 1), Month("e", "2099-01", 1, 1), Month("d", NO_TIME, 7, 7)]
    found = rows_by_month([*right, *wrong])
    assert found == [("2020-01", 1000), ("2020-02", 1000), ("2020-03", 0), ("2020-04", 1000)]


def test_limits_are_those_of_contracts_and_models() -> None:
    class Contract:
        limitations = "Some\n  come late."

    class Permit:
        project = "p"
        small_cell_threshold = 5

    tables = [
        {
            "name": "readmission",
            "grain": "One row per stay.",
            "about": "Read so. This is a project definition. It ends.",
            "columns": [
                {"name": "subject_id", "type": "VARCHAR", "origin": [], "origin_note": "", "meaning": "Who."},
                {"name": "stay_id", "type": "VARCHAR", "origin": [], "origin_note": "made here", "meaning": ""},
            ],
        },
        {
            "name": "person",
            "grain": "One row per person.",
            "about": "As in BEF.",
            "columns": [
                {"name": "sex", "type": "VARCHAR", "origin": ["bef.koen"], "origin_note": "", "meaning": "Sex."}
            ],
        },
    ]
    codebook = {"flow": FLOW, "sources": [{"name": "bef"}, {"name": "seeds"}], "tables": tables}
    made = release_quality(
        verdict=replace(result(), record=None),
        permit=Permit(),  # type: ignore[arg-type]
        codebook=codebook,
        expected=load_all(EXPECTATIONS),
        contracts={"bef": Contract(), "other": Contract()},  # type: ignore[dict-item]
    )
    assert made.json["limits"]["sources"] == [{"of": "bef", "told": "Some come late."}]
    assert made.json["limits"]["definitions"][0] == {"of": "readmission", "told": "This is a project definition."}
    assert [one["of"] for one in made.json["limits"]["definitions"]] == ["readmission", "expectations"]
    told = {one["name"]: one["behind"] for one in made.json["label"]}
    assert told["Data provenance"].startswith("2 of 2 columns")
    assert told["Metadata scope"].startswith("1 of 2 columns")
    assert "2 of 2 columns are traced" in made.html
