"""Comments: added, read, hidden with the request that is cancelled; never changed (C-02, E-27, E-28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from customers.comments import CommentsView, CommentView
from customers.ids import CardId, CommentId, InteractionId, MessageId, RequestId, UserId, new_id
from customers.model import Channel
from storage import groups
from storage.conditions import same
from storage.engine import Tx
from storage.rows import Row, every, first
from storage.tables import comments, interactions, users

SHOWN = 10
ACTIVITIES = 50
"""Comments are looked for on so many activities of a request, the newest ones."""
ON_MESSAGES = 20
"""So many comments on the messages that stand on a card, the newest."""
_TWICE = timedelta(seconds=30)
"""The same words of the same agent within this time are a press that was sent twice."""

_NEW = sa.insert(comments)
_COMMENT = sa.select(comments).where(same(comments.c.id), comments.c.hidden_at.is_(None))
_LAST = (
    sa.select(comments)
    .where(same(comments.c.interaction_id, comments.c.written_by))
    .order_by(comments.c.written_at.desc(), comments.c.id)
    .limit(1)
)
_corrected, _later = comments.alias("corrected"), comments.alias("later")
_IS_CORRECTED = sa.exists().where(_later.c.corrects_id == comments.c.id, _later.c.hidden_at.is_(None))
_of_request = interactions.alias("of_request")
_BEGAN = sa.func.coalesce(_of_request.c.started_at, _of_request.c.created_at)
_CURRENT = sa.select(sa.bindparam("interaction", type_=sa.String))
_NEWEST_OF_REQUEST = (
    sa.select(_of_request.c.id)
    .where(_of_request.c.request_id == sa.bindparam("request", type_=sa.String))
    .order_by(_BEGAN.desc(), _of_request.c.id.desc())
    .limit(ACTIVITIES)
)
_COMMENTS = (
    sa.select(
        comments, users.c.name.label("author"), interactions.c.channel, _corrected.c.written_at.label("corrects_at"),
        _IS_CORRECTED.label("is_corrected"),
    )
    .select_from(
        comments.join(interactions)
        .outerjoin(users, users.c.user_id == comments.c.written_by)
        .outerjoin(_corrected, _corrected.c.id == comments.c.corrects_id)
    )
    .where(comments.c.hidden_at.is_(None))
)  # fmt: skip
_OF_REQUEST = (
    _COMMENTS.where(
        comments.c.interaction_id.in_(sa.union_all(_CURRENT, sa.select(_NEWEST_OF_REQUEST.subquery()))),
        groups.in_group(interactions.c.card_id, sa.bindparam("card", type_=sa.String)),
    )
    .order_by(comments.c.written_at.desc(), comments.c.id)
    .limit(SHOWN + 1)
)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_OF_MESSAGES = (
    _COMMENTS.where(comments.c.message_id.in_(_IDS))
    .order_by(comments.c.written_at.desc(), comments.c.id)
    .limit(ON_MESSAGES)
)
_IN_REQUEST = sa.select(interactions.c.id).where(same(interactions.c.request_id))
_HIDE = (
    sa.update(comments)
    .where(comments.c.interaction_id.in_(_IN_REQUEST), comments.c.hidden_at.is_(None))
    .returning(comments.c.id)
)


def count_of(interaction: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """How many comments the interaction has."""
    return (
        sa.select(sa.func.count())
        .select_from(comments)
        .where(comments.c.interaction_id == interaction, comments.c.hidden_at.is_(None))
        .scalar_subquery()
    )


def add(
    tx: Tx,
    interaction_id: InteractionId,
    text: str,
    user: UserId,
    *,
    corrects: CommentId | None = None,
    message: MessageId | None = None,
) -> bool:
    """The interaction, or one message of it, has one more comment; False where the same one was sent just before."""
    last = first(tx.execute(_LAST, {"the_interaction_id": interaction_id, "the_written_by": user}))
    is_again = last is not None and (last["text"], last["corrects_id"], last["message_id"]) == (text, corrects, message)
    if is_again and last is not None and tx.now - last["written_at"] < _TWICE:
        return False
    row = {
        "id": new_id(), "interaction_id": interaction_id, "text": text, "corrects_id": corrects, "written_by": user,
        "written_at": tx.now, "message_id": message,
    }  # fmt: skip
    tx.execute(_NEW, row)
    return True


def load(tx: Tx, comment_id: CommentId) -> Row | None:
    """The comment; None where there is none to be seen."""
    return first(tx.execute(_COMMENT, {"the_id": comment_id}))


def hide(tx: Tx, request_id: RequestId) -> list[CommentId]:
    """Nobody sees the comments on the request's activities any more (C-02); which they were."""
    found = tx.execute(_HIDE, {"the_request_id": request_id, "hidden_at": tx.now}).scalars()
    return [CommentId(one) for one in found]


def comments_view(
    connection: sa.Connection, viewer: UserId, card_id: CardId, leg: Mapping[str, Any], looked: tuple[str | None, str]
) -> CommentsView:
    """Those on the activities of the interaction's request. `looked`: what is being corrected, and the draft."""
    values = {"interaction": leg["interaction_id"], "request": leg["request_id"], "card": card_id}
    rows = every(connection.execute(_OF_REQUEST, values))
    shown = [_view(row, viewer, leg["interaction_id"]) for row in reversed(rows[:SHOWN])]
    correcting, draft = looked
    return CommentsView(tuple(shown), len(rows) > SHOWN, _named(shown, correcting), draft)


def of_messages(
    connection: sa.Connection, viewer: UserId, ids: Sequence[MessageId]
) -> dict[MessageId, list[CommentView]]:
    """Those on the messages, oldest first."""
    found: dict[MessageId, list[CommentView]] = {}
    for row in reversed(every(connection.execute(_OF_MESSAGES, {"ids": [*ids]}))):
        found.setdefault(MessageId(row["message_id"]), []).append(_view(row, viewer, row["interaction_id"]))
    return found


def _named(shown: Sequence[CommentView], comment_id: str | None) -> CommentView | None:
    return next((one for one in shown if one.id == comment_id and one.is_mine), None)


def _view(row: Row, viewer: UserId, current: str) -> CommentView:
    return CommentView(
        id=CommentId(row["id"]),
        interaction_id=InteractionId(row["interaction_id"]),
        text=row["text"],
        author=row["author"] or "",
        at=row["written_at"],
        is_mine=row["written_by"] == viewer,
        corrects_at=row["corrects_at"],
        is_corrected=bool(row["is_corrected"]),
        channel=Channel(row["channel"]),
        is_current=row["interaction_id"] == current,
        is_on_message=row["message_id"] is not None,
    )
