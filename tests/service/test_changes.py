"""Whoever looks at cards is told of what changed; who does not keep up reads everything anew."""

from __future__ import annotations

import asyncio

from customers.ids import CardId, UserId
from customers.ports import Change
from customers.views import Viewer
from desk.changes import CARD_TOPIC, LIST_TOPIC
from service.desk import Changes
from storage.engine import Database

ELINOR = Viewer(UserId("elinor"), "tenant", "Elinor Dashwood")


async def test_a_page_that_does_not_keep_up_is_told_once_to_read_everything(database: Database) -> None:
    changes = Changes(database)
    followed = changes.follow(ELINOR)
    first = asyncio.ensure_future(anext(followed))
    await asyncio.sleep(0)
    with database.write() as tx:
        for number in range(1100):
            tx.signal(CARD_TOPIC, f"{number:032x}:1")
        tx.signal(LIST_TOPIC, "elinor")
    told = [await first]
    async with asyncio.timeout(10):
        while told[-1].card_id is not None or told[-1].is_all:
            told.append(await anext(followed))
    assert [change.is_all for change in told].count(True) == 1
    assert len(told) < 1100
    assert told[-2:] == [Change(CardId(f"{1099:032x}"), 1), Change(None)]
    changes.close()
