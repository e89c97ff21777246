"""Suggestions together with what somebody else says: a contact centre that made one contact of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from customers.matching.frequencies import Frequencies
from customers.matching.normal import NormalForm
from customers.matching.suggest import Suggestion, judge, suggest


def suggest_with(
    query: NormalForm, candidates: Mapping[str, NormalForm], proposed: Iterable[str], frequencies: Frequencies
) -> list[tuple[Suggestion, bool]]:
    """The suggestions, each with whether it is of `proposed`: those come first, whatever speaks against them."""
    found = {one.card: one for one in suggest(query, candidates, frequencies)}
    first = [
        found[card] if card in found else replace(judge(query, candidates[card], frequencies), card=card)
        for card in sorted(candidates.keys() & {*proposed})
    ]
    first.sort(key=lambda one: (-one.bits, one.card))
    return [*((one, True) for one in first), *((one, False) for one in found.values() if one not in first)]
