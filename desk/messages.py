"""Reading messages: whose, which page, which thread, the whole of a long one, the one to comment on (C-01, E-16, E-31).

All of it is the reader's own view: nobody else sees a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from customers.ids import CardId, InteractionId, MessageId
from customers.messages import Side
from customers.ports import BadAction
from customers.views import Notice
from desk.actions import Outcome, Refused, Request
from desk.requests import handling, shown
from storage import cards, threads
from storage.threads import Reading

_MOST_PAGES = 10_000


def filter_by(request: Request) -> Outcome:
    """Messages of that side alone stand there, or all; the newest of them."""
    try:
        side = Side(request.need("side"))
    except ValueError as error:
        raise BadAction("side is unknown") from error
    return _read(request, lambda read: replace(read, side=side, case_page=0, thread_page=0))


def page(request: Request) -> Outcome:
    """Older messages, or newer ones; of the case, or of the thread that is open."""
    number = request.need("page")
    if not number.isdecimal() or int(number) > _MOST_PAGES:
        raise BadAction("page is no number")
    if thread := request.maybe("thread"):
        return _read(request, lambda read: replace(read, thread=InteractionId(thread), thread_page=int(number)))
    return _read(request, lambda read: replace(read, case_page=int(number)))


def unfold(request: Request) -> Outcome:
    """The whole of a message stands there; pressed again, its beginning. One at a time."""
    message = _message(request)
    return _read(request, lambda read: replace(read, unfolded=None if read.unfolded == message else message))


def select(request: Request) -> Outcome:
    """The next comment belongs to that message (C-03); pressed again, it belongs to none."""
    message = _message(request)
    return _read(request, lambda read: replace(read, selected=None if read.selected == message else message))


def _message(request: Request) -> MessageId:
    message_id = MessageId(request.need("message"))
    if threads.of_card(request.work.tx.connection, request.card_id, message_id) is None:
        raise Refused(Notice("message_gone", "warning"), request.card_id)
    return message_id


def _read(request: Request, change: Callable[[Reading], Reading]) -> Outcome:
    card_id = request.card_id
    look(request, card_id, change)
    return shown(request, card_id)


def look(request: Request, card_id: CardId, change: Callable[[Reading], Reading], **news: Any) -> None:
    """What this agent reads is as `change` makes it; `news` are of the rest of what they look at."""
    looked = handling(request, card_id)
    reading = change(Reading.of(looked.reading)).to_json()
    stored = replace(looked, reading=reading, **news).to_json()
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=stored)
