"""An agent's own interactions, as their list shows them (E-07 to E-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Self

from customers.ids import CardId, InteractionId, LegId
from customers.messages import Side
from customers.model import Channel, LegState
from customers.ports import BadAction


class OwnInteraction(NamedTuple):
    """One of them: a leg of the agent that is open, or in which there is something that they have not had open."""

    leg_id: LegId
    interaction_id: InteractionId
    card_id: CardId
    """The root of the card that it stands on."""
    channel: Channel
    state: LegState
    at: datetime
    """When the last message came, or else when the agent got it."""
    customer_name: str = ""
    identity: str = ""
    """What to show while the name is unknown."""
    is_unread: bool = False
    message: str = ""
    """The newest one of either side; empty where there is none, or where it is not to be seen."""
    side: Side = Side.ALL
    """Whose message that is."""
    request: str = ""
    subject: str = ""


class Place(NamedTuple):
    """Where in the list a page begins: after this one. Open ones come first, then newer before older."""

    is_open: bool
    at: datetime
    leg_id: str

    @classmethod
    def of(cls, row: OwnInteraction) -> Self:
        """After `row`."""
        return cls(row.state.is_open, row.at, row.leg_id)

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """What `str` has made of a place; None for an empty one. Raises BadAction for anything else."""
        if not text:
            return None
        try:
            is_open, at, leg_id = text.split("/")
            return cls(is_open == "1", datetime.fromtimestamp(int(at) / 1_000_000, UTC), leg_id[:32])
        except (ValueError, OverflowError, OSError) as error:
            raise BadAction("after is no place in the list") from error

    def __str__(self) -> str:
        seconds = int(self.at.timestamp()) * 1_000_000 + self.at.microsecond
        return f"{int(self.is_open)}/{seconds}/{self.leg_id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is looked at."""

    after: Place | None = None
    shown: LegId | None = None
    """The one whose card is shown: it stays in the list while it is."""


@dataclass(frozen=True, slots=True)
class OwnInteractionsView:
    """A page of the list."""

    rows: tuple[OwnInteraction, ...]
    unread: tuple[LegId, ...] = ()
    """Those in the whole list with something new."""
    has_more: bool = False
    is_first: bool = True
    shown: LegId | None = None
    at: datetime | None = None
    """When it is looked at: times of that day stand there without the day."""
