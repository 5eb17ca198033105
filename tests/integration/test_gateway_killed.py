"""The gateway as a command: what it does not serve, and that a kill under load loses no entry of what was answered."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from oeverum.gateway import serve
from oeverum.settings import Settings, SettingsError
from tests.unit.gateway_server import PROJECT, Served, live_place

CLIENTS = 50
KILLS = 3
# Of each round, before the kill.
ANSWERED = 100


@pytest.mark.parametrize(
    ("host", "files", "line"),
    [
        ("0.0.0.0", (None, None), "found none: tokens would travel in clear"),
        ("gateway.invalid", (None, None), "tokens would travel in clear"),
        ("127.0.0.1", ("cert.pem", None), "found one of them; give both"),
        ("127.0.0.1", ("cert.pem", "key.pem"), "expected a file, found no cert.pem"),
    ],
)
def test_it_does_not_serve_tokens_in_clear(
    tmp_path: Path, host: str, files: tuple[str | None, str | None], line: str
) -> None:
    certificate, key = (Path(name) if name else None for name in files)
    with pytest.raises(SettingsError, match=line):
        serve(Settings(home=tmp_path), host=host, port=0, certificate=certificate, key=key)


@pytest.mark.long
def test_a_kill_under_load_loses_no_entry_of_what_was_answered(tmp_path: Path) -> None:
    place = live_place(tmp_path, tables={"person": {"columns": ["sex"]}})
    _, token = Served("", place).grant()
    answered: Counter[str] = Counter()
    for round_ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "oeverum.cli", "serve", "--home", str(tmp_path), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert process.stdout is not None
        with process, process.stdout:
            found = re.search(r"http://127\.0\.0\.1:[0-9]+", process.stdout.readline())
            assert found
            stop = threading.Event()
            threads = [
                threading.Thread(target=_load, args=(found[0], token, f"{round_}-{n}", answered, stop))
                for n in range(CLIENTS)
            ]
            for thread in threads:
                thread.start()
            until = time.monotonic() + 60
            while sum(answered.values()) < ANSWERED * (round_ + 1) and time.monotonic() < until:
                time.sleep(0.05)
            children = _children(process.pid)
            process.send_signal(signal.SIGKILL)
            stop.set()
            for thread in threads:
                thread.join()
        assert children
        until = time.monotonic() + 5
        while any(Path(f"/proc/{child}/cmdline").exists() for child in children) and time.monotonic() < until:
            time.sleep(0.05)
        assert [child for child in children if Path(f"/proc/{child}/cmdline").exists()] == []
    place.audit.append("after", actor="test")
    assert place.audit.verify().ok
    log = list(place.audit.read())
    # Each question was asked once, so each that was answered has a query of its own, and that one is done.
    asked = {entry.facts["sql"]: entry.facts["query"] for entry in log if entry.kind == "query"}
    done = Counter(entry.facts["query"] for entry in log if entry.kind == "query_done")
    assert sum(answered.values()) >= ANSWERED * KILLS
    assert [sql for sql, times in answered.items() if times != 1] == []
    assert len(set(asked.values())) == sum(entry.kind == "query" for entry in log)
    assert [sql for sql in answered if done[asked.get(sql, "")] != 1] == []
    assert set(done) <= set(asked.values())
    assert set(done.values()) == {1}


def _load(url: str, token: str, name: str, answered: Counter[str], stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        sql = f"select count(*) as n, '{name}-{number}' as me from person"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{url}/v1/sandboxes/{PROJECT}/query", json.dumps({"sql": sql}).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                if json.loads(answer.read())[0]["n"] == 10:
                    answered[sql] += 1
        except (OSError, ValueError, http.client.HTTPException):
            time.sleep(0.05)


def _children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    found = [int(child) for path in lists for child in path.read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in _children(child))]
