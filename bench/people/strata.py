"""What two cards of one person have in common: this decides who can find them at all."""

from __future__ import annotations

from enum import IntEnum

from bench.people.cards import Card
from bench.people.contact_points import Address


class Stratum(IntEnum):
    """From what any rule finds to what nobody can."""

    SAME_CONTACT = 1
    """The same number or mailbox."""
    BOTH_NAMES = 2
    """First name and surname on both, however they are written: short, as an initial, misheard, in another script."""
    NAME_IN_ADDRESS = 3
    """First name and surname on one, and in the address or user name of the other."""
    BEYOND_A_NAME = 4
    """In the addresses of both, or one user name, or a part of the name and the company."""
    ONE_PART = 5
    """One part of the name: the first name, or the surname."""
    NOTHING = 6


REACHABLE = tuple(one for one in Stratum if one <= Stratum.BEYOND_A_NAME)
"""What shares more than one part of the name."""


def stratum(one: Card, other: Card) -> Stratum:
    """The stratum of two cards of one person."""
    if (one.e164 and one.e164 == other.e164) or (_mailbox(one) and _mailbox(one) == _mailbox(other)):
        return Stratum.SAME_CONTACT
    if len(one.shown.tells & other.shown.tells) > 1:
        return Stratum.BOTH_NAMES
    if len(one.shown.tells & _hidden(other)) > 1 or len(_hidden(one) & other.shown.tells) > 1:
        return Stratum.NAME_IN_ADDRESS
    parts = len((one.shown.tells | _hidden(one)) & (other.shown.tells | _hidden(other)))
    has_company = bool(parts and one.company and one.company == other.company)
    if len(_hidden(one) & _hidden(other)) > 1 or _nicks(one) & _nicks(other) or has_company:
        return Stratum.BEYOND_A_NAME
    return Stratum.ONE_PART if parts else Stratum.NOTHING


def _mailbox(card: Card) -> str:
    return card.mailbox.text if card.mailbox else ""


def _hidden(card: Card) -> frozenset[str]:
    """The parts of the name that the address or user name of `card` tells."""
    return frozenset().union(*(source.tells for source in _sources(card)))


def _nicks(card: Card) -> set[str]:
    return {source.nick for source in _sources(card) if source.nick}


def _sources(card: Card) -> list[Address]:
    return [source for source in (card.mailbox, card.handle[1] if card.handle else None) if source]
