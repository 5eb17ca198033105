"""A build of few people: those whom deliveries touch, by the statements that built everybody.

A build of few people is a build of everybody in which the lake holds these people alone. Their rows of the lake are
put into a database in memory, the statements of the published warehouse run there in their order, and what comes out
takes the place of the people's rows in a copy of the published file. So no model knows of it, every engine can do it,
and it needs no dbt, whose start and hundred nodes take longer than the work. Whom deliveries touch is found in
`orchestration/touched.py`.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb

from orchestration.dbt_manifest import Models
from orchestration.lake_views import POINTS_TO, Delivered, LakeTable, in_order, lake_views, sql_text
from orchestration.statements import Statement, kept
from orchestration.touched import Touched, whom
from orchestration.warehouse import Build, Warehouse, WarehouseError, of_build, record
from pseudonymisation.lake import Lake

SCHEMAS = ("lake", "seeds", "staging", "intermediate", "marts")
TOUCHED = "memory.main.touched"


@dataclass(frozen=True)
class FewPeople:
    """Who is to be built, the deliveries that count and the tables of the lake, the statements that build, and the
    basis of the published file with which the deliveries were compared.
    """

    touched: Touched
    deliveries: tuple[Delivered, ...]
    tables: tuple[LakeTable, ...]
    statements: tuple[Statement, ...]
    against: str

    @cached_property
    def built(self) -> dict[str, Statement]:
        """What is built, by name: whatever reads what has changed, by way of others too."""
        changed = {f"lake.{source}" for source in self.touched.sources}
        built: dict[str, Statement] = {}
        for statement in self.statements:
            if statement.kind != "wide" and not changed.isdisjoint(statement.reads):
                changed.add(statement.name)
                built[statement.name] = statement
        return built

    @cached_property
    def needed(self) -> set[str]:
        """The names of what is built and of whatever it reads: tables as they stand, of views what they read too."""
        views = {statement.name: statement for statement in self.statements if statement.kind == "view"}
        needed, waiting = set[str](), list(self.built)
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                statement = self.built.get(name) or views.get(name)
                waiting.extend(statement.reads if statement else ())
        pointed = {f"lake.{other}" for source, (_, other) in POINTS_TO.items() if f"lake.{source}" in needed}
        return needed | pointed


def few_people(
    lake: Lake, warehouse: Warehouse, build: Build, manifest: Path, *, memory_limit: str
) -> FewPeople | None:
    """Whom a change of deliveries touches, to be built anew; None when everybody is to be built."""
    current = warehouse.current()
    if current is None or current.code_version != build.code_version:
        return None
    try:
        then = of_build(lake, current)
    except WarehouseError:
        return None  # What a delivery was is not there to compare with.
    now, models = of_build(lake, build), Models.load(manifest)
    touched = whom(
        lake,
        then,
        now,
        published=warehouse.path,
        models=models,
        memory_limit=memory_limit,
    )
    if touched is None:
        return None
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        statements = kept(connection)
    delivered = (Delivered.of(lake, delivery) for delivery in now)
    return FewPeople(touched, tuple(delivered), tuple(models.tables.values()), tuple(statements), current.basis)


def build_few(warehouse: Warehouse, build: Build, few: FewPeople, *, memory_limit: str) -> None:
    """Build the people and publish. When it fails the published file stays.

    Raises WarehouseError when the warehouse was built meanwhile, a statement fails, or the copy cannot be written.
    """
    with _written_or_told(), warehouse.replaced() as spill:
        if warehouse.built().basis != few.against:
            raise WarehouseError("the warehouse was built by another process meanwhile; run it again")
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
        }
        with ThreadPoolExecutor(1) as aside, duckdb.connect(config=settings) as connection:
            copying = aside.submit(_copy, warehouse.path, warehouse.building)
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach {sql_text(str(warehouse.path))} as published (read_only)")
            for schema in SCHEMAS:
                connection.execute(f"create schema {schema}")
            connection.register("numbers", few.touched.numbers)
            connection.execute(f"create table {TOUCHED} as select number_id, number_id as person_id from numbers")
            _show_lake(connection, few)
            _build(connection, few)
            copying.result()
            connection.execute("detach published")
            # A copy that is not finished is thrown away: it needs no log beside it.
            building = sql_text(str(warehouse.building))
            connection.execute(f"attach {building} as building (recovery_mode no_wal_writes)")
            _put(connection, few, replace(build, people=few.touched.people))


def _show_lake(connection: duckdb.DuckDBPyConnection, few: FewPeople) -> None:
    """The lake as it is of these people alone."""
    for table in sorted(few.tables, key=lambda table: table.name in POINTS_TO):
        if f"lake.{table.name}" in few.needed:
            own = in_order(delivered for delivered in few.deliveries if delivered.source == table.name)
            connection.execute(f'create table lake."{table.name}" as {table.rows_of_people(own, TOUCHED)}')


def _build(connection: duckdb.DuckDBPyConnection, few: FewPeople) -> None:
    """Run the statements of what has changed; what they read beside it comes from the published warehouse."""
    for statement in few.statements:
        name = statement.name
        if name not in few.needed:
            continue
        try:
            if statement.kind == "test":
                if broken := connection.execute(statement.sql).fetchall():
                    raise WarehouseError(f"{name}: {len(broken)} do not hold; dbt build tells which")
            elif name in few.built or statement.kind == "view":
                connection.execute(f"create {statement.kind} {name} as {statement.sql}")
            else:
                people = statement.kind != "wide" and "person_id" in _columns(connection, f"published.{name}")
                mine = f"semi join {TOUCHED} using (person_id)" if people else ""
                connection.execute(f"create table {name} as from published.{name} {mine}")
        except duckdb.Error as error:
            # Its text may quote a value.
            raise WarehouseError(f"{name} could not be built: {type(error).__name__}") from None


def _put(connection: duckdb.DuckDBPyConnection, few: FewPeople, build: Build) -> None:
    """Let the rows of the people take the place of theirs in the copy of the published file, and the record of its."""
    connection.execute("begin")
    for statement in few.built.values():
        if statement.kind == "table":
            _put_table(connection, statement.name)
    for name, rows in lake_views(few.tables, few.deliveries).items():
        connection.execute(f'create or replace view building.lake."{name}" as {rows}')
    connection.execute("use building")
    record(connection, build)
    connection.execute("commit")
    connection.execute("use memory")
    connection.execute("checkpoint building")


def _put_table(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Change the rows of those people of whom any is not as it was."""
    columns = _columns(connection, table)
    listed = ", ".join(f'"{column}"' for column in columns)
    told = f"select person_id, count(*), sum(hash({listed})) from"
    was = f"{told} building.{table} semi join {TOUCHED} using (person_id) group by person_id"
    now = f"{told} {table} semi join {TOUCHED} using (person_id) group by person_id"
    connection.execute(
        "create or replace temp table differs as select distinct person_id from "
        f"(({was} except {now}) union all ({now} except {was})) as told(person_id, rows, digest)"
    )
    theirs = "person_id in (select person_id from differs)"
    connection.execute(f"delete from building.{table} where {theirs}")
    connection.execute(f"insert into building.{table} by name from {table} where {theirs}")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [column[0] for column in connection.execute(f"select * from {table} limit 0").description or []]


@contextmanager
def _written_or_told() -> Iterator[None]:
    """Tell what went wrong with the file without the text of the error, which may quote a value."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        # DuckDB tells of a full disk by an error of its own, in words of the system.
        full = os.strerror(errno.ENOSPC) in str(error)
        told = "no space left; make room on the disk of the warehouse" if full else type(error).__name__
        raise WarehouseError(f"the people could not be put into a copy of the warehouse: {told}") from None


def _copy(published: Path, building: Path) -> None:
    """Copy the file, onto the disk, while the people are built."""
    shutil.copyfile(published, building)
    with building.open("rb") as file:
        os.fsync(file.fileno())
