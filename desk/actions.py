"""What an agent's action is made of: checks that every handler shares, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cards import rights
from customers.administration import Page
from customers.ids import CardId, InteractionId, LegId, UserId
from customers.new_customer import NewCustomerView
from customers.open_list import Known
from customers.own_interactions import Wanted
from customers.ports import Action, BadAction
from customers.roles import Reach
from customers.views import Notice, Viewer
from desk.work import Work
from storage import groups, interactions

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but tab and ends of lines: PostgreSQL refuses the first, the CRMs some of the others."""


class Refused(Exception):
    """The action cannot be done as things stand; nothing was changed. The agent is told by `notice`."""

    def __init__(
        self, notice: Notice, card_id: CardId | None = None, problems: Mapping[str, str] | None = None
    ) -> None:
        self.notice = notice
        self.card_id = card_id
        self.problems = problems or {}
        """By field of the company's own, of the profile: why what was typed cannot be kept."""
        super().__init__(notice.code)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of the administration, and what of it."""

    page: Page
    crm: str = ""
    agent: str = ""
    interaction: str = ""
    """Of a preview: our id, or `ref`, the contact centre's."""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to show after an action: one thing of these, where there is something to draw."""

    card_id: CardId | None = None
    leg_id: LegId | None = None
    list_name: str = ""
    query: str = ""
    notice: Notice | None = None
    asked: Asked | None = None
    new: NewCustomerView | None = None
    """The form for a customer who is not there yet."""
    preview: CardId | None = None
    """The card of which a little is shown."""
    own: Wanted | None = None
    """A part of the list of the agent's interactions."""
    known: Known | None = None
    """What the page has of the list Open; None: it is drawn as a whole."""


@dataclass(frozen=True, slots=True)
class Query:
    """One action, read: who, and what the button and the inputs said."""

    viewer: Viewer
    action: Action

    def need(self, name: str) -> str:
        """A value that every card of ours sends. Raises BadAction."""
        value = self.action.data.get(name, "")
        if not value or len(value) > 400 or "\0" in value:
            raise BadAction(f"{name} is missing")
        return value

    def maybe(self, name: str) -> str:
        """A value that may be absent."""
        return self.action.data.get(name, "")[:400].replace("\0", "")

    def maybe_long(self, name: str) -> str:
        """A list that may be absent: several ids with commas between them."""
        return self.action.data.get(name, "")[:4000].replace("\0", "")

    def input(self, name: str) -> str | None:
        """What the agent typed or pasted, where the card had such a field, without what no keyboard types."""
        text = self.action.inputs.get(name)
        return None if text is None else _CONTROL.sub("", text)

    @property
    def light(self) -> LegId | None:
        """The leg in whose light the agent looks at the card, where they have chosen one (E-07)."""
        return LegId(self.maybe("leg") or self.maybe("light")) or None

    @property
    def card_id(self) -> CardId:
        """The card that the button stands on."""
        return CardId(self.need("card"))


@dataclass(frozen=True, slots=True)
class Request(Query):
    """One action under way in its transaction."""

    work: Work

    @property
    def card_id(self) -> CardId:
        """The root of the card that the button stands on. Raises Refused where that is gone: another has its place."""
        card_id = CardId(self.need("card"))
        root_id = groups.hold(self.work.tx, card_id)
        if root_id is None:
            raise Refused(Notice("not_found", "error"), card_id)
        return root_id

    def leg(self) -> Mapping[str, Any]:
        """The leg that the button belongs to. Raises Refused where it is not this agent's, or gone."""
        leg = interactions.leg(self.work.tx, LegId(self.need("leg")))
        if leg is None:
            raise Refused(Notice("not_found", "error"))
        is_mine = leg["user_id"] == self.viewer.user_id
        if not is_mine and rights.reach(self.viewer.roles, self.action.verb) is not Reach.ANY:
            raise Refused(Notice("not_yours", "warning"), CardId(leg["card_id"]))
        # What is read from here on stays true: a push that begins meanwhile waits, or has been waited for.
        is_old = interactions.hold(self.work.tx, leg)
        return (interactions.leg(self.work.tx, LegId(leg["id"])) or leg) if is_old else leg


def card_of(leg: Mapping[str, Any]) -> CardId:
    """The root of the card that the leg's interaction stands on."""
    return CardId(leg["card_id"])


def interaction_of(leg: Mapping[str, Any]) -> InteractionId:
    """The leg's interaction."""
    return InteractionId(leg["interaction_id"])


def user_of(leg: Mapping[str, Any]) -> UserId | None:
    """The Teams user of the leg's agent."""
    user_id = leg["user_id"]
    return UserId(user_id) if user_id else None


Handler = Callable[[Request], Outcome]
Reader = Callable[[Query], Outcome]
