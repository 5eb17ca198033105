"""Dates in texts of any kind: a move undone gives the date back, weekdays stay, and a person has one move."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pseudonymisation.dates import MAX_WEEKS, MONTHS, dates_in, shifted_text, weeks_of

WRITTEN = date(2024, 3, 20)
KEY = bytes(range(32))

days = st.dates(date(1930, 1, 1), date(2030, 12, 31))
weeks = st.integers(-MAX_WEEKS, MAX_WEEKS).filter(bool)


@given(
    days,
    weeks,
    st.sampled_from(
        ["{0.day}.{0.month}.{0.year}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}", "{0:%d/%m-%Y}", "{0.day}. {m} {0.year}"]
    ),
    st.text(alphabet=" abcæøå,;\n", max_size=8),
)
def test_a_move_undone_gives_the_date_back(day: date, move: int, form: str, around: str) -> None:
    text = f"{around} {form.format(day, m=MONTHS[day.month - 1])} {around}"
    there = shifted_text(text, days=7 * move, written_on=WRITTEN)
    (found,) = dates_in(there, written_on=WRITTEN)
    assert found.day == day + timedelta(weeks=move)
    assert found.day.weekday() == day.weekday()
    (back,) = dates_in(shifted_text(there, days=-7 * move, written_on=WRITTEN), written_on=WRITTEN)
    assert back.day == day


@given(days, weeks)
def test_a_date_without_a_year_is_the_one_nearest_to_the_note(day: date, move: int) -> None:
    there = shifted_text(f"{day.day}/{day.month}", days=7 * move, written_on=day)
    (found,) = dates_in(there, written_on=day + timedelta(weeks=move))
    assert found.day == day + timedelta(weeks=move)


@given(st.lists(st.integers(0, 2**63 - 1), unique=True, max_size=50))
def test_a_person_moves_by_whole_weeks_that_the_key_tells(people: list[int]) -> None:
    made = weeks_of(pa.array(people, pa.int64()), key=KEY).to_pylist()
    assert all(week and abs(week) <= MAX_WEEKS for week in made)
    assert made == [weeks_of(pa.array([one], pa.int64()), key=KEY)[0].as_py() for one in people]
