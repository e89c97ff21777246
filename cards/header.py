"""The top of the card: who it is, where it stands."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape
from customers.model import LegState
from customers.views import InteractionView

STATE_STYLES: Final = {
    LegState.OFFERED: "accent",
    LegState.ACTIVE: "good",
    LegState.HELD: "warning",
    LegState.WRAP_UP: "warning",
    LegState.MISSED: "attention",
}
"""Colours of the states; the others step back."""


def header(d: Drawing) -> list[Element]:
    """Name, company and best identity; state; channel, queue and time of the interaction."""
    who = [e.title(escape(d.customer) or NOTHING, "customer.name")]
    if below := _below_name(d):
        who.append(e.note(below))
    interaction = d.view.interaction
    if interaction is None:
        return [e.columns([e.rest(who)]), e.note(d.words[f"channel.{d.view.channel._value_}"])]
    state = interaction.state
    style = STATE_STYLES.get(state, "emphasis")
    chip = e.chip(d.words[f"state.{state._value_}"], style, "interaction.state")
    return [e.row(e.rest(who), chip), e.note(_where(d, interaction))]


def _below_name(d: Drawing) -> str:
    best = d.best_identity if d.view.customer_name else ""
    return " · ".join(part for part in (d.shown(d.view.company), escape(best)) if part)


def _where(d: Drawing, interaction: InteractionView) -> str:
    words = d.words
    channel = words[f"channel.{interaction.channel._value_}"]
    if interaction.direction is not None:
        channel = f"{channel}, {words[f'direction.{interaction.direction._value_}']}"
    parts = [channel]
    if interaction.queue:
        parts.append(words["interaction.queue"].format(queue=d.shown(interaction.queue)))
    begin = interaction.accepted_at or interaction.started_at
    if interaction.ended_at is not None:
        parts.append(words["interaction.ended"].format(when=d.writer.moment(interaction.ended_at)))
    elif begin is not None:
        parts.append(words["interaction.since"].format(when=d.writer.moment(begin)))
    return " · ".join(parts)
