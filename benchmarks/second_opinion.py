"""How long a second opinion on many rows takes, beside the scan: on the table `vital_sign` of `benchmarks.quality`.

Two threads and 2 GB; importing Great Expectations does not count, and is told. Told as JSON: seconds and peak MiB.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.measuring import peak_mib
from benchmarks.quality import make
from orchestration.resources import EXPECTATIONS
from quality.expectation import load
from quality.great_expectations import great_expectations
from quality.measure import measure
from quality.second_opinion import second_opinion


def run(path: Path) -> dict[str, float]:
    """Import, scan and second opinion, each once."""
    expected = load(EXPECTATIONS / "marts" / "vital_sign.yaml")
    begun = time.perf_counter()
    with great_expectations():
        imported = time.perf_counter()
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set threads = 2; set memory_limit = '2GB'")
        measure(connection, expected)
    scanned = time.perf_counter()
    second_opinion(path, [expected], memory_limit="2GB")
    return {
        "import": imported - begun,
        "scan": scanned - imported,
        "second opinion": time.perf_counter() - scanned,
        "peak": peak_mib(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "warehouse.duckdb", parser.parse_args().rows)
        print(json.dumps({name: round(told, 1) for name, told in run(Path(folder) / "warehouse.duckdb").items()}))
