"""The label tells of twelve dimensions what was measured, and of what nobody measured that it was not."""

from dataclasses import replace

from quality.gate import GateResult
from quality.judge import Verdict
from quality.label import label
from quality.report import html

VERDICT = Verdict("visit", "it", "t", "w", "error", rows=4, failing=0, share=0.0, max_share=0.0, passed=True)
NAMES = [
    "Accuracy", "Coherence", "Completeness", "Consistency", "Precision", "Validity", "Compliance", "Data provenance",
    "Metadata scope", "Population coverage", "Population representativity", "Accessibility",
]  # fmt: skip


def test_there_are_twelve_dimensions_and_nothing_is_measured_without_verdicts() -> None:
    told = label([])
    assert [one.name for one in told] == NAMES
    assert [one.level for one in told] == [None] * 12
    assert all(one.behind.startswith("not measured") for one in told if one.level is None)


def test_how_a_release_is_documented_is_counted_in_its_codebook() -> None:
    """A column without a type, an origin or a meaning is told, and takes a level."""
    column = {"name": "sex", "type": "VARCHAR", "origin": ["bef.koen"], "meaning": "Sex."}
    whole = {one.name: one for one in label([], [column, column])}
    assert {name: one.level for name, one in whole.items() if one.level} == {
        "Validity": 2, "Compliance": 1, "Data provenance": 1, "Metadata scope": 2, "Accessibility": 2,
    }  # fmt: skip
    for part, name in (("type", "Validity"), ("origin", "Data provenance"), ("meaning", "Metadata scope")):
        less = {one.name: one for one in label([], [column, column | {part: ""}])}
        assert less[name].behind.startswith("1 of 2 columns")
        assert (less[name].level or 0) == (whole[name].level or 0) - 1
        assert {n for n in less if less[n] != whole[n]} == {name}


def test_every_verdict_is_evidence_of_one_dimension() -> None:
    verdicts = [
        replace(VERDICT, kind="condition", source="Agreement of DOD and DODSAASG"),
        replace(VERDICT, kind="drift", value=0.1),
        replace(VERDICT, kind="drift", seen=False),
        replace(VERDICT, kind="volume", value=2.0, passed=False),
        replace(VERDICT, kind="not_null"),
        replace(VERDICT, kind="condition", expectation="required_present"),
        replace(VERDICT, kind="complete", value=0.9),
        replace(VERDICT, kind="complete", seen=False),
        replace(VERDICT, kind="accepted"),
    ]
    told = {one.name: one for one in label(verdicts)}
    assert told["Accuracy"].behind.startswith("1 of 1 ")
    assert told["Coherence"].behind.startswith("1 of 2 ")
    assert told["Completeness"].behind.startswith("3 of 3 ")
    assert told["Consistency"].behind.startswith("1 of 1 ")
    assert {told[name].level for name in ("Accuracy", "Coherence", "Completeness", "Consistency")} == {1}


def test_what_saw_too_little_is_not_told_to_hold() -> None:
    result = GateResult(
        True, (), (), (replace(VERDICT, kind="drift", seen=False), replace(VERDICT, expectation="other"))
    )
    page = html(result)
    assert "1 of 2 expectations hold, 0 failures, 0 warnings, 1 could not be seen (no or too few rows" in page
    assert ">not seen</b>" in page


def test_the_page_and_its_form_for_programs_have_the_label() -> None:
    result = GateResult(True, (), (), (replace(VERDICT, kind="not_null"),))
    page = html(result)
    assert all(name in page for name in NAMES)
    assert 'aria-label="level 1 of 2"' in page
    assert page.count(">not measured</span>") == 11
    assert [one["name"] for one in result.report["label"]] == NAMES
