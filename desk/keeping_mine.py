"""*Keep mine* in the chat (P-13): what the agent typed is written over what they have seen that somebody else wrote."""

from __future__ import annotations

from dataclasses import replace

from cards import rights
from cards.actions import Verb
from cards.conflicts import SEEN
from cards.profile import DRAWN_INPUT as PROFILE_DRAWN
from customers.ports import Action
from customers.views import Notice, Surface
from desk import profile_form
from desk.actions import Outcome, Request
from desk.requests import shown
from storage import audit


def mine_over_theirs(action: Action) -> Action:
    """The press of Keep mine as if its fields had shown what its button says that the agent has seen.

    So what was typed goes the way of everything that is typed, and whoever wrote a third text in between is not
    overwritten either: that has been seen by nobody. Other presses stay as they are.
    """
    if action.verb != Verb.EDIT_KEEP or action.surface is not Surface.CHAT:
        return action
    seen = {name: action.data[f"{SEEN}{name}"] for name in _DRAWN if f"{SEEN}{name}" in action.data}
    return replace(action, inputs={**action.inputs, **seen})


_DRAWN = ("wrapup.drawn", "wrapup.fields", "request.drawn", PROFILE_DRAWN)


def keep(request: Request) -> Outcome:
    """What was typed into fields stands there by now (`desk.typed`); a form of the profile is saved."""
    card_id = request.card_id
    fields = sorted(name for name in _DRAWN if f"{SEEN}{name}" in request.action.data)
    audit.record(request.work.tx, request.viewer.user_id, Verb.EDIT_KEEP, card_id, fields=fields)
    if PROFILE_DRAWN in fields and not rights.switched_off(request.viewer.switches, Verb.PROFILE_SAVE):
        return profile_form.save(request)
    return shown(request, card_id, Notice("saved", "success"))
