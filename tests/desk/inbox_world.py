"""A contact centre that writes to its agents, and their lists of interactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from customers.events import AgentRef, IdentityClaim, InteractionEvent, Message
from customers.ids import LegId
from customers.model import Channel, Direction, IdentityKind, Verb
from customers.own_interactions import OwnInteraction, Wanted
from customers.ports import Answer
from customers.views import Viewer
from desk import interactions
from desk.work import Work
from storage.engine import Database
from storage.own_interactions import own_interactions
from tests.desk.merging_world import ELINOR, SETTINGS, Shop

START = datetime.now(UTC) - timedelta(hours=3)


@dataclass
class Inbox:
    """A contact centre that writes to its agents, and their lists."""

    database: Database
    shop: Shop = field(init=False)
    minute: int = 0

    def __post_init__(self) -> None:
        self.shop = Shop(self.database)

    def happens(self, ref: str, verb: Verb = Verb.ACCEPTED, viewer: Viewer = ELINOR, **known: Any) -> None:
        """Something happens to the interaction `ref`; `who` is its customer, of whom the `name` is told."""
        self.minute += 1
        who = known.pop("who", ref)
        event = InteractionEvent(
            source=f"urn:{self.shop.run}",
            id=f"{self.minute}",
            verb=verb,
            at=START + timedelta(minutes=self.minute),
            interaction_ref=ref,
            channel=known.pop("channel", Channel.CHAT),
            agent=known.pop("agent", AgentRef(id=viewer.name, entra_object_id=viewer.user_id)),
            contact_name=known.pop("name", who),
            identities=(IdentityClaim(IdentityKind.SOCIAL, f"{self.shop.run}-{who}", "house"),),
            **known,
        )
        with self.database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", event)

    def writes(self, ref: str, text: str = "Hello?", *, by_agent: bool = False, who: str = "") -> None:
        """The customer writes in it, or an agent."""
        direction = Direction.OUTBOUND if by_agent else Direction.INBOUND
        message = Message(text=text, direction=direction, author="agent" if by_agent else "customer")
        agent = AgentRef(id=ELINOR.name, entra_object_id=ELINOR.user_id) if by_agent else None
        self.happens(ref, Verb.MESSAGE, message=message, agent=agent, who=who or ref)

    def rows(self, viewer: Viewer = ELINOR, **wanted: Any) -> tuple[OwnInteraction, ...]:
        with self.database.read() as connection:
            return own_interactions(connection, viewer.user_id, Wanted(**wanted)).rows

    def unread(self, viewer: Viewer = ELINOR) -> list[str]:
        return [row.customer_name for row in self.rows(viewer) if row.is_unread]

    def leg(self, name: str, viewer: Viewer = ELINOR) -> LegId:
        return next(row.leg_id for row in self.rows(viewer) if row.customer_name == name)

    def show(self, name: str, viewer: Viewer = ELINOR) -> Answer:
        return self.shop.press("interactions.show", viewer, leg=self.leg(name, viewer))
