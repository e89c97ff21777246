"""By which words and beginnings a card is found in the search box."""

from __future__ import annotations

from collections.abc import Iterator

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from customers.matching.addresses import company_domain, dotted, mailbox, user_of, user_words
from customers.matching.folding import words
from customers.matching.names import name_words
from customers.matching.normal import MatchInput, NormalForm

MOST = 32
"""A card is found by so many words at most, of so many letters."""
BEGINNING = 6
"""Of a mistyped word these letters are looked at: one more or less of them, and the word is another."""
BACKWARDS, NATIONAL, MAIL, HANDLE = "R", "N", "E", "H"
"""What stands in front of a value: a whole number from its end, one without its country, an address, an id."""
OF = "/"
"""Between a national number and its country."""


def terms(card: MatchInput) -> frozenset[str]:
    """The folded words of names, companies and user names."""
    return frozenset(word[:MOST] for word in sorted(set(_words(card)), key=lambda word: (-len(word), word))[:MOST])


def values(form: NormalForm) -> frozenset[str]:
    """The numbers, addresses and ids of `form`, in the form in which their beginnings are looked for."""
    return frozenset(_values(form))


def pieces(word: str) -> frozenset[str]:
    """The beginning of `word`, and that without each one of its letters. Words of one typing error share a piece."""
    begins = word[:BEGINNING]
    return frozenset([begins, *(begins[:at] + begins[at + 1 :] for at in range(len(begins)))]) - {""}


def national(digits: str) -> tuple[str, str]:
    """The digits of an international number: of its country, and the others. No country where none has them."""
    for length in (1, 2, 3):
        if digits[:length] and int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return digits[:length], digits[length:]
    return "", digits


def _words(card: MatchInput) -> Iterator[str]:
    for name in card.names:
        if name_words(name):
            yield from words(name)
    for company in card.companies:
        yield from words(company)
    for address in card.emails:
        yield from user_words(dotted(address) or mailbox(address).rpartition("@")[0])
        yield from filter(None, (company_domain(mailbox(address)),))
    for provider, value in card.handles:
        user = user_of(f"{provider}:{value}")
        yield from user_words(user) if user else ()


def _values(form: NormalForm) -> Iterator[str]:
    for number in form.phones:
        digits = number.lstrip("+")
        yield BACKWARDS + digits[::-1]
        country, rest = national(digits)
        yield f"{NATIONAL}{rest}{OF}{country}"
    yield from (MAIL + one for one in form.emails)
    yield from (HANDLE + one.partition(":")[2] for one in form.handles)
