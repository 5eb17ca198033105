"""The nursery: a process from which the workers are forked, so that one is there in milliseconds and shares its code.

It is locked down before it loads anything, holds no key and sees no query: those come to its children by pipes that
the gateway makes. Each request brings the two ends of a worker's pipes; what goes back is a handle of the worker, by
which the gateway watches and kills that process and no other. When the gateway is gone, so are the nursery and its
children.
"""

import os

from sandbox.gateway.lock_down import lock_down, of_one_process

if __name__ == "__main__":
    _alone = lock_down()

import gc
import select
import socket
import sys

from sandbox.gateway.landlock import landlock_version
from sandbox.gateway.system_calls import filtering
from sandbox.gateway.worker import serve

FORK, READY, NONE = b"F", b"R", b"N"
# What the kernel closes to a worker, as far as it can on this machine; told with READY, a byte each.
LOCKS = ("network", "files", "system calls")
# How often children that have ended are forgotten.
REAP_SECONDS = 1.0


def nurse(control: socket.socket, *, alone: bool) -> None:
    """Fork a worker for each request until the gateway is gone; `alone` tells whether there is no network here."""
    # What is there now is never collected: the children go on sharing its memory.
    gc.collect()
    gc.freeze()
    control.sendall(READY + bytes([alone, landlock_version() >= 1, filtering() is not None]))
    while True:
        if not select.select([control], [], [], REAP_SECONDS)[0]:
            _forget_ended()
            continue
        said, pipes, _, _ = socket.recv_fds(control, 1, 2)
        if not said:
            os._exit(0)
        _forget_ended()
        mother = os.getpid()
        try:
            child = os.fork()
        except OSError:
            # As many processes run as may: the others go on.
            control.sendall(NONE)
            for pipe in pipes:
                os.close(pipe)
            continue
        if child == 0:
            control.close()
            _work(mother, *pipes)
        for pipe in pipes:
            os.close(pipe)
        # It cannot be another process of that number: who has ended is still there until it is forgotten above.
        handle = os.pidfd_open(child)
        socket.send_fds(control, [FORK], [handle])
        os.close(handle)


def _work(mother: int, requests: int, answers: int) -> None:
    """Be a worker; never returns."""
    try:
        of_one_process()
        # Otherwise the mother has ended before this process was to end with her.
        if os.getppid() == mother:
            serve(os.fdopen(requests, "rb"), os.fdopen(answers, "wb"))
    finally:
        os._exit(1)


def _forget_ended() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # There is none.
        pass


if __name__ == "__main__":
    nurse(socket.socket(fileno=int(sys.argv[1])), alone=_alone)
