"""The process is kept on one processor, the least busy one, and moves where others come; it gives back what it took.

Where the machine has one processor alone, the same tests show that nothing is done.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.loads import Look, look
from service.processor import OneProcessor, affinity, put

ROOT = Path(__file__).resolve().parents[2]
CPUS = sorted(affinity())
HAS_CHOICE = len(CPUS) > 1
PRODUCT = ["service", "bot", "pane", "intake", "push", "desk", "jobs", "storage", "cards", "customers", "connectors"]


class Kernel:
    """Counts as the kernel does, but what others do on each processor is what the test says."""

    def __init__(self) -> None:
        self.load = dict.fromkeys(CPUS, 0.0)
        self.looks = 0
        self._busy = dict.fromkeys(CPUS, 0)

    def look(self) -> Look:
        self.looks += 1
        for cpu, load in self.load.items():
            self._busy[cpu] += round(load * 1000)
        return Look({cpu: (self._busy[cpu], self.looks * 1000) for cpu in self.load}, 0.0, time.monotonic())


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = affinity()
    yield
    assert affinities() == {before}


def keeping(kernel: Kernel, *, is_wanted: bool = True) -> OneProcessor:
    return OneProcessor(is_wanted=is_wanted, first_seconds=0.01, seconds=0.01, look=kernel.look)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def decided(one: OneProcessor) -> OneProcessor:
    """It is kept somewhere, or will never be."""
    until(lambda: one.cpu is not None or not one._thread.is_alive())
    assert (one.cpu is not None) == HAS_CHOICE
    return one


def affinities() -> set[frozenset[int]]:
    return {affinity(thread.native_id) for thread in threading.enumerate()}


def test_threads_from_before_and_from_later_are_kept_on_one_processor_and_given_back(kernel: Kernel) -> None:
    end, later = threading.Event(), threading.Thread(target=lambda: end.wait(60))
    earlier = threading.Thread(target=lambda: end.wait(60))
    earlier.start()
    with keeping(kernel) as one:
        decided(one)
        later.start()
        assert affinities() == {frozenset({one.cpu} if HAS_CHOICE else CPUS)}
    assert {affinity(earlier.native_id), affinity(later.native_id)} == {frozenset(CPUS)}
    end.set()
    for thread in (earlier, later):
        thread.join()


def test_the_least_busy_processor_is_chosen(kernel: Kernel) -> None:
    kernel.load = dict.fromkeys(CPUS, 0.9) | {CPUS[-1]: 0.3}
    with keeping(kernel) as one:
        assert decided(one).cpu == (CPUS[-1] if HAS_CHOICE else None)


def test_it_moves_with_all_threads_where_others_come_to_its_processor(kernel: Kernel) -> None:
    with keeping(kernel) as one:
        for _ in range(3 if HAS_CHOICE else 0):
            came = decided(one).cpu
            kernel.load = {cpu: 1.0 if cpu == came else 0.5 for cpu in CPUS}
            until(lambda came=came: one.cpu != came)
            assert affinities() == {frozenset({one.cpu})}


def test_it_stays_where_another_processor_is_hardly_better(kernel: Kernel) -> None:
    with keeping(kernel) as one:
        here = decided(one).cpu
        kernel.load = {cpu: 0.9 if cpu == here else 0.7 for cpu in CPUS}
        looks = kernel.looks
        until(lambda: kernel.looks > looks + 20 or not HAS_CHOICE)
        assert one.cpu == here


def test_its_own_load_does_not_drive_it_away() -> None:
    """Each look finds its processor busy all the time, by nobody but itself."""

    class Own(Kernel):
        def look(self) -> Look:
            self.load = {cpu: float(cpu == one.cpu) for cpu in CPUS}
            now = time.monotonic()
            return Look(super().look().ticks, now, now)

    kernel = Own()
    one = keeping(kernel)
    with one:
        here = decided(one).cpu
        until(lambda: kernel.looks > 20 or not HAS_CHOICE)
        assert one.cpu == here


def test_a_busy_process_on_its_processor_drives_it_away() -> None:
    """By the kernel's own figures; unless the machine is so busy that it is no better elsewhere."""
    with OneProcessor(first_seconds=0.1, seconds=0.3) as one, ExitStack() as stack:
        here = decided(one).cpu
        if here is None:
            return
        stack.enter_context(busy(here))
        begun = look()
        until(lambda: one.cpu != here or no_better_than(here, begun))


def no_better_than(here: int, begun: Look) -> bool:
    now = look()
    used = {cpu: now.ticks[cpu][0] - begun.ticks[cpu][0] for cpu in CPUS}
    return now.at - begun.at > 5 and min(used.values()) > used[here] / 2


class busy:  # noqa: N801
    """A process that does nothing else, on `cpu`."""

    def __init__(self, cpu: int) -> None:
        program = f"import os\nos.sched_setaffinity(0, {{{cpu}}})\nprint(flush=True)\nwhile True: pass"
        self._process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)

    def __enter__(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()


_SERVICE = """
import os, sys, time
from service import log
from service.loads import Look
from service.processor import OneProcessor, affinity

cpus, ticks, looks = sorted(affinity()), {}, 0

def look():
    global looks
    looks += 1
    for cpu in cpus:  # a service is all that its processor has to do
        is_busy = any(os.sched_getaffinity(pid) == {cpu} for pid in pids)
        ticks[cpu] = ticks.get(cpu, 0) + is_busy
    return Look({cpu: (busy, looks) for cpu, busy in ticks.items()}, time.process_time(), time.monotonic())

log.configure("WARNING")
pids = [os.getpid()]
with OneProcessor(first_seconds=0.01, seconds=0.2, look=look) as one:
    while one.cpu is None and one._thread.is_alive():
        pass
    if one.cpu is not None:
        one._move(cpus[0])
    print(os.getpid(), flush=True)
    pids += [int(sys.stdin.readline())]
    while True:
        pass
"""


def test_two_services_on_the_same_processor_part() -> None:
    with ExitStack() as stack:
        services = [stack.enter_context(_service()) for _ in range(2)]
        pids = [int(service.stdout.readline()) for service in services]
        for service, other in zip(services, reversed(pids), strict=True):
            service.stdin.write(f"{other}\n")
            service.stdin.flush()
        until(lambda: not HAS_CHOICE or len({frozenset(os.sched_getaffinity(pid)) for pid in pids}) == 2)
        assert [service.poll() for service in services] == [None, None]
        for service in services:
            service.kill()


def _service() -> subprocess.Popen[str]:
    program = [sys.executable, "-c", _SERVICE]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _nothing_happens(one: OneProcessor) -> None:
    before = affinities()
    with one:
        until(lambda: not one._thread.is_alive())
        assert one.cpu is None
        assert affinities() == before


def test_nothing_happens_on_one_processor(kernel: Kernel) -> None:
    try:
        put(frozenset(CPUS[:1]))
        _nothing_happens(keeping(kernel))
    finally:
        put(frozenset(CPUS))


def test_nothing_happens_unless_it_is_wanted(kernel: Kernel) -> None:
    _nothing_happens(keeping(kernel, is_wanted=False))
    assert kernel.looks == 0


def test_nothing_happens_where_the_load_of_a_processor_is_hidden(kernel: Kernel) -> None:
    kernel.load.pop(CPUS[0])
    _nothing_happens(keeping(kernel))


def test_nothing_happens_without_permission(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    _nothing_happens(keeping(kernel))


def test_nothing_happens_on_a_system_that_knows_no_affinity(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    before = affinities()
    with monkeypatch.context() as patch:
        patch.delattr(os, "sched_getaffinity")
        with keeping(kernel) as one:
            until(lambda: not one._thread.is_alive())
            assert one.cpu is None
    assert affinities() == before


def test_what_somebody_else_decides_meanwhile_stands(kernel: Kernel) -> None:
    with keeping(kernel) as one:
        decided(one)
        put(frozenset(CPUS))
        until(lambda: not one._thread.is_alive())
        assert one.cpu is None
        put(frozenset(CPUS[:1]))
    try:
        assert affinities() == {frozenset(CPUS[:1])}
    finally:
        put(frozenset(CPUS))


def test_the_product_starts_no_process_that_would_stay_on_its_processor() -> None:
    """Whoever starts one gives it back first what the service could use at its start."""
    imported = set()
    for file in (file for package in PRODUCT for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Attribute):
                assert node.attr not in {"fork", "posix_spawn", "create_subprocess_exec", "create_subprocess_shell"}
    assert not imported & {"subprocess", "multiprocessing", "pty"}


_SETTLED = """
import gc, weakref
from service.processor import settle

class Node: pass

def a_ring():
    node = Node()
    node.itself = node
    return weakref.ref(node)

settle()
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
alive = a_ring()
kept = [[] for _ in range(10_000)]
assert alive() is not None
kept = [[] for _ in range(100_000)]
assert alive() is None
"""


def test_a_settled_process_looks_for_garbage_more_rarely_and_still_finds_it() -> None:
    """In a process of its own: what is frozen stays so."""
    subprocess.run([sys.executable, "-c", _SETTLED], cwd=ROOT, check=True)
