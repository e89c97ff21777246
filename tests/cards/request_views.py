"""Views of requests to draw: one with two activities, others open and closed, and an activity that is being moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from customers.ids import CardId, InteractionId, LegId, MoveId, RequestId
from customers.model import Channel, Direction
from customers.requests import ActivityView, MoveTarget, MoveView, RequestState, RequestsView, RequestView
from customers.views import CardView, Section
from tests.cards.card_views import INTERACTION, LEG, NOW, card_view, interaction, wrap_up

INVOICE, LADDER, OLD = (RequestId(digit * 32) for digit in "a1b")
LUCY = CardId("7" * 32)
CALL = ActivityView(
    INTERACTION,
    LEG,
    Channel.VOICE,
    NOW - timedelta(minutes=4),
    Direction.INBOUND,
    "Elinor Dashwood",
    tags=("invoice", "May"),
)
MAIL = ActivityView(
    InteractionId("2b" * 16),
    LegId("2e" * 16),
    Channel.EMAIL,
    NOW - timedelta(days=1),
    Direction.INBOUND,
    "Marianne Dashwood",
    "Invoice of May",
    "Call back",
    moved_at=NOW - timedelta(minutes=2),
    move_id=MoveId("9" * 32),
)


def request(**changes: object) -> RequestView:
    """The request that the call is in."""
    invoice = RequestView(
        INVOICE,
        RequestState.OPEN,
        version=3,
        created_at=NOW - timedelta(days=1),
        name="Invoice of May",
        description="The sum is wrong.\nHe wants a copy.",
        is_current=True,
        may_cancel=True,
        activities=(CALL, MAIL),
    )
    return replace(invoice, **changes)  # type: ignore[arg-type]


def others() -> tuple[RequestView, ...]:
    """One that somebody added, and one that has closed by itself."""
    added = RequestView(LADDER, RequestState.OPEN, 1, NOW - timedelta(hours=3), created_by="Elinor Dashwood")
    closed = RequestView(
        OLD, RequestState.CLOSED, 4, NOW - timedelta(days=30), "Delivery to Norland", closed_at=NOW - timedelta(days=20)
    )
    return added, closed


def handling(shown: RequestView | None = None, **changes: object) -> CardView:
    """Their section is open."""
    view = RequestsView(shown=shown or request(), others=others())
    return card_view(
        interaction=interaction(request_id=INVOICE, request_name="Invoice of May"),
        open_requests=2,
        requests=replace(view, **changes),  # type: ignore[arg-type]
        expanded=frozenset({Section.CURRENT, Section.REQUESTS}),
    )


def moving(query: str = "", *targets: MoveTarget) -> CardView:
    """The mail is about to be moved."""
    return handling(move=MoveView(MAIL, INVOICE, query, targets))


def moving_to_lucy() -> CardView:
    """A search for another customer has found two."""
    nameless = MoveTarget(CardId("8" * 32), "", "+4915112345678")
    return moving("lucy", MoveTarget(LUCY, "Lucy Steele", "lucy@example.com"), nameless)


def closed_by_marianne() -> RequestView:
    """Closed by hand, without activities."""
    by = {"closed_at": NOW, "closed_by": "Marianne Dashwood"}
    return request(state=RequestState.CLOSED, may_cancel=False, activities=(), is_current=False, **by)


def cancelled() -> RequestView:
    """Taken back: it can be read only."""
    return request(state=RequestState.CANCELLED, may_cancel=False, closed_at=NOW, closed_by="Elinor Dashwood")


def two_wrote() -> CardView:
    """Somebody else wrote notes and emptied the description, while Elinor was writing both."""
    theirs = request(description="", version=4)
    mine = replace(theirs, description="Send it to *Norland*.", drawn=3, theirs=theirs)
    noted = wrap_up(notes="Called back. See https://acme.example.com/invoice")
    call = interaction(
        request_id=INVOICE,
        request_name="Invoice of May",
        wrap_up=noted._replace(notes="Wants a copy.", drawn=f"{noted.version} - - - -", theirs=noted),
    )
    return replace(handling(mine), interaction=call, expanded=frozenset({Section.REQUESTS, Section.WRAP_UP}))
