"""The synthetic region beside published figures, counted in its files; and a world that cannot be written."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from oeverum.settings import REPOSITORY
from synthetic.columns import Period
from synthetic.delivery import SyntheticError
from synthetic.generator import synthesise
from synthetic.report import COUNTED, FIGURES, Figure, calibration

ADULTS = 10_000


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figure]:
    home = tmp_path_factory.mktemp("calibration")
    synthesise(
        adults=ADULTS,
        first_year=2019,
        last_year=2025,
        seed=7,
        landing=home / "landing",
        truth=home / "truth",
        sources=COUNTED,
        workers=1,
    )
    return {figure.name: figure for figure in calibration(home / "landing", Period(2019, 2025))}


@pytest.mark.parametrize("name", [name for name, *_ in FIGURES])
def test_every_published_figure_is_met_within_its_tolerance(name: str, figures: dict[str, Figure]) -> None:
    figure = figures[name]
    assert figure.source
    assert figure.tolerance <= 0.2 * figure.target
    assert figure.holds, f"{figure.achieved:.2f} {figure.unit} where {figure.target} ± {figure.tolerance} is published"


def test_a_figure_outside_its_tolerance_does_not_hold() -> None:
    assert not Figure("", "%", 10.0, 1.0, "", 11.5).holds
    assert not Figure("", "%", 10.0, 1.0, "", float("nan")).holds
    assert Figure("", "%", 10.0, 1.0, "", 10.9).holds


def test_figures_of_extracts_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SyntheticError, match="expected extracts of bef"):
        calibration(tmp_path, Period(2019, 2025))


def _command(out: Path, **limits: int) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, name), (value, value))

    return subprocess.run(
        [
            *(sys.executable, "-m", "oeverum.cli", "synthesise", "--out", str(out), "--adults", "100"),
            *("--source", "bef", "--source", "lmdb"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=REPOSITORY,
        env={**os.environ, "COLUMNS": "200"},
        preexec_fn=limited,
    )


def _nothing_was_delivered(done: subprocess.CompletedProcess[str], out: Path, said: str) -> None:
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert said in line
    assert not list(out.rglob("delivery.yaml"))
    assert not list(out.rglob("*.csv"))


def test_a_disk_that_is_full_half_way_leaves_no_delivery(tmp_path: Path) -> None:
    """A file system of 600 KiB: room for the first source and part of the second."""
    out = tmp_path / "small"
    out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", out], check=False).returncode:
        # Only root may mount; the next test stops a file half-way wherever it runs.
        pytest.skip("no file system can be mounted here")
    try:
        _nothing_was_delivered(_command(out / "landing"), out, "no space left")
    finally:
        subprocess.run(["umount", out], check=True)


def test_a_file_that_may_not_grow_leaves_no_delivery(tmp_path: Path) -> None:
    """The same where no file system can be mounted: files of at most 100 kB, in a process that is told so."""
    _nothing_was_delivered(_command(tmp_path / "landing", RLIMIT_FSIZE=100_000), tmp_path, "cannot write")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    _nothing_was_delivered(_command(tmp_path / "file" / "landing"), tmp_path, f"cannot write to {tmp_path}")


def test_a_draft_of_a_killed_call_is_cleared_and_two_at_once_are_refused(tmp_path: Path) -> None:
    import fcntl

    left = tmp_path / "landing" / ".synthesise"
    (left / "landing" / "bef").mkdir(parents=True)
    (left / "landing" / "bef" / "half.csv").write_text("pnr", encoding="utf-8")
    holder = os.open(left, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    _nothing_was_delivered_there(tmp_path)
    os.close(holder)
    done = _command(tmp_path / "landing")
    assert done.returncode == 0, done.stderr
    assert not left.exists()
    assert sorted(path.name for path in (tmp_path / "landing").iterdir()) == ["bef", "lmdb"]


def _nothing_was_delivered_there(home: Path) -> None:
    done = _command(home / "landing")
    assert done.returncode == 2
    assert "found another synthesise" in done.stderr
    assert not list(home.rglob("delivery.yaml"))
