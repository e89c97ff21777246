"""Brings a leg's card to its agent's chat: sent when the interaction is accepted, then changed in place."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from bot.activities import card_message, serialised
from bot.connector import ConnectorClient
from bot.delivery import DeliveryError, DeliveryRetry, MessageGone, NotInstalled
from bot.ports import Conversation
from cards import render
from customers.ids import CardId, LegId, UserId
from customers.model import LegState
from customers.views import Standing, Surface, Viewer
from desk.work import DeskSettings
from jobs.errors import Later
from jobs.queue import Leased, settle_or_raise
from storage import messages, people
from storage.engine import Database
from storage.views import card_view

_log = structlog.get_logger("bot")
_CALL_SECONDS = 60.0
_LONGEST_BACKOFF = 60.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Message:
    """What the chat must show."""

    leg_id: LegId
    user_id: UserId
    conversation: Conversation
    activity_id: str
    """Of the message that is there; empty: none is."""
    raw: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class CardWorker:
    """Handles jobs of the lane `cards`, in threads; messages go out on `loop`."""

    database: Database
    connector: ConnectorClient
    settings: DeskSettings
    loop: asyncio.AbstractEventLoop
    standing_of: Callable[[Mapping[str, Any]], Standing]
    """What the user of this row is; without any role they have no card (A-01)."""

    def handle(self, leased: Leased) -> None:
        """Afterwards the chat shows the card as it was when the job began, or there is no chat to show it in."""
        message = self._due(LegId(leased.payload["leg"]))
        if message is None:
            return
        try:
            activity_id = self._deliver(message)
        except MessageGone:
            self._send_anew(message)
        except NotInstalled:
            self._not_installed(leased, message)
        except DeliveryRetry as error:
            backoff = min(_LONGEST_BACKOFF, 0.5 * 2 ** min(leased.attempts, 10))
            raise Later(delay_seconds=max(backoff, error.retry_after or 0.0), reason=str(error)) from error
        except DeliveryError as error:
            _log.error("bot.card_refused", leg=message.leg_id, error=str(error), correlation_id=leased.correlation_id)
        else:
            self._delivered(leased, message, activity_id)

    def _due(self, leg_id: LegId) -> _Message | None:
        """None where the chat shows it already, or nobody is to see it (P-17: it is sent when somebody can)."""
        with self.database.read() as connection:
            to = messages.addressee(connection, leg_id)
            if to is None or not to["conversation_id"] or not to["accepted_at"] or to["state"] == LegState.MISSED:
                return None
            viewer = viewer_of(to, self.standing_of(to))
            if not viewer.roles:
                return None
            view = card_view(connection, viewer, CardId(to["card_id"]), self.settings.views, leg_id)
        if view is None:
            return None
        is_there = to["activity_id"] is not None and to["message_conversation_id"] == to["conversation_id"]
        user_ids = [to["teams_id"]] if to["teams_id"] else []
        card = render.customer_card_json(view, viewer, Surface.CHAT, user_ids=user_ids)
        digest = hashlib.blake2b(card.json, digest_size=16).hexdigest()
        if is_there and digest == to["digest"]:
            return None
        # The first message of a leg rings; changes of it do not.
        raw = serialised(card_message(card.json, card.speak, alert=not is_there))
        conversation = Conversation(to["service_url"], to["conversation_id"], to["tenant_id"])
        return _Message(leg_id, viewer.user_id, conversation, to["activity_id"] if is_there else "", raw, digest)

    def _deliver(self, message: _Message) -> str:
        if message.activity_id:
            self._wait(self.connector.update(message.conversation, message.activity_id, message.raw))
            return message.activity_id
        return self._wait(self.connector.send(message.conversation, message.raw))

    def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(call, self.loop).result(_CALL_SECONDS)

    def _delivered(self, leased: Leased, message: _Message, activity_id: str) -> None:
        with self.database.write() as tx:
            messages.save(
                tx,
                message.leg_id,
                message.user_id,
                conversation_id=message.conversation.id,
                activity_id=activity_id,
                digest=message.digest,
            )
            settle_or_raise(tx, leased)

    def _send_anew(self, message: _Message) -> None:
        with self.database.write() as tx:
            messages.forget(tx, message.leg_id, message.user_id)
        raise Later(reason="the message is gone")

    def _not_installed(self, leased: Leased, message: _Message) -> None:
        with self.database.write() as tx:
            people.forget_conversation(tx, message.user_id)
            settle_or_raise(tx, leased)
        _log.info("bot.not_installed", user=message.user_id)


def viewer_of(user: Mapping[str, Any], standing: Standing) -> Viewer:
    """The Teams user as the looker at a card."""
    return Viewer(
        user_id=UserId(user["user_id"]),
        tenant_id=user["tenant_id"],
        name=user["name"],
        email=user["email"],
        language=user["language"] or "en",
        time_zone=user["time_zone"] or "UTC",
        roles=standing.roles,
        switches=standing.switches,
    )
