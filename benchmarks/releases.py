"""How much writing a release costs, against DuckDB copying the same rows.

Baseline: `COPY ... TO ... (FORMAT parquet, COMPRESSION zstd)` of the tables as they stand in the release, from a
DuckDB file. Beside it the same rows written as tables of a release: hashed, encrypted, brought to disk, read again and
compared, hashed as they lie.

The other pairs begin one step earlier, at the warehouse: one COPY for each table that selects the people and brings
the rows into the order of a release, their pseudonyms ready beside it; and the whole release as the platform writes it,
with the flow of the population, pseudonyms made, the search for identifiers, the encrypted tables, their check, and the
codebook; without the gate and the quality report. Once without and once with a key of each row, for which a pseudonym
is made too.

Two threads each, in a process of its own, in turns; the medians are compared. `--write` puts the table into
`benchmarks/RESULTS.md`.
"""

import importlib
import json
import platform
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.installation import KEY, RESULTS_EACH, make_warehouse, permitted, release
from benchmarks.measuring import command_line, in_turns, medians, peak_mib
from benchmarks.results import tell
from oeverum.settings import Settings
from orchestration.dbt_manifest import MANIFEST
from pseudonymisation.known_values import HashedValues, KnownValues
from sandbox.codebook.content import build_codebook
from sandbox.parquet import check_parquet, sha256, write_parquet

ROWS = 3_000_000
LIMIT = 2.0
BATCH_ROWS = 100_000
# Each is measured against the copy before it.
KINDS = ("copy", "tables", "selection", "release", "selection-keys", "release-keys")
NAMES = {
    "copy": "bare copy of the rows, with keys",
    "tables": "encrypted tables of them",
    "selection": "copy of the rows, selected and in order, without keys",
    "release": "the whole release of them",
    "selection-keys": "copy of the rows, selected and in order, with keys",
    "release-keys": "the whole release of them",
}
KEYLESS = {"person": ("sex", "birth_date"), "lab_result": ("sampled_at", "npu_code", "result_text", "result_value")}
KEYED = KEYLESS | {"lab_result": ("lab_result_id", *KEYLESS["lab_result"])}
# Whom the release is searched for: as many as there are people in it, whose names and numbers are no person's.
KNOWN_PEOPLE = KnownValues(
    names=frozenset(f"Navn{n} Efternavn{n}" for n in range(ROWS // RESULTS_EACH)),
    cprs=frozenset(f"{n:010d}" for n in range(ROWS // RESULTS_EACH)),
)
# The rows as they stand in a release; pseudonyms of the same length.
RELEASED = """
create schema released;
create table released.subject as
select person_id, substr(md5(person_id::varchar), 1, 12) as subject_id from marts.person;
create table released.key as
select lab_result_id as original, substr(md5(lab_result_id::varchar), 1, 16) as pseudonym from marts.lab_result;
"""


def make(folder: Path, rows: int) -> None:
    """The warehouse, and the rows as they stand in a release of it."""
    make_warehouse(folder / "warehouse.duckdb", rows=rows)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as engine:
        engine.execute(RELEASED)
        for table, columns in KEYED.items():
            engine.execute(f"create table released.{table} as {selected(table, columns)}")


def selected(table: str, columns: Sequence[str]) -> str:
    """The rows of a table as they stand in a release, out of the warehouse."""
    named = {"lab_result_id": "pseudonym as lab_result_id"}
    chosen = ["subject_id", *(named.get(column, column) for column in columns)]
    keys = "join released.key on original = lab_result_id " if "lab_result_id" in columns else ""
    return f"select {', '.join(chosen)} from marts.{table} join released.subject using (person_id) {keys}order by all"


def work(kind: str, folder: Path) -> None:
    """Run one of the kinds in this process; tells seconds, processor seconds and peak memory as JSON."""
    out = folder / kind
    out.mkdir()
    # Arrow loads it for its first column of numpy; the platform has had it long before a release.
    importlib.import_module("pandas")
    keyed = kind in {"copy", "tables"} or kind.endswith("-keys")
    run = _release if kind.startswith("release") else _tables
    told = run(kind, KEYED if keyed else KEYLESS, folder, out)
    size = sum(path.stat().st_size for path in out.rglob("*.parquet")) / 2**20
    print(json.dumps({**told, "peak": peak_mib(), "mib": size}))
    shutil.rmtree(out)


def _tables(kind: str, columns: Mapping[str, Sequence[str]], folder: Path, out: Path) -> dict[str, float]:
    warehouse = str(folder / "warehouse.duckdb")
    with duckdb.connect(warehouse, read_only=True, config={"threads": 2}) as engine:
        begun, processor = time.perf_counter(), time.process_time()
        for table, chosen in columns.items():
            target = out / f"{table}.parquet"
            if kind != "tables":
                rows = f"from released.{table}" if kind == "copy" else selected(table, chosen)
                engine.execute(f"copy ({rows}) to '{target}' (format parquet, compression zstd)")
            else:
                rows = engine.cursor().table(f"released.{table}").shape[0]
                reader = engine.execute(f"from released.{table}").to_arrow_reader(BATCH_ROWS)
                written = write_parquet(iter(reader), path=target, rows=rows, key=bytes(16), progress=lambda line: None)
                sha256(target)
                names = [name for name, _ in written.columns]
                check_parquet(target, rows=rows, columns=names, digest=written.digest, key=bytes(16))
        return {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}


def _release(kind: str, columns: Mapping[str, Sequence[str]], folder: Path, out: Path) -> dict[str, float]:
    settings = Settings(home=out)
    settings.make_home()
    settings.warehouse.hardlink_to(folder / "warehouse.duckdb")
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    book = 0.0

    def codebook(**told: Any) -> Any:
        nonlocal book
        begun = time.perf_counter()
        built = build_codebook(**told, dbt_manifest=manifest)
        book = time.perf_counter() - begun
        return built

    known = HashedValues.of(KNOWN_PEOPLE, key=KEY)
    permit = permitted(settings, kind, "research", columns)
    begun, processor = time.perf_counter(), time.process_time()
    release(settings, permit, known=known, codebook=codebook)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "processor": time.process_time() - processor, "codebook": book}


def report(folder: Path, rows: int, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    runs = in_turns("benchmarks.releases", KINDS, repeats, "--folder", str(folder))
    seconds, processor, peak, mib = (medians(runs, what) for what in ("seconds", "processor", "peak", "mib"))
    book = medians({"release": runs["release"]}, "codebook")["release"]
    lines = [
        f"{rows:,} rows of laboratory results and their people; medians of {repeats} runs in turns; "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, pyarrow {pa.__version__}.",
        "",
        "| | seconds | ratio | target | processor seconds | ratio | MiB | peak, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for copy, written in zip(KINDS[::2], KINDS[1::2], strict=True):
        for kind in (copy, written):
            lines.append(
                f"| {NAMES[kind]} | {seconds[kind]:.2f} | {seconds[kind] / seconds[copy]:.2f} "
                f"| {'' if kind == copy else LIMIT} "
                f"| {processor[kind]:.2f} | {processor[kind] / processor[copy]:.2f} "
                f"| {mib[kind]:,.0f} | {peak[kind]:,.0f} |"
            )
    lines += ["", f"The codebook and, beside it, the check of the files take {book:.2f} s of the whole without keys."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line of the benchmark."""
    told = command_line(__doc__, rows=ROWS, kinds=KINDS, work=work, report=report, make=make)
    if told:
        tell("releases", "Writing a release (`make bench`)", told[0], write=told[1])


if __name__ == "__main__":
    main()
