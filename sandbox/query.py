"""Queries: one SELECT on one release, in an engine that can reach nothing else.

DuckDB has no user boundary inside, so each query gets an engine in memory that no other person uses: no file system,
no extension, no setting that can be changed, limits on memory, threads and time. Arrow reads the tables and hands them
in (`scan.py`), so the engine knows of no file, and of no column that the release is not given with. Which statements
are taken is in `statement.py`. Who may ask, and for which tables and columns, is decided in `access.py`.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from sandbox.errors import QueryRefused, ReleaseError
from sandbox.manifest import Release
from sandbox.parquet import REMEDY, UNREADABLE, sha256
from sandbox.scan import BATCH_ROWS, Held, dataset_of
from sandbox.statement import check, first_line, require_known_functions

# How often a running query is held against its grant, and how often an interrupt is repeated.
POLL_SECONDS = 0.5
AGAIN_SECONDS = 0.25
# In the place of the folders that the engine would tell of: it reads none of them.
NOWHERE = "none"
_KIND = re.compile(r"([A-Z][A-Za-z ]{2,30} Error): ")
# What the engine says when a table could not be read; a query can say it too, so the files are looked at then.
_READING = re.compile("arrow_scan|decrypt", re.IGNORECASE)
_COLUMN = re.compile(r"from source column (\w+)")
# What the engine says of these is about the query alone. Other errors come from running it, and quote the rows.
_ABOUT_THE_QUERY = {"Parser Error", "Binder Error", "Catalog Error", "Permission Error", "Not implemented Error"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use. `memory` in DuckDB's form; `rows` and `mebibytes` are of the result."""

    seconds: float = 120.0
    rows: int = 1_000_000
    mebibytes: int = 512
    memory: str = "2GB"
    threads: int = 2


NO_LIMITS_GIVEN = Limits()
# Gives the engine of one query, as `engine_of`.
Opening = Callable[[Release, bytes, Limits], AbstractContextManager[duckdb.DuckDBPyConnection]]


@dataclass
class Reading:
    """A result that comes batch by batch; `rows` is how many have come."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    rows: int = 0


def run(
    *,
    release: Release,
    key: bytes,
    sql: str,
    limits: Limits = NO_LIMITS_GIVEN,
    lives: Callable[[], bool] = lambda: True,
) -> pa.Table:
    """The result of one query on the tables and columns that `release` names.

    `key` is that of the release (`ReleaseKeys.of`). `lives` is asked while the query runs, in another thread; the query
    is cut when it says no. Raises QueryRefused when it is no single SELECT, reaches for something else, passes a limit
    or is cut; ReleaseError when the files of the release cannot be read, or are not those that were released.
    """
    with reading(release=release, key=key, sql=sql, limits=limits, lives=lives) as result:
        return pa.Table.from_batches(result.batches, schema=result.schema)


@contextmanager
def reading(
    *,
    release: Release,
    key: bytes,
    sql: str,
    limits: Limits = NO_LIMITS_GIVEN,
    lives: Callable[[], bool] = lambda: True,
    opening: Opening | None = None,
) -> Iterator[Reading]:
    """As `run`, but the result comes while the engine makes it, batch by batch. `opening` is as for `locked_engine`.

    What `run` raises comes at the beginning or with any batch: then the batches before it are no answer.
    """
    check(sql)
    with locked_engine(release=release, key=key, limits=limits, lives=lives, opening=opening) as engine:
        require_known_functions(engine, sql)
        reader = engine.execute(sql).to_arrow_reader(BATCH_ROWS)
        result = Reading(reader.schema, iter(()))
        result.batches = _within(reader, limits, result)
        yield result


@contextmanager
def locked_engine(
    *,
    release: Release,
    key: bytes,
    limits: Limits = NO_LIMITS_GIVEN,
    lives: Callable[[], bool] = lambda: True,
    opening: Opening | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that holds the tables and columns that `release` names, and can reach nothing else.

    What is run in it is cut, and what goes wrong is told, as `run` says. `opening` gives the engine; by default it is
    opened now, and closed afterwards.
    """
    opening = opening or engine_of
    ended = threading.Event()

    def over() -> bool:
        if not ended.is_set() and not lives():
            ended.set()
        return ended.is_set()

    with (
        opening(release, key, limits) as engine,
        # Two watchdogs: the clock must not wait for a register of grants that is slow to answer.
        _cut_when(engine, lambda: True, first=limits.seconds, again=AGAIN_SECONDS),
        _cut_when(engine, over, first=POLL_SECONDS, again=POLL_SECONDS),
    ):
        try:
            yield engine
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            if ended.is_set():
                line = "expected access for as long as the query runs, found that it has ended; ask to renew it"
                raise QueryRefused(line, kind="access") from None
            # Not chained: the engine's message may quote rows, and may tell where the files are.
            if _READING.search(str(error)) and not _as_released(release):
                raise _damaged(release) from None
            raise _refusal(error, limits) from None


@contextmanager
def _cut_when(
    engine: duckdb.DuckDBPyConnection, over: Callable[[], bool], *, first: float, again: float
) -> Iterator[None]:
    """Interrupt the engine when it is over, again and again: one that falls between two of its steps is lost.

    `over` is asked after `first` seconds, then every `again` seconds.
    """
    done = threading.Event()

    def watch() -> None:
        wait = first
        while not done.wait(wait):
            if over():
                engine.interrupt()
            wait = again

    watcher = threading.Thread(target=watch, name="watchdog", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


@contextmanager
def engine_of(
    release: Release, key: bytes, limits: Limits, held: Held | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that holds the tables and columns that `release` names, closed afterwards.

    What `held` keeps is not read again. Raises ReleaseError.
    """
    engine = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": "",
            "home_directory": NOWHERE,
            "secret_directory": NOWHERE,
            "extension_directory": NOWHERE,
            "allow_persistent_secrets": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    try:
        engine.execute("set enable_external_access = false")
        try:
            for table in release.tables:
                engine.register(table.name, dataset_of(release, key, table, held))
        except (*UNREADABLE, KeyError):
            # Not chained: the message tells where the files are.
            raise _damaged(release) from None
        # The engine counts rows into this buffer without the length of their texts: 1 MB of it held 6 GB.
        engine.execute("set streaming_buffer_size = '1KB'")
        engine.execute("set lock_configuration = true")
        yield engine
    finally:
        engine.close()


def _as_released(release: Release) -> bool:
    """Whether the files of the release's tables are there, and as the manifest says."""
    try:
        return all(sha256(release.folder / table.file) == table.sha256 for table in release.tables)
    except OSError:
        return False


def _damaged(release: Release) -> ReleaseError:
    return ReleaseError(
        f"{release.release}: expected the files of its manifest, found one missing, changed or under another key; "
        f"{REMEDY}"
    )


def _within(reader: pa.RecordBatchReader, limits: Limits, result: Reading) -> Iterator[pa.RecordBatch]:
    size = 0
    for batch in reader:
        result.rows += batch.num_rows
        size += batch.nbytes
        if result.rows > limits.rows:
            line = f"expected at most {limits.rows:,} rows in a result; aggregate, filter or add a LIMIT"
            raise QueryRefused(line, kind="rows")
        if size > limits.mebibytes * 2**20:
            line = f"expected at most {limits.mebibytes:,} MiB in a result; choose fewer columns or rows"
            raise QueryRefused(line, kind="size")
        yield batch


def _refusal(error: Exception, limits: Limits) -> QueryRefused:
    """What is told of an error: the engine's first line when it is about the query, else the kind of error alone."""
    said = str(error)
    found = _KIND.search(said)
    kind = found[1] if found else "engine"
    if isinstance(error, duckdb.InterruptException) or said.startswith("INTERRUPT"):
        line = f"expected an answer within {limits.seconds:g} seconds; ask for less, or in smaller parts"
        return QueryRefused(line, kind="time")
    if isinstance(error, duckdb.OutOfMemoryException) or kind == "Out of Memory Error":
        return QueryRefused(
            f"expected a query that fits in {limits.memory}; aggregate or filter before joining", kind="memory"
        )
    if kind in _ABOUT_THE_QUERY:
        return QueryRefused(first_line(said), kind=kind)
    column = _COLUMN.search(said)
    where = f" of column {column[1]}" if column else ""
    return QueryRefused(
        f"{kind}: a value{where}, in the rows or in the query, does not fit what is done with it; "
        "filter before, or use try_cast",
        kind=kind,
    )
