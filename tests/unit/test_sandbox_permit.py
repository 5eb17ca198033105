"""Permits: what is refused and with which line, what the explanation says, what activation does."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from sandbox.errors import PermitError
from sandbox.permits.explained import changes, explain
from sandbox.permits.file import activate, load, schema
from sandbox.permits.fit import problems
from sandbox.permits.model import DateRule, Kind, PartyKind, Permit, Phase, PurposeOfUse, Tier, digest
from sandbox.tables import INTERVAL_ENDS, KEY_DOMAINS, TELLS_MOVE, TIMES
from tests.unit.sandbox_warehouse import a_permit, build_warehouse

TEMPLATES = Path(__file__).parents[2] / "permits"


def written(folder: Path, content: object, name: str = "permit.yaml") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_warehouse(tmp_path_factory.mktemp("warehouse") / "cohort.duckdb")


def condition(table: str, **parts: Any) -> dict[str, Any]:
    return a_permit(population=[{"in": table, "where": [parts]}])


@pytest.mark.parametrize("dates", ["exact", "month", "shifted"])
def test_where_dates_are_moved_no_condition_is_on_days(warehouse: Path, dates: str) -> None:
    day = {"column": "discharged_at", "op": ">=", "value": "2020-01-01"}
    permit = Permit.model_validate(
        a_permit(
            dates=dates,
            period={"from": "2018-01-01", "to": "2021-01-01"},
            population=[
                {"in": "person", "where": [{"column": "birth_date", "op": "<", "value": "1960-01-01"}]},
                {"in": "readmission", "where": [day]},
            ],
            tables={"readmission": {"columns": ["is_index"], "where": [day]}},
        )
    )
    told = [line.partition(":")[0] for line in problems(permit, warehouse)]
    assert told == (["population.1.where.0.column", "tables.readmission.where.0.column"] if dates == "shifted" else [])


@pytest.mark.parametrize("table", TELLS_MOVE)
@pytest.mark.parametrize("dates", ["exact", "month", "shifted"])
def test_where_dates_are_moved_no_column_tells_how_far(warehouse: Path, table: str, dates: str) -> None:
    tables = {table: {"columns": list(TELLS_MOVE[table])}}
    period = {"from": "2018-01-01", "to": "2021-01-01"}
    found = list(problems(Permit.model_validate(a_permit(dates=dates, period=period, tables=tables)), warehouse))
    assert len(found) == (len(TELLS_MOVE[table]) if dates == "shifted" else 0)
    assert all("leave it out" in line for line in found)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"project": "Heart"}, "project: .*; mend it"),
        ({"project": "../heart"}, "project: "),
        ({"contact": "nowhere"}, "contact: "),
        ({"tier": "all"}, "tier: "),
        ({"colour": "red"}, "colour: .*; remove it or mend its name"),
        ({"to": None}, "give from and to, or duration_days alone"),
        ({"duration_days": 5}, "give from and to, or duration_days alone"),
        ({"from": "2027-01-01"}, "from must lie before to"),
        ({"from": 20260101}, "from: write a day as 2026-01-31"),
        ({"grant_days": 0}, "grant_days: "),
        ({"tier": "company", "small_cell_threshold": 2}, "small_cell_threshold of 3 or more"),
        ({"rounding": 5}, "rounding is of results, which only tier company gives"),
        ({"tier": "company", "rounding": 1}, "rounding: "),
        ({"dates": "week"}, "dates: "),
        ({"version": 0}, "version: "),
        ({"kind": "sale"}, "kind: "),
        ({"phase": "later"}, "phase: "),
        ({"purpose_of_use": "marketing"}, "purpose_of_use: "),
        ({"parties": []}, "parties: "),
        ({"parties": [{"name": "Politiet", "kind": "police"}]}, "parties.0.kind: "),
        ({"parties": [{"name": "Hjertecentret", "kind": "region"}] * 2}, "a party or a person is named twice"),
        ({"people": []}, "tier research needs the people who may be given access"),
        ({"people": [{"login": "anna", "party": "Hjertecentret"}] * 2}, "a party or a person is named twice"),
        (
            {"people": [{"login": "anna", "party": "Another"}]},
            "a party Another that is none of the parties",
        ),
        ({"people": [{"login": "anna lund", "party": "Hjertecentret"}]}, "people.0.login: "),
        ({"retention_days": 184}, "retention_days: "),
        ({"fee_dkk": -1}, "fee_dkk: "),
        ({"tier": "company", "kind": "research"}, "kind research goes with tier research or practice"),
        ({"kind": "company_test"}, "kind company_test goes with tier company or practice"),
        (
            {"tier": "company", "parties": [{"name": "Hjertecentret", "kind": "region"}]},
            "needs a party of kind company",
        ),
        ({"population": []}, "population: "),
        ({"tables": {}}, "tables: "),
        ({"tables": {"person": {"columns": []}}}, "tables.person.columns: "),
        (
            {"tables": {"person": {"columns": ["sex", "person_id"]}}},
            "person_id never leaves the platform; leave it out",
        ),
        ({"tables": {"person": {"columns": ["sex", "sex"]}}}, "named twice"),
        ({"tables": {"person": {"columns": ['sex" from marts.person --']}}}, "tables.person.columns.0: "),
        ({"tables": {"person; drop table x": {"columns": ["sex"]}}}, "permit.yaml: tables"),
        ({"population": [{"in": "person where 1=1 --"}]}, "population.0.in: "),
        ({"period": {"from": "2021-01-01", "to": "2020-01-01"}}, "period: from must lie before to"),
    ],
)
def test_a_permit_that_does_not_fit_the_model_is_refused_in_one_line(
    tmp_path: Path, changes: dict[str, Any], line: str
) -> None:
    with pytest.raises(PermitError, match=line) as refusal:
        load(written(tmp_path, a_permit(**changes)))
    assert str(refusal.value).startswith("permit.yaml: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"column": "sex", "op": "like", "value": "f%"}, "population.0.where.0.op: "),
        ({"column": "sex", "op": "in", "value": "female"}, "in takes a list"),
        ({"column": "sex", "op": "=", "value": ["female", "male"]}, "takes one value; use in for several"),
        ({"column": "birth_date", "op": "between", "value": ["1940-01-01"]}, "between takes two values"),
        ({"column": "person_id", "op": "=", "value": 17}, "person_id never leaves"),
        ({"column": "contact_id", "op": "=", "value": 17}, "identifiers cannot be selected on"),
        ({"column": "sex' or '1'='1", "op": "=", "value": "x"}, "where.0.column: "),
        ({"column": "sex", "op": "= 'x' or", "value": "x"}, "where.0.op: "),
        ({"column": "sex", "op": "=", "value": {"a": 1}}, "where.0.value: "),
    ],
)
def test_a_condition_outside_the_closed_set_is_refused(tmp_path: Path, parts: dict[str, Any], line: str) -> None:
    with pytest.raises(PermitError, match=line):
        load(written(tmp_path, condition("person", **parts)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "expected the fields of a permit"),
        ("- a\n- b\n", "expected the fields of a permit"),
        ("project: [unclosed\n", "line 2: .*; mend the YAML"),
        ("project: a-b\nproject: c-d\n", "line 1: project stands twice; mend the YAML"),
        ("from: 2026-02-31\n", "mend the YAML"),
    ],
)
def test_a_file_that_is_no_permit_is_refused(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(PermitError, match=line):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermitError, match=r"none\.yaml: expected a permit"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("table", "parts"),
    [
        ("person", {"column": "birth_date", "op": "<", "value": date(1955, 1, 1)}),
        ("person", {"column": "birth_date", "op": "<", "value": "1955-01-01"}),
        ("person", {"column": "sex", "op": "in", "value": ["female"]}),
        ("hospital_stay", {"column": "start_at", "op": ">=", "value": datetime(2020, 1, 1, 7, 30)}),
        ("hospital_stay", {"column": "start_at", "op": "between", "value": [date(2020, 1, 1), date(2021, 1, 1)]}),
        ("hospital_stay", {"column": "is_admission", "op": "=", "value": True}),
        ("diagnosis", {"column": "diagnosis_code", "op": "starts_with", "value": ["DI50", "DJ1"]}),
        ("lab_result", {"column": "result_value", "op": ">", "value": 10}),
        ("cohort_membership", {"column": "age_at_entry_years", "op": ">=", "value": 65}),
    ],
)
def test_values_of_the_column_s_type_have_no_problems(warehouse: Path, table: str, parts: dict[str, Any]) -> None:
    assert problems(Permit.model_validate(condition(table, **parts)), warehouse) == []


@pytest.mark.parametrize(
    ("table", "parts", "line"),
    [
        ("person", {"column": "colour", "op": "=", "value": "red"}, "person has no column colour; choose from sex"),
        (
            "cohort_membership",
            {"column": "entry_municipality_code", "op": "=", "value": 397},
            "write the value as text in quotes",
        ),
        (
            "cohort_membership",
            {"column": "age_at_entry_years", "op": "=", "value": "65"},
            "write a whole number without quotes",
        ),
        (
            "cohort_membership",
            {"column": "age_at_entry_years", "op": "=", "value": True},
            "write a whole number without quotes",
        ),
        (
            "cohort_membership",
            {"column": "age_at_entry_years", "op": "=", "value": 65.5},
            "write a whole number without quotes",
        ),
        ("person", {"column": "birth_date", "op": "<", "value": "1955"}, "write a day as 2026-01-31"),
        ("person", {"column": "birth_date", "op": "<", "value": "'1955-01-01' or true"}, "write a day as 2026-01-31"),
        ("hospital_stay", {"column": "is_admission", "op": "=", "value": "yes"}, "write true or false"),
        ("hospital_stay", {"column": "is_admission", "op": "<", "value": True}, "use = or !="),
        ("person", {"column": "birth_date", "op": "starts_with", "value": "19"}, "starts_with is for VARCHAR"),
        (
            "hospital_stay",
            {"column": "start_at", "op": "<", "value": datetime(2020, 1, 1, tzinfo=UTC)},
            "write a day or a time",
        ),
    ],
)
def test_conditions_that_do_not_fit_the_warehouse_are_named(
    warehouse: Path, table: str, parts: dict[str, Any], line: str
) -> None:
    (problem,) = problems(Permit.model_validate(condition(table, **parts)), warehouse)
    assert problem.startswith("population.0.where.0.")
    assert line in problem


def test_unknown_tables_and_columns_are_named_and_a_missing_warehouse_too(warehouse: Path, tmp_path: Path) -> None:
    permit = Permit.model_validate(
        a_permit(
            population=[{"in": "patients"}],
            tables={"person": {"columns": ["sex", "name"]}, "secrets": {"columns": ["a"]}},
        )
    )
    found = problems(permit, warehouse)
    assert [problem.split(":")[0] for problem in found] == [
        "population.0.in",
        "tables.person.columns",
        "tables.secrets",
    ]
    assert problems(permit, tmp_path / "none.duckdb")[0].startswith("warehouse: ")


def test_the_closed_maps_cover_the_warehouse(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.execute("select table_name, column_name from information_schema.columns").fetchall()
    assert {table for table, _ in columns} == set(TIMES)
    assert {column for _, column in columns if column.endswith("_id")} == {*KEY_DOMAINS, "person_id"}
    assert set(INTERVAL_ENDS) <= set(TIMES)


def test_the_templates_fit_the_warehouse_and_explain_themselves(warehouse: Path) -> None:
    templates = {path.stem: load(path) for path in sorted(TEMPLATES.glob("*.yaml"))}
    assert {"readmissions-elderly", "early-warning-homecare"} <= set(templates)
    for name, permit in templates.items():
        assert permit.project == name
        assert permit.is_template
        assert permit.contact.endswith(".invalid")
        assert problems(permit, warehouse) == []
        assert all(table in explain(permit) for table in permit.tables)
    assert "Free text: none." in explain(templates["readmissions-elderly"])
    assert "with a row in person where birth_date < 1955-01-01" in explain(templates["readmissions-elderly"])
    assert "redacted notes are included" in explain(templates["early-warning-homecare"])


def test_activation_sets_the_days_and_keeps_the_rest(tmp_path: Path) -> None:
    template = TEMPLATES / "early-warning-homecare.yaml"
    text = activate(template, date(2026, 1, 20))
    permit = load(written(tmp_path, text, "early-warning-homecare.yaml"))
    assert (permit.valid_from, permit.valid_to) == (date(2026, 1, 20), date(2026, 2, 3))
    assert [permit.covers(date(2026, 1, day)) for day in (19, 20)] == [False, True]
    assert [permit.covers(date(2026, 2, day)) for day in (2, 3)] == [True, False]
    dated = {"from", "to", "duration_days"}
    assert {name: value for name, value in permit.as_dict().items() if name not in dated} == {
        name: value for name, value in load(template).as_dict().items() if name not in dated
    }
    with pytest.raises(PermitError, match="it is in force as it stands"):
        activate(tmp_path / "early-warning-homecare.yaml", date(2026, 1, 20))


def test_activation_names_the_people_of_a_template(tmp_path: Path) -> None:
    template = TEMPLATES / "readmissions-elderly.yaml"
    with pytest.raises(PermitError, match="needs the people who may be given access"):
        activate(template, date(2026, 1, 20))
    permit = load(written(tmp_path, activate(template, date(2026, 1, 20), people=["anna", "bent"])))
    assert [(person.login, person.party) for person in permit.people] == [
        ("anna", "Region Midtjylland"),
        ("bent", "Region Midtjylland"),
    ]
    told = explain(permit).splitlines()
    assert "  - anna, for Region Midtjylland, principal investigator" in told
    assert "  - bent, for Region Midtjylland" in told
    named = template.read_text(encoding="utf-8").replace(
        "people: []", "people: [{login: anna, party: Aarhus Universitet}]"
    )
    with pytest.raises(PermitError, match=r"expected people: \[\] in a template"):
        activate(written(tmp_path, named, "named.yaml"), date(2026, 1, 20), people=["bent"])


def test_another_version_is_told_by_what_it_says_otherwise() -> None:
    before = Permit.model_validate(a_permit())
    people = [{"login": login, "party": "Hjerteprogram ApS"} for login in ("anna", "dorte")]
    told = changes(before, Permit.model_validate(a_permit(version=2, people=people, retention_days=30)))
    assert [line for line in told if "version" not in line] == [
        "-   - anna, for Hjertecentret, principal investigator",
        "-   - bent, for Hjertecentret",
        "-   - carl, for Hjertecentret",
        "+   - anna, for Hjerteprogram ApS, principal investigator",
        "+   - dorte, for Hjerteprogram ApS",
        "- Kept: nobody sees a release after the permit's end; all are destroyed on 2027-01-01.",
        "+ Kept: nobody sees a release after the permit's end; all are destroyed on 2027-01-31.",
    ]
    assert changes(before, before) == changes(None, before) == []


def test_the_digest_follows_the_content_and_not_how_it_is_written(tmp_path: Path) -> None:
    written_out = written(tmp_path, a_permit(), "a.yaml")
    shuffled = written(tmp_path, dict(reversed(a_permit().items())) | {"from": date(2026, 1, 1)}, "b.yaml")
    assert digest(load(written_out)) == digest(load(shuffled))
    assert digest(load(written_out)) != digest(load(written(tmp_path, a_permit(grant_days=31), "c.yaml")))
    assert Permit.model_validate(load(written_out).as_dict()) == load(written_out)


def test_what_comes_out_of_a_company_s_sandbox_is_explained() -> None:
    told = explain(Permit.model_validate(a_permit(tier="company", small_cell_threshold=7, rounding=5)))
    assert "groups of 7 people or more" in told
    assert "Counts are rounded to multiples of 5." in told
    assert "Results:" not in explain(Permit.model_validate(a_permit()))


def test_the_form_of_a_permit_is_published_for_editors() -> None:
    """`oeverum permit schema > permits/permit.schema.json` after a change."""
    published = json.loads((TEMPLATES / "permit.schema.json").read_text(encoding="utf-8"))
    assert published == schema()
    check = Draft202012Validator(published)
    for path in TEMPLATES.glob("*.yaml"):
        assert "$schema=permit.schema.json" in path.read_text(encoding="utf-8").splitlines()[0]
        assert list(check.iter_errors(json.loads(json.dumps(load(path).as_dict())))) == []
    wrong = [a_permit(tier="all"), a_permit(colour="red"), a_permit(population=[]), a_permit(grant_days=0)]
    assert all(list(check.iter_errors(content)) for content in wrong)
    assert list(check.iter_errors(a_permit())) == []


def test_the_page_tells_every_field() -> None:
    page = (TEMPLATES.parent / "docs" / "reference" / "permit.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in re.findall("`([a-z_]+)`", row)]
    assert sorted(told) == sorted(schema()["properties"])
    for choices in (Kind, Phase, PurposeOfUse, PartyKind, Tier, DateRule):
        assert all(f"`{choice}`" in page for choice in get_args(choices))


def test_a_condition_that_is_dropped_or_moved_is_told() -> None:
    """Two tables with the same condition: the words name the table."""
    where = [{"column": "sex", "op": "=", "value": "female"}]
    both = {name: {"columns": ["sex"], "where": where} for name in ("person", "residence")}
    one = both | {"residence": {"columns": ["sex"]}}
    told = changes(Permit.model_validate(a_permit(tables=both)), Permit.model_validate(a_permit(tables=one)))
    assert told == ['-       only rows of residence where sex = "female"']


def test_a_text_is_never_read_as_another_line_or_another_value() -> None:
    purpose = "Care.\nTier: practice.\nPeople, and nobody else:\n  - erik"
    told = explain(Permit.model_validate(a_permit(purpose=purpose))).splitlines()
    assert "Purpose: Care. Tier: practice. People, and nobody else: - erik" in told
    assert "  - erik" not in told
    for bad in ("Heart\x1b[8m", "Heart\u202e", "Heart\u200bfailure", "Heart\0"):
        with pytest.raises(ValidationError):
            Permit.model_validate(a_permit(title=bad))
    values = [True, "true", ["a, b", "c"], ["a", "b", "c"]]
    conditions = [{"column": "sex", "op": "in" if isinstance(one, list) else "=", "value": one} for one in values]
    said = [
        explain(Permit.model_validate(a_permit(population=[{"in": "person", "where": [one]}]))) for one in conditions
    ]
    assert len(set(said)) == len(values)


@pytest.mark.parametrize("field", ["project", "contact"])
def test_a_name_has_no_line_end(field: str) -> None:
    with pytest.raises(ValidationError):
        Permit.model_validate(a_permit(**{field: a_permit()[field] + "\n"}))
    with pytest.raises(ValidationError):
        Permit.model_validate(a_permit(people=[{"login": "anna\n", "party": "Hjertecentret"}]))


def test_yaml_that_is_nested_very_deep_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PermitError, match=r"deep\.yaml: not YAML"):
        load(written(tmp_path, "[" * 20_000, "deep.yaml"))
