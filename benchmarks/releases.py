"""How much writing an encrypted table of a release costs, against DuckDB copying the same rows.

Baseline: `COPY rows TO ... (FORMAT parquet, COMPRESSION zstd)`, of a table in a DuckDB file. The release writes the
same rows as it does in the platform: hashed, encrypted, brought to disk, read again and compared, hashed as they lie.
What is selected, under which pseudonyms, and the search for identifiers are not in it. Two threads each, in a
process of its own, in turns; the medians are compared. `--write` puts the table into `benchmarks/RESULTS.md`.
"""

import json
import platform
import time
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measuring import command_line, in_turns, medians, peak_mib
from benchmarks.results import tell
from sandbox.parquet import sha256, write_parquet

ROWS = 3_000_000
LIMIT = 2.0
BATCH_ROWS = 100_000
KINDS = ("copy", "release")
# A table such as laboratory results: people with twenty rows each, times, codes, numbers, keys of records.
TABLE = """
create table rows as
select
    substr(md5((i // 20)::varchar), 1, 12) as subject_id,
    substr(md5(i::varchar), 1, 12) as result_id,
    timestamp '2020-01-01' + to_minutes((hash(i + 1) % 2000000)::bigint) as taken_at,
    'NPU' || (hash(i * 3) % 900)::varchar as code,
    case when i % 3 = 0 then null else (hash(i) % 1000000) / 7.0 end as value,
    (hash(i * 5) % 100)::integer as number,
    i % 2 = 0 as is_abnormal
from range({rows}) as numbers(i)
order by subject_id, taken_at
"""


def make(folder: Path, rows: int) -> None:
    """The rows, in a DuckDB file."""
    with duckdb.connect(str(folder / "rows.duckdb")) as engine:
        engine.execute(TABLE.format(rows=rows))


def work(kind: str, folder: Path) -> None:
    """Run one of the two in this process; tells seconds, processor seconds and peak memory as JSON."""
    target = folder / f"{kind}.parquet"
    with duckdb.connect(str(folder / "rows.duckdb"), read_only=True, config={"threads": 2}) as engine:
        begun, processor = time.perf_counter(), time.process_time()
        if kind == "copy":
            engine.execute(f"copy rows to '{target}' (format parquet, compression zstd)")
        else:
            reader = engine.execute("from rows").to_arrow_reader(BATCH_ROWS)
            counted = engine.cursor().execute("select count(*) from rows").fetchone()
            write_parquet(
                iter(reader),
                path=target,
                rows=counted[0] if counted else 0,
                columns=reader.schema.names,
                key=bytes(16),
                progress=lambda line: None,
            )
            sha256(target)
        told = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}
    print(json.dumps({**told, "peak": peak_mib(), "mib": target.stat().st_size / 2**20}))
    target.unlink()


def report(folder: Path, rows: int, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    runs = in_turns("benchmarks.releases", KINDS, repeats, "--folder", str(folder))
    seconds, processor, peak, mib = (medians(runs, what) for what in ("seconds", "processor", "peak", "mib"))
    lines = [
        f"{rows:,} rows of seven columns; medians of {repeats} runs in turns; Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}, pyarrow {pa.__version__}.",
        "",
        "| | seconds | ratio | target | processor seconds | ratio | MiB | peak, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    names = {"copy": "bare copy", "release": "encrypted table of a release"}
    for kind in KINDS:
        target = "" if kind == "copy" else f"{LIMIT}"
        lines.append(
            f"| {names[kind]} | {seconds[kind]:.2f} | {seconds[kind] / seconds['copy']:.2f} | {target} "
            f"| {processor[kind]:.2f} | {processor[kind] / processor['copy']:.2f} "
            f"| {mib[kind]:,.0f} | {peak[kind]:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the benchmark."""
    told = command_line(__doc__, rows=ROWS, kinds=KINDS, work=work, report=report, make=make)
    if told:
        tell("releases", "Encrypted tables of a release (`make bench`)", told[0], write=told[1])


if __name__ == "__main__":
    main()
