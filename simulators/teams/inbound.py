"""The activities that Teams sends to a bot."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.teams.chats import Chat, Message

Json = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """What is the same in all activities of one stand-in."""

    service_url: str
    app_id: str
    tenant_id: str

    def wrap(self, chat: Chat, **more: Any) -> Json:
        """An activity of `chat`'s person with the members of `more`."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        person = chat.person
        return {
            "id": f"f:{uuid.uuid4()}",
            "timestamp": now,
            "localTimestamp": now,
            "localTimezone": person.time_zone,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": chat.member_id, "name": person.name, "aadObjectId": person.oid},
            "recipient": {"id": self.bot_id, "name": "Customer Card"},
            "conversation": {"conversationType": "personal", "tenantId": self.tenant_id, "id": chat.id},
            "locale": person.locale,
            "entities": [{"type": "clientInfo", "locale": person.locale, "country": person.locale[-2:],
                          "platform": "Web", "timezone": person.time_zone}],
            "channelData": {"tenant": {"id": self.tenant_id}},
            **more,
        }  # fmt: skip

    @property
    def bot_id(self) -> str:
        """The bot as a member of a conversation."""
        return f"28:{self.app_id}"

    def installed(self, chat: Chat) -> list[Json]:
        """What arrives when a person installs the app for themselves."""
        members = [{"id": self.bot_id}, {"id": chat.member_id, "aadObjectId": chat.person.oid}]
        return [
            self.wrap(chat, type="conversationUpdate", membersAdded=members),
            self.wrap(chat, type="installationUpdate", action="add"),
        ]

    def removed(self, chat: Chat) -> list[Json]:
        """What arrives when a person removes the app."""
        return [self.wrap(chat, type="installationUpdate", action="remove")]

    def said(self, chat: Chat, text: str) -> Json:
        """A message that the person has typed."""
        return self.wrap(chat, type="message", text=text, textFormat="plain")

    def executed(self, chat: Chat, message: Message, action: Json, trigger: str) -> Json:
        """An Action.Execute; `action` carries the inputs among its data."""
        value = {"action": {"type": "Action.Execute", **action}, "trigger": trigger}
        return self.wrap(chat, type="invoke", name="adaptiveCard/action", value=value, replyToId=message.id)

    def submitted(self, chat: Chat, message: Message, data: Json) -> Json:
        """An Action.Submit: a message without text that carries the data."""
        return self.wrap(chat, type="message", value=data, replyToId=message.id)
