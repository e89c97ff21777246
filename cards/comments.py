"""The section Comments: what colleagues wrote on the activities of this request, and the field for one more (E-31)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import ON_CARD, Action, Verb, button
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, escape, field, shown
from cards.links import linked
from cards.sections import left_out
from cards.shapes import Json, Shape, fixed, slot, text, written
from customers.comments import CommentsView, CommentView
from customers.model import TEXT_LIMIT

TEXT_INPUT: Final = "comment.text"


def summary(d: Drawing) -> Json:
    """How many there are."""
    count = d.view.interaction.comment_count if d.view.interaction else 0
    return d.counted("summary.comments", count) if count else d.note("summary.comments.none")


def content(d: Drawing) -> list[Json]:
    """The newest ones, and the field below them."""
    view, interaction = d.view.comments, d.view.interaction
    drawn = [_nothing(d.language)] if not view.comments and not view.has_older else [_comments(d, view)]
    if d.may_comment and d.has_room and interaction is not None:
        if view.correcting is None:
            ids = text(interaction.leg_id), text(interaction.id)
            drawn.append(_new(d.language).fill(field(view.draft, TEXT_LIMIT), *ids))
        else:
            drawn += [written(one) for one in _correction(d, view, view.correcting, interaction.id)]
    return drawn


@cache
def _nothing(language: str) -> Json:
    return fixed(e.group([e.note(texts.of(language)["comments.internal"])], "comments"))


def _comments(d: Drawing, view: CommentsView) -> Json:
    rows = [e.note(d.words["comments.internal"])] if d.budget.requests else []
    if view.has_older:
        rows.append(e.note(d.words["comments.older"]))
    room = d.budget.requests
    rows += left_out(d, len(view.comments) - room)
    rows += [_comment(d, one) for one in view.comments[max(0, len(view.comments) - room) :]]
    return written(e.group(rows, "comments"))


def _comment(d: Drawing, comment: CommentView) -> Element:
    element_id = f"comment.{comment.id}"
    lines = [e.note(_head(d, comment))]
    lines += [e.text(linked(line, TEXT_LIMIT)) for line in _lines(comment.text) if escape(line)] or [e.text(NOTHING)]
    if comment.is_mine and comment.is_current and not comment.is_corrected and d.may_comment:
        ids = {**d.ids, "comment": comment.id}
        correct = button(Verb.COMMENT_CORRECT, ids, d.words["comment.correct"], f"{element_id}.correct")
        lines.append(e.actions([correct], f"{element_id}.actions"))
    return e.item(lines, element_id)


def _lines(whole: str) -> list[str]:
    """Not more than a handful: the rest is one."""
    lines = whole.split("\n")
    return [*lines[:5], " ".join(lines[5:])]


def _head(d: Drawing, comment: CommentView) -> str:
    said = [escape(comment.author, d.budget.text), d.writer.moment(comment.at)]
    if not comment.is_current:
        said.append(d.words[f"channel.{comment.channel}"])
    if comment.is_on_message:
        said.append(d.words["comment.on_message"])
    if comment.corrects_at is not None:
        said.append(d.words["comment.corrects"].format(when=d.writer.moment(comment.corrects_at)))
    if comment.is_corrected:
        said.append(d.words["comment.is_corrected"])
    return " · ".join(part for part in said if part)


@cache
def _new(language: str) -> Shape:
    """The field for a comment that corrects none."""
    words = texts.of(language)
    ids = {**ON_CARD, "leg": slot("leg"), "interaction": slot("interaction")}
    send = button(Verb.COMMENT_ADD, ids, words["comment.send"], "comment.send")
    return Shape("draft leg interaction", *_field(words, words["comment.text"], slot("draft"), [send]))


def _correction(d: Drawing, view: CommentsView, corrected: CommentView, interaction_id: str) -> list[Element]:
    caption = d.words["comment.text.correcting"].format(when=d.writer.moment(corrected.at))
    stop = {**d.ids, "cancel": "yes"}
    ids = {**d.ids, "interaction": interaction_id, "corrects": corrected.id}
    buttons = [
        button(Verb.COMMENT_ADD, ids, d.words["comment.send"], "comment.send"),
        button(Verb.COMMENT_CORRECT, stop, d.words["comment.correct.cancel"], "comment.correct.cancel"),
    ]
    return _field(d.words, caption, shown(view.draft, TEXT_LIMIT), buttons)


def _field(words: Mapping[str, str], caption: str, draft: str, buttons: list[Action]) -> list[Element]:
    placeholder = words["comment.text.placeholder"]
    return [
        e.text_input(TEXT_INPUT, caption, draft, placeholder, TEXT_LIMIT, multiline=True),
        e.actions(buttons, "comment.actions"),
    ]
