"""While one push finds out for all whether a CRM is back (`jobs.trials`), those that wait say why they do (P-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from connectors.errors import CrmError
from customers.ids import CardId, LegId, PushId, new_id
from customers.model import PushState
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from storage import interactions, links
from storage.engine import Database, Tx

_AT_ONCE = 50
"""Pushes in one transaction: others write too."""


def explain(database: Database, settings: DeskSettings, crm: str, error: CrmError, again_in_seconds: float) -> None:
    """Every push to `crm` that nobody has begun says what the one that was tried was told, and when the next is."""
    with database.write() as tx:
        again = tx.now + timedelta(seconds=again_in_seconds)
        links.put_off_waiting(tx, crm, error.reason, again)
        unsaid = links.not_begun(tx, crm)
    for start in range(0, len(unsaid), _AT_ONCE):
        with database.write() as tx:
            _say(tx, settings, unsaid[start : start + _AT_ONCE], error, again_in_seconds)


def _say(tx: Tx, settings: DeskSettings, push_ids: Sequence[PushId], error: CrmError, again_in_seconds: float) -> None:
    interactions.hold_all(tx, links.these(tx, push_ids).values())
    found = [push for push in links.these(tx, push_ids).values() if _waits(push["state"], push["attempts"])]
    values = {
        "state": PushState.RETRYING.value,
        "reason": error.reason,
        "detail": error.detail[:500],
        "next_attempt_at": tx.now + timedelta(seconds=again_in_seconds),
    }
    links.set_pushes(tx, [(PushId(push["id"]), values) for push in found])
    legs = {(push["card_id"], push["leg_id"]): push["correlation_id"] for push in found}
    for (card_id, leg_id), correlation_id in sorted(legs.items()):
        card_changed(Work(tx, settings, correlation_id or new_id()), CardId(card_id), [LegId(leg_id)])


def _waits(state: str, attempts: int) -> bool:
    return state == PushState.SENDING and not attempts
