"""The road through the real graph: what it does, what a second run does, and that it gives the same twice."""

import json
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion import quarantine
from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.zone import RestrictedZone
from oeverum.settings import Settings
from orchestration.dagster_home import dagster_instance
from orchestration.measuring import is_measured
from orchestration.road import travel
from orchestration.statements import kept
from orchestration.warehouse import Warehouse
from pseudonymisation.history import withdraw
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake
from sandbox.manifest import latest, list_releases
from sandbox.seal import verify
from tests.homes import Road, oeverum, under_keys_of
from tests.released import key_to

PROJECTS = ("early-warning-homecare", "readmissions-elderly")


def lake_hashes(settings: Settings) -> dict[str, str]:
    """The hash of every file of the lake, by place."""
    found = {}
    for path in settings.lake.rglob("manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found[manifest["source"] + "/" + manifest["delivery"]] = json.dumps(manifest["files"])
    return found


def release_hashes(settings: Settings) -> dict[str, str]:
    """The digest of the rows of every table of the latest releases."""
    found = {}
    for project in PROJECTS:
        release = latest(settings.releases, project)
        assert release is not None
        verify(release, key=key_to(release))
        found.update({f"{project}/{table.name}": table.digest for table in release.tables})
    return found


def test_every_step_ends_well(road: Road) -> None:
    assert [step.outcome for step in road.steps] == ["done"] * len(road.steps)
    assert [step.subject for step in road.steps if step.zone == "release"] == list(PROJECTS)
    deliveries, _ = find(road.settings.landing, load_all())
    assert len([step for step in road.steps if step.zone == "take in"]) == len(deliveries) > 10


def test_exactly_the_planted_faults_are_in_the_quarantine(road: Road) -> None:
    planted = {
        (row["source"], row["delivery"], row["file"], row["row_number"])
        for row in pq.read_table(road.settings.truth / "faults").to_pylist()
    }
    zone = RestrictedZone(road.settings.restricted, KeyRing(road.settings.keys).key("restricted"))
    refused = set()
    for path in (zone.folder / "quarantine").rglob("*.parquet"):
        source, delivery = path.name.split(".")[:2]
        for batch in quarantine.read(zone, source, delivery):
            errors = [row for row in batch.to_pylist() if row["severity"] == "error"]
            refused |= {(source, delivery, row["file"], row["_row_number"]) for row in errors}
    assert len(planted) > 20
    assert refused == planted


def test_the_second_run_doubles_nothing(copy_of_road: Settings) -> None:
    before = (lake_hashes(copy_of_road), release_hashes(copy_of_road))
    steps = travel(copy_of_road)
    assert {step.outcome for step in steps} == {"already there"}
    assert (lake_hashes(copy_of_road), release_hashes(copy_of_road)) == before
    assert [len(list_releases(copy_of_road.releases, project)) for project in PROJECTS] == [1, 1]


@pytest.mark.long
def test_the_same_landing_folder_gives_the_same_hashes_under_the_same_keys(
    landed: Settings, road: Road, tmp_path: Path
) -> None:
    again = under_keys_of(road.settings, landed, tmp_path / "again")
    travel(again)
    assert lake_hashes(again) == lake_hashes(road.settings)
    assert release_hashes(again) == release_hashes(road.settings)


@pytest.mark.long
def test_a_bad_delivery_is_refused_and_the_rest_goes_on_under_keys_of_its_own(
    landed: Settings, road: Road, tmp_path: Path
) -> None:
    """Two things of one other home: a delivery without a manifest in it, and keys that nobody else has."""
    shutil.copytree(landed.home, tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    shutil.rmtree(settings.keys)
    KeyRing(settings.keys, demo=True).key("person")
    (bad,) = (settings.landing / "dod").iterdir()
    (bad / "delivery.yaml").unlink()
    done = oeverum(settings.home, "run")
    assert done.returncode == 10, done.stderr
    assert (
        f"dod/{bad.name} refused: expected a delivery.yaml; found none, or none that is a file of its own; to do: "
        in done.stdout
    )
    assert "Traceback" not in done.stdout + done.stderr
    current = Warehouse(settings.warehouse).built()
    assert {delivery["source"] for delivery in current.deliveries} == {
        path.name for path in settings.landing.iterdir() if path.name != "dod"
    }
    mine, theirs = (
        {id_ for path in (home.lake / "bef").rglob("*.parquet") for id_ in pq.read_table(path)["person_id"].to_pylist()}
        for home in (settings, road.settings)
    )
    assert len(mine) == len(theirs) > 100
    assert not mine & theirs


def test_dagster_knows_counts_and_no_values(road: Road) -> None:
    with dagster_instance(road.settings.dagster_home) as instance:
        runs = instance.get_runs()
        assert {run.job_name for run in runs} >= {"take_in_bef", "build_warehouse", "release_sandbox"}
        assert all(run.is_success for run in runs)


@pytest.mark.long
def test_a_change_for_few_people_builds_what_reads_it(copy_of_road: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only they are built, in the models below what has changed; the whole is measured, and released."""
    monkeypatch.setattr("orchestration.touched.MOST", 1.0)
    lake = Lake(copy_of_road.lake)
    newest = max(d.delivery for d in lake.deliveries() if d.source == "laboratoriesvar")
    withdraw(lake, "laboratoriesvar", newest, by="test", reason="test")
    steps = travel(copy_of_road)
    assert {step.exit_code for step in steps} == {0}, steps
    assert [step.outcome for step in steps if step.zone == "warehouse"] == ["done"]
    assert is_measured(copy_of_road, Warehouse(copy_of_road.warehouse).built())
    with duckdb.connect(str(copy_of_road.warehouse), read_only=True) as connection:
        assert [statement for statement in kept(connection) if statement.kind == "test"]
    people = Warehouse(copy_of_road.warehouse).built().people
    assert people
    with dagster_instance(copy_of_road.dagster_home) as instance:
        (run, *_) = [run for run in instance.get_runs() if run.job_name == "build_warehouse"]
        assert run.is_success
        events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    told = [event.get_dagster_event().step_materialization_data.materialization for event in events]
    anew = {"/".join(one.asset_key.path): one.metadata["people built anew"].value for one in told}
    assert {"staging/stg_laboratoriesvar", "marts/lab_result", "marts/event"} <= {k for k, n in anew.items() if n}
    assert {anew[name] for name in ("marts/person", "marts/hospital_stay", "seeds/municipality")} == {0}


@pytest.mark.parametrize("broken", ["few_people", "Warehouse.rebuild"])
def test_an_error_of_a_build_is_recorded_without_its_text(
    broken: str, copy_of_road: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB quotes the value that it could not convert."""

    def fail(*_: object, **__: object) -> None:
        raise duckdb.ConversionException("Could not convert string '0101501234' to INT32")

    lake = Lake(copy_of_road.lake)
    withdraw(lake, "dod", next(d.delivery for d in lake.deliveries() if d.source == "dod"), by="test", reason="test")
    monkeypatch.setattr("orchestration.defs.warehouse.few_people", lambda *_, **__: None)
    monkeypatch.setattr(f"orchestration.defs.warehouse.{broken}", fail)
    (step,) = [step for step in travel(copy_of_road) if step.zone == "warehouse"]
    assert "ConversionException" in step.detail
    with dagster_instance(copy_of_road.dagster_home) as instance:
        (run, *_) = [run for run in instance.get_runs() if run.job_name == "build_warehouse"]
        assert not [entry for entry in instance.all_logs(run.run_id) if "0101501234" in str(entry)]


def test_a_release_names_what_it_was_built_from(road: Road) -> None:
    release = latest(road.settings.releases, PROJECTS[1])
    assert release is not None
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {delivery["source"] for delivery in manifest["deliveries"]} == {
        path.name for path in road.settings.landing.iterdir()
    }
    assert manifest["as_of"] == max(delivery["created"] for delivery in manifest["deliveries"])
    assert manifest["code_version"] == Warehouse(road.settings.warehouse).built().code_version
    assert manifest["quality"]["passed"] is True
    assert {path.name for path in release.folder.iterdir()} >= {
        *("codebook.html", "codebook.json", "quality.html", "quality.json"),
    }
