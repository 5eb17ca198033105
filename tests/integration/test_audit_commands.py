"""The command that checks the audit log: where it breaks, for whoever types it, and how a script is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oeverum.commands import platform
from oeverum.settings import Settings
from sandbox.audit import AuditLog
from tests.commands import Type

ENTRIES = 4
Lines = list[bytes]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path)
    for number in range(ENTRIES):
        AuditLog(made.audit).append("query", actor="anna", project="p", number=number)
    return made


def test_a_log_that_is_whole_is_told(type_in: Type, settings: Settings) -> None:
    done = type_in(settings, "audit", "verify")
    assert (done.exit_code, done.shown) == (0, f"{ENTRIES} entries, chain whole\n")


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        pytest.param(lambda a: [*a[:2], a[2].replace(b'"anna"', b'"bent"'), a[3]], 3, id="changed"),
        pytest.param(lambda a: a[:-1], 4, id="cut"),
        pytest.param(lambda a: [], 1, id="emptied"),
        pytest.param(lambda a: [a[0], a[2], a[3]], 2, id="one removed"),
        pytest.param(lambda a: [a[0], a[2], a[1], a[3]], 2, id="reordered"),
        pytest.param(lambda a: [*a[:2], a[3], a[2]], 3, id="the last two reordered"),
    ],
)
def test_the_line_where_a_log_breaks_is_named(
    type_in: Type, settings: Settings, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Lines], Lines], line: int
) -> None:
    failed: list[str] = []
    monkeypatch.setattr(platform, "fail", failed.append)
    settings.audit.write_bytes(b"".join(spoil(settings.audit.read_bytes().splitlines(keepends=True))))
    done = type_in(settings, "audit", "verify")
    assert (done.exit_code, done.shown) == (1, "")
    assert failed == [f"the audit log breaks at line {line}: an entry was changed or removed"]


def test_what_was_cut_off_together_with_the_head_stays_found(type_in: Type, settings: Settings) -> None:
    settings.audit.write_bytes(b"".join(settings.audit.read_bytes().splitlines(keepends=True)[:-1]))
    settings.audit.with_suffix(".head").unlink()
    for _ in range(3):
        assert type_in(settings, "audit", "verify").exit_code == 1
        AuditLog(settings.audit).append("query", actor="bent", project="p")


def test_releases_without_any_log_are_no_new_home(type_in: Type, settings: Settings) -> None:
    settings.audit.unlink()
    settings.audit.with_suffix(".head").unlink()
    assert type_in(settings, "audit", "verify").exit_code == 0
    (settings.releases / "p" / "r0001-0a1b2c3d").mkdir(parents=True)
    assert type_in(settings, "audit", "verify").exit_code == 1
