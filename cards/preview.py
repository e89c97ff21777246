"""What a customer's line in a list shows on hover and focus (B-31): enough to know whether to open them."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import texts
from cards.dates import writer_for
from cards.drawing import IDENTITY_LENGTH
from cards.escape import NOTHING, clip, escape, plain, spoken_text
from cards.shapes import DrawnCard, written
from customers.merging import CardSummary
from customers.model import IdentityKind
from customers.profile_form import Detail
from customers.views import Viewer

_LENGTH: Final = 120
_CONTACTS: Final = 4


def preview_json(card: CardSummary, viewer: Viewer) -> DrawnCard:
    """`card` as an Adaptive Card without anything to press."""
    words, writer = texts.of(viewer.language), writer_for(viewer)
    contacts = [
        writer.phone(one.value) if one.kind is IdentityKind.PHONE else one.value for one in card.contacts[:_CONTACTS]
    ]
    name = clip(card.customer_name or next(iter(contacts), ""), _LENGTH) or words["customer.unknown"]
    company = card.company if Detail.COMPANY.value in viewer.switches.profile_parts else ""
    lines = [e.note(escape(company, _LENGTH))] if company else []
    lines += [e.small(escape(one, IDENTITY_LENGTH) or NOTHING) for one in contacts]
    if card.last_at is not None and card.last_channel is not None:
        channel, when = words[f"channel.{card.last_channel}"], writer.moment(card.last_at)
        lines.append(e.note(words["merge.last"].format(channel=channel, when=when)))
    count = card.open_requests
    said = (
        texts.counted(words, "summary.requests", count, writer.number(count))
        if count
        else words["summary.requests.none"]
    )
    body = [e.strong(escape(name) or NOTHING), *lines, e.note(said)]
    spoken = spoken_text(name) or NOTHING
    whole = e.card(body, language=words["language"], speak=spoken, fallback=plain(name), refresh=None)
    return DrawnCard(written(whole), spoken)
