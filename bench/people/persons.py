"""Made-up people: households that share a surname and a landline, companies with one switchboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from bench.people import contact_points as points
from bench.people.contact_points import LAST, Address, Bearer, Line, World
from bench.people.countries import Country, Name, family_names
from bench.people.slips import plain, written_out

COUPLES = 0.099
"""Of the households; so 18 % of the persons live with a spouse who is a customer too."""
SHARED_MAILBOX = 0.15
"""Of the couples."""
CHANGED_NAME = 0.06
"""Of the persons: those with a second surname, after a marriage or before one."""
EMPLOYED = 0.4
"""Of the persons: those who also call and write from where they work."""
_TRADES = (
    "Logistik", "Bau", "Medien", "Consulting", "Technik", "Handel", "Systeme", "Pharma", "Energie", "Immobilien",
    "Druck", "Versand", "Software",
)  # fmt: skip
_LEGAL = ("GmbH", "AG", "KG", "GmbH & Co. KG", "SE", "Ltd", "e.K.")


@dataclass(frozen=True, slots=True)
class Company:
    """Where people work: one number and one mailbox that all of them may use."""

    name: str
    domain: str
    switchboard: Line


@dataclass(frozen=True, slots=True)
class Person:
    """One human being and all that is theirs."""

    number: int
    country: str
    first: Name
    surnames: tuple[Name, ...]
    """One, or two where it was changed."""
    mobile: Line
    home: Line
    nick: str
    mailbox: Address
    company: Company | None = None
    office: Line | None = None
    office_mailbox: Address | None = None


def persons(world: World) -> Iterator[Person]:
    """Persons without end, household by household."""
    number = 0
    while True:
        for person in _household(number, world):
            yield person
            number += 1


def _household(number: int, world: World) -> Iterator[Person]:
    random = world.random
    land = world.setting.lands.draw(random)
    family, is_male = land.surnames.draw(random), random.random() < 0.5
    one = _person(number, land, family, world, is_male=is_male)
    yield one
    if random.random() < COUPLES:
        other = _person(number + 1, land, family, world, is_male=not is_male)
        is_shared = random.random() < SHARED_MAILBOX
        mailbox = Address(one.mailbox.text, one.mailbox.tells & {f"{LAST}0"}) if is_shared else other.mailbox
        yield replace(other, home=one.home, mailbox=mailbox)


def _person(number: int, land: Country, family: Name, world: World, *, is_male: bool) -> Person:
    random = world.random
    surnames = [_of(land, family, random, is_male=is_male)]
    if random.random() < CHANGED_NAME:
        surnames.append(_of(land, land.surnames.draw(random), random, is_male=is_male))
    first, nick = (land.male if is_male else land.female).draw(random), points.nickname(random)
    which = random.randrange(len(surnames))
    person = Person(
        number=number,
        country=land.code,
        first=first,
        surnames=tuple(surnames),
        mobile=points.mobile(land.code, random),
        home=points.landline(random),
        nick=nick,
        mailbox=points.private_mailbox(Bearer(first.text, surnames[which].text, which, nick), world),
    )
    return _employed(person, world) if random.random() < EMPLOYED else person


def _of(land: Country, family: Name, random: Random, *, is_male: bool) -> Name:
    """A surname as a man or a woman of the country bears it; in Spain with the mother's behind it, often."""
    if land.code == "pl" and not is_male and family.text.endswith(("ski", "cki", "dzki")):
        return Name(family.text[:-1] + "a")
    if land.code == "es" and random.random() < 0.5:
        return Name(f"{family.text} {land.surnames.draw(random).text}")
    return family


def bearer(person: Person, random: Random) -> Bearer:
    """The person by one of their surnames, for an address that is made of it."""
    which = random.randrange(len(person.surnames))
    return Bearer(person.first.text, person.surnames[which].text, which, person.nick)


def _employed(person: Person, world: World) -> Person:
    """Few companies have many of the customers, most have one or two."""
    random = world.random
    at = _company(int(world.companies * random.random() ** 2))
    office = at.switchboard if random.random() < 0.7 else points.extension(at.switchboard, random)
    mailbox = points.office_mailbox(bearer(person, random), at.domain, world)
    if random.random() < 0.12:
        mailbox = Address(f"{random.choice(('info', 'office', 'kontakt'))}@{at.domain}")
    return replace(person, company=at, office=office, office_mailbox=mailbox)


@lru_cache(maxsize=100_000)
def _company(number: int) -> Company:
    random = Random(f"company {number}")
    name = f"{random.choice(family_names('de')).text} {random.choice(_TRADES)}"
    bare = plain(written_out(name)).lower().replace(" ", random.choice(("-", "")))
    return Company(f"{name} {random.choice(_LEGAL)}", f"{bare}.de", points.landline(random))
