"""What an agent typed into a request on a card in the chat: kept before the pressed button does its work.

As `desk.typed` does for wrap-up: what cannot be stored stays on the card, and the agent is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cards.actions import Verb
from cards.notices import CHANGED
from customers import characters
from customers.ids import CardId, RequestId
from customers.model import TEXT_LIMIT
from customers.ports import Action
from customers.requests import RequestField, RequestState
from customers.views import CardView, Notice, Section, Surface, Viewer
from customers.wrap_up import InvalidInput
from desk.actions import Query, Request
from desk.changes import card_changed
from desk.requests import DRAWN_INPUT, Fields, fields_of, keep
from desk.work import Work
from storage import requests

_SAVING = frozenset({Verb.REQUEST_SAVE, Verb.REQUEST_CLOSE, Verb.REQUEST_REOPEN, Verb.REQUEST_CANCEL, Verb.EDIT_KEEP})


@dataclass(frozen=True, slots=True)
class TypedRequest:
    """What became of what was typed into a request."""

    request_id: RequestId | None = None
    unsaved: Mapping[RequestField, str] = field(default_factory=dict)
    """By field: what is not stored, and must stay on the card."""
    version: int = 0
    """Of the request when the card was drawn that it was typed on."""
    notice: Notice | None = None
    """Why some of it is not stored."""

    @property
    def is_stored(self) -> bool:
        """True where nothing is left to be told."""
        return not self.unsaved

    def stops(self, verb: str) -> bool:
        """True where the button was to store, or to end, just what could not be stored: it does nothing."""
        return bool(self.unsaved) and verb in _SAVING

    def onto(self, card: CardView) -> CardView | None:
        """`card` with the unsaved text in its fields; None where it has no place for it: then it must not be shown."""
        if not self.unsaved:
            return card
        shown = card.requests.shown
        is_there = shown is not None and shown.id == self.request_id and Section.REQUESTS in card.expanded
        if shown is None or not is_there or not all(characters.fits(one, TEXT_LIMIT) for one in self.unsaved.values()):
            return None
        texts = {one.value: text for one, text in self.unsaved.items()}
        is_conflict = self.notice is not None and self.notice.code == CHANGED
        theirs = shown if is_conflict else None
        changed = replace(shown, drawn=self.version, theirs=theirs, **texts)  # type: ignore[arg-type]
        return replace(card, requests=replace(card.requests, shown=changed))


def read(viewer: Viewer, action: Action) -> bool:
    """True where the card in the chat brings back something that was typed into a request."""
    if action.surface is not Surface.CHAT or action.is_automatic or action.data.get("answer") == "discard":
        return False
    fields = _fields(viewer, action)
    return fields is not None and fields.is_typed


def _fields(viewer: Viewer, action: Action) -> Fields | None:
    """By the hidden input alone: the button may be one of another request."""
    named = replace(action, data={})
    return fields_of(Query(viewer, named)) if DRAWN_INPUT in action.inputs else None


def keep_typed(work: Work, viewer: Viewer, action: Action) -> TypedRequest:
    """What was typed is stored, field by field, where that overwrites nothing unseen."""
    fields = _fields(viewer, action)
    row = requests.load(work.tx, fields.request_id) if fields else None
    if fields is None or row is None:
        return TypedRequest()
    if row["state"] == RequestState.CANCELLED:
        return TypedRequest(row["id"], fields.came, fields.version, Notice("request_is_cancelled", "warning"))
    try:
        conflicts = keep(Request(viewer, action, work), row, fields)
    except InvalidInput as invalid:
        return TypedRequest(row["id"], fields.came, fields.version, Notice(invalid.code, "warning"))
    card_changed(work, CardId(row["root_id"]))
    if not conflicts:
        return TypedRequest(row["id"])
    typed = {one: text for one, text in fields.came.items() if one in conflicts}
    return TypedRequest(row["id"], typed, fields.version, Notice("changed_elsewhere", "warning"))


def without(action: Action) -> Action:
    """The action without the fields of requests: they have been dealt with."""
    kept = {name: text for name, text in action.inputs.items() if not name.startswith("request.")}
    return replace(action, inputs=kept)
