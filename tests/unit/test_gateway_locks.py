"""What a worker process can no longer do, whoever has taken it over: each lock alone, and all of them in a gateway."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.gateway.app import Bounds
from sandbox.gateway.landlock import landlock_version
from sandbox.gateway.system_calls import filtering
from sandbox.manifest import list_releases
from sandbox.query import Limits
from tests.unit.gateway_server import PROJECT, Served, another_project, gauge, live_place, serving, workers
from tests.unit.taken_over import take_over

LOCKED = """
import os, socket, sys
from sandbox.gateway.lock_down import bound, lock_down
lock_down()
bound(memory_bytes=10**9, cpu_seconds=2)
done = []
try:
    os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b"x")
except OSError:
    done.append("file")
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=2)
except OSError:
    done.append("network")
try:
    bytearray(20 * 2**30)
except MemoryError:
    done.append("memory")
status = open("/proc/self/status").read()
done += [name for name in ("NoNewPrivs:\\t1", "CapEff:\\t" + "0" * 16, "CapPrm:\\t" + "0" * 16) if name in status]
print(",".join(done), flush=True)
while True:
    pass
"""


CLOSED = """
import os, socket, sys
from pathlib import Path
from sandbox.gateway.landlock import read_only_from
from sandbox.gateway.lock_down import lock_down
lock_down()
if not read_only_from([Path(sys.argv[1])]):
    sys.exit("no landlock")
done = [Path(sys.argv[1], "own").read_text()]
for path in (sys.argv[2], f"/proc/{os.getppid()}/environ", "/etc/passwd"):
    try:
        Path(path).read_bytes()
    except OSError:
        done.append("closed")
try:
    Path(sys.argv[1], "new").touch()
except OSError:
    done.append("not made")
print(",".join(done))
"""


def test_a_process_reads_its_own_release_and_nothing_of_the_gateway(tmp_path: Path) -> None:
    own, other = tmp_path / "release", tmp_path / "other"
    own.mkdir()
    (own / "own").write_text("mine")
    other.write_text("not mine")
    command = [sys.executable, "-I", "-c", CLOSED, str(own), str(other)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.stderr.strip() == "no landlock":
        pytest.skip("this kernel has no Landlock")
    assert done.stdout.strip() == "mine,closed,closed,closed,not made"


def test_a_process_that_is_locked_down_has_no_files_network_memory_or_time(tmp_path: Path) -> None:
    target = tmp_path / "written"
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-I", "-c", LOCKED, str(target), str(server.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == f"file,network,memory,NoNewPrivs:\t1,CapEff:\t{'0' * 16},CapPrm:\t{'0' * 16}"
    assert target.read_bytes() == b""
    assert done.returncode < 0, "the kernel ends it when its processor time is used up"


FILTERED = """
import ctypes, errno, fcntl, os, resource, signal, socket, sys, threading
from sandbox.gateway.lock_down import bound, lock_down, of_one_process
from sandbox.gateway.system_calls import only_what_a_query_needs
lock_down()
of_one_process()
if not only_what_a_query_needs():
    sys.exit("no seccomp")
libc = ctypes.CDLL(None, use_errno=True)


def called(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


attacks = {
    "fork": os.fork,
    "vfork by clone": lambda: called("syscall", 56, 0x4111, 0, 0, 0, 0),
    "a program": lambda: os.execv("/bin/true", ["true"]),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "a Unix socket": lambda: socket.socket(socket.AF_UNIX),
    "a TCP socket": lambda: socket.socket(),
    "a pair of sockets": socket.socketpair,
    "a signal to the gateway": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "a signal to all": lambda: os.kill(-1, 0),
    "a signal to a thread of another": lambda: called("syscall", 234, os.getppid(), os.getppid(), 0),
    "a handle of the gateway": lambda: os.pidfd_open(os.getppid()),
    "tracing": lambda: called("ptrace", 16, os.getppid(), 0, 0),
    "another's memory": lambda: called("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0),
    "another's limits": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    "a namespace": lambda: called("unshare", 0x10000000),
    "a mount": lambda: called("mount", b"none", b"/tmp", b"tmpfs", 0, 0),
    "memory with a name": lambda: os.memfd_create("x"),
    "a signal by way of a file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    "which signal that is": lambda: fcntl.fcntl(0, 10, signal.SIGKILL),
    "another's priority": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
    "a message queue": lambda: called("msgget", 0, 0o1600),
    "shared memory": lambda: called("shmget", 0, 4096, 0o1600),
    "the keyring": lambda: called("syscall", 248, b"user", b"x", b"y", 1, -3),
    "io_uring": lambda: called("syscall", 425, 1, 0),
    "a program of the kernel": lambda: called("syscall", 321, 0, 0, 0),
    "a file's rights": lambda: os.chmod(sys.argv[1], 0o777),
    "another name of a file": lambda: os.rename(sys.argv[1], sys.argv[1] + "x"),
    "becoming readable": lambda: called("prctl", 4, 1, 0, 0, 0),
}
for name, attack in attacks.items():
    try:
        attack()
        print(name, flush=True)
    except OSError as error:
        # As if the kernel had no such call: not for want of a privilege.
        if error.errno != errno.ENOSYS:
            print(name, error, flush=True)
ran = []
thread = threading.Thread(target=lambda: ran.append(1))
thread.start()
thread.join()
import duckdb, pyarrow as pa
bound(memory_bytes=10**9, cpu_seconds=20)
engine = duckdb.connect(config={"threads": 2})
numbers = pa.table({"n": range(100_000)})
ran += engine.execute("select sum(n) from numbers").fetchone()
print("done", ran, flush=True)
os.abort()
"""


def test_a_process_makes_no_call_that_a_query_does_not_need(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    command = [sys.executable, "-I", "-c", FILTERED, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.stderr.strip() == "no seccomp":
        pytest.skip("this machine has no libseccomp, or its kernel takes no filter")
    assert done.stdout.splitlines() == ["done [1, 4999950000]"], done.stderr
    assert done.returncode == -signal.SIGABRT, "a process may still end itself"
    assert file.exists()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A gateway whose queries have bounds unlike those that any other has."""
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with serving(place, Bounds(query=Limits(seconds=20, memory="500MB", threads=2))) as made:
        yield made


def test_the_workers_of_a_gateway_have_all_locks(served: Served) -> None:
    _, token = served.grant()
    assert served.query(token).status == 200
    missing = (landlock_version() < 1) + (filtering() is None)
    assert gauge(served, "locks_missing") == missing
    (worker,) = workers()
    lines = Path(f"/proc/{worker}/status").read_text().splitlines()
    told = {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}
    assert (told["NoNewPrivs"], told["Seccomp"], told["CapEff"]) == ("1", "2" if filtering() else "0", "0" * 16)
    assert Path(f"/proc/{worker}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    bounds = _limits(worker)
    assert (bounds["Max core file size"], bounds["Max file size"], bounds["Max open files"]) == ("0", "0", "128")
    # The memory of the query and what is beside it; the time of its two threads, and some seconds more.
    assert 5 * 10**8 < int(bounds["Max address space"]) < 8 * 2**30
    assert 40 < int(bounds["Max cpu time"]) < 55


def _limits(process: int) -> dict[str, str]:
    """The limits that a process is under, each by its name."""
    _, *lines = Path(f"/proc/{process}/limits").read_text().splitlines()
    return {line[:25].strip(): line[25:].split()[0] for line in lines}


def test_a_worker_of_a_gateway_that_was_taken_over_reads_its_release_and_no_other_file(served: Served) -> None:
    if landlock_version() < 1:
        pytest.skip("this kernel has no Landlock")
    _, other = another_project(served.place, "other-project")
    (own,) = list_releases(served.place.folder / "releases", PROJECT)
    grant, token = served.grant()
    assert served.query(token).status == 200
    (worker,) = workers()
    state, keys = served.place.folder / "state", served.place.folder / "keys"
    closed = [state / "audit.jsonl", state / "grants.sqlite", keys / "keyring.json", keys / "master.key"]
    closed += [other.folder / "manifest.json", other.folder / "person.parquet"]
    assert all(path.read_bytes() for path in closed), "whoever runs the gateway reads them"
    inside = take_over(served, grant.id, own, own.folder / "manifest.json", own.folder / "person.parquet", *closed)
    assert (inside.process, workers()) == (worker, [worker])
    assert inside.told == ["read"] * 2 + ["EACCES"] * len(closed)
