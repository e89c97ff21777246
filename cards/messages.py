"""The section Messages: every thread of the customer, one of them open (E-16)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import Verb, button
from cards.drawing import Drawing, spoken
from cards.elements import Element
from cards.escape import escape
from cards.sections import left_out
from cards.shapes import Json, written
from cards.threads import filters, page
from customers.messages import ThreadView


def summary(_d: Drawing) -> Json:
    """What is in it is read when it is opened."""
    return b""


def content(d: Drawing) -> list[Json]:
    """Whose messages stand there, and the threads; the open one with its messages."""
    view = d.view.messages
    if not view.threads:
        return [d.note("messages.none")]
    if not d.budget.messages:  # the smallest of cards
        return []
    room = d.budget.activities * 2
    rows = [*view.threads[:room]]
    rows += [one for one in view.threads[room:] if one.interaction_id == view.opened]
    items = [filters(d, view.side, "thread"), *[item for one in rows for item in _thread(d, one)]]
    items += left_out(d, len(view.threads) - len(rows))
    if view.has_more:
        items.append(e.note(d.words["messages.more"]))
    return [written(e.group(items, "messages.panel"))]


def _thread(d: Drawing, thread: ThreadView) -> list[Element]:
    view, element_id = d.view.messages, f"thread.{thread.interaction_id}"
    name = thread.subject or thread.request_name
    line = " · ".join(part for part in (d.words[f"channel.{thread.channel}"], escape(name, d.budget.text)) if part)
    when = e.note(d.words["messages.last"].format(when=d.writer.moment(thread.at)))
    if thread.interaction_id == view.opened:
        ids: dict[str, str] = {"thread": thread.interaction_id}
        return [e.item([e.strong(f"▾ {line}"), when, *page(d, view.page, "thread", ids)], element_id)]
    ids = {**d.ids, "thread": str(thread.interaction_id), "page": "0"}
    tooltip = d.words["messages.show.do"].format(name=spoken(name))
    look = button(Verb.MESSAGES_PAGE, ids, d.words["request.show"], f"{element_id}.show", tooltip=tooltip)
    return [e.item([e.text(line), when, e.actions([look], f"{element_id}.actions")], element_id)]
