"""Which files a worker may still read, held by the kernel (Landlock): its release, and what programs are made of.

The gateway runs under the same account, and its environment may hold keys and addresses: without this, the engine's
own lock alone would stand before them.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

# The same numbers on every processor.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_TCP = 0b11
# Code, and what the engine asks about the machine and its own process; nothing of other processes.
_PROGRAMS = ("/usr", "/lib", "/lib64", "/etc/localtime", "/proc/self", "/proc/meminfo", "/sys/fs/cgroup")
_DEVICES = ("/sys/devices/system/cpu", "/dev/null", "/dev/urandom")
_OURS = ("ingestion", "pseudonymisation", "quality", "sandbox")


def landlock_version() -> int:
    """The version of the kernel's Landlock; less than 1 when it has none."""
    return int(ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION))


def read_only_from(folders: Iterable[Path]) -> bool:
    """From now on this thread and those that it starts open files in these folders alone, to read them; and no TCP.

    Needs `no_new_privs`. Gives False where the kernel has no Landlock. Raises OSError when it has, and fails.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = landlock_version()
    if version < 1:
        return False
    # All rights that this version knows, up to the truncation of files.
    rights = (1 << (13 + min(version - 1, 2))) - 1
    attributes = struct.pack("=QQ", rights, _TCP) if version >= 4 else struct.pack("=Q", rights)
    rules = _checked(libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))
    here = Path(__file__).parents[2]
    ours = (here / name for name in _OURS)
    programs = (Path(path) for path in (sys.prefix, sys.base_prefix, *_PROGRAMS, *_DEVICES))
    for path in (*folders, *ours, *programs):
        if not path.exists():
            continue
        allowed = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _checked(libc.syscall(_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", allowed, opened), 0))
        os.close(opened)
    _checked(libc.syscall(_RESTRICT, rules, 0))
    os.close(rules)
    return True


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return result
