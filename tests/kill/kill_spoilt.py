"""Ways to spoil the product on purpose: a judge that does not notice them is no judge."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import push.tasks
from connectors.interface import ActivityDraft
from jobs import queue
from jobs.queue import Leased
from service.inbox import ServiceInbox
from storage.engine import Database, Tx

_BACKGROUND: set[asyncio.Task[None]] = set()


def without_key() -> None:
    """Each attempt writes under a key of its own."""
    honest = push.tasks.draft

    def draft(*args: Any) -> ActivityDraft:
        return dataclasses.replace(honest(*args), key=uuid.uuid4())

    push.tasks.draft = draft


def without_lease() -> None:
    """A job is forgotten when it is taken, not when it is done."""
    take, settle = queue.lease, queue.settle

    def lease(db: Database, budgets: Mapping[str, int], seconds: float) -> list[Leased]:
        taken = take(db, budgets, seconds)
        with db.write() as tx:
            for leased in taken:
                settle(tx, leased)
        return taken

    def settled(_tx: Tx, _leased: Leased) -> bool:
        return True

    def all_settled(_tx: Tx, _many: Sequence[Leased]) -> list[Leased]:
        return []

    queue.lease, queue.settle, queue.settle_all = lease, settled, all_settled


def without_store() -> None:
    """An event is acknowledged first and stored a moment later."""
    honest = ServiceInbox.put

    async def store_later(*args: Any) -> None:
        await asyncio.sleep(0.05)
        await honest(*args)

    async def put(*args: Any) -> None:
        task = asyncio.create_task(store_later(*args))
        _BACKGROUND.add(task)
        task.add_done_callback(_BACKGROUND.discard)

    ServiceInbox.put = put


WAYS = {"key": without_key, "lease": without_lease, "store": without_store}
