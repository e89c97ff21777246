"""How much fits into a card, and what is left out first when a customer has more.

Teams refuses a message above a size that it counts in UTF-16; 80,000 bytes is the promise of this product. Rows that
are left out are counted on the card ("and 12 more"), the earliest interactions first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from cards.shapes import Json

LIMIT: Final = 80_000
"""Bytes of a whole Teams activity in UTF-16, the card in it included."""
ENVELOPE: Final = 4_000
"""Bytes of it kept free for what stands around the card: addresses, ids, mentions."""
_ROOM: Final = LIMIT - ENVELOPE
_MORE: Final = 600
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
    written = card if isinstance(card, bytes) else orjson.dumps(card)
    # No byte of UTF-8 is more than one UTF-16 unit, so a short answer needs no second count.
    return 2 * len(written) <= _ROOM or size(written) <= _ROOM


@dataclass(frozen=True, slots=True)
class Budget:
    """How many rows a card shows, and how long a text in a row may be."""

    earlier: int
    current: int
    related: int
    children: int
    found: int
    identities: int
    tags: int
    choices: int
    text: int


BUDGETS: Final = (
    Budget(earlier=25, current=10, related=20, children=10, found=10, identities=25, tags=30, choices=100, text=160),
    Budget(earlier=4, current=10, related=15, children=8, found=8, identities=15, tags=20, choices=100, text=120),
    Budget(earlier=3, current=10, related=10, children=5, found=5, identities=10, tags=20, choices=80, text=100),
    Budget(earlier=2, current=8, related=6, children=3, found=5, identities=8, tags=15, choices=60, text=80),
    Budget(earlier=1, current=6, related=4, children=2, found=3, identities=5, tags=10, choices=40, text=60),
    Budget(earlier=0, current=4, related=2, children=1, found=2, identities=3, tags=5, choices=20, text=50),
    Budget(earlier=0, current=0, related=0, children=0, found=0, identities=1, tags=0, choices=0, text=40),
)
"""From the card that Teams shows well to the smallest one; between the first and the second stand those that have but
fewer earlier interactions than the first."""


def narrower(size_: int, earlier_sizes: Sequence[int]) -> Iterator[Budget]:
    """What to try, from much to little, when the first of `BUDGETS` made a card of `size_` bytes in UTF-16.

    `earlier_sizes`: how many bytes in UTF-16, at most, each of its earlier interactions took.
    """
    kept = len(earlier_sizes)
    over = size_ + _MORE - _ROOM
    while over > 0 and kept > BUDGETS[1].earlier:
        kept -= 1
        over -= earlier_sizes[kept]
    if over <= 0:
        yield replace(BUDGETS[0], earlier=kept)
    yield from BUDGETS[1:]
