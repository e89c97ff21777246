"""What people decided, and contact centres proposed, about pairs of cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from customers.ids import CardId
from customers.model import Channel, IdentityKind
from storage.index_tables import match_cards
from storage.many import is_among
from storage.tables import cards, distinctions, identities, merge_proposals

_APART = "apart"
_DECISIONS = sa.union_all(
    *(
        sa.select(sa.literal(_APART).label("what"), other.label("other")).where(is_among(own, "cards"))
        for own, other in (
            (distinctions.c.left_id, distinctions.c.right_id),
            (distinctions.c.right_id, distinctions.c.left_id),
        )
    ),
    *(
        sa.select(sa.literal("proposed"), other)
        .select_from(identities.join(merge_proposals, own == identities.c.key))
        .where(is_among(identities.c.card_id, "cards"), identities.c.kind == sa.literal(IdentityKind.EXTERNAL.value))
        for own, other in (
            (merge_proposals.c.survivor_key, merge_proposals.c.absorbed_key),
            (merge_proposals.c.absorbed_key, merge_proposals.c.survivor_key),
        )
    ),
)
IS_DECIDED = sa.or_(
    sa.exists().where(distinctions.c.left_id == cards.c.id),
    sa.exists().where(distinctions.c.right_id == cards.c.id),
    sa.exists().where(
        identities.c.card_id == cards.c.id,
        identities.c.kind == sa.literal(IdentityKind.EXTERNAL.value),
        sa.or_(
            sa.exists().where(merge_proposals.c.survivor_key == identities.c.key),
            sa.exists().where(merge_proposals.c.absorbed_key == identities.c.key),
        ),
    ),
)
"""Of a row of `cards`: `decisions` may find something. Mostly it would not, and need not be asked."""
_IDENTITY = (identities.c.channel, identities.c.kind, identities.c.provider, identities.c.key)
_WITH_KEYS = (
    sa.select(match_cards.c.id, match_cards.c.card_id)
    .join(identities, identities.c.card_id == match_cards.c.card_id)
    .where(sa.tuple_(*_IDENTITY).in_(sa.bindparam("identities", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Decisions:
    """About the cards of one group."""

    apart: frozenset[str] = frozenset()
    """Cards of somebody else (P-04)."""
    proposed: tuple[tuple[int, str], ...] = ()
    """Cards that the contact centre made one with: what stands for each in the key table, and its id."""

    def keeps_apart(self, others: Iterable[CardId]) -> bool:
        """True where one of `others` is somebody else's: then so are all cards that are one with it."""
        return not self.apart.isdisjoint(others)


def decisions(connection: sa.Connection, group: Sequence[CardId]) -> Decisions:
    """What is decided about the cards of `group`. Proposed cards that are not indexed yet are left out."""
    rows = connection.execute(_DECISIONS, {"cards": group}).all()
    apart = frozenset(other for what, other in rows if what == _APART)
    keys = sorted({other for what, other in rows if what != _APART})
    asked = [
        (channel.value, IdentityKind.EXTERNAL.value, provider, key)
        for key in keys
        for channel in Channel
        for provider in _providers(key)
    ]
    found = connection.execute(_WITH_KEYS, {"identities": asked}).all() if asked else []
    return Decisions(apart, tuple(sorted({(number, card) for number, card in found if card not in group})))


def _providers(key: str) -> Iterator[str]:
    """The providers that the key of an external identity, `source|provider:value`, may be of; mostly there is one."""
    parts = key.split("|")[1:]
    yield from sorted({part.partition(":")[0] for part in parts if ":" in part})
