"""Where two wrote the same field (B-05, P-13): what the other one wrote, with *Load* and *Keep mine*. In the chat; the
pane asks beside each field.

*Keep mine* carries, for each place that is written in, what its fields would say that they were drawn from if they had
been drawn now: what the agent has seen by then. So a third text, written in between, is not overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cards import elements as e
from cards import fields, profile, profile_conflicts, requests, wrap_up
from cards.actions import Verb, button
from cards.drawing import Drawing
from cards.escape import escape
from cards.links import linked
from cards.notices import load_button
from cards.shapes import Json, written
from customers.fields import FieldView
from customers.model import TEXT_LIMIT

SEEN: Final = "seen."
"""What the names of the button's data begin with; the hidden input that they stand for follows."""


class _Conflict(NamedTuple):
    """One field that two have written in."""

    caption: str
    """Escaped."""
    theirs: str
    """The same; empty where they emptied it."""


def conflict_box(d: Drawing) -> list[Json]:
    """Both are to be seen: theirs here, the agent's own in its field; nothing where no field has two texts."""
    lines, seen = list[str](), dict[str, str]()
    for name, drawn, conflicts in _places(d):
        lines += [_line(d, one) for one in conflicts]
        seen[f"{SEEN}{name}"] = drawn
    if not lines:
        return []
    keep = button(Verb.EDIT_KEEP, {**d.ids, **seen}, d.words["button.keep_mine"], "notice.keep")
    buttons = e.actions([load_button(d.language), keep], "notice.actions")
    said = [e.text(one) for one in (d.words["conflict"], *lines)]
    return [written(e.box([*said, buttons], "warning", "notice"))]


def _line(d: Drawing, conflict: _Conflict) -> str:
    return f"**{conflict.caption}**: {conflict.theirs or d.words['conflict.empty']}"


def _places(d: Drawing) -> Iterator[tuple[str, str, list[_Conflict]]]:
    """Each place with conflicts: its hidden input, what that would say now, and the fields."""
    interaction = d.view.interaction
    if interaction is not None and (theirs := interaction.wrap_up.theirs) is not None:
        yield wrap_up.DRAWN_INPUT, wrap_up.drawn(d, interaction.leg_id, theirs), _of_wrap_up(d)
    if interaction is not None and (own := [one for one in interaction.wrap_up.fields if one.problem == "changed"]):
        yield wrap_up.FIELDS_DRAWN, wrap_up.fields_drawn(interaction), [_own(d, one) for one in own]
    request = d.view.requests.shown
    if request is not None and request.theirs is not None:
        yield requests.DRAWN_INPUT, requests.drawn_of(request.theirs), _of_request(d)
    if d.view.profile is not None and (names := profile_conflicts.names(d, d.view.profile)):
        conflicts = [_Conflict(*one) for one in profile_conflicts.theirs(d, d.view.profile, names)]
        yield profile.DRAWN_INPUT, profile_conflicts.seen(d, d.view.profile, names), conflicts


def _of_wrap_up(d: Drawing) -> list[_Conflict]:
    assert d.view.interaction is not None
    mine = d.view.interaction.wrap_up
    theirs = mine.theirs
    assert theirs is not None
    found = []
    if mine.notes != theirs.notes:
        found.append(_conflict(d, "wrapup.notes", linked(theirs.notes, _room(d))))
    if mine.disposition != theirs.disposition:
        found.append(_conflict(d, "wrapup.disposition", escape(wrap_up.outcome(theirs), d.budget.text)))
    return found


def _of_request(d: Drawing) -> list[_Conflict]:
    mine = d.view.requests.shown
    assert mine is not None
    theirs = mine.theirs
    assert theirs is not None
    found = []
    if mine.name != theirs.name:
        found.append(_conflict(d, "request.name", escape(theirs.name, _room(d))))
    if mine.description != theirs.description:
        found.append(_conflict(d, "request.description", linked(theirs.description, _room(d))))
    return found


def _own(d: Drawing, view: FieldView) -> _Conflict:
    return _Conflict(escape(view.field.label(d.language), d.budget.text), fields.written(d, view))


def _conflict(d: Drawing, key: str, theirs: str) -> _Conflict:
    return _Conflict(d.words[key], theirs)


def _room(d: Drawing) -> int:
    return TEXT_LIMIT if d.budget.requests else d.budget.text
