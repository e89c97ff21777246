"""Our matcher on made-up cards: the product's keys and score, with only as much in memory as the questions need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol

from bench.people.cards import Card
from bench.people.population import Population
from customers.matching.candidates import choose
from customers.matching.frequencies import Known, tokens
from customers.matching.keys import keys, query_keys
from customers.matching.normal import NormalForm, normal_form
from customers.matching.suggest import Suggestion, judge, suggest


class Matcher(Protocol):
    """Whatever suggests cards: a dict of keys here, the tables of a database elsewhere."""

    def suggest(self, card: Card) -> Sequence[Suggestion]:
        """The suggestions for a card that is asked for."""
        ...


class InMemory:
    """The cards under those keys that a question has: a million would take many gigabytes under all of theirs."""

    def __init__(self, among: Population) -> None:
        wanted = {key for question in among.questions for key in query_keys(_form(question.card))}
        counts: Counter[str] = Counter()
        self._known = {card.key: card for card in among.cards}
        self._cards: defaultdict[int, list[str]] = defaultdict(list)
        self._rows = 0
        for name, card in self._known.items():
            form = _form(card)
            counts.update(tokens(form))
            found = keys(form)
            self._rows += len(found)
            for key in wanted & found.keys():
                self._cards[key].append(name)
        self._frequencies = Known(counts, len(self._known))

    @property
    def keys_per_card(self) -> float:
        """Rows of the key table for each card."""
        return self._rows / max(len(self._known), 1)

    def suggest(self, card: Card) -> list[Suggestion]:
        """What the product suggests for `card`."""
        form = _form(card)
        kinds = query_keys(form)
        postings = {key: [one for one in self._cards.get(key, ()) if one != card.key] for key in kinds}
        chosen = choose(kinds, postings, len(self._known))
        return suggest(form, {one: _form(self._known[one]) for one in chosen}, self._frequencies)

    def judge(self, card: Card, other: Card) -> Suggestion:
        """How likely the two are one person, with no rivals looked for."""
        return judge(_form(card), _form(other), self._frequencies)


def _form(card: Card) -> NormalForm:
    return normal_form(card.as_input())
