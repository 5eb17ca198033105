"""What Dagster shows of quality, and that a build that nobody measured is not released."""

from typing import Any

import dagster as dg
import duckdb
import pytest

from oeverum.settings import Settings
from orchestration.defs.quality import expectation_checks
from orchestration.resources import EXPECTATIONS, Platform
from orchestration.road import travel
from pseudonymisation.history import withdraw
from pseudonymisation.lake import Lake
from quality.expectation import load
from quality.figure import figure
from quality.measure import by_delivery
from quality.record import Records
from sandbox.manifest import latest
from tests.commands import Type

PROJECT = "readmissions-elderly"
PERSON = load(EXPECTATIONS / "marts" / "person.yaml").expectations


@pytest.fixture
def spoilt(copy_of_road: Settings) -> tuple[Settings, int]:
    """A home whose people have a sex that BEF does not know and are two hundred years old; how many they are."""
    with duckdb.connect(str(copy_of_road.warehouse)) as connection:
        connection.execute("update marts.person set sex = 'other_word', birth_date = date '1823-04-05'")
        (people,) = connection.execute("select count(*) from marts.person").fetchall()[0]
    return copy_of_road, people


def checked(home: Settings) -> tuple[dict[tuple[str, str], dg.AssetCheckEvaluation], str]:
    """The evaluations of the checks, by asset and name, and all that Dagster recorded of the run."""
    checks = expectation_checks()
    job = dg.define_asset_job("checks", selection=dg.AssetSelection.checks(checks))
    made = dg.Definitions(
        asset_checks=[checks], jobs=[job], resources={"platform": Platform(home=str(home.home))}
    ).resolve_job_def("checks")
    with dg.instance_for_test() as instance:
        done = made.execute_in_process(instance=instance, raise_on_error=False)
        told = "\n".join(map(str, instance.all_logs(done.run_id)))
    found = {(one.asset_key.to_user_string(), one.check_name): one for one in done.get_asset_check_evaluations()}
    return found, told


def test_a_check_tells_counts_thresholds_the_past_and_the_way_to_the_rows(spoilt: tuple[Settings, int]) -> None:
    home, people = spoilt
    found, told = checked(home)
    must, should = found["marts/person", "must_hold"], found["marts/person", "should_hold"]
    assert not must.passed
    assert not should.passed
    assert (must.severity, should.severity) == (dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN)
    for check, severity, broken in ((must, "error", "sex_in_list"), (should, "warning", "age_plausible")):
        shown: dict[str, Any] = {name: value.value for name, value in check.metadata.items()}
        table = check.metadata["all"]
        assert isinstance(table, dg.TableMetadataValue)
        rows = {record.data["expectation"]: record.data for record in table.records}
        assert rows.keys() == {one.id for one in PERSON if one.severity == severity}
        assert shown["rows"] == people
        assert shown["expectations"] == len(rows)
        assert shown["not_held"] == sum(row["holds"] == "no" for row in rows.values())
        row = rows[broken]
        assert (row["holds"], row["failing"], row["figure"]) == ("no", people, "100 %")
        # The build of the road was measured too, and then nothing failed.
        assert row["trend"] == "0 %, 100 %"
        assert row["borne"]
        assert f"oeverum quality explain person/{broken}" in shown["rows that fail"].splitlines()
        assert broken in (check.description or "")
    assert found["marts/diagnosis", "must_hold"].passed
    # A year by itself stands in ids and times of runs, so the whole day is looked for, as SQL and as Python write it.
    assert not [value for value in ("other_word", "1823-04-05", "date(1823, 4, 5)") if value in told]


@pytest.mark.long
def test_the_trend_of_a_source_is_of_its_deliveries_and_of_a_mart_of_its_editions(spoilt: tuple[Settings, int]) -> None:
    home, _ = spoilt
    for _ in range(2):
        found, _ = checked(home)
    table = found["staging/stg_lpr_a_kontakt", "should_hold"].metadata["all"]
    assert isinstance(table, dg.TableMetadataValue)
    rule = next(record.data for record in table.records if record.data["expectation"] == "05.15")
    newest = Records(home.measures).newest()
    assert newest is not None
    measure = newest.of("lpr_a_kontakt", "05.15")
    assert measure is not None
    deliveries = by_delivery([measure])
    assert sum(one.failing for one in deliveries.values()) == measure.failing
    assert rule["trend"] == ", ".join(figure(one) for _, one in sorted(deliveries.items())[-6:])
    # What was measured twice is one edition.
    (person,) = (
        record.data
        for record in found["marts/person", "must_hold"].metadata["all"].records  # type: ignore[union-attr]
        if record.data["expectation"] == "sex_in_list"
    )
    assert person["trend"] == "0 %, 100 %"


def test_what_must_hold_blocks_what_should_hold_does_not() -> None:
    specs = list(expectation_checks().check_specs)
    assert {(spec.name, spec.blocking) for spec in specs} == {("must_hold", True), ("should_hold", False)}


@pytest.mark.long
def test_a_build_of_other_deliveries_that_nobody_measured_is_not_released(
    copy_of_road: Settings, type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = latest(copy_of_road.releases, PROJECT)
    lake = Lake(copy_of_road.lake)
    newest = max(delivery.delivery for delivery in lake.deliveries() if delivery.source == "laboratoriesvar")
    withdraw(lake, "laboratoriesvar", newest, by="test", reason="test")
    monkeypatch.setattr("orchestration.defs.quality.measure_warehouse", lambda settings: None)
    (build,) = [step for step in travel(copy_of_road) if step.zone == "warehouse"]
    assert build.outcome == "failed"
    done = type_in(copy_of_road, "sandbox", "release", PROJECT)
    assert done.exit_code == 11
    assert latest(copy_of_road.releases, PROJECT) == before
    assert type_in(copy_of_road, "quality", "run").exit_code == 0
    assert type_in(copy_of_road, "sandbox", "release", PROJECT).exit_code == 0
