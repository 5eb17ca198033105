"""The measures of the privacy report on cases small enough to see, and attackers that win when they should."""

import hashlib
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.privacy.brute_force import attack, guessed, numbers_of
from benchmarks.privacy.linkage import EQUAL_KEYS, ORDER, TwoSandboxes
from benchmarks.privacy.report import equally_far
from benchmarks.privacy.spellings import SPELLINGS, Identifier, Note
from benchmarks.privacy.text import Found, compare, interval
from pseudonymisation.pseudonyms import Pseudonymiser
from pseudonymisation.redaction.spans import Span
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms
from sandbox.tables import SUBJECT_KEY
from tests.unit.sandbox_warehouse import PEOPLE, build_warehouse

NOTE = Note(
    "Set Mette Hansen, tlf. 20304050, d. 1/2.",
    (Identifier(4, 16, "name"), Identifier(23, 31, "phone"), Identifier(36, 39, "date")),
)


def keys(project: str) -> ProjectKeys:
    return ProjectKeys(
        key=lambda kind: hashlib.sha256(f"{project}/{kind}".encode()).digest(), version=lambda kind: "k1"
    )


def span(start: int, end: int) -> Span:
    return Span(start, end, "PERSON", "word.list")


@pytest.mark.parametrize(
    ("spans", "found", "right", "replaced"),
    [
        ([span(4, 16), span(23, 31)], {"name": 1, "phone": 1}, 2, 2),
        ([span(4, 9), span(10, 16)], {"name": 1}, 2, 2),
        ([span(4, 9)], {}, 1, 1),
        ([span(0, 3), span(17, 40)], {"phone": 1}, 1, 2),
        ([], {}, 0, 0),
    ],
)
def test_an_identifier_is_found_when_each_of_its_letters_is(
    spans: list[Span], found: dict[str, int], right: int, replaced: int
) -> None:
    told = Found()
    compare(NOTE, spans, told)
    assert (dict(told.there), dict(told.found)) == ({"name": 1, "phone": 1}, found)
    assert (told.right, told.replaced) == (right, replaced)
    assert not any("Hansen" in miss or "20304050" in miss for miss in told.misses)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_places_are_carried_along(spelling: str) -> None:
    spelt = SPELLINGS[spelling](NOTE, random.Random(1))
    assert [one.kind for one in spelt.truth] == ["name", "phone", "date"]
    name = spelt.text[spelt.truth[0].start : spelt.truth[0].end]
    assert name.replace(" ", "").replace("\n", "").lower().replace("rn", "m").replace("c", "e") == "mettehansen"


def test_an_interval_holds_the_share_and_narrows() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    low, high = interval(98, 100)
    assert low < 0.98 < high
    assert interval(980, 1000)[0] > low


def test_projects_with_one_key_are_joined_and_with_two_they_are_not(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path / "cohort.duckdb")
    same = TwoSandboxes(warehouse, tmp_path / "spill", dates="exact", keys=(keys("one"), keys("one")))
    found = {attack.name: attack for attack in same.attacks()}
    assert found[EQUAL_KEYS].right > 50
    assert found[ORDER].right == same.people == PEOPLE - 2
    two = TwoSandboxes(warehouse, tmp_path / "spill", dates="exact", keys=(keys("one"), keys("two")))
    found = {attack.name: attack for attack in two.attacks()}
    assert found[EQUAL_KEYS].right == 0
    assert found[ORDER].right < PEOPLE - 2
    # Each of the people was born in another month: exact birth dates join them all, whatever the keys.
    assert found["birth_date"].right == PEOPLE - 2
    assert found["birth_date"].wrong == 0


def test_moved_dates_join_fewer_than_exact_ones(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path / "cohort.duckdb")
    two = TwoSandboxes(warehouse, tmp_path / "spill", dates="shifted", keys=(keys("one"), keys("two")))
    found = {attack.name: attack for attack in two.attacks()}
    assert found["birth_date"].right == 0
    assert found["times in hospital_stay"].right <= equally_far(PEOPLE)
    assert two.anonymity().smallest >= 1


def test_classes_of_people_who_are_alike_are_counted(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path / "cohort.duckdb")
    month = TwoSandboxes(warehouse, tmp_path / "spill", dates="month", keys=(keys("one"), keys("two")))
    # Even people are women of 1940 in Horsens, odd ones men of 1980 in Aarhus: two classes of five.
    assert month.anonymity().smallest == 5
    assert month.anonymity().below == {2: 0.0, 5: 0.0, 10: 1.0}


def test_whoever_guesses_the_key_finds_people_and_nobody_else_does() -> None:
    born, number = date(1950, 1, 1), "0101501234"
    for key, finds in ((bytes(32), True), (b"oeverum".ljust(32, b"\0"), True), (bytes(range(32)), False)):
        person = Pseudonymiser(key, remember=False)(pa.array([number]))
        (subject,) = project_pseudonyms(person, key=key).to_pylist()
        tries = attack([subject], [born])
        assert tries.found == (frozenset([subject]) if finds else frozenset())
        assert attack([subject], [born], [guessed(key)]).found == frozenset([subject])
    assert keys("one").of(SUBJECT_KEY) != keys("two").of(SUBJECT_KEY)


def test_the_numbers_of_a_day_are_those_of_its_century() -> None:
    assert len(numbers_of(date(1950, 1, 1))) == 6000
    assert {n[6] for n in numbers_of(date(1950, 1, 1))} == set("012349")
    assert {n[6] for n in numbers_of(date(2010, 1, 1))} == set("456789")
    assert {n[6] for n in numbers_of(date(1890, 1, 1))} == set("5678")
