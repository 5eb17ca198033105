"""What a refusal proposes is asked, and answered; each refusal of the code, and each text of a remedy, has a case."""

import ast
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import walk_tb
from typing import Any

import pytest
import yaml

from sandbox.disclosure import ledger as ledger_module
from sandbox.disclosure import remedies
from sandbox.disclosure.expressions import NODES, TABLES
from sandbox.disclosure.question import question
from sandbox.disclosure.rules import NUMBERS, REFUSALS
from sandbox.errors import DisclosureRefused
from tests.unit.disclosure_world import TABLES as WORLD
from tests.unit.disclosure_world import Company, ledger, release

HERE = Path(__file__).parent
ATTACKS = yaml.safe_load((HERE / "disclosure_questions.yaml").read_text(encoding="utf-8"))
PAGE = HERE.parents[1] / "docs" / "reference" / "disclosure.md"
CODE = sorted(Path(ledger_module.__file__).parent.glob("*.py"))
COUNT = "select count(*) from person"
NOBODY = "no "  # So begins a remedy where no form passes.


def _nothing(company: Company) -> None:
    """Nothing happens."""


@dataclass(frozen=True)
class Case:
    """A question that is refused, and those that its remedy proposes; the fields are told in the YAML file.

    `spoil` comes before the refused question, and `mend` after it.
    """

    refused: str
    passes: tuple[str, ...] = ()
    says: str = ""
    writes: str = ""
    leaves: str = ""
    before: tuple[str, ...] = ()
    parser: bool = False
    spoil: Callable[[Company], None] = _nothing
    mend: Callable[[Company], None] = _nothing

    def refusal(self, company: Company) -> DisclosureRefused:
        """How the first question is refused."""
        for sql in self.before:
            company.ask(sql)
        self.spoil(company)
        with pytest.raises(DisclosureRefused) as refused:
            if self.parser:
                question(self.refused, {table.name: [name for name, _ in table.columns] for table in release().tables})
            company.ask(self.refused)
        return refused.value


def _refuse_often(company: Company) -> None:
    company.ask(COUNT)
    for _ in range(REFUSALS):
        with suppress(DisclosureRefused):
            company.ask(f"{COUNT} where not birth_date = date '1931-03-07'")


def _ask_often(company: Company) -> None:
    with closing(sqlite3.connect(company.ledger.path)) as file, file:
        file.execute("insert into numbers values (?, ?)", (release().project, NUMBERS))


def _look(company: Company) -> None:
    since = company.look()
    assert since.refusals == REFUSALS or since.numbers == NUMBERS


def _spoil(company: Company) -> None:
    kept = company.ledger.path
    kept.rename(kept.with_suffix(".kept"))
    kept.write_text("no database", encoding="utf-8")


def _put_back(company: Company) -> None:
    company.ledger.path.with_suffix(".kept").replace(company.ledger.path)


def _joined(tables: int) -> str:
    return "".join(f" join person p{n} using (subject_id)" for n in range(1, tables))


def _as_tuple(found: str | list[str]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


def _read() -> Iterator[tuple[str, Case]]:
    found = yaml.safe_load((HERE / "disclosure_remedies.yaml").read_text(encoding="utf-8"))
    for name, case in found.items():
        yield name, Case(**{**case, **{key: _as_tuple(case.get(key, ())) for key in ("passes", "before")}})


LONG = " or ".join(["sex = 'male'"] * NODES)
CASES = dict(_read()) | {
    "a ledger that cannot be read": Case(COUNT, (COUNT,), says="has put its file back", spoil=_spoil, mend=_put_back),
    "after many refusals": Case(
        COUNT, (COUNT,), says=f"sandbox reviewed {release().project}", spoil=_refuse_often, mend=_look
    ),
    "after many numbers": Case(
        COUNT,
        (COUNT,),
        says=f"sandbox reviewed {release().project}, and then again, or fewer numbers at once",
        spoil=_ask_often,
        mend=_look,
    ),
    "a very long question": Case(
        f"{COUNT} where {LONG}", (f"{COUNT} where sex = 'male'",), leaves=" or ", says="several questions"
    ),
    "a question that is nested deep": Case(
        f"{COUNT} where {'not (' * 900}1 = 1{')' * 900}", (COUNT,), leaves="not (", says="fewer", parser=True
    ),
    "many tables": Case(
        f"select count(*) from person p0{_joined(TABLES + 1)}",
        (f"select count(*) from person p0{_joined(TABLES)}",),
        says=f"{TABLES} at most",
        leaves=f" p{TABLES} ",
    ),
}


def remedy(refusal: DisclosureRefused) -> str:
    """What a refusal says that one can do: behind its last semicolon."""
    return str(refusal).rpartition("; ")[2]


def is_no_more_than_a_pointer(said: str) -> bool:
    """Whether nothing is left of a remedy without the page that it names."""
    return len(re.sub(r"\(?\b(see )?docs/\S+( for what may be asked| lists all)?\)?", "", said).split()) < 3


@pytest.mark.parametrize("name", CASES)
def test_what_a_refusal_proposes_is_answered(tmp_path: Path, name: str) -> None:
    case, company = CASES[name], Company(ledger(tmp_path))
    refusal = case.refusal(company)
    said = remedy(refusal)
    assert "\n" not in str(refusal)
    assert not is_no_more_than_a_pointer(said)
    assert case.says.lower() in said.lower()
    assert case.passes or (said.startswith(NOBODY) and case.says)
    case.mend(company)
    for sql in case.passes:
        assert company.ask(sql).num_rows > 0
    _has_the_form(case, said, str(refusal))


def _has_the_form(case: Case, said: str, line: str) -> None:
    before, after = case.refused.lower(), " ; ".join(case.passes).lower()
    if case.writes:
        assert case.writes in said.lower()
        assert case.writes in after
        assert case.writes not in before
    if case.leaves:
        assert case.leaves in before
        assert case.leaves not in after
        assert case.says or case.leaves in line.lower()
    assert case.writes or case.leaves or case.says


def _attacks() -> Iterator[tuple[str, list[str]]]:
    """Each attack that may be refused, as questions that are asked in order; of a pair each by itself."""
    for name, attack in ATTACKS["refused"].items():
        yield name, attack["ask"]
    for name, pair in ATTACKS["alike"].items():
        yield from ((f"{name}, {what}", [sql]) for what, sql in zip(("false", "true"), pair, strict=True))


@pytest.mark.parametrize(("name", "asked"), list(_attacks()))
def test_an_attack_that_is_refused_is_told_what_passes(tmp_path: Path, name: str, asked: list[str]) -> None:
    company = Company(ledger(tmp_path))
    for sql in asked:
        try:
            company.ask(sql)
        except DisclosureRefused as refusal:
            said = remedy(refusal)
            assert said != str(refusal)
            assert not is_no_more_than_a_pointer(said)
        else:
            assert name not in ATTACKS["refused"] or sql != asked[-1]


@cache
def _found() -> dict[str, DisclosureRefused]:
    """How the question of each case is refused."""
    found = {}
    for name, case in CASES.items():
        with TemporaryDirectory() as folder:
            found[name] = case.refusal(Company(ledger(Path(folder))))
    return found


def _raised() -> Iterator[tuple[str, int]]:
    """Where in the code a question is refused."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                assert isinstance(node.exc.func, ast.Name)
                assert node.exc.func.id in ("refused", "DisclosureRefused"), f"{path.name}:{node.lineno}"
                yield path.name, node.lineno


def _where(refusal: DisclosureRefused) -> tuple[str, int]:
    """Where in the code it was raised."""
    frame, line = list(walk_tb(refusal.__traceback__))[-1]
    return Path(frame.f_code.co_filename).name, line


def _rules() -> set[str]:
    """The rules that the code names."""
    calls = (node for path in CODE for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = (word.value for node in calls if isinstance(node, ast.Call) for word in node.keywords if word.arg == "rule")
    return {value.value for value in named if isinstance(value, ast.Constant)}


def _texts(value: Any) -> Iterator[str]:
    """The texts in a table of remedies."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from (text for _, text in value)


def test_each_place_that_refuses_has_a_case() -> None:
    assert set(_raised()) - {_where(one) for one in _found().values()} == set()


def test_each_rule_has_a_case_and_a_row_on_its_page() -> None:
    assert {one.rule for one in _found().values()} == _rules()
    page = PAGE.read_text(encoding="utf-8").partition("## The rules")[2].partition("## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == _rules()


def test_each_text_of_a_remedy_is_said_in_a_case() -> None:
    said = [remedy(one) for one in _found().values()]
    written = [value for name, value in vars(remedies).items() if name.isupper() or name.strip("_").isupper()]
    texts = {text for value in written for text in _texts(value)}
    assert len(texts) > 30
    assert {text for text in texts if not any(text in one for one in said)} == set()


def test_no_remedy_stands_in_two_places() -> None:
    """What several refusals say is written once."""
    written: list[str] = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refused":
                written.append(ast.unparse(node.args[1]))
    texts = [one for one in written if not one.startswith(("remedies.", "remedy", "alone"))]
    assert len(texts) == len(set(texts)) > 20


def test_a_pointer_to_a_page_is_no_remedy() -> None:
    assert is_no_more_than_a_pointer("see docs/reference/disclosure.md for what may be asked")
    assert is_no_more_than_a_pointer("")
    assert not is_no_more_than_a_pointer(f"reckon with + - * / and round ({remedies.PAGE})")


def test_a_remedy_names_no_table_but_those_of_the_release(tmp_path: Path) -> None:
    with pytest.raises(DisclosureRefused) as refused:
        Company(ledger(tmp_path)).ask("select count(*) from patient")
    assert remedy(refused.value) == f"write one of {', '.join(WORLD)}"
