"""The one table of who may do what (P-20): what `cards` offers and what `desk` carries out are read from it.

docs/access.md is made from it. A verb without a row stops the start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cards.actions import Verb
from customers.roles import ADMINS, EVERYBODY, OWNER, SUPERVISORS, Reach, Right
from customers.views import Notice, Section, Switches

RIGHTS: Final[Mapping[Verb, Right]] = {
    # Reading, and each user's own view of a customer.
    Verb.CARD_REFRESH: EVERYBODY,
    Verb.CARD_CLOSE: EVERYBODY,
    Verb.CARD_SECTION: EVERYBODY,
    Verb.CARD_CATEGORY: EVERYBODY,
    Verb.CUSTOMERS_OPEN: EVERYBODY,
    Verb.CUSTOMERS_RECENT: EVERYBODY,
    Verb.CUSTOMERS_SEARCH: EVERYBODY,
    Verb.CUSTOMERS_SHOW: EVERYBODY,
    Verb.CUSTOMERS_PREVIEW: EVERYBODY,
    Verb.CUSTOMERS_NEW: EVERYBODY,
    Verb.CUSTOMERS_CREATE: EVERYBODY,
    Verb.INTERACTIONS_OPEN: EVERYBODY,
    Verb.JOURNEY_PAGE: EVERYBODY,
    Verb.JOURNEY_FIND: EVERYBODY,
    Verb.LINK_SEARCH: EVERYBODY,
    Verb.RELATED_REFRESH: EVERYBODY,
    Verb.RELATED_EXPAND: EVERYBODY,
    Verb.RELATED_MORE: EVERYBODY,
    # What becomes of an interaction.
    Verb.INTERACTIONS_SHOW: OWNER,
    Verb.INTERACTIONS_READ: OWNER,
    Verb.LINK_ADD: OWNER,
    Verb.LINK_REMOVE: OWNER,
    Verb.PUSH_RETRY: OWNER,
    Verb.PUSH_WITHDRAW: OWNER,
    Verb.RECORD_NEW: OWNER,
    Verb.RECORD_FIND: OWNER,
    Verb.RECORD_CREATE: OWNER,
    Verb.RECORD_CANCEL: OWNER,
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
    Verb.REQUEST_PAGE: EVERYBODY,
    Verb.REQUEST_CLOSE: EVERYBODY,
    Verb.REQUEST_REOPEN: EVERYBODY,
    Verb.REQUEST_CANCEL: EVERYBODY,
    Verb.ACTIVITY_MOVE: EVERYBODY,
    Verb.ACTIVITY_FIND: EVERYBODY,
    Verb.COMMENT_ADD: EVERYBODY,
    Verb.COMMENT_CORRECT: EVERYBODY,
    Verb.MESSAGES_FILTER: EVERYBODY,
    Verb.MESSAGES_PAGE: EVERYBODY,
    Verb.MESSAGE_UNFOLD: EVERYBODY,
    Verb.MESSAGE_SELECT: EVERYBODY,
    Verb.PROFILE_SHOW: EVERYBODY,
    Verb.PROFILE_EDIT: EVERYBODY,
    Verb.PROFILE_SAVE: EVERYBODY,
    Verb.PROFILE_CANCEL: EVERYBODY,
    Verb.EDIT_KEEP: EVERYBODY,
    Verb.CONFLICT_KEEP: EVERYBODY,
    Verb.CONFLICT_LOAD: EVERYBODY,
    # C-07.
    Verb.PROFILE_LOCK: SUPERVISORS,
    Verb.PROFILE_UNLOCK: SUPERVISORS,
    # P-09, P-17: what stands still, and what sets it going again.
    Verb.ADMIN_PUSHES: SUPERVISORS,
    Verb.ADMIN_RETRY: SUPERVISORS,
    Verb.ADMIN_SHOW: ADMINS,
    Verb.ADMIN_CHECK: ADMINS,
    Verb.ADMIN_PREVIEW: ADMINS,
    Verb.ADMIN_PAUSE: ADMINS,
    Verb.ADMIN_RESUME: ADMINS,
    Verb.ADMIN_REPLAY: ADMINS,
    Verb.AGENTS_LINK: ADMINS,
    Verb.AGENTS_UNLINK: ADMINS,
    Verb.IDENTITY_BLOCK: SUPERVISORS,
    Verb.IDENTITY_UNBLOCK: SUPERVISORS,
}


@dataclass(frozen=True, slots=True)
class Need:
    """What must be switched on for the viewer (B-25, E-11); empty: nothing."""

    sections: tuple[Section, ...] = ()
    """One of them at least."""
    editing: bool = False
    """True: the editing of requests and activities."""


_FREE: Final = Need()
_RECORDS: Final = Need((Section.CURRENT, Section.RELATED))
_RELATED: Final = Need((Section.RELATED,))
_WRAP_UP: Final = Need((Section.WRAP_UP,))
_TAGS: Final = Need((Section.WRAP_UP,), editing=True)
_MERGING: Final = Need((Section.IDENTITIES,))
_REQUESTS: Final = Need((Section.REQUESTS,))
_WRITING: Final = Need((Section.REQUESTS,), editing=True)
_JOURNEY: Final = Need((Section.JOURNEY,))
_COMMENTS: Final = Need((Section.COMMENTS, Section.REQUESTS))
_MESSAGES: Final = Need((Section.MESSAGES, Section.REQUESTS))
_MORE: Final = Need((Section.MORE,))
_PROFILE: Final = Need((Section.PROFILE,))

NEEDS: Final[Mapping[Verb, Need]] = {
    Verb.LINK_SEARCH: _RELATED,
    Verb.RELATED_REFRESH: _RELATED,
    Verb.RELATED_EXPAND: _RECORDS,
    Verb.RELATED_MORE: _RECORDS,
    Verb.LINK_ADD: _RECORDS,
    Verb.LINK_REMOVE: _RECORDS,
    Verb.PUSH_RETRY: _RECORDS,
    Verb.RECORD_NEW: _RECORDS,
    Verb.RECORD_FIND: _RECORDS,
    Verb.RECORD_CREATE: _RECORDS,
    Verb.RECORD_CANCEL: _RECORDS,
    Verb.PUSH_WITHDRAW: _RECORDS,
    Verb.WRAPUP_SAVE: _WRAP_UP,
    Verb.WRAPUP_FINISH: _WRAP_UP,
    Verb.TAG_ADD: _TAGS,
    Verb.TAG_REMOVE: _TAGS,
    Verb.MERGE_OPEN: _MERGING,
    Verb.MERGE_SEARCH: _MERGING,
    Verb.MERGE_PREVIEW: _MERGING,
    Verb.MERGE_CONFIRM: _MERGING,
    Verb.MERGE_DISMISS: _MERGING,
    Verb.MERGE_UNDO: _MERGING,
    Verb.FIELD_TAKE: _PROFILE,
    Verb.FIELD_DECLINE: _PROFILE,
    Verb.REQUEST_ADD: _WRITING,
    Verb.REQUEST_SAVE: _WRITING,
    Verb.REQUEST_SHOW: _REQUESTS,
    Verb.REQUEST_PAGE: _REQUESTS,
    Verb.REQUEST_CLOSE: _WRITING,
    Verb.REQUEST_REOPEN: _WRITING,
    Verb.REQUEST_CANCEL: _WRITING,
    Verb.ACTIVITY_MOVE: _WRITING,
    Verb.ACTIVITY_FIND: _WRITING,
    Verb.JOURNEY_PAGE: _JOURNEY,
    Verb.JOURNEY_FIND: _JOURNEY,
    Verb.COMMENT_ADD: _COMMENTS,
    Verb.COMMENT_CORRECT: Need((Section.COMMENTS,)),
    Verb.MESSAGES_FILTER: _MESSAGES,
    Verb.MESSAGES_PAGE: _MESSAGES,
    Verb.MESSAGE_UNFOLD: _MESSAGES,
    Verb.MESSAGE_SELECT: _REQUESTS,
    Verb.CUSTOMERS_NEW: _PROFILE,
    Verb.CUSTOMERS_CREATE: _PROFILE,
    Verb.PROFILE_SHOW: _PROFILE,
    Verb.PROFILE_EDIT: _PROFILE,
    Verb.PROFILE_SAVE: _PROFILE,
    Verb.PROFILE_CANCEL: _PROFILE,
    Verb.CONFLICT_KEEP: _PROFILE,
    Verb.CONFLICT_LOAD: _PROFILE,
    Verb.PROFILE_LOCK: _MORE,
    Verb.PROFILE_UNLOCK: _MORE,
    Verb.IDENTITY_BLOCK: _MORE,
    Verb.IDENTITY_UNBLOCK: _MORE,
}
"""Verbs that need something which an administrator can switch off; the others need nothing."""

OF_CUSTOMER: Final[Mapping[Verb, Need]] = {Verb.TAG_ADD: _PROFILE, Verb.TAG_REMOVE: _PROFILE}
"""Instead, where the button is about the customer and no interaction: their labels (C-05)."""


def switched_off(switches: Switches, verb: str, *, is_of_customer: bool = False) -> Notice | None:
    """Why `verb` is refused to somebody with `switches`, whatever their roles; None where it is not."""
    need = NEEDS.get(verb, _FREE)  # type: ignore[call-overload]  # a Verb is its text
    if is_of_customer:
        need = OF_CUSTOMER.get(verb, need)  # type: ignore[call-overload]
    if need.sections and switches.sections.isdisjoint(need.sections):
        return section_off(need.sections[-1])
    if need.editing and not switches.may_handle:
        return Notice("editing_off", "warning")
    return None


def section_off(section: Section) -> Notice:
    """What is said where the section is switched off."""
    return Notice("section_off", "warning", (("section", section.value),))


def reach(roles: Collection[str], verb: str) -> Reach:
    """How far somebody with `roles` reaches with `verb`; nowhere with one that is not in the table."""
    right = RIGHTS.get(verb)  # type: ignore[call-overload]  # a Verb is its text
    return right.of(roles) if isinstance(right, Right) else Reach.NOWHERE


@lru_cache(maxsize=1024)
def may(roles: frozenset[str], verb: Verb) -> bool:
    """Whether `verb` is open to somebody with `roles` at all."""
    return reach(roles, verb) is not Reach.NOWHERE
