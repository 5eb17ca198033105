"""What a company's project may ask one after the other, under its one ledger; and of some thousand people."""

from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import pyarrow as pa
import pytest
import yaml

from sandbox.disclosure.control import STOPPED, results
from sandbox.disclosure.ledger import Since
from sandbox.disclosure.rules import NOISE, NUMBERS, REFUSALS
from sandbox.errors import DisclosureRefused, QueryRefused
from tests.unit.disclosure_world import MANY_PEOPLE, RULES, VALUE, Company, exact, ledger, outcome

QUESTIONS = yaml.safe_load((Path(__file__).parent / "disclosure_questions.yaml").read_text(encoding="utf-8"))
SALTS = 30
TOTAL = "select count(result_value) as n, avg(result_value) as mean from lab_result"
# What leaves out one or a few of those whom an earlier question told of.
DIFFER_BY_A_FEW = (
    "stays per person",
    "lab by code",
    "lab, median per person",
    "lab, last value",
    "home care per person and month, positions",
)
WITHOUT_ONE = f"{TOTAL} where result_value < {VALUE}"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(ledger(tmp_path))


def test_most_honest_questions_of_one_project_are_answered_and_the_others_differ_by_a_few(company: Company) -> None:
    """In the order of the file, totals before parts: all but five, by 212 numbers; two looks."""
    refused = []
    numbers = [0]
    for name, sql in QUESTIONS["honest"].items():
        if (found := outcome(company, sql)) == "review":
            numbers[-1] = company.look().numbers
            numbers.append(0)
            found = outcome(company, sql)
        if found != "answered":
            refused.append((name, found))
    numbers[-1] = company.ledger.since("try").numbers
    assert refused == [(name, "differencing") for name in DIFFER_BY_A_FEW]
    assert len(QUESTIONS["honest"]) - len(refused) == 76
    assert (len(numbers) - 1, sum(numbers), max(numbers) <= NUMBERS) == (2, 212, True)


@pytest.mark.long
@pytest.mark.parametrize(("seed", "answered"), [(1, 35), (2, 58), (3, 40)])
def test_in_a_shuffled_order_about_half_are_answered_until_somebody_looks(
    company: Company, seed: int, answered: int
) -> None:
    """What comes early closes totals for good, or uses up the numbers, as docs/reference/disclosure.md says."""
    asked = list(QUESTIONS["honest"].values())
    Random(seed).shuffle(asked)
    told = Counter(outcome(company, sql) for sql in asked)
    assert told["answered"] == answered
    assert told["differencing"] <= REFUSALS
    assert told["review"] == len(asked) - told["answered"] - told["differencing"] > 0


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
    assert total_last.look().refusals == REFUSALS
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


def test_after_many_new_numbers_somebody_has_to_look_and_old_ones_are_told_again(tmp_path: Path) -> None:
    one = Company(ledger(tmp_path), people=MANY_PEOPLE)
    asked = [
        f"select count(*) from person where birth_date >= date '{1933 + n // 4}-{1 + 3 * (n % 4)}-01'"
        for n in range(NUMBERS + 1)
    ]
    assert {outcome(one, sql) for sql in asked[:NUMBERS]} == {"answered"}
    assert [outcome(one, sql) for sql in (asked[NUMBERS], asked[0])] == ["review", "answered"]
    table = "select municipality_code, year(birth_date) as born, count(*) from person group by all"
    assert outcome(one, table) == "review"
    assert one.ledger.since("another") == Since(0, 0)
    assert one.look() == Since(0, NUMBERS)
    # Of a table with a hundred groups and more each person is in one.
    assert [outcome(one, sql) for sql in (asked[NUMBERS], table)] == ["answered", "answered"]
    assert one.look().numbers == 2


@pytest.mark.parametrize("kind", STOPPED)
def test_a_question_that_takes_too_much_counts_as_one_that_may_tell(tmp_path: Path, kind: str) -> None:
    """That it fits can depend on one person's rows; when somebody has to look, nothing more is asked of the engine."""
    book, asked = ledger(tmp_path), 0

    def stopped(**_: object) -> pa.Table:
        nonlocal asked
        asked += 1
        raise QueryRefused("expected less", kind=kind)

    for number in range(REFUSALS):
        assert book.since("try").refusals == number
        with pytest.raises(QueryRefused):
            results(stopped, project="try", rules=RULES, ledger=book)
    with pytest.raises(DisclosureRefused, match="took more than they may") as refusal:
        results(stopped, project="try", rules=RULES, ledger=book)
    assert (refusal.value.rule, asked) == ("review", REFUSALS)


def test_a_question_that_does_not_parse_counts_for_nothing(tmp_path: Path) -> None:
    def wrong(**_: object) -> pa.Table:
        raise QueryRefused("expected a column", kind="Binder Error")

    book = ledger(tmp_path)
    with pytest.raises(QueryRefused):
        results(wrong, project="try", rules=RULES, ledger=book)
    assert book.since("try") == Since(0, 0)


def test_a_table_of_events_costs_as_many_numbers_as_one_person_has_groups(company: Company) -> None:
    """Each month with her in it would be one more answer to take the mean of."""
    each = "select subject_id, count(distinct date_trunc('month', start_at)) as months from home_care_visit group by 1"
    ((most,),) = exact(f"select max(months) from ({each})")
    by_month = "select year(start_at) as y, month(start_at) as m, {} from home_care_visit group by all"
    assert outcome(company, by_month.format("count(*)")) == "answered"
    assert company.look().numbers == most > 10
    assert outcome(company, by_month.format("count(*), avg(delivered_minutes)")) == "answered"
    assert company.look().numbers == most, "the counts were told before"


# Whether she is dead, by the mean of many groups with her and others, less the same groups without: each differs from
# each other by many people, and each is moved by itself. She is alive.
WITH_HER, WITHOUT_HER = "birth_date < date '1934-01-01'", "birth_date between date '1931-03-08' and date '1933-12-31'"
YEARS = [(first, last) for first in range(1936, 1998, 4) for last in range(first + 4, 1999, 4)]


def _mean_of_differences(one: Company, hers: str, years: list[tuple[int, int]]) -> float:
    """How many of hers are dead, by all these groups; each question asks of one group with and without hers."""
    found = []
    for first, last in years:
        group = f"birth_date >= date '{first}-01-01' and birth_date < date '{last}-01-01'"
        (row,) = one.rows(
            f"select count(*) filter (where {hers} or ({group})), count(*) filter (where {group}) from person "
            "where death_date is not null"
        )
        found.append(row[0] - row[1])
    return mean(found)


@pytest.mark.long
def test_the_mean_of_many_answers_is_right_no_more_often_than_is_said_until_somebody_looks(tmp_path: Path) -> None:
    """Of all that is asked about her, 100 numbers; the page says how often the mean of these is right."""
    each = NUMBERS // 4
    assert len(YEARS) >= 2 * each
    right = 0
    for salt in range(SALTS):
        one = Company(ledger(tmp_path, sha256(str(salt).encode()).hexdigest()))
        found = _mean_of_differences(one, WITH_HER, YEARS[:each]) - _mean_of_differences(
            one, WITHOUT_HER, YEARS[each : 2 * each]
        )
        right += found < 0.5
        assert outcome(one, "select count(*) from person where death_date is not null") == "review"
    # 0.8 of sixty salts when this was written, and 0.97 of thirty within 200 numbers; who guesses is right in half.
    assert 0.5 <= right / SALTS <= 0.95
