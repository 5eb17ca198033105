"""Attacks on results, and honest questions: none tells of the one who is looked for, and all are answered."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import comb
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.disclosure import control
from sandbox.disclosure.cells import groups_of
from sandbox.disclosure.question import question
from sandbox.disclosure.rules import NOISE, REFUSALS, Rules
from sandbox.errors import DisclosureRefused
from tests.unit.disclosure_world import (
    BORN,
    ILLNESS,
    TARGET,
    THRESHOLD,
    VALUE,
    Company,
    engine_of_all,
    exact,
    ledger,
    outcome,
    release,
)

QUESTIONS = yaml.safe_load((Path(__file__).parent / "disclosure_questions.yaml").read_text(encoding="utf-8"))
T = "birth_date = date '1931-03-07'"
SALTS, MANY_SALTS = 10, 200
OF_COUNTS, OF_VALUES = 1 / 5, 1 / 20
Rows = list[tuple[Any, ...]]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(ledger(tmp_path))


def test_there_are_enough_of_each() -> None:
    assert sum(len(QUESTIONS[kind]) for kind in ("refused", "alike", "told")) + len(MOVED) >= 300
    assert len(QUESTIONS["honest"]) >= 75


@pytest.mark.parametrize("name", QUESTIONS["refused"])
def test_an_attack_is_refused_by_its_rule(company: Company, name: str) -> None:
    *before, last = QUESTIONS["refused"][name]["ask"]
    for sql in before:
        outcome(company, sql)
    assert outcome(company, last) == QUESTIONS["refused"][name]["rule"]


@pytest.mark.parametrize("name", QUESTIONS["alike"])
def test_that_a_question_is_answered_tells_nothing(tmp_path: Path, name: str) -> None:
    """Each under a ledger of its own: an error, or a refusal, that depends on one person would tell of that person."""
    false, true = (
        outcome(Company(ledger(tmp_path, salt)), sql) for salt, sql in zip("ab", QUESTIONS["alike"][name], strict=True)
    )
    assert false == true


@dataclass(frozen=True)
class Moved:
    """An attack that is answered, what it would reckon from the answers, and what that comes near to if it works."""

    asked: list[str]
    reckoned: Callable[[list[Rows]], float]
    truth: float
    within: float = 0.49

    @property
    def chance(self) -> float:
        """How often who guesses is right: one of five counts, or a value between nought and twice hers."""
        return OF_COUNTS if self.within == 0.49 else OF_VALUES


def _per_person(shown: str, condition: str = "true") -> str:
    """Values per person, nought for those without."""
    return (
        f"select {shown} from (select p.subject_id, coalesce(l.x, 0) as x from person p left join "
        "(select l.subject_id, sum(l.result_value) as x from lab_result l join person q on l.subject_id = q.subject_id "
        f"where {condition} group by l.subject_id) l on p.subject_id = l.subject_id "
        "where p.birth_date < date '1934-01-01') t"
    )


OF_JULY = "l.sampled_at >= date '2020-07-01' and l.sampled_at < date '2020-08-01'"
LAB = "from person p join lab_result l on p.subject_id = l.subject_id where"
BOTH = f"(municipality_code in ('0751', '0740') or ({T} and sex = 'female'))"
OF_TARGET = 3 * VALUE  # She has three results.
MOVED = {
    "rows chosen by a left join": Moved(
        [
            "select count(*), sum(n) from (select p.subject_id, count(*) as n from person p left join lab_result l on "
            f"p.subject_id = l.subject_id and p.{T} and p.sex = 'female' group by p.subject_id) t"
        ],
        lambda a: a[0][0][1] - a[0][0][0],
        2,
    ),
    "rows beside people, chosen by a left join": Moved(
        [
            "select count(*), count(distinct p.subject_id) from person p left join lab_result l on "
            f"p.subject_id = l.subject_id and p.{T} and p.sex = 'female'"
        ],
        lambda a: a[0][0][0] - a[0][0][1],
        2,
    ),
    "counts beside the sum of a boolean": Moved(
        [
            "select count(*) filter (where is_acute), sum(is_acute) filter (where main_diagnosis_code <> 'DG122') "
            "from hospital_stay"
        ],
        lambda a: a[0][0][0] - a[0][0][1],
        1,
    ),
    "the rare illness, from the total and the others": Moved(
        [
            "select main_diagnosis_code, count(*) from hospital_stay group by 1",
            "select count(*) from hospital_stay where main_diagnosis_code = 'DJ189'",
            "select count(*) from hospital_stay",
        ],
        lambda a: a[2][0][0] - a[1][0][0] - sum(n for code, n in a[0] if code not in ("DJ189", "DG122")),
        1,
    ),
    "two cells of three, and their sum": Moved(
        ["select municipality_code, count(*) from person group by 1", f"select count(*) from person where {BOTH}"],
        lambda a: a[1][0][0] - sum(n for code, n in a[0] if code != "0615"),
        1,
    ),
    "two parts and their sum, subtracted": Moved(
        [
            f"select count(*) filter (where {BOTH}) - count(*) filter (where municipality_code = '0751') "
            "- count(*) filter (where municipality_code = '0740') from person"
        ],
        lambda a: a[0][0][0],
        1,
    ),
    "years, and a coarser key": Moved(
        [
            "select year(birth_date) as y, count(*) from person group by 1",
            "select case when year(birth_date) < 1936 then 1 else 2 end as y, count(*) from person group by 1",
        ],
        lambda a: a[1][0][1] - sum(n for year, n in a[0] if 1931 < year < 1936),
        1,
    ),
    "five apart, of whom she makes nearly all": Moved(
        [
            f"select sum(result_value) {LAB} {OF_JULY}",
            f"select sum(l.result_value) {LAB} {OF_JULY} and not p.{T} and l.result_value > 4",
        ],
        lambda a: a[0][0][0] - a[1][0][0],
        VALUE,
        0.05 * VALUE,
    ),
    "values, two cells of three, and their sum": Moved(
        [
            f"select p.municipality_code, sum(l.result_value) {LAB} {OF_JULY} group by 1",
            f"select sum(l.result_value) {LAB} {OF_JULY} and (p.municipality_code in ('0751', '0740') or p.{T})",
            f"select sum(l.result_value) {LAB} {OF_JULY} and p.municipality_code = '0740'",
        ],
        lambda a: a[1][0][0] - a[2][0][0] - next(n for code, n in a[0] if code == "0751"),
        VALUE,
        0.05 * VALUE,
    ),
    "leading digits taken off": Moved(
        ["select sum(result_value) from lab_result", "select sum(result_value) - 14416 from lab_result"],
        lambda a: a[1][0][0],
        0.05,
        0.5,
    ),
    "a total dominated by her, less the others": Moved(
        ["select sum(result_value) from lab_result"],
        lambda a: a[0][0][0] - float(exact("select sum(result_value) from lab_result where result_value < 700")[0][0]),
        OF_TARGET,
        0.05 * OF_TARGET,
    ),
}


def _most(times: int, chance: float) -> int:
    """How often who guesses is right by luck, so often that one in a hundred who guess is right more often."""
    right = [comb(times, n) * chance**n * (1 - chance) ** (times - n) for n in range(times + 1)]
    return next(n for n in range(times + 1) if sum(right[n + 1 :]) < 0.01)


def _reckonings(tmp_path: Path, attack: Moved, salts: int) -> list[float]:
    """What an attack reckons, under so many salts; each moves the numbers otherwise."""
    found = []
    for number in range(salts):
        of_salt = Company(ledger(tmp_path, f"{number:08}{0:056}"))
        with suppress(DisclosureRefused):
            found.append(attack.reckoned([of_salt.rows(sql) for sql in attack.asked]))
    return found


def _hits(told: list[float], attack: Moved) -> int:
    return sum(abs(one - attack.truth) <= attack.within for one in told)


@pytest.mark.parametrize("name", MOVED)
def test_what_is_told_is_moved_so_that_an_attack_is_right_no_more_often_than_who_guesses(
    tmp_path: Path, name: str
) -> None:
    """Who guesses knows that a count which is left out is one of the five from 0 to 4, and a value one between nought
    and twice hers: right once in five, and once in twenty. Each number that is told is moved by one of five counts, or
    by up to a value of hers, so an attack is right as often at best: by 200 salts in 6 to 19 of 100 for counts, and
    in 0 to 5 for values. More than 5 of 10 salts for counts, or 3 for values, one guesser in a hundred has by luck.
    """
    attack = MOVED[name]
    assert attack.reckoned([exact(sql) for sql in attack.asked]) == pytest.approx(attack.truth, abs=attack.within)
    told = _reckonings(tmp_path, attack, SALTS)
    assert len(told) == SALTS  # One that is refused belongs to those that are.
    assert _hits(told, attack) <= _most(SALTS, attack.chance)


@pytest.mark.long  # Two hundred salts each.
@pytest.mark.parametrize("name", MOVED)
def test_of_many_salts_an_attack_is_right_in_the_share_of_who_guesses(tmp_path: Path, name: str) -> None:
    """And where it has to say of a count only whether she is in it, a coin is right in half, an attack in three of
    five: the numbers say a little, and no one salt is known to an attacker to be of those in which they are right.
    """
    attack = MOVED[name]
    told = _reckonings(tmp_path, attack, MANY_SALTS)
    assert _hits(told, attack) <= _most(MANY_SALTS, attack.chance)
    if attack.chance == OF_COUNTS:
        assert sum(one > attack.truth / 2 for one in told) <= _most(MANY_SALTS, 0.6)


@pytest.mark.parametrize("name", QUESTIONS["told"])
def test_what_is_told_all_the_same_is_of_enough_people_and_nothing_of_hers(company: Company, name: str) -> None:
    sql = QUESTIONS["told"][name]
    keys = max((int(place) for place in re.findall(r"group by (?:1, )?([12])", sql)), default=0)
    counted = sql.replace(" from ", ", count(distinct subject_id) from ", 1).split(" limit ")[0]
    people = {row[:keys]: row[-1] for row in exact(counted)}
    hers, told = [VALUE, OF_TARGET, VALUE**2, 3 * VALUE**2], company.rows(sql)
    assert told
    for row in told:
        assert people[row[:keys]] >= THRESHOLD
        assert not {TARGET, BORN.year, ILLNESS} & set(row)
        for value in row[keys:]:
            assert value is None or not isinstance(value, int) or value >= THRESHOLD
            assert value not in [pytest.approx(one, rel=0.01) for one in hers]


@pytest.mark.parametrize("salt", range(3))
def test_two_numbers_of_one_answer_do_not_tell_by_being_equal_whether_she_is_in_one(tmp_path: Path, salt: int) -> None:
    """The same people are moved by the same: two that differ by her alone would be equal where she is in neither. What
    is refused is counted, so that somebody looks.
    """
    one = Company(ledger(tmp_path, f"{salt:08}{0:056}"))
    asked = "select sex, count(*), count(*) filter (where not ({} and sex = '{}')) from person group by sex"
    equal = one.rows(asked.format(T, "male"))
    assert [row[1] for row in equal] == [row[2] for row in equal]
    for _ in range(REFUSALS):
        assert outcome(one, asked.format(T, "female")) == "differencing"
    assert outcome(one, asked.format(T, "male")) == "review"


@pytest.mark.parametrize(
    ("shown", "again", "factor"),
    [("avg(x)", "avg(x)", 1), ("avg(x)", "avg(2 * x)", 2), ("sum(x / 1000000 / 1000)", "sum(x / 1000000 / 1000)", 1)],
)
def test_two_values_do_not_tell_by_being_equal_whether_hers_is_in_one(
    company: Company, shown: str, again: str, factor: int
) -> None:
    """Also where hers is the largest by far, by which what all others bring is told apart whatever its unit."""
    before, asked = company.rows(_per_person(shown))[0][0], f"not (q.{T} and q.sex = '{{}}')"
    assert company.rows(_per_person(again, asked.format("male")))[0][0] == pytest.approx(factor * before, rel=2e-3)
    assert outcome(company, _per_person(again, asked.format("female"))) == "differencing"


def test_nobody_s_subject_id_is_ever_shown(company: Company) -> None:
    for sql in QUESTIONS["honest"].values():
        try:
            assert TARGET not in str(company.rows(sql))
        except DisclosureRefused:
            continue


@pytest.mark.parametrize("name", QUESTIONS["honest"])
def test_an_honest_question_is_answered_by_numbers_near_to_what_is_so(company: Company, name: str) -> None:
    """Each group that is told is one that there is, and has about its numbers, none of them missing; most are told.

    Of all of them 294 of 327 when this was written: of 600 people few die in one month.
    """
    sql = QUESTIONS["honest"][name]
    told, truth = company.rows(sql), exact(sql)
    assert 0.6 * len(truth) <= len(told) <= len(truth)
    for row in told:
        assert any(all(map(_near, row, there)) for there in truth), row


def _near(told: object, true: object) -> bool:
    if isinstance(told, int | float) and isinstance(true, int | float | Decimal) and not isinstance(told, bool):
        return abs(told - float(true)) <= max(3.0, 0.1 * abs(float(true)))
    return told == true


def test_the_same_people_are_told_by_the_same_numbers_however_they_are_asked_for(company: Company) -> None:
    """Else whoever asks often could take the mean."""
    asked = (
        "select count(*) from person where sex = 'female'",
        "select count(distinct subject_id) from person where not sex <> 'female'",
        "select count(*) filter (where sex = 'female') from person",
        "select count(*) from (select * from person where left(sex, 1) = 'f') p join person q using (subject_id)",
        "select sum(case when sex = 'female' then 1 else 0 end) from person",
    )
    told = {company.rows(sql)[0][0] for sql in asked}
    assert len(told) == 1
    ((truth,),) = exact(asked[0])
    assert abs(told.pop() - truth) <= NOISE
    means = [company.rows(f"select avg({factor} * result_value) from lab_result")[0][0] for factor in (1, 2, 10)]
    assert all(b / a == pytest.approx(f, rel=2e-3) for (a, b), f in zip(pairwise(means), (2, 5), strict=True))


def test_counts_of_people_are_moved_by_up_to_two_either_way(tmp_path: Path) -> None:
    ((truth,),) = exact("select count(*) from person")
    moved = set()
    for number in range(40):
        one = Company(ledger(tmp_path, f"{number:08}{0:056}"))
        moved.add(one.rows("select count(*) from person")[0][0] - truth)
    assert moved == {-2, -1, 0, 1, 2}


def test_rounding_holds_for_whatever_is_made_of_counts(tmp_path: Path) -> None:
    one = Company(ledger(tmp_path), Rules(THRESHOLD, rounding=10))
    (told,) = one.rows("select count(*), count(*) + 0, coalesce(count(*), 0) from person where sex = 'female'")
    assert all(value % 10 == 0 for value in told)


def test_after_many_refusals_for_differing_by_a_few_somebody_has_to_look(company: Company) -> None:
    company.ask("select count(*) from person")
    for number in range(REFUSALS):
        day = f"date '1931-03-07' + {number}"
        asked = f"select count(*) from person where birth_date not between date '1931-03-07' and {day}"
        assert outcome(company, asked) == "differencing"
    assert outcome(company, "select count(*) from person") == "review"
    assert company.look().refusals == REFUSALS
    assert outcome(company, "select count(*) from person") == "answered"


def test_four_who_are_known_are_what_a_least_number_of_people_cannot_help(company: Company) -> None:
    """Whoever knows all but one of a group learns by an answer that the one is in it: told here, so that nobody
    believes otherwise.
    """
    four = "birth_date in (date '1932-01-21', date '1932-03-02', date '1932-05-02', date '1932-05-11')"
    asked = "select count(*) from person where (sex = '{}' and birth_date = date '1931-03-07') or {}"
    assert outcome(company, asked.format("male", four)) == "threshold"
    assert outcome(company, asked.format("female", four)) == "answered"


def test_the_question_of_the_documentation_is_answered(company: Company) -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "disclosure.md"
    (sql,) = re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    told = company.ask(sql)
    assert told.column_names == ["sex", "year", "stays", "people", "readmitted_percent"]
    assert told.num_rows > 2


@pytest.mark.parametrize(("opened", "closed"), [("not (", ")"), ("1 + (", ")"), ("coalesce(", ", 1)"), ("-", "")])
@pytest.mark.parametrize("depth", [50, 300, 900])
def test_what_is_nested_deep_is_answered_or_refused_in_one_line(opened: str, closed: str, depth: int) -> None:
    sql = f"select count(*) from person where {opened * depth}1 = 1{closed * depth}"
    with suppress(DisclosureRefused):
        question(sql, {"person": ["subject_id", "sex"]})


@pytest.mark.parametrize("name", QUESTIONS["honest"])
def test_people_who_are_counted_in_parts_count_as_ever(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told, and what is kept of it for comparison: a large release is counted in parts."""
    sql, given = QUESTIONS["honest"][name], []
    for parts in (1, 8):
        monkeypatch.setattr(control, "_slices", lambda rows, parts=parts: parts)
        with engine_of_all().cursor() as cursor:
            made = control.told(cursor, release(), sql, rules=Rules(THRESHOLD), salt="s")
        groups = groups_of(made)
        kept = sorted(one.as_row() for one in groups.listed), groups.cells_each
        given.append((made.replace_schema_metadata(None).to_pylist(), kept))
    (whole, of_whole), (sliced, of_parts) = given
    assert of_parts == of_whole
    # Sums of numbers with a point depend on their order in the last of their digits, and four are told.
    assert [near(row) for row in sliced] == [near(row) for row in whole]


def near(row: dict[str, Any]) -> list[Any]:
    """A row with three digits of its numbers."""
    return [float(f"{value:.3g}") if isinstance(value, float) else value for value in row.values()]
