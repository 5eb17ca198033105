"""Alerts: to the log or a webhook, once per occasion; and sources that are late by their contract."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from oeverum.deliveries import late
from oeverum.settings import Settings, SettingsError, from_environment
from orchestration.alerts import Alert, AlertError, hook_of
from pseudonymisation.lake import MANIFEST, Lake, LakeDelivery
from tests.deliveries import CONTRACTS

ALERT = Alert("delivery refused", "bef", "2025-01-20", "bef/2025-01-20: expected this; found that", "key")


class Webhook:
    """A server on this machine that keeps what it was sent."""

    def __init__(self, status: int) -> None:
        self.got: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/secret-token"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture(params=[200])
def webhook(request: pytest.FixtureRequest) -> Iterator[Webhook]:
    made = Webhook(request.param)
    yield made
    made.close()


def test_the_log_gets_one_line() -> None:
    lines: list[str] = []
    hook_of("log", lines.append)(ALERT)
    assert lines == ["delivery refused: bef/2025-01-20: expected this; found that"]


def test_a_webhook_gets_the_alert_as_json(webhook: Webhook) -> None:
    hook_of(webhook.address, lambda line: pytest.fail(line))(ALERT)
    assert webhook.got == [
        {"kind": "delivery refused", "source": "bef", "delivery": "2025-01-20", "line": ALERT.line, "key": "key"}
    ]


@pytest.mark.parametrize("webhook", [500], indirect=True)
def test_a_webhook_that_refuses_is_told_without_its_address(webhook: Webhook) -> None:
    with pytest.raises(AlertError) as error:
        hook_of(webhook.address, print)(ALERT)
    assert "secret-token" not in str(error.value)


def test_a_setting_that_is_no_address_is_refused() -> None:
    with pytest.raises(SettingsError, match="OEVERUM_ALERTS"):
        from_environment(environment={"OEVERUM_ALERTS": "file:///etc/passwd"})


@pytest.mark.parametrize(("days", "found"), [(-1, []), (1, ["lmdb"])])
def test_a_source_is_late_when_its_days_have_passed(days: int, found: list[str], tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    created = datetime(2025, 1, 20, 6, tzinfo=UTC)
    folder = Lake(settings.lake).delivery("lmdb", "2025-01-20")
    folder.mkdir(parents=True)
    delivery = LakeDelivery(
        source="lmdb",
        delivery="2025-01-20",
        digest="d",
        created=created,
        synthetic=True,
        corrects=(),
        key_versions={},
        treatment="t",
        rows=0,
        files={},
    )
    (folder / MANIFEST).write_text(delivery.model_dump_json(), encoding="utf-8")
    now = created + timedelta(days=CONTRACTS["lmdb"].frequency_days + days)
    assert [one.source for one in late(settings, CONTRACTS, now)] == found
