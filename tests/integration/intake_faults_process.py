"""Processes that take a large delivery in, and are killed or meet each other; run as a module, tells JSON.

    python -m tests.integration.intake_faults_process kill <template> <work> <step>
    python -m tests.integration.intake_faults_process twice <template> <work>

The template is a home with `landing/` and perhaps `restricted/`. Every process is forked from one that has imported
all and started no thread.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas  # noqa: F401 - pyarrow loads it at its first use: here once, and not in every process.
import pyarrow as pa

from ingestion import quarantine, restricted
from ingestion.contract import Contract
from ingestion.cpr import WEIGHTS
from ingestion.delivery import Delivery
from ingestion.reading import packed
from ingestion.repeats import Repeats
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from tests.deliveries import BEF, CONTRACTS, csv_of, write_delivery

KEY = bytes(range(32))
ROWS = 30_000
DELIVERY = "2025-01-20"
# Calls before which, and after which, a process may be killed.
POINTS = (
    (Path, "replace"),
    (Path, "write_text"),
    (Path, "unlink"),
    (shutil, "rmtree"),
    (restricted.Writer, "write"),
    (restricted.Writer, "__exit__"),
    (Repeats, "add"),
)


def strict() -> Contract:
    """The contract of BEF under which every hundredth row is refused."""
    contract = CONTRACTS["bef"]
    columns = tuple(replace(c, maximum=900) if c.name == "kom" else c for c in contract.columns)
    return replace(contract, columns=columns)


def deliver(landing: Path) -> Delivery:
    """30,000 rows in two files, with refused rows, and repeated rows in the second file."""
    nine = (f"{day:02d}{month:02d}50{n:03d}" for month in range(1, 11) for day in range(1, 29) for n in range(120))
    checks = ((start, -sum(w * int(d) for w, d in zip(WEIGHTS, start, strict=False)) % 11) for start in nine)
    people = [f"{start}{check}" for start, check in checks if check < 10][: ROWS - 10]
    lines = [{**BEF, "pnr": pnr, "kom": "951" if n % 100 == 0 else "615"} for n, pnr in enumerate(people)]
    lines += lines[5:15]
    half = len(lines) // 2
    files = [(f"bef-{n}.csv", csv_of(CONTRACTS["bef"], part)) for n, part in enumerate((lines[:half], lines[half:]))]
    return write_delivery(landing, "bef", *((name, content, content.count(b"\n") - 1) for name, content in files))


def at(home: Path) -> tuple[Delivery, RestrictedZone]:
    return Delivery("bef", DELIVERY, home / "landing" / "bef" / DELIVERY), RestrictedZone(home / "restricted", KEY)


def digest(batches: list[pa.RecordBatch]) -> str:
    """A hash over every value, however the rows are cut into batches."""
    table = pa.Table.from_batches(batches).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def content(zone: RestrictedZone) -> dict[str, Any]:
    """All that a delivery became: counts, and a hash over every accepted row and every line of the quarantine."""
    intake = zone.intake("bef", DELIVERY)
    if intake is None:
        return {}
    rows = list(zone.batches(intake))
    refused = list(quarantine.read(zone, "bef", DELIVERY))
    return {
        "intake": intake.model_dump(mode="json"),
        "whole": sum(batch.num_rows for batch in rows) == intake.rows_accepted and intake.adds_up,
        "rows": digest(rows),
        "refused": digest(refused),
    }


def litter(zone: RestrictedZone) -> list[str]:
    hidden = [path for path in zone.folder.rglob(".*") if path.name != ".work"]
    work = [path for path in (zone.folder / ".work").iterdir() if path.suffix != ".lock"]
    return [str(path.relative_to(zone.folder)) for path in (*hidden, *work, *zone.folder.rglob("*.tmp"))]


def kill_at(point: int) -> None:
    """From now on, end this process without a word at the given one of all such calls."""
    passed = 0

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **options: Any) -> Any:
            step()
            result = call(*args, **options)
            step()
            return result

        return wrapper

    for owner, name in POINTS:
        setattr(owner, name, watched(getattr(owner, name)))


def forked(task: Callable[[], Any], told: Path) -> int:
    """Do a task in a process of its own, which writes what comes of it to a file; gives the process."""
    process = os.fork()
    if process:
        return process
    try:
        told.write_text(json.dumps(task()), encoding="utf-8")
    except BaseException as error:
        told.write_text(json.dumps({"error": f"{type(error).__name__}: {error}"}), encoding="utf-8")
    os._exit(0)


def result(process: int, told: Path) -> Any:
    _, status = os.waitpid(process, 0)
    return json.loads(told.read_text(encoding="utf-8")) if os.WIFEXITED(status) else None


def take(home: Path, point: int = 0) -> dict[str, Any]:
    delivery, zone = at(home)
    packed.CHUNK_BYTES = 400_000  # Several batches.
    writes = []
    write = restricted.Writer.write
    restricted.Writer.write = lambda self, batch: (writes.append(1), write(self, batch))[1]
    if point:
        kill_at(point)
    take_in(delivery, strict(), zone)
    return {"writes": len(writes)}


def recover(home: Path) -> dict[str, Any]:
    """What a reader meets after the kill, and what the next run makes of it."""
    _, zone = at(home)
    met = content(zone)
    refusals = len(zone.refusals())
    take(home)
    stands = zone.refusal("bef", DELIVERY) is not None
    return {"met": met, "refusals": refusals, "stands": stands, "litter": litter(zone), **content(zone)}


def kill(template: Path, work: Path, step: int) -> list[dict[str, Any]]:
    """An undisturbed run, and then one killed at every `step`-th point until there is none left."""
    told = []
    point = 0
    while True:
        home = work / str(point)
        shutil.copytree(template, home)
        file = work / "told.json"
        if point and result(forked(lambda h=home, p=point: take(h, p), file), file) is not None:
            return told
        told.append({"point": point, **result(forked(lambda h=home: recover(h), file), file)})
        shutil.rmtree(home)
        point += step if point else 1


def twice(template: Path, work: Path) -> list[dict[str, Any]]:
    """Two processes that take the same delivery in at once."""
    home = work / "home"
    shutil.copytree(template, home)
    files = [work / f"told-{n}.json" for n in range(2)]
    processes = [forked(lambda: {**take(home), **content(at(home)[1])}, file) for file in files]
    return [result(process, file) for process, file in zip(processes, files, strict=True)]


if __name__ == "__main__":
    mode, template, work, *steps = sys.argv[1:]
    found = kill(Path(template), Path(work), int(steps[0])) if mode == "kill" else twice(Path(template), Path(work))
    print(json.dumps(found))  # noqa: T201
