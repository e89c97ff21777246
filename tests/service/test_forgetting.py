"""What was drawn of customers is not kept for long."""

from __future__ import annotations

import asyncio

import pytest

from cards import memory
from customers.ids import CardId
from service.forgetting import forgetting

CARD = CardId("0" * 32)
NAME = "Beeblebrox"


def _kept() -> bool:
    return memory.recall(memory.shelf("any", CARD), "name", NAME) is not None


def _keep() -> None:
    memory.keep(memory.shelf("any", CARD), "name", NAME, [b"{}"])


async def _gone() -> None:
    while _kept():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)


@pytest.mark.rule("P-16")
async def test_what_was_drawn_is_let_go_of_again_and_again() -> None:
    async with forgetting(0.001), asyncio.timeout(10):
        for _ in range(3):
            _keep()
            await _gone()


@pytest.mark.rule("P-16")
async def test_nothing_that_was_drawn_is_kept_after_the_service_has_ended() -> None:
    async with forgetting():
        _keep()
        assert _kept()
    assert not _kept()
