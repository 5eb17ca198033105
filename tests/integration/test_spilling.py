"""A build that may not take the memory that it needs goes on on the disk, model after model."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.lake_views import OF_THE_DELIVERY, Delivered
from tests.spec.cases import DEFAULTS
from tests.spec.warehouse import build_warehouse, lake_tables, write_delivery

ROWS, PEOPLE = 3_000_000, 1_000


@pytest.mark.long
def test_a_build_with_little_memory_spills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = "2021-01-01T06:00:00+00:00"
    people = [{**DEFAULTS["bef"], "person_id": n, "referencetid": date(2020, 12, 31)} for n in range(1, PEOPLE + 1)]
    bef = write_delivery(people, lake=tmp_path / "lake", source="bef", delivery="2021-01-01", delivered_at=at)
    (vitals,) = [table for table in lake_tables() if table.name == "vitale_vaerdier"]
    made = {
        "person_id": f"1 + i % {PEOPLE}",
        "datotid_resultat_udfoert": "timestamp '2020-01-01' + to_minutes(i)",
        "_row_number": "i",
    }
    filled = {"VARCHAR": "'pulse and what it is of'", "BIGINT": "i", "DOUBLE": "i"}
    columns = ", ".join(
        f'cast({made.get(name, filled.get(data_type, "null"))} as {data_type}) as "{name}"'
        for name, data_type in vitals.columns.items()
        if name not in OF_THE_DELIVERY
    )
    file = tmp_path / "vitals.parquet"
    duckdb.sql(f"copy (select {columns} from range({ROWS}) as numbers(i)) to '{file}' (format parquet)")
    delivered = Delivered("vitale_vaerdier", "2021-01-02", datetime(2021, 1, 2, tzinfo=UTC), (file,))
    monkeypatch.setenv("OEVERUM_DUCKDB_MEMORY", "400MB")
    built = build_warehouse(tmp_path / "build", [bef, delivered])
    with duckdb.connect(str(built), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.vital_sign").fetchall() == [(ROWS,)]
