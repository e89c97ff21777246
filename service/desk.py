"""`customers.ports.Desk`, for the bot and the pane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog

from cards import render
from cards.actions import Verb
from cards.rights import may
from customers.ids import CardId, new_id
from customers.ports import Action, Answer, Change
from customers.views import Notice, Viewer
from desk.act import ActionDesk
from desk.changes import ADMINISTRATION_TOPIC, CARD_TOPIC, LIST_TOPIC, VIEW_TOPIC
from service.crossing import Crossing
from storage.engine import Database
from storage.errors import StorageUnavailable

_log = structlog.get_logger("desk")
_QUEUE_LENGTH = 1000


class ServiceDesk:
    """Carries actions out in a thread, and tells open views what has changed."""

    def __init__(self, database: Database, actions: ActionDesk, crossing: Crossing) -> None:
        self._actions = actions
        self._crossing = crossing
        self._changes = Changes(database)

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        """As the protocol says. A database that does not answer is a notice too: the agent presses again."""
        correlation_id = new_id()
        try:
            return await self._crossing.run(self._actions.act, viewer, action, correlation_id)
        except StorageUnavailable as error:
            _log.error("desk.storage_unavailable", verb=action.verb, correlation_id=correlation_id, error=str(error))
            notice = Notice("something_wrong", "error")
            return Answer(None, notice, render.notice_text(notice, viewer.language))

    def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        """As the protocol says."""
        return self._changes.follow(viewer)

    @property
    def watchers(self) -> int:
        """How many views are open."""
        return self._changes.watchers

    def close(self) -> None:
        """Nobody is told of changes any more."""
        self._changes.close()


class Changes:
    """Signals of committed changes, handed to every open view. Must be made in the event loop's thread."""

    def __init__(self, database: Database) -> None:
        self._loop = asyncio.get_running_loop()
        self._views: dict[asyncio.Queue[Change], Viewer] = {}
        self._unsubscribe = [
            database.listen(CARD_TOPIC, lambda payload: self._call(self._card, payload)),
            database.listen(LIST_TOPIC, lambda payload: self._call(self._list, payload)),
            database.listen(ADMINISTRATION_TOPIC, lambda payload: self._call(self._administration, payload)),
            database.listen(VIEW_TOPIC, lambda payload: self._call(self._view, payload)),
        ]

    @property
    def watchers(self) -> int:
        """How many follow."""
        return len(self._views)

    async def follow(self, viewer: Viewer) -> AsyncIterator[Change]:
        """Changes from now on. Which of them concern the viewer's screen, the screen knows."""
        queue: asyncio.Queue[Change] = asyncio.Queue(_QUEUE_LENGTH)
        self._views[queue] = viewer
        try:
            while True:
                yield await queue.get()
        finally:
            self._views.pop(queue, None)

    def close(self) -> None:
        """Nobody is told any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def _call(self, tell: object, payload: str) -> None:
        if self._views and not self._loop.is_closed():  # where nobody looks, the loop need not wake
            self._loop.call_soon_threadsafe(tell, payload)  # type: ignore[arg-type]

    def _card(self, payload: str) -> None:
        card_id, _, version = payload.partition(":")
        change = Change(CardId(card_id) if card_id else None, int(version or 0))
        for queue in self._views:
            self._put(queue, change)

    def _list(self, payload: str) -> None:
        for queue, viewer in self._views.items():
            if payload in ("", viewer.user_id):
                self._put(queue, Change(None))

    def _administration(self, _payload: str) -> None:
        for queue, viewer in self._views.items():
            if may(viewer.roles, Verb.ADMIN_PUSHES):
                self._put(queue, Change(None))

    def _view(self, payload: str) -> None:
        user_id, _, card_id = payload.partition(":")
        for queue, viewer in self._views.items():
            if payload == "" or user_id == viewer.user_id:
                self._put(queue, Change(CardId(card_id) if card_id else None))

    def _put(self, queue: asyncio.Queue[Change], change: Change) -> None:
        if queue.full():
            # A view that does not keep up reads everything anew; that is one change.
            while not queue.empty():
                queue.get_nowait()
            change = Change(None, is_all=True)
        queue.put_nowait(change)
