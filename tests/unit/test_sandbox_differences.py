"""Two releases beside each other: what differs is told, and of few people no number."""

from pathlib import Path

import duckdb
import pytest

from sandbox.differences import FEW, differences
from tests.unit.sandbox_door import Place
from tests.unit.sandbox_warehouse import person


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, tables={"person": {"columns": ["sex"]}, "note": {"columns": ["note_type"]}})


def change(place: Place, sql: str) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(sql)


def told(place: Place, sql: str) -> dict[str, tuple[str, str, str]]:
    """What differs after a change of the warehouse."""
    before = place.release()
    change(place, sql)
    return {one.what: (one.before, one.after, one.change) for one in differences(before, place.release())}


def test_a_release_does_not_differ_from_itself(place: Place) -> None:
    release = place.release()
    assert differences(release, release) == []


def test_counts_that_differ_by_many_are_told(place: Place) -> None:
    assert told(place, "delete from marts.note where written_at < '2020-01-01'") == {"note, rows": ("16", "8", "-8")}


@pytest.mark.parametrize("notes", [0, 1, 6])
def test_of_a_few_no_number_is_told(place: Place, notes: int) -> None:
    """Neither by the change nor by the two counts, however many rows somebody has: 6 are more than the threshold."""
    written = ", ".join(
        f"({number}, {person(9)}, 1, timestamp '2019-05-0{number} 10:00:00', 'epikrise', 'Notat.')"
        for number in range(1, notes + 1)
    )
    if notes:
        change(place, f"insert into marts.note values {written}")
    found = told(
        place,
        f"delete from marts.cohort_membership where person_id = {person(9)}; "
        f"delete from marts.note where person_id = {person(9)}",
    )
    rows = ("not told", "few people differ")
    assert found.pop("subjects") == ("about 10", "about 10", FEW)
    assert found.pop("person, rows") == ("about 10", *rows)
    assert found == ({"note, rows": (f"about {16 + notes}", *rows)} if notes else {})


def test_of_rows_of_as_many_people_few_are_not_told(place: Place) -> None:
    found = told(place, "delete from marts.note where note_id in (select note_id from marts.note limit 2)")
    assert found == {"note, rows": ("about 16", "about 16", FEW)}


def test_rows_are_told_where_many_people_differ(place: Place) -> None:
    """Of the ten four are left."""
    gone = f"person_id in ({', '.join(str(person(number)) for number in range(4, 10))})"
    place.permit = place.put({"tables": place.permit.as_dict()["tables"], "small_cell_threshold": 3})
    found = told(place, f"delete from marts.cohort_membership where {gone}")
    assert found == {
        "subjects": ("10", "4", "-6"),
        "person, rows": ("10", "4", "-6"),
        "note, rows": ("16", "8", "-8"),
    }


def test_other_values_in_as_many_rows_are_told(place: Place) -> None:
    assert told(place, "update marts.note set note_type = 'other'") == {
        "note, rows": ("16", "16", "as many, other values")
    }


def test_what_the_permit_asks_for_otherwise_is_told(place: Place) -> None:
    before = place.release()
    place.permit = place.put({"tables": {"person": {"columns": ["sex", "birth_date"]}}, "title": "Another title"})
    found = {one.what: one for one in differences(before, place.release())}
    assert (found["note"].before, found["note"].after) == ("there", "not there")
    assert found["person, columns"].after == "subject_id string, sex string, birth_date date32[day]"
    assert found["permit title"].after == "Another title"
    assert "permit purpose" not in found
