"""Each CRM: whether it is written to, its mapping's check, and what would be written of an interaction (P-11, P-19)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.admin_overview import queue
from cards.admin_parts import Sheet
from cards.elements import Element
from customers.administration import CrmState, Finding, Preview, Previewable, Previews

_REF_LIMIT = 128


def crms(sheet: Sheet) -> list[Element]:
    """The page, or the preview that was asked for."""
    if sheet.view.previews is not None:
        return _previews(sheet, sheet.view.previews)
    if not sheet.view.crms:
        return [e.box([e.text(sheet.words["admin.crms.none"])], "accent", "admin.crms.none")]
    return [*[_crm(sheet, crm) for crm in sheet.view.crms], *_choice(sheet)]


def _crm(sheet: Sheet, crm: CrmState) -> Element:
    element_id = f"admin.crm.{crm.name}"
    lines = [e.heading(sheet.shown(sheet.label(crm.name))), *_state(sheet, crm), e.note(queue(sheet, crm))]
    lines.append(e.note(_limits(sheet, crm)))
    if crm.last_reason:
        lines.append(e.note(sheet.say("admin.crm.last", reason=sheet.why(crm.last_reason))))
        if crm.last_detail:
            lines.append(e.note(sheet.say("admin.push.says", crm=crm.label, detail=crm.last_detail)))
    lines += _mapping(sheet, crm)
    return e.item([*lines, e.actions(_buttons(sheet, crm), f"{element_id}.actions")], element_id)


def _state(sheet: Sheet, crm: CrmState) -> list[Element]:
    if crm.paused_until is None:
        return [e.coloured(sheet.words["admin.crm.connected"], "Good")]
    why = sheet.why(crm.pause_reason)
    by_hand = crm.pause_reason in ("administrator", "mapping")
    when = sheet.when(crm.paused_until)
    said = (
        sheet.say("admin.crm.paused", reason=why)
        if by_hand
        else sheet.say("admin.crm.paused.until", reason=why, when=when)
    )
    return [e.coloured(said, "Warning"), e.small(sheet.remedy(crm.pause_reason))]


def _limits(sheet: Sheet, crm: CrmState) -> str:
    count = sheet.number(crm.concurrency)
    if crm.rate is None:
        return sheet.say("admin.crm.limits", count=count)
    return sheet.say("admin.crm.limits.rate", count=count, rate=f"{crm.rate:g}")


def _mapping(sheet: Sheet, crm: CrmState) -> list[Element]:
    if crm.is_asked:
        return [e.coloured(sheet.words["admin.crm.checking"], "Accent")]
    if crm.checked_at is None:
        return [e.note(sheet.words["admin.crm.unchecked"])]
    when = sheet.when(crm.checked_at)
    if crm.error:
        said = sheet.say("admin.crm.not_checked", when=when, reason=sheet.why(crm.error))
        return [e.coloured(said, "Warning"), e.small(sheet.remedy(crm.error))]
    fits = e.coloured(sheet.say("admin.crm.fits", when=when), "Good")
    unfit = e.coloured(sheet.say("admin.crm.unfit", when=when), "Attention")
    found = crm.findings[: sheet.rows]
    rows = [_finding(sheet, crm, number, one) for number, one in enumerate(found)]
    return [fits if crm.is_fit else unfit, *rows, *sheet.more(len(crm.findings) - len(found))]


def _finding(sheet: Sheet, crm: CrmState, number: int, one: Finding) -> Element:
    """In the words of the check, which are those of `customer-card mapping check`."""
    stops = e.coloured(sheet.words["admin.crm.stops"], "Attention")
    hint = e.coloured(sheet.words["admin.crm.hint"], "Warning")
    lines = [e.strong(sheet.shown(one.key)), stops if one.stops else hint, e.text(sheet.shown(one.problem))]
    lines.append(e.text(sheet.say("admin.crm.to_do", text=one.to_do)))
    return e.group(lines, f"admin.finding.{crm.name}.{number}")


def _buttons(sheet: Sheet, crm: CrmState) -> list[Element]:
    names = [(Verb.ADMIN_CHECK, "check")]
    is_stopped = crm.paused_until is not None and crm.pause_reason == "administrator"
    names.append((Verb.ADMIN_RESUME, "resume") if is_stopped else (Verb.ADMIN_PAUSE, "pause"))
    buttons = [_button(sheet, crm, verb, name) for verb, name in names]
    if crm.name != sheet.view.crm:
        buttons.append(_button(sheet, crm, Verb.ADMIN_SHOW, "previews", page="crms"))
    return buttons


def _button(sheet: Sheet, crm: CrmState, verb: Verb, name: str, **data: str) -> Element:
    tooltip = sheet.told(f"admin.crm.{name}.do", crm=sheet.label(crm.name))
    title = sheet.words[f"admin.crm.{name}"]
    return button(verb, {"crm": crm.name, **data}, title, f"admin.{name}.{crm.name}", tooltip=tooltip)


# --- previews ---------------------------------------------------------------------------------------------------


def _choice(sheet: Sheet) -> list[Element]:
    """Interactions of late that are linked to a record of the chosen CRM, and a field for the id of any."""
    view, words = sheet.view, sheet.words
    label = sheet.label(view.crm)
    lines = [e.heading(sheet.say("admin.preview", crm=label)), e.note(words["admin.preview.more"])]
    lines.append(e.text_input("preview.ref", words["admin.preview.ref"], "", "", _REF_LIMIT))
    typed = button(Verb.ADMIN_PREVIEW, {"crm": view.crm}, words["admin.preview.show"], "preview.typed")
    lines.append(e.actions([typed], "preview.typed.actions"))
    rows = [_previewable(sheet, one) for one in view.previewable]
    if not rows:
        lines.append(e.note(sheet.say("admin.preview.none", crm=label)))
    return [e.item([*lines, *rows], "admin.preview")]


def _previewable(sheet: Sheet, one: Previewable) -> Element:
    name = one.customer or one.ref
    below = " · ".join(part for part in (sheet.words[f"channel.{one.channel}"], one.agent, sheet.when(one.at)) if part)
    tooltip = sheet.told("admin.preview.show.do", name=name)
    data = {"crm": one.crm, "interaction": one.id}
    press = button(Verb.ADMIN_PREVIEW, data, sheet.words["admin.preview.show"], f"preview.{one.id}", tooltip=tooltip)
    lines = [e.strong(sheet.shown(name)), e.note(sheet.shown(below)), e.actions([press], f"preview.{one.id}.actions")]
    return e.group(lines, f"preview.row.{one.id}")


def _previews(sheet: Sheet, found: Previews) -> list[Element]:
    back = button(Verb.ADMIN_SHOW, {"page": "crms", "crm": sheet.view.crm}, sheet.words["admin.back"], "preview.back")
    head = e.actions([back], "preview.back.actions")
    if found.reason:
        key = f"admin.preview.{found.reason}"
        known = key in sheet.words
        said = sheet.say(key if known else "admin.preview.failed", crm=found.crm_label, reason=sheet.why(found.reason))
        remedy = [] if known else [e.text(sheet.remedy(found.reason))]
        return [head, e.box([e.text(said), *remedy], "warning", "preview.failed")]
    title = sheet.say("admin.preview.of", name=found.interaction, crm=found.crm_label)
    shown = found.previews[: sheet.rows]
    rows = [_preview(sheet, number, one) for number, one in enumerate(shown)]
    return [head, e.text(title), *rows, *sheet.more(len(found.previews) - len(shown))]


def _preview(sheet: Sheet, number: int, one: Preview) -> Element:
    owner = sheet.say("admin.preview.owner", name=one.owner) if one.owner else sheet.words["admin.preview.integration"]
    lines = [e.strong(sheet.shown(f"{one.target} · {one.title}")), e.note(f"{sheet.shown(one.record)} · {owner}")]
    for name, value in one.fields:
        said = sheet.shown(value) if value else sheet.words["admin.preview.empty"]
        lines += [e.small(sheet.shown(name), "Small"), e.text(said)]
    if one.cut:
        lines.append(e.coloured(sheet.say("admin.preview.cut", text=", ".join(one.cut)), "Warning"))
    return e.item(lines, f"preview.activity.{number}")
