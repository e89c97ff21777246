"""Labels of customers (C-05): each stays on its own card when cards are merged (rule 8), which show those of all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, UserId
from customers.wrap_up import unique_tags
from storage import groups
from storage.engine import Tx
from storage.rows import Row, every
from storage.tables import customer_tags
from storage.upsert import insert_ignoring

_ROOT: sa.BindParameter[Any] = sa.bindparam("root", type_=sa.String)
_OF_GROUP = groups.in_group(customer_tags.c.card_id, _ROOT)
_TAGS = (
    sa.select(customer_tags.c.tag)
    .where(_OF_GROUP)
    .order_by(sa.case((customer_tags.c.card_id == _ROOT, 0), else_=1), customer_tags.c.added_at, customer_tags.c.key)
)
_SINCE = (
    sa.select(customer_tags.c.card_id, customer_tags.c.tag, customer_tags.c.added_at.label("at"))
    .where(_OF_GROUP, customer_tags.c.added_at >= sa.bindparam("since", type_=customer_tags.c.added_at.type))
    .order_by(customer_tags.c.added_at, customer_tags.c.key)
)
_NEW = insert_ignoring(customer_tags, ["card_id", "key"])
_REMOVE = sa.delete(customer_tags).where(_OF_GROUP, customer_tags.c.key == sa.bindparam("wanted"))


def of_card(connection: sa.Connection, root_id: CardId) -> tuple[str, ...]:
    """The labels of the root and the cards that it stands for, each once, whatever its case."""
    return unique_tags([row["tag"] for row in every(connection.execute(_TAGS, {"root": root_id}))])


def since(connection: sa.Connection, root_id: CardId, at: datetime) -> list[Row]:
    """What has been added to the root and the cards that it stands for since then: `card_id`, `tag`, `at`."""
    return every(connection.execute(_SINCE, {"root": root_id, "since": at}))


def add(tx: Tx, root_id: CardId, tag: str, user: UserId) -> None:
    """The customer has the label; also where somebody else has added it at the same time."""
    row = {"card_id": root_id, "key": tag.casefold(), "tag": tag, "added_by": user, "added_at": tx.now}
    tx.execute(_NEW[tx.dialect], row)


def remove(tx: Tx, root_id: CardId, tag: str) -> bool:
    """None of the cards has the label any more; False where none had."""
    return tx.execute(_REMOVE, {"root": root_id, "wanted": tag.casefold()}).rowcount > 0


def replace(tx: Tx, root_id: CardId, tags: Sequence[str], user: UserId) -> None:
    """The customer has these labels and no others; those that stay are as they were."""
    wanted, known = {tag.casefold() for tag in tags}, of_card(tx.connection, root_id)
    for tag in known:
        if tag.casefold() not in wanted:
            remove(tx, root_id, tag)
    there = {tag.casefold() for tag in known}
    for tag in tags:
        if tag.casefold() not in there:
            add(tx, root_id, tag, user)
