"""The gateway's workers: started, asked, watched and killed. One belongs to one grant and one release.

A worker runs untrusted SQL, so it is believed nothing but an Arrow table or a refusal, and is killed rather than asked
to stop: when its grant is over, when it takes too long, when whoever asked is gone, or when it has been idle.
"""

import contextlib
import json
import os
import pickle
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from sandbox import errors
from sandbox.errors import DisclosureRefused, QueryRefused, ReleaseError, SandboxError
from sandbox.gateway import worker as protocol

POLL_SECONDS = 0.2
# How long a query may go on after its own clock has cut it, until its process is killed.
GRACE_SECONDS = 3.0
START_SECONDS = 60.0
READ_BYTES = 1 << 20
_TOLD = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, SandboxError)}


class Gone(Exception):
    """The process has ended, or was killed."""


@dataclass(eq=False)
class Worker:
    """One process. `grant` and `release` are those that it works for, `since` is when it was last used."""

    grant: str = ""
    release: str = ""
    since: float = field(default_factory=time.monotonic)
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - fixed arguments
            [sys.executable, "-I", "-m", protocol.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # No variable of the gateway, which may hold keys and addresses.
            env={"TZ": os.environ["TZ"]} if "TZ" in os.environ else {},
            cwd="/",
            close_fds=True,
        )

    def wait_until_ready(self) -> None:
        """Raises Gone when the process does not come up."""
        kind, _ = self._read(time.monotonic() + START_SECONDS, lambda: None, most=0)
        if kind != protocol.READY:
            raise Gone

    def ask(self, asked: dict[str, Any], *, seconds: float, most: int, look: Callable[[], None]) -> pa.Table:
        """The result of one query; `look` is called again and again meanwhile, and ends it by raising.

        `most` bounds the bytes of an answer. Raises Gone, or the refusal that the worker tells.
        """
        request = pickle.dumps(asked)
        try:
            stdin = self.process.stdin
            assert stdin is not None
            protocol.send(stdin, protocol.REQUEST, request)  # type: ignore[arg-type]
        except OSError:
            raise Gone from None
        kind, content = self._read(time.monotonic() + seconds + GRACE_SECONDS, look, most=most)
        if kind == protocol.ANSWER:
            return pa.ipc.open_stream(pa.py_buffer(content)).read_all()
        raise _refusal(content)

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read(self, until: float, look: Callable[[], None], *, most: int) -> tuple[bytes, bytearray]:
        head = self._exactly(protocol.LENGTH.size, until, look)
        kind, length = protocol.LENGTH.unpack(bytes(head))
        if length > most:
            raise Gone
        return kind, self._exactly(length, until, look)

    def _exactly(self, length: int, until: float, look: Callable[[], None]) -> bytearray:
        assert self.process.stdout is not None
        pipe = self.process.stdout.fileno()
        found = bytearray(length)
        view, filled = memoryview(found), 0
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            looked = 0.0
            while filled < length:
                if time.monotonic() - looked >= POLL_SECONDS:
                    look()
                    looked = time.monotonic()
                if looked > until:
                    raise TimeoutError
                if selector.select(POLL_SECONDS):
                    got = os.readv(pipe, [view[filled : filled + READ_BYTES]])
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


def _used_up() -> QueryRefused:
    return QueryRefused(
        "expected a query that its process can hold, found one that ended it; ask for less", kind="memory"
    )


class Workers:
    """All workers of a gateway: at most `most`, idle ones kept for `idle_seconds`; and one more that waits for work."""

    def __init__(self, *, most: int, idle_seconds: float) -> None:
        self._most = most
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []
        self._spare: Worker | None = None

    def run(self, grant: str, cancelled: threading.Event, **asked: Any) -> pa.Table:
        """As `sandbox.disclosure.control.answer`, in a worker of that grant; ends early when `cancelled` is set.

        Raises what `answer` raises.
        """
        limits, lives = asked["limits"], asked.pop("lives", lambda: True)

        def look() -> None:
            if cancelled.is_set():
                raise QueryRefused("expected somebody who waits for the answer, found nobody; ask again", kind="gone")
            if not lives():
                line = "expected access for as long as the query runs, found that it has ended; ask to renew it"
                raise QueryRefused(line, kind="access")

        worker = self._take(grant, asked["release"].release)
        most = 2 * limits.mebibytes * 2**20
        try:
            table = worker.ask(asked, seconds=limits.seconds, most=most, look=look)
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
        return table

    def grants(self) -> set[str]:
        """The grants that have workers, idle or busy."""
        with self._lock:
            return {worker.grant for worker in self._idle + self._busy}

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
            # Whoever asked it waits for its end and closes its pipes.
            worker.process.kill()
        for worker in idle:
            worker.kill()
        return len(idle) + len(busy)

    def end_idle(self) -> None:
        """Kill those that nobody has used for a while."""
        with self._lock:
            old = [worker for worker in self._idle if time.monotonic() - worker.since > self._idle_seconds]
            self._idle = [worker for worker in self._idle if worker not in old]
        for worker in old:
            worker.kill()

    def close(self) -> None:
        """Kill all."""
        with self._lock:
            idle, self._idle = self._idle, []
            busy = list(self._busy)
            idle += [self._spare] if self._spare else []
            self._spare = None
        for worker in idle:
            worker.kill()
        for worker in busy:
            worker.process.kill()

    def _take(self, grant: str, release: str) -> Worker:
        with self._lock:
            mine = [worker for worker in self._idle if (worker.grant, worker.release) == (grant, release)]
            found = next((worker for worker in mine if worker.alive()), None)
            too_many = len(self._idle) + len(self._busy) >= self._most
            gone = min(self._idle, key=lambda worker: worker.since) if not found and self._idle and too_many else None
            if chosen := found or gone:
                self._idle.remove(chosen)
            fresh = found is None
            if found is None:
                found = self._spare if self._spare and self._spare.alive() else Worker()
                # The next one comes up while this one works.
                self._spare = Worker()
                found.grant, found.release = grant, release
            self._busy.append(found)
        if gone:
            gone.kill()
        if fresh:
            try:
                found.wait_until_ready()
            except (Gone, TimeoutError):
                self._give_back(found, kill=True)
                raise QueryRefused("expected a process for the query, found none; ask again", kind="process") from None
        return found

    def _give_back(self, worker: Worker, *, kill: bool) -> None:
        worker.since = time.monotonic()
        with self._lock:
            if worker in self._busy:
                self._busy.remove(worker)
            kill = kill or not worker.alive()
            if not kill:
                self._idle.append(worker)
        if kill:
            worker.kill()
