"""Statements that try to leave a sandbox, over the network: all are refused or bounded, while another is served.

Beside the sandbox that is asked lies the release of another project, with rows that are in no other.
"""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sandbox.gateway.app import Bounds
from sandbox.manifest import Release, list_releases
from sandbox.permits.model import Permit
from sandbox.query import Limits
from tests.unit.gateway_server import PROJECT, Said, Served, another_project, live_place, serving
from tests.unit.sandbox_door import Place
from tests.unit.sandbox_escapes import BOMBS, DISGUISED, ENDLESS, READING, REFUSED, TELLING

SECRET = "do not tell"
OTHER = "other-project"
# Where everybody lives in the other project's release, and nobody in any other.
ELSEWHERE = "Utopia"
WHERE = "select municipality_name, count(*) as n from residence group by all order by 1"
SECONDS = 2
HONEST_WAIT = 2 * SECONDS + 1


def beside_another(folder: Path, **permit: Any) -> tuple[Place, Permit, Release]:
    """A place with a release and a file of nobody's; another project's permit, and its release in the same place."""
    (folder / "secret.csv").write_text(SECRET, encoding="utf-8")
    place = live_place(folder, **permit)
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute("update marts.residence set municipality_name = ?", [ELSEWHERE])
    return (place, *another_project(place, OTHER))


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A gateway whose queries get two seconds and little memory, over a release of a tier."""
    bounds = Bounds(query=Limits(seconds=SECONDS, memory="300MB", mebibytes=64))
    place, _, _ = beside_another(tmp_path, tier=request.param)
    with serving(place, bounds) as made:
        yield made


def reading(place: Place) -> list[str]:
    """Those that read what is not theirs, with their placeholders filled in."""
    (release,), (other,) = (list_releases(place.folder / "releases", project) for project in (PROJECT, OTHER))
    assert all((other.folder / name).is_file() for name in ("person.parquet", "manifest.json"))
    names = {"outside": place.folder, "release": release.folder, "other": other.folder, "other_name": other.release}
    return [sql.format(**names) for sql in READING]


def places(said: Said) -> list[str]:
    """Where people live, as an answer tells."""
    assert said.status == 200, said.body
    return [row["municipality_name"] for row in said.json()]


@pytest.mark.parametrize("tier", ["practice", "company"])
def test_nothing_of_another_project_s_release_comes_back(tmp_path: Path, tier: str) -> None:
    tables = {"person": {"columns": ["sex"]}, "residence": {"columns": ["municipality_name"]}}
    place, permit, other = beside_another(tmp_path, tier=tier, small_cell_threshold=5, tables=tables)
    # What no refusal has reason to tell, unless the statement said it.
    theirs = {SECRET, ELSEWHERE, OTHER, other.release, other.key_version, *(table.sha256 for table in other.tables)}
    with serving(place) as served:
        _, token = served.grant()
        assert places(served.query(token, WHERE)) == ["Aarhus", "Horsens"]
        for sql in reading(place):
            said = served.query(token, sql)
            assert said.status == 422, (sql, said.body[:200])
            assert said.json()["class"] in ("QueryRefused", "DisclosureRefused"), sql
            assert not [one for one in theirs if one in said.body.decode() and one not in sql], sql
        assert served.query(token, WHERE, release=other.release).status == 404
        assert served.ask(f"/v1/sandboxes/{PROJECT}/codebook?release={other.release}", token).status == 404
        for path, body in (("", None), ("/codebook", None), ("/query", {"sql": WHERE})):
            assert served.ask(f"/v1/sandboxes/{OTHER}{path}", token, body=body).status == 403
        # Whose it is reads it.
        now = datetime.now(UTC)
        own = place.grants.issue(permit=permit, holder="bent", days=1, now=now)
        said = served.ask(f"/v1/sandboxes/{OTHER}/query", place.grants.new_token(own.id, now=now), body={"sql": WHERE})
        assert places(said) == [ELSEWHERE]


@pytest.mark.long
@pytest.mark.parametrize("served", ["research", "company"], indirect=True)
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
    plain = [*(sql for sql, _ in REFUSED if sql), *DISGUISED, *TELLING, *ENDLESS, *BOMBS]
    tried = [*plain, *reading(served.place)]
    try:
        for sql in tried:
            begun = time.monotonic()
            said = served.query(hostile, sql)
            assert time.monotonic() - begun < SECONDS + 5, sql
            assert said.status in ((200, 422) if sql in TELLING else (422, 400)), (sql, said.status, said.body[:200])
            assert SECRET not in said.body.decode(), sql
            assert ELSEWHERE not in said.body.decode(), sql
            if str(served.place.folder) not in sql:
                assert str(served.place.folder) not in said.body.decode(), sql
    finally:
        over.set()
        other.join(60)
    assert len(tried) >= 80
    assert len(waits) > 20
    assert max(waits) < HONEST_WAIT
    assert served.query(hostile).status == 200
