"""The permits of an installation: every version that was asked for, who asked, and who approved it.

    state/permits/readmissions-elderly/0001/permit.yaml    as it was written
                                            request.json   by whom, when, and the SHA-256 of the text
                                            approval.json  by whom, when, and the SHA-256 of the request

A version never changes; a change is the next one. The youngest that is approved counts. Nobody approves what they asked
for, or access for themselves. A project whose youngest approved version is not what was approved has no permit until
it is put back, and is closed.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.errors import PermitError
from sandbox.parquet import sync
from sandbox.permits.file import parse
from sandbox.permits.model import DENMARK, Permit

_PERMIT, _REQUEST, _APPROVAL = "permit.yaml", "request.json", "approval.json"
_NAME, _NUMBER = re.compile(r"[a-z][a-z0-9-]*"), re.compile(r"[0-9]{4}")
MARK = 12  # So many letters of the SHA-256 of a version's text say which text was read.


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did with a version, and when; `of` is the SHA-256 of what it was done with."""

    by: str
    at: datetime
    of: str

    def text(self) -> str:
        """In the form in which it is kept."""
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return json.dumps({"by": self.by, "at": at, "of": self.of}, ensure_ascii=False, indent=2) + "\n"


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

    @property
    def mark(self) -> str:
        """What says which text it is; who approves it has read it there."""
        return self.asked.of[:MARK]


def submit(folder: Path, text: str, *, name: str, by: str, now: datetime) -> Version:
    """Ask for what stands in a permit's YAML text; it waits for somebody else's approval.

    Raises PermitError when the text is no permit, has ended, or is not the next version of its project.
    """
    permit = parse(text, name=name)
    if permit.valid_to is None:
        raise PermitError(f"{name}: expected from and to, found duration_days; activate the template: --activate")
    if permit.valid_to <= now.astimezone(DENMARK).date():
        raise PermitError(f"{name}: expected a day still to come as to, found {permit.valid_to}; write another")
    wanted = max(_numbers(folder, permit.project), default=0) + 1
    if permit.version != wanted:
        raise PermitError(
            f"{name}: expected version {wanted} of {permit.project}, found {permit.version}; a change is a new version"
        )
    asked, project = Act(by, now, _sha256(text)), folder / permit.project
    project.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(prefix=".asked-", dir=project))
    try:
        _write(work / _PERMIT, text)
        _write(work / _REQUEST, asked.text())
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


def approve(
    folder: Path,
    project: str,
    number: int,
    *,
    mark: str,
    by: str,
    now: datetime,
    tell: Callable[[Version], object] = lambda version: None,
) -> Version:
    """Put the youngest version of a project's permit in force.

    `mark` is that of the version which was read; `tell` is called before the last step, which nothing but a disk can
    stop. Raises PermitError when there is no such version, it is another, or `by` may not approve it.
    """
    version = _to_approve(folder, project, number, mark=mark, by=by)
    place = _place(folder, project, number)
    approved = Act(by, now, _sha256((place / _REQUEST).read_text(encoding="utf-8")))
    try:
        with tempfile.TemporaryDirectory(prefix=".approved-", dir=place) as work:
            _write(Path(work) / _APPROVAL, approved.text())
            tell(version)
            # Of two at once, one finds it there.
            os.link(Path(work) / _APPROVAL, place / _APPROVAL)
        sync(place)
    except FileExistsError:
        raise PermitError(f"{project}: version {number} is approved already") from None
    except OSError as error:
        raise PermitError(f"{project}: the approval cannot be kept ({error.strerror}); mend the disk") from None
    return Version(version.permit, version.asked, approved)


def _to_approve(folder: Path, project: str, number: int, *, mark: str, by: str) -> Version:
    numbers = _numbers(folder, project)
    if number not in numbers:
        raise PermitError(f"{project}: expected a version {number} that was asked for, found none; see permit list")
    if number != max(numbers):
        raise PermitError(f"{project}: version {max(numbers)} was asked for after {number}; approve that one")
    version = _read(_place(folder, project, number))
    if version.approved:
        raise PermitError(f"{project}: version {number} is approved already, by {version.approved.by}")
    if len(mark) < MARK or not version.asked.of.startswith(mark):
        raise PermitError(
            f"{project}: expected the mark of version {number}, found another; read it with oeverum permit explain "
            f"{project} --version {number}"
        )
    if (reason := _may_not(version.permit, version.asked, by)) is not None:
        raise PermitError(f"{project}: {reason}; somebody else has to approve it")
    return version


def _may_not(permit: Permit, asked: Act, by: str) -> str | None:
    """Why somebody may not approve a version; None where they may."""
    if by == asked.by:
        return f"{by} asked for version {permit.version}"
    if any(person.login == by for person in permit.people):
        return f"{by} is given access by version {permit.version}"
    return None


def versions(folder: Path, project: str) -> list[Version]:
    """The versions of a project's permit in their order. Raises PermitError when one is not what was asked for."""
    return [_read(_place(folder, project, number)) for number in sorted(_numbers(folder, project))]


def version_of(folder: Path, project: str, number: int) -> Version | None:
    """One version of a project's permit; None where it was not asked for. Raises PermitError as `versions`."""
    return _read(_place(folder, project, number)) if number in _numbers(folder, project) else None


def approved_version(folder: Path, project: str) -> Version | None:
    """The youngest approved version of a project's permit; it may have ended.

    Raises PermitError when it is not what was approved, or cannot be read.
    """
    try:
        numbers = [n for n in _numbers(folder, project) if _is_approved(_place(folder, project, n))]
    except OSError:
        raise _altered(project) from None
    return _read(_place(folder, project, max(numbers))) if numbers else None


def projects(folder: Path) -> list[str]:
    """The projects of which a permit was asked for."""
    return sorted(place.name for place in folder.iterdir() if _NAME.fullmatch(place.name)) if folder.is_dir() else []


def all_permits(folder: Path) -> dict[str, Permit]:
    """The approved permits by project, those that have ended too, without those that were altered."""
    return {project: found.permit for project, found in _approved(folder) if isinstance(found, Version)}


def in_force(folder: Path, now: datetime) -> dict[str, Permit]:
    """The approved permits that cover the present day in Denmark, by project, without those that were altered."""
    day = now.astimezone(DENMARK).date()
    return {project: permit for project, permit in all_permits(folder).items() if permit.covers(day)}


def altered(folder: Path) -> dict[str, PermitError]:
    """The projects whose permit is not what was approved, each with what is to be done."""
    return {project: found for project, found in _approved(folder) if isinstance(found, PermitError)}


def _approved(folder: Path) -> Iterator[tuple[str, Version | PermitError]]:
    for project in projects(folder):
        try:
            if found := approved_version(folder, project):
                yield project, found
        except PermitError as error:
            yield project, error


def _numbers(folder: Path, project: str) -> list[int]:
    """The numbers of the versions that were asked for."""
    place = folder / project
    if not _NAME.fullmatch(project) or not place.is_dir():
        return []
    try:
        return [int(one.name) for one in place.iterdir() if _NUMBER.fullmatch(one.name)]
    except OSError:
        raise _altered(project) from None


def _place(folder: Path, project: str, number: int) -> Path:
    return folder / project / f"{number:04d}"


def _read(place: Path) -> Version:
    """The version in a folder. Raises PermitError when it is not what was asked for, or not what was approved."""
    name = f"{place.parent.name}, version {place.name}"
    try:
        text, request = ((place / one).read_text(encoding="utf-8") for one in (_PERMIT, _REQUEST))
        asked = _act(request, of=text)
        permit = parse(text, name=name)
        approved = _act((place / _APPROVAL).read_text(encoding="utf-8"), of=request) if _is_approved(place) else None
    except (OSError, ValueError, KeyError, TypeError):
        raise _altered(name) from None
    if (permit.project, f"{permit.version:04d}") != (place.parent.name, place.name):
        raise _altered(name)
    if approved and _may_not(permit, asked, approved.by):
        raise _altered(name)
    return Version(permit, asked, approved)


def _is_approved(place: Path) -> bool:
    return (place / _APPROVAL).exists()


def _act(text: str, *, of: str) -> Act:
    """What a file tells. Raises ValueError when it is of another text, KeyError or TypeError when of nothing."""
    told = json.loads(text)
    if told["of"] != _sha256(of):
        raise ValueError("of another text")
    return Act(str(told["by"]), datetime.fromisoformat(told["at"]), told["of"])


def _altered(name: str) -> PermitError:
    return PermitError(
        f"{name}: expected the permit that was asked for and approved, found another; put the file back from its "
        "backup, and ask for a change with oeverum permit submit"
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)
