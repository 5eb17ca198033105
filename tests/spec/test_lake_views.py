"""The lake as dbt registers it: nothing before the first delivery, and deliveries that it must not take."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.lake_views import Delivered, LakeViewError, lake_views
from tests.spec.warehouse import build_warehouse, column_types, lake_columns, lake_tables, read_table, write_delivery


@pytest.mark.long
def test_marts_are_empty_before_the_first_delivery(tmp_path: Path) -> None:
    warehouse = build_warehouse(tmp_path, [])
    for source in lake_columns():
        assert read_table(warehouse, f"lake.{source}") == []
    assert read_table(warehouse, "marts.cohort_membership") == []
    assert column_types(warehouse, "marts.residence")["end_date"] == "DATE"


@pytest.mark.long
def test_a_warehouse_can_be_moved_into_place_under_another_name(tmp_path: Path) -> None:
    """DuckDB names a database after its file: a view that wrote the name down would be lost by the move."""
    at = "2021-01-01T06:00:00+00:00"
    accepted = write_delivery(
        [{"person_id": 7}], lake=tmp_path / "lake", source="dod", delivery="2021-01-01", delivered_at=at
    )
    built = build_warehouse(tmp_path / "build", [accepted])
    moved = built.replace(tmp_path / "elsewhere.duckdb")
    assert [row["person_id"] for row in read_table(moved, "staging.stg_dod")] == [7]


def test_a_view_holds_the_files_it_was_given_and_when_they_came(tmp_path: Path) -> None:
    lake = tmp_path / "the lake's folder"
    at = "2021-01-01T01:30:00+02:00"
    accepted = write_delivery([{"person_id": 7}], lake=lake, source="dod", delivery="2021-01-01", delivered_at=at)
    write_delivery([{"person_id": 8}], lake=lake, source="dod", delivery="2021-01-02", delivered_at=at)
    empty = replace(accepted, delivery="2021-01-03", files=())
    warehouse = build_warehouse(tmp_path / "build", [accepted, empty], command="seed")
    rows = read_table(warehouse, "lake.dod")
    assert [row["person_id"] for row in rows] == [7]
    assert str(rows[0]["_delivered_at"]) == "2020-12-31 23:30:00"
    assert list(rows[0]) == [*lake_columns()["dod"], "_delivery", "_delivered_at"]


@pytest.mark.long
def test_a_run_without_a_file_leaves_the_views_as_they_are(tmp_path: Path) -> None:
    at = "2021-01-01T06:00:00+00:00"
    accepted = write_delivery(
        [{"person_id": 7}], lake=tmp_path / "lake", source="dod", delivery="2021-01-01", delivered_at=at
    )
    for deliveries, people in (([accepted], [7]), (None, [7]), ([], [])):
        warehouse = build_warehouse(tmp_path / "build", deliveries, command="seed")
        assert [row["person_id"] for row in read_table(warehouse, "lake.dod")] == people


GIVEN = Delivered("dod", "2021-01-01", datetime(2021, 1, 1, 6, tzinfo=UTC), (Path("x"),))


@pytest.mark.parametrize(
    ("deliveries", "message"),
    [
        ([replace(GIVEN, source="nobody")], "nobody, of which there is no contract"),
        ([replace(GIVEN, delivered_at=datetime(2021, 1, 1, 6))], "without an offset"),
        ([GIVEN, GIVEN], "would be the same"),
    ],
)
def test_a_delivery_that_cannot_be_placed_is_refused(deliveries: list[Delivered], message: str) -> None:
    with pytest.raises(LakeViewError, match=message):
        lake_views(lake_tables(), deliveries)
