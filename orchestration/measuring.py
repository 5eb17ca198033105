"""Measuring the warehouse of an installation, and asking the gate about it: with its files, for checks and releases.

What is measured and how it is decided is in `quality/`.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from oeverum.settings import Settings
from orchestration.resources import EXPECTATIONS
from orchestration.warehouse import Build, Warehouse, WarehouseError, code_version
from quality.errors import ExpectationError
from quality.expectation import load_all
from quality.gate import GateResult, decide
from quality.judge import judge
from quality.override import overrides
from quality.record import Edition, Record, Records, measured
from sandbox.permits.model import DENMARK

if TYPE_CHECKING:
    from quality.second_opinion import Compared


def measure_warehouse(settings: Settings) -> Record:
    """Measure the published warehouse and keep the record, with the suite and the validation result beside it.

    Raises WarehouseError when there is none or it was built anew meanwhile, MeasureError when it cannot be measured.
    """
    warehouse = Warehouse(settings.warehouse)
    build = warehouse.built()
    expected = load_all(EXPECTATIONS)
    edition = edition_of(warehouse, build)
    record = measured(warehouse.path, expected, edition, measured_by=code_version(), memory_limit=settings.memory_limit)
    if edition_of(warehouse, warehouse.built()) != edition:
        raise WarehouseError("the warehouse was built anew meanwhile; measure again")
    path = Records(settings.measures).put(record)
    judge(record.measures, expected, keep=path.with_suffix(".great_expectations.json"))
    return record


def compare_warehouse(settings: Settings, table: str | None = None, *, keep: Path | None = None) -> "list[Compared]":
    """Every expectation of a mart, or of all, as our scan and as Great Expectations count it in the published file.

    Raises WarehouseError when there is none or it was built anew meanwhile, ExpectationError for an unknown mart,
    MeasureError when it cannot be counted.
    """
    from quality.second_opinion import compare

    warehouse = Warehouse(settings.warehouse)
    edition = edition_of(warehouse, warehouse.built())
    marts = {name: one for name, one in load_all(EXPECTATIONS).items() if not one.delivered}
    if table is not None and table not in marts:
        raise ExpectationError(f"there is no mart {table}; docs/reference/marts/ names all")
    asked = [marts[table]] if table is not None else list(marts.values())
    compared = compare(warehouse.path, asked, memory_limit=settings.memory_limit, keep=keep)
    if edition_of(warehouse, warehouse.built()) != edition:
        raise WarehouseError("the warehouse was built anew meanwhile; compare again")
    return compared


def is_measured(settings: Settings, build: Build) -> bool:
    """Whether the newest record that can be read is of this very build, by this code."""
    made = [(r.edition, r.measured_by) for r in Records(settings.measures).by_edition(1)]
    return made == [(edition_of(Warehouse(settings.warehouse), build), code_version())]


def decision(settings: Settings, build: Build) -> GateResult:
    """The gate's decision on a build, by the newest record and the overrides in force.

    Raises MeasureError or OverrideError when a record or an override cannot be read.
    """
    return decide(
        load_all(EXPECTATIONS),
        Records(settings.measures).newest(),
        edition_of(Warehouse(settings.warehouse), build),
        code_version=code_version(),
        overrides=overrides(settings.overrides),
        today=datetime.now(DENMARK).date(),
    )


def edition_of(warehouse: Warehouse, build: Build) -> Edition:
    """What the quality of a build is recorded under."""
    file = warehouse.path.stat()
    return Edition(build.basis, build.built_at, build.code_version, f"{file.st_size}-{file.st_mtime_ns}")
