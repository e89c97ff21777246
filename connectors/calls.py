"""One call of a CRM as it goes over the line. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

if TYPE_CHECKING:
    from connectors.http import Answer

USER_AGENT = "customer-card"
MOST_HOPS = 5
_ALWAYS = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", "Accept": "*/*"}
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Call:
    """Ready to be sent, as often as it must be."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None

    @classmethod
    def of(
        cls,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        *,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
        data: Mapping[str, str] | bytes | None = None,
    ) -> Call:
        """The call; `data` is a form, or bytes whose type the headers say."""
        sent, body = dict(_ALWAYS), data if isinstance(data, bytes) else None
        if json_body is not None:
            body, sent["Content-Type"] = json.dumps(json_body).encode(), "application/json"
        elif data is not None and not isinstance(data, bytes):
            body, sent["Content-Type"] = urlencode(data).encode(), "application/x-www-form-urlencoded"
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params)
        return cls(method, url, sent | dict(headers or {}), body)


def redirected(method: str, url: str, answer: Answer) -> str | None:
    """Where a read is sent on to on the host that was asked; None where it is not, or would be elsewhere."""
    if answer.status not in _REDIRECTS or method not in ("GET", "HEAD"):
        return None
    target = urljoin(url, answer.headers.get("Location", ""))
    asked, told = urlsplit(url), urlsplit(target)
    return target if (told.scheme, told.netloc) == (asked.scheme, asked.netloc) and target != url else None
