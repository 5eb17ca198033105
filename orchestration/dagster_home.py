"""Dagster's own records of an installation: its settings, and its files, which are whole or made anew."""

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
    with _opened(folder) as instance:
        yield instance


def prepare_dagster_home(folder: Path) -> None:
    """Make Dagster's home: no telemetry, no invitation to sign up, one run at a time in a pool.

    Dagster makes its tables one by one, and takes a database with some of them for an old one. Until all are made a
    mark says so, and whoever finds that mark makes the files anew: nothing was recorded yet. A `dagster.yaml` that is
    already there is kept. Tables on a server that it names are in the care of the server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished, finished = folder / "unfinished", folder / "finished"
    with _alone_in(folder):
        if not (settings := folder / "dagster.yaml").is_file():
            written = folder / "dagster.yaml.new"
            written.write_text(DAGSTER_YAML, encoding="utf-8")
            written.replace(settings)
        found = {path for path in folder.iterdir() if path != settings}
        # Records that stand without either mark were there before there were marks.
        if found and unfinished not in found:
            return
        unfinished.touch()
        for path in found - {unfinished}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        with _opened(folder):
            pass
        unfinished.replace(finished)


@contextmanager
def _opened(folder: Path) -> Iterator[dg.DagsterInstance]:
    os.environ["DAGSTER_HOME"] = str(folder)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is at work in `folder`."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
