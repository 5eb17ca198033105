"""Alerts: what an operator should hear of without looking, and the hook that tells it.

An alert is one line of counts and names of sources; it never holds a value of a row. The hook is plain: Dagster's log,
or one POST of JSON to a webhook of the installation (`OEVERUM_ALERTS`). When and what is in `defs/alerts.py`.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

SECONDS = 10.0

Hook = Callable[["Alert"], None]


class AlertError(Exception):
    """The webhook did not take an alert; it is told again."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to hear of. `key` is the same for the same occasion, so that it is told once."""

    kind: Literal["delivery refused", "source late"]
    source: str
    delivery: str
    line: str
    key: str


def hook_of(where: str, log: Callable[[str], None]) -> Hook:
    """The hook that a setting names: `log`, or the address of a webhook."""
    if where == "log":
        return lambda alert: log(f"{alert.kind}: {alert.line}")
    return lambda alert: _post(where, alert)


def _post(address: str, alert: Alert) -> None:
    """Raise AlertError when the webhook does not answer with success; its address is not told, it may be a secret."""
    body = json.dumps(asdict(alert)).encode("utf-8")
    request = urllib.request.Request(  # noqa: S310 - the settings allow http(s) only
        address, data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            return
    except (OSError, http.client.HTTPException, ValueError) as error:  # URLError and HTTPError are OSErrors.
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise AlertError(f"the webhook did not take an alert ({type(error).__name__}); it is tried again") from None
