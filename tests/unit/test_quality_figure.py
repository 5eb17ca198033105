"""The figure of an expectation is written in one form, wherever people see it."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.resources import EXPECTATIONS
from quality.expectation import load_all
from quality.figure import borne, figure, percent
from quality.judge import Verdict, judge
from quality.measure import Measure

VERDICT = Verdict("visit", "it", "t", "w", "error", rows=4, failing=1, share=0.25, max_share=0.05, passed=False)
REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "0 %"), (0.00001, "< 0.01 %"), (0.0001, "0.01 %"), (0.0123, "1.23 %"), (0.25, "25.00 %"),
        (0.99999, "> 99.99 %"), (1.0, "100 %"), (1.5, "150 %"),
    ],
)  # fmt: skip
def test_a_small_share_is_not_told_as_none_nor_a_large_one_as_all(share: float, told: str) -> None:
    assert percent(share) == told


def test_the_figure_is_what_decides() -> None:
    assert figure(VERDICT) == figure(Measure("visit", "it", 4, 1)) == "25.00 %"
    assert figure(replace(VERDICT, value=0.2512)) == figure(Measure("visit", "it", 4, 1, value=0.2512)) == "0.25"
    assert figure(replace(VERDICT, seen=False)) == figure(Measure("visit", "it", 4, 0, seen=False)) == "not seen"


def test_what_is_borne_of_what_is_seen_over_time_is_its_limits_and_no_share() -> None:
    assert borne(VERDICT) == "5.00 %"
    borne_of = {}
    for of_table in load_all(EXPECTATIONS).values():
        measures = [Measure(of_table.table, one.id, 1, 0, value=1.0) for one in of_table.expectations]
        for verdict in judge(measures, {of_table.table: of_table}):
            if verdict.is_over_time:
                borne_of.setdefault(verdict.kind, set()).add(borne(verdict))
    assert borne_of.keys() == {"complete", "drift", "volume"}
    assert borne_of["volume"] == {"0.7 to 1.4"}
    assert {told.rsplit(" ", 1)[0] for kind in ("complete", "drift") for told in borne_of[kind]} == {
        "at least",
        "at most",
    }


@pytest.mark.parametrize(
    "file",
    ["quality/report.py", "quality/charts.py", "oeverum/commands/quality.py", "orchestration/defs/quality.py"],
)
def test_all_who_tell_it_use_this_form(file: str) -> None:
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    assert "figure(" in text
    assert not any(own in text for own in (":.2%}", ":.3%}", ".value:."))
