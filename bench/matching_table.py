"""The key table of the product as a dict: what `storage` does in SQL, for measuring quality alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from customers.matching.candidates import choose
from customers.matching.frequencies import Counted
from customers.matching.keys import keys, query_keys
from customers.matching.normal import NormalForm
from customers.matching.suggest import Suggestion, suggest


class KeyTable:
    """Cards under their keys, all in memory."""

    def __init__(self, forms: Mapping[str, NormalForm], strangers: int = 0) -> None:
        self._forms = forms
        self._frequencies = Counted(forms.values(), strangers)
        self._cards: defaultdict[int, list[str]] = defaultdict(list)
        for card, form in forms.items():
            for key in keys(form):
                self._cards[key].append(card)

    @property
    def keys_per_card(self) -> float:
        """Rows of the table, per card."""
        return sum(map(len, self._cards.values())) / max(len(self._forms), 1)

    def candidates(self, card: str, among: frozenset[str] | None = None) -> list[str]:
        """Who is compared with `card`; `among` leaves out everybody else."""
        kinds = query_keys(self._forms[card])
        postings = {key: self._others(key, card, among) for key in kinds if key in self._cards}
        return choose(kinds, postings, len(self._forms))

    def suggest(self, card: str, among: frozenset[str] | None = None) -> list[Suggestion]:
        """The suggestions for `card`."""
        found = {other: self._forms[other] for other in self.candidates(card, among)}
        return suggest(self._forms[card], found, self._frequencies)

    def _others(self, key: int, card: str, among: frozenset[str] | None) -> list[str]:
        return [other for other in self._cards[key] if other != card and (among is None or other in among)]
