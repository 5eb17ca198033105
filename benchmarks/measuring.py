"""What the benchmarks of deliveries share: the baseline, and one measured run in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Contract
from ingestion.delivery import Delivery, read_manifest


def copied(delivery: Delivery, contract: Contract, out: Path) -> int:
    """The baseline: DuckDB copies every file of a delivery to Parquet, on two threads, nothing checked; gives the rows.

    The types are of its own choice.
    """
    rows = 0
    form = contract.form
    with duckdb.connect() as engine:
        engine.execute("set threads = 2")
        for file in read_manifest(delivery, contract).files:
            path = delivery.folder / file.name
            source = f"read_parquet('{path}')"
            if form.format == "csv":
                source = (
                    f"read_csv('{path}', delim = '{form.delimiter}', header = true, encoding = '{form.encoding}', "
                    f"decimal_separator = '{form.decimal}', ignore_errors = true)"
                )
            target = out / f"{delivery.source}.{delivery.id}.{file.name}.parquet"
            told = engine.execute(f"copy (from {source}) to '{target}' (format parquet)").fetchone()
            rows += told[0] if told else 0
    return rows


def peak_mib() -> float:
    """The highest memory of this process so far.

    Not by getrusage: its peak includes that of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def run_alone(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in a process of its own; gives the JSON of its last line."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result
