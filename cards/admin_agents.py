"""Agents of the contact centre without a Teams user, what waits for them, and matching them by hand (P-17)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.admin_parts import Sheet
from cards.elements import Element
from customers.administration import MatchedAgent, Suggestion, UnmatchedAgent

USER_INPUT = "agents.user"
_USER_LIMIT = 254


def agents(sheet: Sheet) -> list[Element]:
    """The page."""
    view, words = sheet.view, sheet.words
    rows = view.unmatched[: sheet.rows]
    known = sheet.say("admin.agents.count", count=sheet.number(view.matched_total))
    if not rows:
        is_nobody = not view.matched_total
        said = words["admin.agents.nobody" if is_nobody else "admin.agents.all_matched"]
        top = [e.box([e.text(said)], "accent" if is_nobody else "good", "admin.agents.none")]
    else:
        top = [e.heading(words["admin.agents.unmatched"]), *[_unmatched(sheet, one) for one in rows]]
        top += sheet.more(view.unmatched_total - len(rows))
    matched = view.matched[: sheet.rows]
    by_hand = [e.heading(words["admin.agents.by_hand"]), *[_matched(sheet, one) for one in matched]] if matched else []
    return [*top, *by_hand, e.note(known)]


def _unmatched(sheet: Sheet, one: UnmatchedAgent) -> Element:
    element_id = f"admin.agent.{one.id}"
    name = one.name or one.email or one.key
    who = " · ".join(part for part in (one.email, one.key, one.intake) if part)
    lines = [e.strong(sheet.shown(name)), e.note(sheet.shown(who)), _waits(sheet, one)]
    if sheet.view.matching == one.id:
        return e.item([*lines, *_form(sheet, one, element_id)], element_id)
    # While one is being matched by what is typed, Enter must not press another's button.
    suggestions = one.suggestions if not sheet.view.matching else ()
    buttons = [_suggestion(sheet, one, name, suggested) for suggested in suggestions]
    title, tooltip = sheet.words["admin.agents.match"], sheet.told("admin.agents.match.do", name=name)
    data = {"page": "agents", "agent": one.id}
    buttons.append(button(Verb.ADMIN_SHOW, data, title, f"{element_id}.match", tooltip=tooltip))
    return e.item([*lines, e.actions(buttons, f"{element_id}.actions")], element_id)


def _waits(sheet: Sheet, one: UnmatchedAgent) -> Element:
    if one.since is None:
        return e.note(sheet.words["admin.agents.waits.none"])
    counts = {"count": sheet.number(one.open_legs), "legs": sheet.number(one.legs)}
    said = sheet.say("admin.agents.waits", when=sheet.when(one.since), **counts)
    return e.coloured(said, "Warning") if one.open_legs else e.note(said)


def _suggestion(sheet: Sheet, one: UnmatchedAgent, name: str, suggested: Suggestion) -> Element:
    """A user of the same name or address: one press is enough."""
    user = suggested.email or suggested.name
    data = {"id": one.id, "user": suggested.user_id}
    title = sheet.told("admin.agents.is", name=user)
    tooltip = sheet.told("admin.agents.is.do", agent=name, name=f"{suggested.name} {suggested.email}")
    element_id = f"admin.agent.{one.id}.is.{suggested.user_id}"
    return button(Verb.AGENTS_LINK, data, title, element_id, "positive", tooltip=tooltip)


def _form(sheet: Sheet, one: UnmatchedAgent, element_id: str) -> list[Element]:
    words = sheet.words
    field = e.text_input(
        USER_INPUT, words["admin.agents.user"], "", words["admin.agents.user.placeholder"], _USER_LIMIT
    )
    save = button(Verb.AGENTS_LINK, {"id": one.id}, words["admin.agents.save"], f"{element_id}.save", "positive")
    cancel = button(Verb.ADMIN_SHOW, {"page": "agents"}, words["admin.agents.cancel"], f"{element_id}.cancel")
    return [field, e.actions([save, cancel], f"{element_id}.actions")]


def _matched(sheet: Sheet, one: MatchedAgent) -> Element:
    element_id, name = f"admin.matched.{one.id}", one.name or one.key
    lines = [
        e.strong(sheet.shown(name)),
        e.note(sheet.say("admin.agents.matched", name=one.user, when=sheet.when(one.at))),
    ]
    if not one.is_installed:
        lines.append(e.coloured(sheet.words["admin.agents.no_app"], "Warning"))
    tooltip = sheet.told("admin.agents.unmatch.do", agent=name, name=one.user)
    title = sheet.words["admin.agents.unmatch"]
    press = button(Verb.AGENTS_UNLINK, {"id": one.id}, title, f"{element_id}.back", tooltip=tooltip)
    return e.item([*lines, e.actions([press], f"{element_id}.actions")], element_id)
