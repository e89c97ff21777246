"""What a channel shows as somebody's name: whole or in part, right or wrong, in one of many spellings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.people.contact_points import FIRST, LAST
from bench.people.persons import Person
from bench.people.shares import Shares
from bench.people.slips import misheard, mistyped, plain, written_out
from bench.people.zipf import Weighted

NATIVE = 0.3
"""Of the cards of persons whose names have another script: written in it."""
_SPELLINGS: Weighted[Callable[[str, str], str]] = Weighted({
    (lambda first, last: f"{first} {last}"): 84.0,
    (lambda first, last: f"{last}, {first}"): 3.5,
    (lambda first, last: f"{first} {last}".lower()): 5.0,
    (lambda first, last: written_out(f"{first} {last}")): 3.0,
    (lambda first, last: plain(f"{first} {last}")): 1.5,
    (lambda first, last: f"{first} {last}".upper()): 1.0,
    (lambda first, last: f"Dr. {first} {last}"): 1.0,
})  # fmt: skip
_MIDDLE = "AEHJKMPRST"


@dataclass(frozen=True, slots=True)
class Shown:
    """A display name, maybe empty, and which parts of the person's name are in it."""

    text: str = ""
    tells: frozenset[str] = frozenset()


def shown(person: Person, shares: Shares, random: Random) -> Shown:
    """What a channel with `shares` shows of `person`."""
    which = random.randrange(len(person.surnames))
    family, told_last = person.surnames[which], f"{LAST}{which}"
    chance = random.random()
    if chance < shares.nothing:
        return Shown()
    is_native = bool(family.native) and random.random() < NATIVE
    last = family.native if is_native else _slipped(family.text, shares, random)
    first = person.first.native if is_native else _first(person, shares, random)
    if chance < shares.nothing + shares.first_only:
        return Shown(first, frozenset({FIRST}))
    if chance < shares.nothing + shares.first_only + shares.last_only:
        return Shown(f"{random.choice(('Herr', 'Frau'))} {last}" if shares.is_heard else last, frozenset({told_last}))
    if person.country == "zh" and is_native:
        return Shown(last + first, frozenset({FIRST, told_last}))
    return Shown(_SPELLINGS.draw(random)(first, last), frozenset({FIRST, told_last}))


def _first(person: Person, shares: Shares, random: Random) -> str:
    chance = random.random()
    if chance < shares.initial:
        return f"{person.first.text[0]}."
    if chance < shares.initial + shares.short and person.first.short:
        return random.choice(person.first.short)
    first = _slipped(person.first.text, shares, random)
    return f"{first} {random.choice(_MIDDLE)}." if chance > 1 - shares.middle else first


def _slipped(text: str, shares: Shares, random: Random) -> str:
    if random.random() >= shares.slip:
        return text
    return misheard(text, random) if shares.is_heard and random.random() < 0.75 else mistyped(text, random)
