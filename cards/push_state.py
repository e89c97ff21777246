"""What became of each push, beside its record (P-09)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button, open_url
from cards.drawing import Drawing, reason_text, spoken
from cards.elements import Element
from cards.escape import safe_url
from cards.limits import FAILED_UNITS, PUSH_UNITS
from customers.model import PushState
from customers.views import PushView, RecordView


def push_lines(d: Drawing, record: RecordView, push: PushView, element_id: str) -> list[Element]:
    """The state in words, with a link or a Retry where that helps. `element_id` is the record's row."""
    crm = d.shown(record.crm_label)
    match push.state:
        case PushState.WAITING:
            live = d.view.interaction is None or d.view.interaction.channel.is_live
            lines = [d.note("push.waiting" if live else "push.waiting.digital")]
        case PushState.SENDING:
            lines = [e.coloured(d.words["push.sending"].format(crm=crm), "Accent")]
        case PushState.SENT:
            lines = [_with_activity(d, record, push, e.coloured(_sent(d, push, crm), "Good"), element_id)]
        case PushState.KEPT:
            kept = e.note(d.words["push.kept"].format(crm=crm))
            lines = [_with_activity(d, record, push, kept, element_id)]
        case PushState.RETRYING:
            lines = _retrying(d, push, crm)
        case PushState.FAILED:
            lines = _failed(d, record, push, crm, element_id)
    if push.owner_is_integration and push.state in (PushState.SENT, PushState.KEPT):
        lines.append(e.coloured(d.words["push.integration"], "Warning"))
    return lines


def push_units(push: PushView, label: int) -> int:
    """At least as many UTF-16 units as `push_lines` take as JSON without ids; `label`: length of the CRM's."""
    units = PUSH_UNITS + 12 * label + len(push.activity_url)
    if push.state is not PushState.FAILED:
        return units
    return units + FAILED_UNITS + 4 * len(push.detail)


def _sent(d: Drawing, push: PushView, crm: str) -> str:
    if push.sent_at is None:
        return d.words["push.sent"].format(crm=crm)
    return d.words["push.sent.when"].format(crm=crm, when=d.writer.moment(push.sent_at))


def _with_activity(d: Drawing, record: RecordView, push: PushView, line: Element, element_id: str) -> Element:
    url = safe_url(push.activity_url)
    if not url:
        return line
    press = d.words["push.open.do"].format(crm=spoken(record.crm_label))
    opens = e.button([e.coloured(d.words["push.open"], "Accent")], open_url(url, press), f"{element_id}.activity")
    return e.columns([e.rest([line]), opens])


def _retrying(d: Drawing, push: PushView, crm: str) -> list[Element]:
    reason = reason_text(d.words, push.reason, crm)
    if push.next_attempt_at is None:
        line = d.words["push.retrying"].format(reason=reason)
    else:
        line = d.words["push.retrying.when"].format(reason=reason, when=d.writer.moment(push.next_attempt_at))
    lines = [e.coloured(line, "Warning")]
    if push.attempts > 1:
        lines.append(e.note(d.words["push.attempts"].format(count=d.writer.number(push.attempts))))
    return lines


def _failed(d: Drawing, record: RecordView, push: PushView, crm: str, element_id: str) -> list[Element]:
    reason = reason_text(d.words, push.reason, crm)
    lines = [e.coloured(d.words["push.failed"].format(reason=reason), "Attention")]
    if push.detail:
        lines.append(e.note(d.words["push.detail"].format(crm=crm, detail=d.shown(push.detail))))
    if d.may_change:
        data = {**d.link, "record": record.record}
        retry = button(Verb.PUSH_RETRY, data, d.words["button.retry"], f"{element_id}.retry")
        lines.append(e.actions([retry], f"{element_id}.push.actions"))
    return lines
