"""Take a delivery in: from files as the supplier sent them to typed, encrypted Parquet and a quarantine.

Accepted rows go to `restricted/<source>/delivery=<id>/`, refused ones to `restricted/quarantine/<source>/
delivery=<id>/`, each under a temporary name first; the intake manifest is written last. A delivery that breaks the
agreement as a whole raises DeliveryRefused and leaves nothing behind.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

from ingestion import restricted
from ingestion.contract import Contract
from ingestion.delivery import Delivery, check_files, manifest_digest, read_manifest, refused
from ingestion.errors import DeliveryRefused, IntakeError
from ingestion.readers import ROW_NUMBER, FileReader
from ingestion.rules import RECORD, VIOLATIONS, checked_select, duplicate_select, quoted

INTAKE = "intake.json"
BATCH_ROWS = 100_000

REFUSED_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field(ROW_NUMBER, pa.int64()),
        pa.field("column_name", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("record", pa.string()),
    ]
)


class RuleCount(BaseModel):
    """How many rows of a delivery broke one rule on one column; the column is empty for a rule over the row."""

    model_config = ConfigDict(frozen=True)
    column_name: str
    rule: str
    rows: int


class Part(BaseModel):
    """One delivered file in the restricted zone."""

    model_config = ConfigDict(frozen=True)
    file: str
    parquet: str
    rows_read: int
    rows_accepted: int


class Intake(BaseModel):
    """What became of a delivery: counts, never values.

    `digest` is the SHA-256 of the delivery's manifest, `contract_digest` that of the rules it was held against.
    """

    model_config = ConfigDict(frozen=True)
    source: str
    delivery: str
    contract_version: str
    contract_digest: str
    digest: str
    created: datetime
    synthetic: bool
    rows_read: int
    rows_accepted: int
    rows_refused: int
    refused_by_rule: tuple[RuleCount, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RestrictedZone:
    """Where accepted rows lie, and the key that reads them."""

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

    def batches(self, intake: Intake, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The accepted rows in the order of delivery: `_row_number` and the contract's columns, typed.

        `_row_number` counts over the whole delivery, file after file.
        """
        folder = self.delivery(intake.source, intake.delivery)
        passed = 0
        for part in intake.parts:
            for batch in restricted.read(folder / part.parquet, key=self.key, columns=columns):
                if passed and ROW_NUMBER in batch.schema.names:
                    index = batch.schema.get_field_index(ROW_NUMBER)
                    moved = pc.add(batch.column(index), passed)
                    batch = batch.set_column(index, batch.schema.field(index), moved)
                yield batch
            passed += part.rows_read


def take_in(
    delivery: Delivery,
    contract: Contract,
    zone: RestrictedZone,
    *,
    memory_limit: str = "4GB",
    progress: Callable[[str], None] = lambda line: None,
) -> Intake:
    """Check a delivery against its contract and keep its rows; gives what was read, accepted and refused.

    A delivery that was taken in before is left as it is, unless the contract has changed since: then it is checked
    anew. Raises DeliveryRefused.
    """
    work = zone.folder / ".work"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_writer(work / f"{delivery.source}.lock"), tempfile.TemporaryDirectory(dir=work) as spill:
        return _take_in(delivery, contract, zone, Path(spill), memory_limit=memory_limit, progress=progress)


def _take_in(
    delivery: Delivery,
    contract: Contract,
    zone: RestrictedZone,
    spill: Path,
    *,
    memory_limit: str,
    progress: Callable[[str], None],
) -> Intake:
    manifest = read_manifest(delivery, contract)
    digest = str(manifest_digest(delivery))
    known = zone.intake(delivery.source, delivery.id)
    if known and (known.digest, known.contract_digest) == (digest, contract.digest):
        return known
    if known and known.digest != digest:
        raise refused(
            delivery,
            expected="the delivery as it was taken in before",
            found="another manifest under the same id",
            remedy="ask the supplier to send a correction as a new delivery with an id of its own",
        )
    check_files(delivery, manifest, contract)
    readers = [FileReader(delivery, file, contract) for file in manifest.files]
    for reader in readers:
        reader.check_header()

    target = zone.delivery(delivery.source, delivery.id)
    quarantine = zone.quarantine(delivery.source, delivery.id)
    _sweep(target)
    _sweep(quarantine)
    accepted_tmp, refused_tmp = _temporary(target), _temporary(quarantine)
    with _engine(spill, memory_limit) as engine:
        for reader in readers:
            progress(f"reading {reader.file.name}")
            _check_rows(engine, reader)
        _find_duplicates(engine, contract)
        parts = _write_accepted(engine, readers, contract, accepted_tmp, zone.key)
        refused_rows, by_rule = _write_refused(engine, refused_tmp, zone.key, delivery)
    rows_read = sum(part.rows_read for part in parts)
    rows_accepted = sum(part.rows_accepted for part in parts)
    if rows_read and not rows_accepted:
        shutil.rmtree(accepted_tmp)
        shutil.rmtree(refused_tmp)
        raise refused(
            delivery,
            expected="rows that fit the contract",
            found=f"{rows_read} rows, none of which fits; most often {by_rule[0].rule} {by_rule[0].column_name}",
            remedy="compare the export with the contract",
        )
    intake = Intake(
        source=delivery.source,
        delivery=delivery.id,
        contract_version=contract.version,
        contract_digest=contract.digest,
        digest=digest,
        created=manifest.created,
        synthetic=manifest.synthetic,
        rows_read=rows_read,
        rows_accepted=rows_accepted,
        rows_refused=refused_rows,
        refused_by_rule=by_rule,
        parts=parts,
    )
    (accepted_tmp / INTAKE).write_text(intake.model_dump_json(indent=2), encoding="utf-8")
    for made, place in ((refused_tmp, quarantine), (accepted_tmp, target)):
        # There from an earlier contract. A process killed here leaves none, and the next run takes in again.
        if place.is_dir():
            shutil.rmtree(place)
        made.replace(place)
    return intake


def _engine(spill: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """An engine in memory whose overflow goes, encrypted, to a private folder in the zone."""
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(spill),
            "temp_file_encryption": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def _check_rows(engine: duckdb.DuckDBPyConnection, reader: FileReader) -> None:
    """Append the rows of one file, typed and judged, to the table `checked`; and broken rows to `refused`."""
    refusals: list[DeliveryRefused] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from reader.batches()
        except DeliveryRefused as refusal:
            refusals.append(refusal)
            raise

    delivered = pa.RecordBatchReader.from_batches(reader.schema(), watched())
    engine.register("delivered", delivered)
    select = f"select {_literal(reader.file.name)} as _file, * from ({checked_select(reader.contract, 'delivered')})"
    exists = engine.execute("select count(*) from duckdb_tables() where table_name = 'checked'").fetchone()
    try:
        engine.execute(f"insert into checked {select}" if exists and exists[0] else f"create table checked as {select}")
    except duckdb.Error as error:
        if refusals:  # DuckDB passes on the text alone of what the reader raised.
            raise refusals[0] from None
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise
        # Any other message of the engine may quote a value.
        raise IntakeError(
            f"{reader.delivery.source}/{reader.delivery.id}: the engine failed with {type(error).__name__} "
            f"while it checked {reader.file.name}"
        ) from None
    finally:
        engine.unregister("delivered")
    engine.execute("create table if not exists broken (_file varchar, row_number bigint)")
    for row_number in reader.broken_rows:
        engine.execute("insert into broken values (?, ?)", [reader.file.name, row_number])


def _find_duplicates(engine: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Fill the table `duplicates` with rows that repeat an earlier one, of the same file or of one before it."""
    engine.execute(
        f"create view numbered as select * replace (row_number() over () as {ROW_NUMBER}), "
        f"{ROW_NUMBER} as row_of_file from checked"
    )
    engine.execute(f"create table duplicates as {duplicate_select(contract, 'numbered')}")
    engine.execute(
        f"create table duplicate_rows as select n._file, n.row_of_file as {ROW_NUMBER}, d.rule "
        f"from duplicates d join numbered n using ({ROW_NUMBER})"
    )


def _write_accepted(
    engine: duckdb.DuckDBPyConnection, readers: list[FileReader], contract: Contract, folder: Path, key: bytes
) -> tuple[Part, ...]:
    columns = ", ".join(quoted(column.name) for column in contract.columns)
    parts = []
    for number, reader in enumerate(readers):
        result = engine.execute(
            f"select {ROW_NUMBER}, {columns} from checked where _file = ? and len({VIOLATIONS}) = 0 "
            f"and {ROW_NUMBER} not in (select {ROW_NUMBER} from duplicate_rows where _file = ?) "
            f"order by {ROW_NUMBER}",
            [reader.file.name, reader.file.name],
        ).to_arrow_reader(BATCH_ROWS)
        name = f"{reader.delivery.source}.{reader.delivery.id}.{number:03d}.parquet"
        rows = restricted.write(result, schema=result.schema, path=folder / name, key=key)
        parts.append(Part(file=reader.file.name, parquet=name, rows_read=reader.rows_read, rows_accepted=rows))
    return tuple(parts)


def _write_refused(
    engine: duckdb.DuckDBPyConnection, folder: Path, key: bytes, delivery: Delivery
) -> tuple[int, tuple[RuleCount, ...]]:
    """Write one line per refused row and rule; gives the refused rows and the counts by rule, largest first."""
    engine.execute(f"""
        create table refused as
        select _file as file, {ROW_NUMBER}, v.column_name, v.rule, {RECORD} as record
        from (select *, unnest({VIOLATIONS}) as v from checked where len({VIOLATIONS}) > 0)
        union all
        select d._file, d.{ROW_NUMBER}, '', d.rule, to_json(c)::varchar
        from duplicate_rows d join checked c using (_file, {ROW_NUMBER})
        union all
        select _file, row_number, '', 'columns', null from broken
    """)
    result = engine.execute("select * from refused order by all").to_arrow_reader(BATCH_ROWS)
    restricted.write(
        result,
        schema=REFUSED_SCHEMA,
        path=folder / f"{delivery.source}.{delivery.id}.refused.parquet",
        key=key,
    )
    rows = engine.execute(f"select count(distinct (file, {ROW_NUMBER})) from refused").fetchone()
    counts = engine.execute(
        f"select column_name, rule, count(distinct (file, {ROW_NUMBER})) as n from refused "
        "group by all order by n desc, column_name, rule"
    ).fetchall()
    return (rows[0] if rows else 0), tuple(RuleCount(column_name=c, rule=r, rows=n) for c, r, n in counts)


def _temporary(target: Path) -> Path:
    """A new folder beside `target`, hidden from readers."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))


@contextmanager
def _only_writer(lock: Path) -> Iterator[None]:
    """Wait until no other process takes in the same source."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sweep(target: Path) -> None:
    """Remove what an intake that was killed left beside or at `target`."""
    for left in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(left)
    if target.is_dir():
        shutil.rmtree(target)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
