"""Edits of a profile are written back into the CRM's record where the mapping says so; never over others' words unseen.

Into which record: of a type that the mapping writes back, the one that is linked on the card. Where two of a type are
linked, nobody can say whose profile it is, and none is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from customers.fields import checked as own_checked
from customers.ids import CardId
from customers.model import IdentityKind
from customers.profile_facts import CONTACTS, DETAILS, OWN, TAGS, facts_of_profile
from customers.profile_form import ProfileView, checked, checked_contact, split_tags
from customers.views import Notice
from customers.wrap_up import InvalidInput
from customers.writing_back import UpdateState
from desk.actions import Outcome, Refused, Request
from desk.changes import card_changed, list_changed
from desk.requests import shown
from desk.work import Work
from jobs.queue import enqueue
from storage import audit, cards, groups, labels, profile_forms, record_updates


def lane(crm: str) -> str:
    """Edits of one CRM's records wait behind nothing else."""
    return f"update:{crm}"


def note(work: Work, card_id: CardId, before: ProfileView, user: str) -> None:
    """What has been edited since `before` is on its way into the linked records whose mapping follows it."""
    updatable = work.settings.updatable
    if not updatable:
        return
    was, now = facts_of_profile(before), facts_of_profile(profile_forms.profile_view(work.tx.connection, card_id))
    was = dict.fromkeys(now, "") | was
    edited = {name for name in now if now[name] != was[name]}
    linked = record_updates.linked_records(work.tx, card_id) if edited else []
    several = Counter((row["crm"], row["type"]) for row in linked)
    for row in linked:
        sources = edited & updatable.get(row["crm"], {}).get(row["type"], frozenset())
        if sources and several[row["crm"], row["type"]] == 1:
            before_, after = {name: was[name] for name in sources}, {name: now[name] for name in sources}
            noted = record_updates.note(work.tx, card_id, row, before=before_, after=after, user=user)
            _send(work, row["crm"], noted)


def keep(request: Request) -> Outcome:
    """The CRM is to have the profile's words in place of those that the agent has seen; or they are tried again."""
    card_id, row = _standing(request)
    accepted = {one["field"]: one["theirs"] for one in row["differences"]}
    news = {"accepted": {**row["accepted"], **accepted}, "differences": [], "reason": "", "detail": "", "attempts": 0}
    record_updates.change(request.work.tx, row["id"], state=UpdateState.SENDING.value, **news)
    _send(request.work, row["crm"], row["id"])
    return _told(request, card_id, row)


def try_again(work: Work, update_id: str) -> bool:
    """An edit that failed or waits is written back now; False where it does neither any more."""
    row = record_updates.hold(work.tx, update_id)
    if row is None or row["state"] not in (UpdateState.FAILED, UpdateState.RETRYING):
        return False
    news = {"reason": "", "detail": "", "attempts": 0}
    record_updates.change(work.tx, update_id, state=UpdateState.SENDING.value, **news)
    _send(work, row["crm"], update_id)
    card_changed(work, CardId(row["root_id"]))
    return True


def load(request: Request) -> Outcome:
    """The profile has the CRM's words. Refused while the profile is locked."""
    card_id, row = _standing(request)
    if groups.has_locked_profile(request.work.tx.connection, [card_id]):
        raise Refused(Notice("profile_is_locked", "warning"), card_id)
    view = profile_forms.profile_view(request.work.tx.connection, card_id)
    for one in row["differences"]:
        _take(request, card_id, view, one["source"], one["told"])
    record_updates.change(request.work.tx, row["id"], state=UpdateState.DROPPED.value, differences=[])
    for user_id in cards.viewers(request.work.tx, [card_id]):
        list_changed(request.work, user_id)
    return _told(request, card_id, row)


def _take(request: Request, card_id: CardId, view: ProfileView, source: str, text: str) -> None:
    tx, user = request.work.tx, request.viewer.user_id
    if source in DETAILS:
        detail = DETAILS[source]
        profile_forms.write(tx, card_id, {detail: checked(detail, text, tx.now.date())}, user)
        return
    if source == TAGS:
        labels.replace(tx, card_id, split_tags(text), user)
        return
    if source.startswith(OWN):
        _take_own(request, card_id, view, source.removeprefix(OWN), text)
        return
    kind, label = CONTACTS[source]
    value = checked_contact(kind, text, request.viewer.country)
    known = next((one for one in view.of_kind(kind) if one.label == label), None)
    if known is None and value:
        profile_forms.add_contact(tx, card_id, IdentityKind(kind), value, label=label, user=user)
    elif known is not None:
        if value:
            profile_forms.change_contact(tx, known, user, value=value, label=known.label)
        else:
            profile_forms.remove_contact(tx, card_id, known, user)


def _take_own(request: Request, card_id: CardId, view: ProfileView, name: str, text: str) -> None:
    """Into a field of the company's own. Raises Refused where it does not take what the CRM says."""
    field = next((one for one in request.work.settings.customer_fields if one.name == name), None)
    if field is None:
        return
    try:
        value = own_checked(field, text)
    except InvalidInput:
        values = (("fields", field.label(request.viewer.language)),)
        raise Refused(Notice("fields_unfit", "warning", values), card_id) from None
    profile_forms.write(request.work.tx, card_id, {name: value}, request.viewer.user_id)


def _standing(request: Request) -> tuple[CardId, Mapping[str, Any]]:
    card_id = request.card_id
    groups.lock(request.work.tx, [card_id])
    row = record_updates.hold(request.work.tx, request.need("update"))
    if row is None or row["root_id"] != card_id or row["state"] not in (UpdateState.CONFLICT, UpdateState.FAILED):
        raise Refused(Notice("changed_elsewhere", "warning"), card_id)
    return card_id, row


def _told(request: Request, card_id: CardId, row: Mapping[str, Any]) -> Outcome:
    audit.record(request.work.tx, request.viewer.user_id, request.action.verb, card_id, update=row["id"])
    card_changed(request.work, card_id)
    return shown(request, card_id)


def _send(work: Work, crm: str, update_id: str) -> None:
    payload = {"update": update_id, "crm": crm}
    key = f"update:{update_id}"
    enqueue(work.tx, lane=lane(crm), kind="update", payload=payload, key=key, correlation_id=work.correlation_id)
