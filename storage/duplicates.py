"""The cards that may be of the same person as the open one (A-26, P-04), out of the tables of `storage.index`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa

from customers.ids import CardId
from customers.matching.candidates import CAP, choose
from customers.matching.frequencies import Known, needed
from customers.matching.keys import EXACT, query_keys
from customers.matching.normal import NormalForm
from customers.matching.proposals import suggest_with
from customers.matching.reasons import Reason
from customers.matching.suggest import Likelihood, Suggestion, judge
from storage.decisions import Decisions, decisions
from storage.index_tables import TOTAL
from storage.match_groups import Group, group_of, groups_at, groups_of
from storage.match_inputs import MatchRules
from storage.postings import under_keys, under_rare_keys
from storage.token_counts import token_counts

STRANGERS = 10_000
"""So many more cards than there are is what is shared compared with: a house that starts has few, and each name on one
of them would seem a common one."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A card that may be of the same person."""

    card_id: CardId
    """That stands for itself; what is said is said of all cards that it stands for."""
    probability: float
    likelihood: Likelihood
    reasons: tuple[Reason, ...]
    """The strongest first; contradictions last."""
    is_proposed: bool = False
    """The contact centre made one contact of the two."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of a card and of those that it is compared with: all that is read for suggestions."""

    form: NormalForm
    candidates: Mapping[str, NormalForm]
    proposed: Sequence[str]
    """Those of the candidates that the contact centre made one contact of with the card."""
    known: Known

    def suggestions(self) -> list[Duplicate]:
        """Who may be the same person: the proposed first, then the likeliest."""
        found = suggest_with(self.form, self.candidates, self.proposed, self.known)
        return [_duplicate(one, is_proposed) for one, is_proposed in found]


def suggestions(connection: sa.Connection, root: CardId, rules: MatchRules | None = None) -> list[Duplicate]:
    """Who may be the same person as the card `root`, which stands for itself: the proposed first, then the likeliest.

    Left out are cards that somebody told apart from one of the group (P-04), and those of another person id of one
    system, unless they are proposed. `rules` serve cards that are not indexed yet.
    """
    found = compared(connection, root, rules or MatchRules())
    return found.suggestions() if found else []


def compared(connection: sa.Connection, root: CardId, rules: MatchRules) -> Compared | None:
    """Whom `root` is compared with; None where there is no such card."""
    group = group_of(connection, root, rules)
    if group is None:
        return None
    decided = decisions(connection, group.cards) if group.is_decided else Decisions()
    numbers = _candidates(connection, group)
    candidates = groups_of(connection, [*{*numbers, *(number for number, _ in decided.proposed)}])
    candidates.pop(root, None)
    proposed: list[CardId] = []
    if group.is_decided:
        candidates = {other: one for other, one in candidates.items() if not decided.keeps_apart(one.cards)}
        proposed_cards = {card for _, card in decided.proposed}
        proposed = [other for other, one in candidates.items() if not proposed_cards.isdisjoint(one.cards)]
    found: dict[str, NormalForm] = {card: one.form for card, one in candidates.items()}
    return Compared(group.form, found, proposed, frequencies(connection, [group.form, *found.values()]))


def pair(connection: sa.Connection, one: CardId, other: CardId, rules: MatchRules | None = None) -> Duplicate | None:
    """How likely `other` is the same person as `one`, and why: a card that was found in another way than suggested.

    Both stand for themselves. None where there is no such card. Nobody's decision about the two is asked for.
    """
    return pairs(connection, one, [other], rules).get(other)


def pairs(
    connection: sa.Connection, one: CardId, others: Sequence[CardId], rules: MatchRules | None = None
) -> dict[CardId, Duplicate]:
    """`pair` for each of `others` that there is, in as many statements."""
    groups = groups_at(connection, [one, *others], rules or MatchRules())
    ours = groups.pop(one, None)
    if ours is None:
        return {}
    known = frequencies(connection, [ours.form, *(group.form for group in groups.values())])
    judged = {other: judge(ours.form, group.form, known) for other, group in groups.items()}
    return {
        other: Duplicate(other, found.probability, found.likelihood, found.reasons) for other, found in judged.items()
    }


def frequencies(connection: sa.Connection, compared: Iterable[NormalForm]) -> Known:
    """How many cards have what `compared` are scored by, among those there are and `STRANGERS`."""
    counts = token_counts(connection, [TOTAL, *needed(compared)])
    return Known(counts, counts.pop(TOTAL, 0) + STRANGERS)


def _candidates(connection: sa.Connection, group: Group) -> list[int]:
    """Who is compared, as numbers of the key table."""
    kinds, most = query_keys(group.form), CAP + len(group.numbers)
    rows = under_rare_keys(connection, kinds, most)
    if crowded := [key for key, found in rows.items() if not found and kinds[key] in EXACT]:
        rows |= under_keys(connection, crowded, most)
    for found, number in product(rows.values(), group.numbers):
        if number in found:
            found.remove(number)
    return choose(kinds, rows, group.total)


def _duplicate(found: Suggestion, is_proposed: bool) -> Duplicate:
    return Duplicate(CardId(found.card), found.probability, found.likelihood, found.reasons, is_proposed)
