"""Which cards stand under each of many numbers, and no more of them than are wanted of each: some stand under 100,000.

A row for each number with all its cards in it: rows of a number and a card each took three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import orjson
import sqlalchemy as sa

from storage.index_tables import card_keys, term_cards

_NONE = "[]"


def under_keys(connection: sa.Connection, keys: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each key; keys of no card are left out."""
    return _under(connection, card_keys, keys, limit)


def under_terms(connection: sa.Connection, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each term; terms of no card are left out."""
    return _under(connection, term_cards, numbers, limit)


def _under(connection: sa.Connection, table: sa.Table, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    by, asked = table.primary_key.columns[0].name, [*numbers]
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql(_of_postgres(table.name, by), (limit, asked)).all()
        return {number: cards for number, cards in found if cards}
    given = (limit, orjson.dumps(asked).decode())
    rows = connection.exec_driver_sql(_of_sqlite(table.name, by), given).all()
    return {number: orjson.loads(cards) for number, cards in rows if cards != _NONE}


@cache
def _of_sqlite(table: str, by: str) -> str:
    newest = f"select card from {table} where {by} = asked.value order by card desc limit ?"  # noqa: S608
    return f"select value, (select json_group_array(card) from ({newest})) from json_each(?) as asked"  # noqa: S608


@cache
def _of_postgres(table: str, by: str) -> str:
    newest = f"select card from {table} where {by} = asked.number order by card desc limit %s"  # noqa: S608
    numbers = "array(select unnest(%s::bigint[]))"  # so that one plan is kept, as in `storage.many`
    return f"select number, array({newest}) from unnest({numbers}) as asked(number)"  # noqa: S608
