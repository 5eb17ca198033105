"""The audit log: one line of JSON for every query, release, grant and refusal, each chained to the one before.

An entry holds the hash of the entry before it, so that nobody can change, remove or insert one unseen; `audit.head`
beside the log holds the count and the last hash, so that a tail cut off is seen too. What looks like an identifier of a
person in a text (a query, say) is masked before it is written.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START = "0" * 64
MASKS = (
    (re.compile(r"(?<![0-9])[0-9]{6}[- ]?(?:[0-9]{4}|[0-9][A-Za-z]{2}[0-9])(?![0-9])"), "[CPR]"),
    (re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+"), "[EMAIL]"),
    (re.compile(r"(?<![0-9])(?:\+45 ?)?[0-9]{2}(?: ?[0-9]{2}){3}(?![0-9])"), "[PHONE]"),
)


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
        facts = ", ".join(f"{name}: {value}" for name, value in self.facts.items())
        return f"{self.at:%Y-%m-%d %H:%M:%S}", self.kind, self.actor, self.project, facts


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole, over how many lines, and where it first is not."""

    ok: bool
    lines: int
    first_bad_line: int | None = None


class AuditLog:
    """The log in one file, to which several processes may append."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._head = path.with_suffix(".head")

    def append(self, kind: str, *, actor: str, project: str = "", **facts: Any) -> None:
        """Write one entry, and have it on disk before returning."""
        with self._locked():
            count, last = self._mended_head()
            entry = {
                "at": datetime.now(UTC).isoformat(timespec="microseconds"),
                "kind": kind,
                "actor": actor,
                "project": project,
                "facts": {name: masked(value) for name, value in facts.items()},
                "previous": last,
            }
            digest = _digest(entry)
            with self._path.open("ab") as log:
                log.write((_canonical({**entry, "hash": digest}) + "\n").encode("utf-8"))
                log.flush()
                os.fsync(log.fileno())
            self._write_head(count + 1, digest)

    def read(self) -> Iterator[Entry]:
        """The entries, oldest first."""
        for line in self._lines():
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            yield Entry(at, said["kind"], said["actor"], said["project"], said["facts"])

    def verify(self) -> Verdict:
        """Follow the chain from the first entry to the head."""
        last, count = START, 0
        for count, line in enumerate(self._lines(), start=1):
            try:
                entry = json.loads(line)
                told = entry.pop("hash")
            except (ValueError, KeyError, AttributeError, TypeError):
                return Verdict(False, count, count)
            if entry.get("previous") != last or told != _digest(entry):
                return Verdict(False, count, count)
            last = told
        head = self._read_head()
        if head is not None and head != (count, last):
            return Verdict(False, count, count + 1)
        return Verdict(True, count)

    def _lines(self) -> Iterator[bytes]:
        if self._path.is_file():
            with self._path.open("rb") as log:
                yield from log

    def _mended_head(self) -> tuple[int, str]:
        """Count and hash of the last entry, after what a killed process left has been put right.

        A line without its end is moved into `audit.torn`; a whole line that the head does not know yet was written
        by a process killed between the two, and is counted.
        """
        if not self._path.is_file():
            return 0, START
        text = self._path.read_bytes() if self._read_head() is None else b""
        size = self._path.stat().st_size
        with self._path.open("r+b") as log:
            tail_start = max(0, size - 1_000_000)
            log.seek(tail_start)
            tail = log.read()
            whole_end = tail.rfind(b"\n") + 1
            if whole_end < len(tail):
                with self._path.with_suffix(".torn").open("ab") as torn:
                    torn.write(tail[whole_end:] + b"\n")
                log.truncate(tail_start + whole_end)
                tail = tail[:whole_end]
        head = self._read_head()
        last_line = tail.rstrip(b"\n").rpartition(b"\n")[2]
        last = json.loads(last_line)["hash"] if last_line else START
        if head is not None and head[1] == last:
            return head
        if head is not None and last_line and json.loads(last_line)["previous"] == head[1]:
            return head[0] + 1, last
        if head is None:
            return text.count(b"\n"), last
        return head[0], head[1]

    def _read_head(self) -> tuple[int, str] | None:
        if not self._head.is_file():
            return None
        said = json.loads(self._head.read_text(encoding="utf-8"))
        return said["entries"], said["hash"]

    def _write_head(self, count: int, digest: str) -> None:
        temporary = self._head.with_suffix(".head.new")
        temporary.write_text(json.dumps({"entries": count, "hash": digest}), encoding="utf-8")
        temporary.replace(self._head)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def masked(value: Any) -> Any:
    """A fact with everything masked that looks like an identifier of a person."""
    if isinstance(value, str):
        for pattern, mask in MASKS:
            value = pattern.sub(mask, value)
    return value


def _canonical(entry: dict[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(entry).encode("utf-8")).hexdigest()
