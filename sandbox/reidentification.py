"""Re-identification for a clinical duty of care: two named people, a reason, one subject at a time, each step logged.

One person asks and tells why; another approves within a day and is told the number. A request is used up by that. Here:
requests, and the way from a subject back to a person_id; where the numbers of people lie, the caller knows.
"""

import os
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, ValidationError

from pseudonymisation.known_values import HashedValues
from pseudonymisation.leaks import LeakDetector
from sandbox.audit import AuditLog
from sandbox.errors import ReidentificationRefused
from sandbox.pseudonyms import PERSON_LETTERS, project_pseudonyms

VALID = timedelta(hours=24)
REASON_CHARACTERS = 20
ASKED, SHOWN = "reidentification_requested", "reidentified"

_SUBJECT = re.compile(rf"[A-Z2-7]{{{PERSON_LETTERS}}}")
_ID = re.compile(r"q[0-9a-f]{8}")


class Request(BaseModel):
    """That somebody asks who a subject is (times in UTC)."""

    model_config = ConfigDict(frozen=True)
    id: str
    project: str
    subject: str
    reason: str
    asked_by: str
    asked_at: datetime


class Requests:
    """The open requests of an installation, one file each; what becomes of them is in the audit log."""

    def __init__(self, folder: Path, audit: AuditLog) -> None:
        self._folder = folder
        self._audit = audit

    def ask(self, *, project: str, subject: str, reason: str, by: str, now: datetime) -> Request:
        """Ask who a subject is. Raises ReidentificationRefused, which is logged, without a reason or a subject."""
        if not _SUBJECT.fullmatch(subject):
            line = f"that is no subject; expected the {PERSON_LETTERS} characters of a subject_id of {project}"
            raise self.refused(project, by, line)
        reason = " ".join(reason.split())
        if len(reason) < REASON_CHARACTERS:
            line = f"expected a reason of {REASON_CHARACTERS} characters or more, found {len(reason)}"
            raise self.refused(project, by, f"{line}; say what the duty of care is")
        if LeakDetector(known=HashedValues(b"", {})).scan(pa.RecordBatch.from_pydict({"reason": [reason]})):
            line = "the reason holds what looks like an identifier, and would stay in the log; say it without"
            raise self.refused(project, by, line)
        request = Request(
            id=f"q{token_hex(4)}",
            project=project,
            subject=subject,
            reason=reason,
            asked_by=by,
            asked_at=now.astimezone(UTC),
        )
        self._audit.append(ASKED, actor=by, project=project, request=request.id, subject=subject, reason=request.reason)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self._folder / f".{request.id}"
        temporary.touch(mode=0o600)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(request.model_dump_json(indent=2))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path(request.id))
        return request

    def open(self, id_: str, *, by: str, now: datetime) -> Request:
        """A request that this person may approve. Raises ReidentificationRefused, which is logged."""
        path = self._path(id_)
        if not _ID.fullmatch(id_) or not path.is_file():
            raise self.refused("", by, "there is no open request of this id; ask with oeverum reidentify request")
        try:
            request = Request.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError:
            # Not chained: the message of the parser quotes the request.
            raise self.refused("", by, "the request is damaged; ask again with oeverum reidentify request") from None
        if now - request.asked_at > VALID:
            path.unlink()
            raise self.refused(request.project, by, "the request is older than a day; ask again")
        if request.asked_by == by:
            raise self.refused(request.project, by, "whoever asks cannot approve; another person has to")
        return request

    def use_up(self, request: Request, *, by: str) -> None:
        """Take note that the person is told now; nobody can approve the request again.

        Raises ReidentificationRefused when somebody was quicker.
        """
        try:
            self._path(request.id).unlink()
        except FileNotFoundError:
            raise self.refused(request.project, by, "the request was used up meanwhile; ask again") from None
        self._audit.append(
            SHOWN,
            actor=by,
            project=request.project,
            request=request.id,
            subject=request.subject,
            asked_by=request.asked_by,
            reason=request.reason,
        )

    def refused(self, project: str, by: str, line: str) -> ReidentificationRefused:
        """The refusal to raise, which is in the log now."""
        self._audit.append("reidentification_refused", actor=by, project=project, reason=line)
        return ReidentificationRefused(line)

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"


def person_of(subject: str, people: Iterable[pa.Array], *, key: bytes) -> int | None:
    """The person_id of a subject, by making the subject_ids of all people (arrays of int64) anew; None for nobody."""
    for person_ids in people:
        place = pc.index(project_pseudonyms(person_ids, key=key), subject).as_py()
        if place >= 0:
            return int(person_ids[place].as_py())
    return None


def numbers_of(
    person_ids: set[int], numbers: Iterable[pa.Array], *, pseudonyms: Callable[[pa.Array], pa.Array]
) -> dict[int, str]:
    """The numbers of a person by their pseudonyms; reading stops when each of the pseudonyms has one.

    `numbers` are arrays of texts as they were delivered, `pseudonyms` makes the cohort's own pseudonyms of them.
    """
    wanted = pa.array(sorted(person_ids), pa.int64())
    found: dict[int, str] = {}
    for given in numbers:
        codes = pseudonyms(given)
        there = pc.is_in(codes, value_set=wanted)
        if pc.any(there).as_py():
            found.update(zip(codes.filter(there).to_pylist(), given.filter(there).to_pylist(), strict=True))
        if len(found) == len(person_ids):
            break
    return found
