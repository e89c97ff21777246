"""The process as a whole: what the garbage collector need not look at, and the processor that it runs on.

Python runs in one thread at a time, whatever the number of processors: the threads hand each other one lock, and SQLite
lets it go at each step. Between processors each of these hand-overs wakes a sleeping one, mostly in vain; on one
processor it is a switch of threads. See docs/decisions/0008-one-processor.md.
"""

from __future__ import annotations

import gc
import os
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from service.loads import Look, look, others

_log = structlog.get_logger("service")
_random = random.SystemRandom()
_TASKS = Path("/proc/self/task")
_PASSES = 10
_FIRST_SECONDS = 0.25
_SECONDS = 4.0
_MARKEDLY = 0.25
"""How much more others must take of our processor than of another one before the caches there are worth leaving."""
_ALIKE = 0.1
_THRESHOLDS = (50_000, 20, 20)


def settle() -> None:
    """What is alive now is never looked at again by the garbage collector, and the rest more rarely. After the start.

    Modules, statements, templates and routes live as long as the process, and walking them finds nothing. What an
    action makes is hardly ever in a cycle, and by default is looked through after every 700 objects more. 50,000 of
    them are a few megabytes that may wait for one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


class OneProcessor:
    """`with OneProcessor():` keeps the process, all its threads, on one of the processors that it may use.

    It starts on one of the least busy, and moves where others come to take markedly more of it than of another. Nothing
    happens where there is no choice or the system does not tell how busy its processors are. Processes that are started
    meanwhile would stay on the same processor; the service starts none.
    """

    def __init__(
        self,
        *,
        is_wanted: bool = True,
        first_seconds: float = _FIRST_SECONDS,
        seconds: float = _SECONDS,
        look: Callable[[], Look] = look,
    ) -> None:
        """`first_seconds`: how long it looks before it chooses. `seconds`: how often it looks again, on average."""
        self.cpu: int | None = None
        """Where the process is kept; None while it is not."""
        self._is_wanted = is_wanted
        self._first_seconds = first_seconds
        self._seconds = seconds
        self._look = look
        self._allowed: frozenset[int] = frozenset()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="processor", daemon=True)

    def __enter__(self) -> Self:
        if self._is_wanted:
            self._allowed = affinity()
            self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """The process may use again what it could before; unless somebody else has decided otherwise meanwhile."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self.cpu is not None and self._is_here():
            self._give_back()

    def _run(self) -> None:
        try:
            self._choose()
            while self.cpu is not None and self._watch(self._look()):
                pass
        except OSError as error:  # no permission, or the container has been given other processors
            _log.warning("service.one_processor.failed", error=type(error).__name__)
            self._give_back()

    def _choose(self) -> None:
        before = self._look()
        if self._stopping.wait(self._first_seconds):
            return
        cpu = least_busy(others(before, self._look()), self._allowed)
        if cpu is not None:
            self._move(cpu)
        _log.info("service.one_processor", cpu=cpu, allowed=len(self._allowed))

    def _watch(self, before: Look) -> bool:
        """Some seconds later the process is where it is best; False when it is to be kept no longer."""
        # Never the same time twice: two services that share a processor would leave it together, for the same one.
        if self._stopping.wait(self._seconds * _random.uniform(0.5, 1.5)):
            return False
        if not self._is_here():  # somebody (taskset, the container) has decided otherwise: so be it
            _log.info("service.one_processor.ended", cpu=self.cpu)
            self.cpu = None
            return False
        cpu = better(others(before, self._look(), self.cpu), self._allowed, self.cpu)
        if cpu is not None:
            _log.info("service.one_processor.moved", cpu=cpu, before=self.cpu)
            self._move(cpu)
        return True

    def _move(self, cpu: int) -> None:
        put(frozenset({cpu}))
        self.cpu = cpu

    def _is_here(self) -> bool:
        return affinity() == {self.cpu}

    def _give_back(self) -> None:
        with suppress(OSError):  # where even this is not permitted, nothing has been changed
            put(self._allowed)
        self.cpu = None


def affinity(thread: int | None = None) -> frozenset[int]:
    """The processors that `thread` (None: the main thread) may use; none where the system does not know this."""
    if not hasattr(os, "sched_getaffinity"):
        return frozenset()
    return frozenset(os.sched_getaffinity(os.getpid() if thread is None else thread))


def put(cpus: frozenset[int]) -> None:
    """Every thread of this process uses `cpus` alone, and so does every thread that starts later. Raises OSError."""
    for _ in range(_PASSES):  # a thread may have been started by one that was not there yet
        elsewhere = [thread for thread in _threads() if _is_elsewhere(thread, cpus)]
        if not elsewhere:
            return
        for thread in elsewhere:
            with suppress(ProcessLookupError):
                os.sched_setaffinity(thread, cpus)


def least_busy(shares: Mapping[int, float], allowed: Iterable[int]) -> int | None:
    """One of the least busy of `allowed`, by chance among those alike: so do other services, and choose another.

    None where there is no choice, or where it is not known how busy one of them is.
    """
    candidates = {cpu: shares.get(cpu) for cpu in allowed}
    known = {cpu: share for cpu, share in candidates.items() if share is not None}
    if len(known) < 2 or len(known) < len(candidates):
        return None
    least = min(known.values())
    return _random.choice([cpu for cpu, share in known.items() if share <= least + _ALIKE])


def better(shares: Mapping[int, float], allowed: Iterable[int], here: int | None) -> int | None:
    """Where to move: others take markedly less of it than of `here`. None: stay."""
    cpu = least_busy(shares, allowed)
    if cpu is None or here is None or shares[here] - shares[cpu] < _MARKEDLY:
        return None
    return cpu


def _threads() -> list[int]:
    return [int(task.name) for task in _TASKS.iterdir()]


def _is_elsewhere(thread: int, cpus: frozenset[int]) -> bool:
    try:
        return affinity(thread) != cpus
    except ProcessLookupError:
        return False
