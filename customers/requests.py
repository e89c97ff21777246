"""Requests: a customer's problem, which groups interactions (B-35). Here also called activities, as agents see them.

Everything in the views is data from outside until `cards` has escaped it. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from customers import characters
from customers.fields import FieldView
from customers.ids import CardId, InteractionId, LegId, MoveId, RequestId
from customers.model import TEXT_LIMIT, Channel, Direction
from customers.wrap_up import InvalidInput


class RequestState(StrEnum):
    """Where a request stands (B-08)."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    """Taken back (C-02): it is listed where activities are in it, and nothing is put into it any more."""


class RequestField(StrEnum):
    """What agents write into a request (B-04, B-06). The value is its column's name."""

    NAME = "name"
    DESCRIPTION = "description"


def checked(field: RequestField, text: str) -> str:
    """`text` as it is kept: at most 2,000 characters (B-07), a name on one line. Raises InvalidInput."""
    kept = characters.one_line(text) if field is RequestField.NAME else characters.clean(text)
    if not characters.fits(kept, TEXT_LIMIT):
        raise InvalidInput(f"request.{field}", "text_too_long")
    return kept


@dataclass(frozen=True, slots=True)
class Combined:
    """What becomes of fields that somebody typed, when others may have written meanwhile (P-13)."""

    news: Mapping[RequestField, str]
    """To be written: nobody else has changed them since they were shown."""
    conflicts: Mapping[RequestField, str]
    """Typed over something that has changed meanwhile: not to be written unseen."""


def combined(
    typed: Mapping[RequestField, str], shown: Mapping[RequestField, str], stored: Mapping[RequestField, str]
) -> Combined:
    """`typed`, clean, into fields that showed `shown` and hold `stored` now. Fields nobody typed into are left out."""
    changed = {field: text for field, text in typed.items() if text not in (shown[field], stored[field])}
    conflicts = {field: text for field, text in changed.items() if stored[field] != shown[field]}
    return Combined({field: text for field, text in changed.items() if field not in conflicts}, conflicts)


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One interaction as a part of a request (B-37)."""

    interaction_id: InteractionId
    leg_id: LegId
    channel: Channel
    at: datetime
    direction: Direction | None = None
    agent_name: str = ""
    subject: str = ""
    disposition: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[FieldView, ...] = ()
    """The company's own (B-38)."""
    moved_at: datetime | None = None
    """Not None: an agent has put it here, and it can be put back (C-15)."""
    move_id: MoveId | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request of the customer."""

    id: RequestId
    state: RequestState
    version: int
    created_at: datetime
    name: str = ""
    description: str = ""
    created_by: str = ""
    """Name of the agent; empty where it was opened with an interaction."""
    closed_at: datetime | None = None
    closed_by: str = ""
    """Name of the agent; empty where it has closed by itself."""
    is_current: bool = False
    """True where the interaction that the card stands for is in it."""
    may_cancel: bool = False
    """True where it is open and nobody has written to the customer in it (C-02)."""
    activities: tuple[ActivityView, ...] = ()
    """Newest first; of the shown one only."""
    has_more_activities: bool = False
    drawn: int | None = None
    """Not None: name and description are what the agent typed and could not be stored, on a card of this version."""
    theirs: RequestView | None = None
    """Not None: as somebody else wrote it meanwhile (P-13)."""

    @property
    def is_open(self) -> bool:
        """True while activities can be put into it without opening it again."""
        return self.state is RequestState.OPEN


@dataclass(frozen=True, slots=True)
class MoveTarget:
    """Another customer whom an activity may be moved to (B-42)."""

    card_id: CardId
    customer_name: str
    identity: str


@dataclass(frozen=True, slots=True)
class MoveView:
    """An activity that is about to be moved: the card shows where to."""

    activity: ActivityView
    source_id: RequestId | None = None
    query: str = ""
    """What was typed to find another customer."""
    targets: tuple[MoveTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestsView:
    """The requests of the customer, as one agent looks at them."""

    shown: RequestView | None = None
    """The one that is written in: the current interaction's, unless the agent chose another one."""
    others: tuple[RequestView, ...] = ()
    """Open ones, then closed ones, newest first; or a page of all, newest first."""
    has_more: bool = False
    """There are older ones than the others."""
    turned: int = 0
    """Which page of all requests the others are; 0 where they are the open and the newest ones."""
    move: MoveView | None = None

    @property
    def all(self) -> tuple[RequestView, ...]:
        """The shown one and the others, each once."""
        if self.shown is None:
            return self.others
        return (self.shown, *(one for one in self.others if one.id != self.shown.id))
