"""What the gateway tells of the audit log: a project's own entries, to a project's own people, page by page."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel

from sandbox.audit import Entry
from sandbox.gateway import problems
from sandbox.gateway.turns import Busy
from sandbox.grants import Grant

if TYPE_CHECKING:
    from sandbox.gateway.app import Gateway

ENTRIES = 500
# The log is read from its beginning, which takes seconds where it is very long.
READERS = 2


class Logged(BaseModel):
    """One entry of the audit log: its number among those of the sandbox, when (UTC), what, who, and more of it."""

    number: int
    at: datetime
    kind: str
    actor: str
    facts: dict[str, Any]


def add_log(app: FastAPI, gateway: "Gateway", *, holder: Callable[..., Grant]) -> None:
    """Add the path of the audit log."""
    reading = BoundedSemaphore(READERS)

    @app.get(
        "/v1/sandboxes/{project}/audit",
        summary="What the audit log holds of the sandbox, the newest last",
        responses=problems.described(401, 403, 422, 429, 503),
    )
    def audit(
        grant: Annotated[Grant, Depends(holder)],
        limit: Annotated[int, Query(ge=1, le=ENTRIES, description="At most so many entries")] = 100,
        after: Annotated[
            int | None, Query(ge=0, le=2**53, description="Those after this number; else the latest")
        ] = None,
    ) -> list[Logged]:
        if not reading.acquire(blocking=False):
            raise Busy(f"expected at most {READERS} who read the audit log at once, found more; ask again")
        try:
            found = gateway.door.log(
                grant.project, holder=grant.holder, now=datetime.now(UTC), grant=grant.id, most=limit, after=after
            )
        finally:
            reading.release()
        return [_logged(one.number, one.entry) for one in found]


def _logged(number: int, entry: Entry) -> Logged:
    return Logged(number=number, at=entry.at, kind=entry.kind, actor=entry.actor, facts=entry.facts)
