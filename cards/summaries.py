"""What tells one card from another (P-05), wherever cards stand beside each other to be merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cards import elements as e
from cards import texts
from cards.drawing import IDENTITY_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.marks import marked
from cards.sections import left_out
from customers.merging import CardSummary, Contact
from customers.model import Channel, IdentityKind

WITH_PROVIDER: Final = (IdentityKind.SOCIAL, IdentityKind.EXTERNAL)
"""Kinds whose identifiers mean something at one provider only."""


def known_as(d: Drawing, card: CardSummary) -> str:
    """What to call the customer of the card; not escaped."""
    best = contact_value(d, card.contacts[0]) if card.contacts else ""
    return card.customer_name or best or d.words["customer.unknown"]


def spoken_as(d: Drawing, card: CardSummary) -> str:
    """`known_as` for the title of an action."""
    return spoken(known_as(d, card))


def who(d: Drawing, card: CardSummary, marks: Sequence[str] = ()) -> list[Element]:
    """What the customer is called, which stands out, unless something in it does; company and channels."""
    name = marked(known_as(d, card), marks, d.budget.text) or NOTHING
    return [e.text(name) if marks else e.strong(name), e.note(_company_and_channels(d, card, marks))]


def details(d: Drawing, card: CardSummary, marks: Sequence[str] = ()) -> list[Element]:
    """Every identifier in full, the last interaction and how many requests are open."""
    shown = card.contacts[: d.budget.contacts]
    lines = [e.small(_contact(d, contact, marks)) for contact in shown]
    return [*lines, *left_out(d, len(card.contacts) - len(shown)), e.note(_activity(d, card))]


def contact_value(d: Drawing, contact: Contact) -> str:
    """The identifier in full, phone numbers as the viewer's country writes them; not escaped."""
    return d.writer.phone(contact.value) if contact.kind is IdentityKind.PHONE else contact.value


def _company_and_channels(d: Drawing, card: CardSummary, marks: Sequence[str]) -> str:
    channels = ", ".join(dict.fromkeys(d.words[f"channel.{channel}"] for channel in card.channels))
    company = marked(card.company, marks, d.budget.text)
    return " · ".join(part for part in (company, channels) if part) or NOTHING


def _contact(d: Drawing, contact: Contact, marks: Sequence[str]) -> str:
    kind = d.words[f"identity.{contact.kind}"]
    caption = kind
    if contact.provider and contact.kind in WITH_PROVIDER:
        caption = f"{kind} ({escape(contact.provider, d.budget.text)})"
    value = marked(contact_value(d, contact), marks, IDENTITY_LENGTH) or NOTHING
    return f"{caption}: {value}{stays_with(d.words, kind, contact.channel)}"


def stays_with(words: Mapping[str, str], kind: str, channel: Channel | None) -> str:
    """The channel of an identifier (P-03), where the word for its `kind` does not say so already."""
    said = "" if channel is None else words[f"channel.{channel}"]
    return f" · {said}" if said and said != kind else ""


def _activity(d: Drawing, card: CardSummary) -> str:
    if card.last_at is None:
        said = d.words["merge.last.none"]
    else:
        channel = d.words[f"channel.{card.last_channel or Channel.OTHER}"]
        said = d.words["merge.last"].format(channel=channel, when=d.writer.moment(card.last_at))
    if not card.open_requests:
        return said
    count = card.open_requests
    return f"{said} · {texts.counted(d.words, 'merge.open_count', count, d.writer.number(count))}"
