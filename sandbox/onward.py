"""The time of one process that goes on from the latest time seen, by a clock of the machine that nobody sets."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# It goes on while the machine sleeps, where there is such a clock.
_UNSET = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
# A latest time that is so much earlier than the one before was put back on purpose: threads tell of it out of order.
PUT_BACK = timedelta(minutes=1)


def since_boot() -> float:
    """Seconds since some moment, which setting the machine's clock does not change."""
    return time.clock_gettime(_UNSET)


class Onward:
    """The later of what the wall clock shows, and of the latest time seen with what has passed here since."""

    def __init__(self, elapsed: Callable[[], float] = since_boot) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        # The time that is counted from, and when that was; the latest time as it was told last.
        self._base: tuple[datetime, float] | None = None
        self._told = datetime.min.replace(tzinfo=UTC)

    def now(self, wall: datetime, latest: datetime | None) -> datetime:
        """The time, where the wall clock shows `wall` and `latest` is the latest time that anybody has noted."""
        with self._lock:
            at = self._elapsed()
            if latest is not None:
                # One that was noted a while ago takes nothing from what is counted already.
                if latest > self._counted(at, latest) or self._base is None or latest + PUT_BACK < self._told:
                    self._base = latest, at
                self._told = latest
            return max(wall, self._counted(at, wall))

    def _counted(self, at: float, otherwise: datetime) -> datetime:
        return self._base[0] + timedelta(seconds=at - self._base[1]) if self._base else otherwise
