"""500 interactions: what happens in each, who links what, and what was acknowledged: that must hold in the end."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators.contact_centre.scripts import Script
from simulators.entra.people import Person
from tests.kill.kill_house import ON_CARD, ON_PLATFORM, Customer

CALL, WRAPPED, SILENT, MAIL, SMS, MISSED = "call", "wrapped call", "silent call", "mail", "sms", "missed call"
_MIX = {CALL: 40, WRAPPED: 25, SILENT: 10, MAIL: 10, SMS: 10, MISSED: 5}
_CHANNELS = {MAIL: "email", SMS: "sms"}
_NAMESPACE = uuid.UUID("5f1c9b62-3b0e-4b57-9a25-6f2f2a1f0c31")
"""Of activity keys. Written down a second time: a key that changes writes everything twice after an upgrade."""


@dataclass(frozen=True)
class Expected:
    """One activity that must be there, once."""

    token: str
    person: Person
    record: str
    key: str
    notes: str


@dataclass
class Case:
    """One interaction. `linked`, `notes` and `failure` are filled as it goes."""

    number: int
    kind: str
    customer: Customer
    agent: Person
    colleague: Person
    records: Sequence[str]
    withdrawn: str
    """Linked, and taken back before anything was written."""
    late: str
    """Linked when all is over (C-12)."""
    script: Script
    linked: set[str] = field(default_factory=set)
    """Acknowledged, and not taken back."""
    notes: str = ""
    """Acknowledged."""
    failure: str = ""

    @property
    def token(self) -> str:
        """What the interaction is known by on cards and in activities: its subject."""
        return token_of(self.number)

    @property
    def intake(self) -> str:
        """Whose it is."""
        return ON_CARD if self.kind == CALL else ON_PLATFORM

    @property
    def agents(self) -> tuple[Person, ...]:
        """Whose legs are written."""
        if self.kind == MISSED:
            return ()
        return (self.agent, self.colleague) if self.kind == MAIL else (self.agent,)

    def expected(self) -> Iterator[Expected]:
        """One activity for each (leg, linked record)."""
        for person in self.agents:
            for record in sorted(self.linked):
                yield Expected(self.token, person, record, self._key(person, record), self.notes)

    def _key(self, person: Person, record: str) -> str:
        source = self.script.event("", 0)["source"]
        parts = (self.intake, source, self.script.ref, agent_of(person)["id"], "1", *record.split(":"))
        return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


def token_of(number: int) -> str:
    """Short, unlike any other text."""
    return f"K{number:04}"


def agent_of(person: Person) -> Mapping[str, str]:
    """The person as the contact centre names them."""
    return {"id": f"a-{person.oid[:8]}", "email": person.email, "name": person.name}


def cases(seed: int, count: int, people: Sequence[Person], customers: Sequence[Customer], run: str) -> list[Case]:
    """The same for the same seed, but for the run's name in the ids."""
    dice = random.Random(seed)
    kinds = dice.choices(list(_MIX), list(_MIX.values()), k=count)
    pairs = [(people[number % len(people)], people[(number + 1) % len(people)]) for number in range(count)]
    callers = [customers[number % len(customers)] for number in range(count)]
    return [
        _case(dice, number, pair, _script(number, kind, caller, pair[0], run), kind=kind, customer=caller)
        for number, (kind, pair, caller) in enumerate(zip(kinds, pairs, callers, strict=True))
    ]


def _case(
    dice: random.Random, number: int, pair: tuple[Person, Person], script: Script, *, kind: str, customer: Customer
) -> Case:
    records = dice.sample(customer.records, len(customer.records))
    count = dice.choice((1, 2, 2, 2, 3))
    spare = records[count]
    fate = dice.random()
    return Case(
        number=number,
        kind=kind,
        customer=customer,
        agent=pair[0],
        colleague=pair[1],
        records=records[:count],
        withdrawn=spare if fate < 0.1 else "",
        late=spare if fate > 0.85 and kind in (CALL, WRAPPED) else "",
        script=script,
    )


def _script(number: int, kind: str, customer: Customer, agent: Person, run: str) -> Script:
    identity: dict[str, Any] = {"kind": "phone", "value": customer.phone}
    if kind == MAIL:
        identity = {"kind": "email", "value": customer.email, "displayName": customer.name}
    return Script(
        run,
        f"i{number}",
        _CHANNELS.get(kind, "voice"),
        agent=agent_of(agent),
        contact={"name": customer.name, "identities": [identity]},
        interaction={"subject": token_of(number)},
    )
