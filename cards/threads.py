"""Messages of both sides, drawn: who wrote when, folded where they are long (E-16, C-01), and what can be done."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards.actions import Verb, button
from cards.drawing import Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, clip, escape, shown
from cards.links import linked
from cards.sections import left_out
from customers.comments import CommentView
from customers.messages import Author, CaseThread, MessageView, Page, Side
from customers.model import TEXT_LIMIT

COMMENT_INPUT: Final = "comment.message"
"""What the id of the field for a comment on a message begins with; the message follows."""
_FOLDED: Final = 280
"""Characters of a message that stand there before the rest is asked for."""
_LINES: Final = 6


def case_thread(d: Drawing) -> list[Element]:
    """The messages of the request that is shown; one of them can be commented on (E-31)."""
    case = d.view.case
    is_empty = not case.page.messages and case.side is Side.ALL and not case.page.number
    if is_empty or not d.budget.messages:
        return []
    head = [e.strong(d.words["case.messages"]), filters(d, case.side, "case")]
    return [e.group([*head, *page(d, case.page, "case", {}, case)], "case")]


def filters(d: Drawing, side: Side, place: str) -> Element:
    """Whose messages stand there; the pressed one says so."""
    buttons = []
    for one in Side:
        caption = d.words[f"messages.side.{one}"]
        said = f"✓ {caption}" if one is side else caption
        buttons.append(button(Verb.MESSAGES_FILTER, {**d.ids, "side": one.value}, said, f"{place}.filter.{one}"))
    return e.actions(buttons, f"{place}.filters")


def page(
    d: Drawing, shown_page: Page, place: str, ids: dict[str, str], case: CaseThread | None = None
) -> list[Element]:
    """The messages, the oldest first, with the way to older and newer ones. `ids`: what names the thread."""
    room = d.budget.messages
    kept = shown_page.messages[max(0, len(shown_page.messages) - room) :]
    rows = left_out(d, len(shown_page.messages) - len(kept))
    rows += [_message(d, one, place, case) for one in kept]
    if not shown_page.messages:
        rows.append(e.note(d.words["messages.none"]))
    ways = [
        (shown_page.has_older, shown_page.number + 1, "older"),
        (shown_page.number > 0, shown_page.number - 1, "newer"),
    ]
    buttons = [
        button(Verb.MESSAGES_PAGE, {**d.ids, **ids, "page": str(number)}, d.words[f"messages.{way}"], f"{place}.{way}")
        for is_there, number, way in ways
        if is_there
    ]
    return [*rows, e.actions(buttons, f"{place}.pages")] if buttons else rows


def _message(d: Drawing, message: MessageView, place: str, case: CaseThread | None) -> Element:
    element_id = f"{place}.message.{message.id}"
    is_hidden = message.is_blocked and not message.is_unfolded
    lines = [e.strong(_head(d, message)), *_text(d, message, is_hidden=is_hidden)]
    lines += [_comment(d, one, place) for one in message.comments]
    if buttons := _buttons(d, message, element_id, case):
        lines.append(e.actions(buttons, f"{element_id}.actions"))
    if case is not None and case.selected == message.id and d.may_comment and d.has_room:
        lines += _field(d, message, case)
    return e.item(lines, element_id)


def _head(d: Drawing, message: MessageView) -> str:
    """`Edward Ferrars · 20 Nov 2026, 14:05 · E-mail`."""
    if message.author is Author.CUSTOMER:
        name = escape(clip(d.customer, d.budget.text))
    else:
        name = escape(message.name, d.budget.text)
    said = [
        name or d.words[f"author.{message.author}"],
        d.writer.moment(message.at),
        d.words[f"channel.{message.channel}"],
    ]
    if message.is_internal:
        said.append(d.words["message.internal"])
    return " · ".join(said)


def _text(d: Drawing, message: MessageView, *, is_hidden: bool) -> list[Element]:
    if is_hidden:
        return [e.coloured(d.words["message.blocked"], "Attention")]
    room = TEXT_LIMIT if d.budget.requests else d.budget.text
    whole = clip(message.text, room if message.is_unfolded else min(room, _FOLDED))
    rows = [line for line in whole.split("\n") if escape(line)]
    if len(rows) > _LINES:
        rows = [*rows[: _LINES - 1], " ".join(rows[_LINES - 1 :])] if message.is_unfolded else [*rows[:_LINES], NOTHING]
    lines = [e.text(linked(line)) for line in rows] or [e.text(NOTHING)]
    if message.is_cut or (message.is_unfolded and len(message.text) > room):
        lines.append(e.note(d.words["message.cut"]))
    if message.has_attachments:
        lines.append(e.note(d.words["message.attachments"]))
    return lines


def _is_long(message: MessageView) -> bool:
    return len(message.text) > _FOLDED or message.text.count("\n") >= _LINES or message.is_blocked


def _buttons(d: Drawing, message: MessageView, element_id: str, case: CaseThread | None) -> list[Element]:
    ids, about = {**d.ids, "message": message.id}, spoken(clip(message.text, 40)) if not message.is_blocked else ""
    buttons = []
    if _is_long(message):
        key = "message.fold" if message.is_unfolded else "message.unfold"
        tooltip = f"{d.words[key]}: {about}" if about else d.words[key]
        buttons.append(button(Verb.MESSAGE_UNFOLD, ids, d.words[key], f"{element_id}.unfold", tooltip=tooltip))
    if case is not None and d.may_comment:
        key = "message.select.stop" if case.selected == message.id else "message.select"
        tooltip = f"{d.words[key]}: {about}" if about else d.words[key]
        buttons.append(button(Verb.MESSAGE_SELECT, ids, d.words[key], f"{element_id}.select", tooltip=tooltip))
    return buttons


def _comment(d: Drawing, comment: CommentView, place: str) -> Element:
    """What a colleague wrote on the message; internal (E-26)."""
    said = [escape(comment.author, d.budget.text), d.writer.moment(comment.at)]
    if comment.corrects_at is not None:
        said.append(d.words["comment.corrects"].format(when=d.writer.moment(comment.corrects_at)))
    if comment.is_corrected:
        said.append(d.words["comment.is_corrected"])
    head = d.words["message.comment"].format(who=" · ".join(part for part in said if part))
    text = linked(comment.text, TEXT_LIMIT if d.budget.requests else d.budget.text) or NOTHING
    return {**e.box([e.note(head), e.text(text)], "emphasis", f"{place}.comment.{comment.id}"), "spacing": "Small"}


def _field(d: Drawing, message: MessageView, case: CaseThread) -> list[Element]:
    ids = {**d.ids, "message": message.id}
    send = button(Verb.COMMENT_ADD, ids, d.words["comment.send"], f"{COMMENT_INPUT}.send")
    asked, draft = d.words["comment.text.placeholder"], shown(case.draft, TEXT_LIMIT)
    caption = d.words["message.comment.text"]
    return [
        e.text_input(f"{COMMENT_INPUT}.{message.id}", caption, draft, asked, TEXT_LIMIT, multiline=True),
        e.actions([send], f"{COMMENT_INPUT}.actions"),
    ]
