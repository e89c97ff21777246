"""A row as the Web API gives it becomes a record as an agent reads it. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from connectors import phones
from connectors.dynamics.schema import MERGEABLE
from connectors.interface import CrmRecord, PersonKeys, RecordRef
from connectors.mapping import RecordType

FORMATTED = "@OData.Community.Display.V1.FormattedValue"
LOOKUP = "@Microsoft.Dynamics.CRM.lookuplogicalname"
QUALIFIED = 1
RANKS = ("phone", "email", "name", "text", "")
Row = Mapping[str, Any]


def columns(record: RecordType, primary_id: str) -> str:
    """`$select` for everything that a record of this type needs."""
    names = [primary_id, "statecode", *record.fields]
    if record.type in MERGEABLE:
        names += ["merged", "_masterid_value"]
    if record.type == "lead":
        names += ["_parentcontactid_value", "_parentaccountid_value"]
    return ",".join(dict.fromkeys(names))


def successor(record_type: str, row: Row) -> tuple[str, str] | None:
    """(type, id) of the row that stands for this one now: what it was merged into, whom a lead became."""
    if row.get("merged") and row.get("_masterid_value"):
        return record_type, row["_masterid_value"]
    if record_type == "lead" and row.get("statecode") == QUALIFIED:
        if row.get("_parentcontactid_value"):
            return "contact", row["_parentcontactid_value"]
        if row.get("_parentaccountid_value"):
            return "account", row["_parentaccountid_value"]
    return None


def is_active(row: Row) -> bool:
    """True for a row in use; a table without states has no other."""
    return not row.get("statecode")


def match_of(record: RecordType, row: Row, keys: PersonKeys) -> str | None:
    """By which of `keys` the row was rightly found; None where the CRM's answer was wider than the question."""
    stored = [str(row[name]) for name in record.phone if row.get(name)]
    if any(phones.is_same(text, wanted) for text in stored for wanted in keys.phones):
        return "phone"
    if _holds(row, record.email, keys.emails):
        return "email"
    return "name" if _holds(row, record.name, keys.names) else None


def _holds(row: Row, fields: Iterable[str], wanted: Iterable[str]) -> bool:
    values = {str(row.get(name) or "").strip().casefold() for name in fields} - {""}
    return any(text.strip().casefold() in values for text in wanted)


def shown(row: Row, name: str) -> str:
    """A field as people read it: a label, a name, a number with its separators."""
    value = row.get(name + FORMATTED)
    if value is None:
        value = row.get(name)
    return "" if value is None else str(value).strip()


def draw(record: RecordType, ref: RecordRef, row: Row, *, url: str, match: str, language: str) -> CrmRecord:
    """The record of a row."""
    labelled = ((label, shown(row, name)) for label, name in record.display)
    title = " ".join(filter(None, (shown(row, name) for name in record.title)))
    return CrmRecord(
        ref=ref,
        title=title or ref.id,
        subtitle=" · ".join(filter(None, (shown(row, name) for name in record.subtitle))),
        level=record.level,
        type_label=record.label.get(language) or record.label.get("en") or record.type.capitalize(),
        url=url,
        match=match,
        has_children=bool(record.related),
        fields={label: value for label, value in labelled if value},
        dated=str(row.get(record.date) or "") if record.date else "",
    )


def ranked(records: Iterable[CrmRecord], limit: int) -> list[CrmRecord]:
    """Each record once, under its best match; phone matches first, else in the order given."""
    best: dict[RecordRef, CrmRecord] = {}
    for record in records:
        known = best.get(record.ref)
        if known is None or RANKS.index(record.match) < RANKS.index(known.match):
            best[record.ref] = record
    return sorted(best.values(), key=lambda record: RANKS.index(record.match))[: max(0, limit)]


def as_guid(text: str) -> str | None:
    """`text` as Dataverse writes ids; None where it is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def lookup(name: str) -> str:
    """The property of a lookup column: the mapping may name either."""
    return name if name.startswith("_") else f"_{name}_value"
