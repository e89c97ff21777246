"""A mapping written for its administrator: the product's own one, cut to what the CRM has, with comments. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from connectors.mapping_text_forms import create_lines
from connectors.mapping_toml import Column, comment, toml, toml_key

__all__ = ["Column", "Crm", "comment", "toml", "write"]

_LISTED = 40
"""Fields that a comment names at most."""


class Crm(Protocol):
    """What is asked of a CRM."""

    @property
    def head(self) -> Sequence[str]:
        """Comments at the beginning."""
        ...

    def columns(self, kind: str) -> Mapping[str, Column] | None:
        """The fields of a type that can be seen; None where there is no such type."""
        ...

    def is_visible(self, kind: str, field: str) -> bool:
        """True where a mapping may name this field of the type."""
        ...

    def more_search(self, kind: str) -> Mapping[str, Sequence[str]]:
        """Further fields of the type with numbers and addresses: `phone`, `email`."""
        ...

    def more_related(self, kind: str) -> Sequence[Mapping[str, str]]:
        """Related lists of the CRM's own types."""
        ...

    def more_records(self) -> Mapping[str, Mapping[str, Any]]:
        """The CRM's own types, as tables of a mapping."""
        ...

    def key_of(self, target: str, usual: str) -> str:
        """The field that can hold our key; `usual` where there is none yet."""
        ...


def write(crm: Crm, usual: Mapping[str, Any]) -> str:
    """The mapping `usual` (as it is read from TOML) for this CRM."""
    lines = [*(f"# {line}" for line in crm.head), "version = 1", ""]
    records = {**usual["records"], **crm.more_records()}
    present = [kind for kind in records if crm.columns(kind) is not None]
    for kind, table in records.items():
        lines += _record(crm, kind, table, present)
    for channel, table in usual["activities"].items():
        lines += _activity(crm, channel, table, usual["activities"])
    return "\n".join(lines).rstrip() + "\n"


def _record(crm: Crm, kind: str, table: Mapping[str, Any], present: Sequence[str]) -> Iterator[str]:
    columns = crm.columns(kind)
    if columns is None:
        yield from (f"# {kind}: the integration user sees no such type; it is left out.", "")
        return
    dropped: list[str] = []

    def kept(names: Sequence[str]) -> list[str]:
        dropped.extend(name for name in names if not crm.is_visible(kind, name))
        return [name for name in names if crm.is_visible(kind, name)]

    search = {what: kept(names) for what, names in table.get("search", {}).items()}
    for what, names in crm.more_search(kind).items():
        search[what] = list(dict.fromkeys([*search.get(what, []), *names]))
    shown = {
        "level": table["level"],
        "label": table.get("label", {}),
        "title": kept(table["title"]) or table["title"],
        "subtitle": kept(table.get("subtitle", [])),
        "date": next(iter(kept([table["date"]] if "date" in table else [])), ""),
        "search": {what: names for what, names in search.items() if names},
        "display": {label: name for label, name in table.get("display", {}).items() if kept([name])},
    }
    own = {key: value for key, value in table.items() if key not in (*shown, "related", "create", "update")}
    yield f"[records.{kind}]"
    yield from (f"{toml_key(key)} = {toml(value)}" for key, value in {**shown, **own}.items() if value)
    yield from _related(crm, kind, table, present)
    if dropped:
        yield from comment(f"Left out, not visible to the integration user: {', '.join(dict.fromkeys(dropped))}")
    used = {name.removeprefix("_").removesuffix("_value") for name in _names(shown)} | _names(shown)
    yield from _others("There is also", [column for name, column in columns.items() if name not in used])
    yield from create_lines(crm, kind, table, columns)
    yield ""


def _related(crm: Crm, kind: str, table: Mapping[str, Any], present: Sequence[str]) -> Iterator[str]:
    lists = [entry for entry in table.get("related", []) if _can_be_followed(crm, kind, entry, present)]
    lists += [entry for entry in crm.more_related(kind) if entry not in lists]
    if lists:
        yield "related = ["
        yield from (f"    {toml(entry)}," for entry in lists)
        yield "]"


def _can_be_followed(crm: Crm, kind: str, entry: Mapping[str, str], present: Sequence[str]) -> bool:
    if entry["type"] not in present:
        return False
    if "through" in entry:
        return all(crm.is_visible(entry["through"], entry[way]) for way in ("near", "far"))
    parent, child = entry.get("parent"), entry.get("child")
    return crm.is_visible(kind, parent) if parent else crm.is_visible(entry["type"], str(child))


def _names(shown: Mapping[str, Any]) -> set[str]:
    searched = [name for names in shown["search"].values() for name in names]
    return {*shown["title"], *shown["subtitle"], shown["date"], *searched, *shown["display"].values()}


def _others(words: str, columns: Sequence[Column]) -> Iterator[str]:
    more = f" and {len(columns) - _LISTED} more" if len(columns) > _LISTED else ""
    if columns:
        yield from comment(f"{words}: {', '.join(str(column) for column in columns[:_LISTED])}{more}")


# --- activities -----------------------------------------------------------------------------------------------------


def _activity(crm: Crm, channel: str, table: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterator[str]:
    target = str(_inherited("target", table, tables))
    columns = crm.columns(target) or {}
    at = f"activities.{channel}"
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if "key" in plain:
        plain["key"] = crm.key_of(target, plain["key"])
    yield f"[{at}]"
    yield from (f"{key} = {toml(value)}" for key, value in plain.items())
    missing = [column for column in columns.values() if column.is_required and column.is_writable]
    mapped = _mapped(table, tables)
    yield from _others("Required, and to be given a value", [one for one in missing if one.name not in mapped])
    yield from _others("There is also", [one for one in columns.values() if one.is_writable and one.name not in mapped])
    yield ""
    if "values" in table:
        yield f"[{at}.values]"
        yield from (_line(name, value, columns) for name, value in table["values"].items())
        yield ""
    if "like" in table and target != _inherited("target", tables[table["like"]], tables):
        yield from _differing(at, _fields(table, tables, own=False), table.get("fields", {}), columns)
    for name, entry in table.get("fields", {}).items():
        yield from _field(at, name, entry, columns)


def _inherited(key: str, table: Mapping[str, Any], tables: Mapping[str, Any]) -> Any:
    return table[key] if key in table else _inherited(key, tables[table["like"]], tables)


def _mapped(table: Mapping[str, Any], tables: Mapping[str, Any]) -> set[str]:
    own = {*table.get("values", {}), *table.get("fields", {})}
    return own | (_mapped(tables[table["like"]], tables) if "like" in table else set())


def _fields(table: Mapping[str, Any], tables: Mapping[str, Any], *, own: bool = True) -> dict[str, Any]:
    base = _fields(tables[table["like"]], tables) if "like" in table else {}
    return {**base, **(table.get("fields", {}) if own else {})}


def _differing(
    at: str, inherited: Mapping[str, Any], own: Mapping[str, Any], columns: Mapping[str, Column]
) -> Iterator[str]:
    """Inherited fields that another type has not, or of another length."""
    others = {name: entry for name, entry in inherited.items() if name not in own}
    gone = [name for name in others if name not in columns or not columns[name].is_writable]
    if gone:
        yield from (f"[{at}.fields]", *(f"{name} = false" for name in gone), "")
    for name, entry in others.items():
        if name not in gone and "max" in entry:
            yield from _field(at, name, entry, columns)


def _line(name: str, value: Any, columns: Mapping[str, Column]) -> str:
    line = f"{name} = {toml(value)}"
    column = columns.get(name)
    if column is None or not column.is_writable:
        return f"# {line}    (the integration user may not write it)"
    return line if not column.values or str(value) in column.values else f"# {line}    ({column})"


def _field(at: str, name: str, entry: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[str]:
    column = columns.get(name)
    if column is None or not column.is_writable:
        yield from (f"# {at}.fields.{name}: left out, because the integration user may not write it", "")
        return
    table = dict(entry)
    if table.get("type", "text") == "text" and column.length:
        table["max"] = column.length
    yield f"[{at}.fields.{name}]"
    for key, value in table.items():
        if key == "parts":
            yield "parts = ["
            yield from (f"    {toml(part)}," for part in value)
            yield "]"
        else:
            yield f"{key} = {toml(value)}"
    if column.values:
        yield f"# {column}"
    yield ""
