"""Releases as their manifests tell them: which there are, what is in one, and that it is what it was.

A release is written in `release.py`; how its files are read is in `parquet.py`, with which key in `release_keys.py`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.errors import ReleaseError
from sandbox.tables import SUBJECT_KEY

MANIFEST = "manifest.json"
ALGORITHM = "AES_GCM_V1"
_NAME = re.compile(r"r(\d{4,})-([0-9a-f]{8})")


@dataclass(frozen=True)
class ReleasedTable:
    """One encrypted Parquet file of a release. `columns` are (name, Arrow type), subject_id first.

    `sha256` is of the file as it lies, `digest` of the rows in it (`parquet.RowsDigest`).
    `window` are the days [from, to) that its rows lie in, where the permit limits them.
    """

    name: str
    file: str
    rows: int
    sha256: str
    digest: str
    columns: tuple[tuple[str, str], ...]
    window: tuple[str, str] | None = None


@dataclass(frozen=True)
class Release:
    """A release as its manifest tells it.

    `permit` is the one that it was cut for, in the form of `Permit.as_dict`; `created` tells whether the call that
    returned it has written it; `overridden` are the overrides of the quality gate that let it through. `key_version` is
    that of its key in the key ring, such as `k1-3fa9c2d1`.
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
    key_version: str
    overridden: tuple[Mapping[str, Any], ...] = ()

    @property
    def table_count(self) -> int:
        """Number of tables."""
        return len(self.tables)


def list_releases(releases: Path, project: str) -> list[Release]:
    """The releases of a project, oldest first. A folder without a manifest is none."""
    found = [path for path in (releases / project).glob("r*") if _NAME.fullmatch(path.name)]
    return [release_of(path, created=False) for path in sorted(found, key=number_of) if (path / MANIFEST).is_file()]


def latest(releases: Path, project: str) -> Release | None:
    """The newest release of a project."""
    found = list_releases(releases, project)
    return found[-1] if found else None


def subject_key_versions(releases: Path, project: str) -> list[str]:
    """The versions of the key that the subjects of a project's releases were named with, the latest release's first."""
    newest_first = reversed(list_releases(releases, project))
    return list(dict.fromkeys(read_manifest(one.folder)["key_versions"][SUBJECT_KEY] for one in newest_first))


def content_digest(tables: Sequence[tuple[str, str]], permit_digest: str) -> str:
    """The digest of a release: of its tables as (name, digest of the rows), and of its permit."""
    content = json.dumps([sorted(tables), permit_digest], separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def described(table: ReleasedTable) -> dict[str, Any]:
    """A table as the manifest has it."""
    columns = [{"name": name, "type": data_type} for name, data_type in table.columns]
    return {
        "name": table.name,
        "file": table.file,
        "rows": table.rows,
        "sha256": table.sha256,
        "digest": table.digest,
        "columns": columns,
        "window": table.window,
    }


def release_of(folder: Path, *, created: bool) -> Release:
    """The release in a folder. Raises ReleaseError when its manifest cannot be read, or is of an earlier version."""
    return told_by(read_manifest(folder), folder, created=created)


def told_by(manifest: Mapping[str, Any], folder: Path, *, created: bool) -> Release:
    """The release that a manifest tells of. Raises ReleaseError as `release_of`."""
    if ("encryption" not in manifest or "seal" not in manifest) and "tables" in manifest:
        raise ReleaseError(
            f"{folder.name}: expected an encrypted release under a seal, found one of an earlier version; move its "
            "folder away and release again"
        )
    try:
        tables = tuple(
            ReleasedTable(
                name=table["name"],
                file=table["file"],
                rows=table["rows"],
                sha256=table["sha256"],
                digest=table["digest"],
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
            key_version=manifest["encryption"]["key"],
            overridden=tuple(manifest["quality"].get("overridden", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(folder) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """A manifest as it lies. Raises ReleaseError when there is none that can be read."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    return manifest


def _unreadable(folder: Path) -> ReleaseError:
    return ReleaseError(f"{folder.name}: {MANIFEST} cannot be read; restore the release from its backup")


def number_of(path: Path) -> int:
    """The number in a release's name, such as 7 in `r0007-0123abcd`; 0 for another name."""
    found = _NAME.fullmatch(path.name)
    return int(found[1]) if found else 0
