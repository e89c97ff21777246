"""Comments as an agent sees them, and what becomes of them when buttons are pressed."""

from __future__ import annotations

from dataclasses import replace

from customers.comments import CommentsView, CommentView
from customers.ids import CommentId
from customers.ports import Action
from customers.views import CardView, Notice, Section
from tests.cards import comment_views
from tests.pane import stories

VERBS = frozenset({"comment.add", "comment.correct"})


def commenting() -> CardView:
    """The section is open; a colleague has written."""
    view = stories.ringing()
    comments = CommentsView((comment_views.THEIRS, comment_views.MINE))
    return replace(view, comments=comments, expanded=view.expanded | {Section.COMMENTS})


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
    text = action.inputs["comment.text"].strip()
    if not text:
        return view, Notice("comment_empty", "warning", (("field", "text"),))
    assert view.interaction is not None
    number = CommentId(f"{len(known.comments):032x}")
    new = CommentView(number, view.interaction.id, text, "Elinor Dashwood", stories.NOON, is_mine=True)
    return replace(view, comments=CommentsView((*known.comments, new))), None
