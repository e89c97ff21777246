"""Salesforce's rows become records that agents see: found by a person's keys or by text, read, and followed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors import phones
from connectors.errors import CrmRecordNotFound, CrmSchemaDrift
from connectors.interface import CrmRecord, PersonKeys, RecordRef, RelatedPage
from connectors.mapping import CrmMapping, RecordType, RelatedList
from connectors.related import ListPage, Place, gathered
from connectors.salesforce import queries
from connectors.salesforce.rest import Rest, Row

_ID = re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/.+-]{4,}")
MIN_DIGITS = 3
"""Of a number that is worth a search."""
MAX_OFFSET = 2000
MAX_MERGES = 5
"""Steps of a chain of merges that are followed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found, its type and what it was found by."""

    kind: str
    row: Row
    match: str = ""


class Records:
    """Reads one org. Safe for many threads."""

    def __init__(self, rest: Rest, mapping: CrmMapping, url_of: Callable[[RecordRef], str], language: str) -> None:
        self._rest = rest
        self._mapping = mapping
        self._url_of = url_of
        self._language = language
        self._lock = threading.Lock()
        self._person_accounts: bool | None = None

    def find_people(self, keys: PersonKeys, limit: int) -> Sequence[CrmRecord]:
        """Phone matches, then e-mail, then name."""
        people = [*self._mapping.level("person"), *self._mapping.level("company")]
        hits = self._by_phone(keys.phones, [record for record in people if record.phone])
        hits += self._by_value(keys, [record for record in people if record.email or record.phone], bool(hits))
        named = [record for record in people if record.name]
        for name in keys.names if named else ():
            hits += self._by_text(name, "NAME", named, limit, "name")
        return self._shown(hits, limit)

    def search(self, text: str, limit: int, wanted: Sequence[str] = ()) -> Sequence[CrmRecord]:
        """Records that hold every word of `text`, or the phone number that it is."""
        mapped = (one for one in self._mapping.records.values() if one.type in wanted or not wanted)
        types = [record for record in mapped if record.phone or record.email or record.name]
        hits = self._by_text(text, "ALL", types, limit, "text")
        if _PHONE.fullmatch(text.strip()):
            numbered = [record for record in types if record.phone]
            hits += [replace(hit, match="text") for hit in self._by_phone([text.strip()], numbered)]
        return [one for one in self._shown(hits, limit) if one.ref.type in wanted or not wanted]

    def get(self, ref: RecordRef) -> CrmRecord:
        """The record, or what it was merged or converted into."""
        record = self._type("get_record", ref.type)
        if not _ID.fullmatch(ref.id):
            raise CrmRecordNotFound(self._rest.crm, "get_record", code="not_an_id")
        hits = self._read(record, [ref.id], "") or self._read(record, [self.master_of(ref)], "")
        shown = self._shown(hits, 1)
        if not shown:
            raise CrmRecordNotFound(self._rest.crm, "get_record")
        return shown[0]

    def those(self, refs: Sequence[RecordRef]) -> Sequence[CrmRecord]:
        """The records, in their order; of types that are not mapped, and of those that cannot be seen, none."""
        found = self._fetched({(ref.type, ref.id) for ref in refs if _ID.fullmatch(ref.id)})
        return self._shown([found[ref.id[:15]] for ref in refs if ref.id[:15] in found], len(refs))

    def related(self, ref: RecordRef, size: int, after: str) -> RelatedPage:
        """The related lists of the mapping, in its order, each record once; in one call."""
        lists, place = self._type("related", ref.type).related, Place.read(after)
        if not _ID.fullmatch(ref.id) or place is None:
            raise CrmRecordNotFound(self._rest.crm, "related", code="not_an_id")

        def pages(wanted: Sequence[tuple[int, str]]) -> list[ListPage]:
            asked = [self._list(ref, lists[number], size, link) for number, link in wanted]
            found = self._rest.queries("related", asked) if asked else []
            return [_list_page(rows, size, link) for rows, (_, link) in zip(found, wanted, strict=True)]

        first = [(number, place.link if number == place.list else "") for number in range(place.list, len(lists))]
        known = dict(zip(range(place.list, len(lists)), pages(first), strict=True))
        rows, following = gathered(len(lists), place, size, known, lambda number, link: pages([(number, link)])[0])
        hits = [Hit(lists[number].type, dict(row)) for number, row in rows]
        records = [one for one in self._shown(hits, len(hits)) if one.ref.id[:15] != ref.id[:15]]
        return RelatedPage(records, str(following) if following else "")

    def _list(self, ref: RecordRef, entry: RelatedList, size: int, link: str) -> str:
        columns = self._columns(self._mapping.records[entry.type])
        return queries.related(entry, ref.type, ref.id, columns, size + 1, skip=int(link or 0))

    def master_of(self, ref: RecordRef) -> str:
        """The id of the record that `ref` was merged into. Raises `CrmRecordNotFound` where it was not."""
        current = ref.id
        for _ in range(MAX_MERGES if ref.type in queries.MERGEABLE else 0):
            text = queries.by_ids(ref.type, [current], ("Id", "IsDeleted", "MasterRecordId"))
            rows = self._rest.queries("merged", [text], with_deleted=True)[0]
            if not rows:
                break
            if not rows[0].get("IsDeleted"):
                return str(rows[0]["Id"])
            current = str(rows[0].get("MasterRecordId") or "")
            if not current:
                break
        raise CrmRecordNotFound(self._rest.crm, "merged")

    def contact_of_lead(self, lead_id: str) -> str:
        """The contact that a lead was converted into. Raises `CrmRecordNotFound` where there is none."""
        text = queries.by_ids("Lead", [lead_id], ("Id", "ConvertedContactId"))
        rows = self._rest.queries("converted", [text])[0]
        contact = rows[0].get("ConvertedContactId") if rows else None
        if not contact:
            raise CrmRecordNotFound(self._rest.crm, "converted")
        return str(contact)

    def contact_of_account(self, account_id: str) -> str:
        """The contact behind a person account; empty for a company."""
        return self.contacts_of_accounts([account_id]).get(account_id, "")

    def contacts_of_accounts(self, account_ids: Iterable[str]) -> dict[str, str]:
        """By id of the account, in one call: the contact behind each that is a person."""
        wanted = {account_id[:15]: account_id for account_id in account_ids}
        if not wanted or not self.has_person_accounts():
            return {}
        text = queries.by_ids("Account", sorted(wanted.values()), ("Id", "IsPersonAccount", "PersonContactId"))
        rows = self._rest.queries("person_account", [text])[0]
        return {
            wanted[row["Id"][:15]]: str(row["PersonContactId"])
            for row in rows
            if row.get("IsPersonAccount") and row.get("PersonContactId") and row["Id"][:15] in wanted
        }

    def has_person_accounts(self) -> bool:
        """True where the org has them switched on; asked once."""
        if self._person_accounts is None:
            with self._lock:
                if self._person_accounts is None:
                    self._person_accounts = self._ask_person_accounts()
        return self._person_accounts

    def _ask_person_accounts(self) -> bool:
        try:
            self._rest.queries("person_accounts", ["SELECT IsPersonAccount FROM Account LIMIT 1"])
        except CrmSchemaDrift:
            return False
        return True

    def _type(self, operation: str, name: str) -> RecordType:
        record = self._mapping.records.get(name)
        if record is None:
            raise CrmSchemaDrift(self._rest.crm, operation, code="type_not_mapped", detail=name)
        return record

    def _columns(self, record: RecordType) -> tuple[str, ...]:
        return queries.columns(record, self.has_person_accounts())

    def _read(self, record: RecordType, ids: Sequence[str], match: str) -> list[Hit]:
        rows = self._rest.queries("get_record", [queries.by_ids(record.type, ids, self._columns(record))])[0]
        return [Hit(record.type, row, match) for row in rows]

    def _by_phone(self, numbers: Sequence[str], types: Sequence[RecordType]) -> list[Hit]:
        numbers = [number for number in numbers if len(phones.digits(number)) >= MIN_DIGITS]
        if not numbers or not types:
            return []
        sosl = queries.find_phones(numbers, types, self.has_person_accounts())
        hits = [Hit(_kind(row), row, "phone") for row in self._rest.search("find_people", sosl)]
        return [hit for hit in hits if self._has_number(hit, numbers)]

    def _has_number(self, hit: Hit, numbers: Sequence[str]) -> bool:
        record = self._mapping.records.get(hit.kind)
        stored = [_value(hit.row, name) for name in record.phone] if record else []
        return any(phones.is_same(text, number) for text in stored if text for number in numbers)

    def _by_value(self, keys: PersonKeys, types: Sequence[RecordType], phone_is_found: bool) -> list[Hit]:
        """E-mail addresses, and numbers that the search index has not taken up yet, stored in a common form."""
        asked: list[tuple[str, str, str]] = []
        spellings = [] if phone_is_found else [text for number in keys.phones for text in phones.spellings(number)]
        for values, match in ((spellings, "phone"), (list(keys.emails), "email")):
            for record in types if values else ():
                fields = record.phone if match == "phone" else record.email
                if fields:
                    query = queries.by_values(record, fields, values, self._columns(record))
                    asked.append((record.type, match, query))
        found = self._rest.queries("find_people", [query for _, _, query in asked])
        return [Hit(kind, row, match) for (kind, match, _), rows in zip(asked, found, strict=True) for row in rows]

    def _by_text(self, text: str, group: str, types: Sequence[RecordType], limit: int, match: str) -> list[Hit]:
        body = queries.text_search(text, group, types, self.has_person_accounts(), limit)
        if not body["q"]:
            return []
        return [Hit(_kind(row), row, match) for row in self._rest.search_text("search", body)]

    def _shown(self, hits: Sequence[Hit], limit: int) -> list[CrmRecord]:
        seen: dict[str, CrmRecord] = {}
        for hit in self._resolved(hits):
            record = self._mapping.records.get(hit.kind)
            if record is not None and hit.row.get("Id"):
                shown = self._record(record, hit)
                seen.setdefault(shown.ref.id[:15], shown)
        return list(seen.values())[:limit]

    def _resolved(self, hits: Sequence[Hit]) -> Iterator[Hit]:
        """Converted leads as their contacts, shadows of person accounts as those accounts, in the same order."""
        moved = [(hit, *_really(hit)) for hit in hits]
        known = {hit.row["Id"][:15]: hit for hit, _, _ in moved}
        known |= self._fetched({(kind, id_) for hit, kind, id_ in moved if id_ and id_[:15] not in known})
        again = {(kind, id_) for hit in known.values() for kind, id_ in [_really(hit)] if id_ and id_[:15] not in known}
        known |= self._fetched(again)  # a lead may have become the contact behind a person account
        for hit, _, _ in moved:
            current: Hit | None = hit
            for _ in range(2):
                target = _really(current)[1] if current else ""
                current = known.get(target[:15]) if target else current
            if current is not None:
                yield replace(current, match=hit.match)

    def _fetched(self, wanted: Iterable[tuple[str, str]]) -> dict[str, Hit]:
        found: dict[str, Hit] = {}
        for kind in sorted({kind for kind, _ in wanted}):
            record = self._mapping.records.get(kind)
            ids = sorted(id_ for other, id_ in wanted if other == kind)
            for hit in self._read(record, ids, "") if record else []:
                found[hit.row["Id"][:15]] = hit
        return found

    def _record(self, record: RecordType, hit: Hit) -> CrmRecord:
        ref = RecordRef(self._rest.crm, record.type, str(hit.row["Id"]))
        title = " ".join(filter(None, (_value(hit.row, name) for name in record.title)))
        is_person = bool(hit.row.get("IsPersonAccount"))
        return CrmRecord(
            ref=ref,
            title=title or ref.id,
            subtitle=" · ".join(filter(None, (_value(hit.row, name) for name in record.subtitle))),
            level="person" if is_person else record.level,
            type_label=record.label.get(self._language) or record.label.get("en") or record.type,
            url=self._url_of(ref),
            match=hit.match,
            has_children=bool(record.related),
            fields={label: text for label, name in record.display if (text := _value(hit.row, name))},
            dated=_value(hit.row, record.date) if record.date else "",
        )


def _list_page(rows: Sequence[Row], size: int, link: str) -> ListPage:
    """One row more was asked for than a page has; Salesforce follows no list beyond `MAX_OFFSET`."""
    following = int(link or 0) + size
    return ListPage(rows[:size], str(following) if len(rows) > size and following <= MAX_OFFSET else "")


def _really(hit: Hit) -> tuple[str, str]:
    """Type and id of the record that this one has become; empty where it is itself."""
    if hit.kind == "Lead" and hit.row.get("IsConverted"):
        return "Contact", str(hit.row.get("ConvertedContactId") or "")
    if hit.kind == "Contact" and hit.row.get("IsPersonAccount"):
        return "Account", str(hit.row.get("AccountId") or "")
    return "", ""


def _kind(row: Row) -> str:
    attributes = row.get("attributes")
    return str(attributes.get("type", "")) if isinstance(attributes, dict) else ""


def _value(row: Row, path: str) -> str:
    value: Any = row
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
