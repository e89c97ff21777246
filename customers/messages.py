"""Messages of both sides as they stand on a card (C-01, E-16, E-24, E-25). Text is data from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html.parser import HTMLParser

from customers.comments import CommentView
from customers.events import Message
from customers.ids import InteractionId, MessageId
from customers.model import Channel, Direction


class Side(StrEnum):
    """Whose messages are shown (C-01)."""

    ALL = "all"
    CUSTOMER = "customer"
    AGENT = "agent"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


_AUTHORS = {"contact": Author.CUSTOMER, "agent": Author.AGENT, "bot": Author.BOT, "system": Author.SYSTEM}


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message."""

    id: MessageId
    at: datetime
    author: Author
    name: str
    """Of the agent; empty where the platform does not say."""
    text: str
    channel: Channel
    is_cut: bool = False
    """True where the platform sent only its beginning."""
    has_attachments: bool = False
    is_internal: bool = False
    """True where the customer never saw it."""
    is_blocked: bool = False
    """True where it came in on an identity that a supervisor has blocked (C-07)."""
    is_unfolded: bool = False
    comments: tuple[CommentView, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages that stand one after the other, the oldest first."""

    messages: tuple[MessageView, ...] = ()
    number: int = 0
    """0: the newest."""
    has_older: bool = False


@dataclass(frozen=True, slots=True)
class CaseThread:
    """The messages of the request that is shown: a case is a thread that tracks one problem (C-06, E-24)."""

    page: Page = Page()
    side: Side = Side.ALL
    selected: MessageId | None = None
    """The message that the next comment belongs to (C-03)."""
    draft: str = ""
    """What stands in the field for that on a card in the chat."""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """The messages of one interaction, as a line."""

    interaction_id: InteractionId
    channel: Channel
    at: datetime
    """Of the newest message."""
    subject: str = ""
    request_name: str = ""


@dataclass(frozen=True, slots=True)
class MessagesView:
    """The messages of a customer, thread by thread (E-16)."""

    threads: tuple[ThreadView, ...] = ()
    """Those with the newest messages first."""
    has_more: bool = False
    opened: InteractionId | None = None
    page: Page = Page()
    """Of the thread that is open."""
    side: Side = Side.ALL


def author_of(message: Message) -> Author:
    """Who wrote it, where the platform does not say: whoever the direction is from."""
    known = _AUTHORS.get(message.author)
    return known or (Author.CUSTOMER if message.direction is Direction.INBOUND else Author.AGENT)


class _Words(HTMLParser):
    """The text of a page, a line for each block."""

    _BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table"})
    _HIDDEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def words_of(message: Message) -> str:
    """The message's text without markup."""
    if message.format != "html":
        return message.text.strip()
    reader = _Words()
    reader.feed(message.text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)
