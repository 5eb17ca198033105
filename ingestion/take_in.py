"""Take a delivery in: from files as the supplier sent them to typed, encrypted Parquet and a quarantine.

While one thread reads the next batch, one checks this one and one writes the last, so that memory holds a few batches
whatever the file's size. Everything is written under temporary names; the intake manifest comes last, and one rename
makes it count. A delivery that breaks the agreement as a whole raises DeliveryRefused: of it the reason is kept, and
what its rows broke.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import restricted
from ingestion.ahead import ahead
from ingestion.checks import Checker
from ingestion.contract import Contract
from ingestion.delivery import (
    Delivery,
    DeliveryManifest,
    keep_aside,
    manifest_digest,
    mark_of_files,
    read_manifest,
    refused,
)
from ingestion.errors import DeliveryRefused, IntakeError
from ingestion.integrity import check_files
from ingestion.quarantine import Quarantine
from ingestion.reading.base import ROW_NUMBER, FileReader
from ingestion.reading.opening import reader_of
from ingestion.repeats import Places, Repeats, repeated
from ingestion.zone import INTAKE, Intake, Part, Refusal, RestrictedZone, RuleCount, repeated_name

# Below so many rows one mistake is a large share, and the threshold of the contract says nothing.
THRESHOLD_ROWS = 1000
PROGRESS_ROWS = 500_000
MEMORY_DECAY_MS = 100  # Until memory that no batch needs any more is given back; a second by default.


def take_in(
    delivery: Delivery,
    contract: Contract,
    zone: RestrictedZone,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> Intake:
    """Check a delivery against its contract and keep its rows; gives what was read, accepted and refused.

    A delivery that was taken in before is left as it is, unless the contract has changed since: then it is checked
    anew. Raises DeliveryRefused, and IntakeError when the platform itself cannot go on.
    """
    if pa.default_memory_pool().backend_name == "jemalloc":
        pa.jemalloc_set_decay_ms(MEMORY_DECAY_MS)
    try:
        work = zone.folder / ".work"
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _only_writer(work / f"{delivery.source}.lock"), _temporary(work / delivery.source) as spill:
            return _taken_in(delivery, contract, zone, spill, progress=progress)
    except OSError as error:
        raise IntakeError(_told(error, delivery)) from None


def _taken_in(
    delivery: Delivery,
    contract: Contract,
    zone: RestrictedZone,
    spill: Path,
    *,
    progress: Callable[[str], None],
) -> Intake:
    broken: list[RuleCount] = []
    digest = manifest_digest(delivery)
    _sweep(zone.delivery(delivery.source, delivery.id))
    _sweep(zone.quarantine(delivery.source, delivery.id))
    try:
        manifest = read_manifest(delivery, contract)
        known = zone.intake(delivery.source, delivery.id)
        if known and (known.digest, known.contract_digest) == (digest, contract.digest):
            # A refusal may be left of a process that was killed, or of other content under this name.
            zone.forget_refusal(delivery.source, delivery.id)
            return known
        if known and known.digest != digest:
            raise _under_a_used_name(delivery)
        mark, _ = mark_of_files(delivery)
        check_files(delivery, manifest, contract)
        readers = [reader_of(delivery, file, contract) for file in manifest.files]
        for reader in readers:
            reader.check_header()
        intaking = _Intaking(delivery, manifest, str(digest), mark, contract, zone, spill, progress)
        intake = intaking.run(readers, broken)
    except DeliveryRefused as refusal:
        zone.note_refusal(
            Refusal(
                source=delivery.source,
                delivery=delivery.id,
                digest=digest,
                contract_digest=contract.digest,
                at=datetime.now(UTC),
                expected=refusal.expected,
                found=refusal.found,
                remedy=refusal.remedy,
                by_rule=tuple(broken),
            )
        )
        raise
    zone.forget_refusal(delivery.source, delivery.id)
    return intake


@dataclass(frozen=True, slots=True)
class _Intaking:
    """One delivery on its way into the zone."""

    delivery: Delivery
    manifest: DeliveryManifest
    digest: str
    mark: str
    contract: Contract
    zone: RestrictedZone
    spill: Path
    progress: Callable[[str], None]

    def run(self, readers: list[FileReader], broken: list[RuleCount]) -> Intake:
        """Read, check and write all files; puts the counts by rule into `broken`, also when it raises."""
        target = self.zone.delivery(self.delivery.source, self.delivery.id)
        quarantine = self.zone.quarantine(self.delivery.source, self.delivery.id)
        with _temporary(target) as accepted_tmp, _temporary(quarantine) as refused_tmp:
            with ExitStack() as stack:
                kept = stack.enter_context(Quarantine(self.delivery, refused_tmp, self.zone.key))
                repeats = stack.enter_context(Repeats(self.spill))
                parts = self._rows(readers, accepted_tmp, kept, repeats)
                broken.extend(kept.counts)
                rows_refused = kept.rows_refused
            intake = self._told(parts, rows_refused, tuple(broken))
            try:
                self._judge(intake)
            except DeliveryRefused:
                if not target.exists():  # Else the quarantine is that of what stands accepted.
                    _replace(refused_tmp, quarantine)
                raise
            (accepted_tmp / INTAKE).write_text(intake.model_dump_json(indent=2), encoding="utf-8")
            # A process killed between these leaves no intake, and the next run takes in again.
            with _aside(target):
                _replace(refused_tmp, quarantine)
                accepted_tmp.replace(target)
        return intake

    def _rows(
        self, readers: list[FileReader], folder: Path, quarantine: Quarantine, repeats: Repeats
    ) -> tuple[Part, ...]:
        checker = Checker(self.contract)
        parts, passed = [], 0
        for number, reader in enumerate(readers):
            name = f"{self.delivery.source}.{self.delivery.id}.{number:03d}.parquet"
            with restricted.Writer(folder / name, checker.schema, key=self.zone.key) as writer:
                self._file(reader, checker, writer, quarantine, repeats, passed)
            parts.append(
                Part(
                    file=reader.file.name,
                    parquet=name,
                    rows_told=reader.file.rows,
                    rows_read=reader.rows_read,
                    rows_accepted=writer.rows,
                    rows_repeated=0,
                )
            )
            passed += reader.rows_read
        return tuple(self._without_repeats(parts, repeats, folder, quarantine))

    def _file(
        self,
        reader: FileReader,
        checker: Checker,
        writer: restricted.Writer,
        quarantine: Quarantine,
        repeats: Repeats,
        passed: int,
    ) -> None:
        """One file: its rows to the writer, the quarantine, and the search for repeats."""
        name, told = reader.file.name, 0
        with ThreadPoolExecutor(max_workers=1) as pool:
            writing: Future[None] | None = None
            for batch in ahead(reader.batches()):
                try:
                    checked = checker.check(batch)
                    quarantine.add(name, batch, checked.breaks, ~checked.accepted)
                except duckdb.Error as error:
                    # The text of the engine may quote a value.
                    raise IntakeError(
                        f"{self.delivery.source}/{self.delivery.id}: the engine failed with {type(error).__name__} "
                        f"while it checked {name}; look at the row rules of the contract"
                    ) from None
                rows, hashes = checked.rows, checked.hashes
                if not checked.accepted.all():
                    mask = pa.array(checked.accepted)
                    rows, hashes = rows.filter(mask), hashes[checked.accepted]
                if writing:
                    writing.result()
                writing = pool.submit(writer.write, rows)
                repeats.add(hashes, rows.column(ROW_NUMBER).to_numpy() + passed)
                if reader.rows_read - told >= PROGRESS_ROWS:
                    told = reader.rows_read
                    self.progress(f"{name}: {told:,} of {reader.file.rows:,} rows")
            if writing:
                writing.result()
        quarantine.add_broken(name, reader.broken_rows)

    def _without_repeats(
        self, parts: list[Part], repeats: Repeats, folder: Path, quarantine: Quarantine
    ) -> Iterator[Part]:
        """The parts with their repeated rows noted beside them, in the quarantine and in the counts."""
        suspected = repeats.suspected()
        if not len(suspected):
            yield from parts
            return
        rows = self._rows_at(suspected, parts, folder)
        places, whole = repeated(rows, self.contract)
        first = 0
        for part in parts:
            inside = (places > first) & (places <= first + part.rows_read)
            if inside.any():
                there = rows.filter(pc.is_in(rows.column("place"), value_set=pa.array(places[inside])))
                (batch,) = there.drop_columns("place").combine_chunks().to_batches()
                quarantine.add_repeated(part.file, batch, whole[inside])
                schema = pa.schema([pa.field(ROW_NUMBER, pa.int64())])
                with restricted.Writer(folder / repeated_name(part.parquet), schema, key=self.zone.key) as writer:
                    writer.write(batch.select([ROW_NUMBER]))
                accepted = part.rows_accepted - batch.num_rows
                part = part.model_copy(update={"rows_accepted": accepted, "rows_repeated": batch.num_rows})
            first += part.rows_read
            yield part

    def _rows_at(self, places: Places, parts: list[Part], folder: Path) -> pa.Table:
        """Accepted rows by their places in the delivery, in order, with the place as a column."""
        found, first = [], 0
        for part in parts:
            inside = places[(places > first) & (places <= first + part.rows_read)] - first
            if len(inside):
                for batch in restricted.rows_at(folder / part.parquet, inside, column=ROW_NUMBER, key=self.zone.key):
                    found.append(batch.append_column("place", pc.add(batch.column(ROW_NUMBER), first)))
            first += part.rows_read
        return pa.Table.from_batches(found)

    def _told(self, parts: tuple[Part, ...], rows_refused: int, by_rule: tuple[RuleCount, ...]) -> Intake:
        return Intake(
            source=self.delivery.source,
            delivery=self.delivery.id,
            contract_version=self.contract.version,
            contract_digest=self.contract.digest,
            digest=self.digest,
            created=self.manifest.created,
            period=self.manifest.period,
            corrects=self.manifest.corrects,
            synthetic=self.manifest.synthetic,
            rows_told=sum(file.rows for file in self.manifest.files),
            rows_read=sum(part.rows_read for part in parts),
            rows_accepted=sum(part.rows_accepted for part in parts),
            rows_refused=rows_refused,
            by_rule=by_rule,
            parts=parts,
        )

    def _judge(self, intake: Intake) -> None:
        """Raise DeliveryRefused when too few rows fit, IntakeError when a row is not accounted for."""
        if mark_of_files(self.delivery)[0] != self.mark or manifest_digest(self.delivery) != self.digest:
            raise IntakeError(
                f"{intake.source}/{intake.delivery} changed while it was read; nothing was taken in; "
                "run again when the supplier has finished"
            )
        if not intake.adds_up:
            raise IntakeError(
                f"{intake.source}/{intake.delivery}: {intake.rows_read:,} rows read of {intake.rows_told:,} told, "
                f"{intake.rows_accepted:,} accepted and {intake.rows_refused:,} refused do not add up; "
                "nothing was taken in; this is a fault of the platform"
            )
        share = intake.rows_refused / intake.rows_read if intake.rows_read else 0
        limit = self.contract.max_refused_share if intake.rows_read >= THRESHOLD_ROWS else 1
        if share > limit or (share == 1 and intake.rows_read):
            most = f"{intake.by_rule[0].rule} {intake.by_rule[0].column_name}".strip()
            raise refused(
                self.delivery,
                expected=f"at most {limit:.1%} of the rows to break the contract"
                if limit < 1
                else "rows that fit the contract",
                found=f"{intake.rows_refused:,} of {intake.rows_read:,}; most often {most}",
                remedy=f"see oeverum quarantine show {intake.source} {intake.delivery}; "
                "mend the contract and run again, or ask the supplier for another export",
            )


def _under_a_used_name(delivery: Delivery) -> DeliveryRefused:
    kept = keep_aside(delivery)
    return refused(
        delivery,
        expected="the delivery as it was taken in before",
        found="another manifest under the same id",
        remedy=(
            f"look at it in landing/{kept.parent.parent.name}/; "
            if kept
            else "it stays in landing/, which is read-only; "
        )
        + "ask the supplier to send a correction as a new delivery with an id of its own",
    )


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A new folder beside `target`, hidden from readers; what a killed process left there is swept away first."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(target)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(target: Path) -> None:
    """Delete what a killed process left beside `target`."""
    for left in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(left)


def _replace(made: Path, place: Path) -> None:
    with _aside(place):
        made.replace(place)


@contextmanager
def _aside(place: Path) -> Iterator[None]:
    """Hide what lies at `place` with one rename, so that nobody meets it half deleted, and delete it in the end."""
    hidden = place.with_name(f".{place.name}.old")
    if place.exists():
        place.replace(hidden)
    try:
        yield
    except BaseException:
        if hidden.exists() and not place.exists():
            hidden.replace(place)
        raise
    shutil.rmtree(hidden, ignore_errors=True)


@contextmanager
def _only_writer(lock: Path) -> Iterator[None]:
    """Wait until no other process takes in the same source."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _told(error: OSError, delivery: Delivery) -> str:
    """What the machine refused, and what to do about it; the paths of the error are not told."""
    what = f"{delivery.source}/{delivery.id} was not taken in"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{what}: no space left on the disk of restricted/; free some and run again; nothing was half accepted"
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return f"{what}: {reason}; see to it that landing/ can be read and restricted/ be written, and run again"
