"""What was drawn of customers is not kept for long."""

from __future__ import annotations

import asyncio

import pytest

from cards import memory
from customers.ids import CardId
from service.forgetting import forgetting

KEY = 1, "earlier", CardId("0" * 32), ""
NAME = "Beeblebrox"


async def _gone() -> None:
    while memory.recall(KEY, NAME) is not None:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)


@pytest.mark.rule("P-16")
async def test_what_was_drawn_is_let_go_of_again_and_again() -> None:
    async with forgetting(0.001), asyncio.timeout(10):
        for _ in range(3):
            memory.keep(KEY, NAME, [b"{}"])
            await _gone()


@pytest.mark.rule("P-16")
async def test_nothing_that_was_drawn_is_kept_after_the_service_has_ended() -> None:
    async with forgetting():
        memory.keep(KEY, NAME, [b"{}"])
        assert memory.recall(KEY, NAME) is not None
    assert memory.recall(KEY, NAME) is None
