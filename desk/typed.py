"""What an agent typed on a card in the chat, and has not saved: it is kept before the pressed button does its work.

Teams sends the fields along with every press, and puts the answer in place of the card with all that stood in them. So
whatever was pressed, and whatever becomes of that, what was typed is stored first; what cannot be stored (somebody
wrote something else meanwhile, or it is too long) stays on the card, and the agent is told. The pane keeps by itself
what is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cards.actions import Verb
from cards.notices import CHANGED
from customers import characters
from customers.ids import CardId, LegId
from customers.model import TEXT_LIMIT
from customers.ports import Action
from customers.views import CardView, Notice, Section, Surface, Viewer
from customers.wrap_up import DrawnFields
from desk.actions import Query, Refused, Request, card_of
from desk.changes import hold_back
from desk.keeping import keep_fields
from desk.typed_fields import TypedFields
from desk.typed_fields import keep_fields as keep_fields_of_activity
from desk.typed_requests import TypedRequest, keep_typed, without
from desk.work import Work
from storage import interactions
from storage.views import own_newest_leg

_FIELDS = ("notes", "disposition")
_SAVING = frozenset({Verb.WRAPUP_SAVE, Verb.WRAPUP_FINISH, Verb.CARD_CLOSE, Verb.EDIT_KEEP})


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of the text that came along with a press."""

    action: Action
    """The action, without what has been dealt with."""
    leg_id: LegId | None = None
    """Whose fields they were."""
    card_id: CardId | None = None
    notice: Notice | None = None
    """Why some of it is not stored; None: nothing is left to be told."""
    unsaved: Mapping[str, str] = field(default_factory=dict)
    """By field: what is not stored, and must stay on the card."""
    drawn: str = ""
    request: TypedRequest = field(default_factory=TypedRequest)
    """The same for the fields of a request."""
    fields: TypedFields = field(default_factory=TypedFields)
    """The same for the company's own fields of the activity."""
    of_profile: Mapping[str, str] = field(default_factory=dict)
    """By field of the company's own, of the profile: why what was typed is not stored."""

    @property
    def stops(self) -> bool:
        """True where the button was to store just what could not be stored: it does nothing."""
        verb = self.action.verb
        is_closing = verb == Verb.CARD_CLOSE and bool(self.request.unsaved)
        has_unfit = bool(self.unsaved or self.fields.problems) and verb in _SAVING
        return has_unfit or is_closing or self.request.stops(verb)

    @property
    def reason(self) -> Notice | None:
        """Why something is not stored."""
        return self.notice or self.request.notice or self.fields.notice

    @property
    def has_unsaved(self) -> bool:
        """True where something that was typed stands on the card alone."""
        return bool(self.unsaved or self.request.unsaved or self.fields.unsaved)

    def told(self, notice: Notice | None) -> Notice | None:
        """Of the action's own notice and this one, which the agent must see."""
        if notice is not None and notice.kind in ("warning", "error"):
            return notice
        return self.reason or notice

    def with_problems(self, problems: Mapping[str, str]) -> Typed:
        """With what is wrong in the form of the profile."""
        return replace(self, of_profile=problems)

    def onto(self, card: CardView) -> CardView | None:
        """`card` with the unsaved text in its fields; None where it has no place for it: then it must not be shown."""
        if self.of_profile and card.profile is not None:
            card = replace(card, profile=replace(card.profile, problems=self.of_profile))
        typed = self.fields.onto(card)
        whole = typed and self.request.onto(typed)
        if not self.unsaved or whole is None:
            return whole
        card = whole
        current = card.interaction
        has_fields = current is not None and current.leg_id == self.leg_id and Section.WRAP_UP in card.expanded
        if (
            current is None
            or not has_fields
            or not all(characters.fits(text, TEXT_LIMIT) for text in self.unsaved.values())
        ):
            return None
        theirs = current.wrap_up
        wrap_up = theirs._replace(notes=self.unsaved.get("notes", theirs.notes), drawn=self.drawn)
        if self.notice is not None and self.notice.code == CHANGED:
            wrap_up = wrap_up._replace(theirs=theirs)
        if "disposition" in self.unsaved:
            wrap_up = wrap_up._replace(disposition=self.unsaved["disposition"], disposition_label="")
        return replace(card, interaction=replace(current, wrap_up=wrap_up))


def read(viewer: Viewer, action: Action) -> tuple[dict[str, str], DrawnFields | None]:
    """What the agent typed on a card in the chat, by field, and what that card was drawn from, where it says so."""
    if action.surface is not Surface.CHAT or action.is_automatic or action.data.get("answer") == "discard":
        return {}, None
    if Section.WRAP_UP not in viewer.switches.sections:
        return {}, None
    drawn = DrawnFields.read(action.inputs.get("wrapup.drawn", ""))
    came = {name: action.inputs[f"wrapup.{name}"] for name in _FIELDS if f"wrapup.{name}" in action.inputs}
    return {name: text for name, text in came.items() if not (drawn and drawn.field(name).is_shown(text))}, drawn


def untouched(action: Action, drawn: DrawnFields | None) -> Typed:
    """Nothing was typed; what was only shown is not saved in place of what others wrote meanwhile."""
    if drawn is None:
        return Typed(action)
    return Typed(_without_fields(action), LegId(drawn.leg_id))


def keep(work: Work, viewer: Viewer, action: Action, typed: dict[str, str], drawn: DrawnFields | None) -> Typed:
    """What was typed is stored, field by field, where that overwrites nothing unseen."""
    leg_id = _leg_id(work, viewer, action, drawn)
    if leg_id is None:
        return Typed(action)
    request = Request(viewer, replace(action, data={**action.data, "leg": leg_id}), work)
    try:
        leg = request.leg()
    except Refused:
        return Typed(action)  # whatever was pressed finds that out, and says so
    if leg["user_id"] != viewer.user_id:
        return Typed(action)
    clean = {name: request.input(f"wrapup.{name}") or "" for name in typed}
    problems = keep_fields(request, leg, clean, drawn)
    if not problems:
        return Typed(_without_fields(action), leg_id, card_of(leg))
    hold_back(work, leg_id)
    code = min(problems.values(), key=("text_too_long", "changed_elsewhere").index)
    return Typed(
        action=_without_fields(action),
        leg_id=leg_id,
        card_id=card_of(leg),
        notice=Notice(code, "warning"),
        unsaved={name: clean[name] for name in problems},
        # Another press must find the same: that this was typed, and that somebody else wrote something else.
        drawn=str(drawn or DrawnFields(leg_id)),
    )


def with_request(work: Work, viewer: Viewer, typed: Typed) -> Typed:
    """`typed`, and what was typed into a request."""
    request = keep_typed(work, viewer, typed.action)
    leg_id = typed.leg_id or _leg_id(work, viewer, typed.action, None)
    if leg_id is not None and request.unsaved:
        hold_back(work, leg_id)
    return replace(typed, action=without(typed.action), leg_id=leg_id, request=request)


def with_fields(work: Work, viewer: Viewer, typed: Typed) -> Typed:
    """`typed`, and what was typed into the company's own fields."""
    kept = keep_fields_of_activity(work, viewer, typed.action)
    if kept.leg_id is not None and kept.in_chat and kept.unsaved:
        hold_back(work, kept.leg_id)
    return replace(typed, leg_id=typed.leg_id or kept.leg_id, fields=kept)


def _leg_id(work: Work, viewer: Viewer, action: Action, drawn: DrawnFields | None) -> LegId | None:
    query = Query(viewer, action)
    for named in (drawn.leg_id if drawn else "", query.maybe("leg")):
        if named and interactions.leg(work.tx, LegId(named)):
            return LegId(named)
    return own_newest_leg(work.tx.connection, viewer, CardId(query.maybe("card")))


def _without_fields(action: Action) -> Action:
    gone = {f"wrapup.{name}" for name in _FIELDS}
    return replace(action, inputs={name: text for name, text in action.inputs.items() if name not in gone})
