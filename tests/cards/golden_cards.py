"""One card for each state that matters, kept as JSON in `golden/`, so that a change of a card is seen in review.

Make the files again with `python -m tests.cards.golden_cards`, read the difference, commit it with its cause.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from cards.render import customer_card, customer_list, new_customer_json, own_interactions_json, preview_json
from customers.creating import CreationState
from customers.ids import CardId
from customers.journey import JourneyView
from customers.merging import MergeView
from customers.model import Channel, IdentityKind, LegState, PushState
from customers.new_customer import NewCustomerView
from customers.own_interactions import OwnInteractionsView
from customers.views import (
    CardView,
    CrmStatus,
    CustomerListView,
    CustomerRow,
    IdentityView,
    Notice,
    Section,
    Surface,
)
from tests.cards import (
    administration_views,
    comment_views,
    creating_views,
    field_views,
    merge_views,
    message_views,
    own_views,
    profile_views,
    request_views,
)
from tests.cards.card_views import (
    CARD,
    NOW,
    account,
    card_view,
    case,
    contact,
    interaction,
    pushed,
    viewer,
    wrap_up,
)
from tests.cards.eyes import COUNTRIES, told

FOLDER = Path(__file__).parent / "golden"
ALL = frozenset(Section)
SUPERVISOR = frozenset({"agent", "supervisor"})
Card = dict[str, Any]


def draw(
    view: CardView,
    surface: Surface = Surface.PANE,
    notice: Notice | None = None,
    language: str = "en",
    **changes: object,
) -> Card:
    """`view` as Elinor sees it; `changes` are to herself."""
    who = viewer(language=language, country=COUNTRIES[language], **changes)
    return customer_card(told(view), who, surface, told(notice))


def draw_list(view: CustomerListView, language: str = "en") -> Card:
    """The list beside the card, as Elinor sees it."""
    return customer_list(told(view), viewer(language=language))


def in_wrap_up(**changes: object) -> CardView:
    """The call is over; the card leads wrap-up."""
    view = card_view(
        interaction=interaction(
            state=LegState.WRAP_UP,
            ended_at=NOW,
            wrap_up=wrap_up(may_finish=True, notes="Wants a copy of the invoice.", disposition="callback"),
        ),
        expanded=frozenset({Section.CURRENT, Section.WRAP_UP}),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def after_push(*records: Any) -> CardView:
    """Wrap-up is done, with `records` in the section Current interaction."""
    done = interaction(state=LegState.DONE, ended_at=NOW, is_pushed=True)
    return card_view(interaction=done, current_records=records)


def _is_linked(state: PushState, changes: Mapping[str, object]) -> bool:
    return state not in (PushState.KEPT, PushState.WITHDRAWN) and not changes.get("is_withdrawal")


def linked(state: PushState, **changes: object) -> CardView:
    """Edward's contact is linked, and its push is in `state`."""
    return after_push(contact(is_linked=_is_linked(state, changes), push=pushed(state, **changes)))


def amendment(state: PushState, **changes: object) -> CardView:
    """Edward's activity stands in Salesforce; a later change to it is in `state`."""
    return linked(state, **{"sent_at": NOW, "activity_url": "https://acme.my.salesforce.com/00T1", **changes})


def unknown_caller() -> CardView:
    """Nobody knows who rings."""
    return card_view(
        customer_name="",
        company="",
        identities=(IdentityView(IdentityKind.PHONE, "+4915112345678"),),
        current_records=(),
        related_records=(),
        journey=JourneyView(),
        interaction=interaction(state=LegState.OFFERED, accepted_at=None, queue=""),
        crms=(CrmStatus("salesforce", "Salesforce", is_loading=True),),
    )


def everything() -> CardView:
    """Every section open, a record of each level, one opened up."""
    return card_view(
        interaction=interaction(
            subject="Invoice of May",
            recording_url="https://calls.example.com/r/1",
            wrap_up=wrap_up(tags=("invoice", "May")),
        ),
        current_records=(contact(is_linked=True, push=pushed(PushState.WAITING)), account(is_suggested=True)),
        related_records=(contact(is_linked=True, is_expanded=True, children=(case(),)), account(), case()),
        found_records=(case(),),
        search_text="invoice",
        journey=replace(card_view().journey, older=card_view().journey.rows[-1].cursor),
        expanded=ALL,
    )


def people(name: str, query: str = "") -> CustomerListView:
    """Three customers in a list."""
    rows = (
        CustomerRow(CARD, "Edward Ferrars", "+442071838750", Channel.VOICE, LegState.ACTIVE, NOW),
        CustomerRow(CardId("2" * 32), "", "+4915112345678", Channel.SMS, LegState.WRAP_UP, NOW, is_unlinked=True),
        CustomerRow(CardId("3" * 32), "Lucy Steele", "lucy@example.com", Channel.EMAIL, has_failed_push=True),
    )
    return CustomerListView(name, rows, selected=CARD, query=query)


def marked_people() -> CustomerListView:
    """What a search for a part of a name and of a number has found."""
    found = people("search", "ferr 151")
    return replace(found, rows=tuple(replace(row, marks=("ferr", "151")) for row in found.rows))


STATES: dict[str, Callable[[], Card]] = {
    "offered_unknown_caller": lambda: draw(unknown_caller()),
    "active_suggested": lambda: draw(card_view()),
    "active_linked_waiting": lambda: draw(
        card_view(current_records=(contact(is_linked=True, push=pushed(PushState.WAITING)),))
    ),
    "active_everything": lambda: draw(everything()),
    "active_everything_de": lambda: draw(everything(), language="de"),
    "active_everything_es": lambda: draw(everything(), language="es"),
    "profile_writing_back_de": lambda: draw(profile_views.written_back(), language="de"),
    "creating_choice": lambda: draw(creating_views.choosing()),
    "creating_form_de": lambda: draw(creating_views.creating(), language="de"),
    "creating_asking": lambda: draw(creating_views.creating(CreationState.ASKING)),
    "creating_unavailable_es": lambda: draw(
        creating_views.creating(CreationState.UNAVAILABLE, reason="schema"), language="es"
    ),
    "creating_retrying": lambda: draw(creating_views.creating(CreationState.RETRYING, reason="unavailable")),
    "creating_duplicates": lambda: draw(creating_views.duplicates()),
    "creating_refused_chat": lambda: draw(creating_views.refused(), Surface.CHAT),
    "active_no_crm": lambda: draw(card_view(has_crm=False, current_records=(), related_records=(), crms=())),
    "active_crm_fails": lambda: draw(card_view(crms=(CrmStatus("salesforce", "Salesforce", reason="timeout"),))),
    "email_de": lambda: draw(
        card_view(channel=Channel.EMAIL, interaction=interaction(channel=Channel.EMAIL, subject="Rechnung Mai")),
        language="de",
    ),
    "wrap_up_not_linked": lambda: draw(in_wrap_up()),
    "wrap_up_linked_es": lambda: draw(
        in_wrap_up(current_records=(contact(is_linked=True, push=pushed(PushState.WAITING)),)), language="es"
    ),
    "wrap_up_of_another_agent": lambda: draw(
        in_wrap_up(interaction=replace(in_wrap_up().interaction, is_mine=False))  # type: ignore[type-var]
    ),
    "push_sending": lambda: draw(linked(PushState.SENDING)),
    "push_sent": lambda: draw(linked(PushState.SENT, sent_at=NOW, activity_url="https://acme.my.salesforce.com/00T1")),
    "push_sent_by_integration": lambda: draw(linked(PushState.SENT, sent_at=NOW, owner_is_integration=True)),
    "push_retrying": lambda: draw(
        linked(PushState.RETRYING, reason="unavailable", attempts=3, next_attempt_at=NOW + timedelta(minutes=5))
    ),
    "push_held": lambda: draw(linked(PushState.RETRYING, reason="mapping")),
    "push_held_de": lambda: draw(linked(PushState.RETRYING, reason="mapping"), language="de"),
    "amendment_held_es": lambda: draw(amendment(PushState.RETRYING, reason="mapping"), language="es"),
    "push_failed": lambda: draw(linked(PushState.FAILED, reason="rejected", detail="Subject: value too long")),
    "amendment_retrying_de": lambda: draw(
        amendment(PushState.RETRYING, reason="timeout", next_attempt_at=NOW + timedelta(minutes=5)), language="de"
    ),
    "amendment_failed": lambda: draw(amendment(PushState.FAILED, reason="rejected", detail="Subject: value too long")),
    "amendment_failed_es": lambda: draw(amendment(PushState.FAILED, reason="forbidden"), language="es"),
    "push_kept_may_be_withdrawn": lambda: draw(
        linked(PushState.KEPT, activity_url="https://acme.my.salesforce.com/00T1", may_withdraw=True)
    ),
    "push_withdraw_asks_de": lambda: draw(linked(PushState.KEPT, may_withdraw=True, is_asking=True), language="de"),
    "push_withdrawing_es": lambda: draw(linked(PushState.SENDING, is_withdrawal=True), language="es"),
    "push_withdrawn": lambda: draw(linked(PushState.WITHDRAWN)),
    "push_withdrawal_failed": lambda: draw(linked(PushState.FAILED, is_withdrawal=True, reason="forbidden")),
    "push_kept": lambda: draw(linked(PushState.KEPT, activity_url="https://acme.my.salesforce.com/00T1")),
    "search_found_nothing": lambda: draw(card_view(search_text="Norland", expanded=frozenset({Section.RELATED}))),
    "closed": lambda: draw(card_view(is_closed=True)),
    "no_interaction": lambda: draw(card_view(interaction=None, current_records=())),
    "chat_linked": lambda: draw(card_view(), Surface.CHAT, Notice("linked", "success", (("name", "Edward Ferrars"),))),
    "chat_changed_elsewhere": lambda: draw(card_view(), Surface.CHAT, Notice("changed_elsewhere", "warning")),
    "chat_two_wrote_de": lambda: draw(
        request_views.two_wrote(), Surface.CHAT, Notice("changed_elsewhere", "warning"), language="de"
    ),
    "list_open": lambda: draw_list(people("open")),
    "list_recent_empty_de": lambda: draw_list(CustomerListView("recent", ()), "de"),
    "list_search": lambda: draw_list(people("search", "Ferr")),
    "list_search_marked": lambda: draw_list(marked_people()),
    "merge_suggestions": lambda: draw(merge_views.suggesting()),
    "merge_suggestions_de": lambda: draw(merge_views.suggesting(), language="de"),
    "merge_suggestions_es": lambda: draw(merge_views.suggesting(), language="es"),
    "merge_suggestions_none": lambda: draw(merge_views.preparing(MergeView(), interaction=None)),
    "merge_found": lambda: draw(merge_views.searching()),
    "merge_found_de": lambda: draw(merge_views.searching(), language="de"),
    "merge_found_nothing_es": lambda: draw(merge_views.searching("*nobody*"), language="es"),
    "merge_choosing_more": lambda: draw(merge_views.choosing_more()),
    "merge_preview": lambda: draw(merge_views.of_two()),
    "merge_preview_de": lambda: draw(merge_views.of_two(), language="de"),
    "merge_preview_es": lambda: draw(merge_views.of_two(), language="es"),
    "merge_preview_swapped": lambda: draw(merge_views.swapped()),
    "merge_preview_of_three": lambda: draw(merge_views.of_three()),
    "merge_preview_of_three_de": lambda: draw(merge_views.of_three(), language="de"),
    "merge_preview_problem": lambda: draw(merge_views.of_two(problem="merge_locked")),
    "merged": lambda: draw(merge_views.merged()),
    "merged_de": lambda: draw(merge_views.merged(), language="de"),
    "merged_locked_es": lambda: draw(merge_views.merged(is_locked=True), language="es", roles=SUPERVISOR),
    "offers": lambda: draw(merge_views.offered()),
    "offers_de": lambda: draw(merge_views.offered(), language="de"),
    "profile": lambda: draw(profile_views.profile(shown=profile_views.ALL_DETAILS)),
    "profile_de": lambda: draw(profile_views.profile(), language="de"),
    "profile_none_es": lambda: draw(profile_views.profile(values={}, contacts=(), kept=()), language="es"),
    "profile_editing": lambda: draw(profile_views.editing(shown=profile_views.ALL_DETAILS)),
    "profile_editing_de": lambda: draw(profile_views.editing(contacts=()), language="de"),
    "profile_read_only_es": lambda: draw(
        profile_views.editing(read_only=frozenset({"company", "phone"})), language="es"
    ),
    "profile_typed_chat": lambda: draw(
        profile_views.editing(typed={"profile.notes": "Typed.", "profile.drawn": "notes:0123456789abcdef"}),
        Surface.CHAT,
    ),
    "own_fields": lambda: draw(field_views.wrapping_up()),
    "own_fields_read_de": lambda: draw(
        field_views.wrapping_up(*(one._replace(may_write=False) for one in field_views.FILLED)), language="de"
    ),
    "own_fields_unfit_chat": lambda: draw(field_views.unfit(), Surface.CHAT),
    "own_fields_unfit_de": lambda: draw(field_views.unfit(), language="de"),
    "own_fields_unfit_es": lambda: draw(field_views.unfit(), language="es"),
    "own_fields_customer_de": lambda: draw(field_views.customer(), language="de"),
    "own_fields_customer_editing": lambda: draw(field_views.customer(is_editing=True, problems={"contract": "long"})),
    "comments": lambda: draw(comment_views.commenting()),
    "comments_correcting_de": lambda: draw(comment_views.commenting(correcting=comment_views.MINE), language="de"),
    "comments_none_chat_es": lambda: draw(
        comment_views.commenting(comments=(), has_older=False, draft="Half a sen"), Surface.CHAT, language="es"
    ),
    "case_messages": lambda: draw(message_views.in_case(selected=message_views.ASKED.id)),
    "case_messages_chat_de": lambda: draw(
        message_views.in_case(selected=message_views.ANSWERED.id, draft="Half a sen"), Surface.CHAT, language="de"
    ),
    "messages": lambda: draw(message_views.reading()),
    "messages_de": lambda: draw(message_views.reading(), language="de"),
    "messages_none_es": lambda: draw(message_views.reading(threads=()), language="es"),
    "messages_blocked": lambda: draw(message_views.blocked(), roles=SUPERVISOR),
    "messages_blocked_unfolded_es": lambda: draw(message_views.blocked(is_unfolded=True), language="es"),
    "requests": lambda: draw(request_views.handling()),
    "requests_de": lambda: draw(request_views.handling(), language="de"),
    "requests_es": lambda: draw(request_views.handling(), language="es"),
    "requests_none": lambda: draw(card_view(expanded=frozenset({Section.REQUESTS}))),
    "requests_closed_chat": lambda: draw(
        request_views.handling(request_views.closed_by_marianne(), has_more=True), Surface.CHAT
    ),
    "requests_page_es": lambda: draw(request_views.handling(turned=2, has_more=True), language="es"),
    "requests_cancelled_de": lambda: draw(request_views.handling(request_views.cancelled()), language="de"),
    "requests_moving": lambda: draw(request_views.moving()),
    "requests_moving_to_customer_de": lambda: draw(request_views.moving_to_lucy(), language="de"),
    "requests_moving_nobody_es": lambda: draw(request_views.moving("nobody"), language="es"),
    "chat_merge_changed": lambda: draw(merge_views.of_two(), Surface.CHAT, Notice("merge_changed", "warning")),
}

STATES |= administration_views.STATES
STATES |= {
    "new_customer": lambda: orjson.loads(new_customer_json(told(NewCustomerView()), viewer(), Surface.PANE).json),
    "new_customer_alike_de": lambda: orjson.loads(
        new_customer_json(
            told(NewCustomerView({"name": "Edward"}, alike=people("search").rows)), viewer(language="de"), Surface.CHAT
        ).json
    ),
    "own": lambda: orjson.loads(own_interactions_json(told(own_views.own_view()), viewer(), Surface.PANE).json),
    "own_page_chat_de": lambda: orjson.loads(
        own_interactions_json(
            told(own_views.own_view(is_first=False, has_more=True)), viewer(language="de"), Surface.CHAT
        ).json
    ),
    "own_none_es": lambda: orjson.loads(
        own_interactions_json(OwnInteractionsView(()), viewer(language="es"), Surface.PANE).json
    ),
    "preview": lambda: orjson.loads(preview_json(told(merge_views.suggestions()[0].card), viewer()).json),
}


def main() -> None:
    """Write every card anew."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name, make in STATES.items():
        (FOLDER / f"{name}.json").write_bytes(
            orjson.dumps(make(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    sys.stdout.write(f"{len(STATES)} cards in {FOLDER}\n")


if __name__ == "__main__":
    main()
