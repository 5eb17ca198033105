"""The key ring: made on first use, wrapped, closed to others, rotated and destroyed but never silently re-made."""

import base64
import hashlib
import json
import multiprocessing
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import FILE, KeyRing
from pseudonymisation.master_key import FILE as MASTER


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


@pytest.mark.parametrize("file", [FILE, MASTER, ".lock"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_ring_that_others_can_read_is_refused(tmp_path: Path, file: str, mode: int) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys" / file).chmod(mode)
    with pytest.raises(KeyRingError, match=f"has mode {mode:04o}, expected 0600.*run chmod 0600"):
        KeyRing(tmp_path / "keys").rotate("person")


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


def test_the_file_holds_no_key_in_clear(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    keys = [ring.key("person"), ring.key("visit"), base64.b64decode((tmp_path / "keys" / MASTER).read_text())]
    text = (tmp_path / "keys" / FILE).read_bytes()
    assert not [key for key in keys if base64.b64encode(key)[:20] in text or key.hex().encode() in text]


@pytest.mark.parametrize("cut", [0, 1, 3, 100, -2])
def test_a_damaged_ring_is_refused_without_telling_a_key(tmp_path: Path, cut: int) -> None:
    KeyRing(tmp_path / "keys").key("person")
    path = tmp_path / "keys" / FILE
    secret = json.loads(path.read_text(encoding="utf-8"))["domains"]["person"][0]["wrapped"]
    path.write_text(path.read_text(encoding="utf-8")[:cut], encoding="utf-8")
    with pytest.raises(KeyRingError, match="restore it from its backup") as refusal:
        KeyRing(tmp_path / "keys")
    assert secret not in str(refusal.value)
    assert refusal.value.__suppress_context__


def rewritten(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / FILE
    ring = json.loads(path.read_text(encoding="utf-8"))
    change(ring)
    path.write_text(json.dumps(ring), encoding="utf-8")


def swap(ring: dict[str, Any]) -> None:
    one, other = ring["domains"]["person"][0], ring["domains"]["visit"][0]
    one["wrapped"], other["wrapped"] = other["wrapped"], one["wrapped"]


def swap_whole(ring: dict[str, Any]) -> None:
    domains = ring["domains"]
    domains["person"], domains["visit"] = domains["visit"], domains["person"]


def flip(ring: dict[str, Any]) -> None:
    entry = ring["domains"]["person"][0]
    sealed = bytearray(base64.b64decode(entry["wrapped"]))
    sealed[20] ^= 1
    entry["wrapped"] = base64.b64encode(sealed).decode()


def other_version(ring: dict[str, Any]) -> None:
    ring["domains"]["person"][0]["version"] = "k2"


def newest_removed(ring: dict[str, Any]) -> None:
    ring["domains"]["person"].pop()


def domain_removed(ring: dict[str, Any]) -> None:
    del ring["domains"]["person"]


def no_version(ring: dict[str, Any]) -> None:
    ring["domains"]["person"] = []


def no_demo(ring: dict[str, Any]) -> None:
    ring["demo"] = not ring["demo"]


def no_master(ring: dict[str, Any]) -> None:
    ring["master"] = None


def no_seal(ring: dict[str, Any]) -> None:
    ring["seal"] = ""


CHANGES = [swap, swap_whole, flip, other_version, newest_removed, domain_removed, no_version, no_demo, no_seal]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_key_that_was_changed_or_put_elsewhere_is_refused(tmp_path: Path, change: Callable[..., object]) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.key("person"), ring.key("visit")
    ring.rotate("person")
    rewritten(tmp_path / "keys", change)
    with pytest.raises(KeyRingError, match="is damaged"):
        KeyRing(tmp_path / "keys").key("person")


def test_a_ring_of_another_format_is_refused(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    rewritten(tmp_path / "keys", lambda ring: ring.update(format=1))
    with pytest.raises(KeyRingError, match="of another format than 3"):
        KeyRing(tmp_path / "keys")


def test_another_master_key_is_told_apart_from_damage(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys" / MASTER).write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(KeyRingError, match="the master key is not the one"):
        KeyRing(tmp_path / "keys").key("person")
    with pytest.raises(KeyRingError, match="the master key is not the one"):
        KeyRing(tmp_path / "keys").key("visit")


def test_a_lost_ring_is_not_made_anew(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys" / FILE).unlink()
    with pytest.raises(KeyRingError, match=r"keyring.json is missing; restore it from its backup"):
        KeyRing(tmp_path / "keys")


def test_a_ring_that_forgot_its_master_key_gets_no_other(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    rewritten(tmp_path / "keys", no_master)
    (tmp_path / "keys" / MASTER).unlink()
    with pytest.raises(KeyRingError, match="is missing; restore it from its backup"):
        KeyRing(tmp_path / "keys").key("person")


def test_a_folder_that_hands_on_its_group_is_no_looser(tmp_path: Path) -> None:
    tmp_path.chmod(0o2700)
    assert KeyRing(tmp_path / "keys").key("person") == KeyRing(tmp_path / "keys").key("person")


def rotate_often(folder: Path, times: int) -> None:
    for _ in range(times):
        KeyRing(folder).rotate("person")


def test_two_who_rotate_at_once_lose_no_version(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=rotate_often, args=(tmp_path / "keys", 10)) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join(60)
    versions = [status.version.partition("-")[0] for status in KeyRing(tmp_path / "keys").status()]
    assert versions == [f"k{number}" for number in range(1, 32)]


@pytest.mark.parametrize("last_act", ["write", "fsync", "replace"])
@pytest.mark.parametrize("act", ["rotate", "destroy"])
def test_a_kill_leaves_the_ring_as_it_was(tmp_path: Path, act: str, last_act: str) -> None:
    """Killed while the new file is written, before it is on disk, and before it takes the old one's place."""
    ring = KeyRing(tmp_path / "keys")
    key, before = ring.key("project:one/subject"), ring.digest()
    kill = (
        "import os, sys, pathlib\nfrom pseudonymisation.keyring import KeyRing\n"
        f"ring = KeyRing(pathlib.Path({str(tmp_path / 'keys')!r}))\nring.key('project:one/subject')\n"
        "end = lambda *a, **k: os.kill(os.getpid(), 9)\n"
        "if sys.argv[2] == 'fsync': os.fsync = end\n"
        "if sys.argv[2] == 'replace': pathlib.Path.replace = end\n"
        "if sys.argv[2] == 'write': os.fdopen = lambda fd, mode: (os.write(fd, b'{'), end())\n"
        "ring.rotate('project:one/subject') if sys.argv[1] == 'rotate' else ring.destroy('one', by='anna')\n"
    )
    done = subprocess.run([sys.executable, "-c", kill, act, last_act], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    assert KeyRing(tmp_path / "keys").digest() == before
    assert KeyRing(tmp_path / "keys").key("project:one/subject") == key
    KeyRing(tmp_path / "keys").rotate("project:one/subject")
    assert not list((tmp_path / "keys").glob(f".{FILE}.*"))


def test_a_lost_master_key_is_not_made_anew(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys").key("person")
    (tmp_path / "keys" / MASTER).unlink()
    for domain in ("person", "visit"):
        with pytest.raises(KeyRingError, match="is missing; restore it from its backup"):
            KeyRing(tmp_path / "keys").key(domain)
    assert not (tmp_path / "keys" / MASTER).exists()


def test_status_tells_no_key(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    versions = {domain: ring.version(domain) for domain in ("visit", "person")}
    assert [(status.domain, status.version, status.state) for status in ring.status()] == [
        ("person", versions["person"], "current"),
        ("visit", versions["visit"], "current"),
    ]


def test_a_rotated_key_is_another_one_and_the_older_stays_readable(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    first, version = ring.key("person"), ring.version("person")
    second = ring.rotate("person")
    assert (second[:3], version[:3]) == ("k2-", "k1-")
    for seen in (ring, KeyRing(tmp_path / "keys")):
        assert seen.version("person") == second
        assert seen.key("person") != first
        assert seen.key("person", version) == seen.key("person", "k1") == first
    assert [status.state for status in ring.status()] == ["retired", "current"]


def test_a_version_that_is_not_there_is_refused_with_what_is(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    there = ring.version("person")
    with pytest.raises(KeyRingError, match=f"no key of version k9-00000000, found {there}"):
        ring.key("person", "k9-00000000")
    with pytest.raises(KeyRingError, match="found none"):
        ring.key("visit", "k1")
    with pytest.raises(KeyRingError, match="no key for visit"):
        ring.rotate("visit")


def test_a_destroyed_project_has_no_key_and_gets_none(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    wrapped = {ring.key(f"project:one/{kind}") for kind in ("subject", "dates")} | {ring.key("project:two/subject")}
    ring.rotate("project:one/dates")
    text = json.loads((tmp_path / "keys" / FILE).read_text())
    before = ring.digest()
    ring.destroy("one", by="anna")
    assert before != ring.digest() == hashlib.sha256((tmp_path / "keys" / FILE).read_bytes()).hexdigest()
    destroyed = [status.domain for status in ring.status() if status.state == "destroyed"]
    assert destroyed == ["project:one/dates"] * 2 + ["project:one/subject"]
    left = (tmp_path / "keys" / FILE).read_text()
    gone = [entry["wrapped"] for name, known in text["domains"].items() if name[8:11] == "one" for entry in known]
    assert len(gone) == 3
    assert not [value for value in gone if value in left]
    for seen in (ring, KeyRing(tmp_path / "keys")):
        for domain in ("project:one/subject", "project:one/dates", "project:one/contact"):
            with pytest.raises(KeyRingError, match="was destroyed"):
                seen.key(domain)
            with pytest.raises(KeyRingError, match=r"was destroyed|no key for"):
                seen.rotate(domain)
        with pytest.raises(KeyRingError, match="was destroyed"):
            seen.key("project:one/dates", "k1")
        assert seen.key("project:two/subject") in wrapped
        with pytest.raises(KeyRingError, match="no key to destroy"):
            seen.destroy("one", by="anna")
    assert {status.state for status in ring.of_project("one")} == {"destroyed"}


def test_a_change_by_another_process_is_seen(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path / "keys"), KeyRing(tmp_path / "keys")
    first, version = one.key("project:p/subject"), one.version("project:p/subject")
    assert other.key("project:p/subject") == first
    other.rotate("project:p/subject")
    assert one.key("project:p/subject") != first
    other.destroy("p", by="anna")
    for asked in (None, version):
        with pytest.raises(KeyRingError, match="was destroyed"):
            one.key("project:p/subject", asked)


def test_the_keys_of_a_projects_releases_go_with_it(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    for domain in ("project:p/subject", "release:p/1", "release:pp/1"):
        ring.key(domain)
    ring.destroy("p", by="anna")
    destroyed = [status.domain for status in ring.status() if status.state == "destroyed"]
    assert destroyed == ["project:p/subject", "release:p/1"]
    for domain in ("release:p/1", "release:p/2"):
        with pytest.raises(KeyRingError, match="was destroyed"):
            ring.key(domain)
    assert ring.version("release:pp/1").startswith("k1-")


def test_what_a_killed_process_left_does_no_harm(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    first = ring.key("person")
    left = tmp_path / "keys" / f".{FILE}.0123abcd"
    left.write_text('{"format": 2, "demo": fal')
    ring = KeyRing(tmp_path / "keys")
    assert ring.key("person") == first
    ring.key("visit")
    assert not left.exists()


def _make(folder: Path, domain: str) -> str:
    ring = KeyRing(folder)
    ring.key(domain)
    return ring.version("shared")


def test_processes_at_once_lose_no_key_and_share_one(tmp_path: Path) -> None:
    KeyRing(tmp_path / "keys")
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        shared = set(pool.map(_make, [tmp_path / "keys"] * 6, [f"d{n}" for n in range(6)]))
    status = KeyRing(tmp_path / "keys").status()
    assert [key.domain for key in status] == [*(f"d{n}" for n in range(6)), "shared"]
    assert shared == {status[-1].version}


def test_a_key_that_another_process_destroyed_is_let_go_of(tmp_path: Path) -> None:
    ring, other = KeyRing(tmp_path / "keys"), KeyRing(tmp_path / "keys")
    ring.key("person")
    ring.key("release:p/r1")
    other.destroy("p", by="test", of="releases")
    ring.forget_destroyed()
    assert {domain for domain, _ in ring._opened} == {"person"}
