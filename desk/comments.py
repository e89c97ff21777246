"""Comments on activities: Enter sends them, a correction is one more (B-40, C-03, C-04, E-26…E-31)."""

from __future__ import annotations

from dataclasses import replace

from customers.comments import checked
from customers.ids import CardId, CommentId, InteractionId, MessageId
from customers.ports import Action
from customers.views import Notice, Section, Surface, Viewer
from desk import messages
from desk.actions import Outcome, Query, Refused, Request
from desk.changes import card_changed
from desk.requests import handling, shown
from desk.work import Work
from storage import audit, cards, comments, groups, moves, threads
from storage.engine import Tx
from storage.request_views import Handling
from storage.threads import Reading

TEXT_INPUT = "comment.text"
MESSAGE_INPUT = "comment.message"


def add(request: Request) -> Outcome:
    """The activity has one more comment. Nobody is told of it (E-30): open cards just show it."""
    if request.maybe("message"):
        return _add_to_message(request)
    tx, user = request.work.tx, request.viewer.user_id
    placed = moves.placed(tx, InteractionId(request.need("interaction")))
    card_id = request.card_id
    if placed is None or placed["root_id"] != card_id:
        raise Refused(Notice("activity_gone", "warning"), card_id)
    text = checked(request.input(TEXT_INPUT) or "")
    corrects = _corrected(request, card_id, placed["id"])
    is_new = comments.add(
        tx, InteractionId(placed["id"]), text, user, corrects=corrects, message=_message_of(tx, corrects)
    )
    _look_at(request, card_id, replace(handling(request, card_id), correcting=None, comment=""))
    if is_new:
        audit.record(tx, user, "comment.add", placed["id"])
        card_changed(request.work, card_id)
    return shown(request, card_id)


def _add_to_message(request: Request) -> Outcome:
    """The selected message has one more comment (C-03, E-31)."""
    tx, user, card_id = request.work.tx, request.viewer.user_id, request.card_id
    message_id = MessageId(request.need("message"))
    row = threads.of_card(tx.connection, card_id, message_id)
    if row is None:
        raise Refused(Notice("message_gone", "warning"), card_id)
    text = checked(request.input(f"{MESSAGE_INPUT}.{message_id}") or "")
    is_new = comments.add(tx, InteractionId(row["interaction_id"]), text, user, message=message_id)
    messages.look(request, card_id, lambda read: replace(read, selected=None, draft=""))
    if is_new:
        audit.record(tx, user, "comment.add", row["interaction_id"], message=message_id)
        card_changed(request.work, card_id)
    return shown(request, card_id)


def _message_of(tx: Tx, corrects: CommentId | None) -> MessageId | None:
    """A correction stands where the comment does that it corrects."""
    row = comments.load(tx, corrects) if corrects else None
    return MessageId(row["message_id"]) if row and row["message_id"] else None


def correct(request: Request) -> Outcome:
    """The agent's next comment corrects that one; with `cancel` it corrects none."""
    card_id = request.card_id
    wanted = None if request.maybe("cancel") else request.need("comment")
    _look_at(request, card_id, replace(handling(request, card_id), correcting=wanted))
    return shown(request, card_id)


def _corrected(request: Request, card_id: CardId, interaction_id: str) -> CommentId | None:
    """The first comment of those that it corrects: all point to that one. Raises Refused where it is another's."""
    wanted = request.maybe("corrects")
    if not wanted:
        return None
    row = comments.load(request.work.tx, CommentId(wanted))
    if row is None or row["interaction_id"] != interaction_id:
        raise Refused(Notice("comment_gone", "warning"), card_id)
    if row["written_by"] != request.viewer.user_id:
        raise Refused(Notice("comment_not_yours", "warning"), card_id)
    return CommentId(row["corrects_id"] or row["id"])


def _look_at(request: Request, card_id: CardId, looked: Handling) -> None:
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, handling=looked.to_json())
    cards.unfold(request.work.tx, request.viewer.user_id, card_id, Section.COMMENTS)


# --- in a chat ----------------------------------------------------------------------------------------------------


def was_typed(action: Action) -> bool:
    """True where the card in the chat brings back a comment that is not being sent."""
    if action.surface is not Surface.CHAT or action.is_automatic or action.verb == "comment.add":
        return False
    return any(name == TEXT_INPUT or name.startswith(f"{MESSAGE_INPUT}.") for name in action.inputs)


def keep_draft(work: Work, viewer: Viewer, action: Action) -> None:
    """It stays in the field, also where the answer draws that anew."""
    card_id = groups.hold(work.tx, CardId(Query(viewer, action).maybe("card")))
    row = cards.view_row(work.tx.connection, viewer.user_id, card_id) if card_id else None
    if card_id is None:
        return
    looked = Handling.of(row["handling"] if row else None)
    kept = replace(looked, comment=action.inputs.get(TEXT_INPUT, looked.comment)[:4000])
    if typed := next((text for name, text in action.inputs.items() if name.startswith(f"{MESSAGE_INPUT}.")), ""):
        kept = replace(kept, reading=replace(Reading.of(looked.reading), draft=typed[:4000]).to_json())
    if kept != looked:
        cards.update_view(work.tx, viewer.user_id, card_id, handling=kept.to_json())
