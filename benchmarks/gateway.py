"""What the gateway adds to a query, and how fast access ends.

Baseline: DuckDB asked directly, on unencrypted Parquet of the same rows, two threads, in the process that asks. Through
the gateway a query goes over HTTP to a process of its session, reads the encrypted release, and is written down in the
audit log before it is answered, as Arrow. Both are asked in turns in a session that is open, after two of each that
do not count; and, of a new session each time, as the first question once it is open, when no column that it reads is
kept in memory yet, and as that which opens it, when its process and engine are not there.
`--write` puts the tables into `benchmarks/RESULTS.md`.
"""

import argparse
import http.client
import json
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.installation import RESULTS_EACH, granted, make, served
from benchmarks.results import tell
from oeverum.settings import Settings
from sandbox.grants import Grants
from sandbox.parquet import opened
from sandbox.release_keys import ReleaseKeys

ROWS, REPEATS, SESSIONS, ENDS = 5_000_000, 15, 7, 100
SLOWLY, PAUSE_SECONDS = 1 << 16, 0.004
PROJECT = "bench"
QUERIES = {
    "small: people by sex": "select sex, count(*) as n from person group by sex",
    "small: one person": "select npu_code, count(*) as n from lab_result where subject_id = '{one}' group by all",
    "small: one code": "select count(*) as n from lab_result where npu_code = 'NPU00007' and result_value > 140000",
    "join and means by code": "select p.sex, l.npu_code, avg(l.result_value) as mean, count(distinct l.subject_id) "
    "as n from lab_result l join person p using (subject_id) group by all",
    "the last result of each": "select count(*) as n, avg(result_value) as mean from (select *, row_number() over "
    "(partition by subject_id order by sampled_at desc) as nr from lab_result) where nr = 1",
    "a million rows": "select subject_id, sampled_at, npu_code, result_value from lab_result limit 1000000",
}
FOREVER = "select count(*) as n from range(1000000000) a, range(1000000) b"


def make_beside(home: Path, rows: int) -> None:
    """An installation with a release, and its rows unencrypted beside."""
    release = make(home, rows=rows, projects={PROJECT: "research"})[PROJECT]
    keys = ReleaseKeys(Settings(home=home).key_ring())
    for table in release.tables:
        path = release.folder / table.file
        with opened(path, key=keys.of(release)) as file:
            pq.write_table(file.read(), home / table.file, compression="zstd")


def ask(port: int, token: str, sql: str) -> tuple[int, bytes]:
    """One query; its status and all bytes of its answer."""
    connection, answer = begun(port, token, sql)
    content = answer.read()
    connection.close()
    return answer.status, content


def begun(port: int, token: str, sql: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """One query, of whose answer nothing is read yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/vnd.apache.arrow.stream",
    }
    connection.request("POST", f"/v1/sandboxes/{PROJECT}/query", json.dumps({"sql": sql}), headers)
    return connection, connection.getresponse()


def compared(folder: Path, port: int, repeats: int) -> list[str]:
    """Each query both ways, in turns, in one session; and as the first of a session."""
    _, token = granted(folder, PROJECT)
    engine = duckdb.connect(config={"threads": 2})
    for table in ("person", "lab_result"):
        engine.execute(f"create view {table} as from read_parquet('{folder / table}.parquet')")
    (one,) = engine.execute("select subject_id from person limit 1").fetchone() or ("",)
    lines = [
        "| query | directly, ms | gateway, ms | more, ms | ratio | least: directly | gateway | more | ratio | "
        "no column kept, ms | more, ms | ratio | opens the session, ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, written in QUERIES.items():
        sql = written.replace("{one}", one)

        def through(sql: str = sql, token: str = token) -> None:
            status, content = ask(port, token, sql)
            assert status == 200, content
            pa.ipc.open_stream(content).read_all()

        def directly(sql: str = sql) -> None:
            engine.execute(sql).to_arrow_table()

        taken = _in_turns(directly, through, repeats)
        cells = []
        for chosen in (statistics.median, min):
            bare, whole = (chosen(milliseconds) for milliseconds in taken)
            cells.append(f"{bare:,.0f} | {whole:,.0f} | {whole - bare:,.0f} | {whole / bare:.2f}")
        opens, first, bare = (
            statistics.median(column) for column in zip(*_of_new_sessions(folder, port, through, directly), strict=True)
        )
        cells += [f"{first:,.0f} | {first - bare:,.0f} | {first / bare:.2f}", f"{opens:,.0f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _of_new_sessions(
    folder: Path, port: int, through: Callable[..., None], directly: Callable[[], None]
) -> Iterator[tuple[float, float, float]]:
    """Milliseconds as the question that opens a session, as the first of an open one, and directly; each time anew."""
    for _ in range(SESSIONS):
        opens = _milliseconds(partial(through, token=granted(folder, PROJECT)[1]))
        _, token = granted(folder, PROJECT)
        status, content = ask(port, token, "select 1 as n")
        assert status == 200, content
        yield opens, _milliseconds(partial(through, token=token)), _milliseconds(directly)


def _in_turns(one: Callable[[], None], other: Callable[[], None], repeats: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 2):
        for milliseconds, asked in zip(taken, (one, other), strict=True):
            took = _milliseconds(asked)
            # What is asked for a second time is read once more, and kept from then on.
            if number > 1:
                milliseconds.append(took)
    return taken


def _milliseconds(asked: Callable[[], None]) -> float:
    begun = time.perf_counter()
    asked()
    return 1000 * (time.perf_counter() - begun)


def ends(folder: Path, port: int, number: int) -> list[float]:
    """From a revocation, made in another process than the gateway's, to the last byte of the running query's answer."""
    grants = Grants(Settings(home=folder).grants)
    taken = []
    for _ in range(number):
        id_, token = granted(folder, PROJECT)
        said: list[Any] = []

        def running(token: str = token, said: list[Any] = said) -> None:
            status, _ = ask(port, token, FOREVER)
            said.append((status, time.perf_counter()))

        thread = threading.Thread(target=running)
        thread.start()
        time.sleep(0.5)
        assert not said
        revoked = time.perf_counter()
        grants.revoke(id_, now=datetime.now(UTC))
        thread.join()
        ((status, at),) = said
        assert status == 403
        taken.append(1000 * (at - revoked))
    return taken


def cuts(folder: Path, port: int, number: int) -> tuple[list[float], list[int]]:
    """The same of an answer under way, that is read slowly: and how many bytes of it came after the revocation."""
    grants = Grants(Settings(home=folder).grants)
    taken, after = [], []
    for _ in range(number):
        id_, token = granted(folder, PROJECT)
        connection, answer = begun(port, token, QUERIES["a million rows"])
        whole = int(answer.headers["Content-Length"])
        answer.read(SLOWLY)
        revoked = time.perf_counter()
        grants.revoke(id_, now=datetime.now(UTC))
        came = 0
        with suppress(http.client.IncompleteRead, ConnectionError):
            while piece := answer.read1(SLOWLY):
                came += len(piece)
                time.sleep(PAUSE_SECONDS)
        taken.append(1000 * (time.perf_counter() - revoked))
        after.append(came)
        assert SLOWLY + came < whole, "the answer was not cut"
        connection.close()
    return taken, after


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--ends", type=int, default=ENDS)
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/RESULTS.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_beside(folder, given.rows)
        with served(folder) as gateway:
            lines = compared(folder, gateway.port, given.repeats)
            taken = ends(folder, gateway.port, given.ends)
            cut, after = cuts(folder, gateway.port, given.ends)
    table = "\n".join(
        [
            f"{given.rows:,} results of {given.rows // RESULTS_EACH:,} people; medians, and the least, of "
            f"{given.repeats} in turns; Python {platform.python_version()}, DuckDB {duckdb.__version__}; "
            f"{os.getloadavg()[2]:.1f} processes ran "
            f"or waited for {os.cpu_count()} cores. Targets, for rows (what control adds to results is told further "
            "down): at most 40 ms more for queries up to 200 ms, at most 1.3 times for longer ones.",
            "",
            *lines,
            "",
            f"From a revocation to the last byte of a running query, {len(taken)} times: median "
            f"{statistics.median(taken):,.0f} ms, worst {max(taken):,.0f} ms. Of an answer under way that is read at "
            f"{SLOWLY / PAUSE_SECONDS / 2**20:,.0f} MiB a second at most: median {statistics.median(cut):,.0f} ms, "
            f"worst {max(cut):,.0f} ms, in which at most {max(after) / 2**20:.1f} MiB of it came.",
        ]
    )
    tell("gateway", "Queries through the gateway (`make bench`)", table + "\n", write=given.write)


if __name__ == "__main__":
    main()
