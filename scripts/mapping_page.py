"""docs/mapping.md: what a CRM administrator may write, from the tables that the reader itself uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from connectors import dynamics, mapping_keys, templates
from connectors.sources import FACT_WORDS, RECORD_FACT_WORDS

PROSE = Path(__file__).with_name("mapping_page.md")
_VENDOR = dynamics.VENDOR_KEYS
_TABLES: Mapping[str, object] = {
    "file": mapping_keys.FILE,
    "record": mapping_keys.RECORD,
    "search": mapping_keys.SEARCH,
    "related": mapping_keys.RELATED,
    "update": mapping_keys.UPDATE_FIELD,
    "create": mapping_keys.CREATE,
    "create.field": mapping_keys.CREATE_FIELD,
    "activity": mapping_keys.ACTIVITY,
    "field": mapping_keys.FIELD,
    "part": mapping_keys.PART,
    "sources": FACT_WORDS,
    "record.sources": {name: text for name, text in RECORD_FACT_WORDS.items() if name not in FACT_WORDS},
    "dynamics.record": _VENDOR.record,
    "dynamics.related": _VENDOR.related,
    "dynamics.activity": _VENDOR.activity,
}


def mapping_page() -> str:
    """The prose of mapping_page.md with every table in its place. Raises KeyError for a place without a table."""
    return re.sub(r"<!-- ([a-z.]+) -->", lambda place: _shown(place[1]), PROSE.read_text("utf-8"))


def _shown(name: str) -> str:
    if name == "filters":
        return ", ".join(f"`{one}`" for one in templates.FILTERS)
    words = _TABLES[name]
    assert isinstance(words, Mapping)
    rows = [f"| `{key}` | {text} |" for key, text in words.items()]
    return "\n".join(["| | |", "|---|---|", *rows])
