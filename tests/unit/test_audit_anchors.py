"""The place in the audit log that the platform signed last: what it finds, what it needs, and who may go on from it."""

import json
from pathlib import Path

import pytest

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import KeyRing
from sandbox.anchors import ACCEPTED, FILE, SIGNED, Anchor, Anchors, read_anchor
from sandbox.audit import AuditLog, Mark, Verdict
from sandbox.errors import SandboxError


class Home:
    """A log of three entries that was signed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state" / "audit.jsonl"
        self.keys = folder / "keys"
        self.log = AuditLog(self.path)
        self.anchors = Anchors(self.log, KeyRing(self.keys))
        self.add("anna", 3)
        self.signed = self.renewed()

    def add(self, actor: str, entries: int) -> None:
        for number in range(entries):
            self.log.append("query", actor=actor, project="p", number=number)

    def renewed(self) -> Anchor:
        anchor = self.anchors.renew()
        assert anchor is not None
        return anchor

    def write_anew(self, actor: str, entries: int) -> None:
        """Another log with another head, each of whose hashes fits."""
        self.path.unlink()
        self.path.with_suffix(".head").unlink()
        self.add(actor, entries)

    def read(self) -> Anchor:
        return read_anchor(self.keys / FILE, keys=self.keys)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_empty_log_is_not_signed_and_one_that_has_not_grown_not_again(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    assert Anchors(log, KeyRing(tmp_path / "keys")).renew() is None
    home = Home(tmp_path / "other")
    before = (home.keys / FILE).stat().st_mtime_ns
    assert home.renewed() == home.signed == home.read()
    assert (home.keys / FILE).stat().st_mtime_ns == before


def test_the_log_goes_on_from_its_anchor(home: Home) -> None:
    assert home.log.verify(home.signed.mark) == Verdict(True, 3)
    home.add("bent", 2)
    assert home.log.verify(home.signed.mark) == Verdict(True, 5)
    again = home.renewed()
    assert (again.mark.entries, home.read()) == (5, again)
    assert home.log.verify(again.mark) == Verdict(True, 5)


@pytest.mark.parametrize("entries", [1, 3, 5])
def test_a_log_written_anew_with_its_head_is_found_and_is_not_signed(home: Home, entries: int) -> None:
    home.write_anew("bent", entries)
    assert home.log.verify() == Verdict(True, entries)
    assert home.log.verify(home.signed.mark) == Verdict(False, entries, min(3, entries + 1), rewritten=True)
    for _ in range(2):
        with pytest.raises(SandboxError, match="the audit log"):
            home.anchors.renew()
        home.add("bent", 3)
    assert home.read() == home.signed


def test_an_old_entry_written_anew_with_all_after_it_is_found(home: Home) -> None:
    first = home.path.read_bytes().splitlines(keepends=True)[0]
    home.write_anew("anna", 2)
    home.path.write_bytes(b"")
    home.path.with_suffix(".head").unlink()
    home.path.write_bytes(first)
    home.add("bent", 2)
    assert home.log.verify() == Verdict(True, 3)
    assert home.log.verify(home.signed.mark).rewritten


def test_what_was_broken_after_the_anchor_is_not_signed(home: Home) -> None:
    home.add("anna", 2)
    home.path.write_bytes(home.path.read_bytes().replace(b'"number":1', b'"number":7'))
    home.add("anna", 1)
    assert home.log.verify(home.signed.mark).first_bad_line == 2
    with pytest.raises(SandboxError, match="in line 5"):
        home.anchors.renew()


def test_what_the_head_does_not_know_yet_waits_for_the_next_anchor(home: Home) -> None:
    """It may not be on disk; a power cut would leave an anchor of what is gone."""
    head = home.path.with_suffix(".head")
    known = head.read_bytes()
    home.add("anna", 1)
    whole = home.path.read_bytes()
    latest = head.read_bytes()
    head.write_bytes(known)
    assert home.renewed() == home.signed
    head.write_bytes(latest)
    home.path.write_bytes(whole + b'{"at":"2026-')
    assert home.renewed().mark.entries == 4
    home.path.write_bytes(whole[:-3])
    with pytest.raises(SandboxError):
        home.anchors.renew()


def test_an_anchor_that_was_removed_is_missed_and_no_other_is_signed(home: Home) -> None:
    """Else whoever may write the log would remove it, and have the next one signed."""
    home.write_anew("bent", 3)
    (home.keys / FILE).unlink()
    for _ in range(2):
        with pytest.raises(SandboxError, match="found none; restore keys/ from its backup"):
            home.anchors.renew()
    assert not (home.keys / FILE).exists()


def test_a_kill_at_the_first_signing_stops_no_later_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the anchor is on disk, and before the ring tells of it."""
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append("query", actor="anna")
    anchors = Anchors(log, KeyRing(tmp_path / "keys"))

    def killed(*_: object) -> None:
        raise InterruptedError

    version = KeyRing.version
    with monkeypatch.context() as patch, pytest.raises(InterruptedError):
        patch.setattr("sandbox.anchors.write_private", killed)
        anchors.renew()
    with monkeypatch.context() as patch, pytest.raises(InterruptedError):
        patch.setattr(KeyRing, "version", lambda ring, domain: killed() if domain == SIGNED else version(ring, domain))
        anchors.renew()
    signed = anchors.renew()
    assert signed is not None
    (tmp_path / "keys" / FILE).unlink()
    with pytest.raises(SandboxError, match="found none"):
        anchors.renew()


@pytest.mark.parametrize("spoil", ["anew", "broken", "no anchor"])
def test_a_log_that_somebody_accepts_goes_on_and_tells_so(home: Home, spoil: str) -> None:
    if spoil == "anew":
        home.write_anew("bent", 2)
    elif spoil == "broken":
        home.path.write_bytes(home.path.read_bytes().replace(b'"number":1', b'"number":7'))
    else:
        (home.keys / FILE).unlink()
    accepted = home.anchors.accept(by="olga", reason="From the backup of Monday.")
    last = list(home.log.read())[-1]
    assert (last.kind, last.actor, last.facts) == (ACCEPTED, "olga", {"reason": "From the backup of Monday."})
    assert home.renewed() == accepted == home.read()
    home.add("anna", 2)
    again = home.renewed()
    assert again.mark.entries == accepted.mark.entries + 2
    # What was broken before stays told.
    assert home.log.verify(again.mark).ok == (spoil != "broken")


@pytest.mark.parametrize(
    ("field", "value"), [("entries", 2), ("hash", "0" * 64), ("byte", 7), ("at", "2027-01-01T00:00:00+00:00")]
)
def test_an_anchor_that_was_altered_is_none(home: Home, field: str, value: object) -> None:
    told = json.loads(home.signed.text())
    told["anchor"][field] = value
    (home.keys / FILE).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SandboxError, match="that the platform signed"):
        home.read()
    with pytest.raises(SandboxError, match="that the platform signed"):
        home.anchors.renew()


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"anchor": {"entries": "x"}, "signature": {}}'])
def test_what_is_no_anchor_is_refused(home: Home, text: str) -> None:
    (home.keys / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SandboxError, match="that the platform signed"):
        home.read()


def test_it_is_checked_without_the_ring_and_signed_by_nobody_else(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for public in home.keys.glob("*.pem"):
        (elsewhere / public.name).write_bytes(public.read_bytes())
    assert read_anchor(home.keys / FILE, keys=elsewhere) == home.signed
    other = Home(tmp_path / "other")
    (elsewhere / FILE).write_text(other.signed.text(), encoding="utf-8")
    with pytest.raises((SandboxError, KeyRingError)):
        read_anchor(elsewhere / FILE, keys=elsewhere)


def test_following_from_the_beginning_and_from_the_anchor_end_at_one_place(home: Home) -> None:
    home.add("æøå", 4)
    assert home.log.follow(Mark()) == home.log.follow(home.signed.mark)
