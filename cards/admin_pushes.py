"""What was to be written into a CRM and failed or waits, each with why, what to do, and Retry (P-09)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Data, Verb, button
from cards.admin_parts import Sheet
from cards.elements import Element
from customers.administration import Doing, FailedPush
from customers.model import PushState

_WHAT = {Doing.WRITE: "push", Doing.WITHDRAW: "withdrawal", Doing.CREATE: "creation", Doing.UPDATE: "update"}


def pushes(sheet: Sheet) -> list[Element]:
    """The page: the oldest first."""
    view = sheet.view
    rows = view.pushes[: sheet.rows]
    if not rows:
        return [*_choice(sheet), e.box([e.text(sheet.words["admin.pushes.none"])], "good", "admin.pushes.none")]
    shown = [_push(sheet, push) for push in rows]
    return [*_choice(sheet), *_all(sheet), *shown, *sheet.more(view.pushes_total - len(rows))]


def _choice(sheet: Sheet) -> list[Element]:
    """Of which CRM, where there are several."""
    if len(sheet.view.crms) < 2:
        return []
    names = ["", *(crm.name for crm in sheet.view.crms)]
    return [e.actions([_of(sheet, name) for name in names], "admin.pushes.crms")]


def _of(sheet: Sheet, crm: str) -> Element:
    title = sheet.label(crm) if crm else sheet.words["admin.pushes.all"]
    style = "positive" if crm == sheet.view.crm else "default"
    return button(Verb.ADMIN_PUSHES, {"crm": crm} if crm else {}, title, f"admin.pushes.of.{crm or 'all'}", style)


def _all(sheet: Sheet) -> list[Element]:
    wanted = {push.crm for push in sheet.view.pushes if push.is_connected}
    names = [crm.name for crm in sheet.view.crms if crm.name in wanted]
    if not names:
        return []
    buttons = [
        button(
            Verb.ADMIN_RETRY,
            _kept(sheet, crm=name),
            sheet.told("admin.push.retry_all", crm=sheet.label(name)),
            f"admin.retry.{name}",
        )
        for name in names
    ]
    return [e.actions(buttons, "admin.retry")]


def _kept(sheet: Sheet, **data: str) -> Data:
    """`data`, and of which CRM the list is."""
    return {**data, "shown": sheet.view.crm} if sheet.view.crm else data


def _push(sheet: Sheet, push: FailedPush) -> Element:
    element_id = f"admin.push.{push.id}"
    name = push.title or push.record
    is_failed = push.state is PushState.FAILED
    said = sheet.say(f"admin.{_WHAT[push.does]}.{'failed' if is_failed else 'waits'}", reason=sheet.why(push.reason))
    count, when = sheet.number(push.attempts), sheet.when(push.created_at)
    lines = [
        e.strong(f"{sheet.shown(name)} · {sheet.shown(push.crm_label)}"),
        e.coloured(said, "Attention" if is_failed else "Warning"),
    ]
    if push.detail:
        lines.append(e.note(sheet.say("admin.push.says", crm=push.crm_label, detail=push.detail)))
    if push.next_attempt_at is not None:
        lines.append(e.note(sheet.say("admin.push.next", when=sheet.when(push.next_attempt_at))))
    remedy = sheet.remedy(push.reason)
    lines.append(e.small(remedy if push.is_connected else sheet.say("admin.push.not_connected", crm=push.crm_label)))
    if is_failed and push.does is Doing.CREATE:
        lines.append(e.small(sheet.words["admin.creation.do"]))
    agent = push.agent or sheet.words["admin.unnamed"]
    lines.append(e.note(sheet.say("admin.push.about", agent=agent, when=when, count=count)))
    lines.append(e.note(sheet.shown(" · ".join(filter(None, [push.record, push.interaction])))))
    return e.item([*lines, e.actions(_buttons(sheet, push, name, element_id), f"{element_id}.actions")], element_id)


def _buttons(sheet: Sheet, push: FailedPush, name: str, element_id: str) -> list[Element]:
    buttons = []
    if push.is_connected:
        tooltip = sheet.told("admin.push.retry.do", name=name)
        title = sheet.words["admin.push.retry"]
        data = _kept(sheet, push=push.id)
        buttons.append(button(Verb.ADMIN_RETRY, data, title, f"{element_id}.retry", tooltip=tooltip))
    if push.card_id:
        tooltip = sheet.told("admin.push.card.do", name=name)
        title = sheet.words["admin.push.card"]
        data = {"card": push.card_id}
        buttons.append(button(Verb.CUSTOMERS_SHOW, data, title, f"{element_id}.card", tooltip=tooltip))
    return buttons
