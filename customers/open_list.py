"""What a page has of the list Open (B-02), so that it is told no more than what has changed since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from customers.ids import CardId, LegId
from customers.views import CustomerRow


class Place(NamedTuple):
    """A customer in the list. Where the circumstances are the same, equal places have the same line."""

    card_id: CardId
    version: int
    opened_at: int
    """In seconds."""
    is_selected: bool

    @classmethod
    def parsed(cls, text: str) -> Self:
        """What `str` has made of a place. Raises ValueError."""
        card_id, version, opened_at, selected = text.split(".")
        return cls(CardId(card_id), int(version), int(opened_at), bool(int(selected)))

    def __str__(self) -> str:
        return f"{self.card_id}.{self.version}.{self.opened_at}.{int(self.is_selected)}"


@dataclass(frozen=True, slots=True)
class Known:
    """The list as a page has it, or as it is now: the customers in their order."""

    circumstances: str = ""
    """All else that a line depends on; empty where nothing is known."""
    places: tuple[Place, ...] = ()

    @classmethod
    def parsed(cls, text: str) -> Self:
        """What `str` has made of it; nothing is known where that is something else."""
        circumstances, *places = text.split(",")
        try:
            return cls(circumstances, tuple(map(Place.parsed, places)))
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return ",".join([self.circumstances, *map(str, self.places)])


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class OpenListView:
    """The list as it is now, for a page that has it as it was."""

    now: Known
    news: tuple[CustomerRow, ...]
    """Lines that the page does not have, in their order."""
    unread: tuple[LegId, ...] = ()
    """The agent's legs in which there is something that they have not had open (E-08)."""
    selected: CardId | None = None
    at: datetime | None = None
    """When it is looked at: times of that day stand there without the day."""


def circumstances(*parts: str) -> str:
    """A short name for all that `parts` say; others have another one."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
