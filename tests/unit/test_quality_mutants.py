"""A comparison that is switched in any expectation is noticed by a test: the examples of the others show it."""

import duckdb
import pytest

from tests.unit.quality_mutants import Mutant, Shown, must_be_noticed, wrong

SQL = "select count(*) filter (where x < 7), count(*) filter (where x between 1 and 5) from numbers"
BELOW, LOW, HIGH = (
    "x <= 7 for x < 7",
    "(x > 1 AND x <= 5) for x BETWEEN 1 AND 5",
    "(x >= 1 AND x < 5) for x BETWEEN 1 AND 5",
)


@pytest.mark.long
def test_every_switched_comparison_is_noticed() -> None:
    assert must_be_noticed() == []


@pytest.mark.parametrize(
    ("values", "unnoticed"), [([], [BELOW, LOW, HIGH]), ([7], [LOW, HIGH]), ([1, 7], [HIGH]), ([1, 5, 7], [])]
)
def test_a_limit_that_no_example_shows_is_told(values: list[int], unnoticed: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select 3 as x")
        shown = Shown("it", SQL, [f"update numbers set x = {value}" for value in values])
        assert [mutant.switched for mutant in shown.unnoticed(connection)] == unnoticed


def test_only_what_is_not_noticed_can_be_called_equivalent() -> None:
    left = [Mutant("it", BELOW, ""), Mutant("it", LOW, "")]
    assert wrong(left, [f"it: {BELOW}", f"it: {HIGH}"]) == [
        f"no example notices it: {LOW}",
        f"not equivalent: it: {HIGH}",
    ]
    assert wrong(left, [f"it: {BELOW}", f"it: {LOW}"]) == []
