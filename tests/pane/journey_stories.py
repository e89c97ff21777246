"""A long journey, and what the desk would do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from customers.ids import InteractionId, RequestId
from customers.journey import Cursor, JourneyRow, JourneyView, Look, matches
from customers.model import Channel, Direction
from customers.ports import Action
from customers.requests import RequestState
from customers.views import CardView, Notice, Section
from tests.pane import stories

VERBS = frozenset({"journey.page", "journey.find"})
PAGE = 10
REQUESTS = ("Ladder 7731 is late", "Invoice of May", "")
_ABOUT = ("Where is my order?", "Order 7731: delivery date", "Copy of the invoice", "Wrong colour")
_NOTES = ("Asked for a delivery before Michaelmas.", "", "Will ring again; prefers mornings.")
_OUTCOMES = ("Resolved", "Call back", "")


def _row(number: int) -> JourneyRow:
    request = number // 3 % 3
    is_answered = number % 7 != 5
    return JourneyRow(
        InteractionId(f"{number + 1:032x}"),
        list(Channel)[number % len(Channel)],
        stories.NOON - number * timedelta(days=2, hours=3),
        Direction.OUTBOUND if number % 4 == 3 else Direction.INBOUND,
        timedelta(seconds=47 + number * 311) if number and is_answered else None,
        ("Elinor Dashwood",) if number % 3 else ("Marianne Dashwood", "Elinor Dashwood"),
        is_answered,
        number == 0,
        _ABOUT[number % 4],
        _OUTCOMES[number % 3] if is_answered else "",
        _NOTES[number % 3],
        ("delivery",) if number % 5 == 0 else (),
        RequestId(f"{request + 1:032x}"),
        REQUESTS[request],
        stories.NOON - timedelta(days=30 + request),
        RequestState.OPEN if request == 0 else RequestState.CLOSED,
    )


ROWS = tuple(map(_row, range(34)))


def travelled() -> CardView:
    """The newest page stands on the card."""
    view = replace(stories.ringing(), expanded=frozenset({Section.JOURNEY}))
    return replace(view, journey=page(Look()))


def page(look: Look) -> JourneyView:
    """What of `ROWS` the look shows."""
    found = [
        row
        for row in ROWS
        if row.cursor.at < look.start.at
        and look.channel in ("", row.channel)
        and look.request in ("", row.request_id)
        and matches(look.query, row.subject, row.notes, row.disposition)
    ]
    older: Cursor | None = found[PAGE - 1].cursor if len(found) > PAGE else None
    name = next((row.request_name for row in found if look.request), "")
    return JourneyView(rows=tuple(found[:PAGE]), older=older, look=look, request_name=name)


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """What the card shows once a button was pressed."""
    look = view.journey.look
    if action.verb == "journey.page":
        cursor = Cursor.read(action.data.get("before", ""))
        back = look.newer() if action.data.get("turn") == "newer" else Look(look.channel, look.request, look.query)
        look = look.older(cursor) if cursor else back
    elif action.data.get("asked"):
        channel = action.inputs["journey.channel"].removeprefix("all")
        look = Look(channel, look.request, action.inputs["journey.query"])
    else:
        look = Look(request=action.data.get("request", ""))
    return replace(view, journey=page(look)), None
