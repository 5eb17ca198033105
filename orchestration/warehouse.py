"""The warehouse file: built aside, published by one rename, so that a reader never sees a half-built cohort.

dbt writes `warehouse/building.duckdb`; when it and its tests are done, the record of the build goes in and the file
takes the place of `cohort.duckdb`. A reader that has the old file open keeps it. The models are in `dbt_project/`.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from oeverum.settings import REPOSITORY
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
    """What the warehouse was built from: the deliveries of the lake, the code, and when (UTC)."""

    deliveries: tuple[dict[str, Any], ...]
    code_version: str
    built_at: str

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
        """The file that dbt writes."""
        return self.path.with_name("building.duckdb")

    def current(self) -> Build | None:
        """What the published warehouse was built from; None when there is none."""
        if not self.path.is_file():
            return None
        with duckdb.connect(str(self.path), read_only=True) as connection:
            row = connection.execute("select record from platform.build").fetchone()
        if row is None:
            return None
        record = json.loads(row[0])
        return Build(tuple(record["deliveries"]), record["code_version"], record["built_at"])

    def built(self) -> Build:
        """What the published warehouse was built from. Raises WarehouseError when there is none."""
        found = self.current()
        if found is None:
            raise WarehouseError("there is no warehouse yet; run the job build_warehouse first")
        return found

    @contextmanager
    def rebuild(self, lake: Lake, build: Build, *, memory_limit: str, whole: bool = True) -> Iterator[None]:
        """Hold the one writer's lock and prepare the surroundings of dbt; publish when the block ends well.

        When the block raises, the published file stays as it was. A build of some models
        only (`whole=False`) starts from a copy of the published file.
        """
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        spill = folder / ".spill"
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in (self.building, self.building.with_name(self.building.name + ".wal")):
                left.unlink(missing_ok=True)
            shutil.rmtree(spill, ignore_errors=True)
            if not whole and self.path.is_file():
                shutil.copyfile(self.path, self.building)
            accepted = folder / "deliveries.json"
            accepted.write_text(json.dumps([_for_dbt(lake, delivery) for delivery in counting(lake)]), encoding="utf-8")
            surroundings = {
                "OEVERUM_LAKE_DELIVERIES": str(accepted),
                "OEVERUM_WAREHOUSE_BUILD": str(self.building),
                "OEVERUM_DUCKDB_TEMP": str(spill),
                "OEVERUM_DUCKDB_MEMORY": memory_limit,
            }
            with _environment(surroundings):
                yield
            self._publish(build)
            shutil.rmtree(spill, ignore_errors=True)

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
        record = {
            "deliveries": build.deliveries,
            "code_version": build.code_version,
            "built_at": build.built_at,
        }
        with duckdb.connect(str(self.building)) as connection:
            connection.execute("create schema if not exists platform")
            connection.execute("create or replace table platform.build (record varchar)")
            connection.execute("insert into platform.build values (?)", [json.dumps(record)])
            connection.execute("checkpoint")
        self.building.replace(self.path)


def intended(lake: Lake) -> Build:
    """What a build made now would be made from."""
    return Build(
        deliveries=tuple(_told(delivery) for delivery in counting(lake)),
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
