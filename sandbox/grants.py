"""Grants: one person's time-boxed access to one sandbox, in a small register (SQLite).

A grant lies inside its permit: it starts now, and ends after its days or with the permit, whichever is first. Who asks
whom is the permit's `contact`. What a grant opens is in `access.py`.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.permit import DENMARK, Permit

_TABLE = """
create table if not exists grants (
    id text primary key,
    project text not null,
    holder text not null,
    starts_at text not null,
    ends_at text not null,
    revoked_at text
)"""


@dataclass(frozen=True, slots=True)
class Grant:
    """One person's access to one sandbox, [starts_at, ends_at) in UTC; it ends earlier when it is revoked."""

    id: str
    project: str
    holder: str
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None

    @property
    def over_at(self) -> datetime:
        """When it ends or has ended."""
        return min(self.ends_at, self.revoked_at) if self.revoked_at else self.ends_at

    def is_live(self, now: datetime) -> bool:
        """Whether it opens the sandbox now."""
        return self.starts_at <= now < self.over_at

    def state(self, now: datetime) -> str:
        """`live`, `ended` or `revoked`."""
        if self.is_live(now):
            return "live"
        return "revoked" if self.revoked_at and self.revoked_at < self.ends_at else "ended"


class Grants:
    """The register of grants in one file; several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def issue(self, *, permit: Permit, holder: str, days: int, now: datetime) -> Grant:
        """Give access for `days`, counted from now. Raises PermitError when the permit does not allow it."""
        now = now.astimezone(UTC)
        if permit.valid_to is None or not permit.covers(now.astimezone(DENMARK).date()):
            raise PermitError(
                f"{permit.project}: expected a permit in force, found one from {permit.valid_from} to "
                f"{permit.valid_to}; ask {permit.contact} for a new one"
            )
        if not 1 <= days <= permit.grant_days:
            raise PermitError(
                f"{permit.project}: expected 1 to {permit.grant_days} days, as the permit says, found {days}"
            )
        permit_ends = datetime.combine(permit.valid_to, time.min, tzinfo=DENMARK).astimezone(UTC)
        grant = Grant(
            id=f"g{secrets.token_hex(4)}",
            project=permit.project,
            holder=holder,
            starts_at=now,
            ends_at=min(now + timedelta(days=days), permit_ends),
        )
        with self._register() as register:
            register.execute(
                "insert into grants values (?, ?, ?, ?, ?, null)",
                (grant.id, grant.project, holder, grant.starts_at.isoformat(), grant.ends_at.isoformat()),
            )
        return grant

    def list(self, *, project: str | None = None, holder: str | None = None) -> list[Grant]:
        """Grants in the order in which they were issued, all or those of a project or a holder."""
        with self._register() as register:
            rows = register.execute(
                "select id, project, holder, starts_at, ends_at, revoked_at from grants "
                "where coalesce(?, project) = project and coalesce(?, holder) = holder order by starts_at, id",
                (project, holder),
            ).fetchall()
        return [_grant(row) for row in rows]

    def revoke(self, id_: str, *, now: datetime) -> Grant:
        """End a grant now. Raises NoGrant when there is none of that id."""
        with self._register() as register:
            register.execute(
                "update grants set revoked_at = ? where id = ? and revoked_at is null",
                (now.astimezone(UTC).isoformat(), id_),
            )
            row = register.execute(
                "select id, project, holder, starts_at, ends_at, revoked_at from grants where id = ?", (id_,)
            ).fetchone()
        if row is None:
            raise NoGrant("there is no grant of that id; see oeverum grant list")
        return _grant(row)

    def require_live(self, *, permit: Permit, holder: str, now: datetime) -> Grant:
        """The grant that opens a sandbox now.

        Raises GrantEnded, with the date and whom to ask, when there was one; NoGrant when there never was.
        """
        mine = self.list(project=permit.project, holder=holder)
        live = [grant for grant in mine if grant.is_live(now)]
        if live and not permit.covers(now.astimezone(DENMARK).date()):
            # The permit was cut short, or put off, after the grant was issued.
            raise GrantEnded(
                f"the permit of {permit.project} is in force from {permit.valid_from} up to, not including, "
                f"{permit.valid_to}; ask {permit.contact} to renew it"
            )
        if live:
            return max(live, key=lambda grant: grant.over_at)
        if mine:
            last = max(mine, key=lambda grant: grant.over_at)
            verb = "was revoked" if last.state(now) == "revoked" else "ended"
            raise GrantEnded(
                f"access to {permit.project} {verb} on {last.over_at:%Y-%m-%d %H:%M} UTC; "
                f"ask {permit.contact} to renew it"
            )
        raise NoGrant(f"no access to {permit.project}; ask {permit.contact} for a grant")

    @contextmanager
    def _register(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=30)) as register, register:
            register.execute(_TABLE)
            yield register


def _grant(row: tuple[str, str, str, str, str, str | None]) -> Grant:
    id_, project, holder, starts_at, ends_at, revoked_at = row
    return Grant(
        id=id_,
        project=project,
        holder=holder,
        starts_at=datetime.fromisoformat(starts_at),
        ends_at=datetime.fromisoformat(ends_at),
        revoked_at=datetime.fromisoformat(revoked_at) if revoked_at else None,
    )
