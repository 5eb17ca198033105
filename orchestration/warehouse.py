"""The warehouse file: built aside, published by one rename, so that a reader never sees a half-built cohort.

dbt writes `warehouse/building.duckdb`; when it and its tests are done, the record of the build goes in and the file
takes the place of `cohort.duckdb`. A reader that has the old file open keeps it. The models are in `dbt_project/`.

A build of few people is a build of everybody in which the lake holds these people alone: dbt writes `few.duckdb`, whose
rows take the place of theirs in a copy of the published file. So no model knows of it, and every engine can do it.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from oeverum.settings import REPOSITORY
from orchestration.touched import POPULATION_WIDE, Models, Touched, quoted, whom
from pseudonymisation.history import counting
from pseudonymisation.lake import Lake, LakeDelivery

CODE_FOLDERS = (
    "ingestion/contracts",
    "dbt_project/models",
    "dbt_project/macros",
    "dbt_project/seeds",
    "quality/expectations",
)


class WarehouseError(Exception):
    """The warehouse is not there, or not as it must be."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Build:
    """What the warehouse was built from: the deliveries of the lake, the code, and when (UTC); `people` is how many
    were built anew, None everybody.
    """

    deliveries: tuple[dict[str, Any], ...]
    code_version: str
    built_at: str
    people: int | None = None

    @property
    def synthetic_only(self) -> bool:
        """True when every delivery holds synthetic people only."""
        return all(delivery["synthetic"] for delivery in self.deliveries)

    @property
    def basis(self) -> str:
        """A digest of everything that decides the content; equal for equal inputs."""
        text = json.dumps([self.code_version, self.deliveries], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class FewPeople:
    """A build of few people: who they are, the tables that are about everybody and stay as they are, and the basis of
    the published file with which the deliveries were compared.
    """

    touched: Touched
    wide_tables: list[str]
    against: str

    def begin(self, few: Path, published: Path) -> None:
        """Put what is about everybody into the file that dbt is going to write."""
        with duckdb.connect(str(few)) as connection:
            connection.execute(f"attach '{quoted(published)}' as published (read_only)")
            for table in self.wide_tables:
                connection.execute(f"create schema if not exists {table.split('.')[0]}")
                connection.execute(f"create table {table} as from published.{table}")

    def put(self, few: Path, building: Path, memory_limit: str) -> None:
        """Let the rows of the people take the place of theirs in a copy of the published file."""
        with duckdb.connect(str(building)) as connection:
            connection.execute(f"set memory_limit = '{memory_limit}'")
            connection.execute(f"attach '{quoted(few)}' as few (read_only)")
            connection.execute(
                "create temp table touched as select number_id as person_id "
                f"from read_parquet('{quoted(self.touched.numbers)}')"
            )
            connection.execute("begin")
            for schema, table, columns in _tables(connection):
                if f"{schema}.{table}" in self.wide_tables:
                    continue
                if "person_id" in columns:
                    mine = "person_id in (select person_id from touched)"
                    connection.execute(f"delete from {schema}.{table} where {mine}")
                    connection.execute(f"insert into {schema}.{table} by name from few.{schema}.{table} where {mine}")
                else:
                    # Weeks and codes, of which the few have some that were not there.
                    connection.execute(
                        f"insert into {schema}.{table} from few.{schema}.{table} except from {schema}.{table}"
                    )
            views = connection.execute(
                "select view_name, sql from duckdb_views() where database_name = 'few' and schema_name = 'lake_whole'"
            ).fetchall()
            for name, sql in views:
                body = sql[sql.index(" AS ") :]
                connection.execute(f'create or replace view lake."{name}"{body}')
            connection.execute("commit")


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The cohort's file, and the one that is being built beside it."""

    path: Path

    @property
    def building(self) -> Path:
        """The file that dbt writes."""
        return self.path.with_name("building.duckdb")

    @property
    def few(self) -> Path:
        """The file that dbt writes when it builds few people."""
        return self.path.with_name("few.duckdb")

    def current(self) -> Build | None:
        """What the published warehouse was built from; None when there is none."""
        if not self.path.is_file():
            return None
        with duckdb.connect(str(self.path), read_only=True) as connection:
            row = connection.execute("select record from platform.build").fetchone()
        if row is None:
            return None
        record = json.loads(row[0])
        return Build(**{**record, "deliveries": tuple(record["deliveries"])})

    def built(self) -> Build:
        """What the published warehouse was built from. Raises WarehouseError when there is none."""
        found = self.current()
        if found is None:
            raise WarehouseError("there is no warehouse yet; run the job build_warehouse first")
        return found

    @contextmanager
    def rebuild(
        self,
        lake: Lake,
        build: Build,
        *,
        memory_limit: str,
        whole: bool = True,
        few: FewPeople | None = None,
        as_of: datetime | None = None,
    ) -> Iterator[None]:
        """Hold the one writer's lock and prepare the surroundings of dbt; publish when the block ends well.

        When the block raises, the published file stays as it was. A build of some models only (`whole=False`) starts
        from a copy of the published file, and so does one of few people. `as_of`: of what was known then, not now.
        """
        folder = self.path.parent
        spill = folder / ".spill"
        with self.locked():
            for file in (self.building, self.few):
                for left in (file, file.with_name(file.name + ".wal")):
                    left.unlink(missing_ok=True)
            shutil.rmtree(spill, ignore_errors=True)
            if (few or not whole) and self.path.is_file():
                shutil.copyfile(self.path, self.building)
            accepted = folder / "deliveries.json"
            accepted.write_text(
                json.dumps([_for_dbt(lake, delivery) for delivery in counting(lake, as_of)]), encoding="utf-8"
            )
            surroundings = {
                "OEVERUM_LAKE_DELIVERIES": str(accepted),
                "OEVERUM_LAKE_PEOPLE": str(few.touched.numbers) if few else "",
                "OEVERUM_WAREHOUSE_BUILD": str(self.few if few else self.building),
                "OEVERUM_DUCKDB_TEMP": str(spill),
                "OEVERUM_DUCKDB_MEMORY": memory_limit,
            }
            if few:
                if self.built().basis != few.against:
                    raise WarehouseError("the warehouse was built by another process meanwhile; run it again")
                few.begin(self.few, self.path)
            with _environment(surroundings):
                yield
            if few:
                few.put(self.few, self.building, memory_limit)
            self._publish(replace(build, people=few.touched.people if few else None))
            self.few.unlink(missing_ok=True)
            shutil.rmtree(spill, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one writer."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def row_counts(self, path: Path) -> dict[str, int]:
        """Rows of each table of the schema `marts` in a warehouse file."""
        with duckdb.connect(str(path), read_only=True) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
            ).fetchall()
            counts = {}
            for (name,) in names:
                row = connection.execute(f'select count(*) from marts."{name}"').fetchone()
                counts[name] = int(row[0]) if row else 0
            return counts

    def _publish(self, build: Build) -> None:
        record = asdict(build)
        with duckdb.connect(str(self.building)) as connection:
            connection.execute("create schema if not exists platform")
            connection.execute("create or replace table platform.build (record varchar)")
            connection.execute("insert into platform.build values (?)", [json.dumps(record)])
            connection.execute("checkpoint")
        self.building.replace(self.path)


def dbt_arguments(few: FewPeople | None = None) -> list[str]:
    """What dbt is asked to do: all but unit tests; of few people all but what is about everybody."""
    wide = ["--exclude", f"tag:{POPULATION_WIDE}"] if few else []
    return ["build", "--exclude-resource-type", "unit_test", *wide]


def few_people(
    lake: Lake, warehouse: Warehouse, build: Build, manifest: Path, *, memory_limit: str
) -> FewPeople | None:
    """The build of the people whom a change of deliveries touches; None when everybody is to be built."""
    current = warehouse.current()
    if current is None or current.code_version != build.code_version:
        return None
    models = Models.load(manifest)
    touched = whom(
        lake,
        current.deliveries,
        counting(lake),
        published=warehouse.path,
        models=models,
        into=warehouse.path.with_name("touched.parquet"),
        memory_limit=memory_limit,
    )
    return None if touched is None else FewPeople(touched, models.wide_tables, current.basis)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, list[str]]]:
    """The tables that dbt makes of people: schema, name and columns."""
    return connection.execute(
        "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
        "join duckdb_tables() using (database_name, schema_name, table_name) where database_name = current_database() "
        "and schema_name in ('staging', 'intermediate', 'marts') group by all order by all"
    ).fetchall()


def intended(lake: Lake, as_of: datetime | None = None) -> Build:
    """What a build made now would be made from; `as_of`: one of what was known then."""
    return Build(
        deliveries=tuple(_told(delivery) for delivery in counting(lake, as_of)),
        code_version=code_version(),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def code_version() -> str:
    """The version of the package and a digest of the definitions: contracts, models, seeds and expectations."""
    digest = hashlib.sha256()
    for folder in CODE_FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(REPOSITORY).as_posix().encode("utf-8"))
                digest.update(path.read_bytes())
    return f"{version('oeverum')}+{digest.hexdigest()[:8]}"


def _told(delivery: LakeDelivery) -> dict[str, Any]:
    return {
        "source": delivery.source,
        "delivery": delivery.delivery,
        "created": delivery.created.isoformat(),
        "rows": delivery.rows,
        "digest": delivery.digest,
        "synthetic": delivery.synthetic,
        "key_versions": delivery.key_versions,
        "treatment": delivery.treatment,
    }


def _for_dbt(lake: Lake, delivery: LakeDelivery) -> dict[str, Any]:
    return {
        "source": delivery.source,
        "delivery": delivery.delivery,
        "delivered_at": delivery.created.isoformat(),
        "files": [str(path) for path in lake.files(delivery)],
    }


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the dbt process that is started inside the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
