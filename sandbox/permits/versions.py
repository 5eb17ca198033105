"""The permits of an installation: every version that was asked for, who asked, and who approved it.

    state/permits/readmissions-elderly/0001/permit.yaml    as it was written
                                            request.json   by whom, when, and the permit's digest
                                            approval.json  the same of the approval

A version never changes; a change is the next one. The youngest that is approved counts. Nobody approves what they asked
for, or access for themselves. A file that is not what was approved is no permit, and all permits are closed until it is
put back: somebody is at work there.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.errors import PermitError
from sandbox.parquet import sync
from sandbox.permits.file import parse
from sandbox.permits.model import DENMARK, Permit, digest

_PERMIT, _REQUEST, _APPROVAL = "permit.yaml", "request.json", "approval.json"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did with a version, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a project's permit, and whether somebody approved it."""

    permit: Permit
    asked: Act
    approved: Act | None

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self.permit.version


def submit(folder: Path, text: str, *, name: str, by: str, now: datetime) -> Version:
    """Ask for what stands in a permit's YAML text; it waits for somebody else's approval.

    Raises PermitError when the text is no permit, or is not the next version of its project.
    """
    permit = parse(text, name=name)
    if permit.is_template:
        raise PermitError(f"{name}: expected from and to, found duration_days; activate the template: --activate")
    project = folder / permit.project
    before = versions(folder, permit.project)
    wanted = before[-1].number + 1 if before else 1
    if permit.version != wanted:
        raise PermitError(
            f"{name}: expected version {wanted} of {permit.project}, found {permit.version}; a change is a new version"
        )
    project.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(prefix=".asked-", dir=project))
    try:
        _write(work / _PERMIT, text)
        asked = Act(by, now)
        _write(work / _REQUEST, _told(asked, permit))
        sync(work)
        work.rename(_place(folder, permit.project, permit.version))
        sync(project)
    except OSError as error:
        if _place(folder, permit.project, permit.version).exists():
            raise PermitError(
                f"{permit.project}: version {permit.version} was asked for meanwhile; write the next one"
            ) from None
        raise PermitError(f"{permit.project}: the permit cannot be kept ({error.strerror}); mend the disk") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Version(permit, asked, None)


def approve(folder: Path, project: str, number: int, *, by: str, now: datetime) -> Version:
    """Put the youngest version of a project's permit in force. Raises PermitError when it is none, or `by` may not."""
    version = _to_approve(versions(folder, project), project, number, by=by)
    approved = Act(by, now)
    place = _place(folder, project, number)
    try:
        with tempfile.TemporaryDirectory(prefix=".approved-", dir=place) as work:
            _write(Path(work) / _APPROVAL, _told(approved, version.permit))
            # Of two at once, one finds it there.
            os.link(Path(work) / _APPROVAL, place / _APPROVAL)
        sync(place)
    except FileExistsError:
        raise PermitError(f"{project}: version {number} is approved already") from None
    except OSError as error:
        raise PermitError(f"{project}: the approval cannot be kept ({error.strerror}); mend the disk") from None
    return Version(version.permit, version.asked, approved)


def _to_approve(found: Sequence[Version], project: str, number: int, *, by: str) -> Version:
    version = next((one for one in found if one.number == number), None)
    if version is None:
        raise PermitError(f"{project}: expected a version {number} that was asked for, found none; see permit list")
    if version.approved:
        raise PermitError(f"{project}: version {number} is approved already, by {version.approved.by}")
    if version is not found[-1]:
        raise PermitError(f"{project}: version {found[-1].number} was asked for after {number}; approve that one")
    if by == version.asked.by:
        raise PermitError(f"{project}: {by} asked for version {number}; somebody else has to approve it")
    if any(person.login == by for person in version.permit.people):
        raise PermitError(f"{project}: {by} is given access by version {number}; somebody else has to approve it")
    return version


def versions(folder: Path, project: str) -> list[Version]:
    """The versions of a project's permit in their order. Raises PermitError when one is not what was asked for."""
    return [_read(place) for place in sorted((folder / project).glob("[0-9]*")) if place.is_dir()]


def projects(folder: Path) -> list[str]:
    """The projects of which a permit was asked for."""
    return sorted(place.name for place in folder.iterdir() if place.is_dir()) if folder.is_dir() else []


def approved_version(folder: Path, project: str) -> Version | None:
    """The youngest approved version of a project's permit. Raises PermitError when it is not what was approved."""
    places = [path.parent for path in (folder / project).glob(f"[0-9]*/{_APPROVAL}")]
    return _read(max(places)) if places else None


def approved_versions(folder: Path) -> dict[str, Version]:
    """The youngest approved version of each project's permit, those that have ended too. Raises PermitError."""
    return dict(_approved(folder))


def _approved(folder: Path) -> Iterator[tuple[str, Version]]:
    for project in projects(folder):
        if version := approved_version(folder, project):
            yield project, version


def all_permits(folder: Path) -> dict[str, Permit]:
    """The approved permits of a folder by project, those that have ended too. Raises PermitError."""
    return {project: version.permit for project, version in _approved(folder)}


def in_force(folder: Path, now: datetime) -> dict[str, Permit]:
    """The approved permits that cover the present day in Denmark, by project. Raises PermitError."""
    day = now.astimezone(DENMARK).date()
    return {project: permit for project, permit in all_permits(folder).items() if permit.covers(day)}


def _place(folder: Path, project: str, number: int) -> Path:
    return folder / project / f"{number:04d}"


def _read(place: Path) -> Version:
    """The version in a folder. Raises PermitError when it is not what was asked for, or not what was approved."""
    name = f"{place.parent.name}, version {place.name}"
    asked: Act | None = None
    approved: Act | None = None
    try:
        permit = parse((place / _PERMIT).read_text(encoding="utf-8"), name=name)
        asked = _act(place / _REQUEST, permit)
        approved = _act(place / _APPROVAL, permit) if (place / _APPROVAL).exists() else None
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        asked = None
    if asked is None or (permit.project, f"{permit.version:04d}") != (place.parent.name, place.name):
        raise PermitError(
            f"{name}: expected the permit that was asked for and approved, found another; put the file back from its "
            "backup, and ask for a change with oeverum permit submit"
        )
    return Version(permit, asked, approved)


def _act(path: Path, permit: Permit) -> Act:
    """What a file tells of a permit. Raises ValueError when it is of another, KeyError or TypeError when of nothing."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["digest"] != digest(permit):
        raise ValueError("of another permit")
    return Act(str(told["by"]), datetime.fromisoformat(told["at"]))


def _told(act: Act, permit: Permit) -> str:
    at = act.at.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps({"by": act.by, "at": at, "digest": digest(permit)}, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)
