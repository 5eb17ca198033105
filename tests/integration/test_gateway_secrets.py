"""While the gateway serves, its keys are in memory alone: in no file, no argument, no variable and no open file."""

import base64
import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.installation import granted, make, served
from benchmarks.load import children
from oeverum.settings import Settings
from sandbox.gateway.app import Bounds

PROJECT = "many-people"
# More than is held in memory of an answer, so that most of it waits on the disk.
WAITS = "select subject_id, 'a row of ' || repeat(subject_id, 20) as told from person, range(600)"


def forms(secret: bytes) -> set[bytes]:
    """How a secret may be written."""
    url = base64.urlsafe_b64encode(secret).rstrip(b"=")
    return {secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret).rstrip(b"="), url}


def on_disk(home: Path) -> Iterator[bytes]:
    """All files of an installation but its keys."""
    for path in home.rglob("*"):
        if path.is_file() and home / "keys" not in path.parents:
            yield path.read_bytes()


def of_process(process: int) -> Iterator[bytes]:
    """What the system tells of a process, and what its open files hold that have no name any more."""
    folder = Path(f"/proc/{process}")
    for name in ("cmdline", "environ", "comm"):
        yield (folder / name).read_bytes()
    for opened in (folder / "fd").iterdir():
        if opened.is_file():
            yield opened.read_bytes()


@pytest.mark.long
def test_the_keys_of_a_gateway_are_in_memory_alone(tmp_path: Path) -> None:
    make(tmp_path, rows=20_000, projects={PROJECT: "research"})
    with served(tmp_path) as gateway:
        _, token = granted(tmp_path, PROJECT)
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "text/csv"}
        connection.request("POST", f"/v1/sandboxes/{PROJECT}/query", json.dumps({"sql": WAITS}), headers)
        answer = connection.getresponse()
        assert answer.status == 200
        processes = [gateway.process, *children(gateway.process)]
        assert len(processes) == 3, "the gateway, the nursery and one worker"
        try:
            seen = [*on_disk(tmp_path), *(content for process in processes for content in of_process(process))]
        except PermissionError:
            pytest.skip("only root looks into a process that keeps to itself")
        told = answer.read()
        connection.close()
    assert len(told) > 2 * Bounds().room_mebibytes * 2**20
    # What waited on the disk was there to be seen, and could not be read.
    assert any(len(content) > len(told) / 3 and b"a row of" not in content for content in seen)
    assert not [content for content in seen if b"a row of" in content and b'"sql"' not in content]
    ring = Settings(home=tmp_path).key_ring()
    keys = {key.domain: ring.key(key.domain, key.version) for key in ring.status()}
    assert {domain.partition(":")[0] for domain in keys} == {"release", "audit", "audit-signed"}
    keys["master"] = base64.b64decode((tmp_path / "keys" / "master.key").read_bytes())
    secrets = {form for key in [*keys.values(), token.encode()] for form in forms(key)}
    assert not [content for content in seen if any(secret in content for secret in secrets)]
    # And would be found: here one of them is written where it must not be.
    (tmp_path / "state" / "left").write_text(keys["master"].hex())
    assert len([content for content in on_disk(tmp_path) if any(secret in content for secret in secrets)]) == 1
