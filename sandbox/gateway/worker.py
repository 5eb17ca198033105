"""A worker: a process of its own that runs the queries of one session, and nothing else.

It reads requests from a pipe and writes answers to another, each with its length before it. A request comes from the
gateway, which it trusts; an answer is bytes that the gateway does not trust, so no objects are in it: pieces of the
result in the form that was asked for, while the engine gives it, and then how many rows they were; or a refusal as a
line of JSON, in place of the pieces that came before it. When the gateway is gone, so is the worker.
"""

import json
import os
import pickle
import queue
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO

import duckdb

from sandbox.disclosure.control import answer
from sandbox.errors import QueryRefused, SandboxError
from sandbox.gateway import formats
from sandbox.gateway.landlock import read_only_from
from sandbox.gateway.lock_down import bound
from sandbox.gateway.system_calls import only_what_a_query_needs
from sandbox.manifest import Release
from sandbox.query import Limits, Reading, engine_of, reading
from sandbox.scan import Held

LENGTH = struct.Struct(">cQ")
PIECE, DONE, ERROR, REQUEST = b"P", b"D", b"E", b"Q"
PIECE_BYTES = 1 << 20
# An answer in its form may have so many times the bytes that a result may have.
FORMED = 2
# What a session keeps of the columns that it asks for again.
HELD_BYTES = 256 * 2**20
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
        while request := _next(requests):
            waiting.put(request)
        # The gateway has gone, perhaps while a query runs.
        os._exit(0)

    first, kept = _next(requests), Kept()
    if not first:
        return
    waiting.put(first)
    # A worker has one release for all its life. Landlock binds this thread and those that it starts from here on, so
    # that there may be no other yet.
    read_only_from([pickle.loads(first)["release"].folder])  # noqa: S301 - from the process that started this one
    only_what_a_query_needs()
    threading.Thread(target=listen, name="requests", daemon=True).start()
    while True:
        send(answers, *_answer(answers, pickle.loads(waiting.get()), kept))  # noqa: S301


def _next(requests: BinaryIO) -> bytes:
    """The next request; empty when there will be none."""
    head = requests.read(LENGTH.size)
    return requests.read(LENGTH.unpack(head)[1]) if head else b""


class Kept:
    """The engine of a session: kept for the next query on the same tables and columns, unless one went wrong in it.

    Opening one takes longer than many queries. A query can only read, so that none leaves anything to the next. What
    was read again and again is kept as long as the session lasts.
    """

    def __init__(self) -> None:
        self._held = Held(HELD_BYTES)
        self._kind: tuple[object, ...] | None = None
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._open = ExitStack()

    @contextmanager
    def __call__(self, release: Release, key: bytes, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
        """As `sandbox.query.engine_of`, but that the engine stays open."""
        kind = _kind(release, key, limits)
        if self._engine is None or self._kind != kind:
            self._close()
            self._engine, self._kind = self._open.enter_context(engine_of(release, key, limits, self._held)), kind
        try:
            yield self._engine
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        self._engine = None
        self._open.close()


def _kind(release: Release, key: bytes, limits: Limits) -> tuple[object, ...]:
    return release, key, limits.memory, limits.threads


def _answer(answers: BinaryIO, asked: dict[str, Any], kept: Kept) -> tuple[bytes, bytes]:
    """Send the pieces of an answer; gives the frame that comes after them."""
    limits, form = asked["limits"], asked.pop("form")
    bound(memory_bytes=bytes_of(limits.memory), cpu_seconds=limits.seconds * limits.threads + 5)
    try:
        if asked.get("rules") is not None:
            table = answer(**asked)
            _send_pieces(answers, Reading(table.schema, iter(table.to_batches())), form, limits.mebibytes)
            return DONE, str(table.num_rows).encode("ascii")
        rows = {name: value for name, value in asked.items() if name not in ("rules", "salt")}
        with reading(**rows, opening=kept) as result:
            _send_pieces(answers, result, form, limits.mebibytes)
        return DONE, str(result.rows).encode("ascii")
    except SandboxError as refusal:
        told = {
            "class": type(refusal).__name__,
            "line": str(refusal),
            "kind": getattr(refusal, "kind", getattr(refusal, "rule", "")),
        }
        return ERROR, json.dumps(told).encode("utf-8")
    except (MemoryError, RuntimeError):
        return ERROR, json.dumps({"class": "MemoryError", "line": "", "kind": "memory"}).encode("utf-8")


def _send_pieces(answers: BinaryIO, result: Reading, form: formats.Form, mebibytes: int) -> None:
    most = FORMED * mebibytes * 2**20
    for formed in formats.pieces(result.schema, result.batches, form):
        most -= len(formed)
        if most < 0:
            line = f"expected at most {FORMED * mebibytes:,} MiB in an answer as {form}; ask for less, or as Parquet"
            raise QueryRefused(line, kind="size")
        view = memoryview(formed)
        while view:
            send(answers, PIECE, view[:PIECE_BYTES])
            view = view[PIECE_BYTES:]


def bytes_of(size: str) -> int:
    """Bytes of a size in DuckDB's form, such as 2GB."""
    found = re.fullmatch(r"([0-9.]+)\s?(MB|GB|MiB|GiB)", size)
    if not found:
        raise ValueError("expected a size such as 2GB")
    return int(float(found[1]) * _UNITS[found[2]])
