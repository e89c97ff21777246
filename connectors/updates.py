"""What of a profile is written back into a record, and what stands there already. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from connectors import coerce, phones
from connectors.coerce import Fact, Value
from connectors.interface import FieldChange
from connectors.mapped import value_of
from connectors.mapping import FieldMap, first_source


def touched(entries: Sequence[FieldMap], sources: Collection[str]) -> list[FieldMap]:
    """The fields that come from one of `sources`."""
    return [entry for entry in entries if first_source(entry) in sources]


def changes(
    entries: Sequence[FieldMap],
    stored: Mapping[str, object],
    facts: Mapping[str, Fact],
    before: Mapping[str, Fact],
) -> tuple[FieldChange, ...]:
    """The fields whose value in the record is not what `facts` say. `before`: what the profile said until then."""
    found = []
    for entry in entries:
        mine, theirs = value_of(entry, facts), stored.get(entry.field)
        if not _is_same(entry, mine, theirs):
            source = first_source(entry)
            is_known = _is_same(entry, value_of(entry, before), theirs)
            found.append(
                FieldChange(
                    entry.field, source, _text(theirs), _told(entry, theirs), mine, is_known or theirs in (None, "")
                )
            )
    return tuple(found)


def _told(entry: FieldMap, theirs: object) -> str:
    """The CRM's value in the profile's words."""
    text = _text(theirs)
    if entry.type == "date":
        return text[:10]
    if entry.type == "choice":
        return next((word for word, value in entry.choices.items() if _text(value) == text), "")
    return text


def _is_same(entry: FieldMap, one: Value, other: object) -> bool:
    left, right = _text(one), _text(other)
    if left == right:
        return True
    if "phone" in first_source(entry) and left and right:
        return phones.is_same(right, left)
    return entry.type == "date" and left[:10] == right[:10] != ""


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return coerce.as_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
