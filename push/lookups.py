"""Asking a CRM for records, in a thread of that CRM's own pool, and showing what it says."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.errors import (
    CrmAuthFailed,
    CrmError,
    CrmRateLimited,
    CrmRecordNotFound,
    CrmSchemaDrift,
    CrmUnavailable,
)
from connectors.http import correlated
from connectors.interface import CrmConnector, CrmRecord, PersonKeys, RecordRef
from customers.identities import Identity, phone_hint
from customers.ids import CardId, UserId
from customers.model import IdentityKind
from desk.changes import card_changed
from desk.work import DeskSettings, Work
from jobs.errors import Later
from jobs.queue import Leased, settle_or_raise
from push.fitness import Fitness
from storage import cards, groups, records
from storage.engine import Database, Tx
from storage.tables import cards as card_table
from storage.tables import customers, identities, interactions

_log = structlog.get_logger()
_PEOPLE = 10
_COMPANIES_OF = 3
"""Of how many people found the company is fetched too."""
_EMPTY_PAGES = 5
"""Pages one after the other without a record that agents see: of leads, say, that have all become one contact."""
_RETRIES = 3
_RETRY_SECONDS = 15.0

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a CRM said: by the parent that it was asked about ("" person, "*" all of the first ones)."""

    by_parent: Mapping[str, Rows]
    found: Rows | None = None
    is_more: bool = False
    """It stands behind what was told before, not in its place."""


@dataclass(frozen=True, slots=True)
class LookupWorker:
    """Handles jobs of the lanes `lookup:<crm>`."""

    database: Database
    connectors: Mapping[str, CrmConnector]
    settings: DeskSettings
    fitness: Fitness | None = None
    """Told of fields that the CRM does not know."""

    def handle(self, leased: Leased) -> None:
        """Afterwards the card shows the CRM's answer, or why there is none."""
        connector = self.connectors.get(leased.payload["crm"])
        if connector is None:
            return
        ask = _QUESTIONS[leased.payload["what"]]
        try:
            with correlated(leased.correlation_id):
                answer = ask(self, connector, leased.payload)
        except CrmError as error:
            if self.fitness is not None and isinstance(error, CrmSchemaDrift):
                self.fitness.fits(connector.name, since=time.monotonic())
            self._failed(leased, error)
        else:
            self._answered(leased, answer)

    def give_up(self, tx: Tx, leased: Leased, _reason: str) -> None:
        """The job is dead: the card says that there is no answer, and is not left looking for ever."""
        card_id = CardId(leased.payload["card"])
        if groups.hold(tx, card_id) is None:
            return
        records.set_lookup(tx, card_id, leased.payload["crm"], "failed", "unknown")
        card_changed(Work(tx, self.settings, leased.correlation_id), card_id)

    # --- questions ----------------------------------------------------------------------------------------------

    def _people(self, connector: CrmConnector, payload: Mapping[str, str]) -> _Answer:
        keys, hints = self._keys(CardId(payload["card"]), connector)
        found = [*_hinted(connector, hints), *connector.find_people(keys, limit=_PEOPLE)]
        companies = itertools.chain.from_iterable(_companies(connector, one) for one in found[:_COMPANIES_OF])
        return _Answer({"": _rows([*found, *companies])})

    def _related(self, connector: CrmConnector, payload: Mapping[str, str]) -> _Answer:
        answer = self._people(connector, payload)
        first = [RecordRef(connector.name, row["type"], row["record_id"]) for row in answer.by_parent[""]]
        related = itertools.chain.from_iterable(connector.related(ref) for ref in first[:_COMPANIES_OF])
        known = {(ref.type, ref.id) for ref in first}
        rows = [row for row in _rows(related) if (row["type"], row["record_id"]) not in known]
        return _Answer({**answer.by_parent, "*": rows})

    def _children(self, connector: CrmConnector, payload: Mapping[str, str]) -> _Answer:
        return _Answer({payload["record"]: _page(connector, payload["record"], "")})

    def _more(self, connector: CrmConnector, payload: Mapping[str, str]) -> _Answer:
        return _Answer({payload["record"]: _page(connector, payload["record"], payload["after"])}, is_more=True)

    def _search(self, connector: CrmConnector, payload: Mapping[str, str]) -> _Answer:
        found = _rows(connector.search(payload["text"]))
        return _Answer({}, [row | {"crm": connector.name} for row in found])

    def _keys(self, card_id: CardId, connector: CrmConnector) -> tuple[PersonKeys, list[RecordRef]]:
        with self.database.read() as connection:
            rows = connection.execute(
                sa.select(identities.c.kind, identities.c.key, identities.c.value, identities.c.provider).where(
                    identities.c.card_id == card_id
                )
            ).all()
            name = connection.execute(
                sa.select(customers.c.name).join(card_table).where(card_table.c.id == card_id)
            ).scalar()
            newest = sa.select(interactions.c.hints).where(interactions.c.card_id == card_id)
            hints = connection.execute(newest.order_by(interactions.c.created_at.desc()).limit(1)).scalar() or []
        known = [Identity(IdentityKind(kind), key, value, provider) for kind, key, value, provider in rows]
        phones = list(dict.fromkeys(number for one in known if (number := phone_hint(one))))
        emails = [one.value for one in known if one.kind is IdentityKind.EMAIL]
        # A name alone finds strangers: it is only asked for where nothing better is known.
        names = [name] if name and not phones and not emails else []
        return PersonKeys(phones, emails, names), _refs(connector, hints)

    # --- answers ------------------------------------------------------------------------------------------------

    def _answered(self, leased: Leased, answer: _Answer) -> None:
        card_id, crm = CardId(leased.payload["card"]), leased.payload["crm"]
        with self.database.write() as tx:
            root_id = groups.hold(tx, card_id)
            if root_id is None:
                settle_or_raise(tx, leased)
                return
            for parent, rows in answer.by_parent.items():
                tell = records.append if answer.is_more else records.replace
                tell(tx, card_id, crm, parent, rows)
            if answer.found is not None:
                user_id = UserId(leased.payload["user"])
                view = cards.view_row(tx.connection, user_id, root_id)
                others = [row for row in view["found"] if row["crm"] != crm] if view else []
                cards.update_view(tx, user_id, root_id, found=[*others, *answer.found])
            records.set_lookup(tx, card_id, crm, "ready")
            card_changed(Work(tx, self.settings, leased.correlation_id), card_id)
            settle_or_raise(tx, leased)

    def _failed(self, leased: Leased, error: CrmError) -> None:
        card_id, crm = CardId(leased.payload["card"]), leased.payload["crm"]
        passes = isinstance(error, CrmUnavailable | CrmRateLimited | CrmAuthFailed)
        with self.database.write() as tx:
            if groups.hold(tx, card_id) is None:
                settle_or_raise(tx, leased)
                return
            records.set_lookup(tx, card_id, crm, "failed", error.reason)
            card_changed(Work(tx, self.settings, leased.correlation_id), card_id)
            if not passes or leased.attempts >= _RETRIES:
                settle_or_raise(tx, leased)
        _log.warning("lookup.failed", crm=crm, what=leased.payload["what"], error=str(error))
        if passes and leased.attempts < _RETRIES:
            raise Later(delay_seconds=error.retry_after or _RETRY_SECONDS, reason=str(error))


_Question = Callable[[LookupWorker, CrmConnector, Mapping[str, str]], _Answer]
_QUESTIONS: Mapping[str, _Question] = {
    "people": LookupWorker._people,  # noqa: SLF001
    "related": LookupWorker._related,  # noqa: SLF001
    "children": LookupWorker._children,  # noqa: SLF001
    "more": LookupWorker._more,  # noqa: SLF001
    "search": LookupWorker._search,  # noqa: SLF001
}


def _page(connector: CrmConnector, record: str, after: str) -> Rows:
    """Some of what is related to a record; at the last one it stands where the CRM goes on."""
    for _ in range(_EMPTY_PAGES):
        page = connector.related_page(RecordRef.parse(record), after=after)
        after = page.after
        if page.records or not after:
            break
    rows = [row | {"more": ""} for row in _rows(page.records)]
    if rows:
        rows[-1]["more"] = after
    return rows


def _refs(connector: CrmConnector, hints: Sequence[Mapping[str, str]]) -> list[RecordRef]:
    """Records that the contact centre named, of this connector's vendor."""
    return [
        RecordRef(connector.name, hint["type"], hint["id"])
        for hint in hints
        if hint.get("system") == connector.kind and hint.get("type")
    ]


def _hinted(connector: CrmConnector, refs: Iterable[RecordRef]) -> list[CrmRecord]:
    found = []
    for ref in refs:
        try:
            found.append(replace(connector.get_record(ref), match="hint"))
        except CrmRecordNotFound:
            _log.info("lookup.hint_unknown", crm=connector.name, type=ref.type)
    return found


def _companies(connector: CrmConnector, record: CrmRecord) -> list[CrmRecord]:
    """The company behind a person: an agent links it as often as the person."""
    if record.level != "person":
        return []
    return [one for one in connector.related(record.ref) if one.level == "company"]


def _rows(found: Iterable[CrmRecord]) -> Rows:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for record in found:
        rows.setdefault((record.ref.type, record.ref.id), described(record))
    return list(rows.values())


def described(record: CrmRecord) -> dict[str, Any]:
    """The record as a card keeps it."""
    return {
        "type": record.ref.type,
        "record_id": record.ref.id,
        "level": record.level,
        "type_label": record.type_label,
        "title": record.title,
        "subtitle": record.subtitle,
        "url": record.url,
        "match": record.match,
        "has_children": record.has_children,
        "dated": record.dated,
    }
