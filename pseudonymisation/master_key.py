"""The master key: 32 bytes that wrap every other key, and where they come from.

A provider reads it, from a file beside the ring (the embedded default), from the environment, or from a command that
asks a vault or a hardware module. What a provider says besides the key is never told: it may be secret.
"""

import base64
import binascii
import fcntl
import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Protocol

from pseudonymisation.errors import KeyRingError

KEY_BYTES = 32
FILE = "master.key"
COMMAND_SECONDS = 10
PROVIDERS = ("file", "environment", "command")
KEY_VARIABLE, COMMAND_VARIABLE = "OEVERUM_MASTER_KEY", "OEVERUM_MASTER_KEY_COMMAND"


class MasterKey(Protocol):
    """A provider of the master key."""

    def read(self, *, may_make: bool) -> bytes:
        """The 32 bytes; made now if there are none, the provider can, and `may_make`. Raises KeyRingError."""


def provider(name: str, *, folder: Path, key: str | None, command: str | None) -> MasterKey:
    """The provider of a name in PROVIDERS, for a ring in `folder`; `key` and `command` are what the environment holds.

    Raises KeyRingError for another name.
    """
    match name:
        case "file":
            return FileKey(folder / FILE)
        case "environment":
            return EnvironmentKey(key)
        case "command":
            return CommandKey(command)
    raise KeyRingError(f"OEVERUM_KEY_PROVIDER is {name!r}; expected {', '.join(PROVIDERS)}")


@dataclass(frozen=True, slots=True)
class FileKey:
    """In a file of mode 0600, made on first use."""

    path: Path

    def read(self, *, may_make: bool) -> bytes:
        """See MasterKey."""
        if not self.path.exists():
            if not may_make:
                raise KeyRingError(f"{self.path} is missing; restore it from its backup: no key can be read without it")
            write_private(self.path, base64.b64encode(token_bytes(KEY_BYTES)) + b"\n")
        refuse_loose(self.path, 0o600)
        return _decoded(self.path.read_text(encoding="ascii", errors="replace"), str(self.path))


@dataclass(frozen=True, slots=True)
class EnvironmentKey:
    """In base64, in an environment variable."""

    text: str | None = field(repr=False)

    def read(self, *, may_make: bool) -> bytes:
        """See MasterKey; it never makes one."""
        if not self.text:
            raise KeyRingError(f"{KEY_VARIABLE} is not set; set it to 32 bytes in base64, or name another provider")
        return _decoded(self.text, KEY_VARIABLE)


@dataclass(frozen=True, slots=True)
class CommandKey:
    """Printed in base64 by a command, which is run without a shell."""

    command: str | None = field(repr=False)

    def read(self, *, may_make: bool) -> bytes:
        """See MasterKey; it never makes one."""
        try:
            words = shlex.split(self.command or "")
        except ValueError:
            words = []
        if not words:
            raise KeyRingError(f"{COMMAND_VARIABLE} is no command; set it to one that prints 32 bytes in base64")
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise KeyRingError(f"{COMMAND_VARIABLE} gave no key within {COMMAND_SECONDS} s; run it by hand") from None
        except OSError as error:
            raise KeyRingError(f"{COMMAND_VARIABLE} cannot be run ({type(error).__name__}); run it by hand") from None
        if done.returncode:
            raise KeyRingError(f"{COMMAND_VARIABLE} ended with code {done.returncode}; run it by hand")
        return _decoded(done.stdout.decode("ascii", errors="replace"), COMMAND_VARIABLE)


def write_private(path: Path, content: bytes) -> None:
    """Write a file of keys (mode 0600) in one act, and have it on disk before returning; for one writer at a time."""
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink()  # Of a process that was killed.
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Be the only one inside, of all processes, by a lock beside the keys. Raises KeyRingError when it is loose."""
    descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        refuse_loose(lock, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def overwritten(path: Path) -> Iterator[None]:
    """What the block puts another file in the place of is overwritten with zeros, unless it lies elsewhere too."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        yield
        found = os.fstat(descriptor)
        if not found.st_nlink:
            os.write(descriptor, bytes(found.st_size))
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_loose(path: Path, wanted: int) -> None:
    """Raise KeyRingError when others than the owner may read a file or folder of keys."""
    found = stat.S_IMODE(path.stat().st_mode)
    if found & 0o777 & ~wanted:
        raise KeyRingError(
            f"{path} has mode {found:04o}, expected {wanted:04o}; others may have read the keys: "
            f"run chmod {wanted:04o} {path}, and rotate them if they did"
        )


def _decoded(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyRingError(f"{place} holds no key; expected {KEY_BYTES} bytes in base64") from None
    return key
