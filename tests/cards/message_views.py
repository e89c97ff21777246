"""Views of messages to draw: a thread of both sides, a selected message, a blocked identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from customers.ids import IdentityId, InteractionId, MessageId
from customers.messages import Author, CaseThread, MessagesView, MessageView, Page, Side, ThreadView
from customers.model import Channel
from customers.views import CardView, Section
from tests.cards import comment_views, request_views
from tests.cards.card_views import INTERACTION, NOW, card_view

ASKED = MessageView(
    MessageId("a" * 32),
    NOW - timedelta(hours=2),
    Author.CUSTOMER,
    "",
    "Where is *my* invoice?\n# Edward",
    Channel.EMAIL,
)
ANSWERED = MessageView(
    MessageId("b" * 32),
    NOW - timedelta(hours=1),
    Author.AGENT,
    "Marianne Dashwood",
    "It is on its way. " * 40,
    Channel.EMAIL,
    has_attachments=True,
    comments=(replace(comment_views.THEIRS, is_on_message=True),),
)
NOTED = MessageView(
    MessageId("c" * 32), NOW, Author.BOT, "", "Asked for his number.", Channel.CHAT, is_cut=True, is_internal=True
)
PAGE = Page((ASKED, ANSWERED, NOTED), number=1, has_older=True)
MAIL = ThreadView(InteractionId("2b" * 16), Channel.EMAIL, NOW - timedelta(hours=1), "Invoice of May")
CHAT = ThreadView(INTERACTION, Channel.CHAT, NOW, "", "Delivery to Norland")


def in_case(**changes: object) -> CardView:
    """The section Cases is open."""
    case = replace(CaseThread(PAGE), **changes)  # type: ignore[arg-type]
    return replace(request_views.handling(), case=case)


def reading(**changes: object) -> CardView:
    """The section Messages is open, and a thread in it."""
    view = MessagesView((CHAT, MAIL), has_more=True, opened=MAIL.interaction_id, page=PAGE)
    changed = replace(view, **changes)  # type: ignore[arg-type]
    return card_view(messages=changed, expanded=frozenset({Section.MESSAGES}))


def blocked(*, is_unfolded: bool = False) -> CardView:
    """Its number is blocked by a supervisor."""
    hidden = replace(ASKED, is_blocked=True, is_unfolded=is_unfolded)
    view = reading(page=Page((hidden,)), side=Side.CUSTOMER)
    first, *rest = view.identities
    known = (first._replace(id=IdentityId("d" * 32), is_blocked=True), *rest)
    return replace(view, identities=known, expanded=frozenset({Section.MESSAGES, Section.IDENTITIES, Section.MORE}))
