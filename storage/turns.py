"""A lock that is handed over in the order of asking."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """First come, first served. A plain lock would let one busy thread take it again and again past the others."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._queue: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """True when it is the caller's turn; False when that did not happen within `seconds`."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        return turn.acquire(timeout=seconds) or not self._leave(turn)

    def give(self) -> None:
        """End the caller's turn; whoever has waited longest is next."""
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._taken = False

    def _leave(self, turn: threading.Lock) -> bool:
        """Stop waiting; False when the turn came in the very last moment."""
        with self._guard:
            if turn not in self._queue:
                return False
            self._queue.remove(turn)
            return True
