"""How `mapping init` writes what agents may create: the product's own form, cut to what the CRM has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from connectors.mapping_toml import Column, comment, toml

Lines = Iterator[str]


class Keys(Protocol):
    """What is asked of a CRM."""

    def key_of(self, target: str, usual: str) -> str:
        """The field that can hold our key; `usual` where there is none yet."""
        ...


def create_lines(crm: Keys, kind: str, table: Mapping[str, Any], columns: Mapping[str, Column]) -> Lines:
    """The table `create` of a type; as a comment where the CRM has no field for our key."""
    wanted = table.get("create")
    if wanted is None:
        return
    fields = wanted["fields"]
    kept = {name: entry for name, entry in fields.items() if name in columns and columns[name].is_writable}
    dropped = [name for name in fields if name not in kept]
    missing = [one for name, one in columns.items() if one.is_required and one.is_writable and name not in kept]
    key = crm.key_of(kind, wanted["key"]) if "key" in wanted else ""
    lines = [*_table(kind, key, kept)]
    yield ""
    if key and key not in columns:
        yield from comment(f"To let agents create one, add {key}: Text(64), External ID, Unique. Then:")
        yield from (f"# {line}".rstrip() for line in lines)
    else:
        yield from lines
    if dropped:
        yield from comment(f"Left out, the integration user may not write it: {', '.join(dropped)}")
    if missing:
        yield from comment(f"Required, and to be added to the form: {', '.join(map(str, missing))}")


def _table(kind: str, key: str, fields: Mapping[str, Any]) -> Sequence[str]:
    head = [f"[records.{kind}.create]", f"key = {toml(key)}", ""] if key else []
    return [*head, f"[records.{kind}.create.fields]", *(f"{name} = {toml(one)}" for name, one in fields.items())]
