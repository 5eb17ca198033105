"""Answers that wait to be sent: in memory while there is room, the rest in a file without a name, encrypted.

So the memory that answers hold together is bounded, however many there are, into however many pieces they were cut, and
however slowly they are read: a room that they share, and of each one its last 16 KiB and what is sent of the file just
now. The key of a file is made for one answer and is nowhere but in this process: what is on the disk can be read by
nobody when the answer is gone, or the process.
"""

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox.errors import SandboxError

# What an answer has in memory for itself, so that a count or a short table needs neither room nor disk: a sandbox's 512
# answers together 8 MiB. What is larger goes into the room or the file, in pieces of half of it on average at least.
OWN_BYTES = 1 << 14
# What is read of the file, and held, at once. Two are: while one is sent, the next one waits.
BLOCK_BYTES = 1 << 16
_NONCE_BYTES = 12


class NoRoom(SandboxError):
    """An answer cannot be kept on this disk until it is sent."""


class Room:
    """Memory that the answers of a gateway may take together, beyond the little that each has for itself."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Take so many bytes; False when there are not so many left."""
        with self._lock:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give_back(self, size: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._left += size


class Spool:
    """The bytes of one answer: written once, then read once. `folder` is where its file goes, if it needs one."""

    def __init__(self, folder: Path | None = None, room: Room | None = None) -> None:
        self._folder = folder
        self._room = room or Room(0)
        self._lock = threading.Lock()
        self._open = True
        # Each piece, or its length in the file, where it is encrypted; and what comes after them.
        self._pieces: list[bytes | bytearray | int] = []
        self._last = bytearray()
        self._taken = 0
        self._file: BinaryIO | None = None
        self._key: AESGCM | None = None
        self.size = 0

    def write(self, content: bytes | bytearray) -> None:
        """Keep more of the answer. Raises NoRoom, or ValueError when the spool was closed meanwhile."""
        with self._lock:
            if not self._open:
                raise ValueError("expected an open spool, found a closed one")
            size = len(content)
            if len(self._last) + size > OWN_BYTES and self._last:
                self._store(self._last)
                self._last = bytearray()
            if size > OWN_BYTES:
                self._store(content)
            else:
                self._last += content
            self.size += size

    def pieces(self) -> Iterator[memoryview]:
        """The answer, piece by piece. Raises NoRoom when the disk does not give it back as it was written."""
        start = 0
        for number, piece in enumerate(self._pieces):
            if isinstance(piece, int):
                yield memoryview(self._get(number, start, piece))
                start += piece
            else:
                yield memoryview(piece)
        if self._last:
            yield memoryview(self._last)

    def close(self) -> None:
        """Forget the answer."""
        with self._lock:
            self._open = False
            self._pieces = []
            self._last = bytearray()
            self._room.give_back(self._taken)
            self._taken = 0
            if self._file is not None:
                self._file.close()

    def _store(self, piece: bytes | bytearray) -> None:
        if self._room.take(len(piece)):
            self._taken += len(piece)
            self._pieces.append(piece)
            return
        view = memoryview(piece)
        for at in range(0, len(view), BLOCK_BYTES):
            self._put(view[at : at + BLOCK_BYTES])

    def _put(self, block: memoryview) -> None:
        try:
            if self._file is None or self._key is None:
                self._key = AESGCM(AESGCM.generate_key(128))
                # Closed with the spool.
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
            sealed = self._key.encrypt(_nonce(len(self._pieces)), block, None)
            view = memoryview(sealed)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            # Not chained: the message tells where the file is.
            raise NoRoom("expected room for the answer on the platform's disk, found none; tell who runs it") from None
        self._pieces.append(len(sealed))

    def _get(self, number: int, start: int, length: int) -> bytes:
        with self._lock:
            if self._file is None or self._key is None or not self._open:
                raise ValueError("expected an open spool, found a closed one")
            try:
                return self._key.decrypt(_nonce(number), os.pread(self._file.fileno(), length, start), None)
            except (OSError, InvalidTag):
                raise NoRoom("expected the answer as it was kept, found another; ask again") from None


def _nonce(number: int) -> bytes:
    """One for each piece; the key is used for one answer alone."""
    return number.to_bytes(_NONCE_BYTES, "big")
