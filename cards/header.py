"""The top of the card: who it is, where it stands."""

from __future__ import annotations

from functools import cache

from cards import elements as e
from cards import shared, texts
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import DOT, NOTHING, markdown
from cards.history import ways
from cards.shapes import Json, Shape, Text, slot, text
from customers.model import Channel, LegState
from customers.views import InteractionView


def header(d: Drawing) -> list[Json]:
    """Name, company and best identity; state; channel, queue and time of the interaction."""
    interaction = d.view.interaction
    name, below = markdown(d.customer) or text(NOTHING), _below_name(d)
    if interaction is None:
        return [_idle(d.language, d.view.channel, below != b"").fill(name, below)]
    queue = d.shown(interaction.queue) if interaction.queue else b""
    key, when = _when(d, interaction)
    way = ways(d.language)[interaction.channel, interaction.direction]
    shape = _busy(d.language, interaction.state, below != b"", queue != b"", key)
    return [shape.fill(name, below, way, queue, when)]


@cache
def _idle(language: str, channel: Channel, has_below: bool) -> Shape:
    return Shape("name below", e.columns([_who(has_below)]), e.note(texts.of(language)[f"channel.{channel}"]))


@cache
def _busy(language: str, state: LegState, has_below: bool, has_queue: bool, when: str) -> Shape:
    words = texts.of(language)
    style = shared.STATE_STYLES.get(state, "emphasis")
    chip = e.chip(words[f"state.{state}"], style, "interaction.state")
    where = [slot("way")]
    if has_queue:
        where.append(shared.sentence(language, "interaction.queue", "queue"))
    if when:
        where.append(shared.sentence(language, when, "when"))
    return Shape("name below way queue when", e.columns([_who(has_below), chip]), e.note(" · ".join(where)))


def _who(has_below: bool) -> Element:
    name = e.title(slot("name"), "customer.name")
    return e.rest([name, e.note(slot("below"))] if has_below else [name])


def _below_name(d: Drawing) -> Text:
    company, best = d.shown(d.view.company), markdown(d.best_identity) if d.view.customer_name else b""
    return DOT.join((company, best)) if company and best else company or best


def _when(d: Drawing, interaction: InteractionView) -> tuple[str, Text]:
    """The text that says since when, or when it ended, and its moment."""
    if interaction.ended_at is not None:
        return "interaction.ended", d.moment(interaction.ended_at)
    begin = interaction.accepted_at or interaction.started_at
    return ("", b"") if begin is None else ("interaction.since", d.moment(begin))
