"""What the contact centres have sent: counted by source and type; what was not understood, and reading it again."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.admin_parts import Sheet
from cards.elements import Element
from customers.administration import EventCount, FailedEvent


def events(sheet: Sheet) -> list[Element]:
    """The page."""
    return [*_bad(sheet), *_counts(sheet), *_refused(sheet)]


def _counts(sheet: Sheet) -> list[Element]:
    rows = [e.heading(sheet.words["admin.events.day"])]
    if not sheet.view.events:
        rows.append(e.note(sheet.words["admin.events.none"]))
    last = ""
    for number, one in enumerate(sheet.view.events):
        if one.intake != last:
            rows.append(e.strong(sheet.shown(one.intake)))
        last = one.intake
        rows.append(e.group([e.text(sheet.shown(one.type)), e.note(_results(sheet, one))], f"admin.events.{number}"))
    return rows


def _results(sheet: Sheet, one: EventCount) -> str:
    counts = {"done": one.done, "new": one.new, "unknown": one.unknown, "failed": one.failed}
    parts = [sheet.say("admin.events.stored", count=sheet.number(sum(counts.values())))]
    parts += [sheet.say(f"admin.events.{name}", count=sheet.number(count)) for name, count in counts.items() if count]
    return " · ".join(parts)


def _refused(sheet: Sheet) -> list[Element]:
    """They are stored nowhere; this process has counted them."""
    refused = sheet.view.refusals
    if not refused:
        return []
    rows = [
        e.text(
            sheet.say(
                "admin.events.refused.row", name=one.intake, count=sheet.number(one.count), reason=str(one.status)
            )
        )
        for one in refused
    ]
    return [e.item([e.heading(sheet.words["admin.events.refused"]), *rows], "admin.refused")]


def _bad(sheet: Sheet) -> list[Element]:
    view = sheet.view
    rows = view.failed_events[: sheet.rows]
    if not rows:
        return []
    shown: list[Element] = [e.heading(sheet.words["admin.events.bad"])]
    if any(one.is_failed for one in rows):
        title = sheet.words["admin.events.replay_all"]
        shown.append(e.actions([button(Verb.ADMIN_REPLAY, {}, title, "admin.replay")], "admin.replay.actions"))
    shown += [_event(sheet, one) for one in rows]
    return [*shown, *sheet.more(view.failed_events_total - len(rows))]


def _event(sheet: Sheet, one: FailedEvent) -> Element:
    element_id = f"admin.event.{one.id}"
    key = "admin.events.bad.failed" if one.is_failed else "admin.events.bad.unknown"
    said = sheet.say(key, name=str(one.id), reason=one.reason or one.type)
    about = " · ".join((one.intake, one.type, one.subject, sheet.when(one.received_at)))
    lines = [e.coloured(said, "Attention" if one.is_failed else "Warning"), e.note(sheet.shown(about))]
    tooltip = sheet.told("admin.events.replay.do", name=str(one.id))
    title = sheet.words["admin.events.replay"]
    press = button(Verb.ADMIN_REPLAY, {"event": str(one.id)}, title, f"{element_id}.replay", tooltip=tooltip)
    return e.item([*lines, e.actions([press], f"{element_id}.actions")], element_id)
