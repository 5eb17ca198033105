"""The definitions: cases and random people through one dbt build, against expected tables and the oracle."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.spec import oracle
from tests.spec.cases import DEFAULTS, DELIVERIES, IDS_PER_CASE, SNAPSHOTS, Case, read_cases
from tests.spec.random_people import random_people
from tests.spec.warehouse import Row, build_warehouse, column_types, lake_columns, read_table, write_delivery

CASES = read_cases()
RANDOM_PEOPLE = 400
MARTS = list(oracle.marts({source: [] for source in lake_columns()}))

Lake = dict[str, dict[str, list[Row]]]


def everything() -> Lake:
    """The rows of all cases, of the random people, and of one person who is at every snapshot."""
    lake: Lake = {source: {letter: [] for letter in DELIVERIES} for source in lake_columns()}
    parts = [case.lake_rows() for case in CASES]
    parts.append(random_people(seed=20261124, people=RANDOM_PEOPLE, first_id=IDS_PER_CASE * (len(CASES) + 1)))
    parts.append({"bef": {"c": [{**DEFAULTS["bef"], "person_id": 1, "referencetid": day} for day in SNAPSHOTS]}})
    for part in parts:
        for source, deliveries in part.items():
            for letter, rows in deliveries.items():
                lake[source][letter].extend(rows)
    return lake


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, list[Row]]]]:
    """The warehouse that dbt built from everything, and the marts of the oracle."""
    tmp = tmp_path_factory.mktemp("spec")
    lake = everything()
    entries = []
    numbered: oracle.Lake = {}
    for source, columns in lake_columns().items():
        numbered[source] = []
        for letter, rows in lake[source].items():
            delivery, delivered_at = DELIVERIES[letter]
            entries.append(
                write_delivery(rows, lake=tmp / "lake", source=source, delivery=delivery, delivered_at=delivered_at)
            )
            about = {"_delivery": delivery, "_delivered_at": datetime.fromisoformat(delivered_at)}
            empty = dict.fromkeys(columns)
            numbered[source] += [{**empty, **r, **about, "_row_number": n} for n, r in enumerate(rows, 1)]
    yield build_warehouse(tmp / "build", entries), oracle.marts(numbered)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, built: tuple[Path, dict[str, list[Row]]]) -> None:
    warehouse, from_oracle = built
    assert case.expect
    for table in case.expect:
        expected = case.expected(table, column_types(warehouse, f"marts.{table.name}"))
        for made_by, rows in (
            ("dbt", read_table(warehouse, f"marts.{table.name}")),
            ("oracle", from_oracle[table.name]),
        ):
            found = [tuple(row[column] for column in table.columns) for row in rows if case.owns(row)]
            assert in_order(found) == in_order(expected), f"{made_by}, {table.name}"


@pytest.mark.parametrize("mart", MARTS)
def test_dbt_and_oracle_agree_on_every_row(mart: str, built: tuple[Path, dict[str, list[Row]]]) -> None:
    warehouse, from_oracle = built
    found, expected = read_table(warehouse, f"marts.{mart}"), from_oracle[mart]
    assert len(expected) > 50
    assert in_order(tuple(row.values()) for row in found) == in_order(tuple(row.values()) for row in expected)
    assert list(found[0]) == list(expected[0])


def test_random_people_reach_the_edges(built: tuple[Path, dict[str, list[Row]]]) -> None:
    """A random comparison proves little unless every outcome occurs in it."""
    marts = built[1]
    assert {row["exclusion_reason"] for row in marts["readmission"]} == {
        *("death", "psychiatric", "healthy_companion", "maternal_care", "cancer"),
        None,
    }
    assert 720.0 in {row["hours_to_readmission"] for row in marts["readmission"]}
    assert {719, 720} <= {row["duration_minutes"] for row in marts["hospital_stay"]}
    assert {row["entry_reason"] for row in marts["cohort_membership"]} == {"start_of_data", "turned_18", "moved_in"}
    assert {row["exit_reason"] for row in marts["cohort_membership"]} == {"end_of_data", "death", "moved_out"}
    assert {row["functional_level"] for row in marts["functional_level"]} == {0, 1, 4, None}
    assert {row["is_imputed"] for row in marts["home_nursing"]} == {True, False}
    assert {row["training_kind"] for row in marts["training"]} == {"regain", "maintain"}
    died = {row["person_id"]: row["death_date"] for row in marts["person"]}
    assert any(
        row["end_date"] and row["end_date"] - timedelta(1) == died[row["person_id"]]
        for row in marts["nursing_home_stay"]
    )
    assert {row["outcome"] for row in marts["cohort_selection"]} == {
        *("never_seen_alive", "never_in_region", "never_adult_in_region", "included")
    }
    assert {row["register"] for row in marts["diagnosis"]} == {"lpr_a", "lpr2"}
    assert None in {row["contact_id"] for row in marts["diagnosis"]}
    assert {row["outcome"] for row in marts["stay_reconciliation"]} == {
        *("same", "other_times", "open_in_register", "only_here", "only_in_register")
    }
    assert {row["income_quintile"] for row in marts["socioeconomy"]} == {1, 2, 3, 4, 5, None}
    assert {row["category"] for row in marts["preventable_admission"]} >= {"dehydration", "fracture", "social_and_care"}
    assert {row["medication_change"] for row in marts["medication_change_at_discharge"]} == {
        *("started", "stopped", "continued")
    }
    assert {row["frailty_risk"] for row in marts["frailty"]} >= {"low", "intermediate"}
    assert {row["charlson_score"] for row in marts["comorbidity"]} >= {0, 1, 2, 3, 6}
    assert {row["diabetes_type"] for row in marts["diabetes"]} == {1, 2}
    assert {(r["has_only_insulin"], r["has_two_thirds_insulin"]) for r in marts["diabetes"]} >= {
        *((True, True), (False, True), (False, False))
    }
    assert {row["is_admitted_30_days"] for row in marts["home_care_risk_window"]} == {True, False}
    assert {row["contact_at"] is None for row in marts["sector_transition"]} == {True, False}
    assert max(row["event_number"] for row in marts["event"]) > 1
    assert max(row["period_number"] for row in marts["cohort_membership"]) > 1


def in_order(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: tuple((value is None, str(value)) for value in row))
