"""Addresses of records in Salesforce: the one that we offer, and those that people copy from it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from connectors.interface import RecordRef

_PREFIXES = {
    "001": "Account",
    "003": "Contact",
    "006": "Opportunity",
    "00Q": "Lead",
    "500": "Case",
}
"""What ids of the standard types begin with, the same in every org. Those of custom types stand in no document."""
_RECORD = r"(?P<id>[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)"
_TYPE = r"(?P<type>[A-Za-z][A-Za-z0-9_]{0,79})"
_LIGHTNING = re.compile(rf"/lightning/r/(?:{_TYPE}/)?{_RECORD}(?:/.*)?")
_OLDER = re.compile(rf"/sObject/{_RECORD}(?:/.*)?")
"""After the `#` of `/one/one.app`, in links of the first years of Lightning."""
_CLASSIC = re.compile(rf"/{_RECORD}/?")
_MY_DOMAIN = re.compile(r"\.my\.salesforce\.com$")


def record_url(base: str, lightning: str, ref: RecordRef) -> str:
    """The address that opens a record in Lightning. The form is Salesforce's usual one, not a promise of theirs."""
    scheme = urlsplit(lightning or base).scheme
    return urlunsplit((scheme, _lightning_host(base, lightning), f"/lightning/r/{ref.type}/{ref.id}/view", "", ""))


def domains(base: str, lightning: str = "") -> tuple[str, ...]:
    """Where links to records of the org lead, with the port where one is named: Lightning's domain, and the org's."""
    return tuple(dict.fromkeys((_lightning_host(base, lightning), urlsplit(base).netloc)))


def record_of(base: str, lightning: str, url: str) -> tuple[str, str] | None:
    """Type and id of the record that a link of the org opens; None where it opens none, or one of unknown type."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "https" or parts.netloc.lower() not in [one.lower() for one in domains(base, lightning)]:
        return None
    if parts.path == "/one/one.app":
        found = _OLDER.fullmatch(parts.fragment)
    else:
        found = _LIGHTNING.fullmatch(parts.path) or _CLASSIC.fullmatch(parts.path)
    if found is None:
        return None
    record_id = found["id"]
    type_ = found.groupdict().get("type") or _PREFIXES.get(record_id[:3])
    return (type_, record_id) if type_ else None


def _lightning_host(base: str, lightning: str) -> str:
    return _MY_DOMAIN.sub(".lightning.force.com", urlsplit(lightning or base).netloc)
