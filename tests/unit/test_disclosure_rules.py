"""The rules of results, each by itself: threshold, dominance, complementary suppression, rounding, ledger."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.disclosure import control
from sandbox.disclosure.cells import BUCKETS, Cells, Groups, Told
from sandbox.disclosure.ledger import Ledger
from sandbox.disclosure.question import question
from sandbox.disclosure.rules import CELLS, Rules, about
from sandbox.errors import DisclosureRefused
from tests.unit.disclosure_world import PEOPLE, Company, exact

T = {"t": ["subject_id", "a", "b", "x"]}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(Ledger(tmp_path / "answers.sqlite"))


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table t (subject_id varchar, a integer, b integer, x double)")
        yield connection


def cells(engine: duckdb.DuckDBPyConnection, sql: str, threshold: int = 5) -> list[tuple[Any, ...]]:
    """What is told of the cells; counts are moved by two at most."""
    return [tuple(row.values()) for row in Cells(engine, question(sql, T), Rules(threshold), "s").answer().to_pylist()]


def people(engine: duckdb.DuckDBPyConnection, number: int, *, a: int = 0, b: int = 0, x: float = 1.0) -> None:
    """So many people more, each with one row."""
    engine.execute(
        "insert into t select 'p' || (n + (select count(*) from t)), ?, ?, ? from range(?) r(n)", [a, b, x, number]
    )


@pytest.mark.parametrize(("number", "told"), [(4, False), (5, True)])
def test_a_cell_has_as_many_people_as_the_threshold(engine: duckdb.DuckDBPyConnection, number: int, told: bool) -> None:
    people(engine, number)
    if told:
        assert cells(engine, "select count(*) from t")[0][0] in (5, 6, 7)
    else:
        with pytest.raises(DisclosureRefused, match="expected 5 people or more in a group") as refused:
            cells(engine, "select count(*) from t")
        assert refused.value.rule == "threshold"


def test_rows_are_not_people(engine: duckdb.DuckDBPyConnection) -> None:
    """Four people with a hundred rows are four people."""
    engine.execute("insert into t select 'p' || n % 4, 0, 0, 1 from range(100) r(n)")
    with pytest.raises(DisclosureRefused, match="5 people or more"):
        cells(engine, "select count(*) from t")


@pytest.mark.parametrize("counted", ["count(*) filter (where a = 1)", "count_if(a = 1)", "sum(if(a = 1, 1, 0))"])
@pytest.mark.parametrize(("yes", "told"), [(0, False), (4, False), (5, True), (20, True)])
def test_of_a_condition_that_few_or_none_fulfil_nothing_is_told(
    engine: duckdb.DuckDBPyConnection, counted: str, yes: int, told: bool
) -> None:
    """Of nobody as of few: else one would know by the difference that there is somebody."""
    people(engine, yes, a=1)
    people(engine, 20 - yes, a=0)
    ((number, everybody),) = cells(engine, f"select {counted} as n, count(*) from t")
    assert abs(everybody - 20) <= 2
    assert abs(number - yes) <= 2 if told else number is None


@pytest.mark.parametrize(("largest", "told"), [(80.0, True), (90.0, False)])
def test_no_one_person_makes_most_of_a_sum(engine: duckdb.DuckDBPyConnection, largest: float, told: bool) -> None:
    """All but the two largest make a tenth of the largest at least: 8.5 beside 80 and beside 90. A sum is moved by the
    largest at most.
    """
    people(engine, 17, x=0.5)
    people(engine, 1, x=20)
    people(engine, 1, x=largest)
    if told:
        total = 8.5 + 20 + largest
        assert cells(engine, "select sum(x) from t")[0][0] == pytest.approx(total, abs=largest)
        assert cells(engine, "select sum(x) from t")[0][0] != total
    else:
        with pytest.raises(DisclosureRefused, match="no one person makes most") as refused:
            cells(engine, "select avg(x) from t")
        assert refused.value.rule == "dominance"


def test_no_one_person_makes_most_of_a_spread(engine: duckdb.DuckDBPyConnection) -> None:
    """Of the sum she makes a little, of the squares nearly all."""
    people(engine, 500, x=10)
    people(engine, 1, x=500)
    ((mean, spread),) = cells(engine, "select avg(x), stddev(x) from t")
    assert mean == pytest.approx(5500 / 501, rel=0.1)
    assert spread is None


def test_a_spread_is_told_where_many_make_it(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute("insert into t select 'p' || n, 0, 0, 1000 + n % 10 from range(1000) r(n)")
    assert cells(engine, "select stddev(x), variance(x) from t")[0] == pytest.approx((2.87, 8.26), rel=0.02)


def test_no_one_person_makes_most_of_a_count(engine: duckdb.DuckDBPyConnection) -> None:
    people(engine, 10)
    engine.execute("insert into t select 'many', 0, 0, 1 from range(1000)")
    with pytest.raises(DisclosureRefused, match="no one person makes most"):
        cells(engine, "select count(*) from t")
    assert abs(cells(engine, "select count(distinct subject_id) from t")[0][0] - 11) <= 2


def test_the_smallest_beside_one_that_is_left_out_is_left_out_too(engine: duckdb.DuckDBPyConnection) -> None:
    """Its row and its column would give it away; a cell of nobody is none."""
    for a, b, number in ((0, 0, 3), (0, 1, 20), (0, 2, 30), (1, 0, 10), (1, 1, 25), (1, 2, 40), (2, 1, 50)):
        people(engine, number, a=a, b=b)
    told = {(a, b): n for a, b, n in cells(engine, "select a, b, count(*) from t group by a, b")}
    assert told.keys() == {(0, 2), (1, 2), (2, 1)}
    chosen = cells(engine, "select case when true then a end, b, count(*) from t group by 1, 2")
    assert len(chosen) == 6  # There a missing group would tell who was put into it.


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=10, max_size=80), st.integers(3, 8))
@settings(max_examples=60, deadline=None)
def test_of_no_margin_a_few_people_are_left_out(rows: list[tuple[int, int]], threshold: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (subject_id varchar, a integer, b integer, x double)")
        connection.executemany("insert into t values (?, ?, ?, 1)", [(f"p{n}", *row) for n, row in enumerate(rows)])
        try:
            told = cells(connection, "select a, b, count(*) from t group by a, b", threshold)
        except DisclosureRefused:
            return
        shown = {(a, b): n for a, b, n in told}
        assert min(shown.values()) >= threshold
        for margin in (lambda a, b: (), lambda a, b: (a,), lambda a, b: (b,)):
            for group in {margin(*row) for row in rows}:
                hidden = sum(margin(*row) == group and row not in shown for row in rows)
                anything = any(margin(*cell) == group for cell in shown)
                assert not anything or hidden == 0 or hidden >= threshold


def test_values_have_four_digits_and_counts_are_rounded_as_the_permit_says(company: Company) -> None:
    for value in company.rows("select avg(duration_minutes), sum(duration_minutes) from hospital_stay")[0]:
        assert value == float(f"{value:.4g}")
    rounded = Company(company.ledger, Rules(5, rounding=7))
    assert all(n % 7 == 0 for _, n in rounded.rows("select sex, count(*) as n from person group by sex"))


def test_order_and_limit_look_at_what_is_told_alone(company: Company) -> None:
    told = company.rows(
        "select main_diagnosis_code as code, count(*) as n from hospital_stay group by code order by n limit 1"
    )
    assert (
        told[0][0] != exact("select main_diagnosis_code from hospital_stay group by 1 order by count(*) limit 1")[0][0]
    )
    assert len(told) == 1


def test_too_many_groups_are_refused(engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute(f"insert into t select 'p' || n, n, 0, 1 from range({CELLS + 1}) r(n)")
    with pytest.raises(DisclosureRefused, match="at most 1,000 groups"):
        cells(engine, "select a, count(*) from t group by a")


@given(st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400), max_size=12))
def test_sketches_differ_in_no_more_buckets_than_there_are_people_in_one_alone(a: set[int], changed: set[int]) -> None:
    """So fewer than the threshold are always seen; of many, nearly never few are told."""
    hashes = np.random.default_rng(7).integers(0, 2**63, 401).astype(np.uint64)

    def sketch(members: set[int]) -> np.ndarray:  # type: ignore[type-arg]
        made = np.zeros(BUCKETS, np.uint64)
        for member in members:
            made[int(hashes[member]) % BUCKETS] ^= hashes[member]
        return made

    differing = np.count_nonzero(sketch(a) != sketch(a ^ changed))
    assert differing <= len(changed)
    assert (differing == 0) == (not changed)


def told(people: int, who: int, what: int, columns: frozenset[str] = frozenset()) -> Told:
    """A group whose sketches differ from those of noughts in so many buckets."""

    def sketch(number: int) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([int(n < number) for n in range(BUCKETS)], np.uint64)

    return Told(people, sketch(who), sketch(what), columns)


X, Y = frozenset(["t.x"]), frozenset(["t.y"])


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [
        (told(100, 0, 0), told(100, 0, 0), True),
        (told(100, 0, 0), told(101, 1, 1), False),
        (told(100, 0, 0), told(104, 4, 4), False),
        (told(100, 0, 0), told(105, 5, 5), True),
        (told(100, 0, 0), told(100, 0, 1), False),
        (told(100, 0, 0), told(100, 0, 5), True),
        (told(100, 0, 0, X), told(101, 1, 1, X), False),
        (told(100, 0, 0, X), told(101, 1, 1, X | Y), False),
        (told(100, 0, 0, X), told(101, 1, 1, Y), True),
        (told(100, 0, 0, X), told(101, 1, 1), True),
    ],
)
def test_what_differs_by_a_few_from_an_earlier_answer_is_refused(
    tmp_path: Path, before: Told, now: Told, passes: bool
) -> None:
    ledger = Ledger(tmp_path / "answers.sqlite")
    with ledger.of("p") as page:
        page.add(Groups([before]), 5)
    with ledger.of("other") as page:
        page.add(Groups([now]), 5)
    if passes:
        with ledger.of("p") as page:
            page.add(Groups([now]), 5)
        return
    with pytest.raises(DisclosureRefused, match="differs by fewer"), ledger.of("p") as page:
        page.add(Groups([now]), 5)
    with pytest.raises(DisclosureRefused, match="differs by fewer"), ledger.of("new") as page:
        page.add(Groups([before, now]), 5)


def test_of_two_at_once_one_waits_for_the_other(tmp_path: Path) -> None:
    """Else each would be compared with answers of which the other's is none."""
    ledger, inside, told_both = Ledger(tmp_path / "answers.sqlite"), threading.Event(), []

    def second() -> None:
        inside.wait()
        try:
            with ledger.of("p") as page:
                page.add(Groups([told(101, 1, 1)]), 5)
        except DisclosureRefused as refused:
            told_both.append(refused.rule)

    waiting = threading.Thread(target=second)
    waiting.start()
    with ledger.of("p") as page:
        inside.set()
        page.add(Groups([told(100, 0, 0)]), 5)
    waiting.join()
    assert told_both == ["differencing"]


def test_without_the_ledger_nothing_is_answered(company: Company) -> None:
    company.ledger.path.write_text("no database", encoding="utf-8")
    with pytest.raises(DisclosureRefused, match="ledger of answers, found that it cannot be used"):
        company.ask("select count(*) from person")


def test_a_refused_answer_is_not_remembered(company: Company) -> None:
    with pytest.raises(DisclosureRefused):
        company.ask("select birth_date, count(*) from person group by all")
    assert abs(company.rows("select count(*) from person")[0][0] - PEOPLE) <= 2


@pytest.mark.parametrize(("rows", "parts"), [(0, 1), (3_000_000, 1), (3_000_001, 2), (20_000_000, 8), (10**12, 64)])
def test_a_large_release_is_counted_in_parts_that_share_no_bucket(rows: int, parts: int) -> None:
    assert control._slices(rows) == parts
    assert BUCKETS % parts == 0


@given(number=st.integers(0, 10**7), more=st.integers(1, 4), threshold=st.integers(3, 50))
def test_what_is_told_unasked_is_in_steps_that_a_few_people_seldom_cross(
    number: int, more: int, threshold: int
) -> None:
    one, other = about(number, threshold), about(number + more, threshold)
    assert one == other or other - one >= 2 * threshold
    assert abs(one - number) <= max(10 * threshold, number / 8)
    crossed = sum(about(near, threshold) != about(near + 1, threshold) for near in range(number, number + 100))
    assert crossed <= 100 / (2 * threshold) + 2
