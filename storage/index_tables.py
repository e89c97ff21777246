"""The tables by which cards are found: duplicates by keys, the search box by words. `storage.index` alone writes them.

They follow from the other tables and can be made anew. Rows are found by equality and by the beginning of a text alone,
in the order of bytes, so that both databases use a plain index.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Table

from storage.tables import metadata

BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A text in the order of its bytes, whatever the database's language."""
TOTAL = ""
"""The token of all cards."""

match_cards = Table(
    "match_cards",
    metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=True),
    Column("card_id", sa.String(32), ForeignKey("cards.id"), nullable=False, unique=True),
    Column("form", sa.Text, nullable=False),
    Column("terms", sa.Text, nullable=False),
)
"""What was indexed of a card: its packed normal form, and the words under which it is searched. The other tables name
cards by the small `id`."""

card_keys = Table(
    "card_keys",
    metadata,
    Column("k", sa.BigInteger, nullable=False),
    Column("card", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("k", "card"),
    sqlite_with_rowid=False,
)
"""`customers.matching.keys` of each card."""

token_counts = Table(
    "token_counts",
    metadata,
    Column("token", sa.Text, primary_key=True),
    Column("cards", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many cards have a token of `customers.matching.frequencies`; under the empty one, how many cards there are."""

terms = Table(
    "terms",
    metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=True),
    Column("term", BYTES, nullable=False, unique=True),
    Column("cards", sa.Integer, nullable=False),
)
"""The words of all cards, each with the number of cards that have it."""

term_pieces = Table(
    "term_pieces",
    metadata,
    Column("piece", sa.Text, nullable=False),
    Column("term", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("piece", "term"),
    sqlite_with_rowid=False,
)
"""The beginning of each word, and what is left of it when one letter is missing: words that are mistyped meet here."""

term_cards = Table(
    "term_cards",
    metadata,
    Column("term", sa.Integer, nullable=False),
    Column("card", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("term", "card"),
    sqlite_with_rowid=False,
)
"""Which cards have a word."""

search_values = Table(
    "search_values",
    metadata,
    Column("value", BYTES, nullable=False),
    Column("card", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("value", "card"),
    sqlite_with_rowid=False,
)
"""What is typed from its beginning: addresses, user names, numbers (the national one, and the whole one backwards)."""

index_state = Table(
    "index_state",
    metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=False),
    Column("version", sa.Integer, nullable=False),
    Column("rules", sa.String(64), nullable=False),
    Column("swept_to", sa.String(32)),
)
"""One row: by which release and rules the cards were indexed; while all are to be indexed anew, how far that has been
noted on them."""
