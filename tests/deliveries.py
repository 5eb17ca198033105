"""Builds small deliveries for tests, whole or broken on purpose."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ingestion.contract import Contract, load_all
from ingestion.delivery import Delivery

CONTRACTS = load_all()

BEF = {
    "pnr": "0101501234",
    "koen": "2",
    "foed_dag": "1950-01-01",
    "kom": "615",
    "reg": "82",
    "civst": "G",
    "familie_id": "7001",
    "antpersf": "2",
    "opr_land": "5100",
    "ie_type": "1",
    "referencetid": "2024-12-31",
}


def csv_of(contract: Contract, rows: Sequence[dict[str, str]], *, columns: Sequence[str] | None = None) -> bytes:
    """Rows as the supplier writes them, in the contract's encoding."""
    names = list(columns or [column.name for column in contract.columns])
    form = contract.form
    lines = [form.delimiter.join(names)]
    lines += [form.delimiter.join(row.get(name, "") for name in names) for row in rows]
    return ("\n".join(lines) + "\n").encode(form.encoding)


def write_delivery(
    landing: Path,
    source: str,
    *files: tuple[str, bytes, int],
    delivery: str = "2025-01-20",
    manifest: dict[str, Any] | None = None,
) -> Delivery:
    """A delivery of files `(name, content, rows)`; `manifest` overrides fields of its manifest."""
    folder = landing / source / delivery
    folder.mkdir(parents=True)
    for name, content, _ in files:
        (folder / name).write_bytes(content)
    document = {
        "source": source,
        "delivery": delivery,
        "mode": CONTRACTS[source].mode,
        "created": f"{delivery}T06:00:00+00:00",
        "period": {"from": "2019-01-01", "to": "2025-01-01"},
        "synthetic": True,
        "files": [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "rows": rows} for name, content, rows in files
        ],
    }
    document.update(manifest or {})
    (folder / "delivery.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return Delivery(source=source, id=delivery, folder=folder)


def bef_delivery(landing: Path, *rows: dict[str, str], **options: Any) -> Delivery:
    """A delivery of BEF with these rows, each laid over a sound one."""
    content = csv_of(CONTRACTS["bef"], [{**BEF, **row} for row in rows])
    return write_delivery(landing, "bef", ("bef.csv", content, len(rows)), **options)


def parquet_of(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())
