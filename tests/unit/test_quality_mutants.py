"""A comparison that is switched in any expectation is noticed by a test: the examples of the others show it."""

from tests.unit.quality_mutants import must_be_noticed


def test_every_switched_comparison_is_noticed() -> None:
    assert must_be_noticed() == []
