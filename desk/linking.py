"""Link and Linked (A-07, A-12…A-15, C-12), search (P-07), Refresh and expand (A-17…A-20), Retry (P-09)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customers.ids import CardId, LegId, PushId
from customers.model import PushState
from customers.ports import BadAction
from customers.views import Notice
from customers.wrap_up import checked_text
from desk import creating, lookups, pushing
from desk.actions import Outcome, Refused, Request, card_of, interaction_of
from desk.changes import card_changed
from storage import audit, cards, interactions, links, records
from storage.record_views import PAGE, opened

_MOST = 10_000
"""Records below one that anybody looks through."""


def add(request: Request) -> Outcome:
    """The record is linked to the interaction; written at once where the time of the push has come."""
    leg = request.leg()
    record = _record(request, card_of(leg))
    link = links.tie(request.work.tx, interaction_of(leg), record, request.viewer.user_id)
    creating.settle(request, card_of(leg), split(request.need("record")))
    for pushed in interactions.pushed_legs(request.work.tx, interaction_of(leg)):
        pushing.start(request.work, pushed, link)
    return _done(request, leg, "linked", record["title"])


def remove(request: Request) -> Outcome:
    """The tie is taken back; before the push nothing is written, after it the CRM keeps what it has."""
    leg = request.leg()
    crm, type_, record_id = split(request.need("record"))
    rows = links.active(request.work.tx, interaction_of(leg))
    link = next((row for row in rows if (row.crm, row.type, row.record_id) == (crm, type_, record_id)), None)
    if link is None:
        return Outcome(card_of(leg), LegId(leg["id"]))
    links.untie(request.work.tx, link.id)
    stays = pushing.take_back(request.work, link)
    return _done(request, leg, "unlinked_after_push" if stays else "unlinked", link.title)


def _done(request: Request, leg: Mapping[str, Any], code: str, title: str) -> Outcome:
    work, leg_id = request.work, LegId(leg["id"])
    audit.record(work.tx, request.viewer.user_id, f"link.{code}", leg["interaction_id"], record=request.need("record"))
    card_changed(work, card_of(leg), [leg_id])
    kind = "success" if code == "linked" else "info"
    return Outcome(card_of(leg), leg_id, notice=Notice(code, kind, (("name", title),)))


def _record(request: Request, card_id: CardId) -> dict[str, str]:
    """The record as a CRM described it to this card: a button cannot bring one of its own."""
    crm, type_, record_id = split(request.need("record"))
    is_connected = crm in request.work.settings.crm_labels
    wanted = (crm, type_, record_id)
    row = records.known(request.work.tx, card_id, *wanted) or _found(request, card_id)
    row = row or creating.offered(request, card_id, wanted)
    if row is None or not is_connected:
        raise Refused(Notice("record_gone", "warning"), card_id)
    names = ("crm", "type", "record_id", "type_label", "title", "subtitle", "level")
    return {name: str(row[name]) for name in names}


def _found(request: Request, card_id: CardId) -> Mapping[str, Any] | None:
    view = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    wanted = split(request.need("record"))
    rows = view["found"] if view else ()
    return next((row for row in rows if (row["crm"], row["type"], row["record_id"]) == wanted), None)


def split(record: str) -> tuple[str, str, str]:
    """CRM, type and id of a record. Raises BadAction."""
    parts = record.split(":")
    if len(parts) != 3 or not all(parts):
        raise BadAction("record is malformed")
    return parts[0], parts[1], parts[2]


# --- records ----------------------------------------------------------------------------------------------------


def refresh_related(request: Request) -> Outcome:
    """The CRMs are asked again, now for related records too (A-17, A-18)."""
    card_id = request.card_id
    lookups.request_related(request.work, card_id)
    card_changed(request.work, card_id)
    return Outcome(card_id)


def expand(request: Request) -> Outcome:
    """The arrow beside a record: open shows what is related to it (A-20), pressed again it closes."""
    card_id, record = request.card_id, request.need("record")
    crm, _, _ = split(record)
    view = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id)
    before = list(view["expanded"]) if view else []
    expanded = [entry for entry in before if opened(entry)[0] != record]
    if expanded == before and crm in request.work.settings.crm_labels:
        expanded.append(record)
        lookups.request_children(request.work, card_id, record)
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, expanded=expanded[-50:])
    card_changed(request.work, card_id)
    return Outcome(card_id)


def turn(request: Request) -> Outcome:
    """Another page of what is related to a record; its CRM is asked where it has not been told yet."""
    card_id, record = request.card_id, request.need("record")
    crm, _, _ = split(record)
    view, start = cards.view_row(request.work.tx.connection, request.viewer.user_id, card_id), _start(request)
    if view is None or crm not in request.work.settings.crm_labels:
        return Outcome(card_id)
    expanded = [f"{record}#{start}" if opened(entry)[0] == record else entry for entry in view["expanded"]]
    cards.update_view(request.work.tx, request.viewer.user_id, card_id, expanded=expanded)
    if start + PAGE > len(records.under(request.work.tx, card_id, crm, record)):
        lookups.request_more(request.work, card_id, record)
    card_changed(request.work, card_id)
    return Outcome(card_id)


def _start(request: Request) -> int:
    text = request.need("at")
    if not text.isdigit() or int(text) > _MOST:
        raise BadAction("at is no place")
    return int(text)


def search(request: Request) -> Outcome:
    """Every CRM is searched for what the agent typed."""
    card_id = request.card_id
    text = checked_text("search", request.input("search") or request.maybe("query"))
    if len(text) < 2:
        raise Refused(Notice("invalid_input", "warning", (("field", "search"),)), card_id)
    lookups.request_search(request.work, card_id, request.viewer.user_id, text)
    card_changed(request.work, card_id)
    return Outcome(card_id)


def retry(request: Request) -> Outcome:
    """A failed push is tried again, from the start. Refused where its CRM is not connected: nobody would try it."""
    leg = request.leg()
    wanted = split(request.need("record"))
    if wanted[0] not in request.work.settings.crm_labels:
        raise Refused(Notice("crm_not_connected", "warning", (("crm", wanted[0]),)), card_of(leg))
    link = links.tied(request.work.tx, interaction_of(leg), *wanted)
    rows = links.push_rows(request.work.tx, link_id=link.id) if link else []
    if link and link.unlinked_at is not None:
        rows = [row for row in rows if row["is_withdrawal"] and row["leg_id"] == leg["id"]]
    again = retry_pushes(request, rows)
    if again:
        card_changed(request.work, card_of(leg), [LegId(leg["id"])])
    notice = Notice("retry_queued", "info") if again else None
    return Outcome(card_of(leg), LegId(leg["id"]), notice=notice)


def retry_pushes(request: Request, rows: list[Any]) -> bool:
    """Those of `rows` that have failed or wait are tried now; True where there was one."""
    tried = [row for row in rows if row["state"] in (PushState.FAILED, PushState.RETRYING)]
    for row in tried:
        pushing.try_again(request.work, PushId(row["id"]), row["crm"])
    return bool(tried)
