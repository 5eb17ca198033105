"""How fast identifiers become pseudonyms, against DuckDB copying the same column.

Baseline: `COPY (SELECT id FROM read_parquet(...)) TO ... (FORMAT parquet)`, of plain Parquet. The platform reads the
same column as it lies in the restricted zone, encrypted, and writes BIGINT. Two threads each, in a process of its own,
in turns; the medians are compared. The columns: CPR numbers in no order, each of them 70 times, as prescriptions have
them, and 7 times; and keys of records, each once. `--write` puts the table into `benchmarks/RESULTS.md`.
"""

import argparse
import json
import platform
import tempfile
import time
import uuid
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measuring import in_turns, medians, peak_mib
from benchmarks.results import tell
from ingestion import restricted
from ingestion.ahead import ahead
from pseudonymisation.pseudonyms import InArrow

ROWS = 10_000_000
LIMIT = 1.3
COLUMNS = {
    "CPR numbers, each 70 times": 70,
    "CPR numbers, each 7 times": 7,
    "record keys, each once": 1,
}


def make(folder: Path, rows: int) -> None:
    """Each column of COLUMNS as plain Parquet and as in the restricted zone, by its place."""
    rng = np.random.default_rng(7)
    for place, times in enumerate(COLUMNS.values()):
        if times == 1:
            values = pa.array([str(uuid.UUID(bytes=rng.bytes(16))) for _ in range(rows)])
        else:
            people = rng.choice(10**9, rows // times, replace=False) + 10**8
            values = pa.array(np.char.zfill(people.astype("U10"), 10)).take(
                pa.array(rng.integers(0, len(people), rows))
            )
        rows_of = pa.table({"id": values})
        pq.write_table(rows_of, folder / f"{place}.parquet", compression="zstd")
        with restricted.Writer(folder / f"{place}.restricted.parquet", rows_of.schema, key=bytes(32)) as writer:
            for batch in rows_of.to_batches(100_000):
                writer.write(batch)


def work(kind: str, place: int, folder: Path) -> None:
    """Run one of the two in this process; tells seconds, rows and peak memory as JSON."""
    import pandas  # noqa: F401 - the pseudonyms of people load it; imports do not count, on either side

    source, target = folder / f"{place}.parquet", folder / "out.parquet"
    begun = time.perf_counter()
    if kind == "baseline":
        with duckdb.connect() as engine:
            engine.execute("set threads = 2")
            engine.execute(f"copy (select id from read_parquet('{source}')) to '{target}' (format parquet)")
    else:
        batches = ahead(restricted.read(folder / f"{place}.restricted.parquet", key=bytes(32)))
        schema = pa.schema([pa.field("id", pa.int64())])
        with pq.ParquetWriter(target, schema, use_dictionary=False, write_statistics=False) as writer:
            for batch in InArrow({"id": bytes(32)})(batches):
                writer.write_batch(batch)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak": peak_mib(), "rows": pq.read_metadata(target).num_rows}))


def report(folder: Path, rows: int, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    lines = [
        f"{rows:,} rows of one column; medians of {repeats} runs in turns; Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, pyarrow {pa.__version__}.",
        "",
        "| column | copy, s | pseudonyms, s | ratio | target | rows a second | peaks, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for place, name in enumerate(COLUMNS):
        arguments = ("--place", str(place), "--folder", str(folder))
        runs = in_turns("benchmarks.identifiers", ("baseline", "pseudonyms"), repeats, *arguments)
        copy, own = medians(runs, "seconds").values()
        peaks = list(medians(runs, "peak").values())
        lines.append(
            f"| {name} | {copy:.2f} | {own:.2f} | {own / copy:.2f} | {LIMIT} | {rows / own:,.0f} "
            f"| {peaks[0]:,.0f}, {peaks[1]:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=("baseline", "pseudonyms"), help=argparse.SUPPRESS)
    parser.add_argument("--place", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.place, given.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.rows)
        table = report(Path(folder), given.rows, given.repeats)
    tell("identifiers", "Pseudonyms of identifiers (`make bench`)", table, write=given.write)


if __name__ == "__main__":
    main()
