"""The gate in one act on a warehouse, how it fails closed, and the page that tells people of it."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.warehouse import Build
from quality.errors import ExpectationError, MeasureError, OverrideError
from quality.expectation import TableExpectations, load, load_all
from quality.gate import GateResult, decide, gate
from quality.judge import Verdict, judge
from quality.measure import Measure, Month, by_delivery
from quality.override import Override, overrides
from quality.record import Edition, Record, Records, measured
from quality.report import html
from tests.unit.quality_warehouse import COLUMNS, build

REPOSITORY = Path(__file__).parents[2]
EXPECTATIONS = REPOSITORY / "quality" / "expectations" / "marts"
CPR = "010150-1234"


def expected(**fields: object) -> dict[str, TableExpectations]:
    one = {"id": "it", "title": "t", "why": "w", "source": "s", "kind": "not_null", "column": "c", **fields}
    table = TableExpectations.model_validate({"table": "visit", "owner": "team:cohort", "expectations": [one]})
    return {"visit": table}


def verdict(*, passed: bool = True, **changes: object) -> Verdict:
    sound = Verdict("visit", "it", "t", "w", "error", rows=4, failing=0, share=0.0, max_share=0.0, passed=passed)
    return replace(sound, **changes)  # type: ignore[arg-type]


EDITION = Edition("b1", "2026-01-20T06:00:00+00:00", "1.0+c", "10-20")
TODAY = date(2026, 1, 20)


def judged(warehouse: Path, expectations: Path = EXPECTATIONS) -> GateResult:
    """Measure a warehouse and decide on it."""
    known = load_all(expectations)
    record = measured(warehouse, known, EDITION, measured_by=EDITION.code_version)
    return decide(known, record, EDITION, code_version=EDITION.code_version, today=TODAY)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "cohort.duckdb"
    build(path).close()
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute(
            f"update marts.note set note_text = 'Karen <b>Jensen</b> {CPR}, set i dag' where note_id = 1"
        )
        connection.execute("update marts.dispensing set ddd = -3001 where dispensing_id = 2")
    return path


def test_sound_marts_pass(warehouse: Path) -> None:
    result = judged(warehouse)
    assert (result.passed, result.failures, result.warnings) == (True, (), ())
    assert len(result.verdicts) == sum(len(of.expectations) for of in load_all(EXPECTATIONS).values())
    assert "The gate is open." in html(result)


def test_one_bad_row_closes_the_gate_and_its_page_tells_no_value(faulty: Path) -> None:
    result = judged(faulty)
    assert result.failures == ("note/no_cpr_number",)
    assert result.warnings == ("dispensing/ddd_plausible",)
    page = html(result)
    assert "The gate is closed." in page
    shown = re.findall(r"<h2>(\w+)</h2>", page)
    assert shown[:2] == ["note", "dispensing"]
    assert sorted(shown) == sorted(COLUMNS)
    for told in (page, str(result.report), repr(result)):
        assert not any(word in told for word in (CPR, "Karen", "Jensen"))
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", page)


@pytest.mark.parametrize("kind", ["table", "view"])
def test_a_mart_that_nobody_wrote_expectations_for_closes_the_gate(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute(f"create {kind} marts.salary as select 1 as person_id")
    assert judged(path).failures == ("salary (nothing is expected of it)",)


def test_a_mart_that_is_missing_cannot_be_decided_on(tmp_path: Path) -> None:
    path = tmp_path / "cohort.duckdb"
    with build(path) as connection:
        connection.execute("drop table marts.note")
    with pytest.raises(MeasureError, match="note cannot be measured"):
        judged(path)


def test_a_warehouse_that_is_missing_is_told_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"cohort\.duckdb cannot be opened") as error:
        judged(tmp_path / "cohort.duckdb")
    assert str(tmp_path) not in str(error.value)
    assert error.value.__suppress_context__
    assert not (tmp_path / "cohort.duckdb").exists()


def record(*, failing: int = 0, rows: int = 4, edition: Edition = EDITION) -> Record:
    measures = (Measure("visit", "it", rows, failing),)
    return Record(edition, "1.0+c", datetime(2026, 1, 20, 7, tzinfo=UTC), ("visit",), measures)


def asked(found: Record | None, edition: Edition = EDITION, **more: Any) -> GateResult:
    more = {"code_version": "1.0+c", "today": TODAY, **more}
    return decide(expected(), found, edition, **more)


def test_the_newest_record_of_this_very_edition_opens_the_gate() -> None:
    assert asked(record()).passed


@pytest.mark.parametrize(
    ("found", "edition", "code", "told"),
    [
        (None, EDITION, "1.0+c", "nothing was measured; run oeverum quality run"),
        (record(), replace(EDITION, basis="b2"), "1.0+c", "measured was another edition"),
        (record(), replace(EDITION, built_at="2026-01-20T08:00:00+00:00"), "1.0+c", "another build than the warehouse"),
        (record(), replace(EDITION, file="10-21"), "1.0+c", "was written since it was measured"),
        (replace(record(), measured_by="1.1+d"), EDITION, "1.0+c", "by other code than 1.0"),
        (record(), EDITION, "1.1+d", "by other code than 1.1"),
        (record(edition=replace(EDITION, code_version="0.9+b")), EDITION, "1.0+c", "by other code than 1.0"),
        (record(), replace(EDITION, code_version="1.0+c with models of 1.1+d"), "1.0+c", "by other code"),
        (replace(record(), measures=()), EDITION, "1.0+c", r"visit/it \(not measured\)"),
        (replace(record(), marts=("visit", "salary")), EDITION, "1.0+c", "salary .nothing is expected of it"),
        (record(failing=1), EDITION, "1.0+c", "visit/it"),
    ],
)
def test_the_gate_refuses_by_any_other_record(found: Record | None, edition: Edition, code: str, told: str) -> None:
    """Missing, stale, of other deliveries (an earlier or later day), of other code, or failing in another run."""
    result = asked(found, edition, code_version=code)
    assert not result.passed
    assert re.search(told, result.failures[0]), result.failures


@pytest.mark.parametrize(("measured", "asked_of"), [(1, 2), (2, 1)])
def test_a_build_of_a_later_or_an_earlier_day_than_was_measured_is_refused(measured: int, asked_of: int) -> None:
    """`as_of` of a release is the newest `created` of what its build was made of: one delivery more is a later day."""
    deliveries = [
        {"source": "lpr_a_kontakt", "delivery": day, "created": f"{day}T06:00:00+00:00", "synthetic": True}
        for day in ("2026-01-19", "2026-01-20")
    ]
    builds = {number: Build(tuple(deliveries[:number]), "1.0+c", EDITION.built_at) for number in (1, 2)}
    of = {number: replace(EDITION, basis=build.basis) for number, build in builds.items()}
    assert asked(record(edition=of[measured]), of[measured]).passed
    result = asked(record(edition=of[measured]), of[asked_of])
    assert (result.passed, result.verdicts) == (False, ())
    assert result.failures == ("measured was another edition of the warehouse; run oeverum quality run",)


def test_a_failing_record_takes_the_place_of_one_that_passed(tmp_path: Path) -> None:
    records = Records(tmp_path / "measures")
    assert records.newest() is None
    assert not asked(records.newest()).passed
    records.put(record())
    assert asked(records.newest()).passed
    records.put(replace(record(failing=1), measured_at=datetime(2026, 1, 20, 7, 0, 1, tzinfo=UTC)))
    assert not asked(records.newest()).passed
    # To be told of, it counts once for each edition of the warehouse; two in the same file are one.
    assert [len(records.by_edition(number)) for number in (1, 5)] == [1, 1]
    other = replace(record().edition, built_at="2026-01-20T08:00:00+00:00")
    records.put(replace(record(), edition=other, measured_at=datetime(2026, 1, 20, 8, tzinfo=UTC)))
    assert [(one.edition == other, one.measures[0].failing) for one in records.by_edition(5)] == [(True, 0), (False, 1)]
    assert len(records.by_edition(1)) == 1


def test_a_source_that_comes_in_full_has_its_earlier_deliveries_in_earlier_measures() -> None:
    """Each delivery as it was counted last; two that both count are told apart."""
    months = [Month("2026-01", "2019-12", 8, 1), Month("2026-02", "2019-12", 9, 2), Month("2026-02", "2020-01", 1, 1)]
    newest, before = (Measure("visit", "it", 0, 0, tuple(of)) for of in (months[1:], months[:1]))
    assert {name: (one.rows, one.failing) for name, one in by_delivery([newest, before]).items()} == {
        "2026-01": (8, 1),
        "2026-02": (10, 3),
    }
    again = Measure("visit", "it", 0, 0, (Month("2026-01", "2019-12", 8, 0), *months[1:]))
    assert by_delivery([again, before])["2026-01"].failing == 0
    assert list(by_delivery([again])) == ["2026-01", "2026-02"]
    assert by_delivery([Measure("person", "it", 3, 1)]) == {}


def test_a_record_is_read_as_it_was_put(tmp_path: Path) -> None:
    months = (Month("2026-01-20", "2019-12", 3, 1), Month("2026-01-20", "2020-01", 1, 0))
    whole = replace(record(), measures=(Measure("visit", "it", 4, 1, months), Measure("stay", "it", 0, 0)))
    records = Records(tmp_path)
    path = records.put(whole)
    assert records.newest() == whole
    assert whole.of("visit", "it") == whole.measures[0]
    assert whole.of("visit", "other") is None
    path.write_text(path.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    with pytest.raises(MeasureError, match=r"cannot be read .JSONDecodeError.; measure again"):
        records.newest()
    assert records.by_edition(5) == []


@pytest.mark.parametrize("count", ["NaN", "-1", "1.0", "true", "null", '"1"', "Infinity"])
def test_a_record_with_what_is_no_count_decides_nothing(tmp_path: Path, count: str) -> None:
    records = Records(tmp_path)
    path = records.put(record())
    told = path.read_text(encoding="utf-8")
    for name in ("failing", "rows"):
        number = {"failing": "0", "rows": "4"}[name]
        spoilt = told.replace(f'"{name}": {number}', f'"{name}": {count}')
        assert spoilt != told
        path.write_text(spoilt, encoding="utf-8")
        with pytest.raises(MeasureError, match="cannot be read"):
            records.newest()


def test_a_table_has_one_file(tmp_path: Path) -> None:
    for folder in ("marts", "sources"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.yaml").write_text((EXPECTATIONS / "note.yaml").read_text(encoding="utf-8"))
    with pytest.raises(ExpectationError, match="note has two files"):
        load_all(tmp_path)


TWO = {"expectation": "visit/it", "reason": "Mended next week.", "by": ["Anne Holm", "Peter Friis"]}


@pytest.mark.parametrize(
    ("until", "refused"),
    [
        *[("2026-01-21", None), ("2026-01-20", None), ("2027-01-21", None), ("2026-01-19", "it ended on 2026-01-19")],
        ("2027-01-22", "it ends on 2027-01-22, more than a year ahead; give it an end within a year"),
    ],
)
def test_an_override_lets_through_until_its_last_day_and_for_a_year_at_most(
    tmp_path: Path, until: str, refused: str | None
) -> None:
    (tmp_path / "one.yaml").write_text(yaml.safe_dump({**TWO, "until": date.fromisoformat(until)}), encoding="utf-8")
    result = asked(record(failing=1), overrides=overrides(tmp_path))
    assert result.passed is not bool(refused)
    if not refused:
        assert [o["by"] for o in result.report["overridden"]] == [["Anne Holm", "Peter Friis"]]
        assert "Anne Holm and Peter Friis" in html(result)
    else:
        assert result.failures == (f"visit/it (its override is not in force: {refused})",)


def test_an_override_is_read_by_either_ending_of_its_file(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text(yaml.safe_dump({**TWO, "until": TODAY}), encoding="utf-8")
    assert len(overrides(tmp_path)) == 2


@pytest.mark.parametrize(("rows", "state"), [(0, "unseen"), (1, "held")])
def test_of_a_table_without_a_row_nothing_was_seen(rows: int, state: str) -> None:
    """It fails nothing, and does not hold: whoever reads the report sees that it is empty."""
    (told,) = asked(record(rows=rows, failing=0)).verdicts
    assert (told.passed, told.state) == (True, state)


def test_an_override_is_for_what_was_measured_and_for_one_expectation_alone() -> None:
    one = Override.model_validate({**TWO, "until": TODAY})
    assert not asked(None, overrides=[one]).passed
    assert asked(replace(record(), measures=()), overrides=[one]).failures[0] == "visit/it (not measured)"
    assert not asked(record(failing=1), overrides=[one.model_copy(update={"expectation": "stay/it"})]).passed


@pytest.mark.parametrize("failing", [0, 1])
def test_an_override_of_no_expectation_closes_the_gate_until_its_last_day_is_over(failing: int) -> None:
    """A slip of the pen opens nothing and is seen; what has ended is history, whatever has become of its rule."""
    slip = Override.model_validate({**TWO, "expectation": "visti/it", "until": TODAY})
    result = asked(record(failing=failing), overrides=[slip])
    told = "visti/it (there is no such expectation, and an override names it; correct it in state/overrides/"
    assert not result.passed
    assert result.failures[0].startswith(told)
    assert result.unjudged == [result.failures[0]]
    assert escape(result.failures[0]) in html(result)
    assert asked(record(), overrides=[slip], today=date(2026, 1, 21)).passed


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"by": ["Anne Holm", "anne  holm"]}, "by: value error, two different people"),
        ({"by": ["Anne Holm", "Anne Holm."]}, "by: value error, two different people"),
        ({"by": ["S\u00f8r\u00e9n", "S\u00f8re\u0301n"]}, "by: value error, two different people"),
        ({"by": ["Anne Holm", "."]}, "by: value error, two different people"),
        ({"until": 4102444800}, "until: "),
        ({"by": ["Anne Holm"]}, "by.1: field required"),
        ({"by": ["Anne Holm", " "]}, "by.1: "),
        ({"reason": ""}, "reason: "),
        ({"until": None}, "until: "),
        ({"until": "soon"}, "until: "),
        ({"expectation": "everything"}, "expectation: "),
        ({"also": 1}, "also: "),
    ],
)
def test_an_override_that_lacks_something_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    (tmp_path / "one.yaml").write_text(yaml.safe_dump({**TWO, "until": TODAY, **change}), encoding="utf-8")
    with pytest.raises(OverrideError, match=re.escape(f"state/overrides/one.yaml: {told}")):
        overrides(tmp_path)


@pytest.mark.parametrize("text", [b"a: [", "by: [S\u00f8ren]".encode("latin-1"), b"until: 2026-02-30"])
def test_an_override_that_is_no_yaml_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "one.yaml").write_bytes(text)
    with pytest.raises(OverrideError, match="is not YAML"):
        overrides(tmp_path)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_verdicts_the_worse_counts(order: int) -> None:
    both = [verdict(), verdict(passed=False)][::order]
    assert gate(expected(), both).failures == ("visit/it",)


def test_a_verdict_cannot_lower_the_severity_of_its_expectation() -> None:
    assert gate(expected(), [verdict(passed=False, severity="warning")]).failures == ("visit/it",)


def test_a_warning_that_nobody_measured_closes_the_gate() -> None:
    assert gate(expected(severity="warning"), [verdict(table="other")]).failures == ("visit/it (not measured)",)


def test_suite_and_result_are_kept_and_hold_shares_alone(tmp_path: Path) -> None:
    judge([Measure("visit", "it", 4, 1)], expected(), keep=tmp_path / "kept.json")
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    (one,) = kept["suite"]["expectations"]
    assert one["kwargs"]["column"] == "visit/it"
    (told,) = kept["result"]["results"]
    assert told["success"] is False
    assert not {"observed_value", "partial_unexpected_list"} & set(told["result"])


def test_measures_that_stand_twice_are_refused() -> None:
    with pytest.raises(MeasureError, match="1 measures stand twice"):
        judge([Measure("visit", "it", 4, 0), Measure("visit", "it", 4, 4)], expected())


measures = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from([0.0, 0.01]), st.integers(0, 50))


@given(st.lists(measures, min_size=1, max_size=20))
@settings(max_examples=8, deadline=None)
def test_great_expectations_agrees_with_arithmetic_on_counts(drawn: list[tuple[int, int, float, int]]) -> None:
    known = {
        f"t{n}": TableExpectations.model_validate(
            {
                "table": f"t{n}",
                "owner": "team:cohort",
                "expectations": [
                    {
                        "id": "it", "title": "t", "why": "w", "source": "s", "kind": "not_null", "column": "c",
                        "max_share": max_share, "max_failing": max_failing,
                    }
                ],
            }
        )
        for n, (_, _, max_share, max_failing) in enumerate(drawn)
    }  # fmt: skip
    judged = judge(
        [Measure(f"t{n}", "it", rows, min(failing, rows)) for n, (rows, failing, *_) in enumerate(drawn)], known
    )
    for found, (rows, failing, max_share, max_failing) in zip(judged, drawn, strict=True):
        bad = min(failing, rows)
        assert found.passed == (bad <= max_failing or bad / rows <= max_share)


def test_judging_calls_no_network_and_writes_nothing_at_home(tmp_path: Path) -> None:
    program = """
import os, sys
from pathlib import Path
from quality.expectation import load_all
from quality.judge import judge
from quality.measure import Measure, Month
from quality.override import Override, overrides

calls = []
written = []
home = os.environ["HOME"]

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        calls.append(event)
    if event == "open" and isinstance(args[0], str) and args[0].startswith(home) and set(str(args[1])) & set("wax+"):
        written.append(args[0])

assert "great_expectations" not in sys.modules
sys.addaudithook(watch)
known = load_all(Path(sys.argv[1]))
judge([Measure(t, e.id, 9, 0) for t, of in known.items() for e in of.expectations], known)
assert "great_expectations" in sys.modules
print(calls, written)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(EXPECTATIONS)],
        cwd=REPOSITORY,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[] []"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("table: visit\n  owner: x", "visit.yaml: line 2 is not YAML"),
        ("- a\n- b", "visit.yaml: the file: "),
        ("", "visit.yaml: the file: "),
        ("table: visit\nowner: ''\nexpectations: []", "visit.yaml: owner: "),
        ("table: stay\nowner: o\nexpectations:\n- {ONE}", "visit.yaml: table is stay; name the file stay.yaml"),
        ("table: visit\nowner: o\nexpectations:\n- {ONE}\n- {ONE}", "visit.yaml: it stands twice"),
        ("table: visit\nowner: o\nexpectations:\n- {ONE, colour: red}", r"expectations.0.not_null.colour \(it\)"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_told(tmp_path: Path, text: str, told: str) -> None:
    one = "id: it, title: t, why: w, source: s, kind: not_null, column: c"
    path = tmp_path / "visit.yaml"
    path.write_text(text.replace("ONE", one), encoding="utf-8")
    with pytest.raises(ExpectationError, match=told) as error:
        load(path)
    assert "\n" not in str(error.value)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectationError, match="holds no expectation"):
        load_all(tmp_path)


def test_expectations_are_written_in_one_form() -> None:
    for path in EXPECTATIONS.glob("*.yaml"):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["expectations"]:
            assert one["severity"] in ("error", "warning"), f"{path.name}: {one['id']} must state its severity"
            assert one["why"].endswith("."), f"{path.name}: {one['id']}: why is a sentence"
            assert not one["title"].endswith("."), f"{path.name}: {one['id']}: title is no sentence"


def test_a_page_tells_texts_as_texts_and_what_was_not_judged() -> None:
    result = GateResult(
        False, ("visit/it", "salary (nothing is expected of it)"), (), (verdict(passed=False, title="<i>"),)
    )
    page = html(result, title="A & B")
    assert "&lt;i&gt;" in page
    assert "<i>" not in page
    assert "A &amp; B" in page
    assert "Not judged: salary (nothing is expected of it)" in page


@pytest.mark.parametrize(("severity", "opens"), [("warning", True), ("error", False)])
def test_an_error_of_which_nothing_was_seen_closes_the_gate(severity: str, *, opens: bool) -> None:
    known = expected(severity=severity)
    (told,) = judge([Measure("visit", "it", rows=4, failing=0, seen=False)], known)
    assert (told.passed, told.seen) == (opens, False)
    result = gate(known, [told], today=TODAY)
    assert result.passed is opens
    assert result.failures == (
        () if opens else ("visit/it (nothing was seen of it: no or too few rows, or no list of codes)",)
    )
