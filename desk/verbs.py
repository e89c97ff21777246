"""The one table from verbs to handlers (rule 5 of the architecture)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cards.actions import Verb
from cards.rights import RIGHTS
from desk import (
    administration,
    comments,
    creating,
    journey,
    keeping_mine,
    labels,
    linking,
    merging,
    messages,
    moving,
    new_customer,
    own_interactions,
    profile_form,
    profiles,
    requests,
    updating,
    viewing,
    withdrawing,
    wrapping_up,
)
from desk.actions import Handler, Reader

HANDLERS: Mapping[str, Handler] = {
    Verb.CARD_CLOSE: viewing.close,
    Verb.CARD_SECTION: viewing.section,
    Verb.CARD_CATEGORY: viewing.category,
    Verb.CUSTOMERS_SHOW: viewing.show,
    Verb.CUSTOMERS_CREATE: new_customer.create,
    Verb.INTERACTIONS_SHOW: own_interactions.show,
    Verb.INTERACTIONS_READ: own_interactions.read,
    Verb.LINK_ADD: linking.add,
    Verb.LINK_REMOVE: linking.remove,
    Verb.LINK_SEARCH: linking.search,
    Verb.RELATED_REFRESH: linking.refresh_related,
    Verb.RELATED_EXPAND: linking.expand,
    Verb.RELATED_MORE: linking.turn,
    Verb.PUSH_RETRY: linking.retry,
    Verb.PUSH_WITHDRAW: withdrawing.withdraw,
    Verb.RECORD_NEW: creating.new,
    Verb.RECORD_FIND: creating.find,
    Verb.RECORD_CREATE: creating.create,
    Verb.RECORD_CANCEL: creating.cancel,
    Verb.WRAPUP_SAVE: wrapping_up.save,
    Verb.WRAPUP_FINISH: wrapping_up.finish,
    Verb.TAG_ADD: labels.add_tag,
    Verb.TAG_REMOVE: labels.remove_tag,
    Verb.MERGE_OPEN: merging.toggle,
    Verb.MERGE_SEARCH: merging.search,
    Verb.MERGE_PREVIEW: merging.preview,
    Verb.MERGE_CONFIRM: merging.confirm,
    Verb.MERGE_UNDO: merging.undo,
    Verb.MERGE_DISMISS: merging.dismiss,
    Verb.FIELD_TAKE: profiles.take,
    Verb.FIELD_DECLINE: profiles.decline,
    Verb.REQUEST_ADD: requests.add,
    Verb.REQUEST_SAVE: requests.save,
    Verb.REQUEST_SHOW: requests.show,
    Verb.REQUEST_PAGE: requests.page,
    Verb.REQUEST_CLOSE: requests.close,
    Verb.REQUEST_REOPEN: requests.reopen,
    Verb.REQUEST_CANCEL: requests.cancel,
    Verb.ACTIVITY_MOVE: moving.move,
    Verb.ACTIVITY_FIND: moving.find,
    Verb.JOURNEY_PAGE: journey.page,
    Verb.JOURNEY_FIND: journey.find,
    Verb.COMMENT_ADD: comments.add,
    Verb.COMMENT_CORRECT: comments.correct,
    Verb.MESSAGES_FILTER: messages.filter_by,
    Verb.MESSAGES_PAGE: messages.page,
    Verb.MESSAGE_UNFOLD: messages.unfold,
    Verb.MESSAGE_SELECT: messages.select,
    Verb.PROFILE_SHOW: profile_form.show,
    Verb.PROFILE_EDIT: profile_form.edit,
    Verb.PROFILE_SAVE: profile_form.save,
    Verb.PROFILE_CANCEL: profile_form.cancel,
    Verb.EDIT_KEEP: keeping_mine.keep,
    Verb.CONFLICT_KEEP: updating.keep,
    Verb.CONFLICT_LOAD: updating.load,
    Verb.PROFILE_LOCK: profiles.lock,
    Verb.PROFILE_UNLOCK: profiles.unlock,
    Verb.ADMIN_RETRY: administration.retry,
    Verb.ADMIN_CHECK: administration.check,
    Verb.ADMIN_PAUSE: administration.pause,
    Verb.ADMIN_RESUME: administration.resume,
    Verb.ADMIN_REPLAY: administration.replay,
    Verb.AGENTS_LINK: administration.link_agent,
    Verb.AGENTS_UNLINK: administration.unlink_agent,
    Verb.IDENTITY_BLOCK: profiles.block,
    Verb.IDENTITY_UNBLOCK: profiles.unblock,
}

READ_ONLY: Mapping[str, Reader] = {
    Verb.CARD_REFRESH: viewing.refresh,
    Verb.CUSTOMERS_OPEN: viewing.open_list,
    Verb.CUSTOMERS_RECENT: viewing.recent_list,
    Verb.CUSTOMERS_SEARCH: viewing.search_list,
    Verb.CUSTOMERS_PREVIEW: viewing.preview,
    Verb.CUSTOMERS_NEW: new_customer.form,
    Verb.INTERACTIONS_OPEN: own_interactions.open_list,
    Verb.ADMIN_SHOW: administration.show,
    Verb.ADMIN_PUSHES: administration.pushes,
    Verb.ADMIN_PREVIEW: administration.preview,
}
"""Verbs that change nothing: they wait for no writer."""


def check_table(verbs: Iterable[str] = tuple(Verb)) -> None:
    """Raises RuntimeError, and so stops the start, unless each of `verbs` has one handler and a row of rights."""
    both = HANDLERS.keys() & READ_ONLY.keys()
    handled = HANDLERS.keys() | READ_ONLY.keys()
    missing, unknown = set(verbs) - handled, handled - set(verbs)
    if both or missing or unknown:
        raise RuntimeError(
            f"without a handler: {sorted(missing)}; with two: {sorted(both)}; no verb: {sorted(unknown)}"
        )
    without, strange = set(verbs) - RIGHTS.keys(), RIGHTS.keys() - set(verbs)
    if without or strange:
        raise RuntimeError(f"without a row in cards/rights.py: {sorted(without)}; no verb: {sorted(strange)}")
