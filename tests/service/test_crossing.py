"""The hop from the event loop to a thread and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from service.crossing import Crossing


@pytest.fixture
def crossing() -> Iterator[Crossing]:
    made = Crossing(2)
    yield made
    made.close()


async def test_work_is_done_in_a_thread_and_its_result_comes_back(crossing: Crossing) -> None:
    def work(one: int, *, two: int) -> tuple[int, int, int]:
        return one, two, threading.get_ident()

    one, two, thread = await crossing.run(work, 1, two=2)
    assert (one, two) == (1, 2)
    assert thread != threading.get_ident()


async def test_what_the_work_raises_is_raised_here(crossing: Crossing) -> None:
    with pytest.raises(KeyError, match="card"):
        await crossing.run(dict[str, int]().__getitem__, "card")
    assert await crossing.run(len, "card") == 4


async def test_as_much_is_done_at_once_as_there_are_threads(crossing: Crossing) -> None:
    together = threading.Barrier(2)
    assert sorted(await asyncio.gather(*(crossing.run(together.wait, 20) for _ in range(2)))) == [0, 1]


async def test_work_is_not_held_up_by_a_few_that_take_long() -> None:
    crossing, gate = Crossing(6), threading.Event()
    long = [asyncio.create_task(crossing.run(gate.wait, 20)) for _ in range(5)]
    await asyncio.sleep(0)
    assert [await asyncio.wait_for(crossing.run(len, "card"), 10) for _ in range(3)] == [4, 4, 4]
    gate.set()
    assert await asyncio.gather(*long) == [True] * 5
    crossing.close()


async def test_what_waits_while_all_threads_are_held_up_is_done_by_the_first_that_is_free() -> None:
    crossing, gates = Crossing(5), [threading.Event() for _ in range(5)]
    held_up = [asyncio.create_task(crossing.run(gate.wait, 20)) for gate in gates]
    waiting = [asyncio.create_task(crossing.run(len, "card")) for _ in range(4)]
    await asyncio.sleep(0)
    gates[0].set()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [4] * 4
    for gate in gates:
        gate.set()
    assert await asyncio.gather(*held_up) == [True] * 5
    crossing.close()


async def test_work_that_nobody_waits_for_any_more_is_not_begun(crossing: Crossing) -> None:
    done: list[str] = []
    gate = threading.Event()
    busy = [asyncio.create_task(crossing.run(gate.wait, 20)) for _ in range(2)]
    given_up = asyncio.create_task(crossing.run(done.append, "never"))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    gate.set()
    assert await asyncio.gather(*busy) == [True, True]
    await crossing.run(done.append, "later")
    assert done == ["later"]


async def test_closing_finishes_what_has_begun_and_cancels_the_rest() -> None:
    crossing, begun, gate = Crossing(1), threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        gate.wait(20)
        return "done"

    first = asyncio.create_task(crossing.run(work))
    await asyncio.sleep(0)
    second = asyncio.create_task(crossing.run(lambda: "never"))
    await asyncio.to_thread(begun.wait, 20)
    threading.Timer(0.05, gate.set).start()
    crossing.close()
    crossing.close()
    assert await first == "done"
    with pytest.raises(asyncio.CancelledError):
        await second
    with pytest.raises(RuntimeError, match="closed"):
        await crossing.run(len, "card")
