"""What belongs to cards beside their fields (labels, numbers, who has them open), and a plain model of each.

A card keeps its own; what the root of several shows follows from all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from customers.ids import CardId, UserId
from customers.model import IdentityKind
from customers.views import Viewer
from storage import lists, profile_forms
from storage.profile_forms import profile_view
from storage.profiles import profiles
from tests.desk.merging_world import ELINOR, MARIANNE, Shop

AGENTS = (ELINOR, MARIANNE)
PICKS = ("name", "notes", "phone")
OWN = "contract"
"""A field that the company chose itself (B-39)."""
Opened = Literal["open", "closed", ""]


@dataclass
class Everything:
    """The model beside a shop."""

    shop: Shop
    labels: dict[CardId, set[str]] = field(default_factory=dict)
    """In lower case."""
    phones: dict[CardId, set[str]] = field(default_factory=dict)
    views: dict[tuple[UserId, CardId], Opened] = field(default_factory=dict)
    """Of each card by itself."""
    at_work: set[tuple[UserId, CardId]] = field(default_factory=set)
    own_values: dict[CardId, str] = field(default_factory=dict)
    """Of each card by itself, in the field `OWN`."""

    def newcomer(self, name: str = "", company: str = "") -> None:
        """A customer more, whose interaction Elinor takes."""
        card = self.shop.newcomer(name=name, company=company)
        self.labels[card], self.phones[card] = set(), set()
        self.views |= {(agent.user_id, card): "open" if agent is ELINOR else "" for agent in AGENTS}
        self.at_work.add((ELINOR.user_id, card))

    def members(self, root: CardId) -> list[CardId]:
        """The cards that are one, by the model of the shop."""
        return [card for card in self.shop.cards if self.shop.expected_root(card) == root]

    # --- what happens -------------------------------------------------------------------------------------------

    def own(self, card: CardId, text: str) -> None:
        """An agent writes into a field of the company's own; the side whose value is shown takes it."""
        root = self.shop.root(card)
        with self.shop.database.write() as tx:
            owners = profiles(tx.connection, [root])[root].owners
            profile_forms.write(tx, root, {OWN: text}, ELINOR.user_id)
        self.own_values[owners.get(OWN, root)] = text

    def label(self, card: CardId, tag: str) -> None:
        """An agent adds a label to the customer of the card."""
        root = self.shop.expected_root(card)
        known = set().union(*(self.labels[one] for one in self.members(root)))
        answer = self.shop.press("tag.add", card=card, inputs={"profile.tag": tag})
        assert (answer.notice.code if answer.notice else "") == ("tag_exists" if tag.lower() in known else "")
        if tag.lower() not in known:
            self.labels[root].add(tag.lower())

    def unlabel(self, card: CardId, tag: str) -> None:
        """An agent takes it away."""
        self.shop.press("tag.remove", card=card, tag=tag)
        for one in self.members(self.shop.expected_root(card)):
            self.labels[one].discard(tag.lower())

    def note(self, card: CardId, number: str) -> None:
        """An agent writes a number down, unless it stands there."""
        root = self.shop.expected_root(card)
        if not any(number in self.phones[one] for one in self.members(root)):
            with self.shop.database.write() as tx:
                kind = IdentityKind.PHONE
                profile_forms.add_contact(tx, root, kind, number, label="mobile", user=ELINOR.user_id)
            self.phones[root].add(number)

    def strike(self, card: CardId, number: str) -> None:
        """An agent deletes it."""
        root = self.shop.expected_root(card)
        with self.shop.database.write() as tx:
            for point in profile_view(tx.connection, root).contacts:
                if point.value == number:
                    profile_forms.remove_contact(tx, root, point, ELINOR.user_id)
        for one in self.members(root):
            self.phones[one].discard(number)

    def first(self, card: CardId, number: str) -> None:
        """An agent says that this one comes first."""
        root = self.shop.expected_root(card)
        with self.shop.database.write() as tx:
            for point in profile_view(tx.connection, root).contacts:
                if point.value == number:
                    profile_forms.set_primary(tx, root, point)
            shown = profile_view(tx.connection, root).of_kind(IdentityKind.PHONE)
        assert not any(point.value == number for point in shown) or shown[0].value == number

    def call(self, card: CardId, agent: Viewer) -> None:
        """The customer of the card contacts us again, and an agent takes it."""
        self.shop.interaction(self.shop.cards.index(card), viewer=agent)
        self.views[agent.user_id, card] = "open"
        self.at_work.add((agent.user_id, card))

    def close(self, card: CardId, agent: Viewer) -> None:
        """An agent closes the customer; with that, whatever of it they have open."""
        root = self.shop.expected_root(card)
        self.shop.press("card.close", viewer=agent, card=card)
        if self.shows(agent, root) == "":
            self.views[agent.user_id, root] = "closed"
        for one in self.members(root):
            if self.views[agent.user_id, one] == "open":
                self.views[agent.user_id, one] = "closed"

    def show(self, card: CardId, agent: Viewer) -> None:
        """An agent opens the customer, and with that whatever of it they work on."""
        self.shop.press("customers.show", viewer=agent, card=card)
        root = self.shop.expected_root(card)
        self.views[agent.user_id, root] = "open"
        for one in self.members(root):
            if (agent.user_id, one) in self.at_work:
                self.views[agent.user_id, one] = "open"

    # --- what is there ------------------------------------------------------------------------------------------

    def shows(self, agent: Viewer, root: CardId) -> Opened:
        """How the agent has the customer: open where any of the cards is."""
        of_all = {self.views[agent.user_id, one] for one in self.members(root)}
        return next((state for state in ("open", "closed") if state in of_all), "")  # type: ignore[return-value]

    def lists(self) -> dict[UserId, tuple[list[CardId], list[CardId]]]:
        """Open and Recent of each agent, as they stand."""
        with self.shop.database.read() as connection:
            return {
                agent.user_id: (
                    [row.card_id for row in lists.open_list(connection, agent.user_id).rows],
                    [row.card_id for row in lists.recent_list(connection, agent.user_id).rows],
                )
                for agent in AGENTS
            }

    def check(self) -> None:
        """Labels, numbers and lists are those of the model."""
        roots = self.shop.roots()
        for root in roots:
            shown, members = self.shop.profile(root), self.members(root)
            tags = [tag.lower() for tag in shown.tags]
            assert sorted(tags) == sorted(set().union(*(self.labels[one] for one in members)))
            numbers = [point.value for point in shown.contacts]
            assert sorted(numbers) == sorted(set().union(*(self.phones[one] for one in members)))
            values = [shown.own_values.get(OWN, ""), *(value for name, value in shown.own_kept if name == OWN)]
            assert sorted(filter(None, values)) == sorted({self.own_values.get(one, "") for one in members} - {""})
            assert sum(point.is_primary for point in shown.contacts) == bool(numbers)
        here = {*self.shop.cards}
        for agent in AGENTS:
            opened, recent = ({*rows} & here for rows in self.lists()[agent.user_id])
            assert opened == {root for root in roots if self.shows(agent, root) == "open"}
            assert recent == {root for root in roots if self.shows(agent, root) == "closed"}
