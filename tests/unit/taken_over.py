"""A worker of a gateway that somebody has taken over, by way of its request; not a test.

What it can open then is what lies beneath the engine's own lock, which knows no file.
"""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

from sandbox.gateway.spool import Spool
from sandbox.manifest import Release
from sandbox.query import Limits
from tests.released import key_to
from tests.unit.gateway_server import Served

READING = """
import errno, os
told = []
for path in PATHS:
    try:
        os.close(os.open(path, os.O_RDONLY))
        told.append("read")
    except OSError as refusal:
        told.append(errno.errorcode[refusal.errno])
sql = f"select {os.getpid()} as process, {told} as told"
"""


class _Taken:
    """The SQL of a request that takes its worker over: it is made there, of what this process can open."""

    def __init__(self, *paths: Path) -> None:
        self._code = f"PATHS = {[str(path) for path in paths]}{READING}"

    def __reduce__(self) -> tuple[object, ...]:
        return eval, (f"(exec({self._code!r}, here := dict()), here['sql'])[1]",)


@dataclass(frozen=True)
class Inside:
    """What a worker that was taken over tells: its process, and of each path "read" or the error."""

    process: int
    told: list[str]


def take_over(served: Served, grant: str, release: Release, *paths: Path) -> Inside:
    """Have the worker of a grant and a release open these paths; the request comes as the gateway sends it."""
    assert served.inside
    spool, limits = Spool(), Limits(seconds=20, memory="500MB")
    asked = {"release": release, "key": key_to(release), "limits": limits, "sql": _Taken(*paths)}
    served.inside.workers.run(grant, threading.Event(), spool, "json", **asked)
    (said,) = json.loads(b"".join(spool.pieces()))
    return Inside(said["process"], said["told"])
