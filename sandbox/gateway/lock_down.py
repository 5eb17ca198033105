"""What a worker gives up before it sees a query: network, new files, more memory or processes, being looked into.

Nothing beyond the standard library is imported here, because most of it comes before anything else is loaded.
"""

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
# The third version of their layout, of two times three words.
_CAPABILITIES = 0x20080522
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
OPEN_FILES = 128
# Threads of the engine, of Arrow, and the watchdogs, over what the account has already.
MORE_TASKS = 64
# Address space beside the engine's own memory: code, stacks, Arrow's buffers, the result.
BESIDE_BYTES = 6 * 2**30


def lock_down() -> bool:
    """Give up what a query never needs, for this process and those forked from it; gives whether it has no network.

    Raises OSError when the kernel does not let go of a privilege.
    """
    if os.geteuid() == 0:
        os.setgroups([])
    libc = ctypes.CDLL(None, use_errno=True)
    # A network of its own, with nothing in it; where the kernel does not give one, the engine's own lock remains.
    alone = libc.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET) == 0
    # What root may do beyond others, and who made the namespace in it.
    if libc.capset(struct.pack("=Ii", _CAPABILITIES, 0), bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        _give_up(libc, option, value)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        # It writes to the pipe to its parent, and to no file.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _lower(limit, value)
    return bool(alone)


def keep_to_itself() -> None:
    """Keep this process, which holds keys, out of core dumps and from being looked into by others of its account."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _give_up(ctypes.CDLL(None, use_errno=True), _PR_SET_DUMPABLE, 0)


def of_one_process() -> None:
    """What each process gives up for itself: living on without the one that started it, and more threads than it needs.

    Raises OSError as `lock_down`.
    """
    _give_up(ctypes.CDLL(None, use_errno=True), _PR_SET_PDEATHSIG, signal.SIGKILL)
    _lower(resource.RLIMIT_NPROC, _tasks() + MORE_TASKS)


def _give_up(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def bound(*, memory_bytes: int, cpu_seconds: float) -> None:
    """Bound the next query: address space, and processor time from now on."""
    _lower(resource.RLIMIT_AS, memory_bytes + BESIDE_BYTES, hard=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + cpu_seconds) + 1, hard=False)


def _lower(limit: int, value: int, *, hard: bool = True) -> None:
    _, most = resource.getrlimit(limit)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (value, value if hard else most))


def _tasks() -> int:
    """How many threads the account has now: the kernel's limit counts all of them."""
    count = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and process.stat().st_uid == os.geteuid():
                count += len(list((process / "task").iterdir()))
        except OSError:  # It has ended meanwhile, or is another's.
            continue
    return count
