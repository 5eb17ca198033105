"""Packed files: gzip and zip are read as streams and never written out, so that nothing can unpack onto the disk.

A member that expands more than two hundredfold is no extract: it is given up as soon as it shows.
"""

import errno
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

MAX_EXPANSION = 200
SMALL = 16 * 1024 * 1024  # Up to here any expansion is harmless.
CHUNK_BYTES = 4 * 1024 * 1024

# What unpacking may meet in a damaged file.
_DAMAGE = (EOFError, ValueError, struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class PackedError(ValueError):
    """A packed file does not hold exactly one readable member, or expands beyond reason; the text holds no value."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A delivered file, packed or not; `.gz` and `.zip` tell how."""

    path: Path

    @property
    def is_packed(self) -> bool:
        """Whether the name says so."""
        return self.path.suffix in (".gz", ".zip")

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The content as a stream of bytes. Raises PackedError, also while it is read."""
        with ExitStack() as stack:
            if self.path.suffix == ".gz":
                yield self._bounded(cast(BinaryIO, stack.enter_context(gzip.open(self.path, "rb"))))
            elif self.path.suffix == ".zip":
                yield self._bounded(self._member(stack))
            else:
                yield stack.enter_context(self.path.open("rb"))

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces. Raises PackedError."""
        with self.open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk

    def _member(self, stack: ExitStack) -> BinaryIO:
        try:
            archive = stack.enter_context(zipfile.ZipFile(self.path))
            members = archive.infolist()
            if len(members) != 1 or members[0].is_dir():
                raise PackedError(f"a zip of {len(members)} members, where one file was expected")
            if members[0].flag_bits & 1:
                raise PackedError("a zip that asks for a password")
            return cast(BinaryIO, stack.enter_context(archive.open(members[0])))
        except PackedError:
            raise
        except (*_DAMAGE, NotImplementedError, OSError) as error:
            _raise_of_disk(error)
            raise PackedError("a file that is no readable zip") from None

    def _bounded(self, stream: BinaryIO) -> BinaryIO:
        limit = max(SMALL, self.path.stat().st_size * MAX_EXPANSION)
        return cast(BinaryIO, io.BufferedReader(_Bounded(stream, limit), CHUNK_BYTES))


class _Bounded(io.RawIOBase):
    """A stream that raises PackedError once more than `limit` bytes came out of it."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._left = stream, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (*_DAMAGE, OSError) as error:
            _raise_of_disk(error)
            raise PackedError("a packed file that is damaged") from None
        self._left -= len(data)
        if self._left < 0:
            raise PackedError(f"a packed file that expands more than {MAX_EXPANSION} times")
        buffer[: len(data)] = data
        return len(data)


def _raise_of_disk(error: Exception) -> None:
    """Raise an error that came from the disk and not from what the file holds; a wild offset is told as EINVAL."""
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        raise error
