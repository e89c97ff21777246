"""A mapping as its administrator writes it, in TOML. What does not fit is refused by name before anything is sent."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from connectors import mapping_keys as keys
from connectors import templates
from connectors.coerce import utf16_length
from connectors.interface import FACTS
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

__all__ = ["MappingError", "VendorKeys", "load_mapping", "load_mapping_file"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_ID = re.compile(r"[A-Za-z0-9-]{15,36}")
_ORDER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*( (ASC|DESC|asc|desc))?")


class MappingError(Exception):
    """The mapping cannot be used. The message names the key and says what to do."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        self.problem = problem
        super().__init__(f"{key}: {problem}")


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
        label=_texts(f"{at}.label", table.get("label", {})),
        phone=_identifiers(f"{at}.search.phone", search.get("phone", [])),
        email=_identifiers(f"{at}.search.email", search.get("email", [])),
        name=_identifiers(f"{at}.search.name", search.get("name", [])),
        display=_display(f"{at}.display", table.get("display", {})),
        related=tuple(_related(f"{at}.related[{number}]", entry, vendor) for number, entry in enumerate(related)),
        options=_options(at, table, vendor.record),
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
    if overflow == "cut":
        return ""
    if maximum is None:
        raise MappingError(f"{at}.max", 'is missing: overflow = "link" needs to know how long the field is')
    return _one_of(f"{at}.link", table["link"], ADDRESSES)


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


def _check_keys(at: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for key in table:
        if key not in known:
            raise MappingError(f"{at}.{key}".lstrip("."), f"is not a known key{_hint(key, known)}")


def _hint(word: object, known: Collection[str]) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else f": known are {', '.join(sorted(known))}"


def _one_of(at: str, value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise MappingError(at, f"{value!r} is not known{_hint(value, known)}")
    return value


def _sources(at: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MappingError(at, "must be a list of sources")
    return tuple(_one_of(at, entry, FACTS) for entry in value)


def _identifier(at: str, value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise MappingError(at, f"{value!r} is not a name of a field or table: letters, digits, _ and at most one dot")
    return value


def _identifiers(at: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MappingError(at, "must be a list of fields")
    return tuple(_identifier(at, entry) for entry in value)


def _table(at: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MappingError(at, "must be a table")
    return value


def _text(at: str, value: Any) -> str:
    if not isinstance(value, str):
        raise MappingError(at, "must be a text")
    return value


def _texts(at: str, value: Any) -> dict[str, str]:
    return {key: _text(f"{at}.{key}", entry) for key, entry in _table(at, value).items()}


def _options(at: str, table: Mapping[str, Any], names: Collection[str]) -> dict[str, str]:
    return {name: _text(f"{at}.{name}", table[name]) for name in names if name in table}


def _constant(at: str, value: Any) -> str | int | bool:
    if not isinstance(value, str | int | bool):
        raise MappingError(at, "must be a text, a whole number, true or false")
    return value


def _choices(at: str, value: Any) -> dict[str, str | int | bool]:
    return {key: _constant(f"{at}.{key}", entry) for key, entry in _table(at, value).items()}


def _flag(at: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MappingError(at, "must be true or false")
    return value


def _maximum(at: str, value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise MappingError(at, "must be a whole number above 0")
    return value
