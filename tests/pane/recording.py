"""A Desk that draws real cards of a few views, records what it is asked and says when something changes."""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from cards.render import customer_card_json, customer_list_json, notice_text, open_list_json
from customers.ids import CardId
from customers.open_list import Known, OpenListView, Place
from customers.ports import Action, Answer, BadAction, Change, UnknownVerb
from customers.roles import Role
from customers.views import (
    CardView,
    CustomerListView,
    CustomerRow,
    Notice,
    RecordView,
    Section,
    Surface,
    Viewer,
)
from tests.pane import (
    administration_stories,
    comment_stories,
    field_stories,
    journey_stories,
    merge_stories,
    new_customer_stories,
    profile_stories,
    related_stories,
    request_stories,
    stories,
)

SAVED = Notice("saved", "success")
STORIES = (merge_stories, comment_stories, profile_stories, journey_stories, related_stories, request_stories)
"""What the desk does with buttons of one part of a card."""


class RecordingDesk:
    """Holds views; `actions` has what came in, `listening` how many event streams are open."""

    def __init__(self, *views: CardView) -> None:
        self.views = {view.card_id: view for view in views}
        self.open: list[CardId] = [view.card_id for view in views]
        self.recent: list[CardId] = []
        self.actions: list[Action] = []
        self.viewers: list[Viewer] = []
        self.failing: dict[str, Exception] = {}
        self.notices: dict[str, Notice] = {}
        self.refusing: dict[str, Notice] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self._queues: list[asyncio.Queue[Change | None]] = []

    def begin_again(self, *views: CardView) -> None:
        """As if nobody had done anything; pages that listen go on listening."""
        self.views = {view.card_id: view for view in views}
        self.open = [view.card_id for view in views]
        for kept in (self.recent, self.actions, self.viewers, self.failing, self.notices, self.refusing, self.gates):
            kept.clear()  # type: ignore[attr-defined]

    @property
    def verbs(self) -> Counter[str]:
        return Counter(action.verb for action in self.actions)

    @property
    def listening(self) -> int:
        return len(self._queues)

    async def act(self, viewer: Viewer, action: Action) -> Answer:
        self.actions.append(action)
        self.viewers.append(viewer)
        if gate := self.gates.get(action.verb):
            await gate.wait()
        if error := self.failing.get(action.verb):
            raise error
        if action.verb.split(".")[0] in ("admin", "agents"):
            return administration_stories.answer(viewer, action)
        if action.verb == "customers.preview":
            return Answer(card=new_customer_stories.preview(self.views[CardId(action.data["card"])], viewer))
        if action.verb in ("customers.new", "customers.create"):
            return self._new(viewer, action)
        if action.verb == "customers.open":
            return self._open(viewer, action)
        if action.verb.startswith("customers.") and action.verb != "customers.show":
            return Answer(card=self._list(viewer, action))
        return self._on_card(viewer, action)

    async def changes(self, viewer: Viewer) -> AsyncIterator[Change]:
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._queues.append(queue)
        try:
            while (change := await queue.get()) is not None:
                yield change
        finally:
            self._queues.remove(queue)

    # --- what tests do behind the page's back

    def put(self, view: CardView) -> None:
        """Somebody has changed this card, or a customer is new; every page is told."""
        is_new = view.card_id not in self.open
        self.views[view.card_id] = replace(view, version=view.version + 1)
        if is_new:
            self.open.insert(0, view.card_id)
        self.tell(Change(view.card_id, view.version + 1))
        if is_new:
            self.tell(Change(None))

    def save_notes(self, card: CardId, notes: str) -> None:
        """Somebody else saves notes on this card."""
        self.put(_with_notes(self.views[card], {"wrapup.notes": notes}))

    def tell(self, change: Change | None) -> None:
        """Send `change` to every page; None ends their streams."""
        for queue in list(self._queues):
            queue.put_nowait(change)

    # --- what agents do

    def _new(self, viewer: Viewer, action: Action) -> Answer:
        answer, is_created = new_customer_stories.form(viewer, action)
        if not is_created:
            return answer
        made = replace(stories.stranger(), card_id=CardId("0e" * 16), customer_name=action.inputs["new.name"])
        self.views[made.card_id] = made
        self.open.insert(0, made.card_id)
        notice = Notice("new_customer_created", "success")
        drawn = customer_card_json(made, viewer, Surface.PANE)
        return Answer(drawn.json, notice, notice_text(notice, viewer.language), made.card_id)

    def _open(self, viewer: Viewer, action: Action) -> Answer:
        """As the real desk: no line that the page has. Here not all changes raise a version: looks count."""
        rows = {row.card_id: row for row in (_row(self.views[card]) for card in self.open)}
        selected, known = action.data.get("card"), Known.parsed(action.data.get("known", "")).places
        places = tuple(
            Place(card, self.views[card].version, zlib.crc32(repr(row).encode()), card == selected)
            for card, row in rows.items()
        )
        news = tuple(rows[place.card_id] for place in places if place not in known)
        now, chosen = Known("drawn", places), CardId(selected) if selected else None
        view = OpenListView(now, news, selected=chosen, at=stories.NOON)
        return Answer(open_list_json(view, viewer).json, known=str(view.now))

    def _list(self, viewer: Viewer, action: Action) -> bytes:
        name = action.verb.removeprefix("customers.")
        query = action.data.get("query", "")
        ids = {"recent": self.recent, "search": list(self.views)}.get(name)
        if ids is None:
            raise UnknownVerb(action.verb)
        rows = [_row(self.views[card]) for card in ids]
        if name == "search":
            rows = [row for row in rows if query and query.lower() in row.customer_name.lower()]
            rows = [replace(row, marks=(query,)) for row in rows]
        return customer_list_json(CustomerListView(name, tuple(rows), query=query, at=stories.NOON), viewer).json

    def _on_card(self, viewer: Viewer, action: Action) -> Answer:
        card = CardId(action.data.get("card", ""))
        if card not in self.views:
            raise BadAction(action.verb)
        notice = self._do(card, action) or self.notices.get(action.verb)
        text = notice_text(notice, viewer.language) if notice else ""
        if action.verb == "card.close":
            self.open.remove(card)
            self.recent.insert(0, card)
            return Answer(notice=notice, notice_text=text)
        if action.verb == "merge.confirm" and action.data["survivor"] in self.views:
            card = CardId(action.data["survivor"])
        drawn = customer_card_json(self.views[card], viewer, Surface.PANE, notice)
        return Answer(drawn.json, notice, text, self.views[card].card_id)

    def _do(self, card: CardId, action: Action) -> Notice | None:
        view = self.views[card]
        record = action.data.get("record", "")
        if action.verb in ("link.add", "link.remove"):
            self.views[card] = _linked(view, record, action.verb == "link.add")
        elif action.verb == "wrapup.save":
            if action.verb in self.notices:
                return None
            view, wrong = field_stories.after(view, action.inputs)
            self.views[card] = _with_notes(view, action.inputs)
            return wrong or SAVED
        elif action.verb in ("tag.add", "tag.remove") and "leg" not in action.data:
            self.views[card] = profile_stories.labelled(view, action)
        elif action.verb == "tag.add":
            self.views[card] = _with_tag(view, action.inputs["wrapup.tag"])
        elif action.verb == "card.section":
            self.views[card] = replace(view, expanded=view.expanded ^ {Section(action.data["section"])})
        elif action.verb in self.refusing:
            return self.refusing[action.verb]
        elif story := next((one for one in STORIES if action.verb in one.VERBS), None):
            self.views[card], notice = story.after(view, action)
            return notice
        elif action.verb not in ("card.refresh", "customers.show", "card.close", "related.expand", "record.find"):
            raise UnknownVerb(action.verb)
        return None


def _row(view: CardView) -> CustomerRow:
    interaction = view.interaction
    assert interaction is not None
    identity = view.identities[0].value if view.identities else ""
    return CustomerRow(
        view.card_id,
        view.customer_name,
        identity,
        view.channel,
        interaction.state,
        interaction.started_at,
        is_unlinked=view.is_unlinked_in_wrap_up,
    )


def _linked(view: CardView, record: str, is_linked: bool) -> CardView:
    def change(row: RecordView) -> RecordView:
        return row._replace(is_linked=is_linked) if row.record == record else row

    return replace(
        view,
        version=view.version + 1,
        current_records=tuple(map(change, view.current_records)),
        related_records=tuple(map(change, view.related_records)),
    )


def _with_notes(view: CardView, inputs: Mapping[str, str]) -> CardView:
    assert view.interaction is not None
    before = view.interaction.wrap_up
    wrap_up = before._replace(
        notes=inputs.get("wrapup.notes", before.notes),
        disposition=inputs.get("wrapup.disposition", before.disposition),
        version=before.version + 1,
    )
    return replace(view, version=view.version + 1, interaction=replace(view.interaction, wrap_up=wrap_up))


def _with_tag(view: CardView, tag: str) -> CardView:
    assert view.interaction is not None
    wrap_up = view.interaction.wrap_up._replace(tags=(*view.interaction.wrap_up.tags, tag))
    return replace(view, version=view.version + 1, interaction=replace(view.interaction, wrap_up=wrap_up))


class Everybody:
    """A Directory in which everyone of the tenant is an agent, except those in `strangers`."""

    def __init__(self, strangers: frozenset[str] = frozenset()) -> None:
        self.strangers = strangers
        self.roles = frozenset({Role.AGENT.value})

    async def viewer(
        self,
        *,
        oid: str,
        tenant: str,
        name: str,
        email: str,
        language: str,
        time_zone: str,
        memberships: frozenset[str] = frozenset(),
    ) -> Viewer | None:
        if oid in self.strangers:
            return None
        return Viewer(oid, tenant, name, email, language, time_zone, "GB", self.roles)  # type: ignore[arg-type]
