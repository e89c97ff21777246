"""As much of everything as there may be, each text as long as it may be: views that no card has room for."""

from __future__ import annotations

from dataclasses import replace

from customers.comments import CommentsView, CommentView
from customers.creating import CreatingView, CreationState, CreationView, FormInput
from customers.ids import CardId, CommentId, InteractionId, MessageId, RequestId
from customers.journey import JourneyView, Look
from customers.messages import Author, CaseThread, MessagesView, MessageView, Page, ThreadView
from customers.model import Channel, PushState
from customers.profile_facts import CONTACTS, DETAILS
from customers.profile_form import KINDS, ContactPoint, Detail, KeptValue, ProfileView
from customers.requests import ActivityView, MoveTarget, MoveView, RequestState, RequestsView, RequestView
from customers.views import (
    CardView,
    CrmStatus,
    IdentityView,
    Section,
)
from customers.writing_back import Difference, UpdateState, UpdateView
from tests.cards.card_views import (
    CARD,
    INTERACTION,
    LEG,
    NOW,
    busy_view,
    card_view,
    contact,
    interaction,
    journey,
    pushed,
)
from tests.cards.card_views import wrap_up as some_wrap_up
from tests.cards.field_views import crowd

CROWD = ["word ", '"\\*' * 100, "😀" * 300, "\\" * 3000, "ü" * 3000, "&lt;" * 900]
ALL = frozenset(Section)


def crowded_journey(text: str, count: int) -> JourneyView:
    """A page of `count` interactions, each in a request of its own, each text `text`."""
    one = busy_view(1).journey.rows[0]
    rows = (
        one._replace(
            id=f"{n:032x}", at=NOW, subject=text, notes=text, agents=(text, text), tags=(text,) * 20,
            request_id=f"{n:031x}f", request_name=text, move_id="3" * 32, moved_at=NOW,
        )
        for n in range(count)
    )  # fmt: skip
    return journey(*rows, look=Look("voice", "1" * 32, text, ("1.a",)), request_name=text, searched_to=NOW)


def crowded(text: str, count: int) -> CardView:
    """A card with `count` of everything, each text `text`."""
    many = tuple(
        contact(
            record=f"salesforce:Contact:{n}{text[:200]}",
            title=text,
            subtitle=text,
            type_label=text,
            is_linked=True,
            is_expanded=True,
            children=tuple(contact(record=f"salesforce:Case:{n}.{m}", title=text) for m in range(20)),
            push=pushed(PushState.FAILED, reason="rejected", detail=text),
        )
        for n in range(count)
    )
    up = some_wrap_up(
        notes=(text * 2000)[:2000],
        tags=tuple(f"{n}{text}"[:50] for n in range(count)),
        dispositions=tuple((f"{n}", text) for n in range(count)),
        fields=crowd(text, "up", "changed") if count > 1 else (),
    )
    view = busy_view(1)
    return card_view(
        customer_name=text,
        company=text,
        identities=tuple(IdentityView(view.identities[0].kind, f"{n}{text}") for n in range(count)),
        interaction=interaction(subject=text, queue=text, wrap_up=up),
        current_records=many,
        related_records=many,
        found_records=many,
        search_text=text,
        crms=tuple(CrmStatus(f"{n}", text, reason="timeout") for n in range(count)),
        journey=crowded_journey(text, count),
        profile=crowded_profile(text, count),
        requests=crowded_requests(text, count),
        comments=crowded_comments(text, count),
        case=CaseThread(crowded_page(text, count), selected=MessageId(f"{0:032x}"), draft=(text * 2000)[:2000]),
        messages=crowded_threads(text, count),
        expanded=ALL,
    )


def crowded_profile(text: str, count: int) -> ProfileView:
    """Every field as long as it may be, as many numbers and addresses."""
    values = dict.fromkeys(Detail, (text * 2000)[:2000])
    contacts = tuple(
        ContactPoint(f"{n:032x}", KINDS[n % 2], f"{n}{text}"[:320], "home", is_primary=n < 2, card_id=CARD)
        for n in range(count)
    )
    kept = (KeptValue("notes", text, Channel.EMAIL),)
    tags = tuple(f"{n}{text}"[:50] for n in range(count))
    own = crowd(text, "of", "long") if count > 1 else ()
    return ProfileView(values, kept=kept, contacts=contacts, tags=tags, own=own, is_editing=True)


def crowded_updates(text: str, count: int) -> ProfileView:
    """As many edits that the CRMs have other words for, in every field."""
    fields = (*DETAILS, *CONTACTS)
    differences = tuple(Difference(source, text, (text * 2000)[:2000], (text * 2000)[:2000]) for source in fields)
    one = UpdateView("a" * 32, text, text, UpdateState.CONFLICT, differences)
    failed = replace(one, state=UpdateState.FAILED, reason="rejected", detail=text)
    all_ = (replace(failed if n % 2 else one, id=f"{n:032x}") for n in range(count))
    return replace(crowded_profile(text, count), updates=tuple(all_), is_editing=False)


def crowded_creating(text: str, count: int, state: CreationState) -> CreatingView:
    """A form with as many fields, full of what an agent has typed, and choices."""
    long, choices = (text * 2000)[:2000], tuple((f"{n}", text) for n in range(count))
    kinds = ("lines", "choice", "text", "record", "date")
    inputs = tuple(
        FormInput(f"f{n}", {"en": text}, kinds[n % 5], long, is_required=True, max=2000, choices=choices)
        for n in range(min(count, 100))
    )
    wrong = dict.fromkeys((one.name for one in inputs), "refused")
    found = tuple(contact(record=f"salesforce:Contact:{n}", title=text) for n in range(count))
    return CreatingView(
        CreationView(CARD, text, text, state, inputs, wrong, found, may_create=True, reason="rejected", detail=text)
    )


def crowded_comments(text: str, count: int) -> CommentsView:
    """As many comments, each as long as it may be, and a draft of one."""
    long = (text * 2000)[:2000]
    one = CommentView(CommentId("a" * 32), INTERACTION, long, text, NOW, is_mine=True)
    all_ = tuple(replace(one, id=CommentId(f"{n:032x}")) for n in range(count))
    return CommentsView(all_, has_older=True, draft=long)


def crowded_page(text: str, count: int) -> Page:
    """As many messages, all of them unfolded, with comments."""
    long = (text * 2000)[:2000]
    comment = CommentView(CommentId("a" * 32), INTERACTION, long, text, NOW)
    one = MessageView(MessageId("a" * 32), NOW, Author.AGENT, text, long, Channel.CHAT, is_unfolded=True)
    named = (MessageId(f"{n:032x}") for n in range(count))
    all_ = (replace(one, id=key, comments=(replace(comment, id=CommentId(key)),)) for key in named)
    return Page(tuple(all_), number=1, has_older=True)


def crowded_threads(text: str, count: int) -> MessagesView:
    """As many threads, the last of them open."""
    keys = [InteractionId(f"{n:032x}") for n in range(count)]
    all_ = tuple(ThreadView(key, Channel.CHAT, NOW, text, text) for key in keys)
    return MessagesView(all_, has_more=True, opened=keys[-1], page=crowded_page(text, count))


def crowded_requests(text: str, count: int) -> RequestsView:
    """As many requests, activities of the shown one and customers to move one to."""
    long = (text * 2000)[:2000]
    some = ActivityView(INTERACTION, LEG, Channel.VOICE, NOW, agent_name=text, subject=text, tags=(text[:50],) * 9)
    some = replace(some, fields=crowd(text, "up"))
    activities = tuple(replace(some, interaction_id=InteractionId(f"{n:032x}")) for n in range(count))
    one = RequestView(RequestId("a" * 32), RequestState.OPEN, 1, NOW, long, long, text, activities=activities)
    others = tuple(replace(one, id=RequestId(f"{n:032x}"), state=RequestState.CLOSED) for n in range(count))
    targets = tuple(MoveTarget(CardId(f"{n:032x}"), text, text) for n in range(count))
    return RequestsView(one, others, has_more=True, move=MoveView(some, query=text, targets=targets))
