"""Asks Teams for the address of a user who has installed the app: by it the contact centre's agent is found (P-17)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.connector import ConnectorClient
from bot.delivery import DeliveryError, DeliveryRetry
from bot.ports import Conversation
from customers.ids import UserId
from desk.interactions import agent_matched
from desk.work import DeskSettings, Work
from jobs.errors import Later
from jobs.queue import Leased, enqueue, settle_or_raise
from storage import people
from storage.engine import Database

MEMBERS_LANE = "members"
_CALL_SECONDS = 30.0
_LONGEST_BACKOFF = 300.0
_log = structlog.get_logger("bot")


def ask(work: Work, user_id: UserId) -> None:
    """The user's address will be known."""
    enqueue(
        work.tx,
        lane=MEMBERS_LANE,
        kind="member",
        payload={"user": user_id},
        key=f"member:{user_id}",
        correlation_id=work.correlation_id,
    )


@dataclass(frozen=True, slots=True)
class MemberWorker:
    """Handles jobs of the lane `members`, in threads; calls go out on `loop`."""

    database: Database
    connector: ConnectorClient
    settings: DeskSettings
    loop: asyncio.AbstractEventLoop

    def handle(self, leased: Leased) -> None:
        """Afterwards the user's name and address are known, and whoever they are at the contact centre is matched."""
        user_id = UserId(leased.payload["user"])
        with self.database.read() as connection:
            user = people.user(connection, user_id)
        if user is None or not user["conversation_id"] or not user["teams_id"]:
            return
        conversation = Conversation(user["service_url"], user["conversation_id"], user["tenant_id"])
        call = self.connector.member(conversation, user["teams_id"])
        try:
            member = asyncio.run_coroutine_threadsafe(call, self.loop).result(_CALL_SECONDS)
        except DeliveryRetry as error:
            backoff = min(_LONGEST_BACKOFF, 2.0 ** min(leased.attempts, 10))
            raise Later(delay_seconds=max(backoff, error.retry_after or 0.0), reason=str(error)) from error
        except DeliveryError as error:
            _log.warning("bot.member_unknown", user=user_id, error=str(error))
            return
        with self.database.write() as tx:
            known = {"name": member.name, "email": member.email.lower(), "upn": member.email.lower()}
            for agent_id in people.remember_user(tx, user_id, known):
                agent_matched(Work(tx, self.settings, leased.correlation_id), agent_id, user_id)
            settle_or_raise(tx, leased)
