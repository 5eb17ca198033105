"""A release of more rows than fit into memory: the same release, and what lies on the disk meanwhile is encrypted."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks.installation import make_warehouse, permitted, release
from oeverum.settings import Settings
from sandbox.subjects import Cut

ROWS = 1_500_000
# The sorted rows take about 90 MB.
LITTLE = "80MB"


def test_what_does_not_fit_into_memory_lies_on_the_disk_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.make_home()
    make_warehouse(settings.warehouse, rows=ROWS)
    enough = release(settings, permitted(settings, "with-enough", "research"))

    spilled: list[bytes] = []
    read = Cut.read

    def reading(cut: Cut, table: str) -> Iterator[pa.RecordBatch]:
        for batch in read(cut, table):
            if batch.num_rows and not spilled:
                spilled.extend(path.read_bytes() for path in settings.releases.rglob("spill/*"))
            yield batch

    monkeypatch.setattr(Cut, "read", reading)
    little = release(settings, permitted(settings, "with-little", "research"), memory_limit=LITTLE)
    assert [(table.name, table.rows, table.digest) for table in little.tables] == [
        (table.name, table.rows, table.digest) for table in enough.tables
    ]
    # Each code stands in thousands of rows: in clear some would be seen.
    assert sum(map(len, spilled)) > 1_000_000
    assert not any(f"NPU000{number:02}".encode() in content for content in spilled for number in range(90))
    assert not list(settings.releases.rglob("spill"))
