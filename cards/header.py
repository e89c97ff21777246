"""The top of the card: who it is, where it stands."""

from __future__ import annotations

from cards import elements as e
from cards import shared
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.history import heads
from customers.views import InteractionView


def header(d: Drawing) -> list[Element]:
    """Name, company and best identity; state; channel, queue and time of the interaction."""
    who = [e.title(escape(d.customer) or NOTHING, "customer.name")]
    if below := _below_name(d):
        who.append(e.note(below))
    interaction = d.view.interaction
    if interaction is None:
        return [e.columns([e.rest(who)]), d.note(f"channel.{d.view.channel._value_}")]
    chip = shared.state_chip(d.language, interaction.state)
    return [e.row(e.rest(who), chip), e.note(_where(d, interaction))]


def _below_name(d: Drawing) -> str:
    best = d.best_identity if d.view.customer_name else ""
    return " · ".join(part for part in (d.shown(d.view.company), escape(best)) if part)


def _where(d: Drawing, interaction: InteractionView) -> str:
    words = d.words
    parts = [heads(d.language)[interaction.channel, interaction.direction]]
    if interaction.queue:
        parts.append(words["interaction.queue"].replace("{queue}", d.shown(interaction.queue)))
    begin = interaction.accepted_at or interaction.started_at
    if interaction.ended_at is not None:
        parts.append(words["interaction.ended"].replace("{when}", d.writer.moment(interaction.ended_at)))
    elif begin is not None:
        parts.append(words["interaction.since"].replace("{when}", d.writer.moment(begin)))
    return " · ".join(parts)
