"""How many cards have a word, a number, a mailbox: what is rare tells more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log2
from typing import Protocol

from customers.matching.normal import NormalForm

_WORD = "N"


class Frequencies(Protocol):
    """What is known of all cards."""

    @property
    def total(self) -> int:
        """How many cards there are; never less than 1."""
        ...

    def count(self, token: str) -> int:
        """How many cards have `token`; 0 where that is not known."""
        ...


def tokens(form: NormalForm) -> frozenset[str]:
    """What is counted of a card: a letter for the kind, then the text."""
    return frozenset([*map(word, _words(form)), *_other_tokens(form)])


def needed(forms: Iterable[NormalForm]) -> frozenset[str]:
    """The tokens whose counts the scores of `forms` with each other ask for: what two of them share, and all words.

    What one alone has is no reason, but a word, which may be another one's with a typing error.
    """
    words: set[str] = set()
    others: list[str] = []
    for form in forms:
        words.update(*form.words, *form.aliases.values())
        others += _other_tokens(form)
    again = [token for token, times in Counter(others).items() if times > 1]
    return frozenset([*[_WORD + one for one in words], *again])


def _words(form: NormalForm) -> Iterator[str]:
    for some in (form.words, form.aliases.values()):
        for one in some:
            yield from one


def _other_tokens(form: NormalForm) -> list[str]:
    found = [phone(one) for one in form.phones]
    if form.emails or form.handles:
        found += [*map(mail, form.emails), *map(handle, form.handles), *map(user, form.user_names)]
    if form.companies or form.emails:
        found += map(company, form.employers)
    if form.postcode:
        found.append(postcode(form.postcode))
    return found


def word(text: str) -> str:
    """The token of a word of a name."""
    return f"{_WORD}{text}"


def phone(number: str) -> str:
    """The token of a number: its last eight digits, which survive a wrong country or trunk code."""
    return f"P{number[-8:]}"


def mail(address: str) -> str:
    """The token of a mailbox."""
    return f"E{address}"


def handle(text: str) -> str:
    """The token of an id of a channel."""
    return f"S{text}"


def user(name: str) -> str:
    """The token of a user name, whatever its provider."""
    return f"H{name}"


def company(name: str) -> str:
    """The token of a company, or of a domain that bears its name."""
    return f"O{name}"


def postcode(text: str) -> str:
    """The token of a postcode."""
    return f"Z{text}"


def rarity(frequencies: Frequencies, token: str) -> float:
    """log2 of the share of cards that have `token`, as a positive number; 0 for what all have."""
    total = max(frequencies.total, 1)
    return log2(total / min(max(frequencies.count(token), 1), total))


class Rarities(dict[str, float]):
    """Words of names to their `rarity`, as far as it counts (`limit`). Each is computed once for all candidates."""

    def __init__(self, frequencies: Frequencies, limit: float) -> None:
        super().__init__()
        self._frequencies = frequencies
        self._limit = limit

    def __missing__(self, text: str) -> float:
        bits = self[text] = min(rarity(self._frequencies, word(text)), self._limit)
        return bits


class Counted:
    """The frequencies of forms that are all at hand."""

    def __init__(self, forms: Iterable[NormalForm], strangers: int = 0) -> None:
        """`strangers`: so many more are counted that have nothing of what these have."""
        self._counts: Counter[str] = Counter()
        self._total = strangers
        for form in forms:
            self._total += 1
            self._counts.update(tokens(form))

    @property
    def total(self) -> int:
        """How many forms were counted, at least 1."""
        return max(self._total, 1)

    def count(self, token: str) -> int:
        """How many of them have `token`."""
        return self._counts[token]


class Known:
    """Frequencies that were counted elsewhere."""

    def __init__(self, counts: Mapping[str, int], total: int) -> None:
        self._counts = counts
        self._total = total

    @property
    def total(self) -> int:
        """How many cards were counted, at least 1."""
        return max(self._total, 1)

    def count(self, token: str) -> int:
        """How many of them have `token`; 0 for what was not asked for."""
        return self._counts.get(token, 0)
