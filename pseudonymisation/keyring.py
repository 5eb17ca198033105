"""The key ring: one random key per domain and version, wrapped by the master key, in a file apart from the data.

A domain is what a key is for: `person` (CPR numbers), one for every kind of record key (`contact`, `visit`, ...),
`restricted` (encryption at rest), `project:<id>/<kind>` (one project's subjects, its record keys, its dates),
`release:<project>/<release>` (the encryption of one release), `certificates` and `audit` (the signatures under the end
of a sandbox and under a place in the audit log, by `signing.py`). Whoever holds ring and master key can re-identify,
so a ring with loose permissions is refused, and a ring made for demonstration does not serve production. Where the
master key comes from is in `master_key.py`.

Wrapping is AES-256-GCM with the domain and the version as associated data, so that no wrapped key can be put in another
one's place unseen.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pseudonymisation.errors import KeyRingError
from pseudonymisation.master_key import FILE as MASTER_FILE
from pseudonymisation.master_key import KEY_BYTES, FileKey, MasterKey, alone, overwritten, refuse_loose, write_private

FILE = "keyring.json"
FORMAT = 3
MARKER = ".made"
NONCE_BYTES = 12

State = Literal["current", "retired", "destroyed"]


class _Version(BaseModel):
    """One version of a domain's key; `wrapped` is gone when it was destroyed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    version: str
    created: datetime
    fingerprint: str
    wrapped: str | None
    destroyed: datetime | None = None
    destroyed_by: str | None = None


class _Ring(BaseModel):
    """The file: versions by domain, the current one last. `master` is the fingerprint of the master key.

    The `seal` is checked before any key is used: a ring that was changed by hand is damaged.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    format: Literal[3] = 3
    demo: bool
    master: str | None = None
    domains: dict[str, Annotated[list[_Version], Field(min_length=1)]]
    seal: str = ""

    def sealed(self, master: bytes) -> str:
        """The HMAC of all the rest under the master key."""
        rest = self.model_dump_json(exclude={"seal"})
        return hmac.digest(master, rest.encode("utf-8"), "sha256").hex()


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What may be told about a key: its domain, its version with its fingerprint, its state, when it was made (UTC).

    `destroyed` and `destroyed_by` tell when and by whom it was destroyed.
    """

    domain: str
    version: str
    state: State
    created: datetime
    destroyed: datetime | None = None
    destroyed_by: str | None = None


class KeyRing:
    """The keys of one installation, in a folder of mode 0700; `master` provides the master key (default: a file there).

    `demo` marks a ring that is made here as one for synthetic people only. Raises KeyRingError when the folder
    or the file can be read by others than the owner, when the file is damaged, or when a demo ring meets
    production.
    """

    def __init__(
        self, folder: Path, *, production: bool = False, demo: bool = False, master: MasterKey | None = None
    ) -> None:
        if production and demo:
            raise KeyRingError("a demo key ring cannot be made in production; unset OEVERUM_ENV or leave demo out")
        self._folder = folder
        self._path = folder / FILE
        self._lock = folder / ".lock"
        self._demo = demo
        self._provider = master or FileKey(folder / MASTER_FILE)
        self._master: bytes | None = None
        self._opened: dict[tuple[str, str], bytes] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_loose(folder, 0o700)
        if self._read().demo and production:
            raise KeyRingError(
                f"{self._path} holds demo keys, which do not serve production; set OEVERUM_HOME to another place"
            )

    @property
    def folder(self) -> Path:
        """Where the ring lies."""
        return self._folder

    @property
    def demo(self) -> bool:
        """Whether the keys are for synthetic people only."""
        return self._read().demo

    def key(self, domain: str, version: str | None = None) -> bytes:
        """The key of a domain: the current one, 32 bytes made now if there is none, or that of a version.

        `version` is one as `version()` gives it, or its first part. Raises KeyRingError when there is no such
        version, and for a key that was destroyed.
        """
        if version is None:
            return self._unwrapped(domain, self._current(domain))
        known = self._read().domains.get(domain, [])
        for entry in known:
            if version in (entry.version, _name(entry)):
                return self._unwrapped(domain, entry)
        there = ", ".join(map(_name, known)) or "none"
        raise KeyRingError(f"{domain} has no key of version {version}, found {there}; restore the ring from its backup")

    def version(self, domain: str) -> str:
        """The current version of a domain's key with a fingerprint, such as `k1-3fa9c2d1`; made now if there is none.

        It may be written down beside the data: two rings that both hold a `k1` differ in their fingerprints.
        """
        return _name(self._current(domain))

    def status(self) -> list[KeyStatus]:
        """All keys by domain and version, without the keys themselves."""
        return [
            KeyStatus(
                domain,
                _name(entry),
                _state(entry, last=entry is entries[-1]),
                entry.created,
                entry.destroyed,
                entry.destroyed_by,
            )
            for domain, entries in sorted(self._read().domains.items())
            for entry in entries
        ]

    def rotate(self, domain: str) -> str:
        """Make a new version of a domain's key the current one; gives it as `version()` does.

        The older ones stay, to read what was made with them. Raises KeyRingError for a domain without a key.
        """
        with alone(self._lock):
            ring = self._read()
            if domain not in ring.domains:
                raise KeyRingError(f"there is no key for {domain}; see oeverum keys status")
            _refuse_destroyed(ring, domain)
            master = self._master_key(ring)
            entry = self._made(ring, domain, master)
            self._write(ring, master)
            return _name(entry)

    def keep(self, domain: str, key: bytes) -> str:
        """Make a key that was made elsewhere the current one of a domain; gives its version as `version()` does.

        Raises KeyRingError when a key of the domain's project was destroyed.
        """
        with alone(self._lock):
            ring = self._read()
            _refuse_destroyed(ring, domain)
            master = self._master_key(ring)
            entry = self._wrapped(ring, domain, key, master)
            self._write(ring, master)
            return _name(entry)

    def forget_destroyed(self) -> None:
        """Let go of keys in memory that were destroyed in the meantime, by whatever process."""
        there = {
            (domain, _name(entry))
            for domain, entries in self._read().domains.items()
            for entry in entries
            if entry.wrapped is not None
        }
        for opened in self._opened.keys() - there:
            self._opened.pop(opened, None)

    def of_project(self, project: str) -> list[KeyStatus]:
        """The keys of one project."""
        return [status for status in self.status() if _project(status.domain) == project]

    def digest(self) -> str:
        """The SHA-256 of the ring's file, by which a change of it can be proved."""
        return hashlib.sha256(self._path.read_bytes() if self._path.exists() else b"").hexdigest()

    def destroy(self, project: str, *, by: str, of: Literal["everything", "releases"] = "everything") -> None:
        """Destroy every key of a project for good, or those of its releases: overwritten in the ring, and removed.

        That they were there stays written in the ring, so that none of them is made anew unseen. Copies of the ring
        that lie elsewhere are not reached, nor what a disk or file system keeps of what was overwritten. Raises
        KeyRingError when the project has no such key that is still there.
        """
        with alone(self._lock):
            ring = self._read()
            at, gone, master = datetime.now(UTC), 0, self._master_key(ring)
            for domain, entries in sorted(ring.domains.items()):
                if _project(domain) != project or (of == "releases" and not domain.startswith("release:")):
                    continue
                for entry in entries:
                    if entry.wrapped is not None:
                        entry.wrapped, entry.destroyed, entry.destroyed_by = None, at, by
                        gone += 1
            if not gone:
                raise KeyRingError(f"{project} has no key to destroy; see oeverum keys status")
            with overwritten(self._path):
                self._write(ring, master)
            self._opened.clear()

    def _current(self, domain: str) -> _Version:
        ring = self._read()
        _refuse_destroyed(ring, domain)
        if found := ring.domains.get(domain):
            return found[-1]
        with alone(self._lock):
            ring = self._read()
            _refuse_destroyed(ring, domain)
            if domain not in ring.domains:
                master = self._master_key(ring)
                self._made(ring, domain, master)
                self._write(ring, master)
            return ring.domains[domain][-1]

    def _made(self, ring: _Ring, domain: str, master: bytes) -> _Version:
        """A new key at the end of a domain's versions, in the ring but not yet in the file."""
        return self._wrapped(ring, domain, secrets.token_bytes(KEY_BYTES), master)

    def _wrapped(self, ring: _Ring, domain: str, key: bytes, master: bytes) -> _Version:
        """A key at the end of a domain's versions, in the ring but not yet in the file."""
        entries = ring.domains.setdefault(domain, [])
        version = f"k{len(entries) + 1}"
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + AESGCM(master).encrypt(nonce, key, _bound(domain, version))
        ring.master = _fingerprint(master)
        entries.append(
            _Version(
                version=version,
                created=datetime.now(UTC).replace(microsecond=0),
                fingerprint=_fingerprint(key),
                wrapped=base64.b64encode(sealed).decode("ascii"),
            )
        )
        return entries[-1]

    def _unwrapped(self, domain: str, entry: _Version) -> bytes:
        if entry.wrapped is None:
            raise _destroyed(domain, entry)
        known = self._opened.get((domain, _name(entry)))
        if known is not None:
            return known
        try:
            sealed = base64.b64decode(entry.wrapped)
            master = self._master_key(self._read())
            key = AESGCM(master).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(domain, entry.version))
        except (InvalidTag, ValueError):
            raise self._damaged() from None
        if _fingerprint(key) != entry.fingerprint:
            raise self._damaged()
        self._opened[(domain, _name(entry))] = key
        return key

    def _master_key(self, ring: _Ring) -> bytes:
        if self._master is None:
            self._master = self._provider.read(may_make=not ring.domains)
        if ring.domains and _fingerprint(self._master) != ring.master:
            raise KeyRingError(
                f"the master key is not the one that {self._path} was made with; "
                "see to OEVERUM_KEY_PROVIDER and what it reads"
            )
        if ring.domains and not hmac.compare_digest(ring.seal, ring.sealed(self._master)):
            raise self._damaged()
        return self._master

    def _read(self) -> _Ring:
        if not self._path.exists():
            if (self._folder / MARKER).exists():
                raise KeyRingError(f"{self._path} is missing; restore it from its backup: the data need its keys")
            return _Ring(demo=self._demo, domains={})
        refuse_loose(self._path, 0o600)
        try:
            text = self._text()
            told = json.loads(text)
            if isinstance(told, dict) and told.get("format") != FORMAT:
                raise KeyRingError(
                    f"{self._path} is of another format than {FORMAT}, which this version reads; "
                    "use the version that made it, or set OEVERUM_HOME to another place"
                )
            return _Ring.model_validate(told)
        except (ValueError, ValidationError):
            # Not chained: the message of the parser may quote a key.
            raise self._damaged() from None

    def _text(self) -> str:
        """What the file holds; read again when it was exchanged meanwhile, and perhaps overwritten."""
        while True:
            with self._path.open(encoding="utf-8") as file:
                text = file.read()
                if os.fstat(file.fileno()).st_nlink:
                    return text

    def _damaged(self) -> KeyRingError:
        return KeyRingError(f"{self._path} is damaged; restore it from its backup, the data need its keys")

    def _write(self, ring: _Ring, master: bytes) -> None:
        ring.seal = ring.sealed(master)
        write_private(self._path, ring.model_dump_json(indent=2).encode("utf-8"))
        # From now on a missing ring is a lost one, and no new one is made in its place.
        (self._folder / MARKER).touch(mode=0o600)


def _name(entry: _Version) -> str:
    return f"{entry.version}-{entry.fingerprint}"


def _state(entry: _Version, *, last: bool) -> State:
    if entry.wrapped is None:
        return "destroyed"
    return "current" if last else "retired"


def _project(domain: str) -> str | None:
    """The project that a domain belongs to: those of its pseudonyms and dates, and those of its releases."""
    kind, colon, rest = domain.partition(":")
    return rest.partition("/")[0] if colon and kind in ("project", "release") else None


def _refuse_destroyed(ring: _Ring, domain: str) -> None:
    """Raise KeyRingError when the domain's project has lost its keys for good."""
    project = _project(domain)
    for other, entries in ring.domains.items():
        if project is not None and _project(other) == project and entries[-1].wrapped is None:
            raise _destroyed(other, entries[-1])


def _destroyed(domain: str, entry: _Version) -> KeyRingError:
    when = f"{entry.destroyed:%Y-%m-%d %H:%M} UTC" if entry.destroyed else "before"
    return KeyRingError(f"the key of {domain} was destroyed, {when}; give the project another name to begin anew")


def _bound(domain: str, version: str) -> bytes:
    return f"oeverum/{domain}/{version}".encode()


def _fingerprint(key: bytes) -> str:
    return hmac.digest(key, b"fingerprint", "sha256").hex()[:8]
