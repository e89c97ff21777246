"""The section Comments: what colleagues wrote on the activities of this request, and the field for one more (E-31)."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards.actions import Verb, button
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape, shown
from cards.sections import left_out
from cards.shapes import Json, written
from customers.comments import CommentsView, CommentView
from customers.model import TEXT_LIMIT

TEXT_INPUT: Final = "comment.text"


def summary(d: Drawing) -> Json:
    """How many there are."""
    count = d.view.interaction.comment_count if d.view.interaction else 0
    return d.counted("summary.comments", count) if count else d.note("summary.comments.none")


def content(d: Drawing) -> list[Json]:
    """The newest ones, and the field below them."""
    view = d.view.comments
    rows = [e.note(d.words["comments.internal"])]
    if view.has_older:
        rows.append(e.note(d.words["comments.older"]))
    room = d.budget.requests
    rows += left_out(d, len(view.comments) - room)
    rows += [_comment(d, one) for one in view.comments[max(0, len(view.comments) - room) :]]
    drawn = [written(e.group(rows, "comments"))]
    if d.may_comment and d.has_room and d.view.interaction is not None:
        drawn += [written(one) for one in _field(d, view, d.view.interaction.id)]
    return drawn


def _comment(d: Drawing, comment: CommentView) -> Element:
    element_id = f"comment.{comment.id}"
    lines = [e.note(_head(d, comment))]
    lines += [e.text(escape(line, TEXT_LIMIT)) for line in _lines(comment.text) if escape(line)] or [e.text(NOTHING)]
    if comment.is_mine and comment.is_current and not comment.is_corrected and d.may_comment:
        ids = {**d.ids, "comment": comment.id}
        correct = button(Verb.COMMENT_CORRECT, ids, d.words["comment.correct"], f"{element_id}.correct")
        lines.append(e.actions([correct], f"{element_id}.actions"))
    return e.item(lines, element_id)


def _lines(text: str) -> list[str]:
    """Not more than a handful: the rest is one."""
    lines = text.split("\n")
    return [*lines[:5], " ".join(lines[5:])]


def _head(d: Drawing, comment: CommentView) -> str:
    said = [escape(comment.author, d.budget.text), d.writer.moment(comment.at)]
    if not comment.is_current:
        said.append(d.words[f"channel.{comment.channel}"])
    if comment.corrects_at is not None:
        said.append(d.words["comment.corrects"].format(when=d.writer.moment(comment.corrects_at)))
    if comment.is_corrected:
        said.append(d.words["comment.is_corrected"])
    return " · ".join(part for part in said if part)


def _field(d: Drawing, view: CommentsView, interaction_id: str) -> list[Element]:
    ids = {**d.ids, "interaction": interaction_id}
    caption, buttons = d.words["comment.text"], []
    if view.correcting is not None:
        ids["corrects"] = view.correcting.id
        caption = d.words["comment.text.correcting"].format(when=d.writer.moment(view.correcting.at))
        stop = {**d.ids, "cancel": "yes"}
        buttons = [button(Verb.COMMENT_CORRECT, stop, d.words["comment.correct.cancel"], "comment.correct.cancel")]
    send = button(Verb.COMMENT_ADD, ids, d.words["comment.send"], "comment.send")
    placeholder = d.words["comment.text.placeholder"]
    draft = shown(view.draft, TEXT_LIMIT)
    return [
        e.text_input(TEXT_INPUT, caption, draft, placeholder, TEXT_LIMIT, multiline=True),
        e.actions([send, *buttons], "comment.actions"),
    ]
