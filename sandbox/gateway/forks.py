"""Worker processes as the gateway holds them: asked from the nursery, watched and killed by a handle of the kernel's.

A handle (pidfd) is of one process for ever, so that no other process is killed in the place of one that has ended.
"""

import contextlib
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass

from sandbox.gateway import nursery

START_SECONDS = 60.0
FORK_SECONDS = 10.0
END_SECONDS = 5.0
PIPE_BYTES = 1 << 20


class Gone(Exception):
    """The process has ended, or was killed."""


@dataclass(frozen=True, slots=True)
class Process:
    """One worker process: its handle, and the ends of its pipes that are the gateway's."""

    handle: int
    requests: int
    answers: int

    def alive(self) -> bool:
        """Whether it still runs."""
        return not readable(self.handle, 0)

    def stop(self) -> None:
        """Kill it; whoever uses it notices."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, wait until it is gone, and let go of it; only when nobody uses it any more."""
        self.stop()
        readable(self.handle, END_SECONDS)
        for descriptor in (self.handle, self.requests, self.answers):
            os.close(descriptor)


class Forks:
    """The nursery of a gateway: started with it, and again when it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        # The machine is the same for every nursery.
        self._missing: tuple[str, ...] | None = None
        self._start()

    def new(self) -> Process:
        """A worker that waits for requests. Raises Gone."""
        with self._lock, contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            try:
                requests, mine = os.pipe()
                theirs.callback(os.close, requests)
                ours.callback(os.close, mine)
                yours, answers = os.pipe()
                theirs.callback(os.close, answers)
                ours.callback(os.close, yours)
            except OSError:  # As many files are open as may be: the nursery is not to blame.
                raise Gone from None
            with contextlib.suppress(OSError):  # What an account may hold in pipes is bounded.
                fcntl.fcntl(answers, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            # It may stop reading in the middle of a request.
            os.set_blocking(mine, False)
            handle = self._fork(requests, answers)
            ours.pop_all()
        return Process(handle, mine, yours)

    def missing(self) -> tuple[str, ...]:
        """Those of `nursery.LOCKS` that workers do not have on this machine. Raises Gone."""
        if self._missing is None:
            with self._lock:
                try:
                    self._wait_until_ready()
                except OSError:
                    raise Gone from None
        return self._missing or ()

    def close(self) -> None:
        """End the nursery, and with it whatever of its children is left."""
        with self._lock:
            self._closed = True
            self._end()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        self._ready = False
        with theirs:
            self._nursery = subprocess.Popen(  # noqa: S603 - fixed arguments
                [sys.executable, "-I", "-m", nursery.__name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # No variable of the gateway, which may hold keys and addresses. A fork keeps only one thread.
                env={"OPENBLAS_NUM_THREADS": "1"} | ({"TZ": os.environ["TZ"]} if "TZ" in os.environ else {}),
                cwd="/",
                pass_fds=[theirs.fileno()],
            )

    def _end(self) -> None:
        self._control.close()
        self._nursery.kill()
        self._nursery.wait()

    def _fork(self, *pipes: int) -> int:
        """The handle of a fork with these ends of pipes, of another nursery when this one has ended. Raises Gone."""
        for again in (True, False):
            if self._closed:
                break
            try:
                return self._ask(*pipes)
            except OSError:
                self._end()
                if again:
                    self._start()
        raise Gone

    def _ask(self, *pipes: int) -> int:
        self._wait_until_ready()
        socket.send_fds(self._control, [nursery.FORK], list(pipes))
        said, handles, _, _ = socket.recv_fds(self._control, 1, 1)
        if said == nursery.NONE:
            raise Gone
        if said != nursery.FORK or not handles:
            raise ConnectionResetError
        os.set_inheritable(handles[0], False)
        return handles[0]

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        self._control.settimeout(START_SECONDS)
        said = self._control.recv(1 + len(nursery.LOCKS))
        if said[:1] != nursery.READY:
            raise ConnectionResetError
        self._missing = tuple(lock for lock, held in zip(nursery.LOCKS, said[1:], strict=True) if not held)
        self._control.settimeout(FORK_SECONDS)
        self._ready = True


def readable(descriptor: int, seconds: float) -> bool:
    """Whether it can be read, or a process of that handle has ended, within so many seconds."""
    return _ready(descriptor, select.POLLIN, seconds)


def writable(descriptor: int, seconds: float) -> bool:
    """Whether something can be written into it, or nobody reads it any more, within so many seconds."""
    return _ready(descriptor, select.POLLOUT, seconds)


def _ready(descriptor: int, event: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(seconds * 1000))
