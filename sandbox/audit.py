"""The audit log: one line of JSON for every query, release, grant and refusal, each chained to the one before.

An entry holds the hash of the entry before it, so that nobody can change, remove or insert one unseen; `audit.head`
beside the log holds the count and the last hash, so that a tail cut off is seen too. The chain has no key: who may
write both files can write a new chain, which is found by the place that was signed last (`sandbox/anchors.py`). What
looks like an identifier of a person in a text (a query, say) is masked before it is written.
"""

import fcntl
import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.errors import SandboxError

START = "0" * 64
TEXT_CHARACTERS = 20_000
TORN, HEAD_LOST = "audit_torn_line", "audit_head_lost"
MASKS = (
    (re.compile(r"(?<![0-9])[0-9]{6} ?[-–—]? ?(?:[0-9]{4}|[0-9][A-Za-z]{2}[0-9])(?![0-9])"), "[CPR]"),
    (re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+"), "[EMAIL]"),
    (re.compile(r"(?<![0-9])(?:\+45 ?)?[0-9]{2}(?: ?[0-9]{2}){3}(?![0-9])"), "[PHONE]"),
)
# What the platform itself makes, and needs to find again as it was: hashes, versions of keys, names of releases, of
# grants and of requests. By chance their digits can look like a number of a person.
MADE = re.compile(
    r"(?<![0-9A-Za-z])([0-9a-f]{64}|k[0-9]+-[0-9a-f]{8}|r[0-9]{4,}-[0-9a-f]{8}|[gq][0-9a-f]{8})(?![0-9A-Za-z])"
)
# Kind, hash of the entry before and project are the last of a line.
_END_BYTES = 300
_HASH = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    at: datetime
    kind: str
    actor: str
    project: str
    facts: dict[str, Any]

    def row(self) -> tuple[str, str, str, str, str]:
        """The entry for a table."""
        facts = ", ".join(f"{name}: {_shown(value)}" for name, value in self.facts.items())
        return f"{self.at:%Y-%m-%d %H:%M:%S}", self.kind, self.actor, self.project, facts


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry that a project's people see, and its place among them, from 1."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain: so many entries, the hash of the last, and the byte of the log where that one begins."""

    entries: int = 0
    hash: str = START
    byte: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole, over how many lines, and where it first is not.

    `rewritten`: a place that was known does not stand in it any more, so that it is another chain.
    """

    ok: bool
    lines: int
    first_bad_line: int | None = None
    rewritten: bool = False


class AuditLog:
    """The log in one file, to which several processes may append."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._head = path.with_suffix(".head")

    def append(self, kind: str, *, actor: str, project: str = "", **facts: Any) -> None:
        """Write one entry, and have it on disk before returning.

        What a killed process has left is put right first: a line without its end is moved into `audit.torn`, a whole
        line that the head does not know yet is counted, and a head that is not there is made anew; the first and the
        last of these are entries themselves.
        """
        with self._locked():
            torn, last = self._set_torn_aside()
            count, previous, lost = self._where(last)
            if torn:
                count, previous = self._write(TORN, "platform", "", {"bytes": torn}, count, previous)
            if lost:
                count, previous = self._write(HEAD_LOST, "platform", "", {"entries": count}, count, previous)
            self._write(kind, actor, project, facts, count, previous)

    def read(self) -> Iterator[Entry]:
        """The entries, oldest first, without one that a killed process left half written.

        Raises SandboxError at a line that is no entry.
        """
        for number, line in enumerate(self._lines(), start=1):
            if not line.endswith(b"\n"):
                return
            yield _read(line, number)

    def page(self, project: str, kinds: Collection[str], *, most: int, after: int | None = None) -> list[Numbered]:
        """The entries of a project that are of these kinds, oldest first: the latest `most`, or the first `most` of
        those after the `after`-th.

        No more than `most` are held at once, and no other lines are read as JSON. Raises SandboxError at a line of the
        page that is no entry.
        """
        # The names of an entry are in order, so what a line ends with is not a text that somebody wrote.
        end = re.escape(f',"project":{json.dumps(project, ensure_ascii=False)}}}\n'.encode())
        ours = re.compile(b'"kind":"(%b)","previous":"[0-9a-f]{64}"%b\\Z' % ("|".join(kinds).encode(), end))
        found: deque[tuple[int, int, bytes]] = deque(maxlen=most)
        count = 0
        for number, line in enumerate(self._lines(), start=1):
            if not ours.search(line, max(0, len(line) - _END_BYTES)):
                continue
            count += 1
            if after is None or count > after:
                found.append((count, number, line))
                if after is not None and len(found) == most:
                    break
        return [Numbered(place, _read(line, number)) for place, number, line in found]

    def verify(self, known: Mark | None = None) -> Verdict:
        """Follow the chain from the first entry to the head, which may be one entry behind after a kill.

        Where a head was lost the chain is never whole again: what was cut off before it cannot be told. `known` is a
        place that the chain had, and has to have yet.
        """
        size, head = self._as_it_stands()
        before = last = Mark()
        lost, met = None, known in (None, last)
        try:
            for link, kind in self._links(size):
                before, last = last, link
                met = met or link == known
                if kind == HEAD_LOST:
                    lost = lost or link.entries
        except _Broken as broken:
            return Verdict(False, broken.line, broken.line)
        expected = head in {(mark.entries, mark.hash) for mark in (before, last)} if head else last.entries <= 1
        if lost or not expected:
            return Verdict(False, last.entries, lost or last.entries + 1)
        if known and not met:
            return Verdict(False, last.entries, min(known.entries, last.entries + 1), rewritten=True)
        return Verdict(True, last.entries)

    def follow(self, known: Mark) -> Mark:
        """The place that the head tells, by the chain from a known place on; what lies before it is not read.

        Raises SandboxError when the place is not there any more, the chain is broken after it, or it does not lead to
        the head.
        """
        size, head = self._as_it_stands()
        last = Mark()
        try:
            for link, _ in self._links(size, known):
                last = link
                # A line behind the head may not be on disk yet.
                if head and link.entries == head[0]:
                    break
        except _Broken as broken:
            raise SandboxError(
                f"the audit log: expected an entry that follows the one before it in line {broken.line}, found another"
            ) from None
        if last.entries < known.entries or (head and (last.entries, last.hash) != head):
            raise SandboxError(
                f"the audit log: expected its {max(known.entries, head[0] if head else 0)} entries, found fewer or "
                "others"
            )
        return last

    def end(self) -> Mark:
        """The place of the last line, whatever lies before it."""
        size, _ = self._as_it_stands()
        last, byte = Mark(), 0
        for number, line in enumerate(self._lines(size), start=1):
            last = Mark(number, str(_entry(line).get("hash")), byte)
            byte += len(line)
        return last

    def _as_it_stands(self) -> tuple[int, tuple[int, str] | None]:
        """The length of the log and its head, of one moment: others go on writing."""
        with ExitStack() as held:
            with suppress(OSError):  # Who may only read looks at a copy, to which nobody writes.
                held.enter_context(self._locked())
            return self._path.stat().st_size if self._path.is_file() else 0, self._read_head()

    def _links(self, size: int, known: Mark | None = None) -> Iterator[tuple[Mark, str]]:
        """The place of each entry, from a known one on, and its kind; raises _Broken where one does not follow."""
        number, byte, previous = 0, 0, START
        if known and known.entries:
            number, byte, previous = known.entries - 1, known.byte, ""
        for line in self._lines(size, byte):
            number += 1
            entry = _entry(line)
            told = entry.pop("hash", None)
            fits = told == known.hash if known and number == known.entries else entry.get("previous") == previous
            if not line.endswith(b"\n") or not fits or told != _digest(entry):
                raise _Broken(number)
            previous = str(told)
            yield Mark(number, previous, byte), str(entry.get("kind"))
            byte += len(line)

    def _write(
        self, kind: str, actor: str, project: str, facts: dict[str, Any], count: int, previous: str
    ) -> tuple[int, str]:
        """One more entry, and the head after it."""
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "actor": masked(actor),
            "project": masked(project),
            "facts": {name: masked(value) for name, value in facts.items()},
            "previous": previous,
        }
        # As it will be read again: a fact that is no JSON value stands as a text.
        entry = json.loads(_canonical(entry))
        digest = _digest(entry)
        with self._path.open("ab") as log:
            log.write((_canonical({**entry, "hash": digest}) + "\n").encode("utf-8"))
            log.flush()
            os.fsync(log.fileno())
        temporary = self._head.with_suffix(".head.new")
        with temporary.open("w", encoding="utf-8") as head:
            json.dump({"entries": count + 1, "hash": digest}, head)
            head.flush()
            # Without this a power cut could leave a head that is many entries behind.
            os.fsync(head.fileno())
        temporary.replace(self._head)
        return count + 1, digest

    def _lines(self, size: int | None = None, byte: int = 0) -> Iterator[bytes]:
        """The lines from a byte on, of the first `size` bytes."""
        if not self._path.is_file():
            return
        with self._path.open("rb") as log:
            log.seek(byte)
            for line in log:
                if size is not None and byte >= size:
                    return
                yield line
                byte += len(line)

    def _set_torn_aside(self) -> tuple[int, bytes]:
        """The length of a last line without its end, which is moved away, and the last whole line."""
        if not self._path.is_file():
            return 0, b""
        with self._path.open("r+b") as log:
            start, tail = _tail(log)
            whole_end = tail.rfind(b"\n") + 1
            torn = tail[whole_end:]
            if torn:
                with self._path.with_suffix(".torn").open("ab") as aside:
                    aside.write(torn + b"\n")
                    aside.flush()
                    os.fsync(aside.fileno())
                log.truncate(start + whole_end)
                os.fsync(log.fileno())
        return len(torn), tail[:whole_end].rstrip(b"\n").rpartition(b"\n")[2]

    def _where(self, last: bytes) -> tuple[int, str, bool]:
        """How many entries there are, the hash of the last, and whether the head that should know it is gone.

        When log and head tell different stories, the head is believed: the chain then shows where the log was changed.
        """
        head, entry = self._read_head(), _entry(last)
        if head is not None:
            follows = entry.get("previous") == head[1] and "hash" in entry
            return (head[0] + 1, str(entry["hash"]), False) if follows else (*head, False)
        count = sum(1 for _ in self._lines())
        return count, str(entry.get("hash", START)), count > 1

    def _read_head(self) -> tuple[int, str] | None:
        try:
            said = json.loads(self._head.read_text(encoding="utf-8"))
            return int(said["entries"]), str(said["hash"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Broken(Exception):
    """A line that does not follow the one before it."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def masked(value: Any) -> Any:
    """A fact with all masked that looks like an identifier of a person, in lists and maps too; long texts are cut."""
    if isinstance(value, dict):
        return {masked(str(name)): masked(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(part) for part in value]
    if not isinstance(value, str):
        return value
    value = _encodable(value)
    pieces = MADE.split(value)
    for pattern, mask in MASKS:
        pieces[::2] = [pattern.sub(mask, piece) for piece in pieces[::2]]
    value = "".join(pieces)
    if len(value) > TEXT_CHARACTERS:
        return f"{value[:TEXT_CHARACTERS]} [and {len(value) - TEXT_CHARACTERS} characters]"
    return value


def _encodable(text: str) -> str:
    """The text without the halves of characters that a broken encoding leaves."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _entry(line: bytes) -> dict[str, Any]:
    """A line as a map; empty when it is none."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _tail(log: BinaryIO) -> tuple[int, bytes]:
    """The end of a log, from a place on that lies before its last whole line, and that place."""
    size, window = log.seek(0, os.SEEK_END), 65_536
    while True:
        start = max(0, size - window)
        log.seek(start)
        tail = log.read()
        if start == 0 or tail.count(b"\n") > 1:
            return start, tail
        window *= 4


def _read(line: bytes, number: int) -> Entry:
    try:
        said = json.loads(line)
        at = datetime.fromisoformat(said["at"])
        return Entry(at, said["kind"], said["actor"], said["project"], dict(said["facts"]))
    except (ValueError, KeyError, TypeError):
        raise SandboxError(
            f"the audit log: expected an entry in line {number}, found another text; restore the log from its backup"
        ) from None


def _shown(value: Any) -> str:
    """A fact for a table: tables with their columns as `person (sex), note`, of a hash the beginning."""
    if isinstance(value, dict):
        parts = ((name, ", ".join(map(str, part)) if isinstance(part, list) else part) for name, part in value.items())
        return ", ".join(f"{name} ({part})" if part else name for name, part in parts) or "nothing"
    return _HASH.sub(r"\1…", value) if isinstance(value, str) else str(value)


def _canonical(entry: dict[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(entry).encode("utf-8")).hexdigest()
