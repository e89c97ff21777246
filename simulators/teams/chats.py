"""What the stand-in holds: chats between a person and the bot, and every version of every message in them."""

from __future__ import annotations

import copy
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulators.entra.people import PEOPLE, Person

CARD = "application/vnd.microsoft.card.adaptive"
_ids = itertools.count(1_700_000_000_001)


@dataclass
class Message:
    """One message: `versions` from the first to the newest, each `{at, activity}`."""

    id: str = field(default_factory=lambda: str(next(_ids)))
    versions: list[dict[str, Any]] = field(default_factory=list)
    is_deleted: bool = False
    shown: dict[str, Any] | None = None
    """The card that an Action.Execute put in place for the person alone; the next update replaces it."""

    def write(self, activity: dict[str, Any]) -> None:
        """`activity` is what everybody sees from now on."""
        self.versions.append({"at": datetime.now(UTC).isoformat(), "activity": activity})
        self.shown = None

    @property
    def newest(self) -> dict[str, Any]:
        """The activity as it was last sent."""
        activity: dict[str, Any] = self.versions[-1]["activity"]
        return activity

    @property
    def card(self) -> dict[str, Any] | None:
        """The Adaptive Card that the person sees; None when there is none."""
        if self.shown is not None:
            return self.shown
        for attachment in self.newest.get("attachments") or ():
            if attachment.get("contentType") == CARD:
                content: dict[str, Any] = attachment["content"]
                return content
        return None


@dataclass
class Chat:
    """The personal chat of one person with the bot; `is_installed` says whether the bot may write to it."""

    person: Person
    id: str
    member_id: str
    is_installed: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def member(self, tenant: str) -> dict[str, Any]:
        """The person as the Bot Connector describes a member."""
        given, _, surname = self.person.name.partition(" ")
        return {
            "id": self.member_id,
            "name": self.person.name,
            "givenName": given,
            "surname": surname,
            "email": self.person.email,
            "userPrincipalName": self.person.email,
            "aadObjectId": self.person.oid,
            "objectId": self.person.oid,
            "tenantId": tenant,
            "userRole": "user",
        }

    def newest_card(self) -> Message | None:
        """The message with a card that stands lowest in the chat."""
        cards = [one for one in self.messages.values() if not one.is_deleted and one.card is not None]
        return cards[-1] if cards else None


class Chats:
    """The chats of `people` with one bot."""

    def __init__(self, app_id: str, people: Iterable[Person] = PEOPLE) -> None:
        made = [_chat(one, app_id) for one in people]
        self._by_id = {chat.id: chat for chat in made}
        self._by_member = {name: chat for chat in made for name in (chat.member_id, chat.person.oid)}

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._by_id.values())

    def chat(self, conversation_id: str) -> Chat | None:
        """The chat of this conversation id."""
        return self._by_id.get(conversation_id)

    def with_member(self, member: str) -> Chat | None:
        """The chat with the person of this member id or Entra object id."""
        return self._by_member.get(member)

    def state(self) -> list[dict[str, Any]]:
        """All of it, as JSON."""
        return [
            {
                "id": chat.id,
                "user": chat.person.email,
                "oid": chat.person.oid,
                "installed": chat.is_installed,
                "messages": [copy.deepcopy(vars(message)) for message in chat.messages.values()],
            }
            for chat in self
        ]


def _chat(person: Person, app_id: str) -> Chat:
    digest = hashlib.sha256(f"{app_id}/{person.oid}".encode()).hexdigest()
    return Chat(person, id=f"a:1{digest[:40]}", member_id=f"29:1{digest[40:]}{digest[:20]}")
