"""The machine fails while a delivery is taken in: nothing is half accepted, and the next run ends as if it had not."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import DeliveryRefused, IntakeError
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from oeverum.settings import REPOSITORY
from tests.deliveries import CONTRACTS, bef_delivery
from tests.integration.intake_faults import told
from tests.integration.intake_faults_process import KEY, content, deliver, litter, strict


def processes(*arguments: str | Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.intake_faults_process", *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def disk(folder: Path, size: str) -> Iterator[None]:
    """A small disk mounted at a folder; skips the test where nobody may mount."""
    folder.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.mark.long
def test_killed_at_any_point_the_next_run_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """The delivery lies accepted under an older contract and is checked anew, so that there is something to replace."""
    template = tmp_path / "template"
    delivery = deliver(template / "landing")
    zone = RestrictedZone(template / "restricted", KEY)
    take_in(delivery, CONTRACTS["bef"], zone)
    before = json.loads(json.dumps(content(zone)))
    (tmp_path / "work").mkdir()
    undisturbed, *killed = processes("kill", template, tmp_path / "work", 3)
    assert undisturbed["intake"]["rows_refused"] > 100
    assert len(killed) >= 20
    states = set()
    for run in killed:
        assert "error" not in run, run
        assert run["litter"] == []
        assert not run["stands"]
        for part in ("intake", "rows", "refused"):
            assert run[part] == undisturbed[part], (run["point"], part)
        met = run["met"]
        assert not met or met["whole"]
        state = "none" if not met else "old" if met["intake"] == before["intake"] else "new"
        assert state != "new" or met["rows"] == undisturbed["rows"]
        states.add(state)
    assert states == {"old", "none", "new"}


def test_two_at_once_do_the_work_once(tmp_path: Path) -> None:
    deliver(tmp_path / "template" / "landing")
    (tmp_path / "work").mkdir()
    first, second = processes("twice", tmp_path / "template", tmp_path / "work")
    assert "error" not in {**first, **second}
    assert sorted(bool(one.pop("writes")) for one in (first, second)) == [False, True]
    assert first == second
    assert first["whole"]


@pytest.mark.parametrize("size", ["40k", "200k", "400k", "600k"])
def test_a_full_disk_is_told_in_one_line_and_leaves_nothing_half(tmp_path: Path, size: str) -> None:
    delivery = deliver(tmp_path / "landing")
    zone = RestrictedZone(tmp_path / "disk" / "restricted", KEY)
    with disk(tmp_path / "disk", size):
        with pytest.raises(IntakeError) as failure:
            take_in(delivery, strict(), zone)
        assert str(failure.value) == (
            "bef/2025-01-20 was not taken in: no space left on the disk of restricted/; "
            "free some and run again; nothing was half accepted"
        )
        assert zone.intake("bef", delivery.id) is None
        assert litter(zone) == []
        assert list(zone.folder.rglob("*.parquet")) == []
        remount(tmp_path / "disk", "size=50m")
        intake = take_in(delivery, strict(), zone)
        assert content(zone)["whole"]
        assert intake.rows_refused > 100


def test_a_landing_zone_that_cannot_be_written(tmp_path: Path) -> None:
    """It is enough for taking in; a delivery under a used name is refused, and stays where it is."""
    landing = tmp_path / "landing"
    zone = RestrictedZone(tmp_path / "restricted", KEY)
    with disk(landing, "1m"):
        delivery = bef_delivery(landing, {})
        remount(landing, "ro")
        first = take_in(delivery, CONTRACTS["bef"], zone)
        remount(landing, "rw")
        told(synthetic=False)(delivery.folder)
        remount(landing, "ro")
        with pytest.raises(DeliveryRefused, match="it stays in landing/, which is read-only"):
            take_in(delivery, CONTRACTS["bef"], zone)
        assert delivery.folder.is_dir()
        assert zone.intake("bef", delivery.id) == first
        remount(landing, "rw")
        told(synthetic=True)(delivery.folder)
        assert take_in(delivery, CONTRACTS["bef"], zone) == first
        assert zone.refusals() == []


@pytest.mark.parametrize("place", ["restricted", "restricted/.work", "restricted/bef", "restricted/quarantine"])
def test_a_restricted_zone_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    """A file lies where a folder should."""
    delivery = bef_delivery(tmp_path / "landing", {})
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("")
    zone = RestrictedZone(tmp_path / "restricted", KEY)
    with pytest.raises(IntakeError) as failure:
        take_in(delivery, CONTRACTS["bef"], zone)
    line = str(failure.value)
    assert line.endswith("see to it that landing/ can be read and restricted/ be written, and run again")
    assert "\n" not in line
    assert str(tmp_path) not in line
    (tmp_path / place).unlink()
    assert take_in(delivery, CONTRACTS["bef"], zone).rows_accepted == 1
    assert litter(zone) == []
