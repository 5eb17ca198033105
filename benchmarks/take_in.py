"""How fast a delivery goes through ingestion and pseudonymisation, against a bare copy of the same files.

Baseline: DuckDB reads each file as the contract says (types of its own choice, nothing checked, nothing kept secret)
and writes it as Parquet. Both read the same synthetic extracts in the same run, each in a process of its own, on two
threads, in turns; the medians are compared. `--write` puts the table into `benchmarks/RESULTS.md`.
"""

import argparse
import json
import platform
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measuring import copied, in_turns, medians, peak_mib
from benchmarks.results import tell
from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import Lake, admit


def baseline(landing: Path, out: Path) -> dict[str, int]:
    """Copy every delivery to Parquet; gives rows by source."""
    contracts = load_all()
    rows: dict[str, int] = {}
    for delivery in find(landing, contracts)[0]:
        copied_rows = copied(delivery, contracts[delivery.source], out)
        rows[delivery.source] = rows.get(delivery.source, 0) + copied_rows
    return rows


def platform_road(landing: Path, out: Path) -> dict[str, tuple[int, float, float]]:
    """Take every delivery in and admit it to the lake; gives rows and the seconds of both halves by source."""
    from orchestration.defs.pseudonyms import admission

    contracts = load_all()
    ring = KeyRing(out / "keys")
    zone = RestrictedZone(out / "restricted", ring.key("restricted"))
    lake = Lake(out / "lake")
    told: dict[str, tuple[int, float, float]] = {}
    for delivery in find(landing, contracts)[0]:
        contract = contracts[delivery.source]
        begun = time.perf_counter()
        intake = take_in(delivery, contract, zone)
        between = time.perf_counter()
        incoming, treater = admission(intake, contract, zone, ring)
        with closing(treater):
            admit(incoming, treater, lake)
        ended = time.perf_counter()
        rows, first, second = told.get(delivery.source, (0, 0.0, 0.0))
        told[delivery.source] = (rows + intake.rows_read, first + between - begun, second + ended - between)
    return told


def work(kind: str, landing: Path) -> None:
    """Run one of the two in this process and tell seconds, rows and peak memory as JSON."""
    if kind == "platform":
        import pseudonymisation.redaction.redactor  # noqa: F401 - imports do not count
    with tempfile.TemporaryDirectory() as out:
        begun = time.perf_counter()
        told: Any = (baseline if kind == "baseline" else platform_road)(landing, Path(out))
        seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib(), "told": told}))


def report(adults: int, repeats: int) -> str:
    """Synthesise, measure in turns, and tell the medians as a table."""
    from synthetic.generator import synthesise

    with tempfile.TemporaryDirectory() as folder:
        landing = Path(folder) / "landing"
        synthesise(
            adults=adults,
            first_year=2019,
            last_year=2025,
            seed=7,
            # What the baseline can read: it knows no FHIR.
            sources=[c.source for c in load_all().values() if c.form.format in ("csv", "parquet")],
            landing=landing,
            truth=Path(folder) / "truth",
        )
        size = sum(path.stat().st_size for path in landing.rglob("*") if path.is_file()) / 2**20
        runs = in_turns("benchmarks.take_in", ("baseline", "platform"), repeats, "--landing", str(landing))
    seconds, peak = medians(runs, "seconds"), medians(runs, "peak_mib")
    rows = sum(count for count, _, _ in runs["platform"][0]["told"].values())
    lines = [
        f"{adults:,} synthetic adults, 2019-2025: {rows:,} rows, {size:,.0f} MiB as delivered; "
        f"medians of {repeats} runs in turns; Python {platform.python_version()}, DuckDB {duckdb.__version__}.",
        "",
        "| | seconds | rows per second | peak memory, MiB | ratio of seconds |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind, name in (
        ("baseline", "DuckDB, bare copy to Parquet"),
        ("platform", "ingestion and pseudonymisation"),
    ):
        lines.append(
            f"| {name} | {seconds[kind]:.2f} | {rows / seconds[kind]:,.0f} | {peak[kind]:,.0f} "
            f"| {seconds[kind] / seconds['baseline']:.1f} |"
        )
    lines += ["", "| source | rows | ingestion, s | pseudonymisation, s |", "|---|---:|---:|---:|"]
    for source in runs["platform"][0]["told"]:
        told = [run["told"][source] for run in runs["platform"]]
        first, second = (statistics.median(t[i] for t in told) for i in (1, 2))
        lines.append(f"| {source} | {told[0][0]:,} | {first:.2f} | {second:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=("baseline", "platform"), help=argparse.SUPPRESS)
    parser.add_argument("--landing", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.landing)
        return
    table = report(given.adults, given.repeats)
    tell("take_in", "Taking deliveries in (`make bench`)", table, write=given.write)


if __name__ == "__main__":
    main()
