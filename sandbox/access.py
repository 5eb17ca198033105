"""The door: who asks, for which sandbox, under which grant; everything that passes or is turned away is audited.

The grant is looked at before every statement and while it runs, so that access ends when it ends. Of a release, only
the tables and columns that the permit in force names are seen; where the permit now asks for other people, days or rows
than the release was cut for, the release is not opened.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import pyarrow as pa

from pseudonymisation.errors import KeyRingError
from sandbox.audit import AuditLog, Numbered
from sandbox.disclosure.control import answer, results
from sandbox.disclosure.ledger import Ledger
from sandbox.disclosure.rules import NUMBERS, Rules
from sandbox.errors import (
    DisclosureRefused,
    GrantEnded,
    NoGrant,
    PermitError,
    QueryRefused,
    RegisterError,
    ReleaseError,
    SandboxError,
)
from sandbox.grants import Grant, Grants
from sandbox.manifest import Release, latest, list_releases
from sandbox.permits.model import Permit, digest
from sandbox.permits.versions import approved_version
from sandbox.query import NO_LIMITS_GIVEN, Limits
from sandbox.reads import reads
from sandbox.release_keys import ReleaseKeys
from sandbox.seal import Seen, require_sealed
from sandbox.tables import SUBJECT

# What decides on the rows and days of a release, and on who may see rows at all: none of it can be cut afterwards.
CUT_WITH = ("population", "period", "dates", "tier")
# What the people of a project see of the audit log: who was let in, what was asked, what was made of it and released.
# Who was traced to a person, and what is of keys, is not theirs.
OF_A_PROJECT = frozenset(
    (
        *("query", "query_done", "query_refused", "look", "open", "access_refused", "session_ended", "reviewed"),
        *("grant", "grant_refused", "grant_token", "grant_extended", "grant_revoked", "grant_ended"),
        *("permit_asked", "permit_approved", "permit_refused", "release", "release_refused"),
    )
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query, the release that it was asked of, how long it took, and what to know of results.

    `table` is what the runner gave: an Arrow table, or what stands for one and knows its `num_rows`.
    """

    table: pa.Table
    release: str
    seconds: float
    note: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


class Door:
    """The way to the sandboxes of an installation.

    `login` is who really asks; where it is not the holder whose grant is used, the audit log is told both.
    """

    def __init__(
        self,
        *,
        permits: Path,
        releases: Path,
        grants: Grants,
        audit: AuditLog,
        keys: ReleaseKeys,
        ledger: Ledger,
        login: str | None = None,
    ) -> None:
        self._keys = keys
        self._seen = Seen()
        self._login = login
        self._ledger = ledger
        self._permits = permits
        self._releases = releases
        self._grants = grants
        self._audit = audit

    def query(
        self,
        project: str,
        sql: str,
        *,
        holder: str,
        now: datetime,
        release: str | None = None,
        limits: Limits = NO_LIMITS_GIVEN,
        grant: str | None = None,
        runner: Callable[..., pa.Table] = answer,
    ) -> Answer:
        """Run one query for a holder of a live grant.

        `release` pins a version; default is the latest. `grant` asks for that one of the holder's and no other;
        `runner` runs the query as `disclosure.control.answer` does, perhaps in another process. A query that still
        runs when the grant ends or is revoked is cut. In tier company only results come out. Raises NoGrant,
        GrantEnded, ReleaseError, QueryRefused or DisclosureRefused.
        """
        # By a clock of its own place, an hour that comes twice would begin again when seconds are added.
        now = now.astimezone(UTC)
        chosen, permit, held = self._enter(project, holder=holder, now=now, release=release, sql=sql, grant=grant)
        # What becomes of the query is an entry of its own, under the same name.
        told = {**self._under(holder, permit, held), "release": chosen.release, "query": f"q{token_hex(4)}"}
        named = reads(sql, {table.name: [name for name, _ in table.columns] for table in chosen.tables})
        self._audit.append("query", **told, sql=sql, reads=named)
        begun = time.monotonic()

        def lives() -> bool:
            try:
                passed = timedelta(seconds=time.monotonic() - begun)
                self.check(project, holder=holder, now=now + passed, grant=grant)
            except (GrantEnded, NoGrant, PermitError):
                return False
            except (RegisterError, OSError, KeyRingError):
                # Not to be read just now. The look after the run decides, before anything is given.
                return True
            return True

        left = (held.over_at - now).total_seconds()
        try:
            try:
                within = replace(limits, seconds=min(limits.seconds, left))
                asked = partial(runner, release=chosen, key=self._keys.of(chosen), sql=sql, limits=within, lives=lives)
                note = ""
                if permit.tier == "company":
                    rules = Rules(permit.small_cell_threshold, permit.rounding)
                    table = results(asked, project=project, rules=rules, ledger=self._ledger)
                    note = _note(permit, left=NUMBERS - self._ledger.since(project).numbers)
                else:
                    table = asked()
            finally:
                seconds = time.monotonic() - begun
                # Whatever came of it: who may no longer ask gets no answer either.
                passed = timedelta(seconds=seconds)
                self.check(project, holder=holder, now=now + passed, grant=grant)
            self._refuse_changed(chosen, permit)
        except BaseException as stopped:
            reason = _reason(stopped)
            self._audit.append("query_refused", **told, reason=reason, seconds=round(seconds, 3))
            raise
        self._audit.append("query_done", **told, rows=table.num_rows, seconds=round(seconds, 3))
        return Answer(table, chosen.release, seconds, note)

    def look(
        self, project: str, *, holder: str, now: datetime, grant: str, what: str, release: str | None = None
    ) -> tuple[Release, Permit, Grant]:
        """The release as a holder may see it, to be told of: `what` says for the audit log, what of it is looked at.

        Raises NoGrant, GrantEnded or ReleaseError.
        """
        found = self._enter(project, holder=holder, now=now, release=release, sql=None, grant=grant)
        self._audit.append("look", **self._under(holder, *found[1:]), release=found[0].release, what=what)
        return found

    def log(
        self, project: str, *, holder: str, now: datetime, grant: str, most: int, after: int | None = None
    ) -> list[Numbered]:
        """What the audit log holds of a sandbox, for one of its people; told to the log as a look.

        `most` entries, the latest or those after the `after`-th, oldest first. Also those of others who hold a grant,
        with their statements: it is the project's log. Raises NoGrant, GrantEnded or RegisterError.
        """
        with self._refusals_told(holder, project, grant=grant):
            permit = self._permit(project)
            held = self._require_live(permit=permit, holder=holder, now=now, grant=grant)
        self._audit.append("look", **self._under(holder, permit, held), what="audit")
        return self._audit.page(project, OF_A_PROJECT, most=most, after=after)

    def check(self, project: str, *, holder: str, now: datetime, grant: str | None) -> None:
        """Whether access still lasts, by the permit that is in force now.

        Raises NoGrant, GrantEnded, PermitError or RegisterError.
        """
        self._require_live(permit=self._permit(project), holder=holder, now=now, grant=grant)

    def open(
        self, project: str, *, holder: str, release: str | None = None, clock: Callable[[], datetime] = _now
    ) -> "Session":
        """Ask the same release query after query; the grant is looked at before each. Raises as `query`."""
        chosen, permit, held = self._enter(project, holder=holder, now=clock(), release=release, sql=None)
        self._audit.append("open", **self._under(holder, permit, held), release=chosen.release)
        return Session(self, project, holder, chosen.release, clock)

    def releases(self, project: str) -> list[Release]:
        """The releases of a project, oldest first, each as its manifest was sealed. Raises ReleaseError."""
        found = list_releases(self._releases, project)
        for one in found:
            require_sealed(one, key=self._keys.of(one))
        return found

    def tables(self, project: str, release: str | None = None) -> tuple[str, ...]:
        """The names of the tables that a query would see now. Raises NoGrant or ReleaseError."""
        return tuple(table.name for table in visible(self._release(project, release), self._permit(project)).tables)

    def _enter(
        self,
        project: str,
        *,
        holder: str,
        now: datetime,
        release: str | None,
        sql: str | None,
        grant: str | None = None,
    ) -> tuple[Release, Permit, Grant]:
        with self._refusals_told(holder, project, grant=grant, sql=sql):
            permit = self._permit(project)
            held = self._require_live(permit=permit, holder=holder, now=now, grant=grant)
            found = self._release(project, release)
            self._seen.require_whole(found, key=self._keys.of(found))
            return visible(found, permit), permit, held

    @contextmanager
    def _refusals_told(self, holder: str, project: str, **facts: str | None) -> Iterator[None]:
        try:
            yield
        except SandboxError as refusal:
            known = {name: fact for name, fact in facts.items() if fact}
            self._audit.append("access_refused", **self._told(holder, project), reason=type(refusal).__name__, **known)
            raise

    def _require_live(self, *, permit: Permit, holder: str, now: datetime, grant: str | None) -> Grant:
        """The grant that opens the sandbox now, which must not have ended."""
        self._keys.refuse_ended(permit.project)
        return self._grants.require_live(permit=permit, holder=holder, now=now, grant=grant)

    def _told(self, holder: str, project: str) -> dict[str, str]:
        asked = {"asked_by": self._login} if self._login and self._login != holder else {}
        return {"actor": holder, "project": project, **asked}

    def _under(self, holder: str, permit: Permit, held: Grant) -> dict[str, Any]:
        """Who, and under which grant and which version of the permit."""
        permitted = {"permit": digest(permit), "permit_version": permit.version}
        return {**self._told(holder, permit.project), "grant": held.id, **permitted}

    def _permit(self, project: str) -> Permit:
        found = approved_version(self._permits, project)
        if found is None:
            raise NoGrant(f"no access to a sandbox {project}; see oeverum sandbox list, or ask who runs the platform")
        return found.permit

    def _refuse_changed(self, chosen: Release, permit: Permit) -> None:
        """Raise ReleaseError when the permit in force lets other tables or columns be seen than `permit` did."""
        now = self._permit(permit.project)
        if now != permit and visible(self._release(permit.project, chosen.release), now) != chosen:
            raise ReleaseError(f"{chosen.release}: the permit was changed while the query ran; ask again")

    def _release(self, project: str, name: str | None) -> Release:
        if name is None:
            found = latest(self._releases, project)
        else:
            found = next((r for r in list_releases(self._releases, project) if r.release == name), None)
        if found is None:
            wanted = f"release {name} of {project}" if name else f"a release of {project}"
            raise ReleaseError(f"expected {wanted}, found none; see oeverum sandbox show {project}")
        return found


def _note(permit: Permit, *, left: int) -> str:
    """What a company that reads results has to know; `left` new numbers are told until somebody has to look."""
    return (
        f"Groups of fewer than {permit.small_cell_threshold} people are left out; counts are moved by a few, other "
        f"numbers by as much as one person brings at most. Until somebody looks at the questions, {left} new numbers "
        "are left."
    )


def _reason(stopped: BaseException) -> str:
    """What the audit log is told of why a query has no answer."""
    if isinstance(stopped, DisclosureRefused):
        return f"disclosure: {stopped.rule}"
    return stopped.kind if isinstance(stopped, QueryRefused) else type(stopped).__name__


def visible(release: Release, permit: Permit) -> Release:
    """The release with the tables and columns that the permit names, subject_id always.

    Raises ReleaseError when nothing is left, or when it was cut under conditions that the permit no longer has.
    """
    tables = []
    for table in release.tables:
        request = permit.tables.get(table.name)
        named = {SUBJECT, *request.columns} if request else set()
        columns = tuple((name, data_type) for name, data_type in table.columns if name in named)
        if any(name != SUBJECT for name, _ in columns):
            tables.append(replace(table, columns=columns))
    remedy = f"ask {permit.contact} for a new one: oeverum sandbox release {permit.project}"
    if not tables:
        raise ReleaseError(f"{release.release}: expected a table or column that the permit names, found none; {remedy}")
    before, now = release.permit, permit.as_dict()
    other = [part for part in CUT_WITH if before.get(part) != now[part]]
    if before.get("small_cell_threshold", 0) < permit.small_cell_threshold:
        other.append("small_cell_threshold")
    for table in tables:
        if before.get("tables", {}).get(table.name, {}).get("where") != now["tables"][table.name]["where"]:
            other.append(f"where of {table.name}")
    if other:
        raise ReleaseError(
            f"{release.release}: expected a release cut for the permit in force, found another {', '.join(other)}; "
            f"{remedy}"
        )
    return replace(release, tables=tuple(tables), rows=sum(table.rows for table in tables))


class Session:
    """One sandbox, asked query after query."""

    def __init__(self, door: Door, project: str, holder: str, release: str, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._project = project
        self._holder = holder
        self._release = release
        self._clock = clock

    @property
    def release(self) -> str:
        """The release that is asked."""
        return self._release

    def tables(self) -> tuple[str, ...]:
        """The names of the tables that the permit in force lets it see. Raises NoGrant or ReleaseError."""
        return self._door.tables(self._project, self._release)

    def ask(self, sql: str) -> Answer:
        """The answer to one query. Raises as `Door.query`, GrantEnded as soon as the grant is over."""
        return self._door.query(self._project, sql, holder=self._holder, now=self._clock(), release=self._release)

    def query(self, sql: str) -> pa.Table:
        """The result of one query as an Arrow table. Raises as `ask`."""
        return self.ask(sql).table
