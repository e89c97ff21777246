"""What the search box asks of the tables; each answer is limited, however common what was typed is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from customers.matching.terms import MOST, pieces
from storage.groups import ROOT
from storage.index_tables import match_cards, search_values, term_pieces, terms
from storage.many import is_among, is_found
from storage.tables import cards, customers, identities

_END = "\U0010ffff"
"""Behind every text that begins with what stands in front of it, in the order of bytes."""
NEW = 20
"""So many of the newest cards that are not indexed are looked at."""
FEW = 20
"""What is shown of so many cards is read together with them."""
_VALUES = 100
_SCANNED = 1000
_BEGINNINGS = 40
_NEAR = 800

_TERMS = sa.select(match_cards.c.id, match_cards.c.terms).where(is_among(match_cards.c.id, "numbers"))
_CARDS = (
    sa.select(match_cards.c.id, ROOT.label("root"), cards.c.changed_at.label("at"))
    .join(cards)
    .where(is_among(match_cards.c.id, "numbers"))
)
_PLACE = (cards.c.id, ROOT.label("root"), cards.c.changed_at.label("at"))
_NOWHERE = (sa.null().cast(sa.Text).label("value"), sa.null().cast(sa.Integer).label("number"))
_OF_IDENTITY = (
    sa.select(*_PLACE)
    .join(identities, identities.c.card_id == cards.c.id)
    .where(
        ~cards.c.is_indexed,
        sa.tuple_(identities.c.channel, identities.c.kind, identities.c.provider, identities.c.key).in_(
            sa.bindparam("identities", expanding=True)
        ),
    )
)
_NAMES = ("name", "given_name", "family_name", "company")


def _texts(of_roots: sa.ColumnElement[bool]) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Names, without a kind, and identities with what stands in the last column for each of them."""
    empty = [sa.literal("").label(name) for name in _NAMES[1:3]]
    names = sa.select(
        cards.c.id,
        ROOT.label("root"),
        cards.c.created_at.label("at"),
        sa.literal("").label("kind"),
        *(customers.c[name] for name in _NAMES),
    )
    known = sa.select(
        identities.c.id,
        ROOT.label("root"),
        identities.c.created_at,
        identities.c.kind,
        identities.c.display_name,
        *empty,
        identities.c.value,
    )
    return (
        names.join(customers).where(of_roots),
        known.join(identities, identities.c.card_id == cards.c.id).where(of_roots),
    )


_TEXTS = sa.union_all(*_texts(sa.or_(is_among(cards.c.id, "cards"), is_among(cards.c.survivor_id, "cards"))))

Rows = Sequence[sa.Row[*tuple[Any, ...]]]


def terms_of(connection: sa.Connection, numbers: Iterable[int]) -> Rows:
    """(number, terms) of these cards."""
    return connection.execute(_TERMS, {"numbers": numbers}).all()


def cards_of(connection: sa.Connection, numbers: Iterable[int]) -> Rows:
    """Number, root and last change of these cards."""
    return connection.execute(_CARDS, {"numbers": numbers}).all()


def looked_up(connection: sa.Connection, values: Sequence[str]) -> Rows:
    """Value, number, id, root and last change (`at`) of the cards under what begins with one of `values`; behind them,
    without value and number, of the `NEW` newest cards that are not indexed; where only `FEW` are found, behind these
    their `texts`, as rows with a kind."""
    given = {f"from{at}": value for at, value in enumerate(values)}
    ends = {f"to{at}": value + _END for at, value in enumerate(values)}
    return connection.execute(_looked_up(len(values)), given | ends).all()


def beginning_with(connection: sa.Connection, words: Sequence[str]) -> Rows:
    """(id, term, cards) of the words, and of the commonest that begin with them."""
    given = {f"from{at}": word for at, word in enumerate(words)}
    ends = {f"to{at}": word + _END for at, word in enumerate(words)}
    return connection.execute(_beginnings(len(words)), given | ends).all()


class Near(NamedTuple):
    """A word that was typed, and how many letters those have that it may be."""

    word: str
    least: int = 1
    most: int = MOST


def near(connection: sa.Connection, wanted: Sequence[Near]) -> Rows:
    """(at, id, term, cards) of the words that a slip may have made `wanted[at]`; each once."""
    if not wanted:
        return []
    given: dict[str, Any] = {}
    for at, (word, least, most) in enumerate(wanted):
        given |= {f"pieces{at}": sorted(pieces(word)), f"least{at}": least, f"most{at}": most}
    return connection.execute(_near_terms(len(wanted)), given).all()


def new_cards_of(connection: sa.Connection, keys: Iterable[tuple[str, str, str, str]]) -> Rows:
    """Id, root and last change of the cards that are not indexed, and that one of these identities leads to."""
    return connection.execute(_OF_IDENTITY, {"identities": [*keys]}).all()


def texts(connection: sa.Connection, roots: Iterable[str]) -> Rows:
    """What is shown of these cards and of those that they stand for, in no order: names, the kind of which is empty,
    and identities with their names; their values are the last column."""
    return connection.execute(_TEXTS, {"cards": [*roots]}).all()


def _any(parameter: str) -> sa.ScalarSelect[str]:
    """Its value is not looked at where PostgreSQL plans the statement (`storage.many`)."""
    return sa.select(sa.bindparam(parameter, type_=sa.Text)).scalar_subquery()


def _rows(count: int) -> sa.ColumnElement[int]:
    """A limit that stands in the statement: PostgreSQL takes one that is given later for a tenth of all there is, and
    plans anew each time rather than read so much."""
    return sa.literal_column(str(count), sa.Integer)


@lru_cache(maxsize=16)
def _looked_up(count: int) -> sa.CompoundSelect[Any]:
    no_text = [sa.null().cast(sa.Text).label("kind"), *(sa.literal("").label(name) for name in _NAMES)]
    new = (
        sa.select(*_NOWHERE, *_PLACE, *no_text)
        .where(~cards.c.is_indexed)
        .order_by(cards.c.created_at.desc())
        .limit(_rows(NEW))
        .subquery()
    )
    if not count:
        return sa.union_all(sa.select(new))
    found = sa.union_all(*map(_under, range(count))).cte("found")
    roots = sa.select(found.c.root).where(sa.select(sa.func.count()).select_from(found).scalar_subquery() <= _rows(FEW))
    texts = _texts(sa.or_(is_found(cards.c.id, roots), is_found(cards.c.survivor_id, roots)))
    shown = (sa.select(*_NOWHERE, *some.subquery().c) for some in texts)
    return sa.union_all(sa.select(found, *no_text), sa.select(new), *shown)


def _under(at: int) -> sa.Select[Any]:
    """The cards of what begins with the value that is given as the `at`th."""
    columns = search_values.c
    part = (
        sa.select(columns.value, columns.card)
        .where(columns.value >= _any(f"from{at}"), columns.value < _any(f"to{at}"))
        .order_by(columns.value)
        .limit(_rows(_VALUES))
        .subquery()
    )
    places = part.join(match_cards, match_cards.c.id == part.c.card).join(cards)
    return sa.select(part.c.value, part.c.card.label("number"), *_PLACE).select_from(places)


@lru_cache(maxsize=16)
def _beginnings(count: int) -> sa.CompoundSelect[Any]:
    wanted = (terms.c.id, terms.c.term, terms.c.cards)
    parts: list[sa.Select[Any]] = []
    for at in range(count):
        begins, ends = _any(f"from{at}"), _any(f"to{at}")
        scanned = sa.select(*wanted).where(terms.c.term > begins, terms.c.term < ends).order_by(terms.c.term)
        some = scanned.limit(_rows(_SCANNED)).subquery()
        common = sa.select(some).order_by(some.c.cards.desc(), some.c.term).limit(_rows(_BEGINNINGS)).subquery()
        parts += [sa.select(*wanted).where(terms.c.term == begins), sa.select(common)]
    return sa.union_all(*parts)


@lru_cache(maxsize=16)
def _near_terms(count: int) -> sa.CompoundSelect[Any]:
    """Each word has a limit of its own: the neighbours of a common one would leave no room for those of the other."""
    parts: list[sa.Subquery] = []
    for at in range(count):
        alike = sa.select(term_pieces.c.term).where(is_among(term_pieces.c.piece, f"pieces{at}"))
        letters = sa.func.length(terms.c.term).between(_letters(f"least{at}"), _letters(f"most{at}"))
        found = sa.select(sa.literal(at).label("at"), terms.c.id, terms.c.term, terms.c.cards)
        parts.append(found.where(terms.c.id.in_(alike), letters).limit(_rows(_NEAR)).subquery())
    return sa.union_all(*(sa.select(part) for part in parts))


def _letters(parameter: str) -> sa.BindParameter[int]:
    return sa.bindparam(parameter, type_=sa.Integer)
