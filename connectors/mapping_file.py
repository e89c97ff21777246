"""A mapping as its administrator writes it, in TOML. What does not fit is refused by name before anything is sent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors import mapping_forms, templates
from connectors import mapping_keys as keys
from connectors.coerce import utf16_length
from connectors.mapping import (
    ADDRESSES,
    LEVELS,
    TYPES,
    ActivityMap,
    CrmMapping,
    FieldMap,
    Part,
    RecordType,
    RelatedList,
)
from connectors.mapping_keys import VendorKeys
from connectors.mapping_values import MappingError
from connectors.mapping_values import check_keys as _check_keys
from connectors.mapping_values import choices as _choices
from connectors.mapping_values import constant as _constant
from connectors.mapping_values import flag as _flag
from connectors.mapping_values import identifier as _identifier
from connectors.mapping_values import identifiers as _identifiers
from connectors.mapping_values import maximum as _maximum
from connectors.mapping_values import one_of as _one_of
from connectors.mapping_values import options as _options
from connectors.mapping_values import sources as _sources
from connectors.mapping_values import table as _table
from connectors.mapping_values import text as _text
from connectors.mapping_values import texts as _texts
from connectors.sources import FACTS

__all__ = ["MappingError", "VendorKeys", "load_mapping", "load_mapping_file"]

_ID = re.compile(r"[A-Za-z0-9-]{15,36}")
_ORDER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*( (ASC|DESC|asc|desc))?")


def load_mapping_file(path: Path, vendor: VendorKeys | None = None) -> CrmMapping:
    """The mapping in `path`. Raises `MappingError`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(str(path), f"cannot be read ({type(error).__name__}): name a readable UTF-8 file") from error
    return load_mapping(text, vendor)


def load_mapping(text: str, vendor: VendorKeys | None = None) -> CrmMapping:
    """The mapping that `text` describes. Raises `MappingError`."""
    vendor = vendor or VendorKeys()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError("mapping", f"is not TOML: {error}") from error
    _check_keys("", data, keys.FILE)
    if data.get("version", 1) != 1:
        raise MappingError("version", "is not known: write version = 1")
    records = {name: _record(name, _table(f"records.{name}", table), vendor) for name, table in _need(data, "records")}
    tables = dict(_need(data, "activities"))
    activities = {name: _activity(name, tables, vendor) for name in tables}
    _check_related(records)
    mapping_forms.check_records(records)
    if "default" not in activities:
        raise MappingError("activities.default", "is missing: it serves the channels that have none of their own")
    return CrmMapping(records, activities)


def _need(data: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    tables = _table(key, data.get(key, {}))
    if not tables:
        raise MappingError(key, "is missing: at least one is needed")
    return list(tables.items())


def _record(name: str, table: Mapping[str, Any], vendor: VendorKeys) -> RecordType:
    at = f"records.{name}"
    _identifier(at, name)
    _check_keys(at, table, {*keys.RECORD, *vendor.record})
    search = _table(f"{at}.search", table.get("search", {}))
    _check_keys(f"{at}.search", search, keys.SEARCH)
    related = table.get("related", [])
    if not isinstance(related, list):
        raise MappingError(f"{at}.related", "must be a list of tables")
    title = _identifiers(f"{at}.title", table.get("title", []))
    if not title:
        raise MappingError(f"{at}.title", "is missing: name the field, or fields, that a person knows the record by")
    return RecordType(
        type=name,
        level=_one_of(f"{at}.level", table.get("level"), LEVELS),
        title=title,
        subtitle=_identifiers(f"{at}.subtitle", table.get("subtitle", [])),
        date=_identifier(f"{at}.date", table["date"]) if "date" in table else "",
        label=_texts(f"{at}.label", table.get("label", {})),
        phone=_identifiers(f"{at}.search.phone", search.get("phone", [])),
        email=_identifiers(f"{at}.search.email", search.get("email", [])),
        name=_identifiers(f"{at}.search.name", search.get("name", [])),
        display=_display(f"{at}.display", table.get("display", {})),
        related=tuple(_related(f"{at}.related[{number}]", entry, vendor) for number, entry in enumerate(related)),
        options=_options(at, table, vendor.record),
        update=mapping_forms.update_map(f"{at}.update", table.get("update", {})),
        create=mapping_forms.create_map(f"{at}.create", table["create"]) if "create" in table else None,
    )


def _display(at: str, value: Any) -> tuple[tuple[str, str], ...]:
    return tuple((label, _identifier(f"{at}.{label}", name)) for label, name in _table(at, value).items())


def _related(at: str, value: Any, vendor: VendorKeys) -> RelatedList:
    table = _table(at, value)
    _check_keys(at, table, {*keys.RELATED, *vendor.related})
    ways = [way for way in ("parent", "child", "through") if way in table]
    if len(ways) != 1:
        raise MappingError(at, "needs exactly one of parent, child, through")
    if "through" in ways and not {"near", "far"} <= set(table):
        raise MappingError(at, "through needs near and far: the fields with this record's id and with the other's")
    named = {
        key: _identifier(f"{at}.{key}", table[key]) for key in keys.RELATED.keys() - {"type", "order"} if key in table
    }
    order = table.get("order", "")
    if not isinstance(order, str) or (order and not _ORDER.fullmatch(order)):
        raise MappingError(f"{at}.order", "must be a field, optionally followed by ASC or DESC")
    kind = _identifier(f"{at}.type", table.get("type"))
    return RelatedList(type=kind, order=order, options=_options(at, table, vendor.related), **named)


def _check_related(records: Mapping[str, RecordType]) -> None:
    for name, record in records.items():
        for number, entry in enumerate(record.related):
            if entry.type not in records:
                at = f"records.{name}.related[{number}].type"
                raise MappingError(at, f"{entry.type!r} is not a mapped record type: add [records.{entry.type}]")


def _activity(name: str, tables: Mapping[str, Any], vendor: VendorKeys) -> ActivityMap:
    at = f"activities.{name}"
    table = _inherited(name, tables, ())
    _check_keys(at, table, {*keys.ACTIVITY, *vendor.activity})
    fields = _table(f"{at}.fields", table.get("fields", {}))
    amend = _sources(f"{at}.amend", table.get("amend", []))
    key = table.get("key", "")
    return ActivityMap(
        channel=name,
        target=_identifier(f"{at}.target", table.get("target")),
        key=_identifier(f"{at}.key", key) if key else "",
        values={
            _identifier(f"{at}.values", field): _constant(f"{at}.values.{field}", value)
            for field, value in _table(f"{at}.values", table.get("values", {})).items()
        },
        fields=tuple(_field(f"{at}.fields.{field}", field, entry) for field, entry in fields.items()),
        amend=frozenset(amend),
        owner=_owner(f"{at}.owner", table.get("owner", "")),
        withdraw=_flag(f"{at}.withdraw", table.get("withdraw", False)),
        together=_one_of(f"{at}.people", table.get("people", "each"), keys.PEOPLE) == "together",
        link={
            _identifier(f"{at}.link", kind): _identifier(f"{at}.link.{kind}", field)
            for kind, field in _table(f"{at}.link", table.get("link", {})).items()
        },
        options=_options(at, table, vendor.activity),
    )


def _owner(at: str, value: Any) -> str:
    if not isinstance(value, str) or (value and not _ID.fullmatch(value)):
        raise MappingError(at, f"{value!r} is no id of a record: copy it from the CRM's address of the user")
    return value


def _inherited(name: str, tables: Mapping[str, Any], seen: tuple[str, ...]) -> dict[str, Any]:
    """The activity's own table over the one it is `like`; `false` takes an inherited value or field away."""
    at = f"activities.{name}"
    own = _table(at, tables[name])
    base_name = own.get("like")
    if base_name is None:
        return dict(own)
    if not isinstance(base_name, str) or base_name not in tables or base_name in (*seen, name):
        raise MappingError(f"{at}.like", f"{base_name!r} must name another activity of this file, in no circle")
    base = _inherited(base_name, tables, (*seen, name))
    merged = {**base, **own}
    for part in ("values", "fields", "link"):
        both = {**base.get(part, {}), **_table(f"{at}.{part}", own.get(part, {}))}
        merged[part] = {key: value for key, value in both.items() if not (part == "fields" and value is False)}
    return merged


def _field(at: str, name: str, value: Any) -> FieldMap:
    table = _table(at, {"source": value} if isinstance(value, str) else value)
    _check_keys(at, table, keys.FIELD)
    kind = _one_of(f"{at}.type", table.get("type", "text"), TYPES)
    template, parts = _template(at, table), _parts(at, table)
    if kind != "text" and len(parts) > 1:
        raise MappingError(at, f"type {kind!r} takes one source or a template, not several parts")
    choices = _choices(f"{at}.choices", table.get("choices", {}))
    if (kind == "choice") != bool(choices):
        raise MappingError(f"{at}.choices", 'belongs to type = "choice", which cannot do without')
    maximum = _maximum(f"{at}.max", table.get("max"))
    return FieldMap(
        field=_identifier(at, name),
        parts=parts,
        template=template,
        type=kind,
        max=maximum,
        link=_link(at, table, maximum),
        note=_note(at, table, maximum if kind == "text" else None),
        join=_text(f"{at}.join", table.get("join", "\n")),
        choices=choices,
        otherwise=_otherwise(f"{at}.otherwise", table, maximum if kind == "text" else None),
        optional=_flag(f"{at}.optional", table.get("optional", False)),
    )


def _template(at: str, table: Mapping[str, Any]) -> templates.Template | None:
    if len([way for way in ("source", "parts", "template") if way in table]) != 1:
        raise MappingError(at, "needs exactly one of source, parts, template")
    if "template" not in table:
        return None
    try:
        return templates.parse(_text(f"{at}.template", table["template"]))
    except templates.TemplateError as error:
        raise MappingError(f"{at}.template", f"{error}; sources are {', '.join(FACTS)}") from None


def _link(at: str, table: Mapping[str, Any], maximum: int | None) -> str:
    overflow = _one_of(f"{at}.overflow", table.get("overflow", "cut"), keys.OVERFLOWS)
    if (overflow == "link") != ("link" in table):
        raise MappingError(f"{at}.link", 'belongs to overflow = "link", which cannot do without')
    if overflow != "link":
        return ""
    if maximum is None:
        raise MappingError(f"{at}.max", 'is missing: overflow = "link" needs to know how long the field is')
    return _one_of(f"{at}.link", table["link"], ADDRESSES)


def _note(at: str, table: Mapping[str, Any], maximum: int | None) -> str:
    if table.get("overflow") != "note":
        if "note" in table:
            raise MappingError(f"{at}.note", 'belongs to overflow = "note"')
        return ""
    words = _text(f"{at}.note", table.get("note", keys.SEE_NOTE)).strip()
    if not words:
        raise MappingError(f"{at}.note", "is empty: say where the whole text is")
    if maximum is None or utf16_length(words) + 2 > maximum:
        raise MappingError(f"{at}.max", 'overflow = "note" needs a text, and its length, with room for `note`')
    return words


def _otherwise(at: str, table: Mapping[str, Any], maximum: int | None) -> str | int | bool | None:
    if "otherwise" not in table:
        return None
    value = _constant(at, table["otherwise"])
    if maximum is not None and utf16_length(str(value)) > maximum:
        raise MappingError(at, f"is longer than max = {maximum}: shorten it")
    return value


def _parts(at: str, table: Mapping[str, Any]) -> tuple[Part, ...]:
    if "template" in table:
        return ()
    given = [table["source"]] if "source" in table else table["parts"]
    if not isinstance(given, list) or not given:
        raise MappingError(f"{at}.parts", "must be a list of sources")
    return tuple(_part(f"{at}.parts[{number}]", entry) for number, entry in enumerate(given))


def _part(at: str, value: Any) -> Part:
    table = _table(at, {"source": value} if isinstance(value, str) else value)
    _check_keys(at, table, keys.PART)
    source = _one_of(f"{at}.source", table.get("source"), FACTS)
    label = _text(f"{at}.label", table.get("label", ""))
    return Part(source, label, _choices(f"{at}.choices", table.get("choices", {})))
