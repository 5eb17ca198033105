"""The commands about a sandbox that is there: query after query, and whether its releases are as they were written."""

import builtins
from pathlib import Path

import pytest

from benchmarks.installation import granted, make
from oeverum.commands import sandbox as sandbox_commands
from oeverum.settings import Settings
from sandbox.errors import ReleaseError
from sandbox.manifest import latest
from tests.commands import Type

TIERS = {"a-company": "company", "a-study": "research"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    make(folder, rows=2_000, projects=TIERS)
    for project in TIERS:
        granted(folder, project)
    return folder


@pytest.mark.parametrize(("project", "tier"), TIERS.items())
def test_a_session_goes_on_after_a_refusal_and_tells_what_to_know(
    type_in: Type,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    project: str,
    tier: str,
) -> None:
    lines = iter(
        ["select nope from person;", "from person", "limit 3;", "select sex,", "count(*) from person", "group by sex;"]
    )
    failed: list[str] = []
    noted: list[str] = []
    monkeypatch.setattr(sandbox_commands, "fail", failed.append)
    monkeypatch.setattr(sandbox_commands.typer, "echo", lambda text, err: noted.append(text))

    def typed(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", typed)
    done = type_in(Settings(home=home), "sandbox", "open", project, "--as", "bench")
    assert done.exit_code == 0, done.error
    assert len(failed) == (2 if tier == "company" else 1)
    assert "female" in done.shown and "male" in done.shown
    assert ("Groups of fewer than" in "".join(noted)) == (tier == "company")


def test_releases_are_verified_to_the_last_row(type_in: Type, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=home)
    release = latest(settings.releases, "a-study")
    assert release is not None
    shown = type_in(settings, "sandbox", "verify", "a-study").shown
    assert shown == f"{release.release} is as it was written: 2 tables, {release.rows:,} rows\n"
    page = release.folder / "codebook.html"
    content = page.read_bytes()
    page.chmod(0o644)
    page.write_bytes(content + b" ")
    failed: list[str] = []
    monkeypatch.setattr(sandbox_commands, "fail", failed.append)
    assert type_in(settings, "sandbox", "verify", "a-study").exit_code == ReleaseError.exit_code
    assert "codebook.html is not as the manifest says" in failed[0]
    page.write_bytes(content)
    assert type_in(settings, "sandbox", "verify", "another-one").exit_code == ReleaseError.exit_code
