"""A gateway on a port of this machine, over a small release; not a test."""

import http.client
import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from prometheus_client.parser import text_string_to_metric_families

from sandbox.disclosure.ledger import Ledger
from sandbox.gateway import app as gateway
from sandbox.gateway import nursery
from sandbox.grants import Grant
from sandbox.manifest import Release
from sandbox.permits.model import Permit
from tests.unit.sandbox_door import Place

PROJECT = "heart-failure"
COUNT = "select count(*) as n from person"
FOREVER = "select count(*) from range(1000000000) a, range(1000000) b"


@dataclass(frozen=True)
class Said:
    """A response, whole."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A gateway that runs, its place, and its inside where it runs in this process."""

    url: str
    place: Place
    inside: gateway.Gateway | None = None

    def grant(self, holder: str = "anna", days: int = 14) -> tuple[Grant, str]:
        """A grant from now on, and its token."""
        now = datetime.now(UTC)
        grant = self.place.grants.issue(permit=self.place.permit, holder=holder, days=days, now=now)
        return grant, self.place.grants.new_token(grant.id, now=now)

    def grant_until(self, ends: datetime) -> tuple[Grant, str]:
        """A grant of one day that ends then, and its token: for the register it was issued a day before."""
        then, never = ends - timedelta(days=1), datetime(2026, 1, 1, tzinfo=UTC)
        # The gateway notes the time when it begins, and not again for a while.
        assert within(5, lambda: self.place.grants.clock(never) > never)
        self.place.grants.set_clock(then)
        grant = self.place.grants.issue(permit=self.place.permit, holder="anna", days=1, now=then)
        return grant, self.place.grants.new_token(grant.id, now=then)

    def ask(self, path: str, token: str | None = None, *, body: Any = None, accept: str | None = None) -> Said:
        """One request."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if data is not None else {}
        headers |= {"Authorization": f"Bearer {token}"} if token is not None else {}
        headers |= {"Accept": accept} if accept else {}
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Said(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Said(refusal.code, refusal.headers, refusal.read())

    def query(self, token: str, sql: str = COUNT, *, accept: str | None = None, **more: Any) -> Said:
        """One query."""
        return self.ask(f"/v1/sandboxes/{PROJECT}/query", token, body={"sql": sql, **more}, accept=accept)


def live_place(folder: Path, **changes: Any) -> Place:
    """A place whose permit is in force today, with one release."""
    today = datetime.now(UTC).date()
    dates = {"from": date(2026, 1, 1), "to": today + timedelta(days=300)}
    place = Place(folder, **dates, **changes)
    place.release()
    return place


def another_project(place: Place, project: str) -> tuple[Permit, Release]:
    """The permit of another project like the first one, and a release of it."""
    first = place.permit
    place.permit = place.put({**first.as_dict(), "project": project})
    try:
        return place.permit, place.release()
    finally:
        place.permit = first


def children(parent: int, name: str) -> list[int]:
    """The processes that a process has started, and whose command tells this name."""
    told = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    # Where there is none, ps says so by its status.
    return [int(line.split()[0]) for line in told.stdout.splitlines() if name in line]


def workers() -> list[int]:
    """The worker processes of the gateway that this process serves."""
    return [
        worker for mother in children(os.getpid(), nursery.__name__) for worker in children(mother, nursery.__name__)
    ]


def within(seconds: float, so: Callable[[], bool]) -> bool:
    """Whether it becomes so in that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if so():
            return True
        time.sleep(0.02)
    return False


def counted(served: Served) -> dict[str, float]:
    """What the gateway tells of itself, by name with labels, read as Prometheus reads it."""
    told = served.ask("/metrics").body.decode()
    return {
        sample.name + "".join(f'{{{label}="{value}"}}' for label, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def gauge(served: Served, name: str) -> float:
    """A number that the gateway tells of itself."""
    return counted(served)[f"oeverum_{name}"]


def send(served: Served, token: str, sql: str) -> http.client.HTTPConnection:
    """A query that is sent, and whose answer is not read yet."""
    parts = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "text/csv"}
    connection.request("POST", f"/v1/sandboxes/{PROJECT}/query", json.dumps({"sql": sql}), headers)
    return connection


@contextmanager
def serving(place: Place, bounds: gateway.Bounds | None = None, *, spool: Path | None = None) -> Iterator[Served]:
    """A gateway over a place, until the block is left."""
    parts = gateway.Place(
        permits=place.permits,
        releases=place.folder / "releases",
        grants=place.grants,
        audit=place.audit,
        anchors=place.anchors,
        keys=place.keys,
        ledger=Ledger(place.folder / "state" / "answers.sqlite"),
        spool=spool,
    )
    app = gateway.build_app(parts, bounds)
    config = uvicorn.Config(app, port=0, log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", place, app.state.gateway)
    finally:
        server.should_exit = True
        thread.join(60)
