"""The top of the card: who it is, where it stands, and the Merge control."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from cards import elements as e
from cards import icons, memory, shared, texts
from cards.actions import ON_CARD, ON_LEG, Data, Verb, execute
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import DOT, NOTHING, markdown
from cards.journey import ways
from cards.shapes import Json, Shape, Text, slot, text
from customers.model import Channel, LegState
from customers.views import InteractionView, Section


class _Name(NamedTuple):
    """How the name is drawn."""

    has_below: bool
    opens_profile: bool


def header(d: Drawing) -> Sequence[Json]:
    """Name, company and best identity; state; channel, queue and time of the interaction; what merges the card."""
    view, interaction, corner = d.view, d.view.interaction, _corner(d)
    who = d.customer, view.company, d.best_identity if view.customer_name else "", corner
    if interaction is None:
        what: object = view.channel
    else:
        times = interaction.started_at, interaction.accepted_at, interaction.ended_at
        what = interaction.state, interaction.queue, interaction.channel, interaction.direction, times
    drawn = memory.recall(d.kept, "header", (who, what))
    return drawn or memory.keep(d.kept, "header", (who, what), _header(d, interaction, corner))


def _header(d: Drawing, interaction: InteractionView | None, corner: str) -> list[Json]:
    name, below = markdown(d.customer) or text(NOTHING), _below_name(d)
    if interaction is None:
        return [_idle(d.language, d.view.channel, _name(d, below), corner).fill(name, below)]
    queue = d.shown(interaction.queue) if interaction.queue else b""
    key, when = _when(d, interaction)
    way = ways(d.language)[interaction.channel, interaction.direction]
    shape = _busy(d.language, interaction.state, (_name(d, below), queue != b"", key), corner)
    return [shape.fill(name, below, way, queue, when)]


def _corner(d: Drawing) -> str:
    """The text of what stands at the top right: the Merge control, or the lock that forbids merging; or nothing."""
    if d.view.is_locked:
        return "profile.is_locked"
    if not d.may_merge:
        return ""
    return "merge.open" if d.view.merge is None else "merge.close"


@cache
def _idle(language: str, channel: Channel, name: _Name, corner: str) -> Shape:
    how = e.note(texts.of(language)[f"channel.{channel}"])
    return Shape(
        "name below",
        e.columns([_who(language, name), *_control(language, corner, ON_CARD)]),
        how,
        *_lock(language, corner),
    )


@cache
def _busy(language: str, state: LegState, has: tuple[_Name, bool, str], corner: str) -> Shape:
    """`has`: the name, a queue, and the text that says when."""
    words, (name, has_queue, when) = texts.of(language), has
    style = shared.STATE_STYLES.get(state, "emphasis")
    chip = e.chip(words[f"state.{state}"], style, "interaction.state")
    where = [slot("way")]
    if has_queue:
        where.append(shared.sentence(language, "interaction.queue", "queue"))
    if when:
        where.append(shared.sentence(language, when, "when"))
    head = e.columns([_who(language, name), chip, *_control(language, corner, ON_LEG)])
    return Shape("name below way queue when", head, e.note(" · ".join(where)), *_lock(language, corner))


def _control(language: str, corner: str, ids: Data) -> list[Element]:
    """Opens the part of the card where its merge is prepared, and closes it (A-25)."""
    if corner not in ("merge.open", "merge.close"):
        return []
    words = texts.of(language)
    return [e.icon_button(icons.MERGE, words[corner], execute(Verb.MERGE_OPEN, ids, words[corner]), "merge.open")]


def _lock(language: str, corner: str) -> list[Element]:
    if corner != "profile.is_locked":
        return []
    return [e.group([e.coloured(texts.of(language)[corner], "Warning")], "profile.locked")]


def _name(d: Drawing, below: Text) -> _Name:
    return _Name(below != b"", Section.PROFILE in d.sections)


def _who(language: str, name: _Name) -> Element:
    """The name opens the customer form (B-13)."""
    title = e.title(slot("name"), "customer.name")
    items = [title, e.note(slot("below"))] if name.has_below else [title]
    if not name.opens_profile:
        return e.rest(items)
    opens = execute(Verb.PROFILE_SHOW, ON_CARD, texts.of(language)["profile.show"])
    return {**e.rest(items), "id": "profile.show", "selectAction": opens}


def _below_name(d: Drawing) -> Text:
    company, best = d.shown(d.view.company), markdown(d.best_identity) if d.view.customer_name else b""
    return DOT.join((company, best)) if company and best else company or best


def _when(d: Drawing, interaction: InteractionView) -> tuple[str, Text]:
    """The text that says since when, or when it ended, and its moment."""
    if interaction.ended_at is not None:
        return "interaction.ended", d.moment(interaction.ended_at)
    begin = interaction.accepted_at or interaction.started_at
    return ("", b"") if begin is None else ("interaction.since", d.moment(begin))
