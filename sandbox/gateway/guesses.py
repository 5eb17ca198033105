"""Who sends tokens that open nothing, again and again from one address, is told to wait, and writes no more log.

Tokens cannot be guessed (256 bits); what is bounded is what somebody who tries costs: each refusal is written down and
brought to disk. A token that opens something is let in whatever others behind its address have sent.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from sandbox.errors import SandboxError

# An address may send one wrong token more after so long, up to the number it may send at once.
FORGIVEN_SECONDS = 2.0
# As many addresses are remembered; the one that was quiet longest is forgotten first.
ADDRESSES = 4_096
_IPV6_HOUSEHOLD = 64


class TooManyTokens(SandboxError):
    """More wrong tokens came from an address than may; `retry_after` is in seconds."""

    def __init__(self, line: str, *, retry_after: int) -> None:
        super().__init__(line)
        self.retry_after = retry_after


class Guesses:
    """Wrong tokens by address: `at_once` of them, and then one more every FORGIVEN_SECONDS."""

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._clock = clock
        self._lock = threading.Lock()
        # How many count, and when that was so.
        self._sent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wrong(self, address: str) -> None:
        """A token from there opened nothing. Raises TooManyTokens when there were too many before."""
        now, whose = self._clock(), _whose(address)
        with self._lock:
            counted, at = self._sent.pop(whose, (0.0, now))
            counted = max(0.0, counted - (now - at) / FORGIVEN_SECONDS)
            wait = (counted + 1 - self._at_once) * FORGIVEN_SECONDS
            self._sent[whose] = (counted if wait > 0 else counted + 1, now)
            if len(self._sent) > ADDRESSES:
                self._sent.popitem(last=False)
        if wait > 0:
            line = "expected few tokens that open nothing from one address, found many; ask for a new one, and wait"
            raise TooManyTokens(line, retry_after=math.ceil(wait))

    def __len__(self) -> int:
        return len(self._sent)


def _whose(address: str) -> str:
    """The address, or of IPv6 the network of a household, all of whose addresses are one's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, _IPV6_HOUSEHOLD), strict=False))
