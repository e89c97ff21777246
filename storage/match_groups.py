"""The normal forms of cards, those of one group (a card, and those that it stands for since merges) together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from customers.ids import CardId
from customers.matching.entries import united
from customers.matching.normal import NormalForm, normal_form
from customers.matching.packing import OtherVersion, unpack
from storage.decisions import IS_DECIDED
from storage.groups import ROOT
from storage.index_tables import TOTAL, match_cards, token_counts
from storage.many import is_among
from storage.match_inputs import MatchRules, read
from storage.tables import cards

_total = (
    sa.select(token_counts.c.cards).where(token_counts.c.token == sa.literal(TOTAL)).scalar_subquery().label("total")
)
_GROUPS = (
    sa.select(
        cards.c.id,
        cards.c.survivor_id,
        cards.c.is_indexed,
        match_cards.c.id.label("number"),
        match_cards.c.form,
        _total,
        IS_DECIDED.label("is_decided"),
    )
    .select_from(cards.outerjoin(match_cards))
    .where(sa.or_(is_among(cards.c.id, "roots"), is_among(cards.c.survivor_id, "roots")))
)
"""Of `roots` also those that stand for themselves no more: asked for by a null `survivor_id`, SQLite would go through
all cards that have none."""
_of_root, _of_member, _members = match_cards.alias("of_root"), match_cards.alias("of_member"), cards.alias("members")
_FORMS = (
    sa.select(ROOT.label("root"), cards.c.id, match_cards.c.form)
    .add_columns(_of_root.c.form.label("root_form"), _of_member.c.card_id, _of_member.c.form.label("member_form"))
    .select_from(
        match_cards.join(cards)
        .outerjoin(_of_root, _of_root.c.card_id == cards.c.survivor_id)
        .outerjoin(_members, _members.c.survivor_id == ROOT)
        .outerjoin(_of_member, _of_member.c.card_id == _members.c.id)
    )
    .where(is_among(match_cards.c.id, "numbers"))
)
"""A row for each of the cards, or of those that their roots stand for: mostly there is none but itself."""
_Row = sa.Row[*tuple[Any, ...]]


class Group(NamedTuple):
    """All cards of one person, as far as that is decided."""

    cards: tuple[CardId, ...]
    form: NormalForm
    numbers: frozenset[int] = frozenset()
    """What stands for the cards in the key table."""
    total: int = 1
    """How many cards are indexed."""
    is_decided: bool = False
    """Somebody may have decided, or proposed, something about one of the cards (`storage.decisions`)."""


def group_of(connection: sa.Connection, root: CardId, rules: MatchRules) -> Group | None:
    """The card with those that it stands for; None where there is no such card. Those not indexed yet are read now."""
    return groups_at(connection, [root], rules).get(root)


def groups_at(connection: sa.Connection, roots: Iterable[CardId], rules: MatchRules) -> dict[CardId, Group]:
    """As `group_of`, of several, in as many statements."""
    asked = frozenset(roots)
    found = connection.execute(_GROUPS, {"roots": asked}).all()
    rows = [row for row in found if row.survivor_id is None or row.survivor_id in asked]
    new = [row.id for row in rows if not row.is_indexed or row.form is None]
    said = {card: normal_form(one) for card, one in read(connection, new, rules).items()} if new else {}
    members: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        members[row.survivor_id or row.id].append(row)
    return {CardId(root): _read_group(group, said) for root, group in members.items()}


def _read_group(rows: Sequence[_Row], said: Mapping[str, NormalForm]) -> Group:
    form = united(said[row.id] if row.id in said else _unpacked(row.form) for row in rows)
    numbers = frozenset(row.number for row in rows if row.number is not None)
    is_decided = any(row.is_decided for row in rows)
    return Group(tuple(CardId(row.id) for row in rows), form, numbers, rows[0].total or 1, is_decided)


def groups_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[CardId, Group]:
    """The groups of these cards of the key table, by their roots."""
    if not numbers:
        return {}
    alone: dict[CardId, Group] = {}
    members: defaultdict[CardId, dict[CardId, str | None]] = defaultdict(dict)
    rows = connection.execute(_FORMS, {"numbers": numbers}).all()
    for root, card, form, root_form, member, member_form in rows:
        if member is None:
            alone[root] = Group((card,), _unpacked(form))
        else:
            members[root] |= {root: root_form, member: member_form, card: form}
    return alone | {root: _group(found) for root, found in members.items()}


def _group(found: Mapping[CardId, str | None]) -> Group:
    ordered = sorted((card, form) for card, form in found.items() if form is not None)
    return Group(tuple(card for card, _ in ordered), united(_unpacked(form) for _, form in ordered))


def _unpacked(form: str) -> NormalForm:
    """Nothing is known of a card whose form another release has packed: it is indexed anew meanwhile."""
    try:
        return unpack(form)
    except OtherVersion:
        return NormalForm()
