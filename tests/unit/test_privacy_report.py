"""The measures of the privacy report on cases small enough to see, and attackers that win when they should."""

import hashlib
import random
import re
from base64 import b32encode
from collections.abc import Callable
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import get_args

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.privacy.brute_force import DAYS_AT_ONCE, GUESSES, Tries, attack, keyed, numbers_of, unkeyed
from benchmarks.privacy.linkage import RULES, Anonymity, Attack, Joined, TwoSandboxes, equal_moves, equally_far
from benchmarks.privacy.page import page
from benchmarks.privacy.spellings import SPELLINGS, Identifier, Note
from benchmarks.privacy.text import TARGETS, Found, Measured, compare, interval
from benchmarks.privacy.ways import ORDER, Group, Way
from ingestion.cpr import judge
from pseudonymisation.pseudonyms import Pseudonymiser
from pseudonymisation.redaction.spans import Span
from sandbox.dates import Dates
from sandbox.permits.model import DateRule
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms, record_pseudonyms
from tests.unit.sandbox_warehouse import PEOPLE, build_warehouse

pytestmark = pytest.mark.long

NOTE = Note(
    "Set Mette Hansen, tlf. 20304050, d. 1/2.",
    (Identifier(4, 16, "name"), Identifier(23, 31, "phone"), Identifier(36, 39, "date")),
)


def keys(project: str) -> ProjectKeys:
    return ProjectKeys(
        key=lambda kind, _: hashlib.sha256(f"{project}/{kind}".encode()).digest(), version=lambda kind: "k1"
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
    missed = {kind: places.total() for kind, places in told.misses.items()}
    assert missed == {kind: n for kind in told.there if (n := told.there[kind] - told.found[kind])}
    assert not any("Hansen" in place or "20304050" in place for places in told.misses.values() for place in places)


def test_precision_of_characters_counts_what_is_lost_besides() -> None:
    told = Found()
    compare(NOTE, [span(0, 16), span(9, 20)], told)
    assert (told.right_characters, told.replaced_characters) == (12, 20)
    assert told.precision_of_characters == 0.6


def test_a_target_is_met_by_notes_that_have_such_identifiers_only() -> None:
    told = Found()
    for kind in TARGETS:
        told.there[kind], told.found[kind] = 100, 100
    told.found["name"] = 97
    told.there["cpr"] = told.found["cpr"] = 0
    checks = Measured(notes=1, characters=40, known=told, alone=told, spelt={}).checks()
    assert [name for name, holds in checks.items() if not holds] == [
        "recall of cpr at least 0.995",
        "recall of name at least 0.98",
    ]


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


def two_sandboxes(folder: Path, dates: DateRule, *projects: str) -> TwoSandboxes:
    warehouse = build_warehouse(folder / "cohort.duckdb")
    one, other = (keys(project) for project in projects)
    return TwoSandboxes(warehouse, folder / "spill", dates=dates, keys=(one, other))


def by_name(two: TwoSandboxes) -> dict[str, Attack]:
    return {f"{attack.way.group}: {attack.way.name}": attack for attack in two.attacks()}


def test_projects_with_one_key_are_joined_and_with_two_they_are_not(tmp_path: Path) -> None:
    same = two_sandboxes(tmp_path / "same", "exact", "one", "one")
    found = by_name(same)
    assert len(same.names("a") & same.names("b")) > 50
    assert len(found[f"names: {ORDER}"].right) == same.people == PEOPLE - 2
    assert len(found["names: 6 letters of a subject"].right) == PEOPLE - 2
    assert not found[f"names: {ORDER}"].holds("exact", same.people)
    two = two_sandboxes(tmp_path / "two", "exact", "one", "two")
    found = by_name(two)
    assert not two.names("a") & two.names("b")
    assert not found["names: 6 letters of a subject"].right
    # Each of the people was born in another month: exact birth dates join them all, whatever the keys.
    assert len(found["columns: person.birth_date"].right) == found["columns: person.birth_date"].unique == PEOPLE - 2
    assert found["columns: person.birth_date"].wrong == 0


@pytest.mark.parametrize("dates", RULES)
def test_no_way_joins_more_than_the_original_rows_allow(tmp_path: Path, dates: DateRule) -> None:
    two = two_sandboxes(tmp_path, dates, "one", "two")
    found = list(two.attacks())
    assert {attack.way.group for attack in found} == set(get_args(Group))
    assert [attack.way.name for attack in found if not attack.holds(dates, two.people)] == []


def test_intervals_in_a_row_join_people_whose_days_are_moved(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path / "cohort.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            # Four intervals of everybody's own, and one day so late that no cut at the end of the data reaches them.
            "insert into marts.dispensing by name select 1000 + 10 * n + k as dispensing_id, person_id, 'C03CA01' as "
            "atc_code, if(k < 5, date '2020-04-01' + cast(k * k * (n + 1) as integer), date '2023-01-01') as "
            "dispensed_date from (select person_id, row_number() over (order by person_id) as n from marts.person), "
            "range(6) as step(k)"
        )
    two = TwoSandboxes(warehouse, tmp_path / "spill", dates="shifted", keys=(keys("one"), keys("two")))
    found = by_name(two)
    assert len(found["intervals: 3 in a row in dispensing"].right) == PEOPLE - 2
    assert len(found["times: in dispensing"].right) <= equally_far(PEOPLE - 2, "weeks")


def test_a_release_that_shows_more_than_its_rule_allows_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dates, "value", lambda self, table, column, data_type: f'source."{column}"')
    two = two_sandboxes(tmp_path, "month", "one", "two")
    born = by_name(two)["columns: person.birth_date"]
    assert (len(born.right), born.unique) == (PEOPLE - 2, 0)
    assert not born.holds("month", two.people)


def test_moved_days_may_join_only_whom_both_move_equally_far() -> None:
    times = Attack(Way("times", "in note", "", "weeks"), frozenset(map(str, range(40))), wrong=0, unique=520)
    assert times.base_rate("shifted", 1_000) == pytest.approx(0.01)
    assert times.base_rate("exact", 1_000) == pytest.approx(0.52)
    assert (times.holds("exact", 1_000), times.holds("shifted", 1_000)) == (True, False)
    assert equally_far(520, "weeks") < 40
    assert equal_moves("weeks") == pytest.approx(1 / 52)
    assert 1 / 13 < equal_moves("months") < 1 / 11


def test_classes_of_people_who_are_alike_are_counted(tmp_path: Path) -> None:
    # Even people are women of 1940 in Horsens, odd ones men of 1980 in Aarhus: two classes of five.
    month = two_sandboxes(tmp_path, "month", "one", "two")
    for side in "ab":
        assert month.anonymity(side) == Anonymity({5: PEOPLE - 2})
    assert Anonymity({1: 1, 5: 5, 10: 30}).smallest == 1
    assert [Anonymity({1: 10, 5: 30}).below(size) for size in (1, 2, 5, 6)] == [0.0, 0.25, 0.25, 1.0]


BORN = date(1950, 1, 1)


def subject_of(number: bytes, key: bytes, named: Callable[..., pa.Array] = project_pseudonyms) -> str:
    (subject,) = named(Pseudonymiser(key, remember=False)(pa.array([number.decode()])), key=key).to_pylist()
    return str(subject)


@pytest.mark.parametrize("named", [project_pseudonyms, record_pseudonyms])
def test_whoever_has_the_key_finds_people_and_nobody_else_does(named: Callable[..., pa.Array]) -> None:
    number = numbers_of(BORN)[300]
    true, guessed = bytes(range(32)), bytes(32)
    subject = subject_of(number, true, named)
    assert attack([subject], [BORN], [keyed(true, true)]).found == {subject}
    assert attack([subject], [BORN], [keyed(guessed, guessed), unkeyed("sha256")]).found == frozenset()
    assert attack([subject], [date(1950, 1, 2)], [keyed(true, true)]).found == frozenset()


@pytest.mark.parametrize("named", [project_pseudonyms, record_pseudonyms])
@pytest.mark.parametrize("guess", GUESSES)
def test_a_key_that_is_guessed_finds_who_was_named_with_it(guess: str, named: Callable[..., pa.Array]) -> None:
    subject = subject_of(numbers_of(BORN)[300], GUESSES[guess], named)
    assert attack([subject], [BORN], [keyed(key, key) for key in GUESSES.values()]).found == {subject}


@pytest.mark.parametrize("name", ["sha256", "md5"])
def test_a_name_that_is_an_unkeyed_hash_is_found(name: str) -> None:
    number = numbers_of(BORN)[7]
    subject = b32encode(hashlib.new(name, number).digest()).decode()[:12]
    tries = attack([subject, "A" * 12], [BORN], [unkeyed("sha256"), unkeyed("md5")])
    assert tries == Tries(len(numbers_of(BORN)), 2, frozenset([subject]))


def test_days_are_shared_out_over_processes_and_none_is_left_out() -> None:
    days = [BORN + timedelta(days) for days in range(DAYS_AT_ONCE + 1)]
    subjects = [subject_of(numbers_of(day)[0], bytes(32)) for day in (days[0], days[-1])]
    tries = attack(subjects, days, [keyed(bytes(32), bytes(32))])
    assert tries.found == set(subjects)
    assert tries.numbers == sum(len(numbers_of(day)) for day in days)


@pytest.mark.parametrize(
    ("born", "sevenths"),
    [(date(1950, 1, 1), b"012349"), (date(2010, 1, 1), b"456789"), (date(1890, 1, 1), b"5678")],
)
def test_the_numbers_of_a_day_are_those_of_its_century_with_a_right_control_digit(born: date, sevenths: bytes) -> None:
    found = numbers_of(born)
    assert {number[6] for number in found} == set(sevenths)
    everyone = [f"{born:%d%m%y}{chr(seventh)}{rest:03d}" for seventh in sevenths for rest in range(1000)]
    judged = judge(pa.array(everyone))
    right = pc.and_(judged.lawful, pc.invert(judged.fails_modulus_11))
    assert [number.decode() for number in found] == pa.array(everyone).filter(right).to_pylist()


def test_the_page_shows_every_way_and_every_miss_and_refers_to_nothing_outside(tmp_path: Path) -> None:
    told = Found()
    compare(NOTE, [span(4, 9)], told)
    two = two_sandboxes(tmp_path, "exact", "one", "two")
    one = Joined(two.people, 0, list(two.attacks()), (two.anonymity("a"), two.anonymity("b")))
    joined = dict.fromkeys(RULES, one)
    text = Measured(notes=1, characters=40, known=told, alone=told, spelt={"lower case": told})
    shown = page(text, joined, {"a target": True, "another": False}, day="2026-01-01")
    assert all(escape(attack.way.name) in shown for attack in joined["exact"].attacks)
    # A rule that shows fewer columns leaves ways out.
    fewer = joined | {"shifted": Joined(one.people, 0, one.attacks[1:], one.anonymity)}
    told_of_fewer = page(text, fewer, {}, day="2026-01-01")
    assert (shown.count("<td></td>"), told_of_fewer.count("<td></td>")) == (0, 2)
    assert "not met" in shown
    assert "Set [name], tlf. [phone]" in shown
    assert not re.search(r"https?:|src=|<script|Hansen|20304050", shown)
