"""What benchmarks share: the baseline of deliveries, and measured runs, each in a process of its own."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
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


def in_turns(module: str, kinds: Iterable[str], repeats: int, *arguments: str) -> dict[str, list[dict[str, Any]]]:
    """Run a module with `--work KIND` for each kind, so many times, in turns; gives the results by kind."""
    runs: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    for _ in range(repeats):
        for kind, results in runs.items():
            results.append(run_alone(module, "--work", kind, *arguments))
    return runs


def command_line(
    doc: str | None,
    *,
    rows: int,
    kinds: Sequence[str],
    work: Callable[[str, Path], None],
    report: Callable[[Path, int, int], str],
    make: Callable[[Path, int], object],
) -> tuple[str, bool] | None:
    """The command line of a benchmark whose kinds are measured in turns on rows that `make` writes into a folder.

    Gives the table that `report` tells, and whether it is to be written; None in a process that only did its work.
    """
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=kinds, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.folder)
        return None
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.rows)
        return report(Path(folder), given.rows, given.repeats), given.write


def medians(runs: dict[str, list[dict[str, Any]]], what: str) -> dict[str, float]:
    """The median of one figure of the results, by kind."""
    return {kind: statistics.median(run[what] for run in results) for kind, results in runs.items()}
