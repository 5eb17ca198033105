"""Statements that try to leave a sandbox, over the network: all are refused or bounded, while another is served."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.gateway.app import Bounds
from sandbox.query import Limits
from tests.unit.gateway_server import Served, live_place, serving
from tests.unit.sandbox_escapes import BOMBS, DISGUISED, ENDLESS, READING, REFUSED, TELLING

SECRET = "do not tell"
SECONDS = 2
HONEST_WAIT = 2 * SECONDS + 1


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with a file of another beside its releases; its queries get two seconds and little memory."""
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "secret.csv").write_text(SECRET, encoding="utf-8")
    bounds = Bounds(query=Limits(seconds=SECONDS, memory="300MB", mebibytes=64))
    with serving(live_place(folder), bounds) as made:
        yield made


def statements(place: Path) -> list[str]:
    """All of them, with their placeholders filled in."""
    (release,) = (place / "releases" / "heart-failure").glob("r*")
    names = {"outside": place, "release": release, "other": release, "other_name": release.name}
    plain = [*(sql for sql, _ in REFUSED if sql), *DISGUISED, *TELLING, *ENDLESS, *BOMBS]
    return [*plain, *(sql.format(**names) for sql in READING)]


@pytest.mark.long
def test_all_are_refused_or_bounded_while_another_is_served(served: Served) -> None:
    _, hostile = served.grant("anna")
    _, honest = served.grant("bent")
    assert served.query(honest).status == 200
    waits: list[float] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.is_set():
            begun = time.monotonic()
            assert served.query(honest).status == 200
            waits.append(time.monotonic() - begun)
            time.sleep(0.05)

    other = threading.Thread(target=ask_on)
    other.start()
    tried = statements(served.place.folder)
    try:
        for sql in tried:
            begun = time.monotonic()
            said = served.query(hostile, sql)
            assert time.monotonic() - begun < SECONDS + 5, sql
            assert said.status in ((200, 422) if sql in TELLING else (422, 400)), (sql, said.status, said.body[:200])
            assert SECRET not in said.body.decode(), sql
            if str(served.place.folder) not in sql:
                assert str(served.place.folder) not in said.body.decode(), sql
    finally:
        over.set()
        other.join(60)
    assert len(tried) >= 80
    assert len(waits) > 20
    assert max(waits) < HONEST_WAIT
    assert served.query(hostile).status == 200
