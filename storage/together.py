"""What many threads have to write, in as few transactions as keep up with them.

Whoever comes while nobody writes, writes at once. Whoever comes meanwhile waits, and all who wait are written in the
next transaction, by the first of them: one commit for many on a disk that takes its time for each, and nobody waits
for company that may not come. When `Together(...)` returns, what was given to it is durable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Entry(Generic[Item, Result]):
    """What one thread brought, and what became of it."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.results: Sequence[Result] = ()
        self.error: BaseException | None = None
        self.is_done = False
        self.called = threading.Event()


class Together(Generic[Item, Result]):
    """Collects items of threads for `write`, which writes many in a transaction of its own and answers for each.

    Where `write` fails, it fails for all whose items it was given.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result]], *, most: int = 64) -> None:
        self._write = write
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[_Entry[Item, Result]] = []
        self._is_writing = False

    def __call__(self, items: Sequence[Item]) -> Sequence[Result]:
        """The results of `items`, in their order. Raises what `write` raised."""
        mine: _Entry[Item, Result] = _Entry(items)
        with self._lock:
            self._waiting.append(mine)
            is_first, self._is_writing = not self._is_writing, True
        if not is_first:
            mine.called.wait()
        if not mine.is_done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.results

    def _lead(self) -> None:
        """Write what waits, this thread's own first among it, and call the next."""
        batch = self._taken()
        try:
            results = self._write([item for entry in batch for item in entry.items])
            for entry in batch:
                entry.results, results = results[: len(entry.items)], results[len(entry.items) :]
        except BaseException as error:  # noqa: BLE001 - each of them raises it
            for entry in batch:
                entry.error = error
        finally:
            for entry in batch:
                entry.is_done = True
            self._call_next()
            for entry in batch:
                entry.called.set()

    def _taken(self) -> list[_Entry[Item, Result]]:
        with self._lock:
            count, room = 1, self._most - len(self._waiting[0].items)
            while count < len(self._waiting) and len(self._waiting[count].items) <= room:
                room -= len(self._waiting[count].items)
                count += 1
            batch, self._waiting = self._waiting[:count], self._waiting[count:]
            return batch

    def _call_next(self) -> None:
        with self._lock:
            self._is_writing = bool(self._waiting)
            if self._waiting:
                self._waiting[0].called.set()
