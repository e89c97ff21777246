"""The path of a Web API request: `phonecalls(guid)/regardingobjectid_contact_phonecall/$ref`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.dataverse.errors import DataverseError, bad_request
from simulators.dataverse.odata import tokens
from simulators.dataverse.schema import Table

_SEGMENT = re.compile(r"^(?P<set>[A-Za-z_]\w*)(?:\((?P<key>.*?)\))?(?:/(?P<rest>.+))?$", re.DOTALL)
_GUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
API = re.compile(r"^.*/api/data/v\d+\.\d+/")


@dataclass(frozen=True, slots=True)
class Target:
    """Which rows a path names."""

    table: Table
    row_id: str | None = None
    key: Mapping[str, Any] = field(default_factory=dict)
    """An alternate key, where the path has one in place of the row's id."""
    rest: str = ""

    @property
    def is_set(self) -> bool:
        """True when the path names the whole table."""
        return self.row_id is None and not self.key


def parse_target(path: str, sets: Mapping[str, Table]) -> Target:
    """The rows that `path` (behind /api/data/v9.2/) names. Raises 404 for an unknown set, 400 for a bad key."""
    match = _SEGMENT.match(path)
    if match is None or match["set"] not in sets:
        raise DataverseError(404, "0x8006088a", f"Resource not found for the segment '{path.partition('(')[0]}'.")
    table = sets[match["set"]]
    rest = match["rest"] or ""
    if match["key"] is None:
        return Target(table, rest=rest)
    if _GUID.match(match["key"]):
        return Target(table, row_id=match["key"].lower(), rest=rest)
    return Target(table, key=_alternate_key(match["key"]), rest=rest)


def parse_bind(value: object, sets: Mapping[str, Table]) -> tuple[Table, str]:
    """The table and row of an `@odata.bind`: a set (never a table) name, absolute or relative. Raises 400."""
    text = value if isinstance(value, str) else ""
    text = API.sub("", text).lstrip("/")
    match = _SEGMENT.match(text)
    if match is None or match["set"] not in sets or not _GUID.match(match["key"] or ""):
        raise bad_request(f"Resource not found for the segment '{text}'.")
    return sets[match["set"]], match["key"].lower()


def _alternate_key(text: str) -> dict[str, Any]:
    words = tokens(text.replace("=", " "))
    names, values = words[0::3], words[1::3]
    if len(words) % 3 != 2 or any(name.kind != "name" for name in names):
        raise bad_request("Bad Request - Error in query syntax.")
    return {
        name.text: value.text[1:-1].replace("''", "'") if value.kind == "string" else value.text
        for name, value in zip(names, values, strict=True)
    }
