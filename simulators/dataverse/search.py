"""`searchquery`: Dataverse search, whose answer is JSON in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from simulators.dataverse.errors import UNEXPECTED, bad_request
from simulators.dataverse.store import Store

_DEFAULT = ("account", "contact", "lead")


def search(store: Store, body: Mapping[str, Any]) -> dict[str, Any]:
    """Rows that have each word of `search` somewhere in a text column. Raises 400 for a term too short or too long."""
    term = str(body.get("search", ""))
    words = [word.casefold() for word in re.sub(r"\\(.)", r"\1", term).split()]
    if not 3 <= len(term) <= 100:
        raise bad_request("Search term must be between 3 and 100 characters long.", UNEXPECTED)
    entities = json.loads(body["entities"]) if isinstance(body.get("entities"), str) else []
    names = [entity["name"] for entity in entities] or list(_DEFAULT)
    found = []
    for name in names:
        table = store.tables[name]
        for row in store.rows(table):
            text = " ".join(value for value in row.values() if isinstance(value, str)).casefold()
            if all(word in text for word in words):
                found.append({"Id": row[table.primary_id], "EntityName": name, "Attributes": _attributes(row)})
    top = int(body.get("top", 50))
    return {"response": json.dumps({"Error": None, "Value": found[:top], "Count": len(found)})}


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and not name.startswith("@")}
