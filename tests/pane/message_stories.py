"""Messages as an agent reads them, and an identity that a supervisor has blocked."""

from __future__ import annotations

from dataclasses import replace

from customers.ids import IdentityId
from customers.views import CardView, Section
from tests.cards import message_views
from tests.pane import stories


def reading() -> CardView:
    """The section Messages is open, and a thread in it."""
    view = message_views.reading()
    return replace(stories.ringing(), messages=view.messages, expanded=frozenset({Section.MESSAGES}))


def blocked() -> CardView:
    """The same of a number that is blocked."""
    view = message_views.blocked()
    first, *rest = stories.ringing().identities
    known = (first._replace(id=IdentityId("d" * 32), is_blocked=True), *rest)
    opened = frozenset({Section.MESSAGES, Section.IDENTITIES})
    return replace(stories.ringing(), messages=view.messages, identities=known, expanded=opened)
