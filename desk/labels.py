"""Labels of a customer: the same rules as for tags of an interaction (C-05, B-10…B-12)."""

from __future__ import annotations

from dataclasses import replace

from cards.labels import TAG_INPUT
from customers.ids import CardId
from customers.profile_form import MOST_TAGS, TAGS, ProfileView
from customers.views import Notice
from customers.wrap_up import checked_tag
from desk import updating, wrapping_up
from desk.actions import Outcome, Refused, Request
from desk.changes import card_changed
from desk.requests import handling
from storage import audit, cards, groups, labels, profile_forms


def add_tag(request: Request) -> Outcome:
    """One more tag, of the interaction that the button names, else of the customer."""
    if request.maybe("leg"):
        return wrapping_up.add_tag(request)
    card_id, view = _writable(request)
    _add(request, card_id, view, request.input(TAG_INPUT) or request.maybe("tag"))
    _let_go(request, card_id)
    return _done(request, card_id, view)


def remove_tag(request: Request) -> Outcome:
    """The tag is gone; as `add_tag`."""
    if request.maybe("leg"):
        return wrapping_up.remove_tag(request)
    card_id, view = _writable(request)
    labels.remove(request.work.tx, card_id, request.need("tag"))
    return _done(request, card_id, view)


def add_typed(request: Request, card_id: CardId, view: ProfileView) -> bool:
    """A label that stands in the field when the form is saved is added, too; True where it is new."""
    typed = " ".join((request.input(TAG_INPUT) or "").split())
    if not (typed and view.may_tag) or typed.casefold() in {tag.casefold() for tag in view.tags}:
        return False
    _add(request, card_id, view, typed)
    return True


def _add(request: Request, card_id: CardId, view: ProfileView, typed: str) -> None:
    tag = checked_tag(typed, view.tags)
    if len(view.tags) >= MOST_TAGS:
        raise Refused(Notice("too_many_tags", "warning", (("count", str(MOST_TAGS)),)), card_id)
    labels.add(request.work.tx, card_id, tag, request.viewer.user_id)


def _writable(request: Request) -> tuple[CardId, ProfileView]:
    """The card with its profile. Raises Refused where its labels may not be written (E-21), or the profile is locked
    (C-07)."""
    card_id = request.card_id
    if not request.viewer.switches.may_write(TAGS):
        raise Refused(Notice("profile_read_only", "warning"), card_id)
    if groups.has_locked_profile(request.work.tx.connection, [card_id]):
        raise Refused(Notice("profile_is_locked", "warning"), card_id)
    return card_id, profile_forms.profile_view(request.work.tx.connection, card_id)


def _let_go(request: Request, card_id: CardId) -> None:
    """In a chat, what was typed is kept with every press; this has become a label."""
    looked = handling(request, card_id)
    if TAG_INPUT in looked.typed:
        rest = {name: text for name, text in looked.typed.items() if name != TAG_INPUT}
        kept = replace(looked, typed=rest).to_json()
        cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=kept)


def _done(request: Request, card_id: CardId, before: ProfileView) -> Outcome:
    audit.record(request.work.tx, request.viewer.user_id, request.action.verb, card_id)
    updating.note(request.work, card_id, before, request.viewer.user_id)
    card_changed(request.work, card_id)
    return Outcome(card_id)
