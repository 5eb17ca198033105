"""How fast ingestion with all its checks is, against a bare copy of the same files by DuckDB.

Baseline: `COPY (FROM read_csv(...)) TO ... (FORMAT parquet)`, or `read_parquet`, on the same files: types of its own
choice, nothing checked, nothing encrypted. Both read the same synthetic prescriptions (`lmdb`) in the same run, each in
a process of its own, on two threads, in turns; the medians are compared. The rows come as CSV and, typed, as Parquet.
`--write` puts the table into `benchmarks/RESULTS.md`.
"""

import argparse
import hashlib
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measuring import copied, in_turns, medians, peak_mib
from benchmarks.results import tell
from ingestion.contract import Contract, Form, load_all
from ingestion.delivery import DeliveredFile, Delivery
from ingestion.reading.delimited import DelimitedReader
from ingestion.take_in import take_in
from ingestion.values import TYPES, typed
from ingestion.zone import RestrictedZone

SIZES = (100_000, 1_000_000, 10_000_000)
ROWS_PER_ADULT = 70
PER_FILE = 1_000_000
LIMITS = {"csv": 1.5, "parquet": 2.0}


def contract_of(form: str) -> Contract:
    """The contract of the prescriptions, for CSV as it is, for Parquet with another form."""
    contract = load_all()["lmdb"]
    return contract if form == "csv" else replace(contract, form=Form("parquet"))


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    """Synthesise prescriptions and deal them into deliveries `<folder>/<form>-<rows>/lmdb/2026-01-20`."""
    adults = max(sizes) // ROWS_PER_ADULT + 2000
    command = [sys.executable, "-m", "oeverum.cli", "synthesise", "--adults", str(adults), "--source", "lmdb"]
    subprocess.run([*command, "--out", str(folder / "made")], check=True, capture_output=True)
    made = sorted((folder / "made").glob("lmdb/*/*.csv"))
    for size in sizes:
        _deal(made, folder, size)


def _deal(made: list[Path], folder: Path, size: int) -> None:
    """The first `size` rows, in files of up to a million."""
    header = made[0].open("rb").readline()
    rows = islice(chain.from_iterable(islice(path.open("rb"), 1, None) for path in made), size)
    homes = {form: folder / f"{form}-{size}" / "lmdb" / "2026-01-20" for form in LIMITS}
    told: dict[str, list[str]] = {form: [] for form in homes}
    for home in homes.values():
        home.mkdir(parents=True)
    number, dealt = 0, 0
    while lines := list(islice(rows, PER_FILE)):
        number, dealt = number + 1, dealt + len(lines)
        text = homes["csv"] / f"lmdb-{number:03d}.csv"
        text.write_bytes(header + b"".join(lines))
        typed_rows = _typed(text, contract_of("csv"))
        pq.write_table(typed_rows, homes["parquet"] / f"lmdb-{number:03d}.parquet", compression="zstd")
        for form, home in homes.items():
            path = home / f"lmdb-{number:03d}.{form}"
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            told[form].append(f'  - {{name: {path.name}, sha256: "{digest}", rows: {len(lines)}}}')
    if dealt < size:
        raise SystemExit(f"made {dealt} rows of {size}; lower ROWS_PER_ADULT")
    for form, home in homes.items():
        head = 'source: lmdb\ndelivery: "2026-01-20"\nmode: append\ncreated: "2026-01-20T06:00:00+00:00"\n'
        period = 'period: {from: "2019-01-01", to: "2026-01-01"}\nsynthetic: true\nfiles:\n'
        (home / "delivery.yaml").write_text(head + period + "\n".join(told[form]) + "\n", encoding="utf-8")


def _typed(path: Path, contract: Contract) -> pa.Table:
    """The rows of a CSV file in the types of the contract; what cannot be typed becomes NULL."""
    file = DeliveredFile(name=path.name, sha256="0" * 64, rows=0)
    reader = DelimitedReader(Delivery("lmdb", "2026-01-20", path.parent), file, contract)
    batches = []
    for batch in reader.records():
        columns = [
            typed(batch.column(c.name).dictionary_decode(), c, decimal=contract.form.decimal) for c in contract.columns
        ]
        batches.append(pa.RecordBatch.from_arrays(columns, names=[c.name for c in contract.columns]))
    schema = pa.schema([pa.field(c.name, TYPES[c.logical_type]) for c in contract.columns])
    return pa.Table.from_batches(batches, schema)


def work(kind: str, form: str, landing: Path) -> None:
    """Run one of the two in this process; tells seconds, rows and peak memory as JSON."""
    import pandas  # noqa: F401 - pyarrow loads it at the first conversion; imports do not count, on either side

    contract = contract_of(form)
    delivery = Delivery("lmdb", "2026-01-20", landing / "lmdb" / "2026-01-20")
    with tempfile.TemporaryDirectory(dir=landing.parent) as out:
        begun = time.perf_counter()
        if kind == "baseline":
            rows = copied(delivery, contract, Path(out))
        else:
            intake = take_in(delivery, contract, RestrictedZone(Path(out), bytes(32)))
            rows = intake.rows_read
        seconds = time.perf_counter() - begun
    told = {"seconds": seconds, "peak": peak_mib(), "rows": rows}
    print(json.dumps(told))


def report(folder: Path, sizes: tuple[int, ...], repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    lines = [
        f"Synthetic prescriptions (lmdb, 14 columns, faults in 0.03 % of the rows); medians of {repeats} runs in "
        f"turns; Python {platform.python_version()}, DuckDB {duckdb.__version__}, pyarrow {pa.__version__}.",
        "",
        "| form | rows | bare copy, s | ingestion, s | ratio | target | rows a second | peak of the copy, MiB "
        "| peak of ingestion, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for form, limit in LIMITS.items():
        for size in sizes:
            landing = folder / f"{form}-{size}"
            arguments = ("--form", form, "--landing", str(landing))
            runs = in_turns("benchmarks.ingestion", ("baseline", "platform"), repeats, *arguments)
            copy, own = medians(runs, "seconds").values()
            peaks = list(medians(runs, "peak").values())
            lines.append(
                f"| {form} | {size:,} | {copy:.2f} | {own:.2f} | {own / copy:.2f} | {limit} | {size / own:,.0f} "
                f"| {peaks[0]:,.0f} | {peaks[1]:,.0f} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--place", type=Path, help="folder for the extracts, which need 4 GiB; default a temporary one")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=("baseline", "platform"), help=argparse.SUPPRESS)
    parser.add_argument("--form", choices=tuple(LIMITS), help=argparse.SUPPRESS)
    parser.add_argument("--landing", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.form, given.landing)
        return
    sizes = tuple(given.sizes)
    with tempfile.TemporaryDirectory(dir=given.place) as folder:
        make(Path(folder), sizes)
        table = report(Path(folder), sizes, given.repeats)
    tell("ingestion", "Ingestion with all checks (`make bench`)", table, write=given.write)


if __name__ == "__main__":
    main()
