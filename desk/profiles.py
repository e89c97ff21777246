"""The customer's profile: what is offered from a card that it was one with, and the lock (C-07, P-01)."""

from __future__ import annotations

from customers.ids import CardId, IdentityId, LegId
from customers.merging import OFFERED
from customers.ports import BadAction
from customers.profile_form import KINDS, TAGS
from customers.views import Notice
from customers.wrap_up import unique_tags
from desk import updating
from desk.actions import Outcome, Refused, Request
from desk.changes import card_changed
from storage import added, audit, groups, labels, profile_edits, profile_forms


def take(request: Request) -> Outcome:
    """The field holds what was written on the other card while the two were one."""
    card_id, field, origin = _offer(request)
    found = profile_edits.offered(request.work.tx, card_id, field, origin)
    if found is None:
        return _done(request, card_id, None)
    _refuse_locked(request, card_id)
    if not request.viewer.switches.may_write(field):
        raise Refused(Notice("profile_read_only", "warning"), card_id)
    before = profile_forms.profile_view(request.work.tx.connection, card_id)
    _take_over(request, card_id, field, found.value)
    updating.note(request.work, card_id, before, request.viewer.user_id)
    profile_edits.settle(request.work.tx, card_id, field, origin)
    return _done(request, card_id, Notice("field_taken", "success"))


def _take_over(request: Request, card_id: CardId, field: str, value: str) -> None:
    """Of what there are several of, each is added that is not there yet."""
    tx, user = request.work.tx, request.viewer.user_id
    view = profile_forms.profile_view(tx.connection, card_id)
    kind = next((one for one in KINDS if one.value == field), None)
    if field == TAGS:
        labels.replace(tx, card_id, unique_tags([*view.tags, *value.split(added.SEPARATOR)]), user)
    elif kind is None:
        profile_edits.edit(tx, card_id, field, value, user)
    else:
        known = {one.value for one in view.of_kind(kind)}
        for label, point in (line.split(" ", 1) for line in value.split(added.SEPARATOR)):
            if point not in known:
                profile_forms.add_contact(tx, card_id, kind, point, label=label, user=user)


def decline(request: Request) -> Outcome:
    """The field stays as it is, and nothing is offered any more."""
    card_id, field, origin = _offer(request)
    profile_edits.settle(request.work.tx, card_id, field, origin)
    return _done(request, card_id, None)


def lock(request: Request) -> Outcome:
    """Nobody edits or merges the profile until it is unlocked (C-07)."""
    return _set_lock(request, is_locked=True)


def unlock(request: Request) -> Outcome:
    """The profile can be edited and merged again."""
    return _set_lock(request, is_locked=False)


def block(request: Request) -> Outcome:
    """Cards with the identity open under a red banner, and its messages are folded away (C-07)."""
    return _set_blocked(request, is_blocked=True)


def unblock(request: Request) -> Outcome:
    """The identity is one as others are again."""
    return _set_blocked(request, is_blocked=False)


def _set_blocked(request: Request, *, is_blocked: bool) -> Outcome:
    card_id, identity = request.card_id, IdentityId(request.need("identity"))
    user = request.viewer.user_id if is_blocked else None
    if not groups.set_blocked(request.work.tx, card_id, identity, user):
        raise Refused(Notice("identity_gone", "warning"), card_id)
    return _done(request, card_id, Notice("identity_blocked" if is_blocked else "identity_unblocked", "success"))


def _set_lock(request: Request, *, is_locked: bool) -> Outcome:
    card_id = request.card_id
    groups.set_lock(request.work.tx, card_id, request.viewer.user_id if is_locked else None)
    return _done(request, card_id, Notice("profile_locked" if is_locked else "profile_unlocked", "success"))


def _offer(request: Request) -> tuple[CardId, str, CardId]:
    field = request.need("field")
    if field not in OFFERED and field not in {one.name for one in request.work.settings.customer_fields}:
        raise BadAction("field is unknown")
    return request.card_id, field, CardId(request.need("origin"))


def _refuse_locked(request: Request, card_id: CardId) -> None:
    if groups.has_locked_profile(request.work.tx.connection, [card_id]):
        raise Refused(Notice("merge_locked", "warning"), card_id)


def _done(request: Request, card_id: CardId, notice: Notice | None) -> Outcome:
    audit.record(request.work.tx, request.viewer.user_id, request.action.verb, card_id)
    card_changed(request.work, card_id)
    leg = request.maybe("leg")
    return Outcome(card_id, LegId(leg) if leg else None, notice=notice)
