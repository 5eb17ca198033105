"""A warehouse built by the real dbt project from lake rows in Python; nothing is written into dbt_project/.

Here: lake rows to Parquet, one `dbt build` in this process, the tables back as Python rows. Not here: what the
rows are (`tests/spec/cases.py`, `tests/spec/random_people.py`) and what comes out (`tests/spec/oracle.py`).
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.dbt_manifest import Models, prepare_manifest
from orchestration.lake_views import Delivered, LakeTable, lake_views

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}

Row = dict[str, Any]


@cache
def lake_columns() -> dict[str, dict[str, str]]:
    """Per source the columns of its rows and their types, without what tells of the delivery."""
    platform = ("_delivery", "_delivered_at")
    return {
        table.name: {name: data_type for name, data_type in table.columns.items() if name not in platform}
        for table in lake_tables()
    }


@cache
def lake_tables() -> list[LakeTable]:
    """The tables of the lake as the project says."""
    return list(Models.load(prepare_manifest()).tables.values())


def write_delivery(
    rows: Sequence[Mapping[str, Any]], *, lake: Path, source: str, delivery: str, delivered_at: str
) -> Delivered:
    """Write one delivery as the lake holds it, created at an ISO 8601 time.

    Missing columns are NULL; `_row_number` is counted from 1.
    """
    columns = lake_columns()[source]
    numbered = [{**row, "_row_number": number} for number, row in enumerate(rows, 1)]
    arrays = [
        pa.array([row.get(name) for row in numbered], type=ARROW_TYPES[data_type])
        for name, data_type in columns.items()
    ]
    folder = lake / source / source / f"delivery={delivery}"
    folder.mkdir(parents=True)
    path = folder / "part-000.parquet"
    pq.write_table(pa.table(arrays, names=list(columns)), path)
    return Delivered(source, delivery, datetime.fromisoformat(delivered_at), (path,))


def build_warehouse(
    tmp: Path, deliveries: Iterable[Delivered] | None, *, command: str = "build", select: str | None = None
) -> Path:
    """Run dbt over the deliveries; gives the path of the warehouse.

    None names no file of views. `build` runs the unit tests and the data tests too; `select` chooses models.
    Raises AssertionError with dbt's own messages when a node fails.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    warehouse = tmp / "cohort.duckdb"
    views = tmp / "lake_views.json"
    if deliveries is not None:
        views.write_text(json.dumps(lake_views(lake_tables(), deliveries)), encoding="utf-8")
    with _environment(
        OEVERUM_WAREHOUSE_BUILD=str(warehouse),
        OEVERUM_DUCKDB_TEMP=str(tmp / "duckdb_temp"),
        OEVERUM_LAKE_VIEWS="" if deliveries is None else str(views),
    ):
        run_dbt([*command.split(), *(("--select", *select.split()) if select else ())], tmp)
    return warehouse


def run_dbt(arguments: Sequence[str], tmp: Path) -> None:
    """Run dbt in this process on the real project, as the environment says; its products go to `tmp`.

    Raises AssertionError with dbt's own messages when a node fails.
    """
    from dbt.cli.main import dbtRunner

    try:
        result = dbtRunner().invoke(
            [
                *arguments,
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(tmp / "target"), "--log-path", str(tmp / "logs")),
                # dbt leaves a log file open when it is done, which is a warning, and warnings fail.
                *("--log-level-file", "none"),
                "--quiet",
            ]
        )
    finally:
        _let_go_of_warehouse()
    results = getattr(result.result, "results", [])
    failed = [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail")]
    assert result.success, failed or result.exception


def compiled_sql(models: Sequence[str]) -> dict[str, str]:
    """The SQL of models as dbt compiles it, with the names of relations as schema and table."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as tmp:
        arguments = ["compile", "--select", *models, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        arguments += ["--target-path", tmp, "--log-path", tmp, "--log-level-file", "none", "--quiet"]
        try:
            result: Any = dbtRunner().invoke(arguments)
        finally:
            _let_go_of_warehouse()
        assert result.success, result.exception
        nodes = [found.node for found in result.result.results if found.node.resource_type == "model"]
        return {node.name: node.compiled_code.replace('"memory".', "") for node in nodes}


def read_table(warehouse: Path, table: str) -> list[Row]:
    """All rows of a table of the warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cursor = connection.execute(f"select * from {table}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def column_types(warehouse: Path, table: str) -> dict[str, str]:
    """The columns of a table of the warehouse and their types, in order."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {row[0]: row[1] for row in connection.execute(f"describe {table}").fetchall()}


def _let_go_of_warehouse() -> None:
    """dbt-duckdb keeps the file open for the process; a reader with other settings would be refused."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
