"""Where a gateway keeps answers and gets its processes from: the spool, the nursery, and the forks of it."""

import errno
import gc
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sandbox.errors import QueryRefused
from sandbox.gateway import formats, nursery
from sandbox.gateway.app import Bounds
from sandbox.gateway.forks import Forks, Gone, Process, readable
from sandbox.gateway.processes import GRACE_SECONDS, Worker
from sandbox.gateway.spool import BLOCK_BYTES, OWN_BYTES, NoRoom, Room, Spool
from sandbox.gateway.worker import Kept
from sandbox.manifest import Release
from sandbox.query import Limits, reading
from tests.released import key_to
from tests.unit.gateway_server import children, live_place, serving
from tests.unit.sandbox_door import Place

SECRET = b"a row of somebody " * 200_000


def test_a_long_answer_waits_on_disk_encrypted_and_comes_back_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for at in range(0, len(SECRET), 1000):
        spool.write(SECRET[at : at + 1000])
    spool.write(SECRET)
    assert spool.size == 2 * len(SECRET)
    on_disk = _file_of(spool).read_bytes()
    assert len(on_disk) > 2 * len(SECRET) - OWN_BYTES
    assert b"somebody" not in on_disk
    assert not list(tmp_path.iterdir()), "the file has no name"
    pieces = list(spool.pieces())
    assert b"".join(pieces) == 2 * SECRET
    assert max(map(len, pieces)) == BLOCK_BYTES
    spool.close()
    with pytest.raises(ValueError, match="found a closed one"):
        spool.write(b"more")


def test_a_short_answer_is_in_memory_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "nowhere")
    spool.write(b"x" * OWN_BYTES)
    assert b"".join(spool.pieces()) == b"x" * OWN_BYTES
    with pytest.raises(NoRoom, match="expected room for the answer") as refusal:
        spool.write(b"x")
    assert str(tmp_path) not in str(refusal.value)
    spool.close()


@contextmanager
def measured() -> Iterator[Callable[[], int]]:
    """Tells how many bytes more are held than at the beginning."""
    gc.collect()
    tracemalloc.start()
    begun = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tracemalloc.get_traced_memory()[0] - begun
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("pieces", "size"), [(1, 2**20), (1, OWN_BYTES + 1), (60, 5_000), (30, OWN_BYTES)])
def test_many_unread_answers_hold_the_room_and_a_little_of_each_in_memory(
    tmp_path: Path, pieces: int, size: int
) -> None:
    many, room, little = 150, 2**21, 2**14
    with measured() as held:
        shared = Room(room)
        spools = [Spool(tmp_path, shared) for _ in range(many)]
        for spool in spools:
            for _ in range(pieces):
                spool.write(bytes(size))
        # Of each also its own objects, and those of its file.
        assert room // 2 < held() < room + many * (little + 6_000)
        # Each has begun to send what it holds, and nobody reads on.
        sent = [(reading := spool.pieces(), next(reading)) for spool in spools]
        assert held() < room + many * (little + 2**16 + 8_000)
        del sent
        for spool in spools:
            assert sum(map(len, spool.pieces())) == pieces * size
            spool.close()
    assert shared.take(room)


@pytest.mark.parametrize("content", [b"", b"x"])
def test_an_answer_in_very_many_pieces_takes_no_more_memory(tmp_path: Path, content: bytes) -> None:
    with measured() as held:
        spool = Spool(tmp_path)
        for _ in range(300_000):
            spool.write(content)
        assert held() < OWN_BYTES + BLOCK_BYTES
        assert b"".join(spool.pieces()) == content * 300_000
    spool.close()


def test_answers_share_the_memory_beyond_their_own_and_give_it_back(tmp_path: Path) -> None:
    room = Room(len(SECRET))
    first, second, third = (Spool(tmp_path, room) for _ in range(3))
    for spool in (first, second):
        spool.write(SECRET)
    assert (first._file, _file_of(second).stat().st_size > len(SECRET)) == (None, True)
    first.close()
    first.close()
    third.write(SECRET)
    assert third._file is None
    assert [b"".join(spool.pieces()) for spool in (second, third)] == [SECRET, SECRET]
    for spool in (second, third):
        spool.close()
    assert room.take(len(SECRET))
    assert not room.take(1)


def test_an_answer_that_was_changed_on_disk_is_not_given(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(b"begun")
    spool.write(SECRET)
    with _file_of(spool).open("r+b") as file:
        file.seek(100)
        file.write(b"\0\1\2\3")
    pieces = spool.pieces()
    next(pieces)
    with pytest.raises(NoRoom, match="found another"):
        next(pieces)
    spool.close()


def test_without_room_on_disk_a_long_answer_is_refused_and_a_short_one_given(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place, Bounds(room_mebibytes=0), spool=tmp_path / "nowhere") as served:
        _, token = served.grant()
        said = served.query(token, "select range from range(200000)")
        assert (said.status, said.json()["class"]) == (503, "NoRoom")
        assert str(tmp_path) not in said.body.decode()
        assert place.last().facts["reason"] == "NoRoom"
        assert served.query(token).status == 200


def _file_of(spool: Spool) -> Path:
    file = spool._file
    assert file is not None
    return Path(f"/proc/self/fd/{file.fileno()}")


def test_a_fork_is_there_at_once_and_ends_when_it_is_told_or_the_nursery_ends() -> None:
    forks = Forks()
    try:
        first = forks.new()
        begun = time.monotonic()
        second, third = forks.new(), forks.new()
        # Starting an interpreter and loading the engine takes half a second.
        assert time.monotonic() - begun < 0.4
        assert first.alive() and second.alive()
        first.end()
        assert second.alive() and third.alive()
        os.kill(forks._nursery.pid, signal.SIGKILL)
        assert readable(second.handle, 5)
        assert readable(third.handle, 5)
        # Another nursery is started.
        fourth = forks.new()
        assert fourth.alive()
        for process in (second, third, fourth):
            process.end()
    finally:
        forks.close()


def test_forks_end_with_the_gateway_that_asked_for_them() -> None:
    forks = Forks()
    process = forks.new()
    forks._control.close()
    assert readable(process.handle, 5)
    forks._nursery.wait(5)
    process.end()


def test_a_fork_holds_no_pipe_of_another() -> None:
    forks = Forks()
    first, second = forks.new(), forks.new()
    try:
        # With its only writer gone, a pipe ends: the second has no copy of the first one's.
        os.close(os.dup(first.answers))
        first.stop()
        assert readable(first.answers, 5)
        assert os.read(first.answers, 1) == b""
        assert second.alive()
    finally:
        first.end()
        second.end()
        forks.close()


def test_too_many_open_files_are_not_the_nursery_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    forks = Forks()
    try:
        running = forks.new()

        def full() -> None:
            raise OSError(errno.EMFILE, "too many open files")

        with monkeypatch.context() as patched:
            patched.setattr(os, "pipe", full)
            with pytest.raises(Gone):
                forks.new()
        assert running.alive()
        forks.new().end()
        running.end()
    finally:
        forks.close()


def test_a_fork_that_fails_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    class Over(Exception):
        """The nursery has ended."""

    def full() -> int:
        raise OSError(errno.EAGAIN, "as many processes as may be")

    def end(status: int) -> None:
        raise Over

    monkeypatch.setattr(nursery.os, "fork", full)
    monkeypatch.setattr(nursery.os, "_exit", end)
    mine, theirs = socket.socketpair()
    told: list[bytes] = []

    def ask() -> None:
        told.append(mine.recv(1 + len(nursery.LOCKS)))
        for _ in range(2):
            pipe = os.pipe()
            socket.send_fds(mine, [nursery.FORK], list(pipe))
            told.append(mine.recv(1))
            for end_ in pipe:
                os.close(end_)
        mine.close()

    asking = threading.Thread(target=ask)
    asking.start()
    with theirs, pytest.raises(Over):
        nursery.nurse(theirs, alone=True)
    asking.join()
    assert [one[:1] for one in told] == [nursery.READY, nursery.NONE, nursery.NONE]


def test_a_gateway_whose_nursery_was_killed_goes_on(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place, Bounds()) as served:
        _, token = served.grant()
        assert served.query(token).status == 200
        (running,) = children(os.getpid(), nursery.__name__)
        os.kill(running, signal.SIGKILL)
        # The one that comes while the session's process is being ended may find it so.
        assert served.query(token).status in (200, 422)
        assert served.query(token).json() == [{"n": 10}]
        assert children(os.getpid(), nursery.__name__) != [running]


def test_pieces_are_bounded_by_bytes_and_hold_every_row_once() -> None:
    wide = pa.RecordBatch.from_pydict({"n": list(range(3000)), "t": ["y" * 2000] * 3000})
    narrow = [pa.RecordBatch.from_pydict({"n": [n], "t": ["z"]}) for n in range(3000, 3200)]
    batches = [wide, *narrow]
    table = pa.Table.from_batches(batches)
    for form in formats.MEDIA:
        pieces = list(formats.pieces(table.schema, iter(batches), form))
        whole = b"".join(pieces)
        if form == "arrow":
            assert pa.ipc.open_stream(whole).read_all().equals(table)
        elif form == "parquet":
            assert pq.read_table(io.BytesIO(whole)).equals(table)
        else:
            assert whole.count(b"\n") == 3200 + (form == "csv")
        if form != "parquet":
            # Six of the wide rows' megabytes, and the narrow rows together.
            assert 7 <= len(pieces) <= 10
            assert max(map(len, pieces)) < 1.2 * formats.PIECE_BYTES


def test_a_process_is_known_by_its_handle_and_not_by_its_number() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        process = Process(os.pidfd_open(sleeper.pid), *os.pipe())
        assert process.alive()
        sleeper.kill()
        sleeper.wait()
        assert not process.alive()
        process.stop()
        process.end()


def test_a_worker_that_stops_reading_its_request_is_given_up() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        (given, gives), (read, written) = os.pipe(), os.pipe()
        os.set_blocking(gives, False)
        worker = Worker(Process(os.pidfd_open(sleeper.pid), gives, read), "grant", "release")
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            # More than a pipe holds.
            worker.ask({"sql": "x" * 10**6}, seconds=0.5 - GRACE_SECONDS, most=1, look=lambda: None, keep=bytes)
        assert time.monotonic() - begun < 3
        worker.process.end()
        os.close(given)
        os.close(written)


def test_a_session_keeps_its_engine_while_all_goes_well_and_the_columns_are_the_same(tmp_path: Path) -> None:
    place = Place(tmp_path, tables={"person": {"columns": ["sex", "birth_date"]}})
    release = place.release()
    given = {"key": key_to(release), "limits": Limits(), "opening": (kept := Kept())}

    def ask(sql: str, asked: Release = release) -> duckdb.DuckDBPyConnection | None:
        with reading(release=asked, sql=sql, **given) as result:
            list(result.batches)
        return kept._engine

    first = ask("select sex from person")
    assert first is not None
    assert ask("select count(*) from person") is first
    with pytest.raises(QueryRefused):
        ask("select error(sex) from person")
    assert kept._engine is None
    second = ask("select birth_date from person")
    assert second is not first
    (person,) = release.tables
    narrow = replace(release, tables=(replace(person, columns=person.columns[:2]),))
    with pytest.raises(QueryRefused, match="birth_date"):
        ask("select birth_date from person", narrow)
    assert ask("select sex from person", narrow) is not second


def test_a_worker_has_one_thread_when_landlock_closes_the_files() -> None:
    """Landlock binds the thread that asks for it, and those that it starts from then on."""
    told = subprocess.run([sys.executable, "-c", ONE_THREAD], check=True, capture_output=True, text=True, timeout=60)
    assert told.stdout.split() == ["1"]


ONE_THREAD = """
import io, os, pickle, threading
from pathlib import Path
from types import SimpleNamespace
from sandbox.gateway import worker

seen = []
worker.read_only_from = lambda folders: seen.append(threading.active_count())
worker._answer = lambda *asked: (print(*seen, flush=True), os._exit(0))
request = pickle.dumps({"release": SimpleNamespace(folder=Path("x"))})
given, gives = os.pipe()
os.write(gives, worker.LENGTH.pack(b"q", len(request)) + request)
worker.serve(os.fdopen(given, "rb"), io.BytesIO())
"""
