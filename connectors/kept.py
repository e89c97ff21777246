"""What a CRM says of itself, kept for a while: asking takes some calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
DESCRIBED_SECONDS: Final = 600.0


class Kept(Generic[T]):
    """What `make` makes, made anew when it is older than `seconds`. Safe for many threads."""

    def __init__(self, make: Callable[[], T], seconds: float = DESCRIBED_SECONDS) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made = make()
        self._until = time.monotonic() + seconds

    def get(self) -> T:
        """The newest that is young enough."""
        with self._lock:
            if time.monotonic() > self._until:
                self._made, self._until = self._make(), time.monotonic() + self._seconds
            return self._made
