"""Releases: one immutable version of one project's sandbox, published behind the quality gate in the same act.

Here: writing a release. Which releases there are is in `manifest.py`, how a table is encrypted in `parquet.py`, what
must hold before in `release_conditions.py`, what is selected and under which pseudonyms in `subjects.py`, what may be
asked for in `permit.py`, who may read in `grants.py`.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pseudonymisation.known_values import HashedValues
from pseudonymisation.leaks import LeakDetector
from sandbox.errors import DisclosureRefused, GateFailed, IdentifierLeft, ReleaseError
from sandbox.flow import as_dicts
from sandbox.manifest import (
    ALGORITHM,
    MANIFEST,
    Release,
    ReleasedTable,
    content_digest,
    described,
    latest,
    number_of,
    read_manifest,
    release_of,
)
from sandbox.parquet import check_parquet, sha256, sync, write_parquet
from sandbox.permits.model import Permit, digest
from sandbox.pseudonyms import ProjectKeys
from sandbox.release_conditions import GateVerdict, judged, refuse_other_keys, refuse_permit
from sandbox.release_keys import ReleaseKeys, new_key
from sandbox.seal import SEAL, seal_of
from sandbox.subjects import MEMORY_LIMIT, Cut, open_cut
from sandbox.tables import KEY_DOMAINS, SUBJECT, SUBJECT_KEY

BESIDE = ("codebook.json", "codebook.html", "quality.json", "quality.html")
_LEFTOVER = ".tmp-"


def write_release(
    *,
    permit: Permit,
    warehouse: Path,
    releases: Path,
    keys: ProjectKeys,
    release_keys: ReleaseKeys,
    known: HashedValues,
    deliveries: Sequence[Mapping[str, Any]],
    code_version: str,
    gate: Callable[[], GateVerdict],
    codebook: Callable[..., Any],
    quality: Callable[..., Any],
    now: datetime,
    synthetic_only: bool,
    rekeyed: bool = False,
    progress: Callable[[str], object] = lambda line: None,
    memory_limit: str = MEMORY_LIMIT,
) -> Release:
    """Write what the permit selects as a new release; when nothing has changed, return the latest one.

    `gate` judges the warehouse here and now. `codebook` is called with permit, tables, flow, folder, key, release and
    created, `quality` with verdict (the gate's), permit and codebook (its `json`); each returns an object with `json`
    (a dict) and `html` (a text). `known` are the identifiers that no column may hold. `rekeyed` says that other keys
    than those of the latest release are meant. The release is encrypted under a key of its own, kept by `release_keys`.
    Raises GateFailed, DisclosureRefused, IdentifierLeft, PermitError or ReleaseError, GrantEnded when the sandbox has
    ended; then nothing was published.
    """
    release_keys.refuse_ended(permit.project)
    refuse_permit(permit, now=now, synthetic_only=synthetic_only)
    keys.of(SUBJECT_KEY, keys.version(SUBJECT_KEY))
    before = _stamp(warehouse)
    verdict = judged(gate)
    report = dict(verdict.report)
    project = releases / permit.project
    project.mkdir(parents=True, exist_ok=True)
    with one_writer(project):
        for leftover in project.glob(f"{_LEFTOVER}*"):
            shutil.rmtree(leftover)
        last = latest(releases, permit.project)
        versions = read_manifest(last.folder)["key_versions"] if last and not rekeyed else {}
        if last:
            present = {kind: keys.version(kind) for kind in versions}
            refuse_other_keys(present, last.release, permit.project, before=versions)
        work = Path(tempfile.mkdtemp(prefix=_LEFTOVER, dir=project))
        key = new_key()
        try:
            (work / "release").mkdir()
            (work / "spill").mkdir()
            tables, cut = _cut(
                permit,
                warehouse,
                keys,
                known,
                key=key,
                work=work,
                before=before,
                progress=progress,
                memory_limit=memory_limit,
            )
            if last:  # They may have been rotated meanwhile.
                refuse_other_keys(cut.key_versions, last.release, permit.project, before=versions)
            content = content_digest([(table.name, table.digest) for table in tables], digest(permit))
            if last and read_manifest(last.folder)["digest"] == content:
                progress(f"{permit.project}: nothing has changed since {last.release}")
                return last
            name = f"r{_next_number(project):04d}-{content[:8]}"
            flow = as_dicts(cut.flow)
            folder = work / "release"
            book = _checked_beside(
                lambda: codebook(
                    permit=permit, tables=tables, flow=flow, folder=folder, key=key, release=name, created=now
                ),
                tables=tables,
                cut=cut,
                folder=folder,
                key=key,
            )
            _put(work / "release" / "codebook.json", _json(book.json))
            _put(work / "release" / "codebook.html", book.html)
            told = quality(verdict=verdict, permit=permit, codebook=book.json)
            _put(work / "release" / "quality.json", _json(told.json))
            _put(work / "release" / "quality.html", told.html)
            manifest = {
                "release": name,
                "project": permit.project,
                "title": permit.title,
                "tier": permit.tier,
                "previous": last.release if last else None,
                "created": now.astimezone(UTC).isoformat(timespec="seconds"),
                "digest": content,
                "permit": permit.as_dict(),
                "permit_digest": digest(permit),
                "deliveries": [dict(delivery) for delivery in deliveries],
                # The youngest delivery tells how far what is known reaches.
                "as_of": max((delivery["created"] for delivery in deliveries), default=None),
                "code_version": code_version,
                "key_versions": cut.key_versions,
                "encryption": {"algorithm": ALGORITHM, "key": release_keys.keep(permit.project, name, key)},
                "subjects": cut.subjects,
                "flow": flow,
                "tables": [described(table) for table in tables],
                "files": {path.name: sha256(path) for path in (work / "release" / file for file in BESIDE)},
                "quality": _summary(report),
            }
            _put(work / "release" / MANIFEST, _json(manifest | {SEAL: seal_of(manifest, key=key)}))
            _publish(work / "release", project / name)
        except duckdb.Error as error:
            raise ReleaseError(
                f"{permit.project}: expected to read the warehouse to the end, DuckDB stopped with "
                f"{type(error).__name__}; check memory and disk, then release again"
            ) from error
        finally:
            # What cannot be removed now is swept by the next writer.
            shutil.rmtree(work, ignore_errors=True)
    progress(f"{name}: {cut.subjects:,} subjects, {sum(table.rows for table in tables):,} rows")
    return release_of(project / name, created=True)


def _stamp(warehouse: Path) -> tuple[int, ...]:
    """What changes when the warehouse is written to."""
    try:
        found = warehouse.stat()
    except OSError as error:
        raise ReleaseError("the warehouse: expected a file, found none; run the platform once first") from error
    return found.st_ino, found.st_size, found.st_mtime_ns


def _cut(
    permit: Permit,
    warehouse: Path,
    keys: ProjectKeys,
    known: HashedValues,
    *,
    key: bytes,
    work: Path,
    before: tuple[int, ...],
    progress: Callable[[str], object],
    memory_limit: str,
) -> tuple[list[ReleasedTable], Cut]:
    """All tables as Parquet files in work/release, and the cut that they were made of, closed."""
    with open_cut(
        permit=permit, warehouse=warehouse, keys=keys, spill=work / "spill", memory_limit=memory_limit
    ) as cut:
        # The open warehouse keeps writers of other processes out; before that, one may have come after the gate.
        if _stamp(warehouse) != before:
            raise GateFailed("the warehouse changed after the quality gate judged it; nothing is published; try again")
        if not cut.subjects:
            raise ReleaseError(f"{permit.project}: expected people in the population, found none; mend the permit")
        if cut.subjects < permit.small_cell_threshold:
            raise DisclosureRefused(
                f"{permit.project}: expected {permit.small_cell_threshold} people or more, found fewer; "
                "widen the population of the permit"
            )
        progress(f"{permit.project}: {cut.subjects:,} subjects")
        tables = [_table(cut, table, known, work / "release", key, progress) for table in permit.tables]
        return tables, cut


def _table(
    cut: Cut, table: str, known: HashedValues, folder: Path, key: bytes, progress: Callable[[str], object]
) -> ReleasedTable:
    path, rows = folder / f"{table}.parquet", cut.count(table)
    with closing(cut.read(table)) as read:
        written = write_parquet(_searched(read, table, known), path=path, rows=rows, key=key, progress=progress)
    progress(f"{table}: {rows:,} rows")
    window = cut.window(table)
    days = (str(window.start), str(window.end)) if window else None
    return ReleasedTable(table, path.name, rows, sha256(path), written.digest, written.columns, days)


def _checked_beside(
    codebook: Callable[[], Any], *, tables: Sequence[ReleasedTable], cut: Cut, folder: Path, key: bytes
) -> Any:
    """The codebook; while it is counted, what was written is read again and compared, whose refusal comes first."""
    with ThreadPoolExecutor(1, thread_name_prefix="checking") as beside:
        checked = beside.submit(_check, tables, cut, folder, key)
        try:
            return codebook()
        finally:
            checked.result()


def _check(tables: Sequence[ReleasedTable], cut: Cut, folder: Path, key: bytes) -> None:
    for table in tables:
        columns = cut.columns(table.name)
        check_parquet(folder / table.file, rows=table.rows, columns=columns, digest=table.digest, key=key)


def _searched(batches: Iterator[pa.RecordBatch], table: str, known: HashedValues) -> Iterator[pa.RecordBatch]:
    """The batches, each searched for identifiers. Raises IdentifierLeft at the first that holds one.

    Pseudonyms are not searched: they are letters that were made on the way here, whatever stood in the warehouse.
    """
    detector = LeakDetector(known=known)
    for batch in batches:
        for leak in detector.scan(batch.select([name for name in batch.schema.names if not _is_pseudonym(name)])):
            raise IdentifierLeft(
                f"{table}.{leak.column} holds what looks like an identifier ({leak.kind}) in {leak.count} rows "
                "or more, expected none; nothing is published: leave it out of the permit, or find the delivery and "
                "have it corrected"
            )
        yield batch


def _is_pseudonym(column: str) -> bool:
    return column == SUBJECT or column in KEY_DOMAINS


def _publish(folder: Path, final: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    sync(folder)
    folder.replace(final)
    sync(final.parent)


@contextmanager
def one_writer(project: Path) -> Iterator[None]:
    """One writer per folder of a project; the next one waits."""
    with (project / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _summary(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "passed": True,
        "expectations": len(report.get("verdicts", ())),
        "failed": len(report.get("failures", ())),
        "warnings": len(report.get("warnings", ())),
        "overridden": list(report.get("overridden", ())),
    }


def _next_number(project: Path) -> int:
    return 1 + max((number_of(path) for path in project.glob("r*")), default=0)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)
