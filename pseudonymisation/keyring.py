"""The key ring: one secret key per domain, made on first use, in a file of mode 0600 apart from the data.

A domain is what a key is for: `person` (CPR numbers), one for every kind of record key (`contact`, `visit`, ...),
`restricted` (encryption at rest) and `project:<id>` (the pseudonyms of one sandbox). Whoever holds the ring can
re-identify, so a ring with loose permissions is refused, and a ring made for demonstration does not serve
production.
"""

import base64
import fcntl
import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from pseudonymisation.errors import KeyRingError

FILE = "keyring.json"
KEY_BYTES = 32
FORMAT = 1


class _Entry(TypedDict):
    version: str
    created: str
    key: str


class _Ring(TypedDict):
    format: int
    demo: bool
    domains: dict[str, _Entry]


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What may be told about a key: its domain, its version, and when it was made (UTC)."""

    domain: str
    version: str
    created: datetime


class KeyRing:
    """The keys of one installation, in a folder of mode 0700.

    `demo` marks a ring that is made here as one for synthetic people only. Raises KeyRingError when the folder
    or the file can be read by others than the owner, when the file is damaged, or when a demo ring meets
    production.
    """

    def __init__(self, folder: Path, *, production: bool = False, demo: bool = False) -> None:
        if production and demo:
            raise KeyRingError("a demo key ring cannot be made in production; unset OEVERUM_ENV or leave demo out")
        self._folder = folder
        self._path = folder / FILE
        self._demo = demo
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._refuse_loose(folder, 0o700)
        if self._read()["demo"] and production:
            raise KeyRingError(
                f"{self._path} holds demo keys, which do not serve production; set OEVERUM_HOME to another place"
            )

    @property
    def demo(self) -> bool:
        """Whether the keys are for synthetic people only."""
        return self._read()["demo"]

    def key(self, domain: str) -> bytes:
        """The 32-byte key of a domain, made now if there is none."""
        return base64.b64decode(self._entry(domain)["key"])

    def version(self, domain: str) -> str:
        """The version of a domain's key with a fingerprint, such as `k1-3fa9c2d1`.

        It may be written down beside the data: two rings that both hold a `k1` differ in their fingerprints.
        """
        entry = self._entry(domain)
        fingerprint = hmac.digest(base64.b64decode(entry["key"]), b"fingerprint", "sha256").hex()[:8]
        return f"{entry['version']}-{fingerprint}"

    def status(self) -> list[KeyStatus]:
        """All keys by domain, without the keys themselves."""
        domains = self._read()["domains"]
        return [
            KeyStatus(domain, entry["version"], datetime.fromisoformat(entry["created"]))
            for domain, entry in sorted(domains.items())
        ]

    def _entry(self, domain: str) -> _Entry:
        found = self._read()["domains"].get(domain)
        if found:
            return found
        with self._locked():
            ring = self._read()
            if domain not in ring["domains"]:
                ring["domains"][domain] = _Entry(
                    version="k1",
                    created=datetime.now(UTC).isoformat(timespec="seconds"),
                    key=base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii"),
                )
                self._write(ring)
            return ring["domains"][domain]

    def _read(self) -> _Ring:
        if not self._path.exists():
            return _Ring(format=FORMAT, demo=self._demo, domains={})
        self._refuse_loose(self._path, 0o600)
        try:
            ring: _Ring = json.loads(self._path.read_text(encoding="utf-8"))
            if ring["format"] != FORMAT:
                raise KeyRingError(f"{self._path} has format {ring['format']}; this version reads {FORMAT}")
            return ring
        except (ValueError, KeyError):
            # Not chained: the message of the parser may quote a key.
            raise KeyRingError(f"{self._path} is damaged; restore it from its backup, the data need its keys") from None

    def _write(self, ring: _Ring) -> None:
        temporary = self._folder / f".{FILE}.{secrets.token_hex(4)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(ring, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self._folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @staticmethod
    def _refuse_loose(path: Path, wanted: int) -> None:
        found = stat.S_IMODE(path.stat().st_mode)
        if found & ~wanted:
            raise KeyRingError(
                f"{path} has mode {found:04o}, expected {wanted:04o}; others may have read the keys: "
                f"run chmod {wanted:04o} {path}, and rotate them if they did"
            )
