"""Releases: one immutable version of one project's sandbox, published behind the quality gate in the same act.

Here: writing a release, listing releases, checking that one is what it was. What must hold before is in
`release_conditions.py`, what is selected and under which pseudonyms in `subjects.py`, what may be asked for in
`permit.py`, who may read in `grants.py`.
"""

import fcntl
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pseudonymisation.known_values import HashedValues
from pseudonymisation.leaks import LeakDetector
from sandbox.errors import DisclosureRefused, GateFailed, IdentifierLeft, ReleaseError
from sandbox.flow import as_dicts
from sandbox.parquet import sha256, sync, write_parquet
from sandbox.permit import Permit, digest
from sandbox.pseudonyms import ProjectKeys
from sandbox.release_conditions import GateVerdict, judged, refuse_other_keys, refuse_permit
from sandbox.subjects import MEMORY_LIMIT, Cut, open_cut
from sandbox.tables import SUBJECT_KEY

MANIFEST = "manifest.json"
BESIDE = ("codebook.json", "codebook.html", "quality.json", "quality.html")
_LEFTOVER = ".tmp-"
_NAME = re.compile(r"r(\d{4,})-([0-9a-f]{8})")


@dataclass(frozen=True)
class ReleasedTable:
    """One Parquet file of a release. `columns` are (name, Arrow type), subject_id first.

    `window` are the days [from, to) that its rows lie in, where the permit limits them.
    """

    name: str
    file: str
    rows: int
    sha256: str
    columns: tuple[tuple[str, str], ...]
    window: tuple[str, str] | None = None


@dataclass(frozen=True)
class Release:
    """A release as its manifest tells it.

    `permit` is the one that it was cut for, in the form of `Permit.as_dict`; `created` tells whether the call that
    returned it has written it; `overridden` are the overrides of the quality gate that let it through.
    """

    release: str
    project: str
    folder: Path
    subjects: int
    rows: int
    tables: tuple[ReleasedTable, ...]
    permit: Mapping[str, Any]
    created_at: datetime
    created: bool
    overridden: tuple[Mapping[str, Any], ...] = ()

    @property
    def table_count(self) -> int:
        """Number of tables."""
        return len(self.tables)


def write_release(
    *,
    permit: Permit,
    warehouse: Path,
    releases: Path,
    keys: ProjectKeys,
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

    `gate` judges the warehouse here and now. `codebook` is called with permit, tables, flow, folder, release and
    created, `quality` with verdict (the gate's), permit and codebook (its `json`); each returns an object with `json`
    (a dict) and `html` (a text). `known` are the identifiers that no column may hold. `rekeyed` says that other keys
    than those of the latest release are meant.
    Raises GateFailed, DisclosureRefused, IdentifierLeft, PermitError or ReleaseError; then nothing was published.
    """
    refuse_permit(permit, now=now, synthetic_only=synthetic_only)
    keys.of(SUBJECT_KEY, keys.version(SUBJECT_KEY))
    before = _stamp(warehouse)
    verdict = judged(gate)
    report = dict(verdict.report)
    project = releases / permit.project
    project.mkdir(parents=True, exist_ok=True)
    with _locked(project):
        for leftover in project.glob(f"{_LEFTOVER}*"):
            shutil.rmtree(leftover)
        last = latest(releases, permit.project)
        versions = _manifest(last.folder)["key_versions"] if last and not rekeyed else {}
        if last:
            present = {kind: keys.version(kind) for kind in versions}
            refuse_other_keys(present, last.release, permit.project, before=versions)
        work = Path(tempfile.mkdtemp(prefix=_LEFTOVER, dir=project))
        try:
            (work / "release").mkdir()
            (work / "spill").mkdir()
            tables, cut = _cut(
                permit, warehouse, keys, known, work=work, before=before, progress=progress, memory_limit=memory_limit
            )
            if last:  # They may have been rotated meanwhile.
                refuse_other_keys(cut.key_versions, last.release, permit.project, before=versions)
            content = _content_digest([(table.name, table.sha256) for table in tables], digest(permit))
            if last and _manifest(last.folder)["digest"] == content:
                progress(f"{permit.project}: nothing has changed since {last.release}")
                return last
            name = f"r{_next_number(project):04d}-{content[:8]}"
            flow = as_dicts(cut.flow)
            book = codebook(permit=permit, tables=tables, flow=flow, folder=work / "release", release=name, created=now)
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
                "code_version": code_version,
                "key_versions": cut.key_versions,
                "subjects": cut.subjects,
                "flow": flow,
                "tables": [_described(table) for table in tables],
                "files": {path.name: sha256(path) for path in (work / "release" / file for file in BESIDE)},
                "quality": _summary(report),
            }
            _put(work / "release" / MANIFEST, _json(manifest))
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
    return _release(project / name, created=True)


def list_releases(releases: Path, project: str) -> list[Release]:
    """The releases of a project, oldest first. A folder without a manifest is none."""
    found = [path for path in (releases / project).glob("r*") if _NAME.fullmatch(path.name)]
    return [_release(path, created=False) for path in sorted(found, key=_number) if (path / MANIFEST).is_file()]


def latest(releases: Path, project: str) -> Release | None:
    """The newest release of a project."""
    found = list_releases(releases, project)
    return found[-1] if found else None


def subject_key_versions(releases: Path, project: str) -> list[str]:
    """The versions of the key that the subjects of a project's releases were named with, the latest release's first."""
    newest_first = reversed(list_releases(releases, project))
    return list(dict.fromkeys(_manifest(one.folder)["key_versions"][SUBJECT_KEY] for one in newest_first))


def verify(release: Release) -> None:
    """Raise ReleaseError when a file of the release is missing, new or not as its manifest says."""
    manifest = _manifest(release.folder)
    expected = {table["file"]: table["sha256"] for table in manifest["tables"]} | manifest["files"]
    found = {path.name for path in release.folder.iterdir()} - {MANIFEST}
    remedy = "restore it from its backup or write a new release"
    if found != set(expected):
        names = ", ".join(sorted(found ^ set(expected)))
        raise ReleaseError(f"{release.release}: expected the manifest's files, found a difference in {names}; {remedy}")
    for file, hash_before in expected.items():
        if sha256(release.folder / file) != hash_before:
            raise ReleaseError(f"{release.release}: {file} is not as the manifest says; {remedy}")
    content = _content_digest(
        [(table["name"], table["sha256"]) for table in manifest["tables"]], manifest["permit_digest"]
    )
    if content[:8] != release.folder.name.rpartition("-")[2]:
        raise ReleaseError(f"{release.release}: the manifest does not belong to this release; {remedy}")


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
    work: Path,
    before: tuple[int, ...],
    progress: Callable[[str], object],
    memory_limit: str,
) -> tuple[list[ReleasedTable], Cut]:
    """All tables as verified Parquet files in work/release, and the cut that they were made of, closed."""
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
        tables = [_table(cut, table, known, work / "release", progress) for table in permit.tables]
        return tables, cut


def _table(cut: Cut, table: str, known: HashedValues, folder: Path, progress: Callable[[str], object]) -> ReleasedTable:
    path, rows = folder / f"{table}.parquet", cut.count(table)
    columns = write_parquet(
        _searched(cut.read(table), table, known), path=path, rows=rows, columns=cut.columns(table), progress=progress
    )
    progress(f"{table}: {rows:,} rows")
    window = cut.window(table)
    days = (str(window.start), str(window.end)) if window else None
    return ReleasedTable(table, path.name, rows, sha256(path), columns, days)


def _searched(batches: Iterator[pa.RecordBatch], table: str, known: HashedValues) -> Iterator[pa.RecordBatch]:
    """The batches, each searched for identifiers. Raises IdentifierLeft at the first that holds one."""
    detector = LeakDetector(known=known)
    for batch in batches:
        for leak in detector.scan(batch):
            raise IdentifierLeft(
                f"{table}.{leak.column} holds what looks like an identifier ({leak.kind}) in {leak.count} rows "
                "or more, expected none; nothing is published: leave it out of the permit, or find the delivery and "
                "have it corrected"
            )
        yield batch


def _publish(folder: Path, final: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    sync(folder)
    folder.replace(final)
    sync(final.parent)


@contextmanager
def _locked(project: Path) -> Iterator[None]:
    """One writer per project; the next one waits."""
    with (project / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _content_digest(tables: Sequence[tuple[str, str]], permit_digest: str) -> str:
    content = json.dumps([sorted(tables), permit_digest], separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def _described(table: ReleasedTable) -> dict[str, Any]:
    columns = [{"name": name, "type": data_type} for name, data_type in table.columns]
    return {
        "name": table.name,
        "file": table.file,
        "rows": table.rows,
        "sha256": table.sha256,
        "columns": columns,
        "window": table.window,
    }


def _summary(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "passed": True,
        "expectations": len(report.get("verdicts", ())),
        "failed": len(report.get("failures", ())),
        "warnings": len(report.get("warnings", ())),
        "overridden": list(report.get("overridden", ())),
    }


def _release(folder: Path, *, created: bool) -> Release:
    manifest = _manifest(folder)
    try:
        tables = tuple(
            ReleasedTable(
                name=table["name"],
                file=table["file"],
                rows=table["rows"],
                sha256=table["sha256"],
                columns=tuple((column["name"], column["type"]) for column in table["columns"]),
                window=tuple(table["window"]) if table.get("window") else None,
            )
            for table in manifest["tables"]
        )
        return Release(
            release=manifest["release"],
            project=manifest["project"],
            folder=folder,
            subjects=manifest["subjects"],
            rows=sum(table.rows for table in tables),
            tables=tables,
            permit=manifest["permit"],
            created_at=datetime.fromisoformat(manifest["created"]),
            created=created,
            overridden=tuple(manifest["quality"].get("overridden", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(folder) from error


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    return manifest


def _unreadable(folder: Path) -> ReleaseError:
    return ReleaseError(f"{folder.name}: {MANIFEST} cannot be read; restore the release from its backup")


def _number(path: Path) -> int:
    found = _NAME.fullmatch(path.name)
    return int(found[1]) if found else 0


def _next_number(project: Path) -> int:
    return 1 + max((_number(path) for path in project.glob("r*")), default=0)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)
