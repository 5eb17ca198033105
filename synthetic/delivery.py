"""Writers: a table becomes a delivery folder in the landing zone, with its `delivery.yaml` written last.

How the sources are delivered (mode, format) stands here, as a supplier would know it; the tests hold it
against the contracts. What the tables contain is made elsewhere.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MODES = {
    "bef": "upsert",
    "dod": "full",
    "lpr_a_kontakt": "full",
    "lpr_a_diagnose": "full",
    "lmdb": "append",
    "sssy": "append",
    "laboratoriesvar": "append",
    "hjemmepleje_besoeg": "upsert",
    "journalnotat": "upsert",
}
PARQUET = frozenset({"lpr_a_kontakt", "lpr_a_diagnose", "journalnotat"})
CHUNK_ROWS = 100_000


class SyntheticError(Exception):
    """The synthetic extracts cannot be written as asked."""

    exit_code = 2


@dataclass(frozen=True)
class DeliveryPlan:
    """One delivery to be written: where it belongs, what it covers [period_from, period_to) and its rows."""

    source: str
    delivery: str
    period_from: str
    period_to: str
    rows: pa.Table

    @property
    def created(self) -> str:
        """UTC time at which the supplier made the delivery."""
        return f"{self.delivery[:10]}T06:00:00+00:00"

    @property
    def file_name(self) -> str:
        """Name of the one file of the delivery."""
        return f"{self.source}.{'parquet' if self.source in PARQUET else 'csv'}"


@dataclass(frozen=True)
class Written:
    """What was written for one delivery; `existing` when the same delivery lay there before."""

    rows: int
    bytes: int
    existing: bool


def as_text(rows: pa.Table) -> pa.Table:
    """Every column as the text of a Danish CSV file: decimal comma, `yyyy-MM-dd HH:mm`; NULL stays NULL."""
    return pa.table({name: _text(rows.column(name).combine_chunks()) for name in rows.column_names})


def write_delivery(plan: DeliveryPlan, *, landing: Path) -> Written:
    """Write one delivery into `landing/<source>/<delivery>/`; leave it when the very same one lies there.

    Raises SyntheticError when another delivery of that name lies there.
    """
    target = landing / plan.source / plan.delivery
    draft = landing / f".{plan.source}-{plan.delivery}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        path = draft / plan.file_name
        if plan.source in PARQUET:
            pq.write_table(plan.rows, path, compression="zstd")
        else:
            _write_csv(plan.rows, path)
        digest = _sha256(path)
        size = path.stat().st_size
        manifest = _manifest(plan, digest)
        if target.exists():
            if not _same(target, manifest, plan.file_name, digest):
                raise SyntheticError(
                    f"expected no delivery or the same one in {plan.source}/{plan.delivery}, found another: "
                    "choose an empty landing folder, or remove that delivery"
                )
            return Written(rows=plan.rows.num_rows, bytes=size, existing=True)
        (draft / "delivery.yaml").write_text(manifest, encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Written(rows=plan.rows.num_rows, bytes=size, existing=False)


def write_truth(rows: pa.Table, path: Path) -> None:
    """Write one table of the truth as Parquet, in place of an older one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    pq.write_table(rows, draft, compression="zstd")
    draft.replace(path)


def _manifest(plan: DeliveryPlan, digest: str) -> str:
    lines = [
        f"source: {plan.source}",
        f'delivery: "{plan.delivery}"',
        f"mode: {MODES[plan.source]}",
        f'created: "{plan.created}"',
        f'period: {{from: "{plan.period_from}", to: "{plan.period_to}"}}',
        "synthetic: true",
        "files:",
        f'  - {{name: {plan.file_name}, sha256: "{digest}", rows: {plan.rows.num_rows}}}',
    ]
    return "\n".join(lines) + "\n"


def _same(target: Path, manifest: str, file_name: str, digest: str) -> bool:
    said, file = target / "delivery.yaml", target / file_name
    if not (said.is_file() and file.is_file()):
        return False
    return said.read_text(encoding="utf-8") == manifest and _sha256(file) == digest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        seconds = column.cast(pa.timestamp("s"))
        return pc.utf8_slice_codeunits(seconds.cast(pa.string()), 0, 16)
    if pa.types.is_floating(kind):
        return pc.replace_substring(column.cast(pa.string()), ".", ",")
    return column.cast(pa.string())


def _quoted(column: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(column, '[;"\\r\\n]')
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _write_csv(rows: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        file.write((";".join(rows.column_names) + "\n").encode("latin-1"))
        for first in range(0, rows.num_rows, CHUNK_ROWS):
            part = rows.slice(first, CHUNK_ROWS)
            columns: Sequence[Any] = [_quoted(column.combine_chunks()) for column in part.columns]
            lines = pc.binary_join_element_wise(*columns, ";", null_handling="replace", null_replacement="")
            offsets = pa.array([0, len(lines)], pa.int32())
            whole = pc.binary_join(pa.ListArray.from_arrays(offsets, lines), "\n")[0].as_py()
            file.write((whole + "\n").encode("latin-1"))
