"""What the gateway adds to a query, and how fast access ends.

Baseline: DuckDB asked directly, on unencrypted Parquet of the same rows, two threads, in the process that asks. Through
the gateway a query goes over HTTP to a process of its session, reads the encrypted release, and is written down in the
audit log before it is answered, as Arrow. Both are asked in turns after one of each that does not count.
`--write` puts the tables into `benchmarks/RESULTS.md`.
"""

import argparse
import http.client
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from benchmarks.results import tell
from pseudonymisation.keyring import KeyRing
from pseudonymisation.known_values import HashedValues
from sandbox.audit import AuditLog
from sandbox.disclosure.ledger import Ledger
from sandbox.gateway.app import Place, build_app
from sandbox.grants import Grants
from sandbox.parquet import opened
from sandbox.permits.model import Permit
from sandbox.pseudonyms import ProjectKeys
from sandbox.release import write_release
from sandbox.release_keys import ReleaseKeys

ROWS, REPEATS, ENDS = 5_000_000, 15, 100
PROJECT = "bench"
KEY = bytes(range(32))
TABLES = """
create schema marts;
create table marts.person as
select i * 7919 as person_id, case when i % 2 = 0 then 'female' else 'male' end as sex,
  date '1930-01-01' + (hash(i) % 25000)::integer as birth_date
from range({people}) as numbers(i);
create table marts.lab_result as
select i as lab_result_id, (i % {people}) * 7919 as person_id,
  timestamp '2020-01-01' + to_minutes((hash(i + 1) % 2000000)::bigint) as sampled_at,
  'NPU' || lpad((hash(i * 3) % 90)::varchar, 5, '0') as npu_code, (hash(i) % 1000000) / 7.0 as result_value
from range({rows}) as numbers(i);
"""
QUERIES = {
    "small: people by sex": "select sex, count(*) as n from person group by sex",
    "small: one code": "select count(*) as n from lab_result where npu_code = 'NPU00007' and result_value > 140000",
    "join and means by code": "select p.sex, l.npu_code, avg(l.result_value) as mean, count(distinct l.subject_id) "
    "as n from lab_result l join person p using (subject_id) group by all",
    "the last result of each": "select count(*) as n, avg(result_value) as mean from (select *, row_number() over "
    "(partition by subject_id order by sampled_at desc) as nr from lab_result) where nr = 1",
    "a million rows": "select subject_id, sampled_at, npu_code, result_value from lab_result limit 1000000",
}
FOREVER = "select count(*) as n from range(1000000000) a, range(1000000) b"


def make(folder: Path, rows: int) -> None:
    """A warehouse, a permit in force, a release, and its rows unencrypted beside."""
    (folder / "permits").mkdir()
    with duckdb.connect(str(folder / "cohort.duckdb")) as engine:
        engine.execute(TABLES.format(rows=rows, people=rows // 20))
    today = datetime.now(UTC).date()
    content = {
        **{"project": PROJECT, "title": "Bench", "purpose": "To measure.", "legal_basis": "None.", "tier": "research"},
        **{"responsible": "Nobody", "contact": "bench@research.invalid", "grant_days": 30},
        **{"from": str(today - timedelta(days=2)), "to": str(today + timedelta(days=100))},
        "population": [{"in": "person"}],
        "tables": {
            "person": {"columns": ["sex", "birth_date"]},
            "lab_result": {"columns": ["sampled_at", "npu_code", "result_value"]},
        },
    }
    (folder / "permits" / f"{PROJECT}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    keys = ReleaseKeys(KeyRing(folder / "keys"))
    told = SimpleNamespace(json={}, html="")
    release = write_release(
        permit=Permit.model_validate(content),
        warehouse=folder / "cohort.duckdb",
        releases=folder / "releases",
        release_keys=keys,
        known=HashedValues(KEY, {}),
        keys=ProjectKeys(key=lambda kind, _: KEY, version=lambda kind: "k1-00000000"),
        deliveries=[],
        code_version="bench",
        gate=lambda: SimpleNamespace(passed=True, failures=(), report={}),
        codebook=lambda **_: told,
        quality=lambda **_: told,
        now=datetime.now(UTC),
        synthetic_only=True,
    )
    for table in release.tables:
        path = release.folder / table.file
        with opened(path, key=keys.of(release)) as file:
            pq.write_table(file.read(), folder / table.file, compression="zstd")


def serve(folder: Path) -> None:
    """Serve the gateway on a free port, which is printed, until this process is killed."""
    import uvicorn

    place = Place(
        permits=folder / "permits",
        releases=folder / "releases",
        grants=Grants(folder / "grants.sqlite"),
        audit=AuditLog(folder / "audit.jsonl"),
        keys=ReleaseKeys(KeyRing(folder / "keys")),
        ledger=Ledger(folder / "answers.sqlite"),
    )
    server = uvicorn.Server(uvicorn.Config(build_app(place), port=0, log_level="critical", access_log=False))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    threading.Event().wait()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The gateway in a process of its own; gives its port."""
    arguments = [sys.executable, "-m", "benchmarks.gateway", "--serve", "--folder", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def ask(port: int, token: str, sql: str) -> tuple[int, bytes]:
    """One query; its status and all bytes of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/vnd.apache.arrow.stream",
    }
    connection.request("POST", f"/v1/sandboxes/{PROJECT}/query", json.dumps({"sql": sql}), headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def granted(folder: Path) -> tuple[str, str]:
    """A new grant and its token."""
    grants, now = Grants(folder / "grants.sqlite"), datetime.now(UTC)
    permit = Permit.model_validate(yaml.safe_load((folder / "permits" / f"{PROJECT}.yaml").read_text("utf-8")))
    grant = grants.issue(permit=permit, holder="bench", days=14, now=now)
    return grant.id, grants.new_token(grant.id, now=now)


def compared(folder: Path, port: int, repeats: int) -> list[str]:
    """Each query both ways, in turns."""
    _, token = granted(folder)
    engine = duckdb.connect(config={"threads": 2})
    for table in ("person", "lab_result"):
        engine.execute(f"create view {table} as from read_parquet('{folder / table}.parquet')")
    lines = ["| query | directly, ms | gateway, ms | more, ms | ratio |", "|---|---:|---:|---:|---:|"]
    for name, sql in QUERIES.items():

        def through(sql: str = sql) -> None:
            status, content = ask(port, token, sql)
            assert status == 200, content
            pa.ipc.open_stream(content).read_all()

        def directly(sql: str = sql) -> None:
            engine.execute(sql).to_arrow_table()

        bare, whole = _in_turns(directly, through, repeats)
        lines.append(f"| {name} | {bare:,.0f} | {whole:,.0f} | {whole - bare:,.0f} | {whole / bare:.2f} |")
    return lines


def _in_turns(one: Callable[[], None], other: Callable[[], None], repeats: int) -> tuple[float, float]:
    """Medians in milliseconds."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 1):
        for seconds, asked in zip(taken, (one, other), strict=True):
            begun = time.perf_counter()
            asked()
            if number:
                seconds.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken[0]), statistics.median(taken[1])


def ends(folder: Path, port: int, number: int) -> list[float]:
    """From a revocation, made in another process than the gateway's, to the last byte of the running query's answer."""
    grants = Grants(folder / "grants.sqlite")
    taken = []
    for _ in range(number):
        id_, token = granted(folder)
        said: list[Any] = []

        def running(token: str = token, said: list[Any] = said) -> None:
            status, _ = ask(port, token, FOREVER)
            said.append((status, time.perf_counter()))

        thread = threading.Thread(target=running)
        thread.start()
        time.sleep(1.0)
        assert not said
        revoked = time.perf_counter()
        grants.revoke(id_, now=datetime.now(UTC))
        thread.join()
        ((status, at),) = said
        assert status == 403
        taken.append(1000 * (at - revoked))
    return taken


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--ends", type=int, default=ENDS)
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/RESULTS.md")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, given.rows)
        with served(folder) as port:
            lines = compared(folder, port, given.repeats)
            taken = ends(folder, port, given.ends)
    table = "\n".join(
        [
            f"{given.rows:,} results of {given.rows // 20:,} people; medians of {given.repeats} in turns; Python "
            f"{platform.python_version()}, DuckDB {duckdb.__version__}. Targets: at most 40 ms more for small ones, at "
            "most 1.3 times for those over 200 ms.",
            "",
            *lines,
            "",
            f"From a revocation to the last byte of a running query, {len(taken)} times: median "
            f"{statistics.median(taken):,.0f} ms, worst {max(taken):,.0f} ms.",
        ]
    )
    tell("gateway", "Queries through the gateway (`make bench`)", table + "\n", write=given.write)


if __name__ == "__main__":
    main()
