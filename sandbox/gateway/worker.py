"""A worker: a process of its own that runs the queries of one session, and nothing else.

It reads requests from standard input and writes answers to standard output, each with its length before it. A request
comes from the gateway, which it trusts; an answer is bytes that the gateway does not trust, so no objects are in it:
`A` and an Arrow stream, or `E` and a line of JSON. When the gateway is gone, so is the worker.
"""

import os

from sandbox.gateway.lock_down import bound, lock_down

if __name__ == "__main__":
    lock_down()

import json
import pickle
import queue
import re
import struct
import sys
import threading
from typing import Any, BinaryIO

import pyarrow as pa

from sandbox.disclosure.control import answer
from sandbox.errors import SandboxError
from sandbox.gateway.landlock import read_only_from
from sandbox.query import BATCH_ROWS

LENGTH = struct.Struct(">cQ")
ANSWER, ERROR, REQUEST, READY = b"A", b"E", b"Q", b"R"
_UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}


def send(pipe: BinaryIO, kind: bytes, content: bytes | memoryview) -> None:
    """Write one frame: its kind, its length, its content."""
    pipe.write(LENGTH.pack(kind, len(content)))
    pipe.write(content)
    pipe.flush()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    waiting: queue.Queue[bytes] = queue.Queue()

    def listen() -> None:
        while head := requests.read(LENGTH.size):
            waiting.put(requests.read(LENGTH.unpack(head)[1]))
        # The gateway has gone, perhaps while a query runs.
        os._exit(0)

    threading.Thread(target=listen, name="requests", daemon=True).start()
    send(answers, READY, b"")
    closed = False
    while True:
        asked = pickle.loads(waiting.get())  # noqa: S301 - from the process that started this one
        if not closed:
            # A worker has one release for all its life.
            read_only_from([asked["release"].folder])
            closed = True
        send(answers, *_answer(asked))


def _answer(asked: dict[str, Any]) -> tuple[bytes, bytes | memoryview]:
    limits = asked["limits"]
    bound(memory_bytes=bytes_of(limits.memory), cpu_seconds=limits.seconds * limits.threads + 5)
    try:
        table = answer(**asked)
    except SandboxError as refusal:
        told = {
            "class": type(refusal).__name__,
            "line": str(refusal),
            "kind": getattr(refusal, "kind", getattr(refusal, "rule", "")),
        }
        return ERROR, json.dumps(told).encode("utf-8")
    except (MemoryError, RuntimeError):
        return ERROR, json.dumps({"class": "MemoryError", "line": "", "kind": "memory"}).encode("utf-8")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table, max_chunksize=BATCH_ROWS * 16)
    return ANSWER, memoryview(sink.getvalue())


def bytes_of(size: str) -> int:
    """Bytes of a size in DuckDB's form, such as 2GB."""
    found = re.fullmatch(r"([0-9.]+)\s?(MB|GB|MiB|GiB)", size)
    if not found:
        raise ValueError("expected a size such as 2GB")
    return int(float(found[1]) * _UNITS[found[2]])


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
