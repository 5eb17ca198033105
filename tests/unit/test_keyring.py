"""The key ring: made on first use, closed to others, never mixed up between demonstration and production."""

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import FILE, KeyRing


def test_keys_are_made_on_first_use_and_kept(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    person, contact = ring.key("person"), ring.key("contact")
    assert len(person) == 32
    assert person != contact
    again = KeyRing(tmp_path / "keys")
    assert (again.key("person"), again.version("person")) == (person, ring.version("person"))
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / FILE).stat().st_mode) == 0o600


def test_rings_of_two_installations_differ_also_in_their_versions(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path / "one"), KeyRing(tmp_path / "other")
    assert one.key("person") != other.key("person")
    assert one.version("person") != other.version("person")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_ring_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys" / FILE).chmod(mode)
    with pytest.raises(KeyRingError, match=f"has mode {mode:04o}, expected 0600.*run chmod 0600"):
        KeyRing(tmp_path / "keys")


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeyRingError, match="expected 0700"):
        KeyRing(tmp_path / "keys")


def test_demo_keys_do_not_serve_production(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys", demo=True).key("person")
    with pytest.raises(KeyRingError, match="demo keys, which do not serve production"):
        KeyRing(tmp_path / "keys", production=True)
    with pytest.raises(KeyRingError, match="cannot be made in production"):
        KeyRing(tmp_path / "new", production=True, demo=True)


def test_a_damaged_ring_is_refused_without_telling_a_key(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    path = tmp_path / "keys" / FILE
    secret = json.loads(path.read_text(encoding="utf-8"))["domains"]["person"]["key"]
    path.write_text(path.read_text(encoding="utf-8")[:-3], encoding="utf-8")
    with pytest.raises(KeyRingError, match="restore it from its backup") as refusal:
        KeyRing(tmp_path / "keys")
    assert secret not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_status_tells_no_key(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.key("visit")
    ring.key("person")
    assert [(status.domain, status.version) for status in ring.status()] == [
        ("person", "k1"),
        ("visit", "k1"),
    ]


def _make(folder: Path, domain: str) -> None:
    KeyRing(folder).key(domain)


def test_two_processes_at_once_lose_no_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    KeyRing(tmp_path / "keys")
    workers = [context.Process(target=_make, args=(tmp_path / "keys", f"d{n}")) for n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [status.domain for status in KeyRing(tmp_path / "keys").status()] == [f"d{n}" for n in range(6)]
