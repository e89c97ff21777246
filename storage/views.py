"""What a card shows, read in a bounded number of statements, whatever the length of the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from customers.ids import CardId, InteractionId, LegId, UserId
from customers.model import Channel, Direction, IdentityKind, LegState, Level, PushState, WrapUpPlace
from customers.views import (
    CardView,
    CrmStatus,
    EarlierView,
    IdentityView,
    InteractionView,
    PushView,
    RecordView,
    Section,
    Viewer,
    WrapUpView,
)
from customers.wrap_up import WrapUp
from storage.cards import OPEN_STATES
from storage.rows import Row, every, first
from storage.tables import (
    agents,
    cards,
    customers,
    desk_views,
    identities,
    interactions,
    legs,
    links,
    lookups,
    pushes,
    records,
)

EARLIER_ROWS = 5


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """What of the settings a card shows."""

    crm_labels: Mapping[str, str] = field(default_factory=dict)
    """By CRM name, in the order of the settings; empty: no CRM is connected (A-11)."""
    wrap_up_places: Mapping[str, WrapUpPlace] = field(default_factory=dict)
    """By intake."""
    dispositions: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By intake: (id, label) to choose from."""


def card_view(
    connection: sa.Connection, viewer: Viewer, card_id: CardId, settings: ViewSettings, leg_id: LegId | None = None
) -> CardView | None:
    """The card as `viewer` sees it: in the light of `leg_id`, or else of their newest leg on it. None: no such card."""
    card = _card(connection, viewer, card_id)
    if card is None:
        return None
    leg = _leg(connection, card_id, viewer.user_id, leg_id)
    linked = _linked(connection, leg) if leg else []
    shelf = _Shelf(connection, card, settings, linked)
    earlier = _earlier(connection, card["customer_id"], leg["interaction_id"] if leg else "")
    return CardView(
        card_id=card_id,
        version=card["version"],
        channel=Channel(card["channel"]),
        customer_name=card["name"],
        company=card["company"],
        identities=_identities(connection, card_id),
        interaction=_interaction(leg, viewer, settings) if leg else None,
        current_records=shelf.current(leg),
        related_records=shelf.related(),
        found_records=shelf.found(),
        search_text=card["search_text"] or "",
        has_crm=bool(settings.crm_labels),
        crms=_crms(connection, card_id, settings),
        earlier=earlier[:EARLIER_ROWS],
        has_more_earlier=len(earlier) > EARLIER_ROWS,
        expanded=frozenset(Section(name) for name in _opened(card["sections"])),
        is_closed=card["closed_at"] is not None,
    )


def _opened(sections: Sequence[str] | None) -> Sequence[str]:
    return [Section.CURRENT.value] if sections is None else sections


def _card(connection: sa.Connection, viewer: Viewer, card_id: CardId) -> Row | None:
    mine = sa.and_(desk_views.c.card_id == cards.c.id, desk_views.c.user_id == viewer.user_id)
    query = (
        sa.select(
            cards.c.id, cards.c.version, cards.c.channel, cards.c.customer_id,
            customers.c.name, customers.c.company, desk_views.c.sections, desk_views.c.expanded,
            desk_views.c.search_text, desk_views.c.found, desk_views.c.closed_at,
        )
        .select_from(cards.join(customers).outerjoin(desk_views, mine))
        .where(cards.c.id == card_id)
    )  # fmt: skip
    return first(connection.execute(query))


def _leg(connection: sa.Connection, card_id: CardId, user_id: UserId, leg_id: LegId | None) -> Row | None:
    query = (
        sa.select(
            *(column.label(f"leg_{column.name}") for column in legs.c),
            interactions,
            agents.c.name.label("agent_name"), agents.c.user_id,
        )
        .select_from(legs.join(interactions).join(agents))
        .where(interactions.c.card_id == card_id)
    )  # fmt: skip
    if leg_id:
        query = query.where(legs.c.id == leg_id)
    is_open = sa.case((legs.c.state.in_(OPEN_STATES), 0), else_=1)
    # Mine before others', open before closed, new before old.
    is_mine = sa.case((agents.c.user_id == user_id, 0), else_=1)
    newest = sa.func.coalesce(legs.c.accepted_at, legs.c.offered_at, legs.c.created_at).desc()
    row = first(connection.execute(query.order_by(is_mine, is_open, newest, legs.c.id).limit(1)))
    return dict(row) | {"interaction_id": row["id"]} if row else None


def _linked(connection: sa.Connection, leg: Row) -> Sequence[Row]:
    """Ties that stand, and those taken back after the push: the card says what became of them (C-12)."""
    of_leg = sa.and_(pushes.c.link_id == links.c.id, pushes.c.leg_id == leg["leg_id"])
    query = (
        sa.select(
            links, pushes.c.state.label("push_state"), pushes.c.reason, pushes.c.detail, pushes.c.attempts,
            pushes.c.activity_url, pushes.c.next_attempt_at, pushes.c.sent_at, pushes.c.owner_is_integration,
        )
        .select_from(links.outerjoin(pushes, of_leg))
        .where(links.c.interaction_id == leg["interaction_id"])
        .order_by(links.c.linked_at, links.c.id)
    )  # fmt: skip
    return every(connection.execute(query))


class _Shelf:
    """The records of a card, each with its link and push."""

    def __init__(self, connection: sa.Connection, card: Row, settings: ViewSettings, linked: Sequence[Row]) -> None:
        self._labels = settings.crm_labels
        self._links = {_ref(row): row for row in linked}
        self._expanded = set(card["expanded"] or ())
        self._found = card["found"] or []
        self._children: dict[str, list[Row]] = defaultdict(list)
        query = sa.select(records).where(records.c.card_id == card["id"]).order_by(records.c.position)
        for row in every(connection.execute(query)):
            self._children[row["parent"]].append(row)

    def current(self, leg: Row | None) -> tuple[RecordView, ...]:
        """Linked ones, then those suggested by the contact's identities (A-16)."""
        if leg is None:
            return ()
        known = {_ref(row): row for rows in self._children.values() for row in rows}
        shown = [self._view(known.get(ref, row), row) for ref, row in self._links.items() if _is_shown(row)]
        suggested = [row for row in self._children[""] if row["match"] and row["level"] != Level.RELATED]
        return (*shown, *(self._view(row) for row in suggested if not self._is_linked(row)))

    def related(self) -> tuple[RecordView, ...]:
        """Of persons first, then companies, then what was fetched from them; each with its own when it is expanded."""
        rows = [row for parent, rows in self._children.items() if parent in ("", "*") for row in rows]
        order = {Level.PERSON: 0, Level.COMPANY: 1, Level.RELATED: 2}
        seen: dict[str, Row] = {}
        for row in sorted(rows, key=lambda row: order[Level(row["level"])]):
            seen.setdefault(_ref(row), row)
        return tuple(self._view(row) for row in seen.values())

    def found(self) -> tuple[RecordView, ...]:
        """What the last text search found (P-07)."""
        return tuple(self._view(row) for row in self._found)

    def _is_linked(self, row: Row) -> bool:
        link = self._links.get(_ref(row))
        return link is not None and _is_shown(link)

    def _view(self, row: Row, link: Row | None = None) -> RecordView:
        ref = _ref(row)
        link = link or self._links.get(ref)
        is_expanded = ref in self._expanded
        return RecordView(
            record=ref,
            crm_name=row["crm"],
            crm_label=self._labels.get(row["crm"], row["crm"]),
            type=row["type"],
            type_label=row["type_label"],
            level=Level(row["level"]),
            title=row["title"],
            subtitle=row["subtitle"],
            url=row.get("url") or "",
            is_linked=link is not None and link["unlinked_at"] is None,
            is_suggested=bool(row.get("match")),
            match=row.get("match") or "",
            is_expanded=is_expanded,
            has_children=bool(row.get("has_children", True)),
            children=tuple(self._view(child) for child in self._children[ref]) if is_expanded else (),
            push=_push(link) if link else None,
        )


def _ref(row: Row) -> str:
    return f"{row['crm']}:{row['type']}:{row['record_id']}"


def _is_shown(link: Row) -> bool:
    return link["unlinked_at"] is None or link["push_state"] in (PushState.SENT, PushState.KEPT)


def _push(link: Row) -> PushView | None:
    if link["push_state"] in (None, "cancelled"):
        return PushView(PushState.WAITING) if link["unlinked_at"] is None else None
    return PushView(
        state=PushState(link["push_state"]),
        reason=link["reason"],
        detail=link["detail"],
        activity_url=link["activity_url"],
        attempts=link["attempts"],
        next_attempt_at=link["next_attempt_at"],
        sent_at=link["sent_at"],
        owner_is_integration=link["owner_is_integration"],
    )


def _interaction(leg: Row, viewer: Viewer, settings: ViewSettings) -> InteractionView:
    state = LegState(leg["leg_state"])
    is_mine = leg["user_id"] == viewer.user_id
    return InteractionView(
        id=InteractionId(leg["interaction_id"]),
        leg_id=LegId(leg["leg_id"]),
        channel=Channel(leg["channel"]),
        state=state,
        direction=Direction(leg["direction"]) if leg["direction"] else None,
        subject=leg["subject"],
        queue=leg["queue"],
        business_address=leg["business_address"],
        agent_name=leg["agent_name"],
        is_mine=is_mine,
        started_at=leg["started_at"] or leg["leg_offered_at"],
        accepted_at=leg["leg_accepted_at"],
        ended_at=leg["leg_ended_at"],
        recording_url=leg["recording_url"],
        wrap_up=_wrap_up(leg, state, settings, may_edit=is_mine),
        is_pushed=leg["leg_pushed_at"] is not None,
    )


def _wrap_up(leg: Row, state: LegState, settings: ViewSettings, *, may_edit: bool) -> WrapUpView:
    wrap_up = WrapUp.combine(leg["leg_wrapup"], leg["leg_edits"])
    by_card = settings.wrap_up_places.get(leg["intake"]) is WrapUpPlace.CARD
    in_wrap_up = state in (LegState.ENDED, LegState.WRAP_UP)
    return WrapUpView(
        notes=wrap_up.notes,
        disposition=wrap_up.disposition,
        disposition_label=wrap_up.disposition_label,
        dispositions=settings.dispositions.get(leg["intake"], ()),
        tags=wrap_up.tags,
        version=leg["leg_version"],
        may_edit=may_edit,
        may_finish=may_edit and by_card and in_wrap_up and Channel(leg["channel"]).is_live,
    )


def _identities(connection: sa.Connection, card_id: CardId) -> tuple[IdentityView, ...]:
    query = (
        sa.select(identities).where(identities.c.card_id == card_id).order_by(identities.c.created_at, identities.c.id)
    )
    return tuple(
        IdentityView(IdentityKind(row["kind"]), row["value"], row["provider"], row["display_name"])
        for row in every(connection.execute(query))
    )


def _crms(connection: sa.Connection, card_id: CardId, settings: ViewSettings) -> tuple[CrmStatus, ...]:
    rows = every(connection.execute(sa.select(lookups).where(lookups.c.card_id == card_id)))
    asked = {row["crm"]: row for row in rows}
    return tuple(
        CrmStatus(name, label, row["state"] == "loading", row["reason"], row["fetched_at"])
        for name, label in settings.crm_labels.items()
        if (row := asked.get(name))
    )


def _earlier(connection: sa.Connection, customer_id: str, interaction_id: str) -> tuple[EarlierView, ...]:
    of_customer = sa.select(cards.c.id).where(cards.c.customer_id == customer_id)
    at = sa.func.coalesce(legs.c.accepted_at, legs.c.offered_at, legs.c.created_at)
    query = (
        sa.select(
            interactions.c.id, interactions.c.channel, at.label("at"), agents.c.name, interactions.c.subject,
            interactions.c.direction, legs.c.wrapup, legs.c.edits,
        )
        .select_from(legs.join(interactions).join(agents))
        .where(
            interactions.c.card_id.in_(of_customer),
            interactions.c.id != interaction_id,
            legs.c.state != LegState.MISSED,
        )
        .order_by(at.desc(), legs.c.id)
        .limit(EARLIER_ROWS + 1)
    )  # fmt: skip
    return tuple(_earlier_row(row) for row in every(connection.execute(query)))


def _earlier_row(row: Row) -> EarlierView:
    wrap_up = WrapUp.combine(row["wrapup"], row["edits"])
    return EarlierView(
        id=InteractionId(row["id"]),
        channel=Channel(row["channel"]),
        at=row["at"],
        agent_name=row["name"],
        subject=row["subject"],
        disposition=wrap_up.disposition_label or wrap_up.disposition,
        notes=wrap_up.notes,
        direction=Direction(row["direction"]) if row["direction"] else None,
    )
