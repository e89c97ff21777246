"""The one place where async meets sync: a use case is one hop to a thread and one transaction."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_FEW = 3
_PATIENCE = 0.02
"""Seconds."""


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

    A hop costs half of what it costs through `concurrent.futures`, which makes two futures and a lock for each. A few
    threads do the work, the one that rested last first: each further one is one more that wants Python's lock at every
    step of the database. The others come when work has waited for `_PATIENCE`, because the few are held up.
    """

    def __init__(self, threads: int) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[_Task] = deque()
        self._resting = [_Thread(self._next, number) for number in reversed(range(threads))]
        self._few = min(_FEW, threads)
        self._at_work = 0
        self._is_closed = self._is_watched = False
        self._threads = tuple(self._resting)
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises, without holding up the event loop. Raises RuntimeError after `close`."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        task = _Task(partial(work, *args, **kwargs), loop, waiting)
        with self._guard:
            if self._is_closed:
                raise RuntimeError("the crossing is closed")
            if self._at_work < self._few:
                self._wake(task)
            else:
                self._waiting.append(task)
                self._watch(loop)
        return await waiting

    def close(self) -> None:
        """Work that has begun is finished, other work cancelled."""
        with self._guard:
            if self._is_closed:
                return
            self._is_closed = True
            for task in self._waiting:
                task.tell(task.cancel, None)
            self._waiting.clear()
            for thread in self._resting:
                thread.tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _wake(self, task: _Task) -> None:
        """Under the guard, while one rests."""
        self._at_work += 1
        self._resting.pop().tasks.put(task)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Under the guard: somebody looks again soon whether the work is still waiting."""
        if not self._is_watched:
            self._is_watched = True
            loop.call_later(_PATIENCE, self._relieve, loop, self._waiting[0])

    def _relieve(self, loop: asyncio.AbstractEventLoop, oldest: _Task) -> None:
        """Every thread helps where the few have not even come to what was the oldest."""
        with self._guard:
            self._is_watched = False
            if self._is_closed or not self._waiting:
                return
            is_held_up = self._waiting[0] is oldest
            while is_held_up and self._waiting and self._resting:
                self._wake(self._waiting.popleft())
            if self._waiting:
                self._watch(loop)

    def _next(self, thread: _Thread) -> _Task | None:
        """What the thread does next, now or once it is woken; None: nothing any more."""
        with self._guard:
            if self._waiting and self._at_work <= self._few:
                return self._waiting.popleft()
            self._at_work -= 1
            if self._is_closed:
                return None
            self._resting.append(thread)
        return thread.tasks.get()


class _Thread(threading.Thread):
    """Does one task after the other; rests in between until it is woken with one."""

    def __init__(self, following: Callable[[_Thread], _Task | None], number: int) -> None:
        super().__init__(name=f"desk_{number}", daemon=True)
        self.tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._following = following

    def run(self) -> None:
        """Until it is given nothing any more."""
        task = self.tasks.get()
        while task is not None:
            task.do()
            del task  # or its result would be held until the next one
            task = self._following(self)
