"""The query gateway: the sandboxes over HTTP, for holders of a token, with the checks and the audit log of the door.

A token is of one grant, so it opens one sandbox. Every query runs in a process of its session's own; it is answered
when it is done and written down, and no later than its grant lasts.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import Message, Receive, Scope, Send

from pseudonymisation.errors import KeyRingError
from sandbox.access import Answer, Door
from sandbox.anchors import Anchors
from sandbox.audit import AuditLog
from sandbox.disclosure.ledger import Ledger
from sandbox.errors import GrantEnded, NoGrant, QueryRefused, SandboxError
from sandbox.gateway import formats, metrics, problems
from sandbox.gateway.body import BodyLimit, Question
from sandbox.gateway.formats import Form
from sandbox.gateway.guesses import Guesses
from sandbox.gateway.log import add_log
from sandbox.gateway.nursery import LOCKS
from sandbox.gateway.processes import Spooled, Workers
from sandbox.gateway.spool import Room, Spool
from sandbox.gateway.turns import Busy, Turns
from sandbox.gateway.views import add_views
from sandbox.gateway.watch import LOOK_SECONDS, Watch
from sandbox.grants import Grant, Grants
from sandbox.query import Limits
from sandbox.release_keys import ReleaseKeys

DISCONNECT_SECONDS = 0.25
SIGN_SECONDS = 15.0
# For one piece of an answer; and so many bytes a second are read of it at least, over all its time.
SEND_SECONDS, SLOWEST = 30.0, 2**18
# What an answer that is being read counts for at least: so a sandbox has no more than 512 of them.
ANSWER_BYTES = 2**20
# The grant is looked at before so much of an answer is sent.
LOOK_BYTES = 2**20
PROJECT = "^[a-z][a-z0-9-]{2,39}$"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one gateway does at once: `running` queries, and of sandboxes that have none one each, up to `most`.

    `processes` are kept in all, and `waiting` queries per sandbox. `query` bounds one query, `answers_mebibytes` the
    answers of a sandbox that are being read, in memory and on disk, each counted for 1 MiB at least; `room_mebibytes`
    what those of all have in memory, but for the last 16 KiB of each and the 128 KiB that are sent of its file.
    `wrong_tokens` bounds the wrong ones that one address sends.
    """

    running: int = 2
    most: int = 4
    processes: int = 8
    waiting: int = 20
    idle_seconds: float = 300.0
    answers_mebibytes: int = 512
    room_mebibytes: int = 64
    wrong_tokens: int = 30
    query: Limits = field(default_factory=lambda: Limits(mebibytes=256))


@dataclass(frozen=True)
class Place:
    """What the gateway opens: folders, register, log and its anchor, keys and ledger of an installation.

    Answers for which memory has no room wait in `spool`, encrypted; by default where the system has temporary files.
    """

    permits: Path
    releases: Path
    grants: Grants
    audit: AuditLog
    anchors: Anchors
    keys: ReleaseKeys
    ledger: Ledger
    spool: Path | None = None


class Gateway:
    """One gateway: the door, its processes, and whose turn it is."""

    def __init__(self, place: Place, bounds: Bounds) -> None:
        self.place = place
        self.bounds = bounds
        self.door = Door(
            permits=place.permits,
            releases=place.releases,
            grants=place.grants,
            audit=place.audit,
            keys=place.keys,
            ledger=place.ledger,
        )
        self.workers = Workers(most=bounds.processes, idle_seconds=bounds.idle_seconds)
        self.turns = Turns(slots=bounds.running, most=bounds.most, waiting=bounds.waiting)
        self.metrics = metrics.Metrics()
        self.guesses = Guesses(bounds.wrong_tokens)
        self._room = Room(bounds.room_mebibytes * 2**20)
        # Bytes of the answers that somebody still reads, by sandbox; touched by the event loop alone.
        self._being_read: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(bounds.most, thread_name_prefix="query")
        self._watch = Watch(
            permits=place.permits, grants=place.grants, audit=place.audit, keys=place.keys, workers=self.workers
        )
        # Whether the audit log could not be signed when that was tried last.
        self._unsigned = False

    def grant_of(self, credentials: HTTPAuthorizationCredentials | None, project: str | None, address: str) -> Grant:
        """Whose token it is, and from where.

        Raises Unauthorised, TooManyTokens, GrantEnded, or NoGrant when it is another sandbox's.
        """
        if credentials is None:
            raise problems.Unauthorised("expected a token, found none; send Authorization: Bearer and the token")
        try:
            grant = self.place.grants.holder_of(credentials.credentials, datetime.now(UTC))
        except NoGrant as refusal:
            self.guesses.wrong(address)
            self._write_down(refusal, "unknown", project)
            raise problems.Unauthorised(str(refusal)) from None
        except GrantEnded as refusal:
            self._write_down(refusal, "unknown", project)
            raise
        if project is not None and project != grant.project:
            other = NoGrant(f"this token opens another sandbox; ask whoever gave it for one of {project}")
            self._write_down(other, grant.holder, project)
            raise other
        return grant

    async def ask(self, request: Request, grant: Grant, question: Question, form: Form) -> tuple[Answer, Spool]:
        """The answer to a question, and the spool that holds it. Raises Busy, and what the door raises."""
        self._require_room(grant.project)
        cancelled, spool = threading.Event(), Spool(self.place.spool, self._room)
        try:
            async with self.turns.turn(grant.project):
                # It may have been filled while this one waited.
                self._require_room(grant.project)
                asked = partial(self._ask, grant, question, form, spool, cancelled)
                running = asyncio.get_running_loop().run_in_executor(self._threads, asked)
                try:
                    while not (await asyncio.wait({running}, timeout=DISCONNECT_SECONDS))[0]:
                        if await request.is_disconnected():
                            cancelled.set()
                except asyncio.CancelledError:
                    cancelled.set()
                    raise
                answer = running.result()
        except BaseException:
            spool.close()
            raise
        self.metrics.answered(answer.seconds, answer.table.num_rows)
        return answer, spool

    def _require_room(self, project: str) -> None:
        if self._being_read[project] > self.bounds.answers_mebibytes * 2**20:
            raise Busy("expected room for an answer, found it full of answers that are still read; ask again later")

    def _ask(self, grant: Grant, question: Question, form: Form, spool: Spool, cancelled: threading.Event) -> Answer:
        answer = self.door.query(
            grant.project,
            question.sql,
            holder=grant.holder,
            now=datetime.now(UTC),
            release=question.release,
            limits=self.bounds.query,
            grant=grant.id,
            runner=partial(self.workers.run, grant.id, cancelled, spool, form),
        )
        if not isinstance(answer.table, Spooled):
            for piece in formats.pieces(answer.table.schema, answer.table.to_batches(), form):
                spool.write(piece)
        return answer

    @contextmanager
    def being_read(self, spool: Spool, project: str) -> Iterator[None]:
        """Count an answer of a sandbox while it is sent, and forget it then."""
        counted = max(spool.size, ANSWER_BYTES)
        self._being_read[project] += counted
        try:
            yield
        finally:
            self._being_read[project] -= counted
            spool.close()

    def stream(self, spool: Spool, grant: Grant) -> Iterator[memoryview]:
        """The pieces of an answer; stops with an error in the middle of it when access is over, so that it is cut."""
        unseen = LOOK_BYTES
        for piece in spool.pieces():
            unseen += len(piece)
            if unseen > LOOK_BYTES:
                self._look(grant)
                unseen = len(piece)
            yield piece

    def _look(self, grant: Grant) -> None:
        try:
            self.door.check(grant.project, holder=grant.holder, now=datetime.now(UTC), grant=grant.id)
        except SandboxError as refusal:
            self._write_down(refusal, grant.holder, grant.project)
            raise

    def healthy(self) -> None:
        """Raises RegisterError when nobody could be let in."""
        self.place.grants.clock(datetime.now(UTC))

    def gauges(self) -> dict[str, float]:
        """What is so at this moment."""
        idle, busy = self.workers.counts()
        try:
            missing = len(self.workers.missing())
        except QueryRefused:
            missing = len(LOCKS)
        waiting = self.turns.length
        return {
            "queries_waiting": waiting,
            "processes_idle": idle,
            "processes_busy": busy,
            "locks_missing": missing,
            "audit_unsigned": self._unsigned,
        }

    async def watch(self) -> None:
        """Look after the sessions, and sign the audit log, until cancelled; neither waits for the other."""
        await asyncio.gather(_again(self._watch.look, LOOK_SECONDS), _again(self._sign, SIGN_SECONDS))

    def _sign(self) -> None:
        """Sign the place where the audit log ends; that it is not the log that was signed before stops no question."""
        try:
            self.place.anchors.renew()
            self._unsigned = False
        except (SandboxError, KeyRingError, OSError):
            self._unsigned = True

    def close(self) -> None:
        """End all processes, and sign what was asked last."""
        self.workers.close()
        self._sign()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _write_down(self, refusal: SandboxError, actor: str, project: str | None) -> None:
        self.metrics.refused(type(refusal).__name__)
        self.place.audit.append("access_refused", actor=actor, project=project or "", reason=type(refusal).__name__)


async def _again(do: Callable[[], None], seconds: float) -> None:
    """Do it again and again, in a thread of its own."""
    with ThreadPoolExecutor(1, thread_name_prefix="watch") as thread:
        while True:
            await asyncio.get_running_loop().run_in_executor(thread, do)
            await asyncio.sleep(seconds)


class _Sent(StreamingResponse):
    """An answer that is counted while it is sent, and let go when it is not sent any more, whole or not."""

    def __init__(
        self, pieces: Iterator[memoryview], size: int, counted: AbstractContextManager[None], **options: Any
    ) -> None:
        super().__init__(pieces, **options)
        self._size = size
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        until = time.monotonic() + SEND_SECONDS + self._size / SLOWEST

        async def within(message: Message) -> None:
            # Who does not read, or hardly, holds no room for ever, whether the grant lasts or not.
            await asyncio.wait_for(send(message), min(SEND_SECONDS, until - time.monotonic()))

        with self._counted:
            await super().__call__(scope, receive, within)


def build_app(place: Place, bounds: Bounds | None = None) -> FastAPI:
    """The gateway as an ASGI application. Raises RegisterError when the register cannot be opened."""
    gateway = Gateway(place, bounds or Bounds())
    gateway.healthy()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(gateway.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            gateway.close()

    app = FastAPI(
        title="Øverum",
        summary="SQL on quality-checked, time-boxed sandboxes of a health cohort",
        description="A token opens one sandbox for as long as its grant lasts. Every question is in the audit log.",
        version="1",
        # Their pages load from third parties; the document itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.gateway = gateway
    app.add_middleware(BodyLimit)
    problems.add_problems(app, gateway.metrics)
    bearer = HTTPBearer(auto_error=False, description="The token that was shown when the grant was issued")
    Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]  # noqa: N806 - a type

    def holder(request: Request, project: Annotated[str, sandbox_name()], credentials: Credentials) -> Grant:
        return gateway.grant_of(credentials, project, _address(request))

    def anyone(request: Request, credentials: Credentials) -> Grant:
        return gateway.grant_of(credentials, None, _address(request))

    @app.post(
        "/v1/sandboxes/{project}/query",
        summary="Run one query",
        response_class=Response,
        responses={
            200: {
                "description": "All rows, in the form of `format` or of the Accept header",
                "headers": {
                    "X-Oeverum-Release": {"description": "The release", "schema": {"type": "string"}},
                    "X-Oeverum-Rows": {"description": "Number of rows", "schema": {"type": "integer"}},
                    "X-Oeverum-Note": {"description": "What to know of results", "schema": {"type": "string"}},
                },
                "content": {media: {} for media in formats.MEDIA.values()},
            },
            **problems.described(400, 401, 403, 404, 406, 413, 422, 429, 503),
        },
    )
    async def query(
        request: Request,
        question: Question,
        grant: Annotated[Grant, Depends(holder)],
        format: Annotated[Form | None, Query(description="In the place of the Accept header")] = None,
    ) -> Response:
        form = format or formats.chosen(request.headers.get("accept"))
        if form is None:
            expected = ", ".join(formats.MEDIA.values())
            return problems.problem(406, f"expected one of {expected}", kind="NoSuchForm", exit_code=2)
        answer, spool = await gateway.ask(request, grant, question, form)
        headers = {
            "Content-Length": str(spool.size),
            "X-Oeverum-Release": answer.release,
            "X-Oeverum-Rows": str(answer.table.num_rows),
            "Cache-Control": "no-store",
        }
        return _Sent(
            gateway.stream(spool, grant),
            spool.size,
            gateway.being_read(spool, grant.project),
            media_type=formats.MEDIA[form],
            headers=headers | ({"X-Oeverum-Note": answer.note} if answer.note else {}),
        )

    add_views(app, gateway, holder=holder, anyone=anyone)
    add_log(app, gateway, holder=holder)
    return app


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def sandbox_name() -> Any:
    """What a name of a sandbox looks like."""
    from fastapi import Path as InPath

    return InPath(pattern=PROJECT, description="The sandbox's name")
