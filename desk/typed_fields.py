"""What an agent typed into fields of the company's own (B-38): each is kept by itself, before the button does its work.

On a card in the chat that is so with every press, as with the rest of wrap-up (`desk.typed`); in the pane, which keeps
what is typed, with the buttons that save. What cannot be kept stays on the card, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cards.actions import Verb
from cards.fields import mark, marks_of
from customers import characters
from customers.fields import FieldView, checked
from customers.ids import InteractionId, LegId
from customers.ports import Action
from customers.views import CardView, Notice, Section, Surface, Viewer, WrapUpView
from customers.wrap_up import InvalidInput
from desk import pushing
from desk.actions import Query, Refused, Request, card_of, interaction_of
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from storage import audit, interactions

INPUT = "wrapup.field."
DRAWN_INPUT = "wrapup.fields"
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class TypedFields:
    """What became of what was typed into the fields of one activity."""

    interaction_id: InteractionId | None = None
    leg_id: LegId | None = None
    in_chat: bool = False
    unsaved: Mapping[str, str] = field(default_factory=dict)
    """By field: what is not kept, and must stay on the card."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By field: why."""
    drawn: str = ""
    notice: Notice | None = None

    def onto(self, card: CardView) -> CardView | None:
        """`card` with the unsaved text and what is wrong with it; None where it has no place for what was typed."""
        if not self.problems:
            return card
        current = card.interaction
        is_there = current is not None and current.id == self.interaction_id and Section.WRAP_UP in card.expanded
        if current is None or not is_there:
            return None if self.in_chat and self.unsaved else card
        wrap_up = current.wrap_up
        if self.in_chat and not all(self._has_room(one) for one in wrap_up.fields):
            return None
        return replace(card, interaction=replace(current, wrap_up=self._onto(wrap_up)))

    def _has_room(self, view: FieldView) -> bool:
        return characters.fits(self.unsaved.get(view.field.name, ""), view.field.longest)

    def _onto(self, wrap_up: WrapUpView) -> WrapUpView:
        """The pane has the text itself, and asks about changes of others itself."""
        if not self.in_chat:
            problems = {name: code for name, code in self.problems.items() if code != "changed"}
            fields = (one._replace(problem=problems.get(one.field.name, "")) for one in wrap_up.fields)
            return wrap_up._replace(fields=tuple(fields))
        fields = (
            one._replace(typed=self.unsaved.get(one.field.name), problem=self.problems.get(one.field.name, ""))
            for one in wrap_up.fields
        )
        return wrap_up._replace(fields=tuple(fields), fields_drawn=self.drawn if self.unsaved else "")


def read(viewer: Viewer, action: Action, settings: DeskSettings) -> bool:
    """True where the card brings back fields of the company's own that are to be looked at."""
    if not settings.activity_fields or action.is_automatic or action.data.get("answer") == "discard":
        return False
    if Section.WRAP_UP not in viewer.switches.sections or DRAWN_INPUT not in action.inputs:
        return False
    if action.verb == Verb.WRAPUP_FINISH:
        return True  # what is missing stops it
    is_saving = action.surface is Surface.CHAT or action.verb in (Verb.WRAPUP_SAVE, Verb.CARD_CLOSE)
    return is_saving and bool(_typed(viewer, action))


def keep_fields(work: Work, viewer: Viewer, action: Action) -> TypedFields:
    """What was typed is stored, field by field, where it is what the field takes and overwrites nothing unseen."""
    leg = _leg(work, viewer, action)
    if leg is None:
        return TypedFields()
    views = {one.field.name: one for one in work.settings.views.activity_views(leg, viewer.switches)}
    typed = {name: text for name, text in _typed(viewer, action).items() if name in views and views[name].may_write}
    shown = marks_of(_drawn(action)[2:])
    news, problems = dict[str, str](), dict[str, str]()
    for name, text in typed.items():
        try:
            value = _value(views[name], text, shown.get(name, ""))
        except InvalidInput as invalid:
            problems[name] = invalid.code
        else:
            if value != views[name].value:
                news[name] = value
    if news:
        _write(work, viewer, leg, news)
    unsaved = {name: typed[name] for name in problems}
    if action.verb == Verb.WRAPUP_FINISH:
        problems = {**_missing(action, views, news), **problems}
    if not problems:
        return TypedFields()
    return TypedFields(
        interaction_id=interaction_of(leg),
        leg_id=LegId(leg["id"]),
        in_chat=action.surface is Surface.CHAT,
        unsaved=unsaved,
        problems=problems,
        drawn=action.inputs[DRAWN_INPUT],
        notice=_notice(viewer, (views[name] for name in problems), problems),
    )


def _missing(action: Action, views: Mapping[str, FieldView], news: Mapping[str, str]) -> dict[str, str]:
    """Those that must be written in and are not, where the card has an input for them: the smallest one has none."""
    begin = f"{INPUT}{_drawn(action)[1]}."
    written = (one._replace(value=news.get(name, one.value)) for name, one in views.items())
    return {one.field.name: "missing" for one in written if one.is_missing and begin + one.field.name in action.inputs}


def _value(view: FieldView, text: str, shown: str) -> str:
    """`text` as it is kept. Raises InvalidInput, also where somebody else has written there since it was `shown`."""
    try:
        value = checked(view.field, text)
    except InvalidInput:
        if mark(view.standing) != shown:
            raise InvalidInput(view.field.name, "changed") from None
        raise
    if value != view.value and mark(view.standing) != shown:
        raise InvalidInput(view.field.name, "changed")
    return value


def _notice(viewer: Viewer, views: Iterable[FieldView], problems: Mapping[str, str]) -> Notice:
    """Load is offered where it is of use."""
    if "changed" in problems.values():
        return Notice("changed_elsewhere", "warning")
    return Notice(
        "fields_unfit", "warning", (("fields", ", ".join(one.field.label(viewer.language) for one in views)),)
    )


def _write(work: Work, viewer: Viewer, leg: Mapping[str, Any], news: Mapping[str, str]) -> None:
    """What is emptied stays there, empty: the CRMs are told that, too."""
    interaction_id = interaction_of(leg)
    interactions.update(work.tx, interaction_id, field_values={**(leg["field_values"] or {}), **news})
    interactions.update_leg(work.tx, LegId(leg["id"]))  # its request closes later for that
    audit.record(work.tx, viewer.user_id, "activity.fields", interaction_id, fields=sorted(news))
    for pushed in interactions.pushed_legs(work.tx, interaction_id):
        pushing.amend(work, LegId(pushed["id"]))
    card_changed(work, card_of(leg), [LegId(leg["id"])])


def _leg(work: Work, viewer: Viewer, action: Action) -> Mapping[str, Any] | None:
    """The leg whose activity the fields are of, where the viewer may write in it."""
    drawn = _drawn(action)
    if len(drawn) < 2:
        return None
    of_leg = replace(action, verb=Verb.WRAPUP_SAVE, data={**action.data, "leg": drawn[0]})
    try:
        leg = Request(viewer, of_leg, work).leg()
    except Refused:
        return None  # whatever was pressed finds that out, and says so
    return leg if leg["interaction_id"] == drawn[1] else None


def _typed(viewer: Viewer, action: Action) -> dict[str, str]:
    """By field: what stands there, where somebody typed it."""
    drawn = _drawn(action)
    if len(drawn) < 2:
        return {}
    shown, begin = marks_of(drawn[2:]), f"{INPUT}{drawn[1]}."
    came = {name.removeprefix(begin): name for name in action.inputs if name.startswith(begin)}
    query = Query(viewer, action)
    texts = {field_name: (query.input(name) or "")[:_LONGEST] for field_name, name in came.items()}
    return {name: text for name, text in texts.items() if name in shown and mark(text) != shown[name]}


def _drawn(action: Action) -> list[str]:
    """The leg, the activity, and what stood in its fields."""
    return action.inputs.get(DRAWN_INPUT, "")[:_LONGEST].replace("\0", "").split(" ")
