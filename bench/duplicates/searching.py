"""The search box: full names with one slip, beginnings of names as they are typed, numbers and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.duplicates.timing import Times
from bench.people.cards import Card
from bench.people.slips import mistyped
from customers.ids import CardId
from storage.engine import Database
from storage.search import LIMIT, find

_FEWEST_LETTERS = 2


@dataclass(slots=True)
class Searching:
    """One kind of typing."""

    times: Times = field(default_factory=Times)
    asked: int = 0
    listed: int = 0

    @property
    def share(self) -> float:
        """Of the cards that were looked for, those that were listed."""
        return self.listed / max(self.asked, 1)

    def add(self, db: Database, text: str, card: Card | None) -> None:
        """Type `text`; `card` is to be among what is listed, unless that is not asked."""
        found = self.times.of(lambda: _find(db, text))
        if card is not None:
            self.asked += 1
            self.listed += card.key in found


def measure(db: Database, cards: Iterable[Card], count: int) -> dict[str, Searching]:
    """By kind, `count` of each where there are so many."""
    random = Random(2)
    kinds = {name: Searching() for name in ("slip", "keystroke", "phone", "mail")}
    named = [card for card in cards if len(card.shown.tells) > 1 and _is_full(card.shown.text)]
    for card in random.sample(named, min(count, len(named))):
        kinds["slip"].add(db, _with_slip(card.shown.text, random), card)
    for text in _beginnings(random.sample(named, min(count // 4, len(named)))):
        kinds["keystroke"].add(db, text, None)
    called = [card for card in cards if card.phone]
    for card in random.sample(called, min(count, len(called))):
        kinds["phone"].add(db, card.phone, None)
    written = [card for card in cards if card.mailbox]
    for card in random.sample(written, min(count, len(written))):
        kinds["mail"].add(db, card.mailbox.text if card.mailbox else "", card)
    return kinds


def _find(db: Database, text: str) -> list[CardId]:
    with db.read() as connection:
        return [found.card_id for found in find(connection, text, LIMIT)]


def _is_full(name: str) -> bool:
    words = name.replace(",", " ").split()
    return len(words) == 2 and all(len(word) >= 4 and word.isalpha() for word in words)


def _with_slip(name: str, random: Random) -> str:
    """One slip in one of the words."""
    words = name.replace(",", " ").split()
    at = random.randrange(len(words))
    return " ".join(mistyped(word, random) if place == at else word for place, word in enumerate(words))


def _beginnings(cards: Sequence[Card]) -> Iterator[str]:
    for card in cards:
        name = card.shown.text
        yield from (name[:end] for end in range(_FEWEST_LETTERS, len(name) + 1))
