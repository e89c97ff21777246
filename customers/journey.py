"""The customer journey: all interactions on a time line, in pages, by request (B-03, B-32).

Everything in the views is data from outside until `cards` has escaped it. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from customers.fields import FieldView
from customers.ids import InteractionId, MoveId, RequestId
from customers.matching.folding import fold
from customers.model import Channel, Direction
from customers.requests import RequestState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
QUERY_LIMIT = 100
"""Characters of what is searched for."""
_MOST_STARTS = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place on the time line; what is older comes after it."""

    at: datetime
    id: str

    def __str__(self) -> str:
        """As a button carries it."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}"

    @classmethod
    def read(cls, written: str) -> Cursor | None:
        """What `str` wrote; None for anything else."""
        number, _, row = written.partition(".")
        if not (number.isascii() and number.isdecimal() and len(number) <= 18 and row):
            return None
        try:
            return cls(_EPOCH + int(number) * _MICROSECOND, row)
        except OverflowError:
            return None


NOW = Cursor(datetime(9999, 1, 1, tzinfo=UTC), "")
"""Before the newest."""


@dataclass(frozen=True, slots=True)
class Look:
    """Which part of the journey one agent looks at."""

    channel: str = ""
    request: str = ""
    query: str = ""
    starts: tuple[str, ...] = ()
    """Where the pages begin that the agent has turned; empty on the newest."""

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Look:
        """As `to_json` wrote it."""
        stored = stored or {}
        return cls(**{**stored, "starts": tuple(stored.get("starts", ()))})

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it; empty for the newest page of all."""
        if self == Look():
            return {}
        return {"channel": self.channel, "request": self.request, "query": self.query, "starts": [*self.starts]}

    @property
    def start(self) -> Cursor:
        """Where the page begins."""
        return (Cursor.read(self.starts[-1]) if self.starts else None) or NOW

    @property
    def is_filtered(self) -> bool:
        """True where not everything is shown."""
        return bool(self.channel or self.request or self.query)

    def older(self, cursor: Cursor) -> Look:
        """One page on."""
        return replace(self, starts=(*self.starts, str(cursor))[-_MOST_STARTS:])

    def newer(self) -> Look:
        """One page back."""
        return replace(self, starts=self.starts[:-1])


class JourneyRow(NamedTuple):
    """One interaction on the time line."""

    id: InteractionId
    channel: Channel
    at: datetime
    direction: Direction | None = None
    duration: timedelta | None = None
    """Of the conversation; None while it lasts, and where nobody took it."""
    agents: tuple[str, ...] = ()
    """Names of those who took it, one after the other."""
    is_answered: bool = True
    """False where no agent has taken it."""
    is_current: bool = False
    """True for the one that the card stands for."""
    subject: str = ""
    disposition: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    request_id: RequestId | None = None
    request_name: str = ""
    request_created_at: datetime | None = None
    request_state: RequestState | None = None
    moved_at: datetime | None = None
    """Not None: an agent has put it into its request, and it can be put back."""
    move_id: MoveId | None = None
    fields: tuple[FieldView, ...] = ()
    """The company's own (B-38)."""

    @property
    def cursor(self) -> Cursor:
        """Its place on the time line."""
        return Cursor(self.at, self.id)


@dataclass(frozen=True, slots=True)
class JourneyView:
    """The journey as one agent looks at it. Closed, it knows nothing but how many others there are."""

    count: int = 0
    """Interactions beside the current one, as far as they were counted."""
    has_more: bool = False
    """True where there are more than were counted."""
    rows: tuple[JourneyRow, ...] = ()
    """A page, newest first."""
    older: Cursor | None = None
    """Where the search for older ones goes on; None where there is none."""
    look: Look = field(default_factory=Look)
    searched_to: datetime | None = None
    """Not None: so far back was searched for this page, and it is not full."""
    request_name: str = ""
    """Of the request that alone is shown."""
    request_created_at: datetime | None = None

    def without_requests(self) -> JourneyView:
        """The same for somebody who does not see requests."""
        nothing: dict[str, Any] = {
            "request_id": None, "request_name": "", "request_created_at": None, "request_state": None
        }  # fmt: skip
        return replace(self, rows=tuple(row._replace(**nothing) for row in self.rows), request_name="")


def matches(query: str, *texts: str) -> bool:
    """Every word of `query` is part of one of the texts, in whatever spelling."""
    wanted = fold(query).split()
    said = [fold(text) for text in texts if text]
    return all(any(word in one for one in said) for word in wanted)


def grouped(rows: Sequence[JourneyRow]) -> list[list[JourneyRow]]:
    """The rows by request: the request of the newest first, and in each the newest first."""
    found: dict[RequestId | None, list[JourneyRow]] = {}
    for row in rows:
        found.setdefault(row.request_id, []).append(row)
    return [*found.values()]
