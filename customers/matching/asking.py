"""What was typed into the search box: which words, and which beginnings of numbers, addresses and user names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from customers.matching import terms
from customers.matching.addresses import company_domain, mailbox
from customers.matching.cologne import cologne
from customers.matching.folding import digits, words
from customers.matching.keys import KeyKind, number, query_keys
from customers.matching.names import MAX_WORDS, name_words
from customers.matching.normal import NormalForm

LONGEST = 200
"""So many letters are looked at."""
FEWEST_DIGITS = 3
"""Of a number at least so many must be typed."""
_NUMBER = re.compile(r"[+(]?[\d\s()+./\-‐-―\u00a0]+")
_TRUNK = re.compile(r"\(0\)")
_PAIRED = frozenset({KeyKind.NAME_SOUNDS, KeyKind.INITIAL, KeyKind.EDGES, KeyKind.GLUED})


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for."""

    text: str
    """As it was typed, in lower case."""
    words: tuple[str, ...] = ()
    """Each of them should be, or begin, a word of the card."""
    values: tuple[str, ...] = ()
    """One of them should be, or begin, a value of the card (`terms.values`)."""
    number: str = ""
    """The digits, where a phone number was typed, without the zeros in front."""
    is_abroad: bool = False
    """The number begins with its country."""

    def is_answered_by(self, value: str) -> bool | None:
        """True where `value` is one of those that are asked for, False where it begins as one does, else None."""
        if not self.values or not value.startswith(self.values):
            return None
        if value.startswith(terms.NATIONAL) and not self._has_country_of(value):
            return None
        return value in self.values

    def _has_country_of(self, value: str) -> bool:
        """A number of the same digits in another country is not the one that was typed with its country."""
        rest, _, country = value.removeprefix(terms.NATIONAL).partition(terms.OF)
        return f"{country}{rest}".startswith(self.number) or (not self.is_abroad and rest.startswith(self.number))


def question(text: str) -> Question:
    """What `text` asks for; without words and values for what nobody can be found by."""
    typed = text.strip()[:LONGEST].casefold()
    if _NUMBER.fullmatch(typed):
        return _of_number(typed)
    local, at, domain = typed.partition("@")
    if local and at:
        return Question(typed, tuple(words(local)) + _owner(domain), _addresses(typed))
    if at or (" " not in typed and "." in typed):
        bare = typed.strip("@")
        if not bare:
            return Question(typed)
        return Question(typed, _owner(bare) or tuple(words(bare)), (terms.HANDLE + bare, terms.MAIL + bare))
    found = tuple(dict.fromkeys(words(typed)))[:MAX_WORDS]
    telling = tuple(word for word in found if word in name_words(typed))
    values = (terms.MAIL + typed, terms.HANDLE + typed) if typed and " " not in typed else ()
    return Question(typed, telling or found, values)


def keys(asked: Question) -> list[int]:
    """The keys of cards that have two of the words, in their names or as name and company, mistyped or not."""
    form = NormalForm(names=(" ".join(sorted(asked.words)),))
    found = [key for key, kind in query_keys(form).items() if kind in _PAIRED]
    pairs = [(one, other) for one in asked.words for other in asked.words if one != other]
    return found + [number(KeyKind.COMPANY, f"{company} {cologne(word)}") for company, word in pairs]


def _of_number(typed: str) -> Question:
    is_abroad = typed.startswith(("+", "00", "(+"))
    found = digits(_TRUNK.sub("", typed) if is_abroad else typed)
    whole = found.lstrip("0")
    if len(found) < FEWEST_DIGITS or not whole:
        return Question(typed, (found,) if found else ())
    values = [terms.BACKWARDS + whole[::-1], terms.HANDLE + found]
    if is_abroad or not found.startswith("0"):
        values.append(terms.NATIONAL + terms.national(whole)[1])
    if not is_abroad:
        values.append(terms.NATIONAL + whole)
    return Question(typed, (), tuple(dict.fromkeys(values)), whole, is_abroad)


def _addresses(typed: str) -> tuple[str, ...]:
    """The beginning of an address as it stands in the tables: without tag, at Gmail without dots."""
    local, _, domain = typed.partition("@")
    bare = local.partition("+")[0] or local
    plain = {f"{bare}@{domain}", f"{bare.replace('.', '')}@{domain}", mailbox(typed) or typed}
    return tuple(terms.MAIL + one for one in sorted(plain))


def _owner(domain: str) -> tuple[str, ...]:
    """Who has the domain, also of one that is not typed to its end."""
    whole = domain if "." in domain.rstrip(".") else f"{domain.rstrip('.')}.x"
    return tuple(filter(None, (company_domain(f"x@{whole}"),)))
