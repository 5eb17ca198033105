"""The commands about a sandbox that is there: query after query, and whether its releases are as they were written."""

import builtins
from pathlib import Path

import duckdb
import pytest

from benchmarks.installation import granted, make, release
from oeverum.commands import sandbox as sandbox_commands
from oeverum.settings import Settings
from sandbox.errors import ReleaseError
from sandbox.manifest import latest
from sandbox.permits.versions import all_permits
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
    assert tier == "research" or failed[-1].startswith("shape: ")
    assert "female" in done.shown and "male" in done.shown
    assert ("Groups of fewer than" in "".join(noted)) == (tier == "company")


def test_releases_are_verified_to_the_last_row(type_in: Type, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=home)
    written = latest(settings.releases, "a-study")
    assert written is not None
    shown = type_in(settings, "sandbox", "verify", "a-study").shown
    assert shown == f"{written.release} is as it was written: 2 tables, {written.rows:,} rows\n"
    page = written.folder / "codebook.html"
    content = page.read_bytes()
    page.chmod(0o644)
    page.write_bytes(content + b" ")
    failed: list[str] = []
    monkeypatch.setattr(sandbox_commands, "fail", failed.append)
    assert type_in(settings, "sandbox", "verify", "a-study").exit_code == ReleaseError.exit_code
    assert "codebook.html is not as the manifest says" in failed[0]
    page.write_bytes(content)
    assert type_in(settings, "sandbox", "verify", "another-one").exit_code == ReleaseError.exit_code


def test_how_two_releases_differ_is_told_and_of_one_that_there_is_not_nothing(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(tmp_path, rows=2_000, projects={"a-study": "research"})["a-study"].release
    settings = Settings(home=tmp_path)
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("delete from marts.lab_result where lab_result_id < 40")
    after = release(settings, all_permits(settings.permits)["a-study"]).release
    failed: list[str] = []
    monkeypatch.setattr(sandbox_commands, "fail", failed.append)

    told = type_in(settings, "sandbox", "diff", "a-study", before, after)
    assert told.exit_code == 0, told.error
    lines = [line.split() for line in told.shown.splitlines()]
    assert ["what", before, after, "change"] in lines
    assert ["lab_result,", "rows", "2,000", "1,960", "-40"] in lines
    assert ["lab_result,", "rows", "1,960", "2,000", "+40"] in [
        line.split() for line in type_in(settings, "sandbox", "diff", "a-study", after, before).shown.splitlines()
    ]
    same = type_in(settings, "sandbox", "diff", "a-study", after, after)
    assert (same.exit_code, same.shown) == (0, f"{after} and {after} are the same.\n")

    for named, project in (((before, "r9999-00000000"), "a-study"), (("latest", after), "a-study")):
        unknown = type_in(settings, "sandbox", "diff", project, *named)
        assert (unknown.exit_code, unknown.shown) == (ReleaseError.exit_code, "")
    assert type_in(settings, "sandbox", "diff", "another-one", before, after).exit_code == ReleaseError.exit_code
    assert failed == [
        f"no release {name} of {project}; see oeverum sandbox show {project}"
        for name, project in (("r9999-00000000", "a-study"), ("latest", "a-study"), (before, "another-one"))
    ]
