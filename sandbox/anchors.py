"""The anchor of the audit log: the place in its chain that the platform signed last.

Who may write the log may write it anew with its head, hashes and all. The anchor lies with the keys, apart from the
log, and holds the number of entries, the hash of the last, and a signature that needs the key ring; each hash covers
all before it, so one anchor holds the whole log up to it. It is renewed while the gateway runs, by a sensor, with each
release, and by command; a new one is signed only for a chain that goes on from the one before, so what was written anew
is not signed. That there is an anchor stands in the sealed key ring: one that was removed is missed. A log that is not
the one that was signed, such as one from a backup, is accepted by command alone, and that is its next entry.

Not held: entries since the last anchor, and a home that was set back as a whole, keys and all, to an earlier day.
Against that, keep a copy of the anchor elsewhere.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pseudonymisation.keyring import KeyRing
from pseudonymisation.master_key import alone, write_private
from pseudonymisation.signing import Signature, is_signed, sign
from sandbox.audit import AuditLog, Mark
from sandbox.errors import SandboxError

FILE = "audit.anchor"
DOMAIN = "audit"
# A key that signs nothing: it comes into the ring when the first anchor is on disk, and tells that there is one.
SIGNED = "audit-signed"
ACCEPTED = "audit_log_accepted"
_ACCEPT = "oeverum audit verify tells more, and oeverum audit accept --reason takes the log as it is"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the chain, when it was signed (UTC), and the platform's signature."""

    mark: Mark
    at: datetime
    signature: Signature

    def text(self) -> str:
        """The anchor as its file holds it."""
        told = {"anchor": json.loads(_content(self.mark, self.at)), "signature": self.signature.as_dict()}
        return json.dumps(told, indent=2) + "\n"


class Anchors:
    """The way to the anchor of a log, by the key ring of its installation."""

    def __init__(self, log: AuditLog, ring: KeyRing) -> None:
        self._log = log
        self._ring = ring
        self._lock = ring.folder / f".{FILE}.lock"

    def renew(self) -> Anchor | None:
        """Sign the place where the log ends now; the one that stands, where nothing was added; None for an empty log.

        Raises SandboxError when the log does not go on from the anchor that stands or the anchor is gone, KeyRingError
        without the key.
        """
        with alone(self._lock):
            before = self.standing()
            known = before.mark if before else Mark()
            try:
                mark = self._log.follow(known)
            except SandboxError as error:
                raise SandboxError(f"{error}; {_ACCEPT}") from None
            if mark != known:
                return self._sign(mark)
            if before:
                # A process that was killed has not got so far.
                self._ring.version(SIGNED)
            return before

    def standing(self) -> Anchor | None:
        """The anchor beside the keys; None where none was ever signed.

        Raises as `read_anchor`, and SandboxError when there was one and it is gone.
        """
        folder = self._ring.folder
        if (folder / FILE).exists():
            return read_anchor(folder / FILE, keys=folder)
        if any(status.domain == SIGNED for status in self._ring.status()):
            raise SandboxError(
                f"expected {FILE}, the place in the audit log that was signed last, found none; restore keys/ from its "
                f"backup; {_ACCEPT}"
            )
        return None

    def accept(self, *, by: str, reason: str) -> Anchor:
        """Take the log as it is, and sign where it ends: that is an entry, with the reason. Raises KeyRingError."""
        with alone(self._lock):
            self._log.append(ACCEPTED, actor=by, reason=reason)
            return self._sign(self._log.end())

    def _sign(self, mark: Mark) -> Anchor:
        at = datetime.now(UTC).replace(microsecond=0)
        anchor = Anchor(mark, at, sign(_content(mark, at), self._ring, domain=DOMAIN))
        write_private(self._ring.folder / FILE, anchor.text().encode("utf-8"))
        self._ring.version(SIGNED)
        return anchor


def read_anchor(path: Path, *, keys: Path) -> Anchor:
    """The anchor in a file, checked by the public key in the folder of the keys, and by nothing else.

    Raises SandboxError when the file holds none that the platform signed, KeyRingError without the public key.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        told, signature = found["anchor"], Signature.of(found["signature"])
        mark = Mark(int(told["entries"]), str(told["hash"]), int(told["byte"]))
        anchor = Anchor(mark, datetime.fromisoformat(told["at"]), signature)
    except (OSError, ValueError, KeyError, TypeError):
        anchor = None
    if anchor is None or not is_signed(_content(anchor.mark, anchor.at), anchor.signature, keys, domain=DOMAIN):
        raise SandboxError(
            f"{path.name}: expected a place in the audit log that the platform signed, found another text; {_ACCEPT}"
        )
    return anchor


def _content(mark: Mark, at: datetime) -> bytes:
    """The bytes that are signed; `of` keeps them apart from all else that the key signs."""
    told = {"of": "audit log", "entries": mark.entries, "hash": mark.hash, "byte": mark.byte, "at": at.isoformat()}
    return json.dumps(told, sort_keys=True).encode("utf-8")
