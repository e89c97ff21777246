"""The limits of the Bot Connector, with a clock of the test's own."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limiter import _SLACK, PER_TENANT, READS, WRITES, Full, Limiter, Window


class Time:
    """Sleeping is what moves the clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def _limiter(time: Time, patience: float = 1e9) -> Limiter:
    return Limiter(patience=patience, clock=time.clock, sleep=time.sleep)


async def _places(limiter: Limiter, time: Time, count: int, key: str = "a:1") -> list[float]:
    places = []
    for _ in range(count):
        await limiter.wait(key, "tenant")
        places.append(time.now)
    return places


def _most(places: list[float], seconds: float) -> int:
    return max(sum(1 for other in places if at <= other < at + seconds) for at in places)


async def test_seven_a_second_eight_in_two_sixty_in_thirty(time: Time) -> None:
    places = await _places(_limiter(time), time, 130)
    assert places[6] == 0.0
    assert (_most(places, 1), _most(places, 2), _most(places, 30)) == (7, 8, 60)


async def test_eighteen_hundred_an_hour(time: Time) -> None:
    places = await _places(_limiter(time), time, 1801)
    assert places[1800] == pytest.approx(3600.0 + _SLACK)


async def test_another_conversation_does_not_wait(time: Time) -> None:
    limiter = _limiter(time)
    await _places(limiter, time, 7)
    assert await _places(limiter, time, 7, "a:2") == [0.0] * 7


async def test_fifty_a_second_in_one_tenant(time: Time) -> None:
    limiter = _limiter(time)
    for number in range(51):
        await limiter.wait(f"a:{number}", "tenant")
    assert time.now == 1.0 + _SLACK
    await limiter.wait("a:0", "another tenant")
    assert time.now == 1.0 + _SLACK


async def test_reads_have_limits_of_their_own(time: Time) -> None:
    limiter = _limiter(time)
    await _places(limiter, time, 7)
    for _ in range(14):
        await limiter.wait("a:1", "tenant", is_read=True)
    assert time.now == 0.0


async def test_who_would_wait_too_long_is_sent_away_and_takes_no_place(time: Time) -> None:
    limiter = _limiter(time, patience=0.5)
    await _places(limiter, time, 7)
    for _ in range(3):
        with pytest.raises(Full) as caught:
            await limiter.wait("a:1", "tenant")
        assert caught.value.seconds == 1.0 + _SLACK
    time.now = 1.0 + _SLACK
    await limiter.wait("a:1", "tenant")


async def test_callers_at_the_same_time_are_given_different_places() -> None:
    now, pauses = 0.0, []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    limiter = Limiter(patience=100, clock=lambda: now, sleep=sleep)
    await asyncio.gather(*(limiter.wait("a:1", "tenant") for _ in range(10)))
    assert pauses == [1 + _SLACK, 2 + _SLACK, 2 + _SLACK]


async def test_conversations_that_are_over_are_let_go(time: Time) -> None:
    limiter = _limiter(time)
    for number in range(100):
        await limiter.wait(f"a:{number}", "tenant")
        time.now += 4000
    assert len(limiter._windows) < 5


@given(gaps=st.lists(st.floats(0, 3), min_size=1, max_size=120), windows=st.sampled_from([WRITES, READS, PER_TENANT]))
def test_no_rhythm_of_calls_breaks_a_limit(gaps: list[float], windows: tuple[tuple[int, float], ...]) -> None:
    window, now, places = Window(windows), 0.0, []
    for gap in gaps:
        now += gap
        place = window.next_place(now)
        assert place >= now
        window.take(place)
        places.append(place)
    for count, seconds in windows:
        for first, last in zip(places, places[count:], strict=False):
            assert last - first >= seconds + _SLACK - 1e-9
