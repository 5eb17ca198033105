"""The command that checks the audit log: where it breaks, for whoever types it, and how a script is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from oeverum.commands import platform
from oeverum.settings import Settings
from sandbox.anchors import FILE
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
    assert (done.exit_code, done.shown) == (0, f"{ENTRIES} entries, chain whole, none signed yet\n")


def test_a_log_is_signed_and_goes_on(type_in: Type, settings: Settings) -> None:
    done = type_in(settings, "audit", "anchor")
    assert (done.exit_code, done.shown.startswith(f"signed: the first {ENTRIES} entries")) == (0, True)
    AuditLog(settings.audit).append("query", actor="bent", project="p")
    done = type_in(settings, "audit", "verify")
    assert done.exit_code == 0
    assert done.shown.startswith(f"{ENTRIES + 1} entries, chain whole, the first {ENTRIES} signed 20")


def test_a_log_written_anew_is_found_by_what_was_signed(
    type_in: Type, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []
    monkeypatch.setattr(platform, "fail", failed.append)
    copy = tmp_path / "elsewhere.anchor"
    assert type_in(settings, "audit", "anchor", "--out", str(copy)).exit_code == 0
    settings.audit.unlink()
    settings.audit.with_suffix(".head").unlink()
    for _ in range(ENTRIES):
        AuditLog(settings.audit).append("query", actor="bent", project="p")
    assert type_in(settings, "audit", "verify").exit_code == 1
    assert failed[0].startswith(f"the audit log was written anew: its first {ENTRIES} entries are not those")
    assert type_in(settings, "audit", "anchor").exit_code == 1
    # Who removes the anchor too is found, and by a copy as well.
    (settings.keys / FILE).unlink()
    assert type_in(settings, "audit", "verify").exit_code == 1
    assert type_in(settings, "audit", "verify", "--anchor", str(copy)).exit_code == 1
    assert failed[1:] == failed[:1]
    # Until somebody takes it as it is, which the log tells.
    assert type_in(settings, "audit", "accept", "--reason", " ").exit_code == 2
    assert type_in(settings, "audit", "accept", "--reason", "A test.").exit_code == 0
    assert type_in(settings, "audit", "verify").exit_code == 0
    assert [entry.kind for entry in AuditLog(settings.audit).read()][-1] == "audit_log_accepted"


def test_a_copy_that_is_no_anchor_is_refused(type_in: Type, settings: Settings, tmp_path: Path) -> None:
    for name in ("none", "empty"):
        (tmp_path / "empty").touch()
        assert type_in(settings, "audit", "verify", "--anchor", str(tmp_path / name)).exit_code == 1


def test_a_copy_that_cannot_be_written_is_told_in_one_line(type_in: Type, settings: Settings, tmp_path: Path) -> None:
    done = type_in(settings, "audit", "anchor", "--out", str(tmp_path / "no" / "such"))
    assert done.exit_code == 2


def test_an_empty_log_has_nothing_to_sign(type_in: Type, tmp_path: Path) -> None:
    done = type_in(Settings(home=tmp_path / "new"), "audit", "anchor")
    assert (done.exit_code, done.shown) == (0, "the audit log is empty: nothing to sign\n")


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
