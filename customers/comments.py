"""Internal comments on activities (B-40, C-02…C-04, E-25…E-31): added, never changed. Text is data from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from customers import characters
from customers.ids import CommentId, InteractionId
from customers.model import TEXT_LIMIT, Channel
from customers.wrap_up import InvalidInput


def checked(text: str) -> str:
    """`text` as it is kept. Raises InvalidInput for none, and for more than 2,000 characters (B-07)."""
    kept = characters.clean(text)
    if not kept:
        raise InvalidInput("comment.text", "comment_empty")
    if not characters.fits(kept, TEXT_LIMIT):
        raise InvalidInput("comment.text", "text_too_long")
    return kept


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment."""

    id: CommentId
    interaction_id: InteractionId
    text: str
    author: str
    at: datetime
    is_mine: bool = False
    corrects_at: datetime | None = None
    """Not None: it corrects the comment that was written then."""
    is_corrected: bool = False
    """True where a later one corrects it."""
    channel: Channel = Channel.OTHER
    """Of the activity that it belongs to."""
    is_current: bool = True
    """True where that is the current interaction."""
    is_on_message: bool = False
    """True where it belongs to one message of it (C-03)."""


@dataclass(frozen=True, slots=True)
class CommentsView:
    """Comments on the activities of the current request, as one agent sees them."""

    comments: tuple[CommentView, ...] = ()
    """Oldest first; the newest are shown."""
    has_older: bool = False
    correcting: CommentView | None = None
    """What the next one corrects."""
    draft: str = ""
    """What stands in the field on a card in the chat, and was not sent."""
