"""A day replayed: what is being typed stays, what is shown is new, and a page does not grow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import Browser

from tests.browser.stage import CHROMIUM, chromium
from tests.replay.replay_judge import GONE, LIMIT_SECONDS, Committed, Seen, lags
from tests.replay.replay_pages import SPOILT
from tests.replay.replay_run import Plan, Report, replay


class Bars(NamedTuple):
    """What a version may take until it is seen, in seconds; how much the heap of a page may grow."""

    seconds: float = LIMIT_SECONDS
    growth: float = 1.2


SHORT = Bars(5.0, 1.5)
"""In the short form other tests run beside it, on the same processors, and a page is measured when it has just begun,
with code still to come. The promise is in the defaults, and the day in ten minutes holds the product to them."""


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (apt install chromium)")
    async with chromium() as running:
        yield running


def judge(report: Report, pages: int, bars: Bars) -> None:
    """Raises AssertionError where one of the promises was broken on the first `pages` pages, or for a client."""
    assert report.troubles == []
    for page in report.pages[:pages]:
        assert page.typed > 20
        assert page.broken == []
        assert page.errors == []
        assert page.lags.seconds
        assert page.lags.longest <= bars.seconds, str(page)
        assert page.growth <= bars.growth, str(page)
    assert report.clients.longest <= bars.seconds, str(report)


@pytest.mark.browser
@pytest.mark.rule("P-13", "B-05")
async def test_p13_three_quarters_of_a_minute_of_a_day_and_a_page_that_is_spoilt_on_purpose(
    sqlite_url: str, tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """One page is as agents have it; the other one breaks every promise, and the judge says so."""
    plan = Plan(interactions=150, agents=8, seconds=45, spoilt=("", SPOILT))
    report = await replay(sqlite_url, tmp_path, browser, plan)
    with capsys.disabled():
        print(report)  # noqa: T201 - the figures belong into the log of every run
    judge(report, pages=1, bars=SHORT)
    spoilt = report.pages[1]
    assert spoilt.broken
    assert spoilt.lags.late
    assert spoilt.growth > SHORT.growth


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.rule("P-13", "B-05")
async def test_p13_a_day_in_ten_minutes(
    postgres_url: str, tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await replay(postgres_url, tmp_path, browser, Plan())
    with capsys.disabled():
        print(report)  # noqa: T201 - the figures belong into the log of every run
    judge(report, pages=2, bars=Bars())


def test_a_version_is_late_until_it_or_a_newer_one_is_seen() -> None:
    committed = [Committed(10, "a", 2), Committed(10.5, "a", 3), Committed(11, "b", 9)]
    assert lags(committed, [Seen(0, "a", 1), Seen(10.4, "a", 2), Seen(12, "a", 3)], 20).seconds == (
        pytest.approx(0.4),
        pytest.approx(1.5),
    )
    assert lags(committed, [Seen(0, "a", 1), Seen(10.6, "a", 3)], 20).late == 0
    assert lags(committed, [Seen(0, "a", 1)], 20).seconds == (10, 9.5)
    assert lags(committed, [Seen(10.1, "a", 2)], 20).seconds == (9.5,)  # nothing was there for the one before


def test_who_turns_to_another_card_misses_nothing_of_the_first() -> None:
    committed = [Committed(10, "a", 2), Committed(14, "a", 3), Committed(15, "b", GONE)]
    seen = [Seen(0, "a", 1), Seen(10.2, "b", 7), Seen(15.4, "c", 1)]
    assert lags(committed, seen, 20).seconds == (pytest.approx(0.2), pytest.approx(0.4))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, LIMIT_SECONDS)), max_size=30), st.floats(1.01, 5))
def test_whoever_sees_each_version_in_time_is_not_late_and_whoever_misses_the_last_one_is(
    commits: list[tuple[float, float]], more: float
) -> None:
    ordered = sorted(commits)
    committed = [Committed(at, "a", number + 1) for number, (at, _) in enumerate(ordered)]
    seen = sorted(Seen(at + pause, "a", number + 1) for number, (at, pause) in enumerate(ordered))
    newest = [Seen(one.at, "a", max(two.version for two in seen[: number + 1])) for number, one in enumerate(seen)]
    start = [Seen(-1, "a", 0)]
    assert lags(committed, [*start, *newest], 200).longest <= LIMIT_SECONDS + 1e-9
    if committed:
        missing = [one for one in newest if one.version < len(committed)]
        assert lags(committed, [*start, *missing], committed[-1].at + more).late > 0
