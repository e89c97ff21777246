"""SOQL and SOSL. Pure. Names of fields come from the mapping, which admits nothing but names; values are escaped."""

# ruff: noqa: S608 - see above: what is put together here is not SQL, and holds no value that is not escaped

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_soql

from connectors import phones
from connectors.mapping import RecordType, RelatedList

MAX_CANDIDATES = 50
"""Rows of one type that a phone search may bring before they are compared digit by digit."""
MERGEABLE = frozenset({"Account", "Contact", "Lead", "Case"})
_RESERVED = frozenset("?&|!{}[]()^~*:\\\"'+-")
_WORD = re.compile(r"\w+")
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_OWN: Mapping[str, tuple[str, ...]] = {"Lead": ("IsConverted", "ConvertedContactId", "ConvertedAccountId")}
_OF_PERSON_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "Account": ("IsPersonAccount", "PersonContactId"),
    "Contact": ("IsPersonAccount", "AccountId"),
}


def columns(record: RecordType, has_person_accounts: bool) -> tuple[str, ...]:
    """What is read of a type: its mapped fields, and what tells whether it is somebody else now."""
    own = _OWN.get(record.type, ())
    person = _OF_PERSON_ACCOUNTS.get(record.type, ()) if has_person_accounts else ()
    return tuple(dict.fromkeys(("Id", *record.fields, *own, *person)))


def sosl_escape(text: str) -> str:
    """`text` as data in a FIND clause."""
    return "".join("\\" + character if character in _RESERVED else character for character in text)


def find_phones(numbers: Sequence[str], types: Sequence[RecordType], has_person_accounts: bool) -> str:
    """SOSL for records with one of `numbers`, in any of the ways in which it may be stored."""
    terms = dict.fromkeys(spelling for number in numbers for spelling in _search_terms(number))
    found = " OR ".join(f'"{sosl_escape(term)}"' for term in terms)
    returning = ", ".join(
        f"{record.type}({', '.join(columns(record, has_person_accounts))} LIMIT {MAX_CANDIDATES})" for record in types
    )
    return f"FIND {{{found}}} IN PHONE FIELDS RETURNING {returning}"


def _search_terms(number: str) -> tuple[str, ...]:
    """Digits in a row for the index's own form, groups for a number that stands among other text."""
    grouped = (" ".join(re.findall(r"\d+", text)) for text in phones.spellings(number))
    return tuple(term for term in dict.fromkeys((*phones.digit_spellings(number), *grouped)) if len(term) > 1)


def by_values(record: RecordType, fields: Sequence[str], values: Sequence[str], columns_: Sequence[str]) -> str:
    """Records one of whose `fields` is one of `values`."""
    condition = " OR ".join(f"{name} IN {{0}}" for name in fields)
    text = f"SELECT {', '.join(columns_)} FROM {record.type} WHERE {condition} LIMIT {MAX_CANDIDATES}"
    return str(format_soql(text, list(values)))


def by_ids(kind: str, ids: Sequence[str], columns_: Sequence[str]) -> str:
    """Records by their ids."""
    return str(format_soql(f"SELECT {', '.join(columns_)} FROM {kind} WHERE Id IN {{}}", list(ids)))


def relations_of(tasks: Sequence[str]) -> str:
    """Who stands on these Tasks: contacts and leads."""
    text = "SELECT Id, TaskId, RelationId FROM TaskRelation WHERE IsWhat = false AND TaskId IN {}"
    return str(format_soql(text, list(tasks)))


def notes_of(activity_id: str) -> str:
    """The notes beside an activity."""
    text = (
        "SELECT ContentDocumentId, ContentDocument.Title FROM ContentDocumentLink "
        "WHERE LinkedEntityId = {} AND ContentDocument.FileType = 'SNOTE'"
    )
    return str(format_soql(text, activity_id))


def related(
    entry: RelatedList, near_type: str, record_id: str, columns_: Sequence[str], limit: int, *, skip: int = 0
) -> str:
    """One related list of a record: its parent, its children, or those behind a table between.

    In an order that leaves nothing open, so that pages neither overlap nor leave anything out.
    """
    order = f" ORDER BY {entry.order}, Id" if entry.order else " ORDER BY Id"
    offset = f" OFFSET {int(skip)}" if skip else ""
    start = f"SELECT {', '.join(columns_)} FROM {entry.type} WHERE "
    if entry.child:
        condition = f"{entry.child} = {{}}"
    elif entry.parent:
        condition = f"Id IN (SELECT {entry.parent} FROM {near_type} WHERE Id = {{}})"
    else:
        condition = f"Id IN (SELECT {entry.far} FROM {entry.through} WHERE {entry.near} = {{}})"
    return str(format_soql(f"{start}{condition}{order} LIMIT {int(limit)}{offset}", record_id))


def users(names: Sequence[str], emails: Sequence[str]) -> str:
    """Active users with one of these federation ids or e-mail addresses."""
    text = (
        "SELECT Id, Email, FederationIdentifier, UserType FROM User WHERE IsActive = true "
        "AND (FederationIdentifier IN {} OR Email IN {}) LIMIT 10"
    )
    return str(format_soql(text, list(names), list(emails)))


def user_by_id(user_id: str) -> str:
    """One user, by id."""
    return str(format_soql("SELECT Id, IsActive FROM User WHERE Id = {}", user_id))


def words(text: str) -> str:
    """An agent's text as a search: every word must be there, as the beginning of one. Empty where there is none.

    Nothing but letters and digits is left, so nothing can be an operator.
    """
    found = _WORD.findall(text.replace("_", " "))
    if sum(len(word) for word in found) < 2:
        return ""
    return " ".join(_word(word) for word in found)


def _word(word: str) -> str:
    return f'"{word}"' if word.upper() in _OPERATORS or len(word) < 2 else f"{word}*"


def text_search(
    text: str, group: str, types: Sequence[RecordType], has_person_accounts: bool, limit: int
) -> dict[str, Any]:
    """The body of a parameterizedSearch."""
    asked = [
        {"name": record.type, "fields": list(columns(record, has_person_accounts)), "limit": limit} for record in types
    ]
    return {"q": words(text), "in": group, "sobjects": asked}
