"""Grants: one person's time-boxed access to one sandbox, in a register (`register.py`).

A grant lies inside its permit: it begins now or on a day, and ends after its days, on a day, or with the permit,
whichever is first. Days begin and end in Denmark, where the permit is in force. Who asks whom is the permit's
`contact`. What a grant opens is in `access.py`.

The register remembers the latest time at which it was asked. A clock that is set back counts as that time and what has
passed since, so that what has ended stays ended, and what is live ends when it would have. The gateway and the sensor
ask several times a minute.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sandbox.errors import GrantEnded, NoGrant, PermitError
from sandbox.onward import Onward, since_boot
from sandbox.permits.model import DENMARK, Permit
from sandbox.register import CLOCK, GRANTS, Register

TOKEN_PREFIX = "oev_"  # noqa: S105 - what every token begins with
TOKEN_BYTES = 32
# The latest time seen is written down when it is this much later than the one written before, or when an end is seen.
NOTED_AFTER = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Grant:
    """One person's access to one sandbox, [starts_at, ends_at) in UTC; it ends earlier when it is revoked.

    `ended_at` is when its end was marked by the gateway or the sensor; whatever a clock says later, it stays ended.
    """

    id: str
    project: str
    holder: str
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def over_at(self) -> datetime:
        """When it ends or has ended."""
        return min(self.ends_at, self.revoked_at) if self.revoked_at else self.ends_at

    def is_live(self, now: datetime) -> bool:
        """Whether it opens the sandbox now. A revoked one does not, whatever the clock of whoever revoked it said."""
        return self.revoked_at is None and self.ended_at is None and self.starts_at <= now < self.ends_at

    def state(self, now: datetime) -> str:
        """`live`, `waiting` (its first day is still to come), `ended` or `revoked`."""
        if self.is_live(now):
            return "live"
        if self.revoked_at and self.revoked_at < self.ends_at:
            return "revoked"
        return "waiting" if now < self.starts_at and self.ended_at is None else "ended"

    def days_left(self, now: datetime) -> float:
        """Days until it ends, to a tenth; 0 when it is over."""
        over = self.revoked_at is not None or self.ended_at is not None
        return 0.0 if over else max(0.0, round((self.ends_at - now) / timedelta(days=1), 1))


Found = list[Grant]


class Grants:
    """The register of grants, in an SQLite file (a Path) or on PostgreSQL (an address); processes may share it.

    Every method raises RegisterError when the register cannot be read or written: then nobody is let in. `elapsed`
    counts seconds, whatever the machine's clock is set to.
    """

    def __init__(self, address: Path | str, elapsed: Callable[[], float] = since_boot) -> None:
        self._register = Register(address)
        self._onward = Onward(elapsed)

    def issue(
        self,
        *,
        permit: Permit,
        holder: str,
        now: datetime,
        days: int | None = None,
        first: date | None = None,
        until: date | None = None,
    ) -> Grant:
        """Give access for `days`, or up to, not including, the day `until`; from now, or from the day `first`.

        Days begin at midnight in Denmark. Raises PermitError when the permit does not allow it.
        """
        if not permit.admits(holder):
            raise PermitError(f"{permit.project}: {_stranger(permit, holder)}")
        begins, ends = _span(permit, self.clock(now), days=days, first=first, until=until)
        grant = Grant(
            id=f"g{secrets.token_hex(4)}",
            project=permit.project,
            holder=holder,
            starts_at=begins,
            ends_at=min(ends, _permit_ends(permit)),
        )
        with self._register.writing() as register:
            row = {"id": grant.id, "project": grant.project, "holder": holder}
            register.execute(GRANTS.insert().values(**row, starts_at=_text(begins), ends_at=_text(grant.ends_at)))
        return grant

    def extend(self, id_: str, *, permit: Permit, days: int, now: datetime) -> Grant:
        """Move the end of a live or waiting grant by `days` of 24 hours, at most to the permit's end.

        What is left then may be no more than the permit's days of a grant. Raises PermitError when the permit does not
        allow it, NoGrant when there is none of that id, GrantEnded when it is over.
        """
        now = self.clock(now)
        grant = self.of_id(id_)
        if grant.state(now) not in ("live", "waiting"):
            raise GrantEnded(f"grant {id_} is over; issue a new one")
        if not permit.admits(grant.holder):
            raise PermitError(f"{permit.project}: {_stranger(permit, grant.holder)}")
        if not _in_force(permit, now):
            raise _not_in_force(permit)
        ends = grant.ends_at + timedelta(days=days)
        if days < 1 or ends - max(now, grant.starts_at) > timedelta(days=permit.grant_days):
            raise PermitError(
                f"{permit.project}: expected no more than {permit.grant_days} days of access still to come, as the "
                f"permit says, found more; extend grant {id_} by fewer days, or later"
            )
        ends = min(ends, _permit_ends(permit))
        if ends <= grant.ends_at:
            raise PermitError(f"{permit.project}: grant {id_} ends with its permit; ask {permit.contact} for a new one")
        with self._register.writing() as register:
            alive = (GRANTS.c.id == id_) & GRANTS.c.revoked_at.is_(None) & GRANTS.c.ended_at.is_(None)
            register.execute(GRANTS.update().where(alive).values(ends_at=_text(ends)))
        return self.of_id(id_)

    def new_token(self, id_: str, *, now: datetime) -> str:
        """A token for a live or waiting grant, in the place of the one before; only its hash is kept.

        Raises NoGrant when there is no grant of that id, GrantEnded when it is over.
        """
        now = self.clock(now)
        if self.of_id(id_).state(now) not in ("live", "waiting"):
            raise GrantEnded(f"grant {id_} is over; issue a new one")
        token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        with self._register.writing() as register:
            register.execute(GRANTS.update().where(GRANTS.c.id == id_).values(token_hash=_hash(token)))
        return token

    def holder_of(self, token: str, now: datetime) -> Grant:
        """The live grant whose token this is.

        The register is asked for the token's hash, so how long an answer takes tells nothing of any token. Raises
        NoGrant when it is of none, or of one that has not begun; GrantEnded when that is over.
        """
        found, now = self._look(now, GRANTS.c.token_hash == _hash(token))
        if not found:
            raise NoGrant("this token opens nothing; ask whoever gave it for a new one: oeverum grant token ID")
        return _live(found, now, "whoever gave the token")

    def list(self, *, project: str | None = None, holder: str | None = None) -> Found:
        """Grants in the order in which they begin, all or those of a project or a holder."""
        return self._find(
            sa.true() if project is None else GRANTS.c.project == project,
            sa.true() if holder is None else GRANTS.c.holder == holder,
        )

    def of_id(self, id_: str) -> Grant:
        """The grant of that id. Raises NoGrant when there is none."""
        found = self._find(GRANTS.c.id == id_)
        if not found:
            raise NoGrant("there is no grant of that id; see oeverum grant list")
        return found[0]

    def revoke(self, id_: str, *, now: datetime) -> Grant:
        """End a grant now, for every process that asks from here on. Raises NoGrant when there is none of that id."""
        with self._register.writing() as register:
            mine = (GRANTS.c.id == id_) & GRANTS.c.revoked_at.is_(None)
            register.execute(GRANTS.update().where(mine).values(revoked_at=_text(now)))
        return self.of_id(id_)

    def end_due(self, now: datetime) -> Found:
        """Mark the grants whose time is up as ended; those that nobody had marked before, each told to one caller.

        Whoever does it regularly also keeps the register's latest time near the present.
        """
        found, now = self._look(now)
        due = [g for g in found if g.revoked_at is None and g.ended_at is None and g.ends_at <= now]
        marked = []
        for grant in due:
            with self._register.writing() as register:
                # Whoever marks it is the one that tells of it; meanwhile it may have been extended or revoked.
                still = GRANTS.c.ended_at.is_(None) & GRANTS.c.revoked_at.is_(None)
                same = (GRANTS.c.id == grant.id) & (GRANTS.c.ends_at == _text(grant.ends_at))
                done = register.execute(GRANTS.update().where(same & still).values(ended_at=_text(now)))
                if done.rowcount == 1:
                    marked.append(grant)
        return marked

    def require_live(self, *, permit: Permit, holder: str, now: datetime, grant: str | None = None) -> Grant:
        """The grant that opens a sandbox now; `grant` asks for that one of the holder's and no other.

        Raises GrantEnded, with the date and whom to ask, when there was one; NoGrant when there never was.
        """
        asked = [GRANTS.c.project == permit.project, GRANTS.c.holder == holder]
        mine, now = self._look(now, *asked, sa.true() if grant is None else GRANTS.c.id == grant)
        if not mine:
            raise NoGrant(f"no access to {permit.project}; ask {permit.contact} for a grant")
        found = _live(mine, now, permit.contact)
        if not _in_force(permit, now):
            # The permit was cut short, or put off, after the grant was issued.
            raise GrantEnded(
                f"the permit of {permit.project} is in force from {permit.valid_from} up to, not including, "
                f"{permit.valid_to}; ask {permit.contact} to renew it"
            )
        if not permit.admits(holder):
            # Taken out of the permit after the grant was issued.
            raise NoGrant(f"no access to {permit.project}: {_stranger(permit, holder)}")
        return found

    def clock(self, now: datetime) -> datetime:
        """`now` in UTC, or the latest time that the register has seen and what has passed since, when that is later."""
        with self._register.reading() as register:
            latest = _latest(register)
        return self._onward.now(now.astimezone(UTC), latest)

    def set_clock(self, now: datetime) -> None:
        """Forget a latest time that a wrong clock has brought; grants that were marked as ended stay ended.

        Who has the register open goes by it from the next look on.
        """
        with self._register.writing() as register:
            register.execute(CLOCK.update().values(latest=_text(now)))

    def _look(self, now: datetime, *conditions: sa.ColumnElement[bool]) -> tuple[Found, datetime]:
        """Grants, and the time that they go by, as `clock` tells it.

        The time is noted in the register: now and then, and always when one of those asked for is over.
        """
        with self._register.reading() as register:
            found = _select(register, *conditions)
            latest = _latest(register)
        now = self._onward.now(now.astimezone(UTC), latest)
        over = any(grant.ends_at <= now for grant in found)
        if latest is None or now > latest + (timedelta(0) if over else NOTED_AFTER):
            self._note(now, latest)
        return found, now

    def _note(self, now: datetime, latest: datetime | None) -> None:
        """Write the latest time down, where it is still the one that was read, or a later one of somebody else."""
        later = CLOCK.c.latest.is_(None) | (CLOCK.c.latest < _text(now))
        # What was put back meanwhile is left so.
        still = sa.true() if latest is None else CLOCK.c.latest >= _text(latest)
        with self._register.writing() as register:
            noted = register.execute(CLOCK.update().where(later & still).values(latest=_text(now))).rowcount == 1
        if noted:
            self._onward.now(now, now)

    def _find(self, *conditions: sa.ColumnElement[bool]) -> Found:
        with self._register.reading() as register:
            return _select(register, *conditions)


def _select(register: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Found:
    wanted = sa.select(GRANTS).where(*conditions).order_by(GRANTS.c.starts_at, GRANTS.c.id)
    return [_grant(dict(row)) for row in register.execute(wanted).mappings()]


def _latest(register: sa.Connection) -> datetime | None:
    return _time(register.scalar(sa.select(CLOCK.c.latest)))


def told(at: datetime) -> str:
    """A time as people in Denmark read it, with the name of its offset: 2026-07-01 14:00 CEST."""
    return f"{at.astimezone(DENMARK):%Y-%m-%d %H:%M %Z}"


def midnight(day: date) -> datetime:
    """The beginning of a day in Denmark, in UTC."""
    return datetime.combine(day, time.min, tzinfo=DENMARK).astimezone(UTC)


def _live(mine: Found, now: datetime, whom: str) -> Grant:
    """The live one of these that lasts longest. Raises NoGrant or GrantEnded."""
    if live := [grant for grant in mine if grant.is_live(now)]:
        return max(live, key=lambda grant: grant.over_at)
    last = max(mine, key=lambda grant: grant.over_at)
    state = last.state(now)
    if state == "waiting":
        raise NoGrant(f"access to {last.project} begins on {told(last.starts_at)}; ask again then")
    verb = "was revoked" if state == "revoked" else "ended"
    raise GrantEnded(f"access to {last.project} {verb} on {told(last.over_at)}; ask {whom} to renew it")


def _span(
    permit: Permit, now: datetime, *, days: int | None, first: date | None, until: date | None
) -> tuple[datetime, datetime]:
    """When a grant begins and ends. Raises PermitError."""
    begins = max(now, midnight(first)) if first else now
    if permit.valid_to is None or not _in_force(permit, begins):
        raise _not_in_force(permit)
    start = begins.astimezone(DENMARK).date()
    if (days is None) == (until is None):
        raise PermitError(f"{permit.project}: expected a number of days or the day of the end, found both or none")
    length = days if days is not None else ((until or start) - start).days
    if not 1 <= length <= permit.grant_days:
        raise PermitError(
            f"{permit.project}: expected 1 to {permit.grant_days} days, as the permit says, found {length}"
        )
    if until is not None or first is not None:
        return begins, midnight(until or start + timedelta(days=length))
    return begins, begins + timedelta(days=length)


def _in_force(permit: Permit, at: datetime) -> bool:
    return permit.covers(at.astimezone(DENMARK).date())


def _not_in_force(permit: Permit) -> PermitError:
    return PermitError(
        f"{permit.project}: expected a permit in force, found one from {permit.valid_from} to "
        f"{permit.valid_to}; ask {permit.contact} for a new one"
    )


def _stranger(permit: Permit, holder: str) -> str:
    return (
        f"version {permit.version} of the permit does not name {holder} among its people; ask {permit.contact} for a "
        "version that does"
    )


def _permit_ends(permit: Permit) -> datetime:
    return midnight(permit.valid_to) if permit.valid_to else datetime.max.replace(tzinfo=UTC)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _text(at: datetime) -> str:
    """A time as the register keeps it: all of one length, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _grant(row: dict[str, Any]) -> Grant:
    times = {name: _time(row[name]) for name in ("revoked_at", "ended_at")}
    begins, ends = datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])
    return Grant(row["id"], row["project"], row["holder"], begins, ends, **times)
