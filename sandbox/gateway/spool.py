"""Answers that wait to be sent: a little of each in memory, the rest in a file without a name, encrypted.

So the memory that an answer holds does not grow with it, however slowly it is read. The key is made for one answer
and is nowhere but in this process: what is on the disk can be read by nobody when the answer is gone, or the process.
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

PIECE_BYTES = 1 << 20
_NONCE_BYTES = 12


class NoRoom(SandboxError):
    """An answer cannot be kept on this disk until it is sent."""


class Spool:
    """The bytes of one answer: written once, then read once. `folder` is where its file goes, if it needs one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open = True
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self._key: AESGCM | None = None
        # The length of each encrypted piece in the file.
        self._lengths: list[int] = []
        self.size = 0

    def write(self, content: bytes | bytearray) -> None:
        """Keep more of the answer. Raises NoRoom, or ValueError when the spool was closed meanwhile."""
        with self._lock:
            if not self._open:
                raise ValueError("expected an open spool, found a closed one")
            self._held += content
            self.size += len(content)
            while len(self._held) >= PIECE_BYTES:
                self._put(bytes(self._held[:PIECE_BYTES]))
                del self._held[:PIECE_BYTES]

    def pieces(self) -> Iterator[bytes]:
        """The answer, piece by piece. Raises NoRoom when the disk does not give it back as it was written."""
        start = 0
        for number, length in enumerate(self._lengths):
            yield self._get(number, start, length)
            start += length
        if self._held:
            yield bytes(self._held)

    def close(self) -> None:
        """Forget the answer."""
        with self._lock:
            self._open = False
            self._held = bytearray()
            self._lengths = []
            if self._file is not None:
                self._file.close()

    def _put(self, piece: bytes) -> None:
        try:
            if self._file is None or self._key is None:
                self._key = AESGCM(AESGCM.generate_key(128))
                # Closed with the spool.
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
            sealed = self._key.encrypt(_nonce(len(self._lengths)), piece, None)
            view = memoryview(sealed)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            # Not chained: the message tells where the file is.
            raise NoRoom("expected room for the answer on the platform's disk, found none; tell who runs it") from None
        self._lengths.append(len(sealed))

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
