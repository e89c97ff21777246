"""Views of comments to draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from customers.comments import CommentsView, CommentView
from customers.ids import CommentId, InteractionId
from customers.model import Channel
from customers.views import CardView, Section
from tests.cards.card_views import INTERACTION, NOW, card_view, interaction

MINE = CommentView(
    CommentId("a" * 32), INTERACTION, "Friendly.\nHe calls *after* lunch.", "Elinor Dashwood", NOW, is_mine=True
)
THEIRS = CommentView(
    CommentId("b" * 32),
    InteractionId("2b" * 16),
    "Wants a copy.",
    "Marianne Dashwood",
    NOW - timedelta(days=1),
    channel=Channel.EMAIL,
    is_current=False,
)
WRONG = replace(MINE, id=CommentId("c" * 32), text="He is called Edmund.", is_corrected=True)
RIGHT = replace(MINE, id=CommentId("d" * 32), text="He is called Edward.", corrects_at=NOW)


def commenting(**changes: object) -> CardView:
    """The section is open."""
    view = CommentsView((THEIRS, WRONG, RIGHT, MINE), has_older=True)
    return card_view(
        interaction=interaction(comment_count=3),
        comments=replace(view, **changes),  # type: ignore[arg-type]
        expanded=frozenset({Section.COMMENTS}),
    )
