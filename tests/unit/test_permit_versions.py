"""Versions of permits: who asks, who may approve, what counts, and what was changed behind everybody's back."""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.errors import PermitError
from sandbox.permits.versions import (
    Version,
    all_permits,
    altered,
    approve,
    approved_version,
    in_force,
    submit,
    versions,
)
from tests.permits import alter, approved
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def ask(folder: Path, number: int, *, by: str = "dorte", **changes: Any) -> Version:
    text = yaml.safe_dump(a_permit(version=number, **changes))
    return submit(folder, text, name="heart.yaml", by=by, now=NOW)


def yes(folder: Path, number: int, *, by: str, mark: str | None = None) -> Version:
    """The approval of a version that was read."""
    read = [version.mark for version in versions(folder, PROJECT) if version.number == number]
    return approve(folder, PROJECT, number, mark=mark or "".join(read) or "0" * 12, by=by, now=NOW)


def test_a_permit_is_in_force_when_somebody_else_has_approved_it(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    assert all_permits(tmp_path) == {}
    done = yes(tmp_path, 1, by="erik")
    assert all_permits(tmp_path) == in_force(tmp_path, NOW) == {PROJECT: done.permit}
    (version,) = versions(tmp_path, PROJECT)
    assert version == done
    assert (version.asked.by, version.approved and version.approved.by) == ("dorte", "erik")
    assert version.asked.at == NOW
    assert in_force(tmp_path, datetime(2027, 1, 1, tzinfo=UTC)) == {}


def test_nobody_approves_what_they_asked_for_or_their_own_access(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    with pytest.raises(PermitError, match="dorte asked for version 1; somebody else has to approve it"):
        yes(tmp_path, 1, by="dorte")
    with pytest.raises(PermitError, match="anna is given access by version 1"):
        yes(tmp_path, 1, by="anna")
    assert all_permits(tmp_path) == {}


def test_a_change_is_the_next_version_and_the_one_before_counts_until_it_is_approved(tmp_path: Path) -> None:
    approved(tmp_path, a_permit())
    with pytest.raises(PermitError, match="expected version 2 of heart-failure, found 1"):
        ask(tmp_path, 1, title="Another")
    with pytest.raises(PermitError, match="expected version 2 of heart-failure, found 3"):
        ask(tmp_path, 3, title="Another")
    ask(tmp_path, 2, title="Another")
    assert all_permits(tmp_path)[PROJECT].title == "Heart failure"
    yes(tmp_path, 2, by="erik")
    assert all_permits(tmp_path)[PROJECT].title == "Another"
    assert approved_version(tmp_path, PROJECT) == versions(tmp_path, PROJECT)[1]
    assert [version.permit.title for version in versions(tmp_path, PROJECT)] == ["Heart failure", "Another"]


def test_of_two_that_wait_the_younger_alone_can_be_approved_and_once(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    ask(tmp_path, 2, title="Another")
    with pytest.raises(PermitError, match="version 2 was asked for after 1"):
        yes(tmp_path, 1, by="erik")
    yes(tmp_path, 2, by="erik")
    with pytest.raises(PermitError, match="version 2 is approved already, by erik"):
        yes(tmp_path, 2, by="frida")
    with pytest.raises(PermitError, match="expected a version 3 that was asked for"):
        yes(tmp_path, 3, by="erik")


def changed_approval(folder: Path) -> None:
    path = folder / PROJECT / "0001" / "approval.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"of": "0" * 64}), encoding="utf-8")


def another_s_approval(folder: Path) -> None:
    approved(folder, a_permit(project="other"))
    (folder / PROJECT / "0001" / "approval.json").write_bytes((folder / "other/0001/approval.json").read_bytes())


def rewritten(folder: Path, file: str, by: str) -> None:
    path = folder / PROJECT / "0001" / file
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"by": by}), encoding="utf-8")


def approved_by_whoever_asked(folder: Path) -> None:
    rewritten(folder, "approval.json", "requester")


def approved_by_one_of_the_people(folder: Path) -> None:
    rewritten(folder, "approval.json", "anna")


def asked_by_another(folder: Path) -> None:
    rewritten(folder, "request.json", "erik")


def torn_approval(folder: Path) -> None:
    (folder / PROJECT / "0001" / "approval.json").write_text('{"by": "er', encoding="utf-8")


def moved_to_another_project(folder: Path) -> None:
    (folder / PROJECT).rename(folder / "other")


def copied_as_the_next(folder: Path) -> None:
    (folder / PROJECT / "0001").rename(folder / PROJECT / "0002")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: alter(folder, PROJECT),
        changed_approval,
        another_s_approval,
        torn_approval,
        moved_to_another_project,
        copied_as_the_next,
        approved_by_whoever_asked,
        approved_by_one_of_the_people,
        asked_by_another,
        lambda folder: (folder / PROJECT / "0001" / "permit.yaml").unlink(),
        lambda folder: (folder / PROJECT / "0001" / "request.json").unlink(),
        lambda folder: (folder / PROJECT / "0001" / "permit.yaml").write_bytes(b"\xff"),
    ],
)
def test_what_is_not_as_it_was_approved_is_no_permit(tmp_path: Path, change: Callable[[Path], None]) -> None:
    approved(tmp_path, a_permit())
    change(tmp_path)
    assert all_permits(tmp_path).keys() <= {"other"}
    (project,) = altered(tmp_path)
    with pytest.raises(PermitError, match="expected the permit that was asked for and approved, found another"):
        approved_version(tmp_path, project)


def test_of_two_who_ask_or_approve_at_once_one_does(tmp_path: Path) -> None:
    for act in (lambda: ask(tmp_path, 1), lambda: yes(tmp_path, 1, by="erik")):
        done, refused = [], []
        gate = threading.Barrier(8)

        def run(act: Callable[[], Version] = act, gate: threading.Barrier = gate) -> None:
            gate.wait()
            try:
                done.append(act())  # noqa: B023
            except PermitError as error:
                refused.append(error)  # noqa: B023

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(done), len(refused)) == (1, 7)
    assert [path.name for path in sorted((tmp_path / PROJECT).iterdir())] == ["0001"]
    assert len(list((tmp_path / PROJECT / "0001").iterdir())) == 3


def test_a_request_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / PROJECT / ".asked-killed").mkdir(parents=True)
    (tmp_path / PROJECT / ".asked-killed" / "permit.yaml").write_text("project: [", encoding="utf-8")
    ask(tmp_path, 1)
    yes(tmp_path, 1, by="erik")
    assert list(all_permits(tmp_path)) == [PROJECT]


def test_a_template_is_not_asked_for(tmp_path: Path) -> None:
    content = {name: value for name, value in a_permit().items() if name not in {"from", "to"}}
    with pytest.raises(PermitError, match="found duration_days; activate the template: --activate"):
        submit(tmp_path, yaml.safe_dump(content | {"duration_days": 5}), name="heart.yaml", by="dorte", now=NOW)


def test_what_is_approved_is_what_was_read(tmp_path: Path) -> None:
    asked = ask(tmp_path, 1)
    for mark in ("", asked.mark[:-1], "0" * 12, asked.mark + "0"):
        with pytest.raises(PermitError, match="read it with oeverum permit explain heart-failure --version 1"):
            approve(tmp_path, PROJECT, 1, mark=mark, by="erik", now=NOW)
    assert approve(tmp_path, PROJECT, 1, mark=asked.mark, by="erik", now=NOW).approved


def test_an_approval_is_told_before_it_counts(tmp_path: Path) -> None:
    asked = ask(tmp_path, 1)

    def fails(version: Version) -> None:
        assert all_permits(tmp_path) == {}
        raise OSError("no room")

    with pytest.raises(PermitError, match="cannot be kept"):
        approve(tmp_path, PROJECT, 1, mark=asked.mark, by="erik", now=NOW, tell=fails)
    assert all_permits(tmp_path) == {}


def test_what_has_ended_is_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(PermitError, match="expected a day still to come as to, found 2026-02-01"):
        ask(tmp_path, 1, to="2026-02-01")


def test_a_copy_beside_a_version_and_a_version_of_an_older_form_stop_nothing(tmp_path: Path) -> None:
    """A version that can no longer be read is passed over by the next one; a backup beside it is none."""
    approved(tmp_path, a_permit())
    shutil.copytree(tmp_path / PROJECT / "0001", tmp_path / PROJECT / "0001.bak")
    assert list(all_permits(tmp_path)) == [PROJECT]
    place = tmp_path / PROJECT / "0001"
    older = (place / "permit.yaml").read_text("utf-8").replace("retention_days: 0", "kept: 0")
    (place / "permit.yaml").write_text(older, encoding="utf-8")
    request = {"by": "requester", "at": "2026-01-01T12:00:00+00:00", "of": hashlib.sha256(older.encode()).hexdigest()}
    (place / "request.json").write_text(json.dumps(request), encoding="utf-8")
    with pytest.raises(PermitError):
        approved_version(tmp_path, PROJECT)
    mark = ask(tmp_path, 2).mark
    approve(tmp_path, PROJECT, 2, mark=mark, by="erik", now=NOW)
    assert list(all_permits(tmp_path)) == [PROJECT]


def test_one_project_s_altered_permit_closes_no_other(tmp_path: Path) -> None:
    approved(tmp_path, a_permit())
    approved(tmp_path, a_permit(project="other"))
    alter(tmp_path, "other")
    assert list(all_permits(tmp_path)) == [PROJECT]
    assert list(altered(tmp_path)) == ["other"]


@pytest.mark.parametrize("project", ["../heart-failure", "heart-failure/../heart-failure", "", ".", "heart-failure\n"])
def test_a_project_is_a_name_and_no_path(tmp_path: Path, project: str) -> None:
    approved(tmp_path, a_permit())
    assert approved_version(tmp_path, project) is None
    assert versions(tmp_path, project) == []
