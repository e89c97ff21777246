"""What a row holds, and what a body may put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulators.dataverse.errors import TOO_LONG, UNEXPECTED, bad_request
from simulators.dataverse.odata import canonical_time
from simulators.dataverse.schema import Column, Table

Row = dict[str, Any]
"""By property name (`_x_value` for lookups); `@version`: the row version, `@<lookup>`: the table it points to."""

_TYPES: dict[str, tuple[type, ...]] = {
    "String": (str,), "Memo": (str,), "Boolean": (bool,), "Integer": (int,), "State": (int,), "Status": (int,),
    "Picklist": (int,), "Money": (int, float), "DateTime": (str,), "Uniqueidentifier": (str,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A lookup's value."""

    table: str
    id: str


def lookup_values(column: Column, link: Link | None) -> Row:
    """The two keys of a row that a lookup fills."""
    return {
        column.property_name: link.id if link else None,
        f"@{column.name}": link.table if link else None,
    }


def set_full_name(table: Table, row: Row) -> None:
    """`fullname` is composed of the other two, where the table has it."""
    if "fullname" in table.by_name and (row.get("firstname") or row.get("lastname")):
        row["fullname"] = " ".join(part for part in (row.get("firstname"), row.get("lastname")) if part)


def checked(column: Column, value: Any) -> Any:
    """`value` as the row holds it. Raises 400 for a wrong type and for text that is too long."""
    if value is None:
        return None
    wanted = _TYPES.get(column.kind, (object,))
    fits = isinstance(value, wanted) and isinstance(value, bool) == (column.kind == "Boolean")
    if not fits:
        raise bad_request(f"Cannot convert the value of '{column.name}' to the type '{column.kind}'.", UNEXPECTED)
    # The limit counts UTF-16 units, as .NET strings do.
    if column.max_length and len(value.encode("utf-16-le")) // 2 > column.max_length:
        raise bad_request(
            f"A validation error occurred. The length of the '{column.name}' attribute exceeded the maximum allowed"
            f" length of '{column.max_length}'.",
            TOO_LONG,
        )
    if column.kind == "Uniqueidentifier":
        return str(value).lower()
    return canonical_time(value) if column.kind == "DateTime" else value
