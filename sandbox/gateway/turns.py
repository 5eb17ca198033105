"""Whose query runs next: sandboxes take turns, so that one that asks much keeps no other waiting."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.errors import SandboxError


class Busy(SandboxError):
    """More queries of one sandbox wait than the gateway keeps."""


class Turns:
    """`slots` queries run at once, and beyond them one of each sandbox that has none, up to `most`.

    So no sandbox waits for the queries of others that take long, until as many sandboxes ask such. Of each at most
    `waiting` wait. For one event loop.
    """

    def __init__(self, *, slots: int, most: int, waiting: int) -> None:
        self._slots = slots
        self._most = most
        self._waiting = waiting
        self._running: Counter[str] = Counter()
        # How many turns had begun when each sandbox last began one.
        self._began: Counter[str] = Counter()
        self._turns = 0
        # Nothing is in them that may run.
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    @property
    def length(self) -> int:
        """How many wait."""
        return sum(len(queue) for queue in self._queues.values())

    @asynccontextmanager
    async def turn(self, project: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it inside the block. Raises Busy."""
        await self._wait(project)
        try:
            yield
        finally:
            self._give_back(project)

    async def _wait(self, project: str) -> None:
        if self._may_run(project):
            self._begin(project)
            return
        queue = self._queues.setdefault(project, deque())
        if len(queue) >= self._waiting:
            raise Busy(f"expected at most {self._waiting} waiting queries of {project}, found more; ask again later")
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            self._forget(project, mine)
            if mine.done() and not mine.cancelled():
                self._give_back(project)
            raise

    def _may_run(self, project: str) -> bool:
        running = self._running.total()
        return running < self._slots or (running < self._most and not self._running[project])

    def _begin(self, project: str) -> None:
        self._running[project] += 1
        self._turns += 1
        self._began[project] = self._turns

    def _give_back(self, project: str) -> None:
        self._running[project] -= 1
        if not self._running[project]:
            del self._running[project]
        while waiting := [one for one in self._queues if self._may_run(one)]:
            # Who began a turn the longest ago, or never.
            other = min(waiting, key=lambda one: self._began[one])
            mine = self._queues[other].popleft()
            if not self._queues[other]:
                del self._queues[other]
            if not mine.done():
                self._begin(other)
                mine.set_result(None)

    def _forget(self, project: str, one: "asyncio.Future[None]") -> None:
        queue = self._queues.get(project)
        if queue is not None and one in queue:
            queue.remove(one)
            if not queue:
                del self._queues[project]
