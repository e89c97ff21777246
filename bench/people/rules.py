"""How products find duplicates, after their public documentation and simplified: what ours stands beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from rapidfuzz.distance import JaroWinkler

from bench.people.cards import Card
from bench.people.population import Question
from bench.people.quality import FIRST
from customers.matching.addresses import mailbox
from customers.matching.folding import fold
from customers.matching.names import name_words

_FIRST, _LAST = 0.85, 0.90
"""Jaro-Winkler, from which Salesforce takes first names and surnames for the same."""
Keys = Callable[[Card], Iterable[str]]


def always(_one: Card, _other: Card) -> bool:
    """A key in common is enough."""
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """Cards with one of `keys` in common that agree are duplicates; those with more of them come first."""

    name: str
    keys: Keys
    agree: Callable[[Card, Card], bool] = always


def contacts(card: Card) -> Iterator[str]:
    """E.164 and mailbox."""
    if card.e164:
        yield card.e164
    if card.mailbox:
        yield mailbox(card.mailbox.text)


def _contacts_and_full_name(card: Card) -> Iterator[str]:
    yield from contacts(card)
    words = name_words(card.shown.text)
    if len(words) > 1:
        yield f"name {' '.join(words)}"


def _contacts_and_name(card: Card) -> Iterator[str]:
    yield from contacts(card)
    if words := name_words(card.shown.text):
        yield f"name {' '.join(words)}"


def _contacts_and_ids(card: Card) -> Iterator[str]:
    yield from contacts(card)
    if card.handle:
        yield f"{card.handle[0]}:{card.handle[1].text}"


def _as_written(card: Card) -> Iterator[str]:
    yield from filter(None, (card.phone, card.mailbox.text if card.mailbox else ""))
    if " " in card.shown.text:
        yield f"name {card.shown.text.casefold()}"


def _contacts_and_company(card: Card) -> Iterator[str]:
    yield from contacts(card)
    if card.company:
        yield f"company {card.company}"


def _similar_names(one: Card, other: Card) -> bool:
    """First names and surnames alike, also exchanged; a card without both agrees with nobody."""
    ours, theirs = _parts(one), _parts(other)
    return bool(ours and theirs) and (_alike(ours, theirs) or _alike(ours[::-1], theirs))


def _parts(card: Card) -> tuple[str, ...]:
    words = fold(card.shown.text).replace(",", " ").replace(".", " ").split()
    return (words[0], words[-1]) if len(words) > 1 else ()


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    first = JaroWinkler.similarity(one[0], other[0]) >= _FIRST or one[0][0] == other[0][: len(one[0])]
    return first and JaroWinkler.similarity(one[1], other[1]) >= _LAST


RULES = (
    Rule("exact number, mailbox", contacts),
    Rule("exact, or the full name", _contacts_and_full_name),
    Rule("Salesforce's standard", _contacts_and_company, _similar_names),
    Rule("Dynamics' default", _as_written),
    Rule("Genesys, exact", _contacts_and_ids),
    Rule("address book", _contacts_and_name),
)


def answers(rule: Rule, among: Sequence[Card], questions: Sequence[Question]) -> dict[str, list[str]]:
    """The five best that `rule` answers to each question, in order. Only what the questions have is indexed."""
    wanted = {key for question in questions for key in rule.keys(question.card)}
    cards: defaultdict[str, list[Card]] = defaultdict(list)
    for card in among:
        for key in rule.keys(card):
            if key in wanted:
                cards[key].append(card)
    return {question.card.key: _answer(rule, question.card, cards) for question in questions}


def _answer(rule: Rule, asked: Card, cards: dict[str, list[Card]]) -> list[str]:
    shared: defaultdict[str, float] = defaultdict(float)
    for key in rule.keys(asked):
        for card in cards[key]:
            if card is not asked and rule.agree(asked, card):
                shared[card.key] += 1.0 if key.startswith(("name", "company")) else 2.0
    return nsmallest(FIRST, shared, key=lambda card: (-shared[card], card))
