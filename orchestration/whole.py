"""Whether deliveries in the landing zone are whole yet, told without reading a file twice that has not changed.

A delivery is whole when its manifest is there and every file fits its hash. One that is not, or has no manifest yet,
may be on its way: it waits while its files still change, and `SETTLED` after their last change; then it is let through
to be refused, with the reason. What was seen is kept as text, between the ticks of a sensor.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ingestion.contract import Contract
from ingestion.delivery import MANIFEST, Delivery, mark_of_files, read_manifest
from ingestion.errors import DeliveryRefused
from ingestion.integrity import is_whole

SETTLED = timedelta(minutes=15)
TICK_SECONDS = 20.0  # Dagster gives a sensor a minute: what is not hashed in this time waits for the next tick.

State = Literal["whole", "on its way", "not looked at"]


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of a delivery, and a mark of its files' sizes and times that changes when they do."""

    state: State
    mark: str


class Arrivals:
    """What is known of the deliveries, from tick to tick."""

    def __init__(self, kept: str | None, *, now: float | None = None, seconds: float = TICK_SECONDS) -> None:
        self._before: dict[str, list[str]] = json.loads(kept) if kept else {}
        self._after: dict[str, list[str]] = {}
        self._now = time.time() if now is None else now
        self._end = time.monotonic() + seconds

    def look(self, delivery: Delivery, contract: Contract) -> Seen:
        """The state of one delivery now."""
        name = f"{delivery.source}/{delivery.id}"
        try:
            mark, changed = mark_of_files(delivery)
        except OSError:
            return Seen("on its way", "")  # Not to be read, or being moved this moment.
        known = self._before.get(name)
        if known and known[0] == mark and known[1] == "whole":
            state: State = "whole"
        elif self._now - changed > SETTLED.total_seconds():
            state = "whole"
        elif not (delivery.folder / MANIFEST).is_file():
            state = "on its way"
        elif known and known[0] == mark:
            state = "on its way"  # Read before, and not changed since.
        elif time.monotonic() > self._end:
            return Seen("not looked at", mark)
        else:
            state = "whole" if _all_fit(delivery, contract) else "on its way"
        self._after[name] = [mark, state]
        return Seen(state, mark)

    def kept(self) -> str:
        """What to give to the next tick."""
        return json.dumps(self._after, sort_keys=True)


def _all_fit(delivery: Delivery, contract: Contract) -> bool:
    try:
        manifest = read_manifest(delivery, contract)
    except DeliveryRefused:
        return True  # There is nothing to wait for: the refusal says why.
    return all(is_whole(delivery, file) for file in manifest.files)
