"""Who shares nothing with whom: each grant and each release has a worker process of its own, whoever asks first."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import duckdb
import pytest

from sandbox.gateway.app import Bounds
from sandbox.manifest import Release, list_releases
from tests.unit.gateway_server import PROJECT, Served, live_place, serving, within, workers
from tests.unit.taken_over import take_over

HOLDERS = ("anna", "bent")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A gateway over two releases of one project, whose processes are never too many."""
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute("update marts.person set sex = 'f'")
    place.release()
    with serving(place, Bounds(processes=4)) as made:
        yield made


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["anna first", "bent first"])
def test_each_grant_and_each_release_has_a_process_of_its_own(served: Served, order: tuple[int, int]) -> None:
    assert served.inside
    releases = list_releases(served.place.folder / "releases", PROJECT)
    assert len(releases) == 2
    grants = [served.grant(HOLDERS[at]) for at in order]
    asked = list(product(grants, releases))

    def processes() -> list[int]:
        """The process that answers each of them, asked over the network first."""
        found = []
        for (grant, token), release in asked:
            said = served.query(token, "select sex, count(*) as n from person group by 1", release=release.release)
            assert (said.status, said.headers["X-Oeverum-Release"]) == (200, release.release)
            found.append(take_over(served, grant.id, release).process)
        return found

    first = processes()
    assert len(set(first)) == 4
    # They stay theirs, in any order; when they have gone, others come, and none is shared either.
    asked.reverse()
    assert processes() == first[::-1]
    assert [served.inside.workers.end(grant.id) for grant, _ in grants] == [2, 2]
    assert within(5, lambda: not workers())
    again = processes()
    assert len(set(again)) == 4
    assert not set(again) & set(first)


def test_the_process_of_one_grant_reads_no_other_release(served: Served) -> None:
    one, other = list_releases(served.place.folder / "releases", PROJECT)
    grant, token = served.grant()
    assert served.query(token, release=one.release).status == 200

    def reads(mine: Release, theirs: Release) -> list[str]:
        return take_over(served, grant.id, mine, mine.folder / "person.parquet", theirs.folder / "person.parquet").told

    if "files" in (served.inside.workers.missing() if served.inside else ()):
        pytest.skip("this kernel has no Landlock")
    assert reads(one, other) == reads(other, one) == ["read", "EACCES"]
