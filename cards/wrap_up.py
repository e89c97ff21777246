"""The section Wrap-up: notes, outcome, tags (A-32), and the banner that says when nothing is linked yet (P-06)."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import shared
from cards.actions import Data, Verb, button, execute
from cards.drawing import Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, clip, escape
from cards.sections import and_more
from customers.model import TAG_LIMIT, TEXT_LIMIT
from customers.views import WrapUpView

NOTES_INPUT: Final = "wrapup.notes"
DISPOSITION_INPUT: Final = "wrapup.disposition"
TAG_INPUT: Final = "wrapup.tag"
_CHOICE_ID_LIMIT: Final = 200


def not_linked_banner(d: Drawing) -> list[Element]:
    """Says in wrap-up that the interaction is written nowhere, until a record is linked (P-06)."""
    if not d.view.is_unlinked_in_wrap_up:
        return []
    return [shared.not_linked(d.language)]


def summary(d: Drawing) -> Element:
    """The outcome, or whether there are notes."""
    wrap_up = _wrap_up(d)
    outcome = _outcome(wrap_up)
    if outcome:
        return e.note(d.shown(outcome) or NOTHING)
    return d.note("summary.wrap_up.notes" if wrap_up.notes else "summary.wrap_up.empty")


def content(d: Drawing) -> list[Element]:
    """Inputs where the viewer may write, else what was written."""
    wrap_up = _wrap_up(d)
    if not (d.may_change and wrap_up.may_edit):
        return _written(d, wrap_up)
    data = {**d.link, "version": str(wrap_up.version)}
    return [
        _notes(d, wrap_up),
        _disposition(d, wrap_up),
        *_tags(d, wrap_up, data),
        e.actions(_buttons(d, wrap_up, data), "wrapup.actions"),
    ]


def _wrap_up(d: Drawing) -> WrapUpView:
    return WrapUpView(may_edit=False) if d.view.interaction is None else d.view.interaction.wrap_up


def _outcome(wrap_up: WrapUpView) -> str:
    return wrap_up.disposition_label or dict(wrap_up.dispositions).get(wrap_up.disposition, wrap_up.disposition)


def _notes(d: Drawing, wrap_up: WrapUpView) -> Element:
    placeholder = d.words["wrapup.notes.placeholder"]
    return e.text_input(NOTES_INPUT, d.words["wrapup.notes"], wrap_up.notes, placeholder, TEXT_LIMIT, multiline=True)


def _disposition(d: Drawing, wrap_up: WrapUpView) -> Element:
    caption, choose = d.words["wrapup.disposition"], d.words["wrapup.disposition.choose"]
    if not wrap_up.dispositions:
        return e.text_input(DISPOSITION_INPUT, caption, _outcome(wrap_up), choose, d.budget.text)
    known = tuple(option for option in wrap_up.dispositions if option[0] and len(option[0]) <= _CHOICE_ID_LIMIT)
    options = known[: d.budget.choices]
    chosen = wrap_up.disposition if len(wrap_up.disposition) <= _CHOICE_ID_LIMIT else ""
    if chosen and chosen not in dict(options):
        # What was chosen stays to be seen, also where the list no longer has it or is cut.
        options = (*options, (chosen, _outcome(wrap_up)))
    return e.choice_input(DISPOSITION_INPUT, caption, chosen, choose, shared.choices(options, d.budget.text))


def _tags(d: Drawing, wrap_up: WrapUpView, data: Data) -> list[Element]:
    tags = list(dict.fromkeys(wrap_up.tags))
    shown = tags[: d.budget.tags]
    lines = [d.note("wrapup.tags")] if shown else []
    lines += [_tag(d, tag, data) for tag in shown]
    lines += and_more(d, len(tags) - len(shown))
    add = button(Verb.TAG_ADD, data, d.words["button.add_tag"], "tag.add")
    return [*lines, shared.tag_input(d.language, TAG_INPUT), e.actions([add], "tag.actions")]


def _tag(d: Drawing, tag: str, data: Data) -> Element:
    name = escape(tag, TAG_LIMIT) or NOTHING
    action = execute(Verb.TAG_REMOVE, {**data, "tag": tag}, d.words["wrapup.tag.remove"].replace("{tag}", spoken(tag)))
    return e.row(e.chip(name, "emphasis"), e.button(shared.CROSS, action, f"tag.remove.{tag}"))


def _buttons(d: Drawing, wrap_up: WrapUpView, data: Data) -> list[Element]:
    buttons = [button(Verb.WRAPUP_SAVE, data, d.words["button.save"], "wrapup.save")]
    if wrap_up.may_finish:
        buttons.append(button(Verb.WRAPUP_FINISH, data, d.words["button.finish"], "wrapup.finish", "positive"))
    return buttons


def _written(d: Drawing, wrap_up: WrapUpView) -> list[Element]:
    lines = []
    if outcome := _outcome(wrap_up):
        lines.append(e.text(f"{d.words['wrapup.disposition']}: {d.shown(outcome)}"))
    if wrap_up.notes:
        lines.append(e.text(f"{d.words['wrapup.notes']}: {escape(clip(wrap_up.notes, TEXT_LIMIT))}"))
    if wrap_up.tags:
        tags = ", ".join(escape(clip(tag, TAG_LIMIT)) for tag in wrap_up.tags[: d.budget.tags])
        lines.append(e.text(f"{d.words['wrapup.tags']}: {tags}"))
        lines += and_more(d, len(wrap_up.tags) - d.budget.tags)
    return lines or [d.note("wrapup.empty")]
