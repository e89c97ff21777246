"""Who may use the card (A-01), where each can be reached, and which agent of the contact centre each is (P-17)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.member_worker import ask
from bot.ports import ConversationReference
from customers.ids import UserId, new_id
from customers.model import LegState
from customers.views import Viewer
from desk.changes import deliver
from desk.interactions import agent_matched
from desk.work import DeskSettings, Work
from service.crossing import Crossing
from service.settings import AccessSettings
from storage import interactions, people
from storage.engine import Database

_OPEN = [state.value for state in LegState if state.is_open]
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was last stored of a user."""

    tenant: str
    name: str
    email: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ServiceDirectory:
    """For the bot and for the pane."""

    database: Database
    crossing: Crossing
    settings: DeskSettings
    access: AccessSettings
    country: str = "US"
    _seen: dict[UserId, _Seen] = field(default_factory=dict)
    """What was last stored of each user: an action of theirs does not write it again."""

    async def viewer(
        self, *, oid: str, tenant: str, name: str, email: str, language: str, time_zone: str
    ) -> Viewer | None:
        """The viewer; known from now on, with what Entra or Teams says of them."""
        user_id = UserId(oid)
        known = self._seen.get(user_id)
        told = _Seen(tenant, name, email.lower() or (known.email if known else ""), language, time_zone)
        if known != told:
            told = await self.crossing.run(self._meet, user_id, told)
            self._note(user_id, told)
        if not self.is_enabled(user_id, told.email):
            return None
        return Viewer(
            user_id=user_id,
            tenant_id=tenant,
            name=name,
            email=told.email,
            language=language,
            time_zone=time_zone,
            country=self.country,
            roles=self._roles({user_id, told.email} - {""}),
        )

    def is_enabled(self, user_id: UserId, email: str) -> bool:
        """Whether an administrator enabled the card for the user (A-01)."""
        return self._is_listed(self.access.agents, {user_id, email} - {""})

    async def remember(self, reference: ConversationReference) -> None:
        """The user's chat is known; what waited for it is sent (P-17)."""
        await self.crossing.run(self._remember, reference)

    async def forget(self, user_id: UserId, conversation_id: str) -> None:
        """Nothing is sent to that chat any more; what is open stands in the pane."""
        await self.crossing.run(self._forget, user_id, conversation_id)

    def _note(self, user_id: UserId, told: _Seen) -> None:
        """Not where the settings name addresses and the user's is yet to come: Teams tells it a moment later."""
        listed = (*self.access.agents, *self.access.supervisors, *self.access.admins)
        if not told.email and any("@" in entry for entry in listed):
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[user_id] = told

    def _meet(self, user_id: UserId, told: _Seen) -> _Seen:
        values = {
            "tenant_id": told.tenant,
            "name": told.name,
            "email": told.email,
            "upn": told.email,
            "language": told.language,
            "time_zone": told.time_zone,
        }
        with self.database.write() as tx:
            self._match(Work(tx, self.settings, new_id()), user_id, values)
            row = people.user(tx.connection, user_id)
        return replace(told, email=row["email"]) if row else told

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

    def _roles(self, names: set[str]) -> frozenset[str]:
        listed = {"supervisor": self.access.supervisors, "admin": self.access.admins}
        return frozenset({"agent", *(role for role, who in listed.items() if self._is_listed(who, names))})

    @staticmethod
    def _is_listed(listed: tuple[str, ...], names: set[str]) -> bool:
        return "*" in listed or not names.isdisjoint(entry.lower() for entry in listed)
