"""The keys of releases: each release is encrypted under one of its own, which lies in the key ring and nowhere else.

A sandbox has ended when the keys of its releases are destroyed: how that is done and proved is in `ending.py`.
"""

import secrets
from datetime import datetime

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import KeyRing, KeyStatus
from sandbox.errors import GrantEnded, ReleaseError
from sandbox.manifest import Release

KEY_BYTES = 16
KIND = "release"


def new_key() -> bytes:
    """A random key of 16 bytes, for one release."""
    return secrets.token_bytes(KEY_BYTES)


class ReleaseKeys:
    """The keys of releases in a key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def keep(self, project: str, release: str, key: bytes) -> str:
        """Put the key of a release into the ring; gives its version. Raises KeyRingError when the sandbox has ended."""
        return self._ring.keep(_domain(project, release), key)

    def of(self, release: Release) -> bytes:
        """The 16-byte key of a release, to be held in memory only.

        Raises GrantEnded when the sandbox has ended, ReleaseError when the ring does not hold the key.
        """
        self.refuse_ended(release.project)
        try:
            return self._ring.key(_domain(release.project, release.release), release.key_version)
        except KeyRingError:
            raise ReleaseError(
                f"{release.release}: expected its key {release.key_version} in the key ring, found none that can be "
                "used; see oeverum keys status, and restore keys/ from its backup"
            ) from None

    def forget_ended(self) -> None:
        """Let go of the keys in memory of sandboxes that have ended. Raises KeyRingError."""
        self._ring.forget_destroyed()

    def of_project(self, project: str) -> list[KeyStatus]:
        """What may be told about the keys of a project's releases."""
        return [status for status in self._ring.of_project(project) if status.domain.startswith(f"{KIND}:")]

    def ended_at(self, project: str) -> datetime | None:
        """When the sandbox of a project ended (UTC): when the last key of its releases was destroyed."""
        keys = self.of_project(project)
        gone = [status.destroyed for status in keys if status.destroyed]
        return max(gone) if gone and len(gone) == len(keys) else None

    def refuse_ended(self, project: str) -> None:
        """Raise GrantEnded when the sandbox of a project has ended."""
        if at := self.ended_at(project):
            raise GrantEnded(
                f"the sandbox {project} has ended, on {at:%Y-%m-%d %H:%M} UTC, and its releases can no longer be read; "
                "to begin anew, ask for a permit under another name"
            )


def _domain(project: str, release: str) -> str:
    return f"{KIND}:{project}/{release}"
