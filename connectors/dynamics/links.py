"""Addresses of records in model-driven apps: the one that we offer, and those that people copy from them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from connectors.dynamics.records import as_guid
from connectors.interface import RecordRef

_PAGE = re.compile(r"(?:/[^/]+)*/main\.aspx")
"""Some organisations and all those on premises have their name in front."""


def record_url(base: str, app_id: str, ref: RecordRef) -> str:
    """The address that opens a record, in the app where one is named."""
    app = {"appid": app_id} if app_id else {}
    query = urlencode({**app, "pagetype": "entityrecord", "etn": ref.type, "id": ref.id})
    return f"{base}/main.aspx?{query}"


def domains(url: str) -> tuple[str, ...]:
    """Where links to records of the environment lead, with the port where one is named."""
    return (urlsplit(url).netloc,)


def record_of(base: str, url: str) -> tuple[str, str] | None:
    """Type and id of the record that a link of the environment opens; None where it opens none."""
    try:
        parts = urlsplit(url)
        asked = {name.lower(): values[0] for name, values in parse_qs(parts.query, max_num_fields=50).items()}
    except ValueError:
        return None
    if parts.scheme != "https" or parts.netloc.lower() not in domains(base.lower()):
        return None
    if not _PAGE.fullmatch(parts.path) or asked.get("pagetype", "entityrecord") != "entityrecord":
        return None
    type_, record_id = asked.get("etn", ""), as_guid(asked.get("id", ""))
    return (type_.lower(), record_id) if type_ and record_id else None
