"""Labels of a customer, as tags of an interaction are drawn (C-05): each with its cross, and a field for one more."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards.actions import Verb, button, execute
from cards.drawing import Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.sections import left_out
from customers.model import TAG_LIMIT
from customers.profile_form import ProfileView

TAG_INPUT: Final = "profile.tag"


def tags(d: Drawing, view: ProfileView, typed: str = "") -> list[Element]:
    """To be written where the viewer may, else to be read."""
    all_ = list(dict.fromkeys(view.tags))
    kept = all_[: d.budget.tags]
    rest = left_out(d, len(all_) - len(kept))
    if not (d.may_edit and view.may_tag and d.budget.requests):
        said = ", ".join(escape(tag, 2 * TAG_LIMIT) or NOTHING for tag in kept)
        line = {**e.text(f"{d.words['profile.tags']}: {said}"), "id": "profile.value.tags"}
        return [line, *rest] if kept else rest
    ids: dict[str, str] = {"card": d.view.card_id}  # the customer's, not the interaction's
    rows = [_tag(d, tag, ids) for tag in kept]
    add = button(Verb.TAG_ADD, ids, d.words["button.add_tag"], "label.add")
    asked, placeholder = d.words["profile.tag"], d.words["wrapup.tag.placeholder"]
    field = e.text_input(TAG_INPUT, asked, typed, placeholder, TAG_LIMIT)
    head = [e.note(d.words["profile.tags"])] if rows else []
    return [*head, *rows, *rest, field, e.actions([add], "label.actions")]


def _tag(d: Drawing, tag: str, ids: dict[str, str]) -> Element:
    title = d.words["wrapup.tag.remove"].format(tag=spoken(tag))
    remove = execute(Verb.TAG_REMOVE, {**ids, "tag": tag}, title)
    cross = e.button([e.label("✕")], remove, f"label.remove.{tag}")
    return e.row(e.chip(escape(tag, 2 * TAG_LIMIT) or NOTHING, "emphasis"), cross)
