"""Cards of a contact centre, of which it is known whose they are; the same ones for a seed, wherever they are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from bench.people import contact_points as points
from bench.people.contact_points import Address, Line, World
from bench.people.display_names import Shown, shown
from bench.people.persons import Person, bearer, persons
from bench.people.setting import Setting, made
from bench.people.zipf import Weighted
from customers.matching.normal import MatchInput

CARDS_PER_COMPANY = 30
_CARDS = Weighted({1: 84.0, 2: 11.2, 3: 3.6, 4: 1.2})
"""16 % of the persons have more than one; a million cards are of 820,000 persons."""
_CHANNELS = Weighted({"voice": 42.0, "sms": 4.0, "email": 26.0, "chat": 16.0, "social": 12.0})
_SPREAD = 7_368_787
"""A prime: cards of one person get numbers far apart, so that equal scores are not ordered by who made them."""


@dataclass(frozen=True, slots=True)
class Card:
    """What one channel told of one person."""

    number: int
    person: int
    channel: str
    shown: Shown
    phone: str = ""
    """As it is written, and as E.164."""
    e164: str = ""
    mailbox: Address | None = None
    handle: tuple[str, Address] | None = None
    company: str = ""

    @property
    def key(self) -> str:
        """The id of the card."""
        return f"{self.number:07}"

    def as_input(self) -> MatchInput:
        """The card as the matcher takes it. The business numbers are German."""
        return MatchInput(
            names=[self.shown.text] if self.shown.text else [],
            companies=[self.company] if self.company else [],
            phones=[self.phone] if self.phone else [],
            emails=[self.mailbox.text] if self.mailbox else [],
            handles=[(self.handle[0], self.handle[1].text)] if self.handle else [],
            country="DE",
        )


def generate(count: int, seed: int, setting: Setting | None = None) -> Iterator[Card]:
    """`count` cards, those of one person one after the other, with numbers from 0 to `count` - 1 in no order."""
    world = World(seed, max(count // CARDS_PER_COMPANY, 1), setting or made())
    contacts = (one for person in persons(world) for one in _contacts(person, world.random))
    for at, (person, channel, provider) in enumerate(islice(contacts, count)):
        yield _card((at * _SPREAD + seed) % count, person, channel, provider, world)


def _contacts(person: Person, random: Random) -> Iterator[tuple[Person, str, str]]:
    """The channels of the person's cards; a user name twice at one provider would be one card."""
    providers = random.sample(points.PROVIDERS, 4)
    for provider in providers[: _CARDS.draw(random)]:
        yield person, _CHANNELS.draw(random), provider


def _card(number: int, person: Person, channel: str, provider: str, world: World) -> Card:
    random = world.random
    line, mailbox = _line(person, channel, random), _mailbox(person, channel, random)
    handle = points.user_name(bearer(person, random), provider, world) if channel == "social" else None
    is_telling = person.company is not None and random.random() < 0.25
    return Card(
        number=number,
        person=person.number,
        channel=channel,
        shown=shown(person, world.setting.shown[channel], random),
        phone=line.typed(random) if line else "",
        e164=line.e164 if line else "",
        mailbox=mailbox,
        handle=(provider, handle) if handle else None,
        company=person.company.name if person.company and is_telling else "",
    )


def _line(person: Person, channel: str, random: Random) -> Line | None:
    if channel == "sms" or (channel == "chat" and random.random() < 0.25):
        return person.mobile
    if channel != "voice":
        return None
    chance = random.random()
    if person.office is not None and chance < 0.2:
        return person.office
    return person.home if chance > 0.8 else person.mobile


def _mailbox(person: Person, channel: str, random: Random) -> Address | None:
    if channel != "email" and (channel != "chat" or random.random() > 0.55):
        return None
    is_office = person.office_mailbox is not None and random.random() < 0.4
    return person.office_mailbox if is_office else person.mailbox
