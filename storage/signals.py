"""Who wants to know what was committed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable

import structlog

Callback = Callable[[str], None]
Signal = tuple[str, str]
"""A topic and its payload."""

_log = structlog.get_logger()


class Listeners:
    """Callbacks by topic. They run in the thread that committed, so they must be quick: set an event, no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)

    def add(self, topic: str, callback: Callback) -> Callable[[], None]:
        """Call `callback(payload)` for each signal of `topic` until the returned function is called."""
        with self._lock:
            self._callbacks[topic].append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._callbacks[topic]:
                    self._callbacks[topic].remove(callback)

        return unsubscribe

    def tell(self, signals: Iterable[Signal]) -> None:
        """Call whoever listens. A callback that fails is logged; what was committed stays committed."""
        for topic, payload in signals:
            with self._lock:
                callbacks = list(self._callbacks.get(topic, ()))
            for callback in callbacks:
                call_safely(callback, payload, topic)

    def tell_all(self) -> None:
        """Every topic, with an empty payload: signals may have been missed, look for yourselves."""
        with self._lock:
            topics = list(self._callbacks)
        self.tell((topic, "") for topic in topics)


def call_safely(callback: Callback, payload: str, topic: str) -> None:
    """Call it; its failure is its own."""
    try:
        callback(payload)
    except Exception:  # noqa: BLE001
        _log.exception("storage.listener_failed", topic=topic)
