"""Parts that were drawn before, to be had again where nothing that they were drawn from has changed.

A card is drawn again and again: for each press, each answer of a CRM, each open view. Little of it changes in between,
so each part is kept together with what it was drawn from. It is found again only where all of that is equal: the data,
and the context, which holds everything else that a drawing may depend on (the shelf).

What is kept is bounded, lives in this process alone and holds what customers said; `forget` lets go of all of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, TypeAlias

from cards.shapes import Json
from customers.ids import CardId

Place: TypeAlias = str | tuple[str, str]
"""Where a part stands on the card; and what stands there, where that is one of many."""
Shelf: TypeAlias = dict[Place, tuple[object, Sequence[Json]]]
"""Parts of one card in one context: what each was drawn from, and what was drawn.

Comparing data costs less than hashing it: so the newest of each place is kept alone.
"""
MOST: Final = 16_384
"""Parts that are kept: about 20 MB. When there are more, all go: looking for the oldest would cost what is won."""
_MOST_SHELVES: Final = 4_096

_shelves: dict[Hashable, dict[CardId, Shelf]] = {}
_counted: dict[str, int] = {"parts": 0, "shelves": 0}


def shelf(context: Hashable, card: CardId) -> Shelf:
    """What is kept of `card`, drawn in `context`; whoever draws while all is forgotten fills one that nobody finds."""
    cards = _shelves.get(context)
    known = None if cards is None else cards.get(card)
    if known is not None:
        return known
    if _counted["shelves"] >= _MOST_SHELVES:
        forget()
    _counted["shelves"] += 1
    return _shelves.setdefault(context, {}).setdefault(card, {})


def recall(kept: Shelf, place: Place, data: object) -> Sequence[Json] | None:
    """What was drawn there from equal data; None where that was not so, or is kept no longer."""
    part = kept.get(place)
    return part[1] if part is not None and part[0] == data else None


def keep(kept: Shelf, place: Place, data: object, drawn: Sequence[Json]) -> Sequence[Json]:
    """`drawn`, which `recall` has from now on for equal `data`. Nobody changes it any more."""
    if place not in kept:
        _counted["parts"] += 1
        if _counted["parts"] > MOST:
            forget()
    kept[place] = data, drawn
    return drawn


def forget() -> None:
    """Nothing that was drawn is kept any more."""
    _shelves.clear()
    _counted.update(parts=0, shelves=0)
