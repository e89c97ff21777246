"""One profile of several cards: whose value of a field is shown, which are kept beside it (A-30, C-16).

Nothing is moved when cards are merged. Each card keeps its own values; what is shown follows from them and from the
merges that stand, so that taking one back needs nothing but to leave it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from customers.ids import CardId, MergeId
from customers.merging import FieldChoice, FieldValue
from customers.model import Channel
from customers.profile_form import KeptValue


@dataclass(frozen=True, slots=True)
class Side:
    """One card with its own values."""

    card_id: CardId
    channel: Channel
    values: Mapping[str, str]
    """By field; each side names the same ones."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that stands: `survivor` stands for `absorbed` and for all that `absorbed` stood for."""

    id: MergeId
    survivor: CardId
    absorbed: CardId
    picks: Mapping[str, CardId]
    """Fields whose value was picked by hand: the card that it is of."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is shown of one or several cards as one customer."""

    values: Mapping[str, str]
    owners: Mapping[str, CardId]
    """Whose value is shown, and who takes an edit of it; of an empty field the first card."""
    kept: tuple[KeptValue, ...]
    """Every other value, once."""
    channels: tuple[Channel, ...]
    """The first card's, then the others', each once."""


def in_order(root: CardId, merges: Sequence[Merge]) -> tuple[CardId, ...]:
    """`root` and the cards that it stands for: each before those that it absorbed itself, in the order of `merges`."""
    found = [root]
    for merge in merges:
        if merge.survivor == root:
            found += in_order(merge.absorbed, merges)
    return tuple(found)


def survivors(cards: Iterable[CardId], merges: Iterable[Merge]) -> dict[CardId, CardId]:
    """For each of `cards` the card that stands for it, itself where none does."""
    above = {merge.absorbed: merge.survivor for merge in merges}

    def top(card: CardId) -> CardId:
        while card in above:
            card = above[card]
        return card

    return {card: top(card) for card in cards}


def profile(sides: Sequence[Side], merges: Sequence[Merge]) -> Profile:
    """The profile of `sides`, which stand in the order of `in_order`. `merges`: those among them, oldest first.

    What was picked last counts; else the first side that has a value gives it: the survivor's stays, an empty one is
    filled.
    """
    fields = sides[0].values.keys()
    owners = {field: _owner(field, sides, merges) for field in fields}
    by_id = {side.card_id: side for side in sides}
    values = {field: by_id[owner].values[field] for field, owner in owners.items()}
    kept = {
        (field, side.values[field]): KeptValue(field, side.values[field], side.channel)
        for field in fields
        for side in reversed(sides)
        if side.values[field] not in ("", values[field])
    }
    channels = tuple(dict.fromkeys(side.channel for side in sides))
    return Profile(values, owners, tuple(reversed(kept.values())), channels)


def choices(sides: Sequence[Side], merges: Sequence[Merge], picks: Mapping[str, CardId]) -> list[FieldChoice]:
    """Fields of which `sides` have different values, with the one that is shown unless `picks` says otherwise."""
    shown = profile(sides, merges)
    found = []
    for field in sides[0].values:
        values = _each_once(field, sides, shown.owners[field])
        if len(values) > 1:
            picked = next((one.card_id for one in values if one.card_id == picks.get(field)), shown.owners[field])
            found.append(FieldChoice(field, values, picked))
    return found


def _owner(field: str, sides: Sequence[Side], merges: Sequence[Merge]) -> CardId:
    filled = [side.card_id for side in sides if side.values[field]]
    picked = next((merge.picks[field] for merge in reversed(merges) if merge.picks.get(field) in filled), None)
    return picked or next(iter(filled), sides[0].card_id)


def _each_once(field: str, sides: Sequence[Side], owner: CardId) -> tuple[FieldValue, ...]:
    first = sorted(sides, key=lambda side: side.card_id != owner)
    values: dict[str, FieldValue] = {}
    for side in first:
        if value := side.values[field]:
            values.setdefault(value, FieldValue(side.card_id, side.channel, value))
    return tuple(values.values())
