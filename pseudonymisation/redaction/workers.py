"""Many texts over several processes, in order, and the time that one text may take.

What a text is redacted to is decided in `redactor.py`; here is only where and how long. A worker holds a redactor of
its own and everybody's full names, which are sent to it once, when it starts.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from types import FrameType

# What a worker does with its share: texts redacted, up to the first that could not be, and why that one could not.
Share = tuple[list[str], str | None]

CHUNK_TEXTS = 250


class OverTime(Exception):
    """A text took longer than it may."""


def may_start_processes() -> bool:
    """Tell whether this process may have children: a daemonic one may not."""
    return not multiprocessing.current_process().daemon


def can_limit() -> bool:
    """Tell whether `limited` can stop work here: signals reach the main thread only."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise OverTime inside the block when it runs longer; without effect outside the main thread."""
    if not can_limit():
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise OverTime

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Workers:
    """Processes that redact shares of a batch. They end with `close`, with this object, or with its process."""

    def __init__(self, start: Callable[..., None], *given: object) -> None:
        self._pool = ProcessPoolExecutor(
            len(os.sched_getaffinity(0)), multiprocessing.get_context("spawn"), initializer=start, initargs=given
        )

    def map(self, work: Callable[..., Share], items: Sequence[object]) -> Iterator[Share]:
        """Yield what `work` makes of each chunk of the items, in order. Raises BrokenProcessPool if a worker dies."""
        yield from self._pool.map(work, [items[at : at + CHUNK_TEXTS] for at in range(0, len(items), CHUNK_TEXTS)])

    def close(self) -> None:
        """End the processes; what has not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)
