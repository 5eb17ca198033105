"""Encrypted releases: what lies on the disk is readable with the release's key alone, and a changed byte is found."""

import base64
import hashlib
import json
import math
import struct
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudonymisation.errors import KeyRingError
from pseudonymisation.keyring import FILE
from sandbox.errors import ReleaseError
from sandbox.manifest import Release, list_releases
from sandbox.parquet import RowsDigest, digest_of, is_readable, write_parquet
from sandbox.query import run
from sandbox.seal import verify
from tests.released import key_to, read
from tests.unit.sandbox_door import Place

KEY = bytes(range(16))
TABLES = {"person": {"columns": ["sex", "birth_date"]}, "note": {"columns": ["note_id", "note_text"]}}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, tables=TABLES)


def spoil(path: Path, part: float) -> None:
    """Change one bit of a file, at this part of its length."""
    content = bytearray(path.read_bytes())
    content[int(part * len(content))] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_without_the_key_nothing_of_a_table_can_be_read(place: Place) -> None:
    release = place.release()
    texts = read(release, "note")["note_text"].to_pylist()
    for table in release.tables:
        path = release.folder / table.file
        content = path.read_bytes()
        assert content.startswith(b"PARE")
        assert content.endswith(b"PARE")
        for clear in ("subject_id", "note_text", "birth_date", *filter(None, texts)):
            assert clear.encode() not in content
        with pytest.raises(OSError):
            pq.read_table(path)
        assert not is_readable(path, [bytes(16), bytes(32)])
        assert is_readable(path, [bytes(16), key_to(release)])


def test_each_release_has_a_key_of_its_own_in_the_ring_and_nowhere_else(place: Place) -> None:
    first = place.release()
    place.permit = place.put({"tables": {**TABLES, "person": {"columns": ["sex"]}}})
    second = place.release()
    keys = [key_to(release) for release in (first, second)]
    assert [len(key) for key in keys] == [16, 16]
    assert keys[0] != keys[1]
    domains = {status.domain: status.version for status in place.ring.status()}
    assert domains == {f"release:heart-failure/{release.release}": release.key_version for release in (first, second)}
    for path in place.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for key in keys:
            assert not [form for form in (key, base64.b64encode(key), key.hex().encode()) if form in content], path.name
    assert not is_readable(second.folder / "person.parquet", [keys[0]])


def test_nothing_of_a_table_is_on_the_disk_in_clear_while_it_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    add = RowsDigest.add

    def look(self: RowsDigest, group: pa.Table) -> None:
        seen.extend(path.read_bytes() for path in (place.folder / "releases").rglob("*") if path.is_file())
        add(self, group)

    monkeypatch.setattr(RowsDigest, "add", look)
    release = place.release()
    texts = [text.encode() for text in read(release, "note")["note_text"].to_pylist() if text]
    assert seen
    assert texts
    assert not [text for text in texts if any(text in content for content in seen)]


def test_a_release_that_was_not_published_leaves_no_key(place: Place) -> None:
    release = place.release()
    assert not place.release().created
    assert [status.version for status in place.ring.status()] == [release.key_version]


def test_a_key_that_a_killed_writer_left_does_no_harm(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sandbox.release._publish", killed)
        with pytest.raises(KeyboardInterrupt):
            place.release()
    assert list_releases(place.folder / "releases", "heart-failure") == []
    release = place.release()
    assert release.key_version.startswith("k2-")
    verify(release, key=key_to(release))
    assert run(release=release, key=key_to(release), sql="from person").num_rows == 10


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.99])
def test_a_changed_byte_is_found_and_the_remedy_named(place: Place, part: float) -> None:
    release = place.release()
    spoil(release.folder / "note.parquet", part)
    remedy = "restore the release from its backup or write a new one"
    with pytest.raises(ReleaseError, match=remedy) as refusal:
        run(release=release, key=key_to(release), sql="from note")
    assert str(refusal.value).startswith(f"{release.release}: expected the files of its manifest")
    with pytest.raises(ReleaseError, match=remedy) as again:
        digest_of(release.folder / "note.parquet", key=key_to(release))
    with pytest.raises(ReleaseError, match=r"note\.parquet is not as the manifest says"):
        verify(release, key=key_to(release))
    for told in (refusal, again):
        assert str(place.folder) not in str(told.value)
        assert told.value.__suppress_context__


def test_an_error_that_only_speaks_of_decryption_is_the_query_s_own(place: Place) -> None:
    release = place.release()
    with pytest.raises(Exception, match="Invalid Input Error") as refusal:
        run(release=release, key=key_to(release), sql="select error('decryption of arrow_scan')")
    assert not isinstance(refusal.value, ReleaseError)


def test_no_file_opens_in_the_place_of_another(place: Place) -> None:
    release = place.release()
    note, person = release.folder / "note.parquet", release.folder / "person.parquet"
    release.folder.chmod(0o755)
    note.unlink()
    person.rename(note)
    with pytest.raises(ReleaseError, match=r"note\.parquet cannot be read with the key of the release"):
        digest_of(note, key=key_to(release))


def test_a_ring_without_the_key_says_so_in_one_line(place: Place) -> None:
    release = place.release()
    (place.folder / "keys" / FILE).unlink()
    (place.folder / "keys" / ".made").unlink()
    (place.folder / "keys" / "master.key").unlink()
    with pytest.raises(ReleaseError, match="restore keys/ from its backup"):
        key_to(release)


def test_a_file_encrypted_by_somebody_else_is_not_the_release_s(place: Place) -> None:
    """Who may write the folder, but has no key, cannot put other rows there, not even with a new manifest."""
    release = place.release()
    path, manifest = release.folder / "person.parquet", release.folder / "manifest.json"
    rows = read(release, "person").to_batches()
    release.folder.chmod(0o755)
    path.unlink()
    write_parquet(iter(rows), path=path, rows=10, key=KEY, progress=lambda line: None)
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["tables"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(told), encoding="utf-8")
    (forged,) = list_releases(place.folder / "releases", "heart-failure")
    with pytest.raises(ReleaseError, match=r"manifest\.json is not as it was written"):
        verify(forged, key=key_to(forged))
    with pytest.raises(ReleaseError, match="under another key"):
        run(release=forged, key=key_to(forged), sql="from person")


def test_a_key_of_a_project_whose_keys_were_destroyed_is_not_kept(place: Place) -> None:
    release = place.release()
    place.ring.destroy("heart-failure", by="anna", of="releases")
    with pytest.raises(KeyRingError, match="was destroyed"):
        place.keys.keep("heart-failure", "r0002-00000000", KEY)
    assert release.key_version in [status.version for status in place.ring.status()]


VALUES: dict[str, list[Any]] = {
    "text": ["a", None, "", "æøå", "b"],
    "day": [date(2020, 1, 1), None, date(1900, 1, 1), date(2020, 1, 2), date(2020, 1, 3)],
    "time": [datetime(2020, 1, 1, 12), None, datetime(1900, 1, 1), datetime(2020, 1, 2), datetime(2020, 1, 3)],
    "flag": [True, None, False, True, False],
    "number": [1, None, 0, -5, 7],
    "value": [1.5, None, 0.0, math.nan, math.inf],
    "several": [[1], None, [], [2, 3], [4]],
}


def digest_of_rows(table: pa.Table) -> str:
    digest = RowsDigest(table.schema)
    digest.add(table)
    return digest.told()


def test_the_digest_is_of_the_rows_however_arrow_holds_them() -> None:
    table = pa.table({name: pa.array(values) for name, values in VALUES.items()})
    longer = pa.concat_tables([table, table]).combine_chunks()
    digests = {
        digest_of_rows(table),
        digest_of_rows(longer.slice(5)),
        digest_of_rows(pa.concat_tables([table.slice(0, 2), table.slice(2)])),
        digest_of_rows(longer.take(pa.array([5, 6, 7, 8, 9]))),
    }
    assert len(digests) == 1


def test_what_is_under_a_missing_value_is_not_hashed() -> None:
    bits = pa.py_buffer(bytes([0b11101]))
    arrays = [
        pa.Array.from_buffers(pa.int32(), 5, [bits, pa.array([1, hidden, 0, -5, 7], pa.int32()).buffers()[1]])
        for hidden in (2, 3)
    ]
    assert arrays[0].equals(arrays[1])
    assert len({digest_of_rows(pa.table({"n": array})) for array in arrays}) == 1


@pytest.mark.parametrize("column", list(VALUES))
def test_every_value_counts(column: str) -> None:
    table = pa.table({name: pa.array(values) for name, values in VALUES.items()})
    before = digest_of_rows(table)
    other = pa.array([*VALUES[column][:4], VALUES[column][0]], table.schema.field(column).type)
    moved = pa.array([*VALUES[column][1::-1], *VALUES[column][2:]], table.schema.field(column).type)
    at = table.schema.get_field_index(column)
    assert digest_of_rows(table.set_column(at, column, other)) != before
    assert digest_of_rows(table.set_column(at, column, moved)) != before
    assert digest_of_rows(table.rename_columns([f"{name}s" if name == column else name for name in VALUES])) != before


def test_a_digest_written_down_stays_the_same() -> None:
    """Releases of earlier versions are verified by it."""
    table = pa.table({"subject_id": ["A", "B", None], "n": pa.array([1, None, 3], pa.int32())})
    by_hand = hashlib.sha256(b'[["subject_id","string"],["n","int32"]]')
    by_hand.update(bytes([0b11000000]) + struct.pack("<3i", 1, 1, 0) + b"AB")
    by_hand.update(bytes([0b10100000]) + struct.pack("<3i", 1, 0, 3))
    assert digest_of_rows(table) == by_hand.hexdigest()


def test_a_release_holds_its_key_nowhere_in_what_is_told_of_it(place: Place) -> None:
    release: Release = place.release()
    assert key_to(release).hex() not in repr(release)
    assert "key_version" in repr(release)
