"""What of merges a card shows: what it was merged from, and the merge that its viewer prepares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from customers.fields import Field
from customers.ids import CardId, MergeId
from customers.merging import (
    OFFERED,
    PICKED,
    Candidate,
    CardSummary,
    FieldChoice,
    FieldOffer,
    MergePreview,
    MergeView,
    PastMerge,
    ProfileField,
)
from customers.model import Channel
from customers.profiles import Merge, Side, choices, profile
from customers.views import CardView
from storage import duplicates, groups, search
from storage.duplicates import Duplicate
from storage.match_inputs import MatchRules
from storage.merges import as_json, distinguished
from storage.profiles import Sides, profiles, whole
from storage.rows import Row, every
from storage.summaries import summaries
from storage.tables import cards, customers, field_offers, identities, merges, users

PAST_ROWS = 20
FOUND_ROWS = 10
_ROOT = sa.bindparam("root", type_=sa.String)
_PAST = (
    sa.select(
        merges.c.id, merges.c.survivor_id, merges.c.absorbed_id, merges.c.merged_at, merges.c.undone_at, users.c.name
    )
    .select_from(merges.outerjoin(users, users.c.user_id == merges.c.merged_by))
    .where(sa.or_(groups.in_group(merges.c.survivor_id, _ROOT), groups.in_group(merges.c.absorbed_id, _ROOT)))
    .order_by(merges.c.undone_at.isnot(None), merges.c.merged_at.desc(), merges.c.id)
    .limit(PAST_ROWS)
)
_FIRST_CONTACT = (
    sa.select(identities.c.value)
    .where(identities.c.card_id == cards.c.id)
    .order_by(identities.c.created_at, identities.c.id)
    .limit(1)
    .scalar_subquery()
)
_SIDES = (
    sa.select(cards.c.id, cards.c.channel, customers.c.name, _FIRST_CONTACT.label("contact"))
    .select_from(cards.join(customers))
    .where(cards.c.id.in_(sa.bindparam("cards", expanding=True)))
)
_OFFERS = (
    sa.select(field_offers)
    .where(groups.in_group(field_offers.c.card_id, _ROOT), ~groups.in_group(field_offers.c.origin_id, _ROOT))
    .order_by(field_offers.c.offered_at, field_offers.c.field)
)


def merged(connection: sa.Connection, view: CardView, own: Sequence[Field]) -> CardView:
    """`view`, which is of a root, with the profile of all its cards and with what was merged. `own`: the company's own
    fields; an offer of one that is gone waits until it is there again."""
    shown = profiles(connection, [view.card_id])[view.card_id]
    return replace(
        view,
        customer_name=shown.values[ProfileField.NAME],
        company=shown.values[ProfileField.COMPANY],
        kept=shown.kept,
        merges=_past(connection, view.card_id),
        offers=tuple(_offers(connection, view.card_id, {one.name: one for one in own})),
    )


def _past(connection: sa.Connection, root_id: CardId) -> tuple[PastMerge, ...]:
    """Merges that stand, and of those taken back the newest with each card that is no part of this one now.

    None that stands is left out for one that was taken back: it could not be undone any more (P-01).
    """
    members = set(groups.members(connection, root_id))
    found: dict[tuple[str, bool], tuple[Row, CardId]] = {}
    for row in every(connection.execute(_PAST, {"root": root_id})):
        other = CardId(row["absorbed_id"] if row["survivor_id"] in members else row["survivor_id"])
        is_standing = row["undone_at"] is None
        if is_standing or other not in members:
            found.setdefault((other, is_standing), (row, other))
    wanted = {"cards": sorted({other for _, other in found.values()})}
    sides = {row["id"]: row for row in every(connection.execute(_SIDES, wanted))}
    newest = sorted(found.values(), key=lambda one: one[0]["merged_at"], reverse=True)
    return tuple(_past_merge(row, sides[other]) for row, other in newest)


def _past_merge(row: Row, other: Row) -> PastMerge:
    return PastMerge(
        id=MergeId(row["id"]),
        customer_name=other["name"],
        contact=other["contact"] or "",
        channel=Channel(other["channel"]),
        merged_at=row["merged_at"],
        merged_by=row["name"] or "",
        undone_at=row["undone_at"],
    )


def _offers(connection: sa.Connection, root_id: CardId, own: Mapping[str, Field]) -> Iterator[FieldOffer]:
    for row in every(connection.execute(_OFFERS, {"root": root_id})):
        if row["field"] in OFFERED or row["field"] in own:
            yield FieldOffer(row["field"], row["value"], CardId(row["origin_id"]), own.get(row["field"]))


# --- the merge that is being prepared ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preparation:
    """What one agent has typed and chosen so far; `desk_views.merging` keeps it."""

    query: str = ""
    chosen: tuple[CardId, ...] = ()
    survivor: CardId | None = None
    """None: the card that the panel stands on."""
    is_previewed: bool = False
    picks: dict[str, CardId] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Preparation:
        """What `to_json` wrote."""
        return cls(
            stored["query"],
            tuple(CardId(card) for card in stored["chosen"]),
            CardId(stored["survivor"]) if stored["survivor"] else None,
            stored["is_previewed"],
            {name: CardId(card) for name, card in stored["picks"].items()},
        )

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "query": self.query,
            "chosen": [*self.chosen],
            "survivor": self.survivor,
            "is_previewed": self.is_previewed,
            "picks": as_json(self.picks),
        }


def panel(
    connection: sa.Connection, root_id: CardId, stored: dict[str, Any], rules: MatchRules, own: Sequence[Field] = ()
) -> MergeView:
    """The panel as things stand now: cards that went into others meanwhile are not chosen any more. `rules` say whose
    ids stand for one person, `own` are the company's own fields."""
    preparation = Preparation.of(stored)
    chosen = [*dict.fromkeys(card for card in preparation.chosen if card != root_id)]
    known = summaries(connection, [root_id, *chosen])
    chosen = [card for card in chosen if card in known]
    if preparation.is_previewed and chosen:
        preview = preview_of(connection, known, [root_id, *chosen], preparation)
        preview = replace(preview, fields=tuple(_asked(preview.fields, {one.name: one for one in own})))
        return MergeView(preparation.query, chosen=tuple(chosen), preview=preview)
    return MergeView(
        query=preparation.query,
        candidates=_candidates(connection, root_id, preparation.query, rules),
        chosen=tuple(chosen),
        dismissed=tuple(summaries(connection, distinguished(connection, root_id)).values()),
    )


def _asked(choices: Iterable[FieldChoice], own: Mapping[str, Field]) -> Iterator[FieldChoice]:
    """What is picked by hand, the company's own in their order; of those that are gone from the settings the first
    value counts."""
    by_name = {one.field: one for one in choices}
    yield from (one for one in by_name.values() if one.field in PICKED)
    yield from (replace(by_name[name], own=one) for name, one in own.items() if name in by_name and name not in PICKED)


def _candidates(connection: sa.Connection, root_id: CardId, query: str, rules: MatchRules) -> tuple[Candidate, ...]:
    """What the agent searched for, or who may be the same person (A-26, A-27). Each with what speaks for it."""
    if query:
        found = [one for one in search.find(connection, query, FOUND_ROWS + 1) if one.card_id != root_id]
        judged = duplicates.pairs(connection, root_id, [one.card_id for one in found], rules)
        known = {one.card_id: judged.get(one.card_id) for one in found}
        marks = {one.card_id: tuple(mark.matched for mark in one.marks) for one in found}
    else:
        known = {one.card_id: one for one in duplicates.suggestions(connection, root_id, rules)}
        marks = {}
    shown = summaries(connection, known)
    return tuple(_candidate(shown[card], one, marks.get(card, ())) for card, one in known.items() if card in shown)


def _candidate(card: CardSummary, judged: Duplicate | None, marks: tuple[str, ...]) -> Candidate:
    speaks_for = judged is not None and any(reason.bits > 0 for reason in judged.reasons)
    return Candidate(
        card=card,
        likelihood=judged.likelihood if judged and speaks_for else None,
        reasons=judged.reasons if judged else (),
        is_proposed=judged is not None and judged.is_proposed,
        marks=marks,
        forbidden="merge_locked" if card.is_locked else "",
    )


def preview_of(
    connection: sa.Connection, known: dict[CardId, CardSummary], roots: Sequence[CardId], preparation: Preparation
) -> MergePreview:
    """What comes together when `roots` become one card."""
    survivor = next((root for root in roots if root == preparation.survivor), roots[0])
    absorbed = [root for root in roots if root != survivor]
    known_of = whole(connection, roots)
    fields = choices(*together(known_of, survivor, absorbed, {}), preparation.picks)
    shown = profile(*together(known_of, survivor, absorbed, {one.field: one.chosen for one in fields}))
    return MergePreview(
        survivor=known[survivor],
        absorbed=tuple(known[card] for card in absorbed),
        fields=tuple(fields),
        customer_name=shown.values[ProfileField.NAME],
        company=shown.values[ProfileField.COMPANY],
        problem="merge_locked" if any(one.is_locked for one in known.values()) else "",
    )


def together(
    sides: Mapping[CardId, Sides],
    survivor: CardId,
    absorbed: Iterable[CardId],
    picks: dict[str, CardId],
) -> tuple[list[Side], list[Merge]]:
    """Sides and merges as they are once `survivor` has absorbed the others."""
    all_sides, standing = [*sides[survivor][0]], [*sides[survivor][1]]
    for card in absorbed:
        all_sides += sides[card][0]
        standing += sides[card][1]
        standing.append(Merge(MergeId(""), survivor, card, picks))
    return all_sides, standing
