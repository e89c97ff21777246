"""Signing keys: renewed ahead of time, asked for once, and never in the way of another request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from bot_house import shared_issuer

from bot.keys import HOUR, KeysUnavailableError, SigningKeys
from simulators.entra.app import Entra
from simulators.kit.server import JOURNAL, hang_up, running


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def entra() -> Entra:
    return Entra(issuer=shared_issuer())


@pytest.fixture
def entra_url(entra: Entra) -> Iterator[str]:
    with running(entra.app) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(entra_url: str, clock: Clock) -> AsyncIterator[SigningKeys]:
    async with aiohttp.ClientSession() as session:
        made = SigningKeys(session, f"{entra_url}/botframework/.well-known/openidconfiguration", clock=clock, timeout=2)
        yield made
        await made.close()
    await hang_up(asyncio.get_running_loop())


def _asked(entra: Entra) -> int:
    return sum(entry["path"].endswith("/keys") for entry in entra.app[JOURNAL])


def _kid(entra: Entra) -> str:
    return entra.issuer.bot_framework.current.kid


async def _settled(keys: SigningKeys) -> None:
    if keys._fetching is not None:
        await keys._fetching


async def test_many_that_wait_for_the_keys_lead_to_one_fetch(keys: SigningKeys, entra: Entra) -> None:
    found = await asyncio.gather(*(keys.get(_kid(entra)) for _ in range(50)))
    assert all(key is not None and "msteams" in key.endorsements for key in found)
    assert _asked(entra) == 1


async def test_keys_are_renewed_ahead_of_time_without_anybody_waiting(
    keys: SigningKeys, entra: Entra, clock: Clock
) -> None:
    before = await keys.get(_kid(entra))
    clock.now += 13 * HOUR
    entra.faults.arm({"fault": "slow", "seconds": 0.2})
    assert await keys.get(_kid(entra)) is before
    assert _asked(entra) == 1
    await _settled(keys)
    assert _asked(entra) == 2


async def test_a_rotated_key_is_fetched_when_a_token_names_it(keys: SigningKeys, entra: Entra, clock: Clock) -> None:
    old = _kid(entra)
    await keys.get(old)
    entra.issuer.bot_framework.rotate(drop_old=True)
    clock.now += 61
    assert await keys.get(_kid(entra)) is not None
    assert await keys.get(old) is None


async def test_made_up_key_ids_lead_to_one_fetch_a_minute(keys: SigningKeys, entra: Entra, clock: Clock) -> None:
    for number in range(20):
        assert await keys.get(f"made-up-{number}") is None
    assert _asked(entra) == 1
    clock.now += 61
    await keys.get("made-up")
    assert _asked(entra) == 2


async def test_known_keys_count_while_microsoft_is_away_but_not_for_ever(
    keys: SigningKeys, entra: Entra, clock: Clock
) -> None:
    known = _kid(entra)
    await keys.get(known)
    entra.faults.arm({"fault": "outage", "times": -1})
    clock.now += 24 * HOUR
    assert await keys.get(known) is not None
    await _settled(keys)
    clock.now += 72 * HOUR
    with pytest.raises(KeysUnavailableError):
        await keys.get(known)


async def test_after_a_failure_the_next_fetch_waits_a_moment(keys: SigningKeys, entra: Entra, clock: Clock) -> None:
    entra.faults.arm({"fault": "outage", "times": 1})
    for _ in range(3):
        with pytest.raises(KeysUnavailableError):
            await keys.get(_kid(entra))
    assert len(entra.app[JOURNAL]) == 1
    clock.now += 6
    assert await keys.get(_kid(entra)) is not None


@pytest.mark.parametrize("fault", ["timeout", "refused", "answer_lost"])
async def test_no_answer_at_all_is_unavailable_not_a_crash(keys: SigningKeys, entra: Entra, fault: str) -> None:
    entra.faults.arm({"fault": fault, "times": -1})
    keys._timeout = aiohttp.ClientTimeout(total=0.2)
    with pytest.raises(KeysUnavailableError):
        await keys.get("any")


async def test_who_gives_up_waiting_does_not_end_the_fetch_for_the_others(keys: SigningKeys, entra: Entra) -> None:
    entra.faults.arm({"fault": "slow", "seconds": 0.2})
    hasty = asyncio.create_task(keys.get(_kid(entra)))
    patient = asyncio.create_task(keys.get(_kid(entra)))
    await asyncio.sleep(0)
    hasty.cancel()
    assert await patient is not None


async def test_warmed_up_keys_need_no_fetch(keys: SigningKeys, entra: Entra) -> None:
    await keys.warm_up()
    asked = _asked(entra)
    assert await keys.get(_kid(entra)) is not None
    assert asked == _asked(entra) == 1
