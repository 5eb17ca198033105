"""Versions of permits: who asks, who may approve, what counts, and what was changed behind everybody's back."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.errors import PermitError
from sandbox.permits.versions import Version, all_permits, approve, approved_versions, in_force, submit, versions
from tests.permits import alter, approved
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def ask(folder: Path, number: int, *, by: str = "dorte", **changes: Any) -> Version:
    text = yaml.safe_dump(a_permit(version=number, **changes))
    return submit(folder, text, name="heart.yaml", by=by, now=NOW)


def test_a_permit_is_in_force_when_somebody_else_has_approved_it(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    assert all_permits(tmp_path) == {}
    done = approve(tmp_path, PROJECT, 1, by="erik", now=NOW)
    assert all_permits(tmp_path) == in_force(tmp_path, NOW) == {PROJECT: done.permit}
    (version,) = versions(tmp_path, PROJECT)
    assert version == done
    assert (version.asked.by, version.approved and version.approved.by) == ("dorte", "erik")
    assert version.asked.at == NOW
    assert in_force(tmp_path, datetime(2027, 1, 1, tzinfo=UTC)) == {}


def test_nobody_approves_what_they_asked_for_or_their_own_access(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    with pytest.raises(PermitError, match="dorte asked for version 1; somebody else has to approve it"):
        approve(tmp_path, PROJECT, 1, by="dorte", now=NOW)
    with pytest.raises(PermitError, match="anna is given access by version 1"):
        approve(tmp_path, PROJECT, 1, by="anna", now=NOW)
    assert all_permits(tmp_path) == {}


def test_a_change_is_the_next_version_and_the_one_before_counts_until_it_is_approved(tmp_path: Path) -> None:
    approved(tmp_path, a_permit())
    with pytest.raises(PermitError, match="expected version 2 of heart-failure, found 1"):
        ask(tmp_path, 1, title="Another")
    with pytest.raises(PermitError, match="expected version 2 of heart-failure, found 3"):
        ask(tmp_path, 3, title="Another")
    ask(tmp_path, 2, title="Another")
    assert all_permits(tmp_path)[PROJECT].title == "Heart failure"
    approve(tmp_path, PROJECT, 2, by="erik", now=NOW)
    assert all_permits(tmp_path)[PROJECT].title == "Another"
    assert approved_versions(tmp_path)[PROJECT].number == 2
    assert [version.permit.title for version in versions(tmp_path, PROJECT)] == ["Heart failure", "Another"]


def test_of_two_that_wait_the_younger_alone_can_be_approved_and_once(tmp_path: Path) -> None:
    ask(tmp_path, 1)
    ask(tmp_path, 2, title="Another")
    with pytest.raises(PermitError, match="version 2 was asked for after 1"):
        approve(tmp_path, PROJECT, 1, by="erik", now=NOW)
    approve(tmp_path, PROJECT, 2, by="erik", now=NOW)
    with pytest.raises(PermitError, match="version 2 is approved already, by erik"):
        approve(tmp_path, PROJECT, 2, by="frida", now=NOW)
    with pytest.raises(PermitError, match="expected a version 3 that was asked for"):
        approve(tmp_path, PROJECT, 3, by="erik", now=NOW)


def changed_approval(folder: Path) -> None:
    path = folder / PROJECT / "0001" / "approval.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"digest": "0" * 64}), encoding="utf-8")


def another_s_approval(folder: Path) -> None:
    approved(folder, a_permit(project="other"))
    (folder / PROJECT / "0001" / "approval.json").write_bytes((folder / "other/0001/approval.json").read_bytes())


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
        lambda folder: (folder / PROJECT / "0001" / "permit.yaml").unlink(),
        lambda folder: (folder / PROJECT / "0001" / "request.json").unlink(),
        lambda folder: (folder / PROJECT / "0001" / "permit.yaml").write_bytes(b"\xff"),
    ],
)
def test_what_is_not_as_it_was_approved_is_no_permit(tmp_path: Path, change: Callable[[Path], None]) -> None:
    approved(tmp_path, a_permit())
    change(tmp_path)
    with pytest.raises(PermitError, match="expected the permit that was asked for and approved, found another"):
        all_permits(tmp_path)


def test_of_two_who_ask_or_approve_at_once_one_does(tmp_path: Path) -> None:
    for act in (lambda: ask(tmp_path, 1), lambda: approve(tmp_path, PROJECT, 1, by="erik", now=NOW)):
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
    approve(tmp_path, PROJECT, 1, by="erik", now=NOW)
    assert list(all_permits(tmp_path)) == [PROJECT]


def test_a_template_is_not_asked_for(tmp_path: Path) -> None:
    content = {name: value for name, value in a_permit().items() if name not in {"from", "to"}}
    with pytest.raises(PermitError, match="found duration_days; activate the template: --activate"):
        submit(tmp_path, yaml.safe_dump(content | {"duration_days": 5}), name="heart.yaml", by="dorte", now=NOW)
