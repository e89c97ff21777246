"""What a card shows, read in a bounded number of statements, whatever the length of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from customers.comments import CommentsView
from customers.creating import CHOOSING, CreatingView
from customers.ids import CardId, InteractionId, LegId, RequestId
from customers.journey import JourneyView, Look
from customers.model import Channel, Direction, IdentityKind, LegState, WrapUpPlace
from customers.profile_form import ProfileView
from customers.requests import RequestsView
from customers.roles import acts_for_others
from customers.seeing import seen
from customers.views import (
    CardView,
    CrmStatus,
    IdentityView,
    InteractionView,
    Section,
    Viewer,
    WrapUpView,
)
from customers.wrap_up import WrapUp
from storage import creations, groups, merge_views, profile_forms, record_updates
from storage import view_statements as statements
from storage.comments import comments_view
from storage.journey import Journey
from storage.record_views import Record, Shelf, each_once
from storage.request_views import Handling, requests_view
from storage.rows import Row, every, first
from storage.threads import Looking, Reading
from storage.view_settings import ViewSettings


def card_view(
    connection: sa.Connection, viewer: Viewer, card_id: CardId, settings: ViewSettings, leg_id: LegId | None = None
) -> CardView | None:
    """The card as `viewer` sees it: in the light of `leg_id`, or else of their newest leg on it. None: no such card."""
    card = first(connection.execute(statements.CARD, {"card": card_id, "user": viewer.user_id}))
    if card is None:
        return None
    if card["survivor_id"]:
        return card_view(connection, viewer, CardId(card["survivor_id"]), settings, leg_id)
    of_card = {"card": card_id}
    ask = statements.MERGED if card["was_merged"] else statements.ALONE
    leg = _leg(connection, ask, viewer, card_id, leg_id)
    linked = _linked(connection, leg) if leg else []
    told = [Record._make((*row, f"{row[0]}:{row[1]}:{row[2]}")) for row in connection.execute(ask.records, of_card)]
    if card["was_merged"]:
        told = each_once(told)
    asked = every(connection.execute(ask.lookups, of_card))
    loading = [row["crm"] for row in asked if row["state"] == "loading"]
    shelf = Shelf(told, card, settings, linked, viewer.language, leg=leg, loading=loading)
    members = groups.members(connection, card_id) if card["was_merged"] else [card_id]
    opened = frozenset(map(Section, (Section.CURRENT,) if card["sections"] is None else card["sections"]))
    expanded = opened & viewer.switches.sections
    view = CardView(
        card_id=card_id,
        version=card["version"],
        channel=Channel(card["channel"]),
        customer_name=card["name"],
        company=card["company"],
        identities=tuple(map(_identity, connection.execute(ask.identities, of_card).all())),
        interaction=_interaction(leg, viewer, settings) if leg else None,
        current_records=shelf.current() if leg else (),
        related_records=shelf.related(),
        found_records=shelf.found(),
        search_text=card["search_text"] or "",
        has_crm=bool(settings.crm_labels),
        may_create=bool(settings.creatable),
        creating=_creating(connection, card, leg, settings, shelf) if leg else None,
        crms=_crms(asked, settings),
        journey=_journey(
            Journey(
                connection,
                card_id,
                members,
                InteractionId(leg["interaction_id"]) if leg else None,
                was_merged=card["was_merged"],
                own=partial(settings.activity_views, switches=viewer.switches),
            ),
            card,
            is_open=Section.JOURNEY in expanded,
        ),
        profile=_profile(connection, viewer, card_id, card, settings) if Section.PROFILE in expanded else None,
        open_requests=card["open_requests"],
        requests=(
            _requests(connection, viewer, settings, card_id, card, leg=leg, members=members)
            if Section.REQUESTS in expanded
            else RequestsView()
        ),
        comments=_comments(connection, viewer, card_id, card, leg) if Section.COMMENTS in expanded else CommentsView(),
        expanded=expanded,
        is_closed=card["closed_at"] is not None,
        is_locked=card["locked_at"] is not None,
    )
    view = _with_messages(connection, viewer, view, card)
    if card["was_merged"]:
        view = merge_views.merged(connection, view, settings.customer_fields)
    if card["merging"]:
        merging = card["merging"], settings.matching, settings.customer_fields
        view = replace(view, merge=merge_views.panel(connection, card_id, *merging))
    return seen(view, viewer.switches)


def _creating(
    connection: sa.Connection, card: Row, leg: Row, settings: ViewSettings, shelf: Shelf
) -> CreatingView | None:
    """What the viewer is about to create for this interaction."""
    wanted = Handling.of(card["handling"]).creating if card["handling"] else ""
    if not wanted:
        return None
    if wanted == CHOOSING:
        return CreatingView(choices=settings.choices(shelf.language))
    row = creations.load(connection, wanted)
    if row is None or row["interaction_id"] != leg["interaction_id"]:
        return None
    crm, kind = row["crm"], row["type"]
    crm_label = settings.crm_labels.get(crm, crm)
    type_label = settings.type_label(crm, kind, shelf.language) or kind
    found = shelf.those(row["found"])
    return CreatingView(creations.view_of(row, crm_label=crm_label, type_label=type_label, found=found))


def _leg(
    connection: sa.Connection, ask: statements.OfCard, viewer: Viewer, card_id: CardId, leg_id: LegId | None
) -> Row | None:
    if leg_id:
        return first(connection.execute(ask.leg, {"card": card_id, "leg": leg_id}))
    return first(connection.execute(ask.newest_leg, {"card": card_id, "user": viewer.user_id}))


def own_newest_leg(connection: sa.Connection, viewer: Viewer, card_id: CardId) -> LegId | None:
    """The leg in whose light `viewer` sees the card, where it is theirs."""
    root_id = groups.root(connection, card_id) or card_id
    leg = _leg(connection, statements.MERGED, viewer, root_id, None)
    return LegId(leg["id"]) if leg and leg["user_id"] == viewer.user_id else None


def _profile(
    connection: sa.Connection, viewer: Viewer, card_id: CardId, card: Row, settings: ViewSettings
) -> ProfileView:
    handling = Handling.of(card["handling"])
    view = profile_forms.profile_view(connection, card_id)
    switches = viewer.switches
    view = view.seen(switches.profile_parts, switches.profile_read_only, settings.customer_fields)
    updates = record_updates.views(connection, card_id, settings.crm_labels) if settings.updatable else ()
    return replace(view, is_editing=handling.is_editing, typed=handling.typed, updates=updates)


def _comments(connection: sa.Connection, viewer: Viewer, card_id: CardId, card: Row, leg: Row | None) -> CommentsView:
    if leg is None:
        return CommentsView()
    handling = Handling.of(card["handling"])
    return comments_view(connection, viewer.user_id, card_id, leg, (handling.correcting, handling.comment))


def _requests(
    connection: sa.Connection,
    viewer: Viewer,
    settings: ViewSettings,
    card_id: CardId,
    card: Row,
    *,
    leg: Row | None,
    members: Sequence[CardId],
) -> RequestsView:
    current = RequestId(leg["request_id"]) if leg and leg["request_id"] else None
    return requests_view(
        connection,
        viewer.user_id,
        card_id,
        Handling.of(card["handling"]),
        current=current,
        members=members,
        was_merged=card["was_merged"],
        own=partial(settings.activity_views, switches=viewer.switches),
    )


def _journey(journey: Journey, card: Row, *, is_open: bool) -> JourneyView:
    return journey.opened(Look.of(Handling.of(card["handling"]).journey)) if is_open else journey.closed()


def _with_messages(connection: sa.Connection, viewer: Viewer, view: CardView, card: Row) -> CardView:
    """With the messages of the sections that are open."""
    if view.expanded.isdisjoint((Section.REQUESTS, Section.MESSAGES)):
        return view
    reading = Reading.of(Handling.of(card["handling"]).reading)
    looking = Looking(connection, viewer.user_id, view.card_id, card["was_merged"], reading)
    if Section.REQUESTS in view.expanded and view.requests.shown is not None:
        view = replace(view, case=looking.case(view.requests.shown.id))
    if Section.MESSAGES in view.expanded:
        current = view.interaction.id if view.interaction else None
        view = replace(view, messages=looking.threads(current))
    return view


def _linked(connection: sa.Connection, leg: Row) -> list[Row]:
    """Ties that stand, and those taken back after the push: the card says what became of them (C-12)."""
    return every(connection.execute(statements.LINKED, {"interaction": leg["interaction_id"], "leg": leg["id"]}))


# --- the interaction --------------------------------------------------------------------------------------------


def _interaction(leg: Row, viewer: Viewer, settings: ViewSettings) -> InteractionView:
    state = LegState(leg["state"])
    is_mine = leg["user_id"] == viewer.user_id
    return InteractionView(
        id=InteractionId(leg["interaction_id"]),
        leg_id=LegId(leg["id"]),
        channel=Channel(leg["channel"]),
        state=state,
        direction=Direction(leg["direction"]) if leg["direction"] else None,
        subject=leg["subject"],
        queue=leg["queue"],
        business_address=leg["business_address"],
        agent_name=leg["agent_name"],
        is_mine=is_mine,
        started_at=leg["started_at"] or leg["offered_at"],
        accepted_at=leg["accepted_at"],
        ended_at=leg["ended_at"],
        recording_url=leg["recording_url"],
        wrap_up=_wrap_up(leg, state, settings, viewer, may_edit=is_mine or acts_for_others(viewer.roles)),
        is_pushed=leg["pushed_at"] is not None,
        request_id=RequestId(leg["request_id"]) if leg["request_id"] else None,
        request_name=leg["request_name"] or "",
        comment_count=leg["comment_count"],
    )


def _wrap_up(leg: Row, state: LegState, settings: ViewSettings, viewer: Viewer, *, may_edit: bool) -> WrapUpView:
    wrap_up = WrapUp.combine(leg["wrapup"], leg["edits"])
    by_card = settings.wrap_up_places.get(leg["intake"]) is WrapUpPlace.CARD
    in_wrap_up = state in (LegState.ENDED, LegState.WRAP_UP)
    return WrapUpView(
        notes=wrap_up.notes,
        disposition=wrap_up.disposition,
        disposition_label=wrap_up.disposition_label,
        dispositions=settings.dispositions.get(leg["intake"], ()),
        tags=wrap_up.tags,
        version=leg["version"],
        may_edit=may_edit,
        may_finish=may_edit and by_card and in_wrap_up,
        fields=settings.activity_views(leg, viewer.switches),
    )


# --- the customer -----------------------------------------------------------------------------------------------


def _identity(row: sa.Row[Any]) -> IdentityView:
    return IdentityView(
        IdentityKind(row.kind),
        row.value,
        row.provider,
        row.display_name,
        Channel(row.channel),
        row.id,
        row.blocked_at is not None,
    )


def _crms(rows: Sequence[Row], settings: ViewSettings) -> tuple[CrmStatus, ...]:
    """One of each CRM; of cards that were merged, the one that still waits or has failed speaks for the others."""
    asked = {row["crm"]: row for row in sorted(rows, key=lambda row: (row["state"] == "loading", row["reason"] != ""))}
    return tuple(
        CrmStatus(name, label, row["state"] == "loading", row["reason"], row["fetched_at"])
        for name, label in settings.crm_labels.items()
        if (row := asked.get(name))
    )
