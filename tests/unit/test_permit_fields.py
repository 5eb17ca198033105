"""Whoever decides on a permit reads its explanation: each field of the model is told there, by its value."""

from typing import Any

import pytest

from sandbox.permits.explained import changes, explain
from sandbox.permits.file import schema
from sandbox.permits.model import Permit
from tests.docs.pages import tables
from tests.unit.sandbox_warehouse import a_permit

Content = dict[str, Any]
PRACTICE: Content = {"tier": "practice"}
COMPANY: Content = {"tier": "company"}
TEMPLATE: Content = {"from": None, "to": None, "people": []}
PARTIES, PEOPLE = a_permit()["parties"], a_permit()["people"]
PERIOD: Content = {"period": {"from": "2020-01-01", "to": "2022-01-01"}}


def _member(**parts: Any) -> Content:
    return {"population": [{"in": "person", **parts}]}


def _condition(**parts: Any) -> Content:
    """A permit's population by one condition."""
    return _member(where=[{"column": "birth_date", "op": "<", "value": "1955-01-01", **parts}])


def _table(**parts: Any) -> Content:
    return {"tables": {"person": {"columns": ["sex"], **parts}}}


def _period(**parts: Any) -> Content:
    return {"period": {**PERIOD["period"], **parts}}


# Of each field: a permit, what is changed of it, which is that field alone, and the words that tell of the change.
SAMPLES: dict[str, tuple[Content, Content, str]] = {
    "project": ({}, {"project": "heart-rhythm"}, "Heart failure (heart-rhythm, "),
    "version": ({}, {"version": 2}, ", version 2)"),
    "title": ({}, {"title": "Heart rhythm"}, "Heart rhythm ("),
    "kind": (PRACTICE, {"kind": "company_test"}, "A company's test, as a pilot."),
    "phase": ({}, {"phase": "large_scale"}, "Research, on a large scale."),
    "purpose": ({}, {"purpose": "To compare."}, "Purpose: To compare."),
    "purpose_of_use": ({}, {"purpose_of_use": "statistics"}, "Purpose of use: statistics."),
    "legal_basis": ({}, {"legal_basis": "Another permission."}, "Legal basis: Another permission."),
    "controller": ({}, {"controller": "Region Nordjylland"}, "Controller: Region Nordjylland;"),
    "parties": ({}, {"parties": [*PARTIES, {"name": "Skive", "kind": "municipality"}]}, "  - Skive (municipality)"),
    "people": ({}, {"people": [*PEOPLE, {"login": "dorte", "party": "Hjertecentret"}]}, "  - dorte, for Hjertecentret"),
    "contact": ({}, {"contact": "rhythm@research.invalid"}, "; write to rhythm@research.invalid"),
    "conditions": ({}, {"conditions": ["A report each year."]}, "Conditions:\n  - A report each year."),
    "opt_outs": ({}, {"opt_outs": "An exception."}, "People who have opted out: An exception."),
    "fee_dkk": ({}, {"fee_dkk": 12_500}, "Fee: DKK 12,500"),
    "tier": ({}, PRACTICE, "Tier: practice. Synthetic people only"),
    "from": ({}, {"from": "2026-02-01"}, "In force from 2026-02-01 up to, not including, 2027-01-01."),
    "to": ({}, {"to": "2027-02-01"}, "In force from 2026-01-01 up to, not including, 2027-02-01."),
    "duration_days": (TEMPLATE | {"duration_days": 14}, {"duration_days": 21}, "in force for 21 days"),
    "grant_days": ({}, {"grant_days": 31}, "One person's access lasts 31 days at most."),
    "retention_days": ({}, {"retention_days": 30}, "all are destroyed on 2027-01-31."),
    "dates": ({}, {"dates": "month"}, "Dates: the first of their month"),
    "small_cell_threshold": ({}, {"small_cell_threshold": 7}, "Fewer than 7 people are no population"),
    "rounding": (COMPANY, {"rounding": 10}, "Counts are rounded to multiples of 10."),
    "period": ({}, PERIOD, "Rows: from 2020-01-01 up to, not including, 2022-01-01"),
    "population": ({}, {"population": [{"in": "residence"}]}, "  - with a row in residence"),
    "tables": ({}, {"tables": {"residence": {"columns": ["sex"]}}}, "  - residence: sex"),
    "Party.name": ({}, {"parties": [PARTIES[0], PARTIES[1] | {"name": "Rytme ApS"}]}, "  - Rytme ApS (company)"),
    "Party.kind": ({}, {"parties": [PARTIES[0], PARTIES[1] | {"kind": "university"}]}, "ApS (university)"),
    "Person.login": ({}, {"people": [*PEOPLE[:2], PEOPLE[2] | {"login": "erik"}]}, "  - erik, for Hjertecentret"),
    "Person.party": (
        {},
        {"people": [*PEOPLE[:2], PEOPLE[2] | {"party": PARTIES[1]["name"]}]},
        "carl, for Hjerteprogram",
    ),
    "Condition.column": (_condition(), _condition(column="death_date"), "where death_date < "),
    "Condition.op": (_condition(), _condition(op=">="), "where birth_date >= "),
    "Condition.value": (_condition(), _condition(value="1960-01-01"), '< "1960-01-01"'),
    "Membership.in": (_member(), {"population": [{"in": "residence"}]}, "  - with a row in residence"),
    "Membership.where": (_member(), _condition(), '  - with a row in person where birth_date < "1955-01-01"'),
    "Membership.not": (_member(), _member(**{"not": True}), "  - with no row in person"),
    "TableRequest.columns": ({}, _table(columns=["sex", "birth_date"]), "  - person: sex, birth_date"),
    "TableRequest.where": (
        {},
        _table(where=[{"column": "sex", "op": "=", "value": "female"}]),
        '      only rows of person where sex = "female"',
    ),
    "Period.from": (_period(), _period(**{"from": "2019-01-01"}), "Rows: from 2019-01-01 up to, "),
    "Period.to": (_period(), _period(to="2023-01-01"), " up to, not including, 2023-01-01"),
}


def _fields() -> list[str]:
    """The fields of the permit's published form, those of its parts by the name of the part."""
    form = schema()
    parts = [f"{part}.{field}" for part, content in form["$defs"].items() for field in content["properties"]]
    return [*form["properties"], *parts]


def test_there_is_a_sample_of_each_field() -> None:
    assert sorted(SAMPLES) == sorted(_fields())


@pytest.mark.parametrize("field", SAMPLES)
def test_another_value_of_a_field_is_told(field: str) -> None:
    base, change, words = SAMPLES[field]
    content = a_permit(**base)
    before, after = Permit.model_validate(content), Permit.model_validate(content | change)
    old, new = before.as_dict(), after.as_dict()
    of = {"Party": "parties", "Person": "people", "TableRequest": "tables", "Period": "period"}
    part = field.partition(".")[0]
    changed = field if part == field else of.get(part, "population")
    assert [name for name in new if new[name] != old[name]] == [changed]
    assert words not in explain(before)
    assert words in explain(after)
    assert any(line.startswith("+ ") for line in changes(before, after))


# What a data permit sets out by article 68 of Regulation (EU) 2025/327: the page's word for it, and where it is told.
ARTICLE_68: dict[str, tuple[str, ...]] = {
    "categories": ("Population: ", "Tables, each with subject_id first:\n  - person: ", "Rows: from 2020-01-01"),
    "format": ("Pseudonymised rows", "Dates: ", "Fewer than 5 people are no population"),
    "environment": ("Environment and tools: SQL (DuckDB)",),
    "purpose": ("Purpose: ", "Purpose of use: "),
    "opting out": ("People who have opted out: ",),
    "authorised persons": (
        "People, and nobody else:",
        "principal investigator",
    ),
    "health data user": ("Controller: ", "Parties:"),
    "duration": (
        "In force from 2026-01-01 up to, not including, 2027-01-01.",
        "One person's access lasts ",
        "destroyed",
    ),
    "fees": ("Fee: ",),
    "special conditions": ("Conditions:",),
}


@pytest.mark.parametrize("item", ARTICLE_68)
def test_what_article_68_asks_of_a_permit_is_told_of_each(item: str) -> None:
    told = explain(Permit.model_validate(a_permit(**PERIOD, conditions=["A report each year."])))
    assert [words for words in ARTICLE_68[item] if words not in told] == []


def test_the_page_says_of_each_item_of_article_68_which_fields_it_is() -> None:
    (fields,) = [rows for rows in tables("docs/reference/permit.md").values() if rows]
    assert {item for *_, said in fields for item in said.split(", ") if item} == set(ARTICLE_68)


def test_the_least_number_of_people_is_five_where_a_permit_names_none() -> None:
    content = a_permit()
    content.pop("small_cell_threshold", None)
    assert Permit.model_validate(content).small_cell_threshold == 5
    assert schema()["properties"]["small_cell_threshold"]["default"] == 5
