"""What a company's project may ask one after the other, under its one ledger; and of some thousand people."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.disclosure.rules import NOISE, REFUSALS
from tests.unit.disclosure_world import MANY_PEOPLE, VALUE, Company, exact, ledger, outcome

QUESTIONS = yaml.safe_load((Path(__file__).parent / "disclosure_questions.yaml").read_text(encoding="utf-8"))
TOTAL = "select count(result_value) as n, avg(result_value) as mean from lab_result"
WITHOUT_ONE = f"{TOTAL} where result_value < {VALUE}"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(ledger(tmp_path))


def test_most_honest_questions_of_one_project_are_answered_and_the_others_differ_by_a_few(company: Company) -> None:
    """In the order of the file, totals before parts: 74 of 79 when this was written."""
    told = Counter(outcome(company, sql) for sql in QUESTIONS["honest"].values())
    assert set(told) == {"answered", "differencing"}
    assert told["answered"] >= 40
    assert told["differencing"] < REFUSALS


def test_whichever_of_a_total_and_what_leaves_one_out_comes_first_closes_the_other(tmp_path: Path) -> None:
    """So totals are asked first; a review lets the project ask on, and opens no total that is closed."""
    totals_first, total_last = Company(ledger(tmp_path, "a" * 64)), Company(ledger(tmp_path, "b" * 64))
    assert [outcome(totals_first, sql) for sql in (TOTAL, WITHOUT_ONE, TOTAL)] == [
        "answered",
        "differencing",
        "answered",
    ]
    assert outcome(total_last, WITHOUT_ONE) == "answered"
    assert {outcome(total_last, TOTAL) for _ in range(REFUSALS)} == {"differencing"}
    assert outcome(total_last, WITHOUT_ONE) == "review"
    assert total_last.ledger.reviewed("try") == REFUSALS
    assert [outcome(total_last, sql) for sql in (TOTAL, WITHOUT_ONE)] == ["differencing", "answered"]


@pytest.mark.parametrize("name", QUESTIONS["survival"])
def test_survival_by_month_is_told_of_some_thousand_people(tmp_path: Path, name: str) -> None:
    """Nine of ten numbers and more, each near to what is so; a month in which few died tells no number of them."""
    sql = QUESTIONS["survival"][name]
    told, truth = Company(ledger(tmp_path), people=MANY_PEOPLE).rows(sql), exact(sql, MANY_PEOPLE)
    assert _numbers(told) >= 0.9 * _numbers(truth)
    keys = len(truth) > 1
    so = {row[:keys]: row for row in truth}
    for row in told:
        assert all(one is None or abs(one - true) <= NOISE for one, true in zip(row, so[row[:keys]], strict=True))


def test_who_is_alive_and_who_left_is_told_under_one_ledger(tmp_path: Path) -> None:
    """Deaths alone as well are refused: beside the leavers more months stand, and with them a few who died."""
    one = Company(ledger(tmp_path), people=MANY_PEOPLE)
    told = [outcome(one, sql) for sql in QUESTIONS["survival"].values()]
    assert told == ["answered", "answered", "differencing"]


def _numbers(rows: list[tuple[Any, ...]]) -> int:
    return sum(value is not None for row in rows for value in row)
