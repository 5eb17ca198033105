"""The lake: one folder per accepted delivery, pseudonymised, and nothing in it before the leak detector agreed.

`lake/<source>/<table>/delivery=<id>/` holds Parquet and, written last, `manifest.json`. A folder without a manifest
is not in the lake. What becomes of each column is said in `pseudonymisation/treatment.py`.
"""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from pseudonymisation.errors import PseudonymError
from pseudonymisation.known_values import HashedValues
from pseudonymisation.leaks import Leak, LeakDetector, LeakError
from pseudonymisation.treatment import Treater

MANIFEST = "manifest.json"
ROW_GROUP_ROWS = 250_000


class LakeDelivery(BaseModel):
    """One accepted delivery of the lake.

    `digest` is the SHA-256 of the supplier's manifest, `treatment` names what was done to its columns, `corrects` the
    deliveries in whose place it came.
    """

    model_config = ConfigDict(frozen=True)
    source: str
    delivery: str
    digest: str
    created: datetime
    synthetic: bool
    corrects: tuple[str, ...]
    key_versions: dict[str, str]
    treatment: str
    rows: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class KnownStore:
    """Where the hashed identifiers of all deliveries lie, outside of the lake, and their key."""

    folder: Path
    key: bytes

    def path(self, source: str, delivery: str) -> Path:
        """The file of one delivery."""
        return self.folder / source / f"{delivery}.npz"

    def everything(self, needed: Iterable[tuple[str, str]]) -> HashedValues:
        """The identifiers of all deliveries, also of withdrawn ones; `needed` are sources and ids that must be there.

        Raises PseudonymError when one of them is not there, or is under another key than the present one. A withdrawn
        delivery that was hashed under an older key cannot be asked any more and is left out.
        """
        for path in (self.path(source, delivery) for source, delivery in needed):
            if not path.is_file() or not HashedValues.is_under(path, key=self.key):
                raise PseudonymError(
                    f"restricted/known/ lacks {path.parent.name}/{path.name}, or holds it under another key, so no "
                    "release can be searched for it; after a rotation run oeverum run, else restore it from its backup"
                )
        return HashedValues.load(sorted(self.folder.glob("*/*.npz")), key=self.key)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A delivery on its way into the lake; `batches` may be called more than once and yields the same rows."""

    source: str
    delivery: str
    digest: str
    created: datetime
    synthetic: bool
    corrects: tuple[str, ...]
    key_versions: dict[str, str]
    treatment: str
    known: KnownStore
    batches: Callable[[list[str] | None], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake's folder."""

    folder: Path

    def delivery(self, source: str, delivery: str) -> Path:
        """The folder of one delivery."""
        return self.folder / source / source / f"delivery={delivery}"

    def find(self, source: str, delivery: str) -> LakeDelivery | None:
        """One delivery of the lake; None when it is not there."""
        path = self.delivery(source, delivery) / MANIFEST
        return LakeDelivery.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None

    def deliveries(self) -> list[LakeDelivery]:
        """Every delivery ever accepted, by source, time of creation and id; `history.counting` tells which count."""
        paths = self.folder.glob(f"*/*/delivery=*/{MANIFEST}")
        found = [LakeDelivery.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]
        return sorted(found, key=lambda d: (d.source, d.created, d.delivery))

    def files(self, delivery: LakeDelivery) -> list[Path]:
        """The Parquet files of a delivery."""
        folder = self.delivery(delivery.source, delivery.delivery)
        return [folder / name for name in sorted(delivery.files)]


def admit(
    incoming: Incoming,
    treater: Treater,
    lake: Lake,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> LakeDelivery:
    """Pseudonymise a delivery into the lake; gives its manifest.

    A delivery that is there already, from the same content, under the same keys and treatment, is left as it is.
    Raises LeakError when an identifier is found in any column of the result: then nothing enters the lake.
    """
    target = lake.delivery(incoming.source, incoming.delivery)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_writer(target.parent):
        known = lake.find(incoming.source, incoming.delivery)
        if known and basis(known) == basis(incoming):
            return known
        for left in target.parent.glob(f".{target.name}.*"):
            shutil.rmtree(left)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            manifest = _write(incoming, treater, temporary, progress)
        except BaseException as stopped:
            shutil.rmtree(temporary)
            if isinstance(stopped, LeakError) and target.is_dir():
                # What an earlier treatment let in is no better.
                shutil.rmtree(target)
            raise
        if target.is_dir():
            shutil.rmtree(target)
        temporary.replace(target)
    return manifest


def basis(delivery: LakeDelivery | Incoming) -> tuple[str, dict[str, str], str]:
    """All that decides what a delivery is in the lake: its content, the keys, the treatment."""
    return delivery.digest, delivery.key_versions, delivery.treatment


def _write(incoming: Incoming, treater: Treater, folder: Path, progress: Callable[[str], None]) -> LakeDelivery:
    # Every identifier of the delivery, gathered before the first row is written.
    columns = treater.identifying_columns
    known = treater.known_values(incoming.batches(columns) if columns else ())
    treater.learn(known)
    hashed = HashedValues.of(known, key=incoming.known.key)
    detector = LeakDetector(known=hashed)
    leaks: list[Leak] = []
    rows = 0
    path = folder / "part-000.parquet"
    writer: pq.ParquetWriter | None = None
    try:
        for batch in incoming.batches(None):
            treated = treater(batch)
            leaks.extend(detector.scan(treated))
            if writer is None:
                writer = pq.ParquetWriter(path, treated.schema, compression="zstd")
            writer.write_batch(treated, row_group_size=ROW_GROUP_ROWS)
            rows += treated.num_rows
            progress(f"pseudonymised {rows:,} rows")
    finally:
        if writer is not None:
            writer.close()
    if leaks:
        raise LeakError(source=incoming.source, delivery=incoming.delivery, leaks=leaks)
    hashed.save(incoming.known.path(incoming.source, incoming.delivery))
    manifest = LakeDelivery(
        source=incoming.source,
        delivery=incoming.delivery,
        digest=incoming.digest,
        created=incoming.created,
        synthetic=incoming.synthetic,
        corrects=incoming.corrects,
        key_versions=incoming.key_versions,
        treatment=incoming.treatment,
        rows=rows,
        files={path.name: _sha256(path)} if writer else {},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
