"""Which cards stand under each of many numbers, and no more of them than are wanted of each: some stand under 100,000.

Both databases can only say "so many of each" with a part of the statement for each number, or in a way of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat

import sqlalchemy as sa

from storage.index_tables import card_keys, term_cards

NOBODY = -1
"""A number under which no card stands: each statement asks for a multiple of 16, so that there are few statements."""
_AT_ONCE = 128
"""SQLite takes no more than 500 parts."""
_STEP = 16


def under_keys(connection: sa.Connection, keys: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each key; keys of no card are left out."""
    return _under(connection, card_keys, [*keys], limit)


def under_terms(connection: sa.Connection, numbers: Iterable[int], limit: int) -> dict[int, list[int]]:
    """The newest `limit` cards of each term; terms of no card are left out."""
    return _under(connection, term_cards, [*numbers], limit)


def _under(connection: sa.Connection, table: sa.Table, numbers: Sequence[int], limit: int) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for at in range(0, len(numbers), _AT_ONCE):
        for number, card in _rows(connection, table, numbers[at : at + _AT_ONCE], limit):
            found[number].append(card)
    return found


def _rows(connection: sa.Connection, table: sa.Table, numbers: Sequence[int], limit: int) -> Iterable[sa.Row[int, int]]:
    by = table.primary_key.columns[0].name
    if connection.dialect.name == "postgresql":
        return connection.execute(_of_postgres(table.name, by), {"numbers": [*numbers], "limit": limit}).all()
    count = -(-len(numbers) // _STEP) * _STEP
    padded = [*numbers, *repeat(NOBODY, count - len(numbers))]
    values = {f"n{at}": number for at, number in enumerate(padded)}
    return connection.execute(_of_sqlite(table.name, by, count), values | {"limit": limit}).all()


@lru_cache(maxsize=64)
def _of_sqlite(table: str, by: str, count: int) -> sa.TextClause:
    part = f"select * from (select {by}, card from {table} where {by} = :n{{}} order by card desc limit :limit)"  # noqa: S608
    return sa.text(" union all ".join(part.format(at) for at in range(count)))


@lru_cache(maxsize=8)
def _of_postgres(table: str, by: str) -> sa.TextClause:
    return sa.text(
        f"select asked.number, found.card from unnest(cast(:numbers as bigint[])) as asked(number),"  # noqa: S608
        f" lateral (select card from {table} where {by} = asked.number order by card desc limit :limit) as found"
    )
