"""Whose query runs next: sandboxes take turns, so that one that asks much keeps no other waiting."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox.errors import SandboxError


class Busy(SandboxError):
    """More queries of one sandbox wait than the gateway keeps."""


class Turns:
    """`slots` queries run at once; of each sandbox at most `waiting` wait. For one event loop."""

    def __init__(self, *, slots: int, waiting: int) -> None:
        self._free = slots
        self._waiting = waiting
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

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
            self._free += 1
            self._next()

    async def _wait(self, project: str) -> None:
        if self._free > 0 and not self._queues:
            self._free -= 1
            return
        queue = self._queues.setdefault(project, deque())
        if len(queue) >= self._waiting:
            raise Busy(f"expected at most {self._waiting} waiting queries of {project}, found more; ask again later")
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._free += 1
            self._forget(project, mine)
            self._next()
            raise

    def _forget(self, project: str, one: "asyncio.Future[None]") -> None:
        queue = self._queues.get(project)
        if queue is not None and one in queue:
            queue.remove(one)
            if not queue:
                del self._queues[project]

    def _next(self) -> None:
        while self._free > 0 and self._queues:
            project, queue = next(iter(self._queues.items()))
            one = queue.popleft()
            # To the end of the row of sandboxes, or out of it.
            self._queues.move_to_end(project)
            if not queue:
                del self._queues[project]
            if not one.done():
                self._free -= 1
                one.set_result(None)
