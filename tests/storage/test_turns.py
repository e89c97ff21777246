"""The lock that is handed over in the order of asking."""

from __future__ import annotations

import threading

from storage.turns import Turns


def test_a_free_turn_is_taken_at_once() -> None:
    turns = Turns()
    assert turns.take(0)
    turns.give()
    assert turns.take(0)


def test_who_waits_too_long_gives_up_and_leaves_no_trace() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give()
    assert turns.take(0)


def test_turns_are_given_in_the_order_of_asking() -> None:
    turns = Turns()
    assert turns.take(0)
    order: list[int] = []

    def wait(number: int) -> None:
        assert turns.take(10)
        order.append(number)
        turns.give()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(turns._queue) <= number:  # until it stands in the queue
            threads[-1].join(0.001)
    turns.give()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_one_at_a_time() -> None:
    turns = Turns()
    inside, worst = [0], [0]

    def work() -> None:
        for _ in range(200):
            assert turns.take(10)
            inside[0] += 1
            worst[0] = max(worst[0], inside[0])
            inside[0] -= 1
            turns.give()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worst == [1]
