"""What cards say of their persons, as it is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from customers.matching.addresses import ID
from customers.matching.normal import MatchInput
from customers.model import IdentityKind
from storage.tables import cards, contact_points, customers, identities, interactions, links

CONTACT = "contact"
"""Among `person_ids`: the id that the contact centre itself gives a contact."""

_CARDS: sa.BindParameter[Any] = sa.bindparam("cards", expanding=True)
_CUSTOMERS = (
    sa.select(
        cards.c.id,
        customers.c.name,
        customers.c.given_name,
        customers.c.family_name,
        customers.c.company,
        customers.c.birth_date,
        customers.c.postcode,
        customers.c.street,
    )
    .join(customers)
    .where(cards.c.id.in_(_CARDS))
)
_IDENTITIES = sa.select(
    identities.c.card_id,
    identities.c.kind,
    identities.c.provider,
    identities.c.key,
    identities.c.value,
    identities.c.display_name,
).where(identities.c.card_id.in_(_CARDS))
_CONTACTS = sa.select(contact_points.c.card_id, contact_points.c.kind, contact_points.c.value).where(
    contact_points.c.card_id.in_(_CARDS), contact_points.c.removed_at.is_(None)
)
"""Numbers and addresses that agents wrote down."""
_PERSONS = (
    sa.select(interactions.c.card_id, links.c.crm, links.c.type, links.c.record_id)
    .join(links)
    .where(interactions.c.card_id.in_(_CARDS), links.c.level == sa.literal("person"), links.c.unlinked_at.is_(None))
    .distinct()
)
_INTAKES = (
    sa.select(interactions.c.card_id, interactions.c.source, interactions.c.intake)
    .where(interactions.c.card_id.in_(_CARDS))
    .distinct()
)


@dataclass(frozen=True)
class MatchRules:
    """What the settings say of ids."""

    person_ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By intake, the providers whose ids stand for one person each; `CONTACT` for the ids without a provider."""


_Row = sa.Row[*tuple[Any, ...]]


class _Card:
    """What is gathered of one card."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.companies: list[str] = []
        self.phones: list[str] = []
        self.emails: list[str] = []
        self.handles: list[tuple[str, str]] = []
        self.person_ids: defaultdict[str, list[str]] = defaultdict(list)
        self.birth_date = self.postcode = self.street = ""

    def made(self) -> MatchInput:
        """All of it."""
        places = {"birth_date": self.birth_date, "postcode": self.postcode, "street": self.street}
        return MatchInput(self.names, self.companies, self.phones, self.emails, self.handles, self.person_ids, **places)


def read(connection: sa.Connection, card_ids: Sequence[str], rules: MatchRules) -> dict[str, MatchInput]:
    """What each of these cards says; those that are gone are left out."""
    found: dict[str, _Card] = {}
    where = {"cards": [*card_ids]}
    for card, name, given, family, company, *places in connection.execute(_CUSTOMERS, where):
        one = found.setdefault(card, _Card())
        one.birth_date, one.postcode, one.street = places
        one.names += filter(None, (name, f"{given} {family}".strip()))
        one.companies += filter(None, (company,))
    for card, kind, value in connection.execute(_CONTACTS, where):
        (found[card].phones if kind == IdentityKind.PHONE else found[card].emails).append(value)
    rows = connection.execute(_IDENTITIES, where).all()
    declared = _declared(connection, rows, rules)
    for row in rows:
        _add_identity(found[row.card_id], row, declared)
    for card, crm, type_, record in connection.execute(_PERSONS, where):
        # A lead and the contact that it became are one person: ids of one type tell people apart.
        found[card].person_ids[f"{crm}:{type_}"].append(record)
    return {card: one.made() for card, one in found.items()}


def _add_identity(one: _Card, row: _Row, declared: frozenset[tuple[str, str, str]]) -> None:
    one.names += filter(None, (row.display_name,))
    if row.kind == IdentityKind.PHONE:
        one.phones.append(row.value)
    elif row.kind == IdentityKind.EMAIL:
        one.emails.append(row.value)
    elif row.kind == IdentityKind.SOCIAL:
        one.handles.append((row.provider, row.value))
    else:
        source = _source(row)
        system = f"{source}|{row.provider}"
        if (row.card_id, source, row.provider or CONTACT) in declared:
            one.person_ids[system].append(row.value)
        else:
            one.handles.append((ID + system.replace(":", "."), row.value))


def _source(row: _Row) -> str:
    """Whose id an `external` identity is."""
    return str(row.key).removesuffix(f"|{row.provider}:{row.value}")


def _declared(connection: sa.Connection, rows: Iterable[_Row], rules: MatchRules) -> frozenset[tuple[str, str, str]]:
    """(card, source, provider) of the ids that stand for one person each."""
    asked = sorted({row.card_id for row in rows if row.kind == IdentityKind.EXTERNAL})
    if not asked or not any(rules.person_ids.values()):
        return frozenset()
    return frozenset(
        (card, source, provider.casefold())
        for card, source, intake in connection.execute(_INTAKES, {"cards": asked})
        for provider in rules.person_ids.get(intake, ())
    )
