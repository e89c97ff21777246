"""Made-up people: households that share a surname and a landline, companies with one switchboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from bench.people import contact_points as points
from bench.people.contact_points import LAST, Address, Line, Taken
from bench.people.countries import SHARES, Country, Name, country
from bench.people.slips import plain, written_out

COUPLES = 0.099
"""Of the households; so 18 % of the persons live with a spouse who is a customer too."""
SHARED_MAILBOX = 0.15
"""Of the couples."""
CHANGED_NAME = 0.06
"""Of the persons: those with a second surname, after a marriage or before one."""
EMPLOYED = 0.4
"""Of the persons: those who also call and write from where they work."""
PERSONS_PER_COMPANY = 25
_TRADES = "Logistik Bau Medien Consulting Technik Handel Systeme Pharma Energie Immobilien Druck Versand Software".split()
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
    mailbox: Address
    nick: str
    company: Company | None = None
    office: Line | None = None
    office_mailbox: Address | None = None


def persons(expected: int, taken: Taken, random: Random) -> Iterator[Person]:
    """Persons without end, household by household; there are as many companies as `expected` persons work for."""
    number = 0
    while True:
        for person in _household(number, expected, taken, random):
            yield person
            number += 1


def _household(number: int, total: int, taken: Taken, random: Random) -> Iterator[Person]:
    land = country(SHARES.draw(random))
    family, is_male = land.surnames.draw(random), random.random() < 0.5
    one = _person(number, land, family, is_male, total, taken, random)
    yield one
    if random.random() < COUPLES:
        other = _person(number + 1, land, family, not is_male, total, taken, random)
        is_shared = random.random() < SHARED_MAILBOX
        mailbox = Address(one.mailbox.text, one.mailbox.tells & {f"{LAST}0"}) if is_shared else other.mailbox
        yield replace(other, home=one.home, mailbox=mailbox)


def _person(
    number: int, land: Country, family: Name, is_male: bool, total: int, taken: Taken, random: Random
) -> Person:
    first = (land.male if is_male else land.female).draw(random)
    surnames = [_of(land, family, is_male, random)]
    if random.random() < CHANGED_NAME:
        surnames.append(_of(land, land.surnames.draw(random), is_male, random))
    nick, which = points.nickname(random), random.randrange(len(surnames))
    person = Person(
        number, land.code, first, tuple(surnames), points.mobile(land.code, random), points.landline(random),
        points.private_mailbox(first.text, surnames[which].text, which, nick, taken, random), nick,
    )  # fmt: skip
    return _employed(person, total, taken, random) if random.random() < EMPLOYED else person


def _of(land: Country, family: Name, is_male: bool, random: Random) -> Name:
    """A surname as a man or a woman of the country bears it; in Spain with the mother's behind it, often."""
    if land.code == "pl" and not is_male and family.text.endswith(("ski", "cki", "dzki")):
        return Name(family.text[:-1] + "a")
    if land.code == "es" and random.random() < 0.5:
        return Name(f"{family.text} {land.surnames.draw(random).text}")
    return family


def _employed(person: Person, total: int, taken: Taken, random: Random) -> Person:
    """Few companies have many of the customers, most have one or two."""
    companies = max(total // PERSONS_PER_COMPANY, 1)
    at = _company(int(companies * random.random() ** 2))
    office = at.switchboard if random.random() < 0.7 else points.extension(at.switchboard, random)
    name = person.surnames[-1].text
    which = len(person.surnames) - 1
    mailbox = points.office_mailbox(person.first.text, name, which, at.domain, taken, random)
    if random.random() < 0.12:
        mailbox = Address(f"{random.choice(('info', 'office', 'kontakt'))}@{at.domain}")
    return replace(person, company=at, office=office, office_mailbox=mailbox)


@lru_cache(maxsize=100_000)
def _company(number: int) -> Company:
    random = Random(f"company {number}")
    name = f"{random.choice(country('de').surnames.things).text} {random.choice(_TRADES)}"
    bare = plain(written_out(name)).lower().replace(" ", random.choice(("-", "")))
    return Company(f"{name} {random.choice(_LEGAL)}", f"{bare}.de", points.landline(random))
