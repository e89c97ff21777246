"""Merging cards, locking profiles, taking over what was written while cards were one. Not there yet: all is refused."""

from __future__ import annotations

from customers.views import Notice
from desk.actions import Outcome, Refused, Request


def refuse(_request: Request) -> Outcome:
    """Raises Refused."""
    raise Refused(Notice("not_found", "error"))


open_panel = search = preview = confirm = dismiss = undo = refuse
take_field = decline_field = lock = unlock = refuse
