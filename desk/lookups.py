"""Asking the CRMs: always by a job, so that a slow CRM never delays a card. The card says that it is being asked."""

from __future__ import annotations

from customers.ids import CardId, UserId
from desk.work import Work
from jobs.queue import enqueue
from storage import cards, groups, records


def lane(crm: str) -> str:
    """Reads of one CRM; they never wait behind its pushes."""
    return f"lookup:{crm}"


def request(work: Work, card_id: CardId) -> None:
    """Every CRM is asked for the records of the card's identities (A-16)."""
    for crm in work.settings.crm_labels:
        _ask(work, card_id, crm, "people")


def request_related(work: Work, card_id: CardId) -> None:
    """Every CRM is asked again, and for what is related to the first records (A-17, A-18); for each card by itself."""
    for member in groups.members(work.tx.connection, card_id):
        for crm in work.settings.crm_labels:
            _ask(work, member, crm, "related")


def request_children(work: Work, card_id: CardId, record: str) -> None:
    """The record's CRM is asked for what is related to it (A-20)."""
    crm = record.split(":", 1)[0]
    _ask(work, card_id, crm, "children", record=record)


def request_more(work: Work, card_id: CardId, record: str) -> None:
    """Where the record's CRM has more of what is related to it, it is asked for the next of them."""
    crm = record.split(":", 1)[0]
    found = records.goes_on(work.tx, card_id, crm, record)
    if found is not None:
        _ask(work, found[0], crm, "more", record=record, after=found[1])


def request_search(work: Work, card_id: CardId, user_id: UserId, text: str) -> None:
    """Every CRM is searched for `text` (P-07); the answers come to this user's view."""
    cards.update_view(work.tx, user_id, card_id, search_text=text, found=[])
    for crm in work.settings.crm_labels:
        _ask(work, card_id, crm, "search", user=user_id, text=text)


def _ask(work: Work, card_id: CardId, crm: str, what: str, **payload: str) -> None:
    records.set_lookup(work.tx, card_id, crm, "loading")
    who = payload.get("user") or payload.get("record") or ""
    enqueue(
        work.tx,
        lane=lane(crm),
        kind="lookup",
        payload={"card": card_id, "crm": crm, "what": what, **payload},
        key=f"{what}:{crm}:{card_id}:{who}",
        correlation_id=work.correlation_id,
    )
