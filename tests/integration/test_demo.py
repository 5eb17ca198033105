"""The demonstration, twice in one home and through the command line, and Dagster's page that it points to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from oeverum.settings import REPOSITORY, Settings
from sandbox.manifest import list_releases
from tests.homes import oeverum, quick_records

PROJECTS = ("early-warning-homecare", "readmissions-elderly")
DELIVERIES = 53  # Of 38 sources, 15 of them in two halves.
STEP = re.compile(r"^ ([✓·✗]) (synthesise|take in|warehouse|release) +(\S.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Twice:
    """The demonstration, run two times in one home."""

    settings: Settings
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    home = tmp_path_factory.mktemp("demo") / "home"
    quick_records(Settings(home=home))
    first, second = (oeverum(home, "demo", "--adults", "100") for _ in range(2))
    return Twice(Settings(home=home), first, second)


def shown(output: str, title: str, *, header: bool = True) -> list[list[str]]:
    """The rows of a table of the summary, its cells divided by two spaces or more."""
    lines = iter(output.splitlines())
    assert any(line.strip() == title for line in lines), f"no table {title}"
    if header:
        next(lines)
    rows = []
    for line in lines:
        if not line.strip():
            break
        rows.append(re.split(r" {2,}", line.strip()))
    return rows


def test_the_first_run_takes_every_step_and_ends_well(twice: Twice) -> None:
    assert twice.first.returncode == 0, twice.first.stderr
    steps = STEP.findall(twice.first.stdout)
    assert [zone for _, zone, _ in steps] == ["synthesise", *["take in"] * DELIVERIES, "warehouse", *["release"] * 2]
    assert {mark for mark, _, _ in steps} == {"✓"}
    assert "Traceback" not in twice.first.stdout + twice.first.stderr


def test_the_summary_tells_what_came_in_what_was_published_and_how_long_it_took(twice: Twice) -> None:
    came_in = shown(twice.first.stdout, "Came in")
    assert {row[0] for row in came_in} == {path.name for path in twice.settings.landing.iterdir()}
    assert sum(int(row[1]) for row in came_in) == DELIVERIES
    assert len([row for row in came_in if int(row[2].replace(",", "")) > 0]) > 30
    assert sum(int(row[3]) for row in came_in) > 20
    published = {row[0]: row[1:] for row in shown(twice.first.stdout, "Published")}
    assert tuple(published) == PROJECTS
    for project, (tier, subjects, rows, release, _) in published.items():
        (kept,) = list_releases(twice.settings.releases, project)
        assert tier in {"practice", "research"}
        assert (subjects, rows, release) == (f"{kept.subjects:,}", f"{kept.rows:,}", kept.release)
    took = {row[0]: float(row[1]) for row in shown(twice.first.stdout, "Time")}
    assert set(took) == {"synthesise", "take in", "warehouse", "release", "starting, and the query", "all"}
    assert took["all"] == pytest.approx(sum(took.values()) - took["all"], abs=0.5)


def test_three_commands_to_try_next_are_shown_and_name_this_home(twice: Twice) -> None:
    assert [command for command, _ in shown(twice.first.stdout, "Try next", header=False)] == [
        f".venv/bin/oeverum sandbox open readmissions-elderly --home {twice.settings.home}",
        ".venv/bin/oeverum permit explain readmissions-elderly",
        "make serve",
    ]
    (codebook,) = re.findall(r"^Every column and where it comes from: (.*)$", twice.first.stdout, re.MULTILINE)
    assert Path(codebook).is_file()


def test_the_second_run_finds_everything_there_and_doubles_nothing(twice: Twice) -> None:
    assert twice.second.returncode == 0, twice.second.stderr
    steps = STEP.findall(twice.second.stdout)
    assert len(steps) == DELIVERIES + 4
    assert [step for step in steps if step[0] != "·" or "already there: " not in step[2]] == []
    assert [len(list_releases(twice.settings.releases, project)) for project in PROJECTS] == [1, 1]
    assert shown(twice.second.stdout, "Published") == shown(twice.first.stdout, "Published")
    before, after = (
        [row[:4] for row in shown(run.stdout, "Came in")]  # the fifth is the seconds of this run
        for run in (twice.first, twice.second)
    )
    assert after == before
    assert [path.name for path in sorted(twice.settings.permits.glob("*/*"))] == ["0001", "0001"]


def test_production_has_no_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OEVERUM_ENV", "production")
    done = oeverum(tmp_path / "home", "demo", "--adults", "100")
    assert done.returncode == 16
    (line,) = done.stderr.splitlines()
    assert line.startswith("oeverum: a demo key ring cannot be made in production")
    assert "Traceback" not in done.stdout
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def closed(port: int, *, within: float) -> bool:
    """Whether nothing listens on a port of this machine any more."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def page(home: Path, port: int, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`oeverum graph` in a group of its own, ended with all its children."""
    with (
        output.open("wb") as written,
        subprocess.Popen(
            [sys.executable, "-m", "oeverum.cli", "graph", "--port", str(port)],
            env={**os.environ, "OEVERUM_HOME": str(home), "COLUMNS": "200"},
            stdout=written,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            # All of the group are told to end, then what has not ended is killed.
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=15)
                closed(port, within=15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.long
def test_the_graph_is_served_where_it_says(tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "output.txt"
    answer = None
    with page(tmp_path / "home", port, output) as process:
        until = time.monotonic() + 60
        while answer is None and time.monotonic() < until:
            assert process.poll() is None, output.read_text(encoding="utf-8")
            with (
                suppress(urllib.error.URLError, ConnectionError, TimeoutError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as response,
            ):
                answer = json.load(response)
            time.sleep(0.25)
    told = output.read_text(encoding="utf-8")
    assert answer is not None, told
    assert "dagster_webserver_version" in answer
    assert f"Dagster's page: http://127.0.0.1:{port}/asset-groups" in told
    assert closed(port, within=10)
