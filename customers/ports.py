"""What the edges (Teams, the pane) are offered. `service` makes the real thing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from customers.ids import CardId, LegId
from customers.views import Notice, Surface, Viewer

AdaptiveCard = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A button that was pressed: a verb, ids and the version it was drawn from, and the inputs' values."""

    verb: str
    data: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    surface: Surface = Surface.PANE
    is_automatic: bool = False
    """True when the host refreshed by itself and nobody pressed anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the viewer sees next."""

    card: AdaptiveCard | bytes | None = None
    """The card in place of the one whose button was pressed, bytes where it is JSON; None leaves it as it is."""
    notice: Notice | None = None
    notice_text: str = ""
    """`notice` in the viewer's language."""
    card_id: CardId | None = None
    """The customer card that `card` shows, where it shows one."""
    version: int = 0
    """Which version of it."""
    leg_id: LegId | None = None
    """The leg in whose light it shows it."""
    unread: tuple[LegId, ...] | None = None
    """With a list in the pane: the viewer's legs in which there is something that they have not had open (E-08)."""
    known: str = ""
    """With the list Open in the pane: what the list has now. Sent along as `known` when it is asked for again, it
    leaves out of `card` the lines that are as they were."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a viewer has open has changed; what, is read afresh."""

    card_id: CardId | None
    """None: a list changed, no card."""
    version: int = 0
    is_all: bool = False
    """True: more has changed than can be told one by one; everything is read anew."""


class Desk(Protocol):
    """Where an agent's actions are carried out: one transaction each, answered with a card."""

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        """Carry out `action`. Never raises for what an agent can cause: that is an error `Notice`.

        Raises `UnknownVerb` for a verb without a handler and `BadAction` for data that no card of ours sends.
        """
        ...

    def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        """Changes of what `viewer` may see, from now on, until the caller stops."""
        ...


class ActionError(Exception):
    """The action was not one of ours; nothing was changed."""


class UnknownVerb(ActionError):
    """No handler has this verb."""


class BadAction(ActionError):
    """Data is missing or malformed."""
