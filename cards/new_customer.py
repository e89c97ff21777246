"""The form for a customer whom an agent enters by hand, and who may be the same (B-14, B-18, B-30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cards import elements as e
from cards import fields, texts
from cards.actions import Verb, button, execute
from cards.dates import Writer, writer_for
from cards.drawing import IDENTITY_LENGTH, Bare, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape, shown
from cards.limits import BUDGETS
from cards.shapes import DrawnCard, written
from customers.model import TEXT_LIMIT
from customers.new_customer import NewCustomerView, NewField
from customers.views import CustomerRow, Surface, Viewer

INPUT: Final = "new"
OWN: Final = "own."
"""What the names of the company's own fields begin with."""
_LENGTH: Final = 120
_LIMITS: Final = {NewField.PHONE: 320, NewField.EMAIL: 320}


def new_customer_json(view: NewCustomerView, viewer: Viewer, surface: Surface) -> DrawnCard:
    """`view` as an Adaptive Card. The pane keeps what is typed by itself, also across a reload."""
    typed = view.typed if surface is Surface.CHAT else {}
    words, writer = texts.of(viewer.language), writer_for(viewer)
    heading = words["new.title"]
    body = [e.title(heading, "customer.name"), e.note(words["new.what"])]
    body += [_input(words, one, typed.get(one.value, "")) for one in NewField]
    pen = Bare(words, words["language"], writer, BUDGETS[0])
    own = [one._replace(typed=typed.get(f"{OWN}{one.field.name}")) for one in view.own]
    body += fields.inputs(pen, own, f"{INPUT}.{OWN}")
    if view.alike:
        rows = [_row(row, words, writer) for row in view.alike]
        body.append(e.box([e.strong(words["new.alike"]), *rows], "warning", "new.alike"))
    create = {"sure": "yes"} if view.alike else {}
    caption = words["new.create_anyway"] if view.alike else words["new.create"]
    buttons = [
        button(Verb.CUSTOMERS_CREATE, create, caption, "new.create", "default" if view.alike else "positive"),
        button(Verb.CUSTOMERS_OPEN, {}, words["new.cancel"], "new.cancel"),
    ]
    body.append(e.actions(buttons, "new.actions"))
    whole = e.card(body, language=words["language"], speak=heading, fallback=heading, refresh=None)
    return DrawnCard(written(whole), heading)


def _input(words: Mapping[str, str], one: NewField, typed: str) -> Element:
    limit = _LIMITS.get(one, TEXT_LIMIT)
    caption = words["profile.name" if one is NewField.NAME else f"new.{one}"]
    asked = words[f"new.{one}.placeholder"]
    is_long = one is NewField.NOTES
    return e.text_input(f"{INPUT}.{one}", caption, shown(typed, limit), asked, limit, multiline=is_long)


def _row(row: CustomerRow, words: Mapping[str, str], writer: Writer) -> Element:
    """One who may be the same, told apart as in the list; pressed, they are opened instead."""
    identity = writer.phone(row.identity)
    name = row.customer_name or identity or words["customer.unknown"]
    parts = [words[f"channel.{row.channel}"], escape(identity, IDENTITY_LENGTH) if row.customer_name else ""]
    lines = [e.strong(escape(name, _LENGTH) or NOTHING), e.note(" · ".join(part for part in parts if part))]
    action = execute(Verb.CUSTOMERS_SHOW, {"card": row.card_id}, words["list.show"].format(name=spoken(name)))
    return e.row_button(lines, action, f"new.alike.{row.card_id}", "default")
