"""How fast the synthetic region is made, beside writing as many bytes of random numbers.

The baseline is what numpy and pyarrow need to draw random 64-bit columns and write them as Parquet (zstd), as many
bytes as the extracts have, by as many processes; its files are removed as they are finished. Both run in processes of
their own; memory is the highest of any process of the run, and of all at once, read from /proc every half second.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.results import write_section
from synthetic.generator import synthesise
from synthetic.suppliers import SOURCES, WITH_NOTES

CHUNK_ROWS, COLUMNS = 100_000, 11
CHUNK_BYTES = CHUNK_ROWS * COLUMNS * 8


def generate(adults: int, folder: Path) -> dict[str, Any]:
    """Write the whole region without free text; gives rows, bytes and seconds."""
    sources = [name for name in SOURCES if name not in WITH_NOTES]
    done = synthesise(
        adults=adults,
        first_year=2019,
        last_year=2025,
        seed=7,
        landing=folder / "landing",
        truth=folder / "truth",
        sources=sources,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    return {"rows": done.rows, "bytes": sum(one.bytes for one in done.sources), "seconds": done.seconds}


def _random_files(job: tuple[int, int, Path]) -> int:
    seed, size, folder = job
    rng = np.random.default_rng(seed)
    written = 0
    path = folder / f"random-{seed}.parquet"
    while written < size:
        columns = {f"c{n}": pa.array(rng.integers(0, 2**62, CHUNK_ROWS)) for n in range(COLUMNS)}
        pq.write_table(pa.table(columns), path, compression="zstd")
        written += path.stat().st_size
        path.unlink()
    return written


def baseline(size: int, folder: Path) -> dict[str, Any]:
    """Write `size` bytes of random Parquet by one process per core; gives bytes and seconds."""
    workers = os.cpu_count() or 1
    begun = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        written = sum(pool.map(_random_files, [(seed, size // workers, folder) for seed in range(workers)]))
    return {"bytes": written, "seconds": time.monotonic() - begun}


def measured(arguments: list[str]) -> dict[str, Any]:
    """Run this file with arguments in a process of its own; gives what it told and its highest memory in MiB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.synthesise", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    one = together = 0.0
    while process.poll() is None:
        sizes = _memory_of_group(process.pid)
        one, together = max(one, *sizes, 0.0), max(together, sum(sizes))
        time.sleep(0.5)
    told: dict[str, Any] = json.loads(process.stdout.read()) if process.stdout else {}
    return {**told, "peak": one, "together": together}


def _memory_of_group(group: int) -> list[float]:
    """Resident MiB of every process of a group; 0 for those that have just ended."""
    sizes = [0.0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                pages = int((folder / "statm").read_text().split()[1])
                sizes.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        except (OSError, IndexError):
            continue
    return sizes


def report(adults: int, place: Path | None) -> str:
    """Generate, write the baseline, and tell both as a table."""
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        made = measured(["--adults", str(adults), "--work", "generate", "--folder", str(folder)])
        shutil.rmtree(folder / "landing")
        plain = measured(["--bytes", str(made["bytes"]), "--work", "baseline", "--folder", str(folder)])
    speed = made["rows"] / made["seconds"]
    plain_speed = made["rows"] / plain["seconds"]
    return "\n".join(
        [
            f"Measured {date.today().isoformat()}: {adults:,} adults, 2019-2025, all sources without free text, one "
            f"run; {made['rows']:,} rows, {made['bytes'] / 2**30:,.1f} GiB as delivered; "
            f"Python {platform.python_version()}, "
            f"numpy {np.__version__}, pyarrow {pa.__version__}, {os.cpu_count()} processes.",
            "",
            "| | seconds | rows per second | MiB per second | highest memory of a process, MiB | of all at once, MiB |",
            "|---|---:|---:|---:|---:|---:|",
            f"| random columns, numpy and pyarrow, as many bytes | {plain['seconds']:,.0f} | {plain_speed:,.0f} "
            f"| {plain['bytes'] / plain['seconds'] / 2**20:,.0f} | {plain['peak']:,.0f} | {plain['together']:,.0f} |",
            f"| the synthetic region | {made['seconds']:,.0f} | {speed:,.0f} "
            f"| {made['bytes'] / made['seconds'] / 2**20:,.0f} | {made['peak']:,.0f} | {made['together']:,.0f} |",
            "",
            f"Rows per second as a ratio to the baseline: {speed / plain_speed:.3f}.",
        ]
    )


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", type=int, default=20_000)
    parser.add_argument("--place", type=Path, help="a folder on a disk with room for the extracts")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=("generate", "baseline"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bytes", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        done = generate(given.adults, given.folder) if given.work == "generate" else baseline(given.bytes, given.folder)
        print(json.dumps(done))
        return
    table = report(given.adults, given.place)
    print(table)
    if given.write:
        write_section("synthesise", "The synthetic region (`make bench-region`)", table)


if __name__ == "__main__":
    main()
