"""One request as it is listed: who opened and closed it, and whether it can be cancelled."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from customers.ids import RequestId
from customers.requests import RequestState, RequestView
from storage.conditions import EPOCH
from storage.rows import Row
from storage.tables import interactions, requests, users

Statement = sa.Select[*tuple[Any, ...]]
NEWEST = (requests.c.created_at.desc(), requests.c.id.desc())
_creators, _closers = users.alias("creators"), users.alias("closers")
_REPLIED = interactions.alias("replied")


def listed(*where: sa.ColumnElement[bool]) -> Statement:
    """Rows for `request_of`."""
    has_reply = sa.exists().where(_REPLIED.c.request_id == requests.c.id, _REPLIED.c.replied_at >= EPOCH)
    return (
        sa.select(
            requests, _creators.c.name.label("creator"), _closers.c.name.label("closer"), has_reply.label("has_reply")
        )
        .select_from(
            requests.outerjoin(_creators, _creators.c.user_id == requests.c.created_by).outerjoin(
                _closers, _closers.c.user_id == requests.c.closed_by
            )
        )
        .where(*where)
    )


def request_of(row: Row, current: RequestId | None) -> RequestView:
    """The request of a row; `current`: the one that the viewer's interaction is in."""
    state = RequestState(row["state"])
    return RequestView(
        id=RequestId(row["id"]),
        state=state,
        version=row["version"],
        created_at=row["created_at"],
        name=row["name"],
        description=row["description"],
        created_by=row["creator"] or "",
        closed_at=row["closed_at"],
        closed_by=row["closer"] or "",
        is_current=row["id"] == current,
        may_cancel=state is RequestState.OPEN and not row["has_reply"],
    )
