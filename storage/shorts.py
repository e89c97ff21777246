"""Customers in short, as search and lists find them: what may be posted, and what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.merging import ProfileField
from customers.shorts import CustomerShort
from customers.views import CustomerRow
from storage import groups, lists
from storage.profiles import profiles


def found(connection: sa.Connection, user_id: UserId, text: str, skip: int, count: int) -> list[CustomerShort]:
    """`count` of the customers that answer `text`, after the first `skip`, in the order of the product's search."""
    return _shorts(connection, lists.search_list(connection, user_id, text, slice(skip, skip + count)).rows)


def recent(connection: sa.Connection, user_id: UserId, skip: int, count: int) -> list[CustomerShort]:
    """The customers whom the user works on, then those whom they closed last."""
    rows = (*lists.open_list(connection, user_id).rows, *lists.recent_list(connection, user_id).rows)
    once = list({row.card_id: row for row in reversed(rows)}.values())[::-1]
    return _shorts(connection, once[skip : skip + count])


def of_card(connection: sa.Connection, card_id: CardId) -> CustomerShort | None:
    """The customer of the card, or of the one that it was merged into; None where there is no such card."""
    root = groups.root(connection, card_id)
    profile = profiles(connection, [root]).get(root) if root else None
    if root is None or profile is None:
        return None
    name, company = (profile.values[field] for field in (ProfileField.NAME, ProfileField.COMPANY))
    return CustomerShort(root, name, company, profile.channels[0], "")


def _shorts(connection: sa.Connection, rows: Sequence[CustomerRow]) -> list[CustomerShort]:
    known = profiles(connection, [row.card_id for row in rows]) if rows else {}
    companies = {card: profile.values[ProfileField.COMPANY] for card, profile in known.items()}
    return [
        CustomerShort(row.card_id, row.customer_name, companies.get(row.card_id, ""), row.channel, "", row.identity)
        for row in rows
    ]
