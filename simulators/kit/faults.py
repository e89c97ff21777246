"""Armed faults: what a simulator does wrong, how often, and at which calls."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Fault = dict[str, Any]

COMMON = ("outage", "timeout", "answer_lost", "slow", "together", "refused", "signal")
"""Faults that every simulator knows; `server` carries them out."""


class Faults:
    """Faults armed over HTTP or by a test, used up call by call. Safe to use from several threads.

    A fault is a mapping: `fault` its name, `times` how often (1; -1 until cleared), `method` and `path` (a regular
    expression searched in the path) which calls, `after` how many of those pass first; the rest is the fault's own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, *faults: Mapping[str, Any]) -> None:
        """Add faults behind those that are armed. Raises ValueError for one that cannot be read."""
        ready = [_checked(fault) for fault in faults]
        with self._lock:
            self._armed.extend(ready)

    def clear(self) -> None:
        """Nothing is armed any more."""
        with self._lock:
            self._armed.clear()

    def armed(self) -> Sequence[Fault]:
        """What is still armed, with the counts that are left."""
        with self._lock:
            return [dict(fault) for fault in self._armed]

    def take(self, method: str, path: str, *names: str) -> Fault | None:
        """Use up one fault of these names that fits this call: the one armed first; None when there is none."""
        return self.take_any([(method, path)], *names)

    def take_any(self, calls: Collection[tuple[str, str]], *names: str) -> Fault | None:
        """`take` for a call that is several in one: a fault that fits any of these, method and path, is its fault."""
        with self._lock:
            taken: Fault | None = None
            fitting = (fault for fault in self._armed if any(_fits(fault, *call) for call in calls))
            for fault in [fault for fault in fitting if fault["fault"] in names]:
                if fault["after"] > 0:
                    fault["after"] -= 1
                elif taken is None:
                    taken = fault
            if taken is None:
                return None
            self._use_up(taken)
            return dict(taken)

    def _use_up(self, fault: Fault) -> None:
        if fault["times"] > 0:
            fault["times"] -= 1
        if fault["times"] == 0:
            self._armed = [other for other in self._armed if other is not fault]


def _fits(fault: Fault, method: str, path: str) -> bool:
    return fault.get("method", method) == method and re.search(fault.get("path", ""), path) is not None


def _checked(fault: Mapping[str, Any]) -> Fault:
    if not isinstance(fault, Mapping) or not isinstance(fault.get("fault"), str):
        raise ValueError("a fault is an object with the key `fault`")  # noqa: TRY004 - a value that came as JSON
    ready = {"times": 1, "after": 0, **fault}
    if not isinstance(ready["times"], int) or not isinstance(ready["after"], int) or ready["times"] == 0:
        raise ValueError("`times` is a number other than 0, `after` a number")
    try:
        re.compile(ready.get("path", ""))
    except (re.error, TypeError) as error:
        raise ValueError(f"`path` is no regular expression: {error}") from error
    return ready
