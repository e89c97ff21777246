"""Parts that were drawn before, to be had again where nothing that they were drawn from has changed.

A card is drawn again and again: for each press, each answer of a CRM, each open view. Little of it changes in between,
so each part is kept together with what it was drawn from. It is found again only where all of that is equal: the data,
and the context, which holds everything else that a drawing may depend on (`Drawing.context`).

What is kept is bounded, lives in this process alone and holds what customers said; `forget` lets go of all of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import Final, TypeAlias

from cards.shapes import Json
from customers.ids import CardId

Key: TypeAlias = tuple[int, str, CardId, str]
"""The number of a context, the place on the card, the card, and what stands there where that is one of many."""
MOST: Final = 16_384
"""Parts that are kept: about 20 MB. When there are more, all go: looking for the oldest would cost what is won."""
_MOST_CONTEXTS: Final = 4_096

_parts: dict[Key, tuple[object, Sequence[Json]]] = {}
"""Comparing data costs less than hashing it: so the newest of each place is kept alone."""
_contexts: dict[Hashable, int] = {}
_numbers: Final = itertools.count(1)
"""None is used twice: who still draws for a context that was forgotten keeps what nobody finds."""


def number(context: Hashable) -> int:
    """What stands for `context` in a key; never 0."""
    known = _contexts.get(context)
    if known is None:
        if len(_contexts) >= _MOST_CONTEXTS:
            forget()
        known = _contexts[context] = next(_numbers)
    return known


def recall(key: Key, data: object) -> Sequence[Json] | None:
    """What was drawn there from equal data; None where that was not so, or is kept no longer."""
    kept = _parts.get(key)
    return kept[1] if kept is not None and kept[0] == data else None


def keep(key: Key, data: object, drawn: Sequence[Json]) -> Sequence[Json]:
    """`drawn`, which `recall` has from now on for `key` and equal `data`. Nobody changes it any more."""
    if len(_parts) >= MOST:
        _parts.clear()
    _parts[key] = data, drawn
    return drawn


def forget() -> None:
    """Nothing that was drawn is kept any more."""
    _parts.clear()
    _contexts.clear()
