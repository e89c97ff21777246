"""Blocking keys: cards that may be of one person have one in common, so that few need to be compared.

A key is a number of 63 bits that a database finds in a plain index. Kind and text decide it, nothing else: it is the
same in every process and release until `packing.VERSION` rises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, combinations, product

from customers.matching.cologne import cologne
from customers.matching.details import house_number
from customers.matching.diminutives import related
from customers.matching.normal import NormalForm

_TWO_WORDS = 8
"""A word of so many letters may be two written together, `celiatomas`: its ends are ends of theirs."""
_NICKNAMES = 12
"""At most so many other names of one word are looked for."""


class KeyKind(StrEnum):
    """What two cards share that have a key of this kind in common. The letter is part of the key."""

    PHONE = "P"
    """The last eight digits of a number."""
    EMAIL = "E"
    """A mailbox."""
    HANDLE = "S"
    """An id or user name at one provider."""
    PERSON_ID = "R"
    """The id of one person in one system."""
    USER_NAME = "H"
    """A user name, whatever the provider."""
    NAME_SOUNDS = "N"
    """The sounds of two words of the name."""
    INITIAL = "I"
    """The first letter of one word, the sound of another."""
    EDGES = "G"
    """First or last three letters of two words: finds names with a typing error in each."""
    WORD = "T"
    """A word of the name, its letters in order of the alphabet: two that are exchanged are no matter."""
    WORD_SOUNDS = "U"
    """The sound of the only word of a name, initials aside."""
    WORD_EDGE = "F"
    """The first or last four letters of a word of the name."""
    GLUED = "C"
    """Two words, or a word and an initial, written together: their letters in order of the alphabet."""
    COMPANY = "O"
    """A company and the sound of a word of the name."""
    POSTCODE = "Z"
    """A postcode and the sound of a word of the name."""
    ADDRESS = "A"
    """Two of postcode, house number and the sound of a street's word."""
    BIRTH_DATE = "D"
    """A birth date."""
    BIRTH_PART = "B"
    """Two of year, month and day of birth, or all their digits in any order, and a first letter of the name: day and
    month exchanged, or two digits."""


EXACT = frozenset({KeyKind.PHONE, KeyKind.EMAIL, KeyKind.HANDLE, KeyKind.PERSON_ID})
"""Who shares one of these is compared as far as there is room, unless it is the number or mailbox of a whole house."""


def keys(form: NormalForm, tenant: str = "") -> dict[int, KeyKind]:
    """The keys under which a card is found. Cards of two tenants have none in common."""
    return _numbers(_all(form, _words(form)), tenant)


def query_keys(form: NormalForm, tenant: str = "") -> dict[int, KeyKind]:
    """The keys to look for: those of `keys`, and those that the card would have under other forms of its names."""
    names = _words(form)
    return _numbers(chain(_all(form, names), _nicknamed(names)), tenant)


@lru_cache(maxsize=65536)
def number(kind: str, text: str, tenant: str = "") -> int:
    """The key of `kind` and `text`, at least 0 and below 2**63."""
    digest = blake2b(f"{tenant}\0{kind}\0{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


Texts = Iterator[tuple[KeyKind, str]]


def _numbers(found: Iterable[tuple[KeyKind, str]], tenant: str) -> dict[int, KeyKind]:
    return {number(kind, text, tenant): kind for kind, text in found}


def _words(form: NormalForm) -> list[Sequence[str]]:
    """The words of each name, and of each name hidden in an address or user name."""
    return [*dict.fromkeys([*form.words, *form.aliases.values()])]


def _all(form: NormalForm, names: list[Sequence[str]]) -> Texts:
    yield from ((KeyKind.PHONE, one[-8:]) for one in form.phones)
    yield from ((KeyKind.EMAIL, one) for one in form.emails)
    yield from ((KeyKind.HANDLE, one) for one in form.handles)
    yield from ((KeyKind.PERSON_ID, f"{system}={one}") for system, one in form.person_ids)
    yield from ((KeyKind.USER_NAME, one) for one in sorted(form.user_names))
    for name in names:
        yield from _of_name(name)
        yield from _with_name(form, name)
    yield from _of_details(form)


def _of_name(name: Sequence[str]) -> Texts:
    for one, other in combinations(name, 2):
        yield KeyKind.NAME_SOUNDS, _pair(cologne(one), cologne(other))
        for initial, word in ((one[0], other), (other[0], one)):
            if len(word) > 1:
                yield KeyKind.INITIAL, f"{initial} {cologne(word)}"
        for edge, edge_too in product(_edges(one), _edges(other)):
            yield KeyKind.EDGES, _pair(edge, edge_too)
        yield from ((KeyKind.GLUED, _letters(text)) for text in (one + other, one[0] + other, other[0] + one))
    whole = [word for word in name if len(word) > 1]
    yield from ((KeyKind.WORD, _letters(word)) for word in whole)
    if len(whole) == 1:
        yield KeyKind.WORD_SOUNDS, cologne(whole[0])
    for word in whole:
        if len(word) >= 5:
            yield from ((KeyKind.WORD_EDGE, edge) for edge in (f"{word[:4]}-", f"-{word[-4:]}"))
    if len(name) == 1:
        yield KeyKind.GLUED, _letters(name[0])
        if len(name[0]) >= _TWO_WORDS:
            yield KeyKind.EDGES, _pair(*_edges(name[0]))


def _edges(word: str) -> tuple[str, ...]:
    return (f"{word[:3]}-", f"-{word[-3:]}") if len(word) >= 3 else ()


def _letters(text: str) -> str:
    return "".join(sorted(text))


def _pair(one: str, other: str) -> str:
    return f"{one} {other}" if one <= other else f"{other} {one}"


def _with_name(form: NormalForm, name: Sequence[str]) -> Texts:
    for sound in sorted({cologne(word) for word in name if len(word) > 1}):
        yield from ((KeyKind.COMPANY, f"{company} {sound}") for company in sorted(form.employers))
        if form.postcode:
            yield KeyKind.POSTCODE, f"{form.postcode} {sound}"
    if form.birth_date:
        year, month, day = form.birth_date[:4], form.birth_date[4:6], form.birth_date[6:]
        parts = (year + month, f"{month}.{day}", f"{year}..{day}", f"~{_letters(form.birth_date)}")
        for initial, part in product(sorted({word[0] for word in name}), parts):
            yield KeyKind.BIRTH_PART, f"{part} {initial}"


def _of_details(form: NormalForm) -> Texts:
    if form.birth_date:
        yield KeyKind.BIRTH_DATE, form.birth_date
    house = house_number(form.street)
    if house and form.postcode:
        yield KeyKind.ADDRESS, f"{form.postcode} {house}"
    for word in form.street.split():
        if len(word) >= 4 and word.isalpha():
            yield from (
                (KeyKind.ADDRESS, f"{part} {cologne(word)}") for part in (f"#{house}", form.postcode) if part.strip("#")
            )


def _nicknamed(names: list[Sequence[str]]) -> Texts:
    """Sounds of the names with each word in turn replaced by its other forms."""
    for name in names:
        for at, word in enumerate(name):
            for other in sorted(related(word))[:_NICKNAMES]:
                rest = [*name[:at], *name[at + 1 :]]
                yield from ((KeyKind.NAME_SOUNDS, _pair(cologne(other), cologne(one))) for one in rest)
                if not rest:
                    yield KeyKind.WORD, _letters(other)
