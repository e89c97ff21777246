"""Messages of both sides: kept as they come, read thread by thread and page by page (E-16, C-01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from customers.events import InteractionEvent, Message
from customers.ids import CardId, InteractionId, MessageId, RequestId, UserId, new_id
from customers.messages import (
    Author,
    CaseThread,
    MessagesView,
    MessageView,
    Page,
    Side,
    ThreadView,
    author_of,
    words_of,
)
from customers.model import Channel, Direction
from storage import comments, groups
from storage.conditions import same
from storage.engine import Tx
from storage.request_views import effective_of_group
from storage.rows import Row, every, first
from storage.tables import identities, interactions, messages, requests
from storage.upsert import insert_ignoring

PAGE_ROWS = 10
THREAD_ROWS = 10
_SIDES: Mapping[Side, list[str]] = {Side.ALL: ["customer", "agent"], Side.CUSTOMER: ["customer"], Side.AGENT: ["agent"]}

_CARD = sa.bindparam("card", type_=sa.String)
_REQUEST = sa.bindparam("request", type_=sa.String)
_INTERACTION = sa.bindparam("interaction", type_=sa.String)
_WANTED: sa.BindParameter[Any] = sa.bindparam("sides", expanding=True)
Belongs = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[bool]]
Statement = sa.Select[*tuple[Any, ...]]

_NEW = insert_ignoring(messages, ["interaction_id", "ref"], returning=[messages.c.id])
_AT = sa.bindparam("at", type_=interactions.c.last_message_at.type)
_NOTE = (
    sa.update(interactions)
    .where(
        same(interactions.c.id),
        sa.or_(interactions.c.last_message_at.is_(None), interactions.c.last_message_at < _AT),
    )
    .values(last_message_at=_AT)
)
_IS_BLOCKED = (
    sa.exists()
    .where(identities.c.card_id == interactions.c.card_id, identities.c.blocked_at.isnot(None))
    .correlate(interactions)
)
_MESSAGES = sa.select(messages, interactions.c.channel, _IS_BLOCKED.label("is_blocked")).select_from(
    messages.join(interactions)
)
_NAMED = _MESSAGES.where(same(messages.c.id), groups.in_group(interactions.c.card_id, _CARD))


def _pages(belongs: Belongs, *where: sa.ColumnElement[bool]) -> Statement:
    """The messages of one side, newest first. Parameters card, sides, start."""
    return (
        _MESSAGES.where(belongs(interactions.c.card_id), messages.c.side.in_(_WANTED), *where)
        .order_by(messages.c.at.desc(), messages.c.id)
        .limit(PAGE_ROWS + 1)
        .offset(sa.bindparam("start", type_=sa.Integer))
    )


def _in_group(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return groups.in_group(column, _CARD)


def _alone(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return column == _CARD


_MAY_BE = sa.or_(interactions.c.request_id == _REQUEST, interactions.c.own_request_id == _REQUEST)
_HAS_MESSAGES = interactions.c.last_message_at > sa.literal(datetime(1970, 1, 1, tzinfo=UTC), _AT.type)
"""A range, for which SQLite takes the index: "is not null" it takes for nothing."""
_OF_REQUEST = {
    False: _pages(_alone, interactions.c.request_id == _REQUEST, _HAS_MESSAGES),
    True: _pages(_in_group, _MAY_BE, effective_of_group(_CARD) == _REQUEST, _HAS_MESSAGES),
}
"""By whether the card was ever merged, as below."""
_OF_THREAD = {
    False: _pages(_alone, messages.c.interaction_id == _INTERACTION),
    True: _pages(_in_group, messages.c.interaction_id == _INTERACTION),
}


def _threads(belongs: Belongs, effective: sa.ColumnElement[Any]) -> Statement:
    """Interactions with messages, those with the newest first. Parameter card."""
    at = interactions.c.last_message_at
    return (
        sa.select(interactions.c.id, interactions.c.channel, interactions.c.subject, at, requests.c.name)
        .select_from(interactions.outerjoin(requests, requests.c.id == effective))
        .where(belongs(interactions.c.card_id), _HAS_MESSAGES)
        .order_by(at.desc(), interactions.c.id)
        .limit(THREAD_ROWS + 1)
    )


_THREADS = {
    False: _threads(_alone, interactions.c.request_id),
    True: _threads(_in_group, effective_of_group(_CARD)),
}


# --- what comes in ----------------------------------------------------------------------------------------------


def add(tx: Tx, interaction_id: InteractionId, event: InteractionEvent, message: Message) -> bool:
    """The message is part of the interaction; False where it was already."""
    author = author_of(message)
    row = {
        "id": new_id(), "interaction_id": interaction_id, "ref": message.id or event.id, "at": event.at,
        "author": author.value, "side": "customer" if author is Author.CUSTOMER else "agent",
        "name": event.agent.name if event.agent and author is Author.AGENT else "", "text": words_of(message),
        "is_cut": message.is_truncated, "has_attachments": message.has_attachments,
        "is_internal": message.direction is Direction.INTERNAL,
    }  # fmt: skip
    if tx.execute(_NEW[tx.dialect], row).scalar() is None:
        return False
    tx.execute(_NOTE, {"the_id": interaction_id, "at": event.at})
    return True


def of_card(connection: sa.Connection, card_id: CardId, message_id: MessageId) -> Row | None:
    """The message, where it is on a card of that root."""
    return first(connection.execute(_NAMED, {"the_id": message_id, "card": card_id}))


# --- what an agent reads ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What one agent reads of a customer's messages, and where they are in it."""

    side: Side = Side.ALL
    case_page: int = 0
    thread: InteractionId | None = None
    thread_page: int = 0
    unfolded: MessageId | None = None
    selected: MessageId | None = None
    draft: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Reading:
        """As `to_json` wrote it."""
        return cls(**{**stored, "side": Side(stored["side"])}) if stored else cls()

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "side": self.side.value,
            "case_page": self.case_page,
            "thread": self.thread,
            "thread_page": self.thread_page,
            "unfolded": self.unfolded,
            "selected": self.selected,
            "draft": self.draft,
        }


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at the messages of which card."""

    connection: sa.Connection
    user_id: UserId
    card_id: CardId
    was_merged: bool
    reading: Reading

    def case(self, request_id: RequestId) -> CaseThread:
        """The messages of the request, with what colleagues wrote on them, in two statements."""
        reading = self.reading
        page = self._page(_OF_REQUEST[self.was_merged], reading.case_page, request=request_id)
        ids = [one.id for one in page.messages]
        said = comments.of_messages(self.connection, self.user_id, ids) if ids else {}
        page = replace(
            page, messages=tuple(replace(one, comments=tuple(said.get(one.id, ()))) for one in page.messages)
        )
        return CaseThread(page, reading.side, reading.selected if reading.selected in ids else None, reading.draft)

    def threads(self, current: InteractionId | None) -> MessagesView:
        """The threads of the customer and the messages of one of them, in two statements."""
        rows = every(self.connection.execute(_THREADS[self.was_merged], {"card": self.card_id}))
        known = [_thread(row) for row in rows[:THREAD_ROWS]]
        ids = [one.interaction_id for one in known]
        opened = next((one for one in (self.reading.thread, current) if one in ids), ids[0] if ids else None)
        if opened is None:
            return MessagesView()
        number = self.reading.thread_page if opened == self.reading.thread else 0
        page = self._page(_OF_THREAD[self.was_merged], number, interaction=opened)
        return MessagesView(tuple(known), len(rows) > THREAD_ROWS, opened, page, self.reading.side)

    def _page(self, statement: Statement, number: int, **where: str) -> Page:
        start = number * PAGE_ROWS
        values = {"card": self.card_id, "sides": _SIDES[self.reading.side], "start": start, **where}
        rows = every(self.connection.execute(statement, values))
        shown = tuple(_message(row, self.reading) for row in reversed(rows[:PAGE_ROWS]))
        return Page(shown, number, len(rows) > PAGE_ROWS)


def _thread(row: Row) -> ThreadView:
    return ThreadView(
        InteractionId(row["id"]), Channel(row["channel"]), row["last_message_at"], row["subject"], row["name"] or ""
    )


def _message(row: Row, reading: Reading) -> MessageView:
    return MessageView(
        id=MessageId(row["id"]),
        at=row["at"],
        author=Author(row["author"]),
        name=row["name"],
        text=row["text"],
        channel=Channel(row["channel"]),
        is_cut=row["is_cut"],
        has_attachments=row["has_attachments"],
        is_internal=row["is_internal"],
        is_blocked=bool(row["is_blocked"]),
        is_unfolded=row["id"] == reading.unfolded,
    )
