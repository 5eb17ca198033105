"""Which system calls a worker may still make, held by the kernel (seccomp): what an engine needs to read and to count.

All others are answered as by a kernel that has none of them: no process, no program, no socket, no signal to another,
no tracing, no namespace, no mount. The list is of what is allowed, so that what comes with a later kernel is not.
"""

import ctypes
import errno
import os

# libseccomp writes the filter for the processor at hand; Debian's own package manager needs it, so that it is there.
LIBRARY = "libseccomp.so.2"
_ALLOW, _NOT_THERE = 0x7FFF0000, 0x00050000 | errno.ENOSYS
_ALL_THREADS, _PR_GET_SECCOMP = 4, 21
# Files that were opened before, or that Landlock lets be opened; memory; threads of this process; clocks.
_FREE = """
read readv pread64 preadv write writev lseek close fstat stat lstat newfstatat statx open openat access faccessat
faccessat2 readlink readlinkat getdents64 getcwd fstatfs statfs fadvise64 poll ppoll pselect6
mmap munmap mremap mprotect madvise brk membarrier
futex set_robust_list rseq set_tid_address sched_yield sched_getaffinity exit exit_group restart_syscall
rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday
getpid getppid gettid getuid geteuid getgid getegid getrusage sysinfo uname getrandom
"""


class _When(ctypes.Structure):
    """A call is allowed when this argument, under this mask, has this value (`struct scmp_arg_cmp`)."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("comparison", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


_MASKED_EQUAL, _WHOLE = 7, 2**64 - 1
_CLONE_THREAD, _SET_NAME = 0x10000, 15
# Of fcntl: another number of a file, and its flags; not who is signalled about it.
_DUPLICATE, _DUPLICATE_CLOSED, _GET_CLOSED, _SET_CLOSED, _GET_FLAGS, _SET_FLAGS = 0, 1030, 1, 2, 3, 4
_CLOSE_ON_EXEC, _KEEP_ON_EXEC, _TERMINAL = 0x5451, 0x5450, 0x5401


def _equal(argument: int, value: int, mask: int = _WHOLE) -> _When:
    return _When(argument, _MASKED_EQUAL, mask, value)


def _for_one_use() -> list[tuple[str, _When]]:
    """Calls that are allowed for one use alone."""
    return [
        # A thread, and no process.
        ("clone", _equal(0, _CLONE_THREAD, _CLONE_THREAD)),
        # Limits of its own, and signals to itself.
        ("prlimit64", _equal(0, 0)),
        ("tgkill", _equal(0, os.getpid())),
        # The name of a thread.
        ("prctl", _equal(0, _SET_NAME)),
        *(
            ("fcntl", _equal(1, command))
            for command in (_DUPLICATE, _DUPLICATE_CLOSED, _GET_CLOSED, _SET_CLOSED, _GET_FLAGS, _SET_FLAGS)
        ),
        # How Python opens files.
        *(("ioctl", _equal(1, request)) for request in (_CLOSE_ON_EXEC, _KEEP_ON_EXEC, _TERMINAL)),
    ]


def filtering() -> ctypes.CDLL | None:
    """The library that writes filters; None where it is missing, or the kernel takes none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    return library if ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0 else None


def only_what_a_query_needs() -> bool:
    """From now on this process makes the calls of the list alone, in all its threads.

    Needs `no_new_privs`. Gives False where libseccomp or the kernel's part of it is missing. Raises OSError when it is
    there, and fails.
    """
    library = filtering()
    if library is None:
        return False
    library.seccomp_init.restype = ctypes.c_void_p
    filter_ = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_NOT_THERE)))
    _checked(library.seccomp_attr_set(filter_, _ALL_THREADS, ctypes.c_uint32(1)))
    for name, when in [*((name, None) for name in _FREE.split()), *_for_one_use()]:
        call = library.seccomp_syscall_resolve_name(name.encode("ascii"))
        # Other processors have fewer.
        if call >= 0:
            count, conditions = (0, None) if when is None else (1, ctypes.byref(when))
            _checked(library.seccomp_rule_add_array(filter_, ctypes.c_uint32(_ALLOW), call, count, conditions))
    _checked(library.seccomp_load(filter_))
    library.seccomp_release(filter_)
    return True


def _checked(result: int) -> None:
    # It gives the negative of an error's number.
    if result < 0:
        raise OSError(-result, "seccomp")
