"""What became of each push, beside its record (P-09)."""

from __future__ import annotations

from functools import cache

from cards import elements as e
from cards import shared, texts
from cards.actions import ON_RECORD, Verb, button, open_url
from cards.drawing import Drawing, reason_text, spoken
from cards.escape import escape, safe_url
from cards.shapes import Json, Shape, Text, part, slot, text
from customers.model import PushState
from customers.views import PushView, RecordView

_OVER = (PushState.SENT, PushState.KEPT, PushState.WITHDRAWN)
"""What is done, with or without the CRM."""


def push_lines(d: Drawing, record: RecordView, push: PushView, element: Text) -> list[Json]:
    """The state in words, with a link or a Retry where that helps. `element`: what the row's element ids begin with."""
    match push.state:
        case PushState.WAITING:
            live = d.view.interaction is None or d.view.interaction.channel.is_live
            lines = [d.note("push.waiting" if live else "push.waiting.digital")]
        case PushState.SENDING:
            key = "push.withdrawing" if push.is_withdrawal else "push.sending"
            sending = _coloured(d, key, "Accent", "crm").fill(d.shown(record.crm_label))
            lines = [_with_activity(d, record, push, sending, element)] if record.is_connected else []
        case PushState.SENT:
            lines = [_with_activity(d, record, push, _sent(d, record, push), element)]
        case PushState.KEPT:
            kept = shared.line(d.language, "push.kept", e.note, "crm").fill(d.shown(record.crm_label))
            lines = [_with_activity(d, record, push, kept, element), *_withdrawal(d, record, push, element)]
        case PushState.WITHDRAWN:
            lines = [shared.line(d.language, "push.withdrawn", e.note, "crm").fill(d.shown(record.crm_label))]
        case PushState.RETRYING:
            lines = _retrying(d, record, push, element)
        case PushState.FAILED:
            lines = _failed(d, record, push, element)
    if not (record.is_connected or push.state in _OVER):
        lines.append(shared.line(d.language, "push.not_connected", e.note, "crm").fill(d.shown(record.crm_label)))
    if push.owner_is_integration and (push.is_amendment or push.state in _OVER):
        lines.append(_coloured(d, "push.integration", "Warning").fill())
    return lines


def _coloured(d: Drawing, key: str, color: str, blanks: str = "") -> Shape:
    return shared.coloured(d.language, key, color, blanks)


def _sent(d: Drawing, record: RecordView, push: PushView) -> Json:
    crm = d.shown(record.crm_label)
    if push.sent_at is None:
        return _coloured(d, "push.sent", "Good", "crm").fill(crm)
    return _coloured(d, "push.sent.when", "Good", "crm when").fill(crm, d.moment(push.sent_at))


def _with_activity(d: Drawing, record: RecordView, push: PushView, line: Json, element: Text) -> Json:
    url = safe_url(push.activity_url)
    if not url:
        return line
    return _activity(d.language).fill(line, text(url), text(spoken(record.crm_label)), element)


@cache
def _activity(language: str) -> Shape:
    """A line with the way to the activity beside it."""
    words = texts.of(language)
    opens = open_url(slot("url"), shared.sentence(language, "push.open.do", "crm"))
    button_beside = e.button([e.coloured(words["push.open"], "Accent")], opens, f"{slot('element')}.activity")
    return Shape("line url crm element", e.columns([e.rest([part("line")]), button_beside]))


def _retrying(d: Drawing, record: RecordView, push: PushView, element: Text) -> list[Json]:
    is_held = push.reason == "mapping"
    key, reason = _key("held" if is_held else "retrying", push), _reason(d, record, push)
    if push.next_attempt_at is None:
        line = _coloured(d, key, "Warning", "reason").fill(reason)
    else:
        line = _coloured(d, f"{key}.when", "Warning", "reason when").fill(reason, d.moment(push.next_attempt_at))
    lines = [_with_activity(d, record, push, line, element)]
    if push.attempts > 1 and not is_held:
        count = text(d.writer.number(push.attempts))
        lines.append(shared.line(d.language, "push.attempts", e.note, "count").fill(count))
    return lines


def _failed(d: Drawing, record: RecordView, push: PushView, element: Text) -> list[Json]:
    line = _coloured(d, _key("failed", push), "Attention", "reason").fill(_reason(d, record, push))
    lines = [_with_activity(d, record, push, line, element)]
    if push.detail:
        crm, detail = d.shown(record.crm_label), d.shown(push.detail)
        lines.append(shared.line(d.language, "push.detail", e.note, "crm detail").fill(crm, detail))
    if d.may_change and record.is_connected:
        lines.append(_retry(d.language).fill(element, text(record.record)))
    return lines


def _key(what: str, push: PushView) -> str:
    """Where the activity is there, it is said that it is: only the last change to it, or its deletion, is not."""
    if push.is_withdrawal:
        return f"push.withdraw.{what}"
    return f"push.amend.{what}" if push.is_amendment else f"push.{what}"


def _withdrawal(d: Drawing, record: RecordView, push: PushView, element: Text) -> list[Json]:
    """The way to take the activity out of the CRM again; pressed, it says what it does and asks (C-12)."""
    if not (push.may_withdraw and d.may_change and record.is_connected):
        return []
    shape = _withdraw_asks if push.is_asking else _withdraw
    return [shape(d.language).fill(element, text(record.record), d.shown(record.crm_label))]


@cache
def _withdraw(language: str) -> Shape:
    words, element = texts.of(language), slot("element")
    says = shared.sentence(language, "push.withdraw.do", "crm")
    press = button(Verb.PUSH_WITHDRAW, ON_RECORD, words["push.withdraw"], f"{element}.withdraw", tooltip=says)
    return Shape("element record crm", e.actions([press], f"{element}.push.actions"))


@cache
def _withdraw_asks(language: str) -> Shape:
    words, element = texts.of(language), slot("element")
    yes, no = (
        button(
            Verb.PUSH_WITHDRAW,
            {**ON_RECORD, "answer": answer},
            words[f"push.withdraw.{answer}"],
            f"{element}.{answer}",
            style,
        )
        for answer, style in (("yes", "destructive"), ("no", "default"))
    )
    asks = e.coloured(shared.sentence(language, "push.withdraw.ask", "crm"), "Warning")
    return Shape(
        "element record crm", e.group([asks, e.actions([yes, no], f"{element}.push.actions")], f"{element}.asks")
    )


@cache
def _retry(language: str) -> Shape:
    press = button(Verb.PUSH_RETRY, ON_RECORD, texts.of(language)["button.retry"], f"{slot('element')}.retry")
    return Shape("element record", e.actions([press], f"{slot('element')}.push.actions"))


def _reason(d: Drawing, record: RecordView, push: PushView) -> Text:
    return text(reason_text(d.words, push.reason, escape(record.crm_label, d.budget.text)))
