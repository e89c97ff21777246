"""How much fits into a card, and what is left out first when a customer has more.

Teams refuses a message above a size that it counts in UTF-16; 80,000 bytes is the promise of this product. Rows that
are left out are counted on the card ("and 12 more"): cards that may be merged first, then the oldest interactions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from cards.shapes import Json

LIMIT: Final = 80_000
"""Bytes of a whole Teams activity in UTF-16, the card in it included."""
ENVELOPE: Final = 4_000
"""Bytes of it kept free for what stands around the card: addresses, ids, mentions."""
_ROOM: Final = LIMIT - ENVELOPE
MORE: Final = 600
"""Bytes of the line that counts what is left out, and a little for what the sizes of rows don't tell."""


_ASTRAL: Final = tuple(bytes([first]) for first in range(0xF0, 0xF5))
"""Bytes of UTF-8 that begin a character which takes two units in UTF-16."""


def size(card: Mapping[str, Any] | Json) -> int:
    """Bytes of `card` as JSON in UTF-16."""
    written = card if isinstance(card, bytes) else orjson.dumps(card)
    text = written.decode()
    if any(first in written for first in _ASTRAL):
        return len(text.encode("utf-16-le"))
    return 2 * len(text)


def fits(card: Mapping[str, Any] | Json) -> bool:
    """True where an activity with `card` stays within `LIMIT`."""
    return not excess(card if isinstance(card, bytes) else orjson.dumps(card))


def excess(card: Json) -> int:
    """By how many bytes in UTF-16 an activity with `card` exceeds `LIMIT`; 0 where it does not."""
    # No byte of UTF-8 is more than one UTF-16 unit, so a short answer needs no second count.
    return 0 if 2 * len(card) <= _ROOM else max(size(card) - _ROOM, 0)


@dataclass(frozen=True, slots=True)
class Budget:
    """How many rows a card shows, and how long a text in a row may be."""

    journey: int
    """Interactions on a page of the journey."""
    current: int
    related: int
    children: int
    found: int
    requests: int
    """Requests but the one that is written in; so many again as places for an activity."""
    activities: int
    """Of that one."""
    messages: int
    """On one page of them."""
    identities: int
    tags: int
    choices: int
    candidates: int
    """Cards that may be merged, or that are about to be."""
    contacts: int
    """Identifiers of each of them."""
    merges: int
    """Merges, values kept, values to take over, cards that are not the same person; so many of each."""
    text: int
    icons: int
    """1: the icons that lead to the parts of the card; 0: the heads of the sections do."""


_STEPS: Final = {
    "journey": (10, 2, 2, 1, 1, 0, 0),
    "current": (10, 10, 10, 8, 6, 4, 0),
    "related": (20, 15, 10, 6, 4, 2, 0),
    "children": (10, 8, 5, 3, 2, 1, 0),
    "found": (10, 8, 5, 5, 3, 2, 0),
    "requests": (15, 10, 6, 4, 3, 2, 0),
    "activities": (5, 5, 4, 3, 2, 1, 0),
    "messages": (10, 8, 6, 4, 2, 1, 0),
    "identities": (25, 15, 10, 8, 5, 3, 1),
    "tags": (30, 20, 20, 15, 10, 5, 0),
    "choices": (100, 100, 80, 60, 40, 20, 0),
    "candidates": (10, 3, 3, 2, 2, 1, 1),
    "contacts": (25, 15, 10, 8, 5, 3, 1),
    "merges": (25, 10, 8, 5, 3, 2, 1),
    "text": (160, 120, 100, 80, 60, 50, 28),
    "icons": (1, 0, 0, 0, 0, 0, 0),
}
BUDGETS: Final = tuple(Budget(*step) for step in zip(*_STEPS.values(), strict=True))
"""From the card that Teams shows well to the smallest one; between the first and the second stand those that have but
fewer interactions of the journey than the first (`shorter`)."""


def shorter(too_much: int, candidate_sizes: Sequence[int], journey_sizes: Sequence[int]) -> Budget | None:
    """The first of `BUDGETS` without icons, and with fewer of two kinds of rows; None where that is no help.

    `too_much`: by how many bytes in UTF-16 the card exceeds the limit within that budget, icons left out;
    `candidate_sizes`, `journey_sizes`: how many, at most, each card to merge and each interaction of its journey took.
    """
    over = too_much + MORE
    candidates, over = kept(candidate_sizes, BUDGETS[1].candidates, over)
    journey, over = kept(journey_sizes, 0, over)
    # Without any interaction of the journey, what stands around them goes, too: that may be enough.
    if over > 0 and (journey or not journey_sizes):
        return None
    return replace(BUDGETS[0], candidates=candidates, journey=journey, icons=0)


def kept(sizes: Sequence[int], least: int, over: int) -> tuple[int, int]:
    """How many of the rows with these `sizes` remain, the last left out first, and by how much it is too big still."""
    count = len(sizes)
    while over > 0 and count > least:
        count -= 1
        over -= sizes[count]
    return count, over
