"""Dagster's records are whole, or made anew: a process that is killed while it makes them spoils no later run."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oeverum.settings import REPOSITORY
from orchestration.dagster_home import DAGSTER_YAML, dagster_instance, prepare_dagster_home

KILLED_AT_TABLE = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from orchestration.dagster_home import prepare_dagster_home

made = 0

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, parameters, context, many):
    global made
    made += statement.lstrip().startswith("CREATE TABLE")
    if made == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

prepare_dagster_home(Path(sys.argv[1]))
"""


def prepared_by(code: str, folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-c", code, str(folder), *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True).returncode


def tables(folder: Path) -> dict[str, list[str]]:
    """The tables of each database, by its name."""
    found = {}
    for path in sorted(folder.rglob("*.db")):
        with sqlite3.connect(path) as connection:
            found[path.name] = sorted(name for (name,) in connection.execute("select name from sqlite_master"))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    folder = tmp_path_factory.mktemp("whole") / "dagster"
    prepare_dagster_home(folder)
    return tables(folder)


@pytest.mark.parametrize("table", [1, 4, 12, 20])
def test_records_that_were_half_made_are_made_anew(tmp_path: Path, whole: dict[str, list[str]], table: int) -> None:
    folder = tmp_path / "dagster"
    assert prepared_by(KILLED_AT_TABLE, folder, str(table)) == -9
    assert tables(folder) != whole
    with dagster_instance(folder) as instance:
        assert instance.event_log_storage.supports_asset_checks
    assert tables(folder) == whole
    assert not (folder / "unfinished").exists()


def test_what_was_recorded_stays(tmp_path: Path) -> None:
    with dagster_instance(tmp_path) as instance:
        instance.add_dynamic_partitions("sources", ["lmdb"])
    with dagster_instance(tmp_path) as instance:
        assert instance.get_dynamic_partitions("sources") == ["lmdb"]


def test_settings_that_are_lost_are_written_again(tmp_path: Path) -> None:
    """Without them Dagster would keep what steps print."""
    prepare_dagster_home(tmp_path)
    (tmp_path / "dagster.yaml").unlink()
    with dagster_instance(tmp_path) as instance:
        assert not instance.telemetry_enabled
    assert (tmp_path / "dagster.yaml").read_text(encoding="utf-8") == DAGSTER_YAML


def test_settings_of_the_operator_stay(tmp_path: Path) -> None:
    own = DAGSTER_YAML + "run_retries:\n  enabled: true\n"
    (tmp_path / "dagster.yaml").write_text(own, encoding="utf-8")
    assert prepared_by(KILLED_AT_TABLE, tmp_path, "4") == -9
    prepare_dagster_home(tmp_path)
    assert (tmp_path / "dagster.yaml").read_text(encoding="utf-8") == own


def test_two_at_once_make_it_once(tmp_path: Path, whole: dict[str, list[str]]) -> None:
    code = KILLED_AT_TABLE.replace("os.kill(os.getpid(), signal.SIGKILL)", "raise AssertionError")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: prepared_by(code, tmp_path, "-1"), range(2))) == [0, 0]
    assert tables(tmp_path) == whole
