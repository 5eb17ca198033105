"""The flow of participants: every condition with the people that it leaves, and no number that tells of a few."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sandbox.flow import FlowStep, flow_of, flow_picture
from tests.unit.sandbox_warehouse import PEOPLE
from tests.unit.test_sandbox_release import Place


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        ([100, 80, 50], [("a", 100, 0), ("b", 80, 20), ("c", 50, 30)]),
        ([100, 100, 50], [("a", 100, 0), ("b", 100, 0), ("c", 50, 50)]),
        ([100, 98, 50], [("a", 100, 0), ("b, and c", 50, 50)]),
        ([100, 50, 48], [("a", 100, 0), ("b, and c", 48, 52)]),
        ([100, 98, 97, 50, 49], [("a", 100, 0), ("b, and c, and d, and e", 49, 51)]),
        ([100, 98, 97], [("a", None, 0), ("b, and c", 97, None)]),
        ([100, 95], [("a", 100, 0), ("b", 95, 5)]),
        ([100, 96], [("a", None, 0), ("b", 96, None)]),
        ([100], [("a", 100, 0)]),
    ],
)
def test_what_may_be_told(counted: list[int], told: list[tuple[str, int | None, int | None]]) -> None:
    steps = flow_of(list(zip("abcde", counted, strict=False)), threshold=5)
    assert [(step.told, step.people, step.left_out) for step in steps] == told


@pytest.mark.parametrize("counted", [[30, 29, 27, 26, 9], [9, 8, 8, 8, 3], [40, 20, 19, 19, 12], [7, 7, 6, 6, 6]])
def test_no_difference_of_two_numbers_is_small(counted: list[int]) -> None:
    steps = flow_of(list(zip("abcde", counted, strict=True)), threshold=5)
    numbers = [step.people for step in steps if step.people is not None]
    assert numbers[-1] == counted[-1]
    assert all(before == after or before - after >= 5 for before, after in pairwise(numbers))
    assert all(step.left_out is None or step.left_out == 0 or step.left_out >= 5 for step in steps)


def test_a_release_tells_how_its_people_came_about(tmp_path: Path) -> None:
    old = {"in": "person", "where": [{"column": "birth_date", "op": "<", "value": "1950-01-01"}]}
    population: list[dict[str, Any]] = [{"in": "cohort_membership"}, old]
    place = Place(tmp_path)
    release = place.release(permit={"population": population, "small_cell_threshold": 1})
    told = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))["flow"]
    assert [(step["people"], step["left_out"]) for step in told] == [(PEOPLE, 0), (10, 2), (5, 5)]
    assert told[1]["told"] == "with a row in cohort_membership"
    assert told[2]["told"] == 'with a row in person where birth_date < "1950-01-01"'
    assert (told[-1]["people"], release.subjects) == (5, 5)


def test_the_picture_breaks_long_conditions_and_says_what_is_not_told() -> None:
    long = "with a row in hospital_stay where is_admission = true and main_diagnosis_code starts with DJ or DI"
    steps = [FlowStep("in the registers", None, 0), FlowStep(long, 97, None)]
    drawn = flow_picture([{"told": s.told, "people": s.people, "left_out": s.left_out} for s in steps])
    assert "not told" in drawn
    assert "few left out" in drawn
    assert drawn.count("<rect") == 2
    assert max(len(part.split("<")[0]) for part in drawn.split(">")) <= 60
