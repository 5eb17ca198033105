"""The audit log: what is written stays, what was changed is seen, and after a kill at any moment it goes on."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.audit import HEAD_LOST, TEXT_CHARACTERS, TORN, AuditLog, Verdict, masked
from sandbox.errors import SandboxError

REPOSITORY = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from sandbox.audit import AuditLog
log = AuditLog(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    log.append("query", actor=sys.argv[3], project="p", sql="select " + "x" * 3000, number=number)
"""


class Log:
    """A log of a few entries and its files."""

    def __init__(self, folder: Path, entries: int = 3) -> None:
        self.path = folder / "audit.jsonl"
        self.head = folder / "audit.head"
        self.torn = folder / "audit.torn"
        self.audit = AuditLog(self.path)
        for number in range(entries):
            self.audit.append("query", actor="anna", project="p", number=number)

    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.audit.read()]

    def write(self, lines: list[bytes]) -> None:
        self.path.write_bytes(b"".join(lines))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_entries_are_read_as_they_were_written(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "state" / "audit.jsonl")
    assert (list(audit.read()), audit.verify()) == ([], Verdict(True, 0))
    begun = datetime.now(UTC)
    audit.append("grant", actor="anna", project="p", days=14, at_noon=True, text='æ "quoted"\nline', none=None)
    audit.append("release", actor="bent")
    first, second = audit.read()
    assert (first.kind, first.actor, first.project) == ("grant", "anna", "p")
    assert first.facts == {"days": 14, "at_noon": True, "text": 'æ "quoted"\nline', "none": None}
    assert timedelta(0) <= first.at - begun < timedelta(minutes=1)
    assert (second.project, second.facts) == ("", {})
    assert audit.verify() == Verdict(True, 2)


def test_a_fact_that_is_no_json_value_stands_as_a_text(log: Log) -> None:
    log.audit.append("grant", actor="anna", until=datetime(2026, 2, 1, tzinfo=UTC), folder=Path("x"), both=(1, "a"))
    assert list(log.audit.read())[-1].facts == {"until": "2026-02-01 00:00:00+00:00", "folder": "x", "both": [1, "a"]}
    assert log.audit.verify() == Verdict(True, 4)


def test_a_changed_entry_is_found_where_it_stands(log: Log) -> None:
    lines = log.lines()
    log.write([lines[0], lines[1].replace(b'"anna"', b'"bent"'), lines[2]])
    assert log.audit.verify() == Verdict(False, 2, 2)


def test_an_entry_that_was_removed_added_or_moved_is_found(log: Log) -> None:
    one, two, three = log.lines()
    for lines, at in [([two, three], 1), ([one, three], 2), ([one, one, two, three], 2), ([one, three, two], 2)]:
        log.write(lines)
        assert (log.audit.verify().ok, log.audit.verify().first_bad_line) == (False, at)
    log.write([one, b"not an entry\n", three])
    assert log.audit.verify().first_bad_line == 2
    log.write([one, b"[]\n", three])
    assert log.audit.verify().first_bad_line == 2


@pytest.mark.parametrize("left", [0, 1])
def test_a_tail_that_was_cut_off_is_found_and_stays_so(log: Log, left: int) -> None:
    log.write(log.lines()[:left])
    assert log.audit.verify() == Verdict(False, left, left + 1)
    log.audit.append("query", actor="anna")
    assert not log.audit.verify().ok


def test_a_log_that_was_removed_is_found_and_stays_so(log: Log) -> None:
    log.path.unlink()
    assert log.audit.verify() == Verdict(False, 0, 1)
    log.audit.append("query", actor="anna")
    assert log.audit.verify() == Verdict(False, 1, 1)


@pytest.mark.parametrize("head", [None, "", "{}", "[]", '{"entries": "x", "hash": 1}'])
def test_a_head_that_was_removed_is_found_and_stays_found(log: Log, head: str | None) -> None:
    log.write(log.lines()[:2])
    if head is None:
        log.head.unlink()
    else:
        log.head.write_text(head, encoding="utf-8")
    assert log.audit.verify() == Verdict(False, 2, 3)
    log.audit.append("query", actor="anna")
    assert log.kinds() == ["query", "query", HEAD_LOST, "query"]
    # Before the third line may have stood what was cut off with the head.
    assert log.audit.verify() == Verdict(False, 4, 3)


@pytest.mark.parametrize("entries", [1, 3])
def test_a_kill_between_the_line_and_the_head_loses_nothing(tmp_path: Path, entries: int) -> None:
    log = Log(tmp_path, entries - 1)
    before = log.head.read_bytes() if log.head.exists() else None
    log.audit.append("query", actor="anna")
    if before is None:
        log.head.unlink()
    else:
        log.head.write_bytes(before)
    assert log.audit.verify() == Verdict(True, entries)
    log.audit.append("query", actor="anna")
    assert log.kinds() == ["query"] * (entries + 1)
    assert log.audit.verify() == Verdict(True, entries + 1)


@pytest.mark.parametrize("torn", [b"{", b'{"at": "2026', b"x" * 2_000_000])
def test_a_half_line_is_moved_aside_and_its_mending_is_an_entry(log: Log, torn: bytes) -> None:
    with log.path.open("ab") as file:
        file.write(torn)
    assert log.audit.verify() == Verdict(False, 4, 4)
    assert log.kinds() == ["query"] * 3
    log.audit.append("grant", actor="anna")
    assert log.kinds() == ["query"] * 3 + [TORN, "grant"]
    assert list(log.audit.read())[3].facts == {"bytes": len(torn)}
    assert log.torn.read_bytes() == torn + b"\n"
    assert log.audit.verify() == Verdict(True, 5)


def test_a_line_that_is_no_entry_does_not_stop_the_platform_and_is_named(log: Log) -> None:
    with log.path.open("ab") as file:
        file.write(b"010150-1234 is not an entry\n")
    log.audit.append("query", actor="anna")
    assert log.audit.verify() == Verdict(False, 4, 4)
    with pytest.raises(SandboxError, match="expected an entry in line 4") as refusal:
        list(log.audit.read())
    assert "010150" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("where cpr = '010150-1234'", "where cpr = '[CPR]'"),
        ("0101501234", "[CPR]"),
        ("010150 1234", "[CPR]"),
        ("010150 - 1234", "[CPR]"),
        ("010150–1234", "[CPR]"),
        ("010150-1AB4", "[CPR]"),
        ("like '%010150-1234%'", "like '%[CPR]%'"),
        ("mail to jens.hansen@rm.local now", "mail to [EMAIL] now"),
        ("20304050, 20 30 40 50, +45 20304050", "[PHONE], [PHONE], [PHONE]"),
        ("8612 3456", "[PHONE]"),
        ("start_at >= date '2019-01-01'", "start_at >= date '2019-01-01'"),
        ("timestamp '2019-01-01 10:30:00'", "timestamp '2019-01-01 10:30:00'"),
        ("limit 1000000", "limit 1000000"),
        ("code in ('DI509', 'NPU19748', 'C03CA01')", "code in ('DI509', 'NPU19748', 'C03CA01')"),
    ],
)
def test_what_looks_like_a_person_s_number_is_masked(text: str, written: str) -> None:
    assert masked(text) == written


def test_parts_of_lists_and_maps_are_masked_too(log: Log) -> None:
    log.audit.append("query", actor="anna", parts=["010150-1234", {"010150-1234": ("a@b.dk", 5)}])
    assert list(log.audit.read())[-1].facts == {"parts": ["[CPR]", {"[CPR]": ["[EMAIL]", 5]}]}


def test_a_long_text_is_masked_and_then_cut(log: Log) -> None:
    log.audit.append("query", actor="anna", sql="x" * (TEXT_CHARACTERS - 4) + "010150-1234" + "y" * 100)
    sql = list(log.audit.read())[-1].facts["sql"]
    assert sql.endswith("xx[CPR [and 101 characters]")
    assert "010150" not in log.path.read_text(encoding="utf-8")


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    command = [sys.executable, "-c", WRITER, str(path), "30"]
    writers = [subprocess.Popen([*command, name], cwd=REPOSITORY) for name in ("anna", "bent")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert AuditLog(path).verify() == Verdict(True, 60)
    entries = list(AuditLog(path).read())
    assert sum(entry.actor == "anna" for entry in entries) == 30


def test_a_writer_killed_at_any_moment_leaves_a_log_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for turn in range(6):
        before = path.stat().st_size if path.exists() else 0
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), "100000", "anna"], cwd=REPOSITORY)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (not path.exists() or path.stat().st_size <= before):
            time.sleep(0.001)
        time.sleep(0.003 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=30)
        audit = AuditLog(path)
        audit.append("check", actor="bent", turn=turn)
        assert audit.verify().ok
        assert path.stat().st_size > before
    text = path.read_text(encoding="utf-8").splitlines()
    checks = [entry for entry in map(json.loads, text) if entry["kind"] == "check"]
    assert [entry["facts"]["turn"] for entry in checks] == list(range(6))


@pytest.mark.parametrize(
    "made", ["k2-80494178", "r0001-20304050", "g20304050", "q20304050", "20304050" * 8, "0102031234" + "a" * 54]
)
def test_what_the_platform_makes_is_written_as_it_is(tmp_path: Path, made: str) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append("x", actor="anna", facts_of=f"person {made}, tlf. 20304050", many=[made, "010203-1234"])
    (entry,) = log.read()
    assert entry.facts == {"facts_of": f"person {made}, tlf. [PHONE]", "many": [made, "[CPR]"]}
