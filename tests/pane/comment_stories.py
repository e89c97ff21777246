"""Comments as an agent sees them, and what becomes of them when buttons are pressed."""

from __future__ import annotations

from dataclasses import replace

from customers.comments import CommentsView, CommentView
from customers.ids import CommentId
from customers.ports import Action
from customers.views import CardView, Notice, Section
from tests.cards import comment_views, message_views
from tests.pane import stories

VERBS = frozenset({"comment.add", "comment.correct"})


def commenting() -> CardView:
    """The section is open; a colleague has written."""
    view = stories.ringing()
    comments = CommentsView((comment_views.THEIRS, comment_views.MINE))
    return replace(view, comments=comments, expanded=view.expanded | {Section.COMMENTS})


def conversing() -> CardView:
    """Cases and comments are open, and a message is selected."""
    view, case = commenting(), message_views.in_case(selected=message_views.ASKED.id)
    opened = view.expanded | {Section.REQUESTS}
    return replace(view, requests=case.requests, case=case.case, expanded=opened)


def _on_message(view: CardView, action: Action) -> CardView:
    text = action.inputs[f"comment.message.{action.data['message']}"]
    said = CommentView(CommentId("e" * 32), stories.ringing().interaction.id, text, "Elinor Dashwood", stories.NOON)  # type: ignore[union-attr]
    messages = [
        replace(one, comments=(*one.comments, said)) if one.id == action.data["message"] else one
        for one in view.case.page.messages
    ]
    return replace(view, case=replace(view.case, page=replace(view.case.page, messages=tuple(messages))))


def verbose() -> CardView:
    """Words that are far too long, and no blanks to break them at."""
    view, long = commenting(), "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    comments = tuple(replace(one, text=long * 3, author=long) for one in view.comments.comments)
    return replace(view, comments=replace(view.comments, comments=comments, correcting=comments[1]))


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """What the card shows once a button was pressed, as the desk would have it."""
    known = view.comments
    if action.verb == "comment.correct":
        found = next((one for one in known.comments if one.id == action.data.get("comment")), None)
        return replace(view, comments=replace(known, correcting=found)), None
    if "message" in action.data:
        return _on_message(view, action), None
    text = action.inputs["comment.text"].strip()
    if not text:
        return view, Notice("comment_empty", "warning", (("field", "text"),))
    assert view.interaction is not None
    number = CommentId(f"{len(known.comments):032x}")
    new = CommentView(number, view.interaction.id, text, "Elinor Dashwood", stories.NOON, is_mine=True)
    return replace(view, comments=CommentsView((*known.comments, new))), None
