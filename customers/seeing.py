"""What of a card a viewer does not see: sections and fields that an administrator has switched off (E-11, E-21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from customers.comments import CommentsView
from customers.journey import JourneyView
from customers.merging import CardSummary, MergeView
from customers.messages import CaseThread, MessagesView, Side
from customers.own_interactions import OwnInteraction
from customers.profile_form import Detail
from customers.requests import RequestsView
from customers.views import EVERYTHING, CardView, InteractionView, Section, Switches, WrapUpView

_NO_WRAP_UP = WrapUpView(may_edit=False)
_OF_SECTION: dict[Section, dict[str, Any]] = {
    Section.PROFILE: {"profile": None, "offers": ()},
    Section.CURRENT: {"current_records": ()},
    Section.RELATED: {"related_records": (), "found_records": (), "search_text": ""},
    Section.REQUESTS: {"requests": RequestsView(), "open_requests": 0, "case": CaseThread()},
    Section.COMMENTS: {"comments": CommentsView()},
    Section.JOURNEY: {"journey": JourneyView()},
    Section.MESSAGES: {"messages": MessagesView()},
    Section.IDENTITIES: {"merge": None, "merges": (), "kept": ()},
}
_OF_INTERACTION: dict[Section, dict[str, Any]] = {
    Section.REQUESTS: {"request_name": ""},
    Section.COMMENTS: {"comment_count": 0},
    Section.WRAP_UP: {"wrap_up": _NO_WRAP_UP},
}


def seen(view: CardView, switches: Switches) -> CardView:
    """`view` without what `switches` hide: it is not in the card, so that no way of drawing it can show it."""
    if switches == EVERYTHING:
        return view
    hidden = [section for section in Section if section not in switches.sections]
    gone: dict[str, Any] = {}
    for section in hidden:
        gone |= _OF_SECTION.get(section, {})
    view = replace(view, expanded=view.expanded & switches.sections, **gone)
    if Section.REQUESTS in hidden:
        view = replace(view, journey=view.journey.without_requests())
    if view.interaction is not None:
        view = replace(view, interaction=_interaction(view.interaction, hidden))
    return _without_fields(view, switches)


def own_seen(rows: Iterable[OwnInteraction], switches: Switches) -> tuple[OwnInteraction, ...]:
    """The lines of the list of interactions, each without what `switches` hide."""
    gone: dict[str, Any] = {}
    if switches.sections.isdisjoint((Section.MESSAGES, Section.REQUESTS)):
        gone |= {"message": "", "side": Side.ALL}
    if Section.REQUESTS not in switches.sections:
        gone |= {"request": ""}
    return tuple(row._replace(**gone) for row in rows) if gone else tuple(rows)


def _interaction(interaction: InteractionView, hidden: list[Section]) -> InteractionView:
    gone: dict[str, Any] = {}
    for section in hidden:
        gone |= _OF_INTERACTION.get(section, {})
    return replace(interaction, **gone)


def _without_fields(view: CardView, switches: Switches) -> CardView:
    """The name is what the card is called: it stands at its top, whatever the profile shows."""
    parts = {*switches.profile_parts, Detail.NAME.value}
    return replace(
        view,
        company=view.company if Detail.COMPANY in parts else "",
        kept=tuple(one for one in view.kept if one.field in parts),
        offers=tuple(one for one in view.offers if one.field in parts and one.field not in switches.profile_read_only),
        merge=_merge(view.merge, parts) if view.merge else None,
    )


def _merge(merge: MergeView, parts: set[str]) -> MergeView:
    def card(one: CardSummary) -> CardSummary:
        return one if Detail.COMPANY in parts else replace(one, company="")

    preview = merge.preview and replace(
        merge.preview,
        survivor=card(merge.preview.survivor),
        absorbed=tuple(map(card, merge.preview.absorbed)),
        fields=tuple(one for one in merge.preview.fields if one.field in parts),
        company=merge.preview.company if Detail.COMPANY in parts else "",
    )
    return replace(
        merge,
        candidates=tuple(replace(one, card=card(one.card)) for one in merge.candidates),
        preview=preview,
        dismissed=tuple(map(card, merge.dismissed)),
    )
