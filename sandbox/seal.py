"""That a release is what was released: its manifest bears a seal, and its files have the hashes that stand there.

The seal is made with a key derived from the release's own, so that only who holds that one can write a manifest that
passes. Whoever opens a release looks first; what was found whole is not read again until one of its files changes.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.errors import ReleaseError
from sandbox.manifest import MANIFEST, Release, content_digest, read_manifest, told_by
from sandbox.parquet import REMEDY, digest_of, sha256

SEAL = "seal"
_PURPOSE = b"oeverum: the seal of a manifest"


def seal_of(manifest: Mapping[str, Any], *, key: bytes) -> str:
    """The seal of a manifest, as 64 hexadecimal digits; `key` is that of its release."""
    told = {name: value for name, value in manifest.items() if name != SEAL}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    own = hmac.digest(key, _PURPOSE, hashlib.sha256)
    return hmac.new(own, json.dumps(json.loads(text)).encode("ascii"), hashlib.sha256).hexdigest()


def require_sealed(release: Release, *, key: bytes) -> dict[str, Any]:
    """The manifest of a release. Raises ReleaseError when it is not as it was sealed, or tells of another release."""
    manifest = read_manifest(release.folder)
    sealed = hmac.compare_digest(str(manifest.get(SEAL)).encode("utf-8"), seal_of(manifest, key=key).encode("ascii"))
    # What was read before may have been another manifest, which lay there for a moment.
    if not sealed or told_by(manifest, release.folder, created=release.created) != release:
        raise ReleaseError(f"{release.release}: {MANIFEST} is not as it was written; {REMEDY}")
    return manifest


def require_whole(release: Release, *, key: bytes) -> None:
    """As `require_sealed`, and that every file beside the manifest is as it was sealed; reads every byte."""
    manifest = require_sealed(release, key=key)
    expected = {table["file"]: table["sha256"] for table in manifest["tables"]} | manifest["files"]
    found = {path.name for path in release.folder.iterdir()} - {MANIFEST}
    if found != set(expected):
        names = ", ".join(sorted(found ^ set(expected)))
        raise ReleaseError(f"{release.release}: expected the manifest's files, found a difference in {names}; {REMEDY}")
    for file, hash_before in expected.items():
        if sha256(release.folder / file) != hash_before:
            raise ReleaseError(f"{release.release}: {file} is not as the manifest says; {REMEDY}")
    if manifest["release"] != release.folder.name:
        raise ReleaseError(f"{release.release}: the manifest does not belong to this release; {REMEDY}")


def verify(release: Release, *, key: bytes) -> None:
    """As `require_whole`, and that the rows of each table, decrypted, are those that the release is named after."""
    require_whole(release, key=key)
    for table in release.tables:
        if digest_of(release.folder / table.file, key=key) != table.digest:
            raise ReleaseError(f"{release.release}: {table.file} holds other rows than the manifest says; {REMEDY}")
    permit_digest = read_manifest(release.folder)["permit_digest"]
    content = content_digest([(table.name, table.digest) for table in release.tables], permit_digest)
    if content[:8] != release.folder.name.rpartition("-")[2]:
        raise ReleaseError(f"{release.release}: the manifest does not belong to this release; {REMEDY}")


class Seen:
    """The releases that were looked at: each as it lay then, and what was wrong with it."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[Release, object, str | None]] = {}
        self._lock = threading.Lock()
        self._looks: dict[Path, threading.Lock] = {}

    def require_whole(self, release: Release, *, key: bytes) -> None:
        """As `require_whole`, but that nothing is read where nothing was written since. Raises ReleaseError."""
        with self._lock:
            look = self._looks.setdefault(release.folder, threading.Lock())
        # One looks, and the others wait for what it finds.
        with look:
            try:
                lies = _lies(release.folder)
                if self._found.get(release.folder, ())[:2] != (release, lies):
                    self._found[release.folder] = (release, lies, _wrong(release, key))
            except OSError:
                # Not chained: the message tells where the files are.
                raise ReleaseError(f"{release.release}: a file cannot be read; {REMEDY}") from None
            wrong = self._found[release.folder][2]
        if wrong is not None:
            raise ReleaseError(wrong)


def _wrong(release: Release, key: bytes) -> str | None:
    """Why a release is not whole; None where it is."""
    try:
        require_whole(release, key=key)
    except ReleaseError as error:
        return str(error)
    return None


def _lies(folder: Path) -> object:
    """What changes when a file of a folder is written to, replaced, added or taken away."""
    found = []
    for path in sorted(folder.iterdir()):
        told = path.stat()
        found.append((path.name, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns))
    return found
