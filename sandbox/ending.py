"""The end of a sandbox: the keys of its releases are destroyed, and a signed certificate proves that none opens.

The files stay where they are, and are noise from then on. What is destroyed is the ring's own copy of the keys: copies
of `keys/` that lie elsewhere have to be destroyed as well. The keys that name subjects stay until
`oeverum keys destroy`, for a clinical duty of care. An end that was killed in the middle is completed by the next one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from pseudonymisation.keyring import KeyRing
from pseudonymisation.signing import Signature, is_signed, sign
from sandbox.audit import AuditLog
from sandbox.errors import PermitError, ReleaseError
from sandbox.grants import Grants
from sandbox.manifest import Release, list_releases, read_manifest
from sandbox.parquet import is_readable, sha256, sync
from sandbox.permits.model import DENMARK, Permit, digest
from sandbox.permits.versions import approved_version
from sandbox.release import one_writer
from sandbox.release_keys import KEY_BYTES, ReleaseKeys

FORMAT = 1
DOMAIN = "certificates"
BEGUN, ENDED, APPROVED = "sandbox_end_begun", "sandbox_ended", "permit_approved"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was ended, in the form of its JSON, and the platform's signature under it.

    `told` has project, permit, ended, releases (each with its files and their SHA-256) and proof.
    """

    told: Mapping[str, Any]
    signature: Signature

    def content(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(self.told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Endings:
    """The way to end the sandboxes of an installation; `folder` holds the certificates."""

    permits: Path
    releases: Path
    folder: Path
    ring: KeyRing
    grants: Grants
    audit: AuditLog

    def end(self, project: str, *, by: str, now: datetime, reason: str | None = None) -> Certificate:
        """Destroy the keys of a project's releases for good, prove it, and write the certificate.

        `reason` is needed while releases may be kept. Where the sandbox has ended already, its certificate is given;
        where there is none yet, it is written. Raises PermitError when its releases may still be kept or its permit
        cannot be used, ReleaseError when there is nothing to end, or a file can still be read, KeyRingError when the
        key ring cannot be used, RegisterError when the register of grants cannot.
        """
        releases = list_releases(self.releases, project)
        if not releases:
            raise ReleaseError(f"expected a release of {project}, found none to end; see oeverum sandbox list")
        keys = ReleaseKeys(self.ring)
        permit = self._permit(project, releases)
        if not keys.ended_at(project):
            self._refuse_early(permit, now, reason)
            with one_writer(self.releases / project):
                self._destroy(project, by=by, now=now, reason=reason)
        elif self._file(project).exists():
            certificate = read_certificate(self.folder, project)
            self._audited(certificate)
            check(certificate, keys=self.ring.folder)
            return certificate
        certificate = self._certificate(permit, list_releases(self.releases, project))
        # The certificate is written last: where it lies, nothing is left to be done.
        self._audited(certificate)
        self._write(certificate)
        return certificate

    def projects(self) -> list[str]:
        """The projects that have a folder for releases."""
        return sorted(path.name for path in self.releases.iterdir() if path.is_dir()) if self.releases.is_dir() else []

    def due(self, project: str, *, now: datetime) -> Literal["over", "begun"] | None:
        """Whether the releases of a project are to be ended without anybody asking.

        `over` when they can be read and may be kept no longer, `begun` when their keys are destroyed and no certificate
        says so yet. Raises PermitError, ReleaseError or KeyRingError when what lies there does not tell.
        """
        releases = list_releases(self.releases, project)
        if not releases:
            return None
        if ReleaseKeys(self.ring).ended_at(project):
            return None if self._file(project).exists() else "begun"
        return "over" if _is_over(self._permit(project, releases), now) else None

    def _file(self, project: str) -> Path:
        return self.folder / f"{project}.json"

    def _permit(self, project: str, releases: Sequence[Release]) -> Permit:
        """The approved permit, or that of the latest release where the permit's folder is lost.

        Raises PermitError when the permit is not what was approved, or a version was approved after the release's.
        """
        if version := approved_version(self.permits, project):
            return version.permit
        try:
            permit = Permit.model_validate(releases[-1].permit)
        except ValidationError:
            raise PermitError(
                f"{project}: expected the permit of its latest release in the form of today, found another; restore "
                "state/permits/ from its backup"
            ) from None
        approved = [one.entry.facts["version"] for one in self.audit.page(project, [APPROVED], most=1)]
        if approved and approved[0] > permit.version:
            raise PermitError(
                f"{project}: expected version {approved[0]} of its permit, which was approved last, found none; "
                "restore state/permits/ from its backup"
            )
        return permit

    def _refuse_early(self, permit: Permit, now: datetime, reason: str | None) -> None:
        if not _is_over(permit, now) and not (reason or "").strip():
            raise PermitError(
                f"{permit.project}: expected a sandbox whose releases may be kept no longer, found one that keeps them "
                f"up to, not including, {permit.destroyed_on}; wait, or give --before-its-end with a --reason"
            )

    def _destroy(self, project: str, *, by: str, now: datetime, reason: str | None) -> None:
        # Said before it is done: where nothing can be written down, nothing is destroyed.
        names = [f"{key.domain} {key.version}" for key in ReleaseKeys(self.ring).of_project(project)]
        if not names:
            raise ReleaseError(
                f"{project}: expected the keys of its releases in the key ring, found none; restore keys/ "
                "from its backup"
            )
        told = {"reason": reason} if reason else {}
        self.audit.append(BEGUN, actor=by, project=project, keys=names, ring_before=self.ring.digest(), **told)
        for grant in self.grants.list(project=project):
            if grant.state(now) in ("live", "waiting"):
                self.grants.revoke(grant.id, now=now)
                self.audit.append("grant_revoked", actor=by, project=project, grant=grant.id)
        self.ring.destroy(project, by=by, of="releases")

    def _certificate(self, permit: Permit, releases: Sequence[Release]) -> Certificate:
        """What is so after the keys are gone, by the ring as it lies."""
        project = permit.project
        destroyed = ReleaseKeys(self.ring).of_project(project)
        last = max(destroyed, key=lambda key: key.destroyed or key.created)
        ended = last.destroyed or last.created
        left = [self.ring.key(key.domain, key.version) for key in self.ring.status() if key.state != "destroyed"]
        told = {
            "format": FORMAT,
            "project": project,
            "permit": {
                "version": permit.version,
                "digest": digest(permit),
                "from": str(permit.valid_from),
                "to": str(permit.valid_to),
            },
            "ended": {
                "at": ended.astimezone(UTC).isoformat(timespec="seconds"),
                "by": last.destroyed_by,
                "reason": self._reason(project),
            },
            "keys": [f"{key.domain} {key.version}" for key in destroyed],
            "releases": [_told(release, left) for release in releases],
            "proof": {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "tried": "without a key, and with every key that is left in the key ring",
                "keys_tried": len(left),
                "files_that_opened": 0,
                "key_ring_sha256": self.ring.digest(),
            },
        }
        unsigned = Certificate(told, Signature("", ""))
        return Certificate(told, sign(unsigned.content(), self.ring, domain=DOMAIN))

    def _reason(self, project: str) -> str | None:
        """Why it was ended, as the audit log has it."""
        begun = [entry for entry in self.audit.read() if entry.kind == BEGUN and entry.project == project]
        return begun[-1].facts.get("reason") if begun else None

    def _write(self, certificate: Certificate) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._file(certificate.told["project"])
        signed = {
            "certificate": certificate.told,
            "signature": certificate.signature.as_dict(),
        }
        temporary = path.with_name(f".{path.name}")
        temporary.write_text(json.dumps(signed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        sync(temporary)
        temporary.replace(path)
        sync(self.folder)

    def _audited(self, certificate: Certificate) -> None:
        """Have the end in the audit log, once."""
        project, told = certificate.told["project"], certificate.told
        if not any(entry.kind == ENDED and entry.project == project for entry in self.audit.read()):
            self.audit.append(
                ENDED,
                actor=told["ended"]["by"],
                project=project,
                releases=[release["release"] for release in told["releases"]],
                files=sum(len(release["files"]) for release in told["releases"]),
                ring_after=told["proof"]["key_ring_sha256"],
            )


def read_certificate(folder: Path, project: str) -> Certificate:
    """The certificate of a project, not checked. Raises ReleaseError when there is none that can be read."""
    try:
        found = json.loads((folder / f"{project}.json").read_text(encoding="utf-8"))
        certificate = Certificate(dict(found["certificate"]), Signature.of(found["signature"]))
        if certificate.told["project"] != project:
            raise ValueError("another project's")
    except FileNotFoundError:
        raise ReleaseError(
            f"expected a certificate of the end of {project}, found none; oeverum sandbox end {project} writes it"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise _altered(project) from None
    return certificate


def check(certificate: Certificate, *, keys: Path) -> None:
    """Raise ReleaseError unless the platform signed this very certificate; needs the public key in `keys`, no more."""
    if not is_signed(certificate.content(), certificate.signature, keys, domain=DOMAIN):
        raise _altered(certificate.told["project"])


def _is_over(permit: Permit, now: datetime) -> bool:
    """Whether the permit and its days of retention are over (Danish calendar)."""
    return permit.destroyed_on is not None and permit.destroyed_on <= now.astimezone(DENMARK).date()


def _told(release: Release, left: Sequence[bytes]) -> dict[str, Any]:
    """A release and its files as they lie. Raises ReleaseError when one of them opens with a key that is left."""
    files = []
    for table in release.tables:
        path = release.folder / table.file
        if is_readable(path, _sizes(left)):
            raise ReleaseError(
                f"{release.release}: {table.file} can still be read, expected a file that no key opens; remove the "
                "file and end the sandbox again"
            )
        lies = sha256(path) if path.exists() else None
        files.append({"file": table.file, "sha256": lies, "as_released": lies == table.sha256, "opens": False})
    return {
        "release": release.release,
        "created": release.created_at.isoformat(),
        "key": release.key_version,
        "permit_digest": read_manifest(release.folder)["permit_digest"],
        "files": files,
    }


def _sizes(keys: Sequence[bytes]) -> Iterator[bytes]:
    """Each key whole, and its beginning of the size of a release's."""
    for key in keys:
        yield key
        if len(key) > KEY_BYTES:
            yield key[:KEY_BYTES]


def _altered(project: str) -> ReleaseError:
    return ReleaseError(
        f"the certificate of {project}: expected what the platform signed, found another text; restore state/ended/ "
        f"from its backup, or move it away and run oeverum sandbox end {project}"
    )
