"""Many people ask one gateway at once: what each project is given, how long it takes, and how much memory it holds.

Fifty clients, each with a grant of its own, ask `oeverum serve` queries of mixed size in all four forms for two
minutes; one project has most of them, one is of tier company. A client that is told to come again waits as long as it
is told. Meanwhile /healthz is asked five times a second, and the memory of the gateway and its workers is read from
/proc. `tests/integration/test_gateway_load.py` holds the figures against bounds; `--write` puts them into
`benchmarks/RESULTS.md`.
"""

import argparse
import http.client
import io
import json
import platform
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.installation import Gateway, granted, make, served
from benchmarks.results import tell

ROWS = 400_000
SECONDS = 120.0
PROJECTS = {"many-people": "research", "few-people": "research", "a-company": "company"}
CLIENTS = {"many-people": 30, "few-people": 10, "a-company": 10}
FORMS = ("arrow", "csv", "json", "parquet")
LARGE = 200_000
# Weight, query and rows of its answer; None where the numbers of rows is not the point.
RESEARCH: tuple[tuple[int, str, int | None], ...] = (
    (10, "select sex, count(*) as n from person group by sex", 2),
    (4, "select npu_code, avg(result_value) as mean from lab_result group by npu_code", 90),
    (4, "from lab_result limit 20000", 20_000),
    (1, f"from lab_result limit {LARGE}", LARGE),
    (1, "drop table person", None),
)
COMPANY: tuple[tuple[int, str, int | None], ...] = (
    (4, "select sex, count(*) as n from person group by sex", 2),
    (2, "select npu_code, avg(result_value) as mean from lab_result group by npu_code", 90),
    (1, "from person", None),
)
SAMPLE_SECONDS, HEALTH_SECONDS = 0.25, 0.2


@dataclass
class Figures:
    """What one project was told: seconds of each answer, how many refusals of each kind, and what should not be."""

    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """The seconds within which that share was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Load:
    """What was measured: projects, the gateway's health in seconds (None where it was not well), and memory in MiB."""

    projects: dict[str, Figures]
    health: list[float | None] = field(default_factory=list)
    gateway_mib: float = 0.0
    worker_mib: float = 0.0
    all_mib: float = 0.0
    processes: int = 0

    def table(self) -> str:
        """All of it as Markdown."""
        lines = [
            "| project | tier | clients | answered | told to come again | refused | p50, s | p95, s | max, s |",
            "|---|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for project, told in self.projects.items():
            again = sum(n for kind, n in told.refused.items() if kind.startswith(("429", "503")))
            lines.append(
                f"| {project} | {PROJECTS[project]} | {CLIENTS[project]} | {len(told.seconds)} | {again} "
                f"| {sum(told.refused.values()) - again} | {told.percentile(0.5):.2f} | {told.percentile(0.95):.2f} "
                f"| {max(told.seconds, default=0):.2f} |"
            )
        well = [seconds for seconds in self.health if seconds is not None]
        return "\n".join(
            [
                *lines,
                "",
                f"/healthz: {len(well)} of {len(self.health)} times well, median {1000 * statistics.median(well):,.0f} "
                f"ms, worst {1000 * max(well):,.0f} ms. Highest memory: the gateway {self.gateway_mib:,.0f} MiB, a "
                f"worker {self.worker_mib:,.0f} MiB, all at once {self.all_mib:,.0f} MiB in at most {self.processes} "
                "processes.",
            ]
        )


def load(home: Path, gateway: Gateway, *, seconds: float) -> Load:
    """Ask for so many seconds, and until the last answer has come."""
    done = Load({project: Figures() for project in PROJECTS})
    until, stop = time.monotonic() + seconds, threading.Event()
    clients = []
    for project, number in CLIENTS.items():
        for n in range(number):
            _, token = granted(home, project, f"client{n}")
            asked = (gateway.port, project, token, random.Random(n), until, done.projects[project])
            clients.append(threading.Thread(target=_client, args=asked, name=f"{project} {n}"))
    beside = [
        threading.Thread(target=_watch, args=(gateway.process, done, stop)),
        threading.Thread(target=_health, args=(gateway.port, done, stop)),
    ]
    for thread in [*beside, *clients]:
        thread.start()
    for thread in clients:
        thread.join()
    stop.set()
    for thread in beside:
        thread.join()
    return done


def _client(port: int, project: str, token: str, chance: random.Random, until: float, told: Figures) -> None:
    questions = COMPANY if PROJECTS[project] == "company" else RESEARCH
    weights = [weight for weight, _, _ in questions]
    while time.monotonic() < until:
        _, sql, rows = chance.choices(questions, weights)[0]
        form = chance.choice(FORMS)
        begun = time.monotonic()
        try:
            status, headers, body = _ask(port, project, token, sql, form)
        except (OSError, http.client.HTTPException) as error:
            told.wrong[type(error).__name__] += 1
            continue
        if status == 200:
            told.seconds.append(time.monotonic() - begun)
            if rows is None or _rows(body, form) != rows:
                told.wrong[f"rows as {form}"] += 1
            continue
        problem = json.loads(body)
        told.refused[f"{status} {problem['class']}"] += 1
        if status in (429, 503):
            time.sleep(int(headers["Retry-After"]) * chance.uniform(1, 1.5))
        elif rows is not None:
            told.wrong[f"{status} {problem['class']} {problem.get('kind', '')}"] += 1


def _ask(port: int, project: str, token: str, sql: str, form: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=180)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", f"/v1/sandboxes/{project}/query?format={form}", json.dumps({"sql": sql}), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def _rows(body: bytes, form: str) -> int:
    if form == "arrow":
        return int(pa.ipc.open_stream(body).read_all().num_rows)
    if form == "parquet":
        return int(pq.read_metadata(io.BytesIO(body)).num_rows)
    # JSON has as many lines as rows, CSV one more.
    return body.count(b"\n") - (form == "csv")


def _health(port: int, done: Load, stop: threading.Event) -> None:
    while not stop.wait(HEALTH_SECONDS):
        begun = time.monotonic()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/healthz")
            well = connection.getresponse().status == 200
            connection.close()
        except (OSError, http.client.HTTPException):
            well = False
        done.health.append(time.monotonic() - begun if well else None)


def _watch(process: int, done: Load, stop: threading.Event) -> None:
    while not stop.wait(SAMPLE_SECONDS):
        gateway = mib(process)
        workers = [mib(child) for child in children(process)]
        done.gateway_mib = max(done.gateway_mib, gateway)
        done.worker_mib = max(done.worker_mib, *workers, 0.0)
        done.all_mib = max(done.all_mib, gateway + sum(workers))
        done.processes = max(done.processes, 1 + len(workers))


def mib(process: int) -> float:
    """The memory that is a process's own, in MiB: what it shares with others by a file is not counted. 0 if gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = (status.partition(f"{name}:")[2].split() for name in ("RssAnon", "RssShmem"))
    return sum(int(words[0]) for words in found if words) / 1024


def children(process: int) -> list[int]:
    """The processes that it has started and that still are there, and theirs."""
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in path.read_text(encoding="ascii").split()]
        except OSError:  # The thread has ended meanwhile.
            continue
    return found + [grandchild for child in found for grandchild in children(child)]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/RESULTS.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        make(home, rows=given.rows, projects=PROJECTS)
        with served(home) as gateway:
            done = load(home, gateway, seconds=given.seconds)
    table = (
        f"{sum(CLIENTS.values())} clients for {given.seconds:,.0f} seconds; tables of {given.rows:,} rows, answers of "
        f"2 to {LARGE:,} rows in four forms; Python {platform.python_version()}, DuckDB {duckdb.__version__}.\n\n"
        f"{done.table()}\n"
    )
    tell("load", "Fifty clients at one gateway (`make bench`)", table, write=given.write)
    if any(told.wrong for told in done.projects.values()):
        raise SystemExit(f"what should not be: {[dict(told.wrong) for told in done.projects.values()]}")


if __name__ == "__main__":
    main()
