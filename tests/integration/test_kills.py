"""Killed in the middle: no reader sees half a file, and the next run finishes the work with the same result."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from oeverum.settings import REPOSITORY, Settings
from orchestration.warehouse import Warehouse
from pseudonymisation.lake import Lake
from sandbox.manifest import list_releases
from sandbox.seal import verify
from tests.homes import Road, oeverum, under_keys_of
from tests.integration.test_road import PROJECTS, lake_hashes, release_hashes
from tests.released import key_to


def kill_when(settings: Settings, seen: Callable[[], bool], *, limit: float = 120) -> bool:
    """Start `oeverum run`, and kill it with all its children once `seen`; tells whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "oeverum.cli", "run"],
        env={**os.environ, "OEVERUM_HOME": str(settings.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=REPOSITORY,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + limit
        while not (was_seen := seen()) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
        return was_seen and process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def assert_nothing_half(settings: Settings) -> None:
    """Whatever a reader can find is whole."""
    lake = Lake(settings.lake)
    for delivery in lake.deliveries():
        assert sum(pq.read_metadata(path).num_rows for path in lake.files(delivery)) == delivery.rows
    if settings.warehouse.is_file():
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            assert connection.execute("select count(*) > 0 from marts.person").fetchone() == (True,)
        assert Warehouse(settings.warehouse).current() is not None
    for project in PROJECTS:
        for release in list_releases(settings.releases, project):
            verify(release, key=key_to(release))


def assert_finishes(settings: Settings, road: Road) -> None:
    """The next run ends well, with the very content that an undisturbed run gives, and leaves no litter."""
    done = oeverum(settings.home, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert lake_hashes(settings) == lake_hashes(road.settings)
    assert release_hashes(settings) == release_hashes(road.settings)
    litter = [
        path.relative_to(settings.home)
        for path in settings.home.rglob(".*")
        if path.is_dir() and path.name != ".work" and "dagster" not in path.parts
    ]
    assert litter == []
    assert not Warehouse(settings.warehouse).building.exists()


@pytest.fixture
def home(landed: Settings, road: Road, tmp_path: Path) -> Settings:
    """Everything waits in landing/, under the keys of the undisturbed road."""
    return under_keys_of(road.settings, landed, tmp_path / "home")


@pytest.mark.long
def test_in_the_middle_of_every_stage_one_after_the_other(home: Settings, road: Road) -> None:
    """Pseudonymisation, ingestion, the dbt build, a release: each run is killed further on, and the last finishes."""
    building = Warehouse(home.warehouse).building
    notes = home.lake / "journalnotat"
    first = home.releases / PROJECTS[0]
    stages: list[tuple[str, Callable[[], bool]]] = [
        ("pseudonymisation", lambda: any(notes.rglob(".delivery=*"))),
        ("ingestion", lambda: any((home.restricted / "lmdb").glob(".delivery=*"))),
        ("dbt build", lambda: building.is_file() and building.stat().st_size > 100_000),
        ("release", lambda: any(first.glob(".tmp-*/release/*.parquet"))),
    ]
    for stage, seen in stages:
        assert kill_when(home, seen), stage
        assert_nothing_half(home)
        if stage == "pseudonymisation":
            assert Lake(home.lake).find("journalnotat", next((home.landing / "journalnotat").iterdir()).name) is None
        if stage == "dbt build":
            assert not home.warehouse.exists()
        if stage == "release":
            assert list_releases(home.releases, PROJECTS[0]) == []
    assert_finishes(home, road)


@pytest.mark.long
def test_a_reader_keeps_the_cohort_while_a_build_is_killed(copy_of_road: Settings) -> None:
    built = Warehouse(copy_of_road.warehouse).built()
    with duckdb.connect(str(copy_of_road.warehouse)) as connection:
        connection.execute("update platform.build set record = replace(record, ?, 'other')", [built.code_version])
    before = copy_of_road.warehouse.read_bytes()
    building = Warehouse(copy_of_road.warehouse).building
    assert kill_when(copy_of_road, lambda: building.is_file() and building.stat().st_size > 100_000)
    assert copy_of_road.warehouse.read_bytes() == before
    assert_nothing_half(copy_of_road)


@pytest.mark.long
@pytest.mark.parametrize("seconds", [3 + 3 * n for n in range(13)])
def test_at_any_moment(home: Settings, road: Road, seconds: float) -> None:
    begun = time.monotonic()
    kill_when(home, lambda: time.monotonic() - begun > seconds)
    assert_nothing_half(home)
    assert_finishes(home, road)


@pytest.mark.long
def test_two_runs_at_once(copy_of_road: Settings) -> None:
    """The second is told to wait, with a line and an exit code, and spoils nothing."""
    first = subprocess.Popen(
        [sys.executable, "-m", "oeverum.cli", "run"],
        env={**os.environ, "OEVERUM_HOME": str(copy_of_road.home)},
        stdout=subprocess.DEVNULL,
        cwd=REPOSITORY,
    )
    locked = copy_of_road.state / "run.lock"
    locked.unlink(missing_ok=True)
    while not locked.exists() and first.poll() is None:
        time.sleep(0.01)
    second = oeverum(copy_of_road.home, "run")
    assert first.wait() == 0
    assert second.returncode == 1
    assert "another run is under way" in second.stderr
