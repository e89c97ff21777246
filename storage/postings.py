"""Which cards stand under each of many numbers, and no more of them than are wanted of each: some stand under 100,000.

A row for each number with all its cards in it: rows of a number and a card each took three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson
import sqlalchemy as sa

from storage.index_tables import card_keys, term_cards

_NONE = "[]"
_SQLITE = "select value, {found} from json_each(?) as asked"
_POSTGRES = (
    "select value, {found} from unnest(array(select unnest(%s::bigint[])))"  # so that one plan is kept: `storage.many`
    " as asked(value)"
)
_Statements = Mapping[str, str]
"""By the kind of database; its parameters are a count, and the numbers."""


def under_keys(connection: sa.Connection, keys: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each key; keys of no card are left out."""
    return _under(connection, _NEWEST_OF_KEYS, keys, limit)


def under_rare_keys(connection: sa.Connection, keys: Iterable[int], most: int) -> dict[int, list[int]]:
    """All cards of each key, the newest first, but none of a key that more than `most` have.

    Keys of no card are left out. What many cards have in common is not wanted, and would be most of what is read.
    """
    return _under(connection, _ALL_OF_RARE_KEYS, keys, most)


def under_terms(connection: sa.Connection, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each term; terms of no card are left out."""
    return _under(connection, _NEWEST_OF_TERMS, numbers, limit)


def _under(
    connection: sa.Connection, statements: _Statements, numbers: Iterable[int], count: int
) -> dict[int, list[int]]:
    name, asked = connection.dialect.name, [*numbers]
    if name == "postgresql":
        found = connection.exec_driver_sql(statements[name], (count, asked)).all()
        return {number: cards or [] for number, cards in found if cards != []}
    rows = connection.exec_driver_sql(statements[name], (count, orjson.dumps(asked).decode())).all()
    return {number: orjson.loads(cards or _NONE) for number, cards in rows if cards != _NONE}


def _newest(table: sa.Table) -> _Statements:
    newest = f"{_cards(table)} order by card desc limit"
    return {
        "sqlite": _SQLITE.format(found=_listed(f"{newest} ?")),
        "postgresql": _POSTGRES.format(found=f"array({newest} %s)"),
    }


def _all_unless_more(table: sa.Table) -> _Statements:
    """Null for those that more cards have than the count says."""
    cards = f"{_cards(table)} order by card desc"
    more = f"case when exists({_cards(table)} limit 1 offset %s) then null else"
    return {
        "sqlite": _SQLITE.format(found=f"{more % '?'} {_listed(cards)} end"),
        "postgresql": _POSTGRES.format(found=f"{more} array({cards}) end"),
    }


def _cards(table: sa.Table) -> str:
    return f"select card from {table.name} where {table.primary_key.columns[0].name} = asked.value"  # noqa: S608


def _listed(cards: str) -> str:
    return f"(select json_group_array(card) from ({cards}))"  # noqa: S608


_NEWEST_OF_KEYS, _NEWEST_OF_TERMS = _newest(card_keys), _newest(term_cards)
_ALL_OF_RARE_KEYS = _all_unless_more(card_keys)
