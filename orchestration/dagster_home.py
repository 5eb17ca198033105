"""Dagster's own records of an installation: its settings, and its databases, which are whole or made anew."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

# What a step prints is not kept: tools quote what they work on. Events and counts are.
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


@contextmanager
def dagster_instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's records in `folder`, made on first use."""
    prepare_dagster_home(folder)
    os.environ["DAGSTER_HOME"] = str(folder)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


def prepare_dagster_home(folder: Path) -> None:
    """Make Dagster's home: no telemetry, no invitation to sign up, one run at a time in a pool.

    Dagster makes its tables one by one, and takes a database with some of them for an old one. Until all are made
    a mark stands beside them, and whoever finds the mark begins again: nothing was recorded yet. A `dagster.yaml`
    that is already there, such as one that names a server, is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "unfinished"
    with _alone_in(folder):
        if not mark.exists() and any(path.name != "dagster.yaml" for path in folder.iterdir()):
            return
        mark.touch()
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in ("dagster.yaml", mark.name):
                path.unlink()
        if not (settings := folder / "dagster.yaml").is_file():
            written = folder / "dagster.yaml.new"
            written.write_text(DAGSTER_YAML, encoding="utf-8")
            written.replace(settings)
        os.environ["DAGSTER_HOME"] = str(folder)
        with dg.DagsterInstance.from_config(str(folder)):
            pass
        mark.unlink()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is at work in `folder`."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
