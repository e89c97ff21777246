"""Cards of one example, what agents do with them through the desk, and a plain model of who stands for whom."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.ids import CardId, LegId, MergeId, UserId
from customers.journey import Look
from customers.merging import ProfileField
from customers.model import Channel, IdentityKind, Verb
from customers.ports import Action, Answer
from customers.profile_form import ProfileView
from customers.views import CardView, Viewer
from desk import interactions
from desk.act import ActionDesk
from desk.work import DeskSettings, Work
from storage import cards, groups, people, profile_edits, tables
from storage.engine import Database
from storage.journey import Journey
from storage.profile_forms import profile_view
from storage.views import card_view

SETTINGS = DeskSettings(crm_labels={"salesforce": "Salesforce", "dynamics": "Dynamics 365"})
ELINOR = Viewer(UserId("00000000-0000-4000-8000-000000000001"), "tenant", "Elinor Dashwood")
MARIANNE = Viewer(UserId("00000000-0000-4000-8000-000000000002"), "tenant", "Marianne Dashwood")
_CHANNELS = (Channel.VOICE, Channel.EMAIL, Channel.CHAT, Channel.SMS)


@dataclass
class Edge:
    """A merge of the model."""

    id: MergeId
    survivor: CardId
    absorbed: CardId
    stands: bool = True


@dataclass
class Shop:
    """A contact centre of a few customers."""

    database: Database
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    cards: list[CardId] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    calls: int = 0

    def __post_init__(self) -> None:
        self.desk = ActionDesk(self.database, SETTINGS)
        with self.database.write() as tx:
            for viewer in (ELINOR, MARIANNE):
                people.remember_user(tx, viewer.user_id, {"tenant_id": "tenant", "name": viewer.name})

    # --- what happens -------------------------------------------------------------------------------------------

    def newcomer(self, name: str = "", company: str = "", viewer: Viewer = ELINOR) -> CardId:
        """A customer of a channel of their own contacts us; their card."""
        number = len(self.cards)
        self.cards.append(CardId(""))
        self.interaction(number, name=name, company=company, viewer=viewer)
        return self.cards[number]

    def interaction(self, number: int, verb: Verb = Verb.ACCEPTED, viewer: Viewer = ELINOR, **known: str) -> None:
        """The customer contacts us again, on their channel."""
        self.calls += 1
        name, company = known.get("name", ""), known.get("company", "")
        event = InteractionEvent(
            source=f"urn:{self.run}",
            id=f"event-{self.calls}",
            verb=verb,
            at=datetime.now(UTC) - timedelta(minutes=5),
            interaction_ref=f"ref-{self.calls}",
            channel=_CHANNELS[number % len(_CHANNELS)],
            agent=AgentRef(id=viewer.name, entra_object_id=viewer.user_id),
            contact_name=name,
            company=company,
            identities=(IdentityClaim(IdentityKind.SOCIAL, f"{self.run}-{number}", "house"),),
        )
        with self.database.write() as tx:
            interactions.apply(Work(tx, SETTINGS), "main", event)
            row = tx.execute(
                sa.select(tables.interactions.c.card_id).where(
                    tables.interactions.c.source == event.source, tables.interactions.c.ref == event.interaction_ref
                )
            )
            self.cards[number] = CardId(row.scalar_one())

    def edit(self, card: CardId, profile_field: ProfileField, value: str) -> None:
        """An agent writes into a field of the customer."""
        with self.database.write() as tx:
            profile_edits.edit(tx, self.root(card), profile_field, value, ELINOR.user_id)

    def press(self, verb: str, viewer: Viewer = ELINOR, inputs: dict[str, str] | None = None, **data: Any) -> Answer:
        """A button is pressed."""
        return self.desk.act(viewer, Action(verb, data, inputs or {}))

    def merge(self, survivor: CardId, *absorbed: CardId, picks: dict[str, CardId] | None = None) -> Answer:
        """An agent merges the others into the open card, as the preview shows them."""
        inputs = {f"merge.pick.{name}": card for name, card in (picks or {}).items()}
        answer = self.press("merge.confirm", inputs=inputs, **self.about(survivor, *absorbed))  # type: ignore[arg-type]
        self._learn()
        return answer

    def about(self, survivor: CardId, *absorbed: CardId) -> dict[str, str]:
        """What the button Merge of a preview carries."""
        versions = ",".join(f"{card}:{self.version(card)}" for card in (survivor, *absorbed))
        return {"card": survivor, "others": ",".join(absorbed), "survivor": survivor, "versions": versions}

    def undo(self, edge: Edge) -> Answer:
        """An agent takes the merge back."""
        answer = self.press("merge.undo", card=edge.survivor, merge=edge.id)
        self._learn()
        return answer

    def again(self, edge: Edge) -> Answer:
        """An agent makes the merge again that was taken back."""
        answer = self.press("merge.undo", card=edge.survivor, merge=edge.id, again="yes")
        self._learn()
        return answer

    def _learn(self) -> None:
        """The model takes the edges from the rows; who stands for whom it works out by itself."""
        rows = tables.merges.c
        query = sa.select(rows.id, rows.survivor_id, rows.absorbed_id, rows.undone_at)
        with self.database.read() as connection:
            found = connection.execute(query.where(rows.survivor_id.in_(self.cards)).order_by(rows.merged_at)).all()
        self.edges = [Edge(MergeId(row.id), row.survivor_id, row.absorbed_id, row.undone_at is None) for row in found]

    # --- what is there ------------------------------------------------------------------------------------------

    def expected_root(self, card: CardId) -> CardId:
        """By the model."""
        above = [edge.survivor for edge in self.edges if edge.stands and edge.absorbed == card]
        assert len(above) <= 1
        return self.expected_root(above[0]) if above else card

    def root(self, card: CardId) -> CardId:
        """By the database."""
        with self.database.read() as connection:
            found = groups.root(connection, card)
        assert found is not None
        return found

    def roots(self) -> list[CardId]:
        """Cards that stand for themselves."""
        return [card for card in self.cards if self.root(card) == card]

    def version(self, card: CardId) -> int:
        """Of the card's root."""
        with self.database.write() as tx:
            return cards.version(tx, card)

    def view(self, card: CardId, viewer: Viewer = ELINOR, leg: LegId | None = None) -> CardView:
        """The card as the viewer sees it."""
        with self.database.read() as connection:
            found = card_view(connection, viewer, card, SETTINGS.views, leg)
        assert found is not None
        return found

    def lasting(self, card: CardId) -> CardView:
        """What of the card a merge and its undo leave as it was."""
        return replace(self.view(card), version=0, merges=())

    def all_values(self) -> dict[CardId, Mapping[str, str]]:
        """The fields of each card by itself."""
        query = sa.select(tables.cards.c.id.label("card"), tables.customers).join(tables.customers)
        with self.database.read() as connection:
            rows = connection.execute(query.where(tables.cards.c.id.in_(self.cards))).mappings().all()
        return {CardId(row["card"]): {field.value: row[field] for field in ProfileField} for row in rows}

    def profile(self, card: CardId) -> ProfileView:
        """The profile of the root, as it is read for its form."""
        with self.database.read() as connection:
            return profile_view(connection, card)

    def all_interactions(self) -> list[str]:
        """Of this example, whatever card shows them."""
        rows = tables.interactions.c
        with self.database.read() as connection:
            return [*connection.execute(sa.select(rows.id).where(rows.source == f"urn:{self.run}")).scalars()]

    def interactions_of(self, root: CardId) -> set[str]:
        """Interactions that the card shows, and those below it."""
        with self.database.read() as connection:
            members = groups.members(connection, root)
            page = Journey(connection, root, members, None, was_merged=True).opened(Look())
        assert page.older is None
        return {one.id for one in page.rows}
