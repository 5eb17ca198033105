"""How fast the cohort is built: everybody at several sizes, the slowest models, and the people of one day's deliveries.

One synthetic region is taken in; larger ones are copies of it beside each other, every key and person under numbers of
their own, so that 40 copies hold 40 times as many people who know nothing of each other. Each build is dbt in a process
of its own on two threads, memory capped as in an installation. A model's baseline is one scan of the tables that it
reads. `--write` puts the tables into `benchmarks/RESULTS.md`.
"""

import argparse
import json
import math
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.results import tell
from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from pseudonymisation.keyring import KeyRing
from pseudonymisation.lake import MANIFEST, Lake, LakeDelivery, admit

ADULTS, FIRST, LAST, LIMIT = 10_000, 2021, 2025, "8GB"
# Sources that no mart reads, and the notes, whose redaction is measured elsewhere.
WITHOUT = {
    "drikkevand",
    "vandforsyning",
    "henvisning",
    "hjemmeplejenotat",
    "hospitalnotification",
    "journalnotat",
    "vnds",
}
# What comes every day, by the column of its time, and the day whose rows come again as that of tomorrow.
DAILY = {
    "laboratoriesvar": "datotid_proevetagning",
    "vitale_vaerdier": "datotid_resultat_udfoert",
    "medicinadministration": "datotid_administration_start",
    "hjemmepleje_besoeg": "planlagt_start",
    "plejeobservation": "tidspunkt",
    "lmdb": "eksd",
}
TUESDAY, FIRST_DAY = "2025-10-14", f"{LAST + 1}-02-01"


def region(place: Path) -> Lake:
    """The lake of the region that is copied."""
    from orchestration.defs.pseudonyms import admission
    from synthetic.generator import synthesise

    contracts = load_all()
    synthesise(
        adults=ADULTS,
        first_year=FIRST,
        last_year=LAST,
        seed=7,
        sources=sorted(contracts.keys() - WITHOUT),
        landing=place / "landing",
        truth=place / "truth",
    )
    ring = KeyRing(place / "keys")
    zone, lake = RestrictedZone(place / "restricted", ring.key("restricted")), Lake(place / "lake")
    for delivery in find(place / "landing", contracts)[0]:
        intake = take_in(delivery, contracts[delivery.source], zone)
        incoming, treater = admission(intake, contracts[delivery.source], zone, ring)
        with closing(treater):
            admit(incoming, treater, lake)
    return lake


def copies(one: Lake, place: Path, times: int) -> Lake:
    """A lake of so many copies of the people of another."""
    import yaml

    from orchestration.dbt_sources import CONTRACTS, render_sources

    sources = yaml.safe_load(render_sources(CONTRACTS))["sources"][0]["tables"]
    keys = {
        table["name"]: [
            c["name"] for c in table["columns"] if c["config"]["meta"]["treatment"].startswith("pseudonym:")
        ]
        for table in sources
    }
    many = Lake(place / "lake")
    with duckdb.connect() as connection:
        for delivery in one.deliveries():
            if not delivery.rows:
                continue
            replaced = ", ".join(f'xor("{name}", copy * 1000003) as "{name}"' for name in keys[delivery.source])
            rows = f"_row_number + copy * {delivery.rows + 1_000_000} as _row_number"
            _write(
                many,
                delivery.model_copy(update={"rows": delivery.rows * times}),
                f"select * exclude (copy) replace ({', '.join(filter(None, [replaced, rows]))}) from "
                f"{_files(one, delivery)} cross join range({times}) as copies(copy)",
                connection,
            )
    return many


def deliver(lake: Lake, name: str, which: Callable[[str, str], str]) -> int:
    """Deliver again some rows of the latest deliveries of what comes every day; gives how many.

    `which` gives the condition on the rows, of the select of a delivery and the column of their time.
    """
    rows = 0
    with duckdb.connect() as connection:
        for source, column in DAILY.items():
            latest = [d for d in lake.deliveries() if d.source == source and d.delivery < FIRST_DAY][-1]
            every = _files(lake, latest)
            chosen = f"select * from {every} where {which(every, column)}"
            count = int(connection.execute(f"select count(*) from ({chosen})").fetchall()[0][0])
            told = {
                "delivery": name,
                "created": datetime.fromisoformat(f"{name}T01:00Z"),
                "digest": name,
                "rows": count,
            }
            _write(lake, latest.model_copy(update=told), chosen, connection)
            rows += count
    return rows


def of_few(people: int) -> Callable[[str, str], str]:
    """The rows of so many people of each source."""
    return lambda every, _: f"person_id in (select distinct person_id from {every} order by person_id limit {people})"


def of_a_tuesday(every: str, column: str) -> str:
    """The rows of one day: of everybody to whom something happens on it."""
    return f"cast({column} as date) = date '{TUESDAY}'"


def _files(lake: Lake, delivery: LakeDelivery) -> str:
    listed = ", ".join(f"'{path}'" for path in lake.files(delivery))
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _write(lake: Lake, delivery: LakeDelivery, rows: str, connection: duckdb.DuckDBPyConnection) -> None:
    folder = lake.delivery(delivery.source, delivery.delivery)
    folder.mkdir(parents=True)
    connection.execute(f"copy ({rows}) to '{folder / 'part-000.parquet'}' (format parquet)")
    told = delivery.model_copy(update={"files": {"part-000.parquet": ""}})
    (folder / MANIFEST).write_text(told.model_dump_json(), encoding="utf-8")


def build(place: Path) -> dict[str, Any]:
    """Bring the warehouse of a lake up to date; gives seconds, peak memory in MiB, people and seconds by model."""
    from orchestration.dbt_manifest import prepare_manifest
    from orchestration.few_people import build_few, few_people
    from orchestration.resources import DBT_EXECUTABLE, DBT_PROJECT
    from orchestration.warehouse import DBT_ARGUMENTS, Warehouse, intended

    manifest, target = prepare_manifest(), place / "target"
    lake, warehouse = Lake(place / "lake"), Warehouse(place / "warehouse" / "cohort.duckdb")
    begun = time.perf_counter()
    planned = intended(lake)
    few = few_people(lake, warehouse, planned, manifest, memory_limit=LIMIT)
    if few:
        build_few(warehouse, planned, few, memory_limit=LIMIT)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": time.perf_counter() - begun, "peak_mib": peak, "people": few.touched.people}
    with warehouse.rebuild(lake, planned, memory_limit=LIMIT, manifest=manifest, dbt_target=target):
        command = [str(DBT_EXECUTABLE), "--quiet", *DBT_ARGUMENTS]
        command += ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        command += ["--target-path", str(target), "--log-path", str(target)]
        subprocess.run(command, check=True, capture_output=True, cwd=DBT_PROJECT)
    seconds = time.perf_counter() - begun
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    models = {
        r["unique_id"].split(".")[-1]: r["execution_time"] for r in results if r["unique_id"].startswith("model.")
    }
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mib": peak, "people": None, "models": models}


def scans(place: Path, models: list[str]) -> dict[str, float]:
    """Seconds of one scan, every column, of the tables that each model reads; medians of three."""
    from orchestration.dbt_manifest import prepare_manifest

    nodes = json.loads(prepare_manifest().read_text(encoding="utf-8"))["nodes"]
    found = {}
    with duckdb.connect(str(place / "warehouse" / "cohort.duckdb"), read_only=True) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{LIMIT}'; set preserve_insertion_order = false")
        for model in models:
            parents = [nodes[p] for p in nodes[f"model.oeverum.{model}"]["depends_on"]["nodes"] if p in nodes]
            runs = []
            for _ in range(3):
                begun = time.perf_counter()
                for parent in parents:
                    table = f"{parent['schema']}.{parent['name']}"
                    connection.execute(f"select bit_xor(hash(t)) from {table} as t").fetchall()
                runs.append(time.perf_counter() - begun)
            found[model] = statistics.median(runs)
    return found


def report(place: Path, sizes: list[int]) -> str:
    """Build every size, the slowest models of the last but one or only one, and a day, and tell it as tables."""
    one = region(place / "one")
    rows_of, runs = {}, {}
    middle = sizes[min(1, len(sizes) - 1)]
    for adults in sizes:
        folder = place / str(adults)
        lake = copies(one, folder, adults // ADULTS)
        rows_of[adults] = sum(delivery.rows for delivery in lake.deliveries())
        runs[adults] = _alone("--build", str(folder))
        if adults == middle:
            days = _days(folder, adults, runs[adults]["seconds"])
        sys.stderr.write(f"{adults:,} adults: {runs[adults]['seconds']:.1f} s, {runs[adults]['peak_mib']:,.0f} MiB\n")
    lines = [
        "| adults | rows of the lake | seconds | of them models | highest memory, MiB |",
        "|---:|---:|---:|---:|---:|",
    ]
    for adults, run in runs.items():
        busy = sum(run["models"].values())
        lines.append(
            f"| {adults:,} | {rows_of[adults]:,} | {run['seconds']:.1f} | {busy:.1f} | {run['peak_mib']:,.0f} |"
        )
    if len(sizes) > 1:
        ratio = math.log(sizes[-1] / sizes[0])
        whole = math.log(runs[sizes[-1]]["seconds"] / runs[sizes[0]]["seconds"]) / ratio
        busy = math.log(sum(runs[sizes[-1]]["models"].values()) / sum(runs[sizes[0]]["models"].values())) / ratio
        lines.append(
            f"\nFrom {sizes[0]:,} to {sizes[-1]:,} adults the time grows with the power {whole:.2f} of their number, "
            f"that of the models alone with {busy:.2f} (target: at most 1.1). Memory is capped at {LIMIT}."
        )
    slow = sorted(runs[middle]["models"], key=lambda name: -runs[middle]["models"][name])[:10]
    scanned = scans(place / str(middle), slow)
    lines += [f"\nThe ten slowest models at {middle:,} adults, beside one scan of the tables that they read:\n"]
    lines += ["| model | seconds | one scan, s | ratio |", "|---|---:|---:|---:|"]
    for name in slow:
        seconds = runs[middle]["models"][name]
        lines.append(f"| {name} | {seconds:.2f} | {scanned[name]:.2f} | {seconds / max(scanned[name], 1e-3):.1f} |")
    lines += days
    about = f"One run each; {FIRST}-{LAST}; Python {platform.python_version()}, DuckDB {version('duckdb')}."
    return f"{about}\n\n" + "\n".join(lines)


def _days(place: Path, adults: int, whole: float) -> list[str]:
    """Two days' deliveries, told beside the seconds of a build of everybody; medians of three builds."""
    lake, warehouse, before = Lake(place / "lake"), place / "warehouse" / "cohort.duckdb", place / "before.duckdb"
    every = sum(delivery.rows for delivery in lake.deliveries())
    lines = [
        f"\nA day's deliveries at {adults:,} adults, beside the build of everybody (target: at most 5 % of it):\n",
        "| a delivery of | rows | one in | people | seconds | of everybody's |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    kinds = (("few people", of_few(adults // 3000)), (f"what happens on {TUESDAY}", of_a_tuesday))
    for day, (name, which) in enumerate(kinds, 1):
        rows = deliver(lake, f"{LAST + 1}-02-{day:02}", which)
        shutil.copyfile(warehouse, before)
        runs = []
        for _ in range(3):
            shutil.copyfile(before, warehouse)
            runs.append(_alone("--build", str(place)))
        seconds = statistics.median(run["seconds"] for run in runs)
        lines.append(
            f"| {name} | {rows:,} | {every // rows:,} | {runs[0]['people']:,} | {seconds:.1f} | {seconds / whole:.1%} |"
        )
    return lines


def _alone(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.warehouse", *arguments], check=True, capture_output=True)
    result: dict[str, Any] = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return result


def main() -> None:
    """Measure, or with --build build one lake's warehouse and tell it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", default="10000,100000,400000", help="sizes, multiples of 10,000")
    parser.add_argument("--place", type=Path, help="folder for some 60 GiB; default the system's")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--build", type=Path)
    chosen = parser.parse_args()
    if chosen.build:
        print(json.dumps(build(chosen.build)))
        return
    with tempfile.TemporaryDirectory(dir=chosen.place) as folder:
        sizes = [int(size) for size in chosen.adults.split(",")]
        table = report(Path(folder), sizes)
    tell("warehouse", "The build of the cohort (`make bench`)", table, write=chosen.write)


if __name__ == "__main__":
    main()
