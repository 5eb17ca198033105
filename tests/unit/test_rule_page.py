"""The page of the rules of sources names every rule, and says what holds where the official list contradicts itself."""

import re
from pathlib import Path

import pytest

from ingestion.contract import load_all as load_contracts
from orchestration import rule_page
from orchestration.resources import EXPECTATIONS
from quality.expectation import load_all

EXPECTED = load_all(EXPECTATIONS / "sources")


def test_the_page_names_every_rule() -> None:
    told = rule_page.PAGE.read_text(encoding="utf-8")
    for table, of_table in EXPECTED.items():
        section = told.split(f"\n## {table}\n")[1].split("\n## ")[0]
        for one in of_table.expectations:
            assert f"| `{one.id}` | {one.title}" in section


def test_every_source_has_rules_or_is_named_as_one_without() -> None:
    written = rule_page.PAGE.read_text(encoding="utf-8")
    with_rules, without = written.split("## Sources without rules")
    ruled = set(re.findall(r"^## (\w+)$", with_rules, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", without))
    assert ruled | named == load_contracts().keys()
    assert not ruled & named
    assert ruled == {path.stem for path in (EXPECTATIONS / "sources").glob("*.yaml")}


def test_the_page_names_the_rules_that_are_planted() -> None:
    told = rule_page.PAGE.read_text(encoding="utf-8")
    assert "Planted in the synthetic region: `02.01`, `02.02`, `02.03`, `06.01`." in told
    assert told.count("Planted in the synthetic region") == len({rule.split("/")[0] for rule in rule_page.PLANTED})


def test_of_05_15_the_text_holds() -> None:
    told = rule_page.PAGE.read_text(encoding="utf-8")
    (line,) = [line for line in told.splitlines() if line.startswith("| `05.15` |")]
    assert "The printed formula says the opposite of its text; the text holds." in line


def test_the_check_tells_when_the_page_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rule_page.main(["--check"]) == 0
    monkeypatch.setattr(rule_page, "PAGE", tmp_path / "rules.md")
    assert rule_page.main(["--check"]) == 1
    assert "run python -m orchestration.rule_page" in capsys.readouterr().err
    assert rule_page.main([]) == 0
    assert rule_page.main(["--check"]) == 0
