"""Several contacts on one Task, where the org's administrators allow it.

A Task's own Who has a relation, too, from the time when others are related to it; it stays when the Who changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.salesforce.errors import SalesforceError
from simulators.salesforce.org import Org, Record

KIND = "TaskRelation"
MOST = 50
"""Contacts on one Task."""
ENDING = {
    "Task": ((KIND, "TaskId"), ("ContentDocumentLink", "LinkedEntityId")),
    "ContentNote": (("ContentDocumentLink", "ContentDocumentId"),),
}
"""What goes with a record that is deleted: a note stays when its activity goes."""


def begin(org: Org, values: Mapping[str, Any]) -> None:
    """Raises what Salesforce answers where this relation cannot be; else the Task is ready for it."""
    task, person = values["TaskId"], values["RelationId"]
    who = str(org.any_record(task, "Task").get("WhoId") or "")
    there = _people(org, task)
    if who and who not in there:
        kind = org.metadata.sobjects[KIND]
        org.insert(kind, {"TaskId": task, "RelationId": who, "IsWhat": False})
        there.append(who)
    if person in there:
        raise SalesforceError("DUPLICATE_VALUE", "duplicate value found: <unknown> duplicates value", fields=[])
    if there and any(one.startswith("00Q") for one in (person, *there)):
        message = "A task can be related to one lead or up to 50 contacts"
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message, fields=["RelationId"])
    if len(there) >= MOST:
        raise SalesforceError("LIMIT_EXCEEDED", f"A task can be related to up to {MOST} contacts", fields=[])


def end(org: Org, kind: str, record: Record) -> None:
    """A record that is deleted takes its relations and links along."""
    for name, field in ENDING[kind]:
        for row in org.rows(org.metadata.sobjects[name]):
            if row[field] == record["Id"]:
                org.delete(row)


def _people(org: Org, task: str) -> list[str]:
    return [row["RelationId"] for row in _rows(org, task) if not row["IsWhat"]]


def _rows(org: Org, task: str) -> list[Record]:
    kind = org.metadata.sobjects[KIND]
    return [row for row in org.rows(kind) if row["TaskId"] == task]
