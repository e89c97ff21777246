"""The one place where async meets sync: a use case is one hop to a thread and one transaction."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Task:
    """Work on its way to a thread, and who waits for it in which loop."""

    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    waiting: asyncio.Future[Any]

    def do(self) -> None:
        """In a thread: the work is done, unless nobody waits any more, and its end told to the loop."""
        if self.waiting.cancelled():
            return
        try:
            result = self.work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
            self.tell(self._fail, error)
        else:
            self.tell(self._end, result)

    def tell(self, end: Callable[[Any], None], value: Any) -> None:
        """Call `end(value)` in the loop; a loop that is closed has nobody waiting."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(end, value)

    def cancel(self, _value: None = None) -> None:
        """In the loop: it will not be done."""
        self.waiting.cancel()

    def _end(self, result: Any) -> None:
        if not self.waiting.done():
            self.waiting.set_result(result)

    def _fail(self, error: BaseException) -> None:
        if not self.waiting.done():
            self.waiting.set_exception(error)


class Crossing:
    """Threads for use cases. SQLite writes in one of them, whatever their number; CRM calls are never made here.

    A hop costs half of what it costs through `concurrent.futures`, which makes two futures and a lock for each.
    """

    def __init__(self, threads: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._is_closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"desk_{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises, without holding up the event loop. Raises RuntimeError after `close`."""
        if self._is_closed:
            raise RuntimeError("the crossing is closed")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        self._tasks.put(_Task(partial(work, *args, **kwargs), loop, waiting))
        return await waiting

    def close(self) -> None:
        """Work that has begun is finished, other work cancelled."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(Empty):
            while task := self._tasks.get_nowait():
                task.tell(task.cancel, None)
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            task.do()
            del task  # or its result would be held until the next one
