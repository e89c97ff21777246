"""What a card was merged from, each to be taken apart again (P-01), and what was written meanwhile."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import fields
from cards.actions import Verb, button
from cards.drawing import IDENTITY_LENGTH, Drawing, spoken
from cards.elements import Element
from cards.escape import NOTHING, escape
from cards.sections import and_more, left_out
from cards.shapes import Json, written
from customers.merging import FieldOffer, PastMerge
from customers.profile_form import KINDS, TAGS, Detail, KeptValue


def past_merges(d: Drawing) -> list[Json]:
    """The merges, newest first; those taken back stand there too, and can be made again."""
    merges = d.view.merges
    if not merges:
        return []
    room = d.budget.merges
    rows = [*[_merge(d, merge) for merge in merges[:room]], *left_out(d, len(merges) - room)]
    return [written(e.item([e.strong(d.words["past.title"]), *rows], "past.merges"))]


def _merge(d: Drawing, merge: PastMerge) -> Element:
    element_id = f"merge.past.{merge.id}"
    who = " · ".join(part for part in (merge.customer_name, d.writer.phone(merge.contact)) if part)
    shown = escape(who or d.words["customer.unknown"], IDENTITY_LENGTH)
    lines = [e.text(f"{shown} · {d.words[f'channel.{merge.channel}']}"), e.note(_when(d, merge))]
    if d.may_merge:
        name = spoken(merge.customer_name or merge.contact or d.words["customer.unknown"])
        lines.append(e.actions([_undo(d, merge, name, element_id)], f"{element_id}.actions"))
    return e.group(lines, element_id)


def _when(d: Drawing, merge: PastMerge) -> str:
    when, name = d.writer.moment(merge.merged_at), escape(merge.merged_by, d.budget.text)
    said = d.words["past.merged.by" if name else "past.merged"].format(when=when, name=name)
    if merge.undone_at is None:
        return said
    return f"{said}, {d.words['past.undone'].format(when=d.writer.moment(merge.undone_at))}"


def _undo(d: Drawing, merge: PastMerge, name: str, element_id: str) -> Element:
    ids = {"card": d.view.card_id, "merge": merge.id}
    if d.view.interaction is not None:
        ids["leg"] = d.view.interaction.leg_id  # in a chat the answer stands in the message of this leg
    key = "undo"
    if merge.undone_at is not None:
        key, ids = "again", {**ids, "again": "yes"}
    tooltip = d.words[f"past.{key}.do"].format(name=name)
    return button(Verb.MERGE_UNDO, ids, d.words[f"past.{key}"], f"{element_id}.{key}", tooltip=tooltip)


_HEAD: Final = (Detail.NAME, Detail.COMPANY)
"""What a card is called; other values of the rest stand beside it, in the profile."""


def kept(d: Drawing) -> list[Json]:
    """Values that others are shown instead of, with where they came from (C-16)."""
    values, room = [one for one in d.view.kept if one.field in _HEAD], d.budget.merges
    return [written(_kept(d, value)) for value in values[:room]] + and_more(d, len(values) - room)


def _kept(d: Drawing, value: KeptValue) -> Element:
    said = escape(d.value(value.field, value.value), d.budget.text) or NOTHING
    shown = d.words["kept"].format(field=d.words[f"profile.{value.field}"], value=said)
    return e.text(f"{shown} · {d.words[f'channel.{value.channel}']}")


def offers(d: Drawing) -> list[Json]:
    """What was written while this card was one with another, to be taken over or not."""
    if not d.view.offers or not d.may_merge:
        return []
    return [written(e.box([_offer(d, offer) for offer in d.view.offers[: d.budget.merges]], "accent", "offers"))]


def _offer(d: Drawing, offer: FieldOffer) -> Element:
    ids = {"card": d.view.card_id, "field": offer.field, "origin": offer.origin_id}
    element_id = f"offer.{offer.field}.{offer.origin_id}"
    value = escape(_offered(d, offer), d.budget.text) or NOTHING
    own = offer.own
    field = d.words[f"profile.{offer.field}"] if own is None else escape(own.label(d.language), d.budget.text)
    said = d.words["offer"].format(field=field, value=value)
    take = button(Verb.FIELD_TAKE, ids, d.words["offer.take"], f"{element_id}.take", "positive")
    decline = button(Verb.FIELD_DECLINE, ids, d.words["offer.decline"], f"{element_id}.decline")
    return e.group([e.text(said), e.actions([take, decline], f"{element_id}.actions")], element_id)


def _offered(d: Drawing, offer: FieldOffer) -> str:
    """In words; not escaped yet."""
    if offer.own is not None:
        return fields.said(d, offer.own, offer.value)
    lines = offer.value.split("\n")
    if offer.field in KINDS:
        points = (line.partition(" ") for line in lines)
        lines = [
            f"{d.value(offer.field, point)} ({d.words.get(f'label.{label}', NOTHING)})" for label, _, point in points
        ]
    elif offer.field != TAGS:
        return d.value(offer.field, offer.value)
    return ", ".join(lines)
