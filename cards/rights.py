"""The one table of who may do what (P-20): what `cards` offers and what `desk` carries out are read from it.

docs/access.md is made from it. A verb without a row stops the start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from cards.actions import Verb
from customers.roles import EVERYBODY, OWNER, SUPERVISORS, Reach, Right

RIGHTS: Final[Mapping[Verb, Right]] = {
    # Reading, and each user's own view of a customer.
    Verb.CARD_REFRESH: EVERYBODY,
    Verb.CARD_CLOSE: EVERYBODY,
    Verb.CARD_SECTION: EVERYBODY,
    Verb.CUSTOMERS_OPEN: EVERYBODY,
    Verb.CUSTOMERS_RECENT: EVERYBODY,
    Verb.CUSTOMERS_SEARCH: EVERYBODY,
    Verb.CUSTOMERS_SHOW: EVERYBODY,
    Verb.LINK_SEARCH: EVERYBODY,
    Verb.RELATED_REFRESH: EVERYBODY,
    Verb.RELATED_EXPAND: EVERYBODY,
    # What becomes of an interaction.
    Verb.LINK_ADD: OWNER,
    Verb.LINK_REMOVE: OWNER,
    Verb.PUSH_RETRY: OWNER,
    Verb.WRAPUP_SAVE: OWNER,
    Verb.WRAPUP_FINISH: OWNER,
    Verb.TAG_ADD: OWNER,
    Verb.TAG_REMOVE: OWNER,
    # Cards, which are nobody's own.
    Verb.MERGE_OPEN: EVERYBODY,
    Verb.MERGE_SEARCH: EVERYBODY,
    Verb.MERGE_PREVIEW: EVERYBODY,
    Verb.MERGE_CONFIRM: EVERYBODY,
    Verb.MERGE_DISMISS: EVERYBODY,
    Verb.MERGE_UNDO: EVERYBODY,
    Verb.FIELD_TAKE: EVERYBODY,
    Verb.FIELD_DECLINE: EVERYBODY,
    Verb.REQUEST_ADD: EVERYBODY,
    Verb.REQUEST_SAVE: EVERYBODY,
    Verb.REQUEST_SHOW: EVERYBODY,
    Verb.REQUEST_CLOSE: EVERYBODY,
    Verb.REQUEST_REOPEN: EVERYBODY,
    Verb.REQUEST_CANCEL: EVERYBODY,
    Verb.ACTIVITY_MOVE: EVERYBODY,
    Verb.ACTIVITY_FIND: EVERYBODY,
    Verb.COMMENT_ADD: EVERYBODY,
    Verb.COMMENT_CORRECT: EVERYBODY,
    Verb.PROFILE_SHOW: EVERYBODY,
    Verb.PROFILE_EDIT: EVERYBODY,
    Verb.PROFILE_SAVE: EVERYBODY,
    Verb.PROFILE_CANCEL: EVERYBODY,
    # C-07.
    Verb.PROFILE_LOCK: SUPERVISORS,
    Verb.PROFILE_UNLOCK: SUPERVISORS,
}


def reach(roles: Collection[str], verb: str) -> Reach:
    """How far somebody with `roles` reaches with `verb`; nowhere with one that is not in the table."""
    right = RIGHTS.get(verb)  # type: ignore[call-overload]  # a Verb is its text
    return right.of(roles) if isinstance(right, Right) else Reach.NOWHERE


def may(roles: Collection[str], verb: Verb) -> bool:
    """Whether `verb` is open to somebody with `roles` at all."""
    return reach(roles, verb) is not Reach.NOWHERE
