"""Access in an installation: the door to its sandboxes, and the grants that open it, each told to the audit log.

The command line and Python come through here, and so pass the same checks: a live grant, a read-only query. A token
is given back to whoever asked for it and stands nowhere else.
"""

from dataclasses import asdict
from datetime import date, datetime

from oeverum.settings import Settings, operator
from sandbox.access import Door
from sandbox.audit import AuditLog
from sandbox.disclosure.ledger import Ledger, Since
from sandbox.ending import Endings
from sandbox.errors import PermitError, SandboxError
from sandbox.grants import Grant, Grants
from sandbox.permits.model import Permit, digest
from sandbox.permits.versions import Version, approve, approved_version, submit
from sandbox.release_keys import ReleaseKeys


def door(settings: Settings) -> Door:
    """The door to the sandboxes of an installation."""
    return Door(
        permits=settings.permits,
        releases=settings.releases,
        grants=Grants(settings.grants),
        audit=AuditLog(settings.audit),
        ledger=Ledger(settings.answers),
        keys=ReleaseKeys(settings.key_ring()),
        login=operator(),
    )


def endings(settings: Settings) -> Endings:
    """The way to end the sandboxes of an installation."""
    return Endings(
        permits=settings.permits,
        releases=settings.releases,
        folder=settings.ended,
        ring=settings.key_ring(),
        grants=Grants(settings.grants),
        audit=AuditLog(settings.audit),
    )


def ask_for_permit(settings: Settings, text: str, *, name: str, now: datetime) -> Version:
    """Ask for a version of a permit, for whoever runs this process. Raises PermitError."""
    asked = submit(settings.permits, text, name=name, by=operator(), now=now)
    _told(settings, "permit_asked", operator(), asked)
    return asked


def approve_permit(settings: Settings, project: str, number: int, *, mark: str, by: str, now: datetime) -> Version:
    """Put a version of a permit in force, and revoke the grants of people whom it does not name.

    Raises PermitError when it may not be, GrantEnded when the sandbox has ended; that is in the audit log then.
    """
    try:
        ReleaseKeys(settings.key_ring()).refuse_ended(project)
        # Written down first: a permit in force that the log does not know of would look forged.
        approved = approve(
            settings.permits,
            project,
            number,
            mark=mark,
            by=by,
            now=now,
            tell=lambda version: _told(settings, "permit_approved", by, version),
        )
    except SandboxError as refusal:
        reason = type(refusal).__name__
        AuditLog(settings.audit).append("permit_refused", actor=by, project=project, version=number, reason=reason)
        raise
    for grant in Grants(settings.grants).list(project=project):
        if grant.state(now) in ("live", "waiting") and not approved.permit.admits(grant.holder):
            take_back(settings, grant.id, now=now)
    return approved


def _told(settings: Settings, kind: str, actor: str, version: Version) -> None:
    permit = version.permit
    AuditLog(settings.audit).append(
        kind, actor=actor, project=permit.project, version=version.number, digest=digest(permit)
    )


def give(
    settings: Settings,
    *,
    permit: Permit,
    to: str,
    now: datetime,
    days: int | None = None,
    first: date | None = None,
    until: date | None = None,
) -> Grant:
    """Issue a grant for whoever runs this process.

    Raises PermitError when the permit does not allow it, GrantEnded when the sandbox has ended.
    """
    audit = AuditLog(settings.audit)
    facts = {"actor": operator(), "project": permit.project, "holder": to}
    try:
        ReleaseKeys(settings.key_ring()).refuse_ended(permit.project)
        grant = Grants(settings.grants).issue(permit=permit, holder=to, days=days, first=first, until=until, now=now)
    except SandboxError as refusal:
        audit.append("grant_refused", **facts, reason=type(refusal).__name__)
        raise
    audit.append("grant", **facts, grant=grant.id, since=grant.starts_at.isoformat(), until=grant.ends_at.isoformat())
    return grant


def give_token(settings: Settings, grant: str, *, now: datetime) -> tuple[Grant, str]:
    """A token for a grant, in the place of the one before. Raises NoGrant, GrantEnded or PermitError."""
    grants = Grants(settings.grants)
    found = grants.of_id(grant)
    version = approved_version(settings.permits, found.project)
    if version and not version.permit.admits(found.holder):
        raise PermitError(f"{found.project}: version {version.number} of the permit does not name {found.holder}")
    # Written down first: a token that nobody knows of would be worse than an entry too many.
    AuditLog(settings.audit).append("grant_token", actor=operator(), project=found.project, grant=found.id)
    return found, grants.new_token(grant, now=now)


def lengthen(settings: Settings, grant: str, *, permit: Permit, days: int, now: datetime) -> Grant:
    """Move the end of a grant. Raises PermitError, NoGrant or GrantEnded."""
    audit = AuditLog(settings.audit)
    facts = {"actor": operator(), "project": permit.project, "grant": grant}
    try:
        longer = Grants(settings.grants).extend(grant, permit=permit, days=days, now=now)
    except SandboxError as refusal:
        audit.append("grant_refused", **facts, reason=type(refusal).__name__)
        raise
    audit.append("grant_extended", **facts, until=longer.ends_at.isoformat())
    return longer


def take_back(settings: Settings, grant: str, *, now: datetime) -> Grant:
    """End a grant now. Raises NoGrant when there is none of that id."""
    ended = Grants(settings.grants).revoke(grant, now=now)
    AuditLog(settings.audit).append("grant_revoked", actor=operator(), project=ended.project, grant=ended.id)
    return ended


def review(settings: Settings, project: str) -> Since:
    """Let a company ask on whose questions were looked at; how many were refused, and how many numbers were told."""
    ledger = Ledger(settings.answers)
    since = ledger.since(project)
    # Written down first: a look that nobody knows of would be none.
    AuditLog(settings.audit).append("reviewed", actor=operator(), project=project, **asdict(since))
    ledger.reviewed(project, since)
    return since


def end_due(settings: Settings, *, now: datetime) -> list[Grant]:
    """Mark the grants whose time is up as ended; those that were not marked before."""
    audit = AuditLog(settings.audit)
    ended = Grants(settings.grants).end_due(now)
    for grant in ended:
        audit.append("grant_ended", actor=operator(), project=grant.project, holder=grant.holder, grant=grant.id)
    return ended
