"""The warehouse file: built aside, published by one rename, so that a reader never sees a half-built cohort.

A build writes `warehouse/building.duckdb`; when it and its tests are done, the record of the build goes in and the
file takes the place of `cohort.duckdb`. A reader that has the old file open keeps it. The models are in `dbt_project/`,
which dbt runs for everybody and `orchestration/few_people.py` for few people.
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
from orchestration.dbt_manifest import Models
from orchestration.lake_views import Delivered, lake_views, sql_text
from orchestration.statements import compiled, keep
from pseudonymisation.history import counting
from pseudonymisation.lake import Lake, LakeDelivery

# What decides the rows of the cohort, beside the deliveries.
CODE = (
    "ingestion/contracts",
    "dbt_project/dbt_project.yml",
    "dbt_project/profiles.yml",
    "dbt_project/models",
    "dbt_project/macros",
    "dbt_project/seeds",
    "quality/expectations",
    "quality/expectation.py",
    "quality/filtered.py",
    "quality/measure.py",
    "quality/numbers.py",
    "quality/referred.py",
    "quality/series.py",
    "orchestration/lake_views.py",
    "orchestration/touched.py",
    "orchestration/statements.py",
    "orchestration/few_people.py",
)
ENGINES = ("dbt-core", "dbt-duckdb", "duckdb", "sqlglot")


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
class Warehouse:
    """The cohort's file, and the one that is being built beside it."""

    path: Path

    @property
    def building(self) -> Path:
        """The file that is being written."""
        return self.path.with_name("building.duckdb")

    def current(self) -> Build | None:
        """What the published warehouse was built from; None when there is none. Raises WarehouseError of others."""
        if not self.path.is_file():
            return None
        try:
            with duckdb.connect(str(self.path), read_only=True) as connection:
                row = connection.execute("select record from platform.build").fetchone()
        except duckdb.Error as error:
            # Not chained: the engine's message holds a path of the machine.
            raise WarehouseError(
                f"{self.path.name} cannot be read ({type(error).__name__}); end whoever writes it, or take it away and "
                "run oeverum run"
            ) from None
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
        manifest: Path,
        dbt_target: Path,
        whole: bool = True,
    ) -> Iterator[None]:
        """Prepare the surroundings of dbt, which runs in the block, and publish what it built when the block ends well.

        `manifest` is the parsed project, `dbt_target` the folder to which dbt writes. A build of some models only
        (`whole=False`) is one of the deliveries of the published file, of which it changes a copy. Raises
        WarehouseError when there is none, or the lake has other deliveries under the names of the build's.
        """
        if not whole:
            build = _of_some_models(self.built(), build)
        with self.replaced() as spill:
            if not whole:
                shutil.copyfile(self.path, self.building)
            delivered = [Delivered.of(lake, delivery) for delivery in of_build(lake, build)]
            tables = list(Models.load(manifest).tables.values())
            views = self.path.with_name("lake_views.json")
            views.write_text(json.dumps(lake_views(tables, delivered)), encoding="utf-8")
            surroundings = {
                "OEVERUM_LAKE_VIEWS": str(views),
                "OEVERUM_WAREHOUSE_BUILD": str(self.building),
                "OEVERUM_DUCKDB_TEMP": str(spill),
                "OEVERUM_DUCKDB_MEMORY": memory_limit,
            }
            with _environment(surroundings):
                yield
            with duckdb.connect(str(self.building)) as connection:
                record(connection, build)
                if whole:
                    keep(connection, compiled(dbt_target / "manifest.json"))

    @contextmanager
    def replaced(self) -> Iterator[Path]:
        """Be the one writer; what the block wrote as `building`, with the record of the build, is published.

        Gives a folder to spill to. When the block raises, the published file stays as it was.
        """
        spill = self.path.with_name(".spill")
        with self.locked():
            for left in (self.building, self.building.with_name(self.building.name + ".wal")):
                left.unlink(missing_ok=True)
            shutil.rmtree(spill, ignore_errors=True)
            yield spill
            self.building.replace(self.path)
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


def record(connection: duckdb.DuckDBPyConnection, build: Build) -> None:
    """Write into the warehouse file that a connection uses what it was built from."""
    connection.execute("create schema if not exists platform")
    connection.execute("create or replace table platform.build (record varchar)")
    connection.execute(f"insert into platform.build values ({sql_text(json.dumps(asdict(build)))})")


DBT_ARGUMENTS = ("build", "--exclude-resource-type", "unit_test")  # Unit tests belong to the code, not to the data.


def of_build(lake: Lake, build: Build) -> list[LakeDelivery]:
    """The deliveries that a warehouse is built from. Raises WarehouseError when the lake has them no more."""
    found = [lake.find(told["source"], told["delivery"]) for told in build.deliveries]
    same = [d for d, told in zip(found, build.deliveries, strict=True) if d and _told(d) == told]
    if len(same) < len(found):
        raise WarehouseError("a delivery of the build was taken in anew meanwhile; run the job build_warehouse")
    return same


def intended(lake: Lake, as_of: datetime | None = None) -> Build:
    """What a build made now would be made from; `as_of`: one of what was known then."""
    return Build(
        deliveries=tuple(_told(delivery) for delivery in counting(lake, as_of)),
        code_version=code_version(),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def code_version(repository: Path = REPOSITORY) -> str:
    """The version of the package and a digest of the definitions (contracts, variables, models, seeds, expectations)
    and of the versions of what runs them.
    """
    digest = hashlib.sha256(" ".join(map(version, ENGINES)).encode("utf-8"))
    for place in (repository / name for name in CODE):
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                digest.update(path.relative_to(repository).as_posix().encode("utf-8"))
                digest.update(path.read_bytes())
    return f"{version('oeverum')}+{digest.hexdigest()[:8]}"


def _of_some_models(published: Build, build: Build) -> Build:
    """A build of some models is one of the deliveries of all others. By other code than theirs it has a version that
    no code has, so that the next build is one of everybody.
    """
    code = published.code_version
    if code != build.code_version:
        code = f"{code.split()[0]} with models of {build.code_version}"
    return replace(published, built_at=build.built_at, code_version=code)


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
