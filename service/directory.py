"""Who may use the card (A-01), where each can be reached, and which agent of the contact centre each is (P-17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.member_worker import ask
from bot.ports import ConversationReference
from customers.ids import UserId, new_id
from customers.model import LegState
from customers.views import Standing, Viewer
from desk.changes import deliver
from desk.interactions import agent_matched
from desk.work import DeskSettings, Work
from service.access import Access, written
from service.crossing import Crossing
from storage import interactions, people
from storage.engine import Database

_OPEN = [state.value for state in LegState if state.is_open]
_REMEMBERED = 10_000
_FRESH = timedelta(minutes=5)
"""How long a process acts on what it has stored of a user itself."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was last stored of a user."""

    tenant: str
    name: str
    email: str
    language: str
    time_zone: str
    memberships: frozenset[str]
    """Groups and app roles, as the pane told them now or lately."""


@dataclass(frozen=True, slots=True)
class ServiceDirectory:
    """For the bot and for the pane."""

    database: Database
    crossing: Crossing
    settings: DeskSettings
    access: Access
    country: str = "US"
    _seen: dict[UserId, tuple[datetime, _Seen]] = field(default_factory=dict)
    """What was last stored of each user, and when: an action of theirs soon after does not write it again."""

    async def viewer(
        self,
        *,
        oid: str,
        tenant: str,
        name: str,
        email: str,
        language: str,
        time_zone: str,
        memberships: frozenset[str] | None = None,
    ) -> Viewer | None:
        """The viewer; known from now on, with what Entra or Teams says of them.

        `memberships`: groups and app roles, which Entra tells the pane; None: Teams tells the bot none.
        """
        user_id = UserId(oid)
        known = self._known(user_id)
        told = _Seen(
            tenant=tenant,
            name=name,
            email=email.lower() or (known.email if known else ""),
            language=language,
            time_zone=time_zone,
            memberships=memberships if memberships is not None else known.memberships if known else frozenset(),
        )
        if known != told:
            told = await self.crossing.run(self._meet, user_id, told, memberships is not None)
            self._note(user_id, told)
        standing = self.access.standing(user_id, told.email, told.memberships)
        if not standing.roles:
            return None
        return Viewer(
            user_id=user_id,
            tenant_id=tenant,
            name=name,
            email=told.email,
            language=language,
            time_zone=time_zone,
            country=self.country,
            roles=standing.roles,
            switches=standing.switches,
        )

    def standing_of(self, user: Mapping[str, Any]) -> Standing:
        """What the user of a row is (A-01), and what is switched on for them."""
        return self.access.standing_of(user, self.database.clock())

    def _known(self, user_id: UserId) -> _Seen | None:
        """What was stored lately: what another process was told since then counts within minutes."""
        at, seen = self._seen.get(user_id, (None, None))
        return seen if at is not None and self.database.clock() - at < _FRESH else None

    async def remember(self, reference: ConversationReference) -> None:
        """The user's chat is known; what waited for it is sent (P-17)."""
        await self.crossing.run(self._remember, reference)

    async def forget(self, user_id: UserId, conversation_id: str) -> None:
        """Nothing is sent to that chat any more; what is open stands in the pane."""
        await self.crossing.run(self._forget, user_id, conversation_id)

    def _note(self, user_id: UserId, told: _Seen) -> None:
        """Not where the settings name addresses and the user's is yet to come: Teams tells it a moment later."""
        if not told.email and self.access.waits_for_address:
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[user_id] = (self.database.clock(), told)

    def _meet(self, user_id: UserId, told: _Seen, is_told_by_entra: bool) -> _Seen:
        values: dict[str, Any] = {
            "tenant_id": told.tenant,
            "name": told.name,
            "email": told.email,
            "upn": told.email,
            "language": told.language,
            "time_zone": told.time_zone,
        }
        with self.database.write() as tx:
            if is_told_by_entra:
                values |= {"memberships": written(told.memberships), "memberships_at": tx.now}
            self._match(Work(tx, self.settings, new_id()), user_id, values)
            row = people.user(tx.connection, user_id)
        if row is None:
            return told
        return replace(told, email=row["email"], memberships=self.access.memberships_of(row, self.database.clock()))

    def _remember(self, reference: ConversationReference) -> None:
        values: dict[str, Any] = {
            "tenant_id": reference.conversation.tenant_id,
            "name": reference.name,
            "language": reference.language,
            "time_zone": reference.time_zone,
            "teams_id": reference.member_id,
            "bot_id": reference.bot_id,
            "service_url": reference.conversation.service_url,
            "conversation_id": reference.conversation.id,
        }
        with self.database.write() as tx:
            work = Work(tx, self.settings, new_id())
            before = people.user(tx.connection, reference.user_id)
            is_new = before is None or before["conversation_id"] != reference.conversation.id
            self._match(work, reference.user_id, values | ({"installed_at": tx.now} if is_new else {}))
            if is_new:
                ask(work, reference.user_id)
                for leg_id in interactions.open_leg_ids(tx.connection, reference.user_id, _OPEN):
                    deliver(work, leg_id)

    def _match(self, work: Work, user_id: UserId, values: dict[str, Any]) -> None:
        for agent_id in people.remember_user(work.tx, user_id, values):
            agent_matched(work, agent_id, user_id)

    def _forget(self, user_id: UserId, conversation_id: str) -> None:
        with self.database.write() as tx:
            row = people.user(tx.connection, user_id)
            if row and row["conversation_id"] == conversation_id:
                people.forget_conversation(tx, user_id)
