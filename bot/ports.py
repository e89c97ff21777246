"""What the bot needs from the house, besides `customers.ports.Desk`, and what it remembers of a chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from customers.ids import CardId, UserId
from customers.shorts import CustomerShort, Short
from customers.views import Viewer


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a message goes: a conversation and the Bot Connector that serves it."""

    service_url: str
    """As Teams sent it last; it can change from one activity to the next."""
    id: str
    tenant_id: str = ""
    """Lower case."""


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """The personal chat of one user with the bot: all that is needed to write to them unasked."""

    user_id: UserId
    conversation: Conversation
    member_id: str = ""
    """The user's id in Teams, `29:…`."""
    bot_id: str = ""
    """The bot's id in Teams, `28:…`."""
    name: str = ""
    language: str = "en"
    time_zone: str = "UTC"


class Directory(Protocol):
    """Who may use customer cards, and where each of them can be reached."""

    async def viewer(
        self, *, oid: str, tenant: str, name: str, email: str, language: str, time_zone: str
    ) -> Viewer | None:
        """The viewer behind a Teams user; None where no administrator enabled the card for them (A-01).

        `oid` is the Entra object id and `tenant` the tenant id, both in lower case, `language` one of those offered,
        `time_zone` an IANA name that exists. `email` is empty: activities do not carry it.
        """
        ...

    async def remember(self, reference: ConversationReference) -> None:
        """The user's chat is known afterwards, with its newest service URL; what waited for it is sent (P-17)."""
        ...

    async def forget(self, user_id: UserId, conversation_id: str) -> None:
        """The user has removed the app: nothing is sent to that chat any more, and nothing is lost."""
        ...


class ShortCards(Protocol):
    """What may be posted into conversations. What somebody may not see is not there for them."""

    @property
    def app_link(self) -> str:
        """Where the app is shown to somebody who has to add it, or to sign in, first."""
        ...

    async def find(self, viewer: Viewer, text: str, skip: int, count: int) -> Sequence[CustomerShort]:
        """`count` customers that answer `text`, after the first `skip`; those of late where it is empty."""
        ...

    async def of_card(self, viewer: Viewer, card_id: CardId) -> Short | None:
        """The customer of a card of ours."""
        ...

    async def of_link(self, viewer: Viewer, url: str) -> Short | None:
        """What a link of ours or of a CRM opens; None for every other link, and where it takes too long to tell."""
        ...
