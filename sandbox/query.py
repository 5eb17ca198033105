"""Queries: one SELECT on one release, in an engine that can reach nothing else.

DuckDB has no user boundary inside, so each query gets an engine of its own in memory: a view per table, no other file,
no extension, no setting that can be changed, limits on memory, threads and time. What kind of statement it is the
parser tells, never the text. Who may ask is decided in `access.py`.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from sandbox.errors import QueryRefused
from sandbox.release import Release

BATCH_ROWS = 50_000
_EXPLAIN = re.compile(r"\s*explain\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use. `memory` in DuckDB's form."""

    seconds: float = 120.0
    rows: int = 1_000_000
    memory: str = "2GB"
    threads: int = 2


def run(*, release: Release, sql: str, limits: Limits = Limits()) -> pa.Table:
    """The result of one query on a release.

    Raises QueryRefused when it is no single SELECT, reaches for something else, or passes a limit.
    """
    check(sql)
    with _engine(release, limits) as engine:
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            engine.interrupt()

        watchdog = threading.Timer(limits.seconds, stop)
        watchdog.start()
        try:
            return _fetch(engine, sql, limits)
        except duckdb.InterruptException:
            raise QueryRefused(
                f"expected an answer within {limits.seconds:g} seconds; ask for less, or in smaller parts"
            ) from None
        except duckdb.OutOfMemoryException:
            raise QueryRefused(
                f"expected a query that fits in {limits.memory}; aggregate or filter before joining"
            ) from None
        except duckdb.Error as error:
            raise QueryRefused(_told(error, release)) from None
        finally:
            watchdog.cancel()


def check(sql: str) -> None:
    """Raise QueryRefused unless the text is one statement that only reads."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryRefused(str(error).splitlines()[0]) from None
    if len(statements) != 1:
        raise QueryRefused(f"expected one statement, found {len(statements)}; send them one by one")
    kind = statements[0].type
    if kind == duckdb.StatementType.EXPLAIN:
        inner = _EXPLAIN.sub("", sql, count=1)
        if re.match(r"(analyze\b|\()", inner, re.IGNORECASE):
            raise QueryRefused("expected a plain EXPLAIN; leave its options out")
        check(inner)
    elif kind != duckdb.StatementType.SELECT:
        raise QueryRefused(f"expected a SELECT, found {kind.name}; a sandbox is only read")


@contextmanager
def _engine(release: Release, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    engine = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    try:
        paths = {table.name: str(release.folder / table.file).replace("'", "''") for table in release.tables}
        for name, path in paths.items():
            engine.execute(f"create view \"{name}\" as select * from read_parquet('{path}')")
        allowed = ", ".join(f"'{path}'" for path in paths.values())
        engine.execute(f"set allowed_paths = [{allowed}]")
        engine.execute("set enable_external_access = false")
        engine.execute("set lock_configuration = true")
        yield engine
    finally:
        engine.close()


def _fetch(engine: duckdb.DuckDBPyConnection, sql: str, limits: Limits) -> pa.Table:
    reader = engine.execute(sql).to_arrow_reader(BATCH_ROWS)
    batches = []
    rows = 0
    for batch in reader:
        rows += batch.num_rows
        if rows > limits.rows:
            raise QueryRefused(f"expected at most {limits.rows:,} rows in a result; aggregate, filter or add a LIMIT")
        batches.append(batch)
    return pa.Table.from_batches(batches, schema=reader.schema)


def _told(error: duckdb.Error, release: Release) -> str:
    """What the engine says about a query, without the place of the files."""
    lines = str(error).replace(str(release.folder), release.release).splitlines()
    hint = next((line.strip() for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))), "")
    return f"{lines[0]} {hint}".strip()
