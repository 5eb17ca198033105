"""The gateway's workers: asked, watched and killed. One belongs to one grant and one release.

A worker runs untrusted SQL, so it is believed nothing but bytes or a refusal, and is killed rather than asked to stop:
when its grant is over, when it takes too long, when whoever asked is gone, or when it has been idle.
"""

import json
import os
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from sandbox import errors
from sandbox.errors import DisclosureRefused, QueryRefused, ReleaseError, SandboxError
from sandbox.gateway import formats
from sandbox.gateway import worker as protocol
from sandbox.gateway.forks import Forks, Gone, Process, readable, writable
from sandbox.gateway.formats import Form
from sandbox.gateway.spool import Spool

POLL_SECONDS = 0.2
# How long a query may go on after its own clock has cut it, until its process is killed.
GRACE_SECONDS = 3.0
READ_BYTES = 1 << 20
_TOLD = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, SandboxError)}


@dataclass(frozen=True, slots=True)
class Spooled:
    """A result that is in a spool, in the form that was asked for, instead of a table."""

    num_rows: int


class _Pace:
    """When to look whether a query may still run, and when its time is up."""

    def __init__(self, seconds: float, look: Callable[[], None]) -> None:
        self._look = look
        # Whoever began the query has just looked.
        self._looked = time.monotonic()
        self._until = self._looked + seconds

    def keep(self) -> None:
        """Raises TimeoutError, and what the look raises."""
        now = time.monotonic()
        if now - self._looked >= POLL_SECONDS:
            self._look()
            self._looked = time.monotonic()
        if now > self._until:
            raise TimeoutError


@dataclass(eq=False)
class Worker:
    """One process, the grant and the release that it works for, and when it was last used."""

    process: Process
    grant: str
    release: str
    since: float = field(default_factory=time.monotonic)

    def ask(
        self,
        asked: dict[str, Any],
        *,
        seconds: float,
        most: int,
        look: Callable[[], None],
        keep: Callable[[bytearray], None],
    ) -> int:
        """Give the answer to one query to `keep`, piece by piece, and return how many rows it has.

        `look` is called again and again meanwhile, and ends it by raising. `most` bounds the bytes. Raises Gone,
        TimeoutError, or the refusal that the worker tells: then what was kept is no answer.
        """
        pace = _Pace(seconds + GRACE_SECONDS, look)
        self._write(pickle.dumps(asked), pace)
        while True:
            kind, content = self._read(pace)
            if kind == protocol.PIECE:
                most -= len(content)
                if most < 0:
                    raise Gone
                keep(content)
            elif kind == protocol.DONE:
                return int(content)
            else:
                raise _refusal(content)

    def _write(self, request: bytes, pace: _Pace) -> None:
        view = memoryview(protocol.LENGTH.pack(protocol.REQUEST, len(request)) + request)
        while view:
            pace.keep()
            if writable(self.process.requests, POLL_SECONDS):
                view = view[os.write(self.process.requests, view) :]

    def _read(self, pace: _Pace) -> tuple[bytes, bytearray]:
        kind, length = protocol.LENGTH.unpack(bytes(self._exactly(protocol.LENGTH.size, pace)))
        if length > protocol.PIECE_BYTES:
            raise Gone
        return kind, self._exactly(length, pace)

    def _exactly(self, length: int, pace: _Pace) -> bytearray:
        found = bytearray(length)
        view, filled = memoryview(found), 0
        while filled < length:
            pace.keep()
            if readable(self.process.answers, POLL_SECONDS):
                got = os.readv(self.process.answers, [view[filled : filled + READ_BYTES]])
                if not got:
                    raise Gone
                filled += got
        return found


def _refusal(content: bytearray) -> SandboxError:
    told = json.loads(bytes(content).decode("utf-8"))
    kind = _TOLD.get(told["class"])
    if kind is QueryRefused:
        return QueryRefused(told["line"], kind=told["kind"])
    if kind is DisclosureRefused:
        return DisclosureRefused(told["line"], rule=told["kind"])
    return kind(told["line"]) if kind else _used_up()


def _no_process() -> QueryRefused:
    return QueryRefused("expected a process for the query, found none; ask again", kind="process")


def _used_up() -> QueryRefused:
    return QueryRefused(
        "expected a query that its process can hold, found one that ended it; ask for less", kind="memory"
    )


class Workers:
    """All workers of a gateway: at most `most`, idle ones kept for `idle_seconds`."""

    def __init__(self, *, most: int, idle_seconds: float) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []
        self._coming = 0
        self._forks = Forks()

    def run(self, grant: str, cancelled: threading.Event, spool: Spool, form: Form, **asked: Any) -> Any:
        """As `sandbox.disclosure.control.answer`, in a worker of that grant; ends early when `cancelled` is set.

        A result of rows goes into the spool in that form, and comes back as Spooled; a company's, which is compared
        before it is told, comes back as a table. Raises what `answer` raises.
        """
        limits, lives = asked["limits"], asked.pop("lives", lambda: True)
        table = bytearray()
        whole = asked.get("rules") is not None

        def look() -> None:
            if cancelled.is_set():
                raise QueryRefused("expected somebody who waits for the answer, found nobody; ask again", kind="gone")
            if not lives():
                line = "expected access for as long as the query runs, found that it has ended; ask to renew it"
                raise QueryRefused(line, kind="access")

        worker = self._take(grant, asked["release"].release)
        try:
            rows = worker.ask(
                {**asked, "form": "arrow" if whole else form},
                seconds=limits.seconds,
                most=protocol.FORMED * limits.mebibytes * 2**20 + protocol.PIECE_BYTES,
                look=look,
                keep=table.extend if whole else spool.write,
            )
            answer = _whole(table, form) if whole else Spooled(rows)
        except (QueryRefused, ReleaseError, DisclosureRefused) as refusal:
            self._give_back(worker, kill=getattr(refusal, "kind", "") in ("gone", "access", "memory"))
            raise
        except TimeoutError:
            self._give_back(worker, kill=True)
            line = f"expected an answer within {limits.seconds:g} seconds; ask for less, or in smaller parts"
            raise QueryRefused(line, kind="time") from None
        except (Gone, OSError, ValueError, KeyError, pa.ArrowException):
            self._give_back(worker, kill=True)
            # Killed because the grant is over, or by a limit of its process.
            look()
            raise _used_up() from None
        except BaseException:
            self._give_back(worker, kill=True)
            raise
        self._give_back(worker, kill=False)
        return answer

    def grants(self) -> set[str]:
        """The grants that have workers, idle or busy."""
        with self._lock:
            return {worker.grant for worker in self._idle + self._busy}

    def missing(self) -> tuple[str, ...]:
        """Those of `nursery.LOCKS` that the workers do not have on this machine. Raises QueryRefused as `run`."""
        try:
            return self._forks.missing()
        except Gone:
            raise _no_process() from None

    def counts(self) -> tuple[int, int]:
        """How many are idle and how many busy."""
        with self._lock:
            return len(self._idle), len(self._busy)

    def end(self, grant: str) -> int:
        """Kill the workers of a grant; gives how many."""
        with self._lock:
            idle = [worker for worker in self._idle if worker.grant == grant]
            busy = [worker for worker in self._busy if worker.grant == grant]
            self._idle = [worker for worker in self._idle if worker.grant != grant]
            for worker in busy:
                # Whoever asked it notices, and lets go of it.
                worker.process.stop()
        for worker in idle:
            worker.process.end()
        return len(idle) + len(busy)

    def end_idle(self) -> None:
        """Kill those that nobody has used for a while."""
        with self._lock:
            old = [worker for worker in self._idle if time.monotonic() - worker.since > self._idle_seconds]
            self._idle = [worker for worker in self._idle if worker not in old]
        for worker in old:
            worker.process.end()

    def close(self) -> None:
        """Kill all."""
        with self._lock:
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.process.stop()
        for worker in idle:
            worker.process.end()
        self._forks.close()

    def _take(self, grant: str, release: str) -> Worker:
        with self._lock:
            mine = [worker for worker in self._idle if (worker.grant, worker.release) == (grant, release)]
            found = next((worker for worker in mine if worker.process.alive()), None)
            too_many = len(self._idle) + len(self._busy) + self._coming >= self._most
            gone = min(self._idle, key=lambda worker: worker.since) if not found and self._idle and too_many else None
            if chosen := found or gone:
                self._idle.remove(chosen)
            if found:
                self._busy.append(found)
                return found
            self._coming += 1
        if gone:
            gone.process.end()
        process = None
        try:
            process = self._forks.new()
        except Gone:
            raise _no_process() from None
        finally:
            with self._lock:
                self._coming -= 1
                if process:
                    self._busy.append(worker := Worker(process, grant, release))
        return worker

    def _give_back(self, worker: Worker, *, kill: bool) -> None:
        worker.since = time.monotonic()
        with self._lock:
            self._busy.remove(worker)
            kill = kill or not worker.process.alive()
            if not kill:
                self._idle.append(worker)
        if kill:
            worker.process.end()


def _whole(content: bytearray, form: Form) -> pa.Table:
    table = pa.ipc.open_stream(pa.py_buffer(content)).read_all()
    # It comes from a process that is not believed.
    table.validate(full=True)
    # Before it is written down as told.
    formats.require_names(table.schema, form)
    return table
