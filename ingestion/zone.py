"""The restricted zone: where accepted and refused rows lie, and what is known of each delivery that was taken in.

    restricted/<source>/delivery=<id>/             accepted rows, and `intake.json`, written last
    restricted/quarantine/<source>/delivery=<id>/  refused rows with their reasons (`ingestion/quarantine.py`)
    restricted/refusals/<source>/<id>.json         why a delivery was refused whole

How rows get there is in `ingestion/take_in.py`; how files are encrypted in `ingestion/restricted.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

from ingestion import restricted
from ingestion.ahead import ahead
from ingestion.delivery import Period
from ingestion.reading.base import ROW_NUMBER

INTAKE = "intake.json"


class RuleCount(BaseModel):
    """How many rows of a delivery broke one rule on one column; the column is empty for a rule over the row."""

    model_config = ConfigDict(frozen=True)
    column_name: str
    rule: str
    severity: Literal["error", "warning"]
    rows: int


class Part(BaseModel):
    """One delivered file in the restricted zone.

    Its Parquet holds `rows_repeated` rows more than were accepted: they repeat an earlier row, and are left out when
    it is read.
    """

    model_config = ConfigDict(frozen=True)
    file: str
    parquet: str
    rows_told: int
    rows_read: int
    rows_accepted: int
    rows_repeated: int


class Intake(BaseModel):
    """What became of a delivery: counts, never values.

    `digest` is the SHA-256 of the delivery's manifest, `contract_digest` that of the rules it was held against.
    `rows_told` is the manifest's sum.
    """

    model_config = ConfigDict(frozen=True)
    source: str
    delivery: str
    contract_version: str
    contract_digest: str
    digest: str
    created: datetime
    period: Period
    corrects: tuple[str, ...]
    synthetic: bool
    rows_told: int
    rows_read: int
    rows_accepted: int
    rows_refused: int
    by_rule: tuple[RuleCount, ...]
    parts: tuple[Part, ...]

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for: told, read, and either accepted or refused, file by file and in all."""
        return (
            self.rows_told == self.rows_read == self.rows_accepted + self.rows_refused
            and self.rows_read == sum(part.rows_read for part in self.parts)
            and self.rows_accepted == sum(part.rows_accepted for part in self.parts)
            and all(part.rows_told == part.rows_read for part in self.parts)
        )

    @property
    def rows_warned(self) -> int:
        """Warnings, counted by row and rule."""
        return sum(count.rows for count in self.by_rule if count.severity == "warning")


class Refusal(BaseModel):
    """Why a delivery was refused whole; the same three parts as the line of DeliveryRefused, and no value."""

    model_config = ConfigDict(frozen=True)
    source: str
    delivery: str
    digest: str | None
    contract_digest: str
    at: datetime
    expected: str
    found: str
    remedy: str
    by_rule: tuple[RuleCount, ...] = ()


@dataclass(frozen=True, slots=True)
class RestrictedZone:
    """The zone's folder, and the key that reads its rows."""

    folder: Path
    key: bytes

    def delivery(self, source: str, delivery: str) -> Path:
        """The folder of one delivery's accepted rows."""
        return self.folder / source / f"delivery={delivery}"

    def quarantine(self, source: str, delivery: str) -> Path:
        """The folder of one delivery's refused rows."""
        return self.folder / "quarantine" / source / f"delivery={delivery}"

    def intake(self, source: str, delivery: str) -> Intake | None:
        """What became of a delivery that was taken in; None when it was not."""
        path = self.delivery(source, delivery) / INTAKE
        return Intake.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None

    def intakes(self, source: str) -> list[Intake]:
        """The deliveries of a source that were taken in, by time of creation and id."""
        folders = (self.folder / source).glob("delivery=*")
        found = [self.intake(source, folder.name.removeprefix("delivery=")) for folder in folders]
        return sorted((intake for intake in found if intake), key=lambda i: (i.created, i.delivery))

    def refusal(self, source: str, delivery: str) -> Refusal | None:
        """Why a delivery was refused whole at its last try; None when it was not."""
        path = self._refusal(source, delivery)
        return Refusal.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None

    def refusals(self) -> list[Refusal]:
        """Every delivery that stands refused, the latest last."""
        paths = (self.folder / "refusals").glob("*/*.json")
        found = [Refusal.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]
        return sorted(found, key=lambda refusal: (refusal.at, refusal.source, refusal.delivery))

    def note_refusal(self, refusal: Refusal) -> None:
        """Keep why a delivery was refused, in place of what was kept before."""
        path = self._refusal(refusal.source, refusal.delivery)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = _unfinished(path)
        temporary.write_text(refusal.model_dump_json(indent=2), encoding="utf-8")
        temporary.replace(path)

    def forget_refusal(self, source: str, delivery: str) -> None:
        """A delivery that was refused before has been accepted."""
        path = self._refusal(source, delivery)
        path.unlink(missing_ok=True)
        _unfinished(path).unlink(missing_ok=True)

    def batches(self, intake: Intake, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The accepted rows in the order of delivery: `_row_number`, the contract's columns typed, `_number_kind`.

        `_row_number` counts over the whole delivery, file after file.
        """
        folder = self.delivery(intake.source, intake.delivery)
        passed = 0
        for part in intake.parts:
            repeated = _repeated(folder / repeated_name(part.parquet), self.key) if part.rows_repeated else None
            wanted = columns if columns is None or ROW_NUMBER in columns else [ROW_NUMBER, *columns]
            for batch in ahead(restricted.read(folder / part.parquet, key=self.key, columns=wanted)):
                kept = batch if repeated is None else batch.filter(_not_in(batch.column(ROW_NUMBER), repeated))
                yield _moved(kept, passed) if columns is None else kept.select(columns)
            passed += part.rows_read

    def _refusal(self, source: str, delivery: str) -> Path:
        return self.folder / "refusals" / source / f"{delivery}.json"


def _unfinished(path: Path) -> Path:
    """The name of a refusal while it is written, which no reader looks for."""
    return path.with_suffix(".tmp")


def repeated_name(parquet: str) -> str:
    """The file beside a part that holds the numbers of its repeated rows."""
    return parquet.replace(".parquet", ".repeated.parquet")


def _repeated(path: Path, key: bytes) -> pa.Array:
    return pa.chunked_array([b.column(ROW_NUMBER) for b in restricted.read(path, key=key)], pa.int64()).combine_chunks()


def _not_in(numbers: pa.Array, repeated: pa.Array) -> pa.Array:
    return pc.invert(pc.is_in(numbers, value_set=repeated))


def _moved(batch: pa.RecordBatch, passed: int) -> pa.RecordBatch:
    index = batch.schema.get_field_index(ROW_NUMBER)
    return batch.set_column(index, batch.schema.field(index), pc.add(batch.column(index), passed)) if passed else batch
