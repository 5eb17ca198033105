"""What goes on beside the questions: sessions whose grant is over are killed, ends are marked, idle processes go.

Marking also notes the time in the register, by which a clock that is set back is noticed.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

from sandbox.audit import AuditLog
from sandbox.gateway.processes import Workers
from sandbox.grants import Grant, Grants
from sandbox.permits.model import DENMARK, Permit
from sandbox.permits.versions import all_permits
from sandbox.release_keys import ReleaseKeys

LOOK_SECONDS = 0.4
MARK_SECONDS = 15.0
# After so long without a register or permits that can be read, all sessions are ended.
BLIND_SECONDS = 3.0
ACTOR = "gateway"


class Watch:
    """Looks at every session's grant, several times a second."""

    def __init__(self, *, permits: Path, grants: Grants, audit: AuditLog, keys: ReleaseKeys, workers: Workers) -> None:
        self._permits = permits
        self._grants = grants
        self._audit = audit
        self._keys = keys
        self._workers = workers
        self._seen = time.monotonic()
        self._marked = 0.0

    def look(self) -> None:
        """Once; called again and again. What cannot be written down now is told at the next question."""
        try:
            self._end_sessions()
            if time.monotonic() - self._marked > MARK_SECONDS:
                self._marked = time.monotonic()
                self._workers.end_idle()
                self._mark()
                self._keys.forget_ended()
            self._seen = time.monotonic()
        except Exception:
            if time.monotonic() - self._seen > BLIND_SECONDS:
                for grant in self._workers.grants():
                    self._workers.end(grant)

    def _end_sessions(self) -> None:
        running = self._workers.grants() - {""}
        if not running:
            return
        now = self._grants.clock(datetime.now(UTC))
        found = {grant.id: grant for grant in self._grants.list() if grant.id in running}
        permits = all_permits(self._permits)
        for id_ in running:
            grant = found.get(id_)
            if grant and grant.is_live(now) and _covered(permits, grant, now):
                continue
            count = self._workers.end(id_)
            self._audit.append(
                "session_ended", actor=ACTOR, project=grant.project if grant else "", grant=id_, processes=count
            )

    def _mark(self) -> None:
        for grant in self._grants.end_due(datetime.now(UTC)):
            self._audit.append("grant_ended", actor=ACTOR, project=grant.project, holder=grant.holder, grant=grant.id)


def _covered(permits: dict[str, Permit], grant: Grant, now: datetime) -> bool:
    permit = permits.get(grant.project)
    return permit is not None and permit.covers(now.astimezone(DENMARK).date()) and permit.admits(grant.holder)
