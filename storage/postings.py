"""Which cards stand under each of many numbers, and no more of them than are wanted of each: some stand under 100,000.

A row for each number with all its cards in it: rows of a number and a card each took three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import orjson
import sqlalchemy as sa

from storage.index_tables import card_keys, term_cards


def under_keys(connection: sa.Connection, keys: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each key; keys of no card are left out."""
    return _under(connection, card_keys, keys, limit)


def under_terms(connection: sa.Connection, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each term; terms of no card are left out."""
    return _under(connection, term_cards, numbers, limit)


def _under(connection: sa.Connection, table: sa.Table, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    by, asked = table.primary_key.columns[0].name, [*numbers]
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_of_postgres(table.name, by), {"numbers": asked, "limit": limit}).all()
        return {number: cards for number, cards in rows if cards}
    given = {"numbers": orjson.dumps(asked).decode(), "limit": limit}
    rows = connection.execute(_of_sqlite(table.name, by), given).all()
    return {number: cards for number, text in rows if (cards := orjson.loads(text))}


@cache
def _of_sqlite(table: str, by: str) -> sa.TextClause:
    newest = f"select card from {table} where {by} = asked.value order by card desc limit :limit"  # noqa: S608
    return sa.text(f"select value, (select json_group_array(card) from ({newest})) from json_each(:numbers) as asked")  # noqa: S608


@cache
def _of_postgres(table: str, by: str) -> sa.TextClause:
    newest = f"select card from {table} where {by} = asked.number order by card desc limit :limit"  # noqa: S608
    return sa.text(f"select number, array({newest}) from unnest(cast(:numbers as bigint[])) as asked(number)")  # noqa: S608
