"""Distributions: people are counted and not rows, shares are coarse, and nothing of few people can be seen."""

import itertools
import math
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sandbox.codebook import counting, different, distribution, people
from sandbox.codebook.counting import told_of_columns
from sandbox.codebook.small_counts import SHOWN, STEPS, Masks, Span, chosen_edges, rounding_step, told_bins, told_values
from sandbox.errors import ReleaseError
from sandbox.parquet import write_parquet

KEY = bytes(range(16))
LEAST = 5


def spread(folder: Path, people: Sequence[int], coded: set[str] | None = None, **columns: pa.Array) -> dict[str, Any]:
    """The distributions of a table whose rows are of the people with these numbers, in rising order."""
    table = pa.table({"subject_id": pa.array([f"S{number:06}" for number in people], pa.string()), **columns})
    written = write_parquet(
        iter(table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]),
        path=folder / "person.parquet",
        rows=len(people),
        key=KEY,
        progress=lambda line: None,
    )
    of = coded if coded is not None else {name for name, kind in written.columns if kind == "string"}
    told = told_of_columns(
        folder / "person.parquet", key=KEY, columns=written.columns, coded=of, never_missing=(), least=LEAST
    )
    return {name: column["distribution"] for name, column in told.items()}


def texts(*counted: tuple[str | None, int]) -> pa.Array:
    return pa.array([value for value, count in counted for _ in range(count)], pa.string())


def shares(told: dict[str, Any]) -> dict[Any, int]:
    return {part["value"] if "value" in part else (part["from"], part["to"]): part["percent"] for part in told["parts"]}


@pytest.mark.parametrize(
    ("people", "least", "step"),
    [
        (500, 5, 1),
        (499, 5, 2),
        (250, 5, 2),
        (249, 5, 5),
        (100, 5, 5),
        (99, 5, 10),
        (50, 5, 10),
        (49, 5, 20),
        (25, 5, 20),
        (24, 5, None),
        (0, 5, None),
        (1_000_000, 100, 1),
    ],
)
def test_one_step_of_a_share_is_as_many_people_as_may_be_told(people: int, least: int, step: int | None) -> None:
    assert rounding_step(people, least) == step
    if step:
        assert step * people >= 100 * least
        assert all(finer * people < 100 * least for finer in STEPS if finer < step)


def test_people_are_counted_and_not_rows(tmp_path: Path) -> None:
    rows = [number for number in range(100) for _ in range(1 + 9 * (number < 50))]
    told = spread(tmp_path, rows, a=pa.array(["often" if number < 50 else "once" for number in rows]))["a"]
    assert shares(told) == {"often": 50, "once": 50}
    assert (told["of"], told["step_percent"], told["others_percent"]) == ("values", 5, None)


def test_a_column_may_be_called_as_anything(tmp_path: Path) -> None:
    numbers = pa.array([float(number) for number in range(100)])
    names = ("value", "low0", "high1", "mask0", "mask1", "count", "select", "Person")
    alone = spread(tmp_path, range(100), x=numbers, y=texts(("a", 50), ("b", 50)))
    for name in names:
        told = spread(tmp_path, range(100), coded={name, "y"}, y=texts(("a", 50), ("b", 50)), **{name: numbers})
        assert (told[name], told["y"]) == (alone["x"], alone["y"]), name
        told = spread(tmp_path, range(100), x=numbers, **{name: texts(("a", 50), ("b", 50))})
        assert (told["x"], told[name]) == (alone["x"], alone["y"]), name


def test_who_has_several_values_counts_under_each_and_once_among_the_others(tmp_path: Path) -> None:
    people = [number for number in range(100) for _ in range(3)]
    rare = [f"rare{number % 50}" if number < 100 else "b" for number in range(300)]
    told = spread(tmp_path, people, a=pa.array([*rare[:150], *["a"] * 150]))["a"]
    # 33 people and a part of another have rare values of two people and fewer, 18 have b, 50 have a.
    assert shares(told) == {"a": 50, "b": 15}
    assert told["others_percent"] == 35


def test_a_share_is_rounded_to_its_step_and_a_small_one_is_below_it(tmp_path: Path) -> None:
    told = spread(tmp_path, range(1_000), a=texts(("a", 986), ("b", 8), (None, 2), ("c", 4)))["a"]
    assert told["step_percent"] == 1
    # c alone would be hidden alone: b goes with it.
    assert (shares(told), told["others_percent"]) == ({"a": 99}, 1)
    few = spread(tmp_path, range(49), a=texts(("a", 29), ("b", 20)))["a"]
    assert (few["step_percent"], shares(few)) == (20, {"a": 60, "b": 40})


@pytest.mark.parametrize(
    ("counted", "shown", "others"),
    [
        # Exactly as many people as may be told.
        ([("a", 90), ("b", 5), ("c", 5)], {"a": 90, "b": 5, "c": 5}, None),
        # Two hidden values of together enough people.
        ([("a", 90), ("b", 5), ("c", 4), ("d", 1)], {"a": 90, "b": 5}, 5),
        # Two hidden values of too few people: the smallest shown one is hidden with them.
        ([("a", 90), ("b", 6), ("c", 2), ("d", 2)], {"a": 90}, 10),
        # One hidden value: it would be told by what all others leave.
        ([("a", 50), ("b", 46), ("c", 4)], {"a": 50}, 50),
        # Nothing is left that could be told.
        ([("a", 96), ("b", 4)], {}, None),
    ],
)
def test_what_is_hidden_cannot_be_reckoned(
    tmp_path: Path, counted: list[tuple[str, int]], shown: dict[str, int], others: int | None
) -> None:
    told = spread(tmp_path, range(100), a=texts(*counted))["a"]
    assert (shares(told), told["others_percent"]) == (shown, others)
    assert bool(told["why"]) == (not shown)


def test_at_most_twelve_values_are_shown_those_of_most_people(tmp_path: Path) -> None:
    told = spread(tmp_path, range(1_725), a=texts(*((f"v{number:02}", 150 - 5 * number) for number in range(15))))["a"]
    assert [part["value"] for part in told["parts"]] == [f"v{number:02}" for number in range(12)]
    # Values of equal shares stand in the order of the alphabet, whatever their exact counts.
    near = spread(tmp_path, range(1_000), a=texts(("z", 502), ("y", 498)))["a"]
    assert [part["value"] for part in near["parts"]] == ["y", "z"]


def test_keys_and_what_somebody_wrote_are_never_counted(tmp_path: Path) -> None:
    same = texts(("the same for all", 100))
    told = spread(tmp_path, range(100), {"note_id", "sex"}, note_id=same, note_text=same, drug=same, sex=same)
    assert {name: (one["of"], one["why"]) for name, one in told.items()} == {
        "subject_id": ("", "a key"),
        "note_id": ("", "a key"),
        "note_text": ("", "free text"),
        "drug": ("", "free text"),
        "sex": ("values", ""),
    }
    assert [name for name, one in told.items() if one["parts"]] == ["sex"]


def test_of_a_list_without_end_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "LISTED", 3)
    told = spread(tmp_path, range(100), a=texts(*((v, 25) for v in "abcd")), b=texts(("a", 50), ("b", 30), ("c", 20)))
    assert (told["a"]["parts"], told["a"]["why"]) == ([], "too many different values")
    assert shares(told["b"]) == {"a": 50, "b": 30, "c": 20}


def test_booleans_and_coded_numbers_are_values(tmp_path: Path) -> None:
    told = spread(
        tmp_path,
        range(100),
        {"level"},
        yes=pa.array([number < 30 for number in range(100)]),
        level=pa.array([number % 2 + 8 for number in range(100)], pa.int32()),
    )
    assert shares(told["yes"]) == {"false": 70, "true": 30}
    assert shares(told["level"]) == {"8": 50, "9": 50}


def test_numbers_are_told_in_round_ranges_that_are_open_at_both_ends(tmp_path: Path) -> None:
    chance = random.Random(1)
    told = spread(tmp_path, range(2_000), kg=pa.array([chance.gauss(70, 12) for _ in range(2_000)]))["kg"]
    ends = [part["from"] for part in told["parts"]]
    assert told["of"] == "numbers"
    assert ends == [None, 50, 55, 60, 65, 70, 75, 80, 85]
    assert [part["to"] for part in told["parts"]] == [*ends[1:], None]
    assert sum(part["percent"] for part in told["parts"]) in range(97, 104)


@pytest.mark.parametrize(
    ("span", "whole", "edges"),
    [
        (Span(1, 5, 3), True, [2, 3, 4, 5]),
        (Span(0, 10, 0), True, list(range(1, 11))),
        (Span(20, 88, 50), True, [30, 40, 50, 60, 70, 80]),
        (Span(-250, 900, 100), True, [-200, 0, 200, 400, 600, 800]),
        (Span(0.31, 0.94, 0.5), False, [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
        (Span(30, 40_000, 200), True, [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000]),
        (Span(0, 50_000, 0), True, [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]),
        (Span(0, 40, 0), True, [1, 2, 5, 10, 20]),
        (Span(7, 7, 7), True, []),
        (Span(0, 0, 0), False, []),
    ],
)
def test_the_edges_are_round(span: Span, whole: bool, edges: list[float]) -> None:
    assert chosen_edges(span, whole=whole, most=10) == edges


def test_edges_are_round_and_not_of_these_very_people(tmp_path: Path) -> None:
    """Edges are 1, 2 or 5 times a power of ten, or multiples of one that are as far from each other."""
    chance = random.Random(2)
    for make in (
        lambda: chance.gauss(70.123, 12),
        lambda: chance.lognormvariate(3, 2),
        lambda: chance.uniform(-1e-3, 1e-3),
        lambda: chance.expovariate(1e-7),
    ):
        numbers = [make() for _ in range(400)]
        edges = [part["to"] for part in spread(tmp_path, range(400), x=pa.array(numbers))["x"]["parts"][:-1]]
        assert 4 <= len(edges) <= 11
        assert all(len(Decimal(str(edge)).normalize().as_tuple().digits) <= 3 for edge in edges), edges
        # Other people of the same kind give the same edges, so that these do not come from the people.
        moved = [number * (1 + 1e-6) for number in numbers]
        again = [part["to"] for part in spread(tmp_path, range(400), x=pa.array(moved))["x"]["parts"][:-1]]
        assert edges == again


def test_one_extreme_number_changes_nothing(tmp_path: Path) -> None:
    numbers = [float(50 + number % 50) for number in range(1_000)]
    usual = spread(tmp_path, range(1_000), x=pa.array(numbers))["x"]
    assert len(usual["parts"]) == 10
    for odd in (1e30, -1e30, 1e-300, math.inf):
        assert spread(tmp_path, range(1_000), x=pa.array([odd, *numbers[1:]]))["x"] == usual
    # Nor do many numbers of the same person.
    people, odd_ones = [0] * 3_000 + list(range(1, 1_000)), [1e6 + number for number in range(3_000)]
    assert spread(tmp_path, people, x=pa.array([*odd_ones, *numbers[1:]]))["x"] == usual


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    usual = [float(number % 10) for number in range(100)]
    for none in (None, math.nan, math.inf, -math.inf):
        told = spread(tmp_path, range(200), x=pa.array([*usual, *[none] * 100], pa.float64()))["x"]
        assert sum(part["percent"] for part in told["parts"]) == 50


def test_a_range_of_few_people_goes_together_with_its_neighbour(tmp_path: Path) -> None:
    # 1 to 10, each of ten people but 3 of four and 9 of nobody.
    numbers = [number for number in range(1, 11) for _ in range({3: 4, 9: 0}.get(number, 12))]
    told = spread(tmp_path, range(100), x=pa.array(numbers, pa.int64()))["x"]
    assert [(part["from"], part["to"]) for part in told["parts"]] == [
        (None, 2), (2, 3), (3, 5), (5, 6), (6, 7), (7, 8), (8, 9), (9, None),
    ]  # fmt: skip


def test_two_ranges_of_the_same_few_people_are_few_people() -> None:
    # Four people in both of the first ranges are four and not eight.
    masks: Masks = Counter({0b0011: 4, 0b0100: 50, 0b1000: 50})
    told = told_bins(masks, [10, 20, 30], people=104, step=5, least=LEAST)
    assert shares(told) == {(None, 30): 50, (30, None): 50}
    masks = Counter({0b001: 50, 0b010: 50, 0b100: 1})
    assert shares(told_bins(masks, [10, 20], people=101, step=5, least=LEAST)) == {(None, 10): 50, (10, None): 50}


def test_years_are_whole_and_few_people_have_none_of_their_own(tmp_path: Path) -> None:
    # Each year five people, but in 2015 four and in 1871 one.
    years = [1871, *[2015] * 4, *[year for year in range(2010, 2030) for _ in range(5 if year != 2015 else 0)]]
    people = range(len(years))
    days = pa.array([date(year, 1 + at % 12, 1 + at % 28) for at, year in enumerate(years)])
    times = pa.array([datetime(day.year, day.month, day.day, 23, 59) for day in days.to_pylist()], pa.timestamp("us"))
    told = spread(tmp_path, people, day=days, at=times)
    assert told["day"] == told["at"]
    assert told["day"]["of"] == "years"
    spans = [(part["from"], part["to"]) for part in told["day"]["parts"]]
    assert (2014, 2015) in spans
    assert (2015, 2017) in spans
    assert (2016, 2017) not in spans
    assert "1871" not in str(told)


def test_many_years_are_told_in_spans(tmp_path: Path) -> None:
    days = pa.array([date(1920, 1, 1) + timedelta(days=30 * at) for at in range(1_000)])
    told = spread(tmp_path, range(1_000), day=days)["day"]
    assert [part["to"] for part in told["parts"][:-1]] == list(range(1925, 2000, 5))


@pytest.mark.parametrize("number", [0, 24])
def test_of_few_people_nothing_is_told(tmp_path: Path, number: int) -> None:
    told = spread(tmp_path, range(number), a=texts(("same", number)), n=pa.array(range(number), pa.int64()))
    assert [one["parts"] for one in told.values()] == [[], [], []]
    assert {told["a"]["why"], told["n"]["why"]} == {"too few people" if number else "no rows"}
    more = spread(tmp_path, range(25), a=texts(("same", 25)))["a"]
    assert (shares(more), more["step_percent"]) == ({"same": 100}, 20)


@pytest.mark.parametrize("numbers", [[None] * 100, [7] * 100, [None] * 96 + [1, 5, 9, 20]])
def test_numbers_that_cannot_be_told_apart_have_no_distribution(tmp_path: Path, numbers: list[int | None]) -> None:
    told = spread(tmp_path, range(100), x=pa.array(numbers, pa.int64()))["x"]
    assert (told["of"], told["parts"]) == ("", [])
    assert told["why"] == "too few people, or too little between them"


@pytest.mark.long
def test_pieces_of_the_file_do_not_change_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    numbers = sorted(chance.choices(range(300), k=3_000))
    columns = {
        "a": pa.array([chance.choice("aaaabbbccd") for _ in numbers]),
        "n": pa.array([chance.randrange(90) for _ in numbers], pa.int64()),
        "day": pa.array([date(2010, 1, 1) + timedelta(days=chance.randrange(4_000)) for _ in numbers]),
    }
    whole = spread(tmp_path, numbers, **columns)
    assert [len(whole[name]["parts"]) > 3 for name in columns] == [True] * 3
    assert spread(tmp_path, numbers, **columns) == whole
    for size, kept in itertools.product((1, 7, 1_000), (0, 20_000, people.PIECE_BYTES)):
        monkeypatch.setattr(people, "ROW_GROUP_ROWS", size)
        monkeypatch.setattr(people, "PIECE", 2)
        monkeypatch.setattr(counting, "KEPT_BYTES", kept)
        assert spread(tmp_path, numbers, **columns) == whole, (size, kept)


def test_rows_out_of_order_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "ROW_GROUP_ROWS", 10)
    monkeypatch.setattr(people, "PIECE", 1)
    with pytest.raises(ReleaseError, match=r"person\.parquet: expected rows in the order of subject_id, found others"):
        spread(tmp_path, [*range(50), *range(50)], a=texts(("a", 100)))


@pytest.mark.parametrize("seed", range(20))
def test_nothing_of_few_people_can_be_seen(tmp_path: Path, seed: int) -> None:
    """Against a count in plain Python, of people with several values of very different frequencies."""
    chance = random.Random(seed)
    number = chance.choice([30, 120, 600])
    people = sorted(chance.choices(range(number), k=3 * number))
    codes = [f"c{int(chance.expovariate(0.3))}" for _ in people]
    values = [round(chance.lognormvariate(2, 1.5)) for _ in people]
    told = spread(tmp_path, people, a=pa.array(codes), n=pa.array(values, pa.int64()))
    there = len(set(people))
    step = rounding_step(there, LEAST)

    def share(those: set[int]) -> int:
        assert len(those) >= LEAST
        assert step
        return step * math.floor(100 * len(those) / there / step + 0.5)

    having = {code: {who for who, one in zip(people, codes, strict=True) if one == code} for code in set(codes)}
    shown = shares(told["a"])
    hidden = having.keys() - shown.keys()
    assert shown == {code: share(having[code]) for code in shown}
    assert len(shown) <= SHOWN
    if shown and hidden:
        assert len(hidden) > 1
        assert told["a"]["others_percent"] == share(set().union(*(having[code] for code in hidden)))
    else:
        assert told["a"]["others_percent"] is None
    for part in told["n"]["parts"]:
        low = -math.inf if part["from"] is None else part["from"]
        high = math.inf if part["to"] is None else part["to"]
        assert part["percent"] == share({who for who, n in zip(people, values, strict=True) if low <= n < high})


def test_values_of_which_none_may_be_told_are_not_others_either() -> None:
    assert told_values(Counter({0b1: 3}), [], 1, people=100, step=5, least=LEAST)["others_percent"] is None
    assert told_values(Counter({0: 100}), [], 0, people=100, step=5, least=LEAST)["why"] == "no values"


def test_of_long_texts_no_more_is_kept_than_of_short_ones() -> None:
    with different.bounded_engine() as engine:
        different_texts = different.Different(engine)
        before = pa.total_allocated_bytes()
        for first in range(0, 3_000, 1_000):
            different_texts.look(pa.array([f"{number:020000}" for number in range(first, first + 1_000)]))
        assert different_texts.band() == "1,001 to 10,000"
        assert pa.total_allocated_bytes() - before < 1_000_000


def test_a_file_that_is_damaged_is_refused_in_the_words_of_a_release(tmp_path: Path) -> None:
    spread(tmp_path, range(100), a=texts(("a", 50), ("b", 50)))
    path = tmp_path / "person.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(ReleaseError, match=r"person\.parquet cannot be read with the key of the release"):
        told_of_columns(path, key=KEY, columns=[("a", "string")], coded={"a"}, never_missing=(), least=LEAST)


def test_a_row_of_nobody_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "person.parquet"
    rows = pa.record_batch({"subject_id": pa.array([None, "S1", "S2"]), "a": pa.array(["a", "a", "b"])})
    write_parquet(iter([rows]), path=path, rows=3, key=KEY, progress=lambda line: None)
    with pytest.raises(ReleaseError, match="expected rows in the order of subject_id"):
        told_of_columns(path, key=KEY, columns=[("a", "string")], coded={"a"}, never_missing=(), least=LEAST)
