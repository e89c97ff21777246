"""Calls of the Web API: headers, answers, errors. No retries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from connectors.dynamics.auth import DynamicsAuth
from connectors.dynamics.batch import Part, Request, answers_of, composed
from connectors.dynamics.errors import error_of
from connectors.dynamics.settings import DynamicsSettings
from connectors.errors import CrmError, CrmProtocolError
from connectors.http import Answer, HttpClient

_HEADERS = {"Accept": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0"}
ANNOTATIONS = (
    'odata.include-annotations="OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname"'
)
MOST_PAGES = 20
NO_CONTENT = 204
"""What a lookup is answered with that points nowhere."""


class WebApi:
    """One environment's Web API, signed in."""

    def __init__(self, settings: DynamicsSettings, auth: DynamicsAuth) -> None:
        self.crm = settings.name
        self._url = settings.api_url
        self._auth = auth
        self._http = HttpClient(settings.name, settings.http)

    def read(self, operation: str, path: str, options: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON that `GET path` is answered with. Raises `CrmError`."""
        return self._read(operation, self._address(path, options), {})

    def rows(
        self, operation: str, path: str, options: Mapping[str, str], *, most: int, page: int = 100
    ) -> Iterator[dict[str, Any]]:
        """Up to `most` rows of a query, page by page. Raises `CrmError`."""
        address: str | None = self._address(path, options)
        for _ in range(MOST_PAGES):
            if address is None:
                return
            answer = self._read(operation, address, {"Prefer": f"odata.maxpagesize={min(page, most)}"})
            rows = answer.get("value", [])
            yield from rows[:most]
            most -= len(rows)
            address = answer.get("@odata.nextLink") if most > 0 else None
            self._check_own(operation, address)

    def write(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a write, whatever its status. Raises `CrmError` where there is none."""
        return self._http.request(
            operation,
            method,
            self._address(path, None),
            headers={**_HEADERS, "Content-Type": "application/json; charset=utf-8", **(headers or {})},
            json_body=body,
            tokens=self._auth.tokens,
        )

    def read_many(
        self, operation: str, reads: Sequence[tuple[str, Mapping[str, str]]], *, page: int = 0
    ) -> list[dict[str, Any] | CrmError]:
        """`read` of each path with its options, in one call; of sets, `page` rows where it is given."""
        prefer = f"{ANNOTATIONS},odata.maxpagesize={page}" if page else ANNOTATIONS
        headers = {**_HEADERS, "If-None-Match": "null", "Prefer": prefer}
        parts = [Request("GET", self._address(path, options), headers) for path, options in reads]
        found: list[dict[str, Any] | CrmError] = []
        for answer in self.batch(operation, parts):
            body = {} if answer.status == NO_CONTENT else answer.json() if answer.is_ok else None
            unreadable = CrmProtocolError(self.crm, operation, status=answer.status, code="not_json")
            found.append(
                body if isinstance(body, dict) else unreadable if answer.is_ok else self.error(operation, answer)
            )
        return found

    def request_for(
        self, method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Request:
        """A write as a part of a batch."""
        return Request(method, self._address(path, None), {**_HEADERS, **(headers or {})}, body)

    def batch(self, operation: str, parts: Sequence[Part], headers: Mapping[str, str] | None = None) -> list[Answer]:
        """The answer to each part, whatever its status; where the whole was refused, that of each."""
        content_type, body = composed(parts)
        sent = {**_HEADERS, **(headers or {}), "Content-Type": content_type, "Prefer": "odata.continue-on-error"}
        address = self._address("$batch", None)
        answer = self._http.request(operation, "POST", address, headers=sent, data=body, tokens=self._auth.tokens)
        found = answers_of(answer, len(parts))
        if found is not None:
            return found
        if answer.is_ok:
            raise CrmProtocolError(self.crm, operation, status=answer.status, code="no_batch_answers")
        return [answer] * len(parts)

    def remove(self, operation: str, path: str) -> Answer:
        """The answer to a deletion, whatever its status. Raises `CrmError` where there is none."""
        address = self._address(path, None)
        return self._http.request(operation, "DELETE", address, headers=_HEADERS, tokens=self._auth.tokens)

    def error(self, operation: str, answer: Answer) -> CrmError:
        """What a refusal means."""
        return error_of(self.crm, operation, answer)

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        self._http.close()
        self._auth.close()

    def _address(self, path: str, options: Mapping[str, str] | None) -> str:
        # A plus that is not encoded would be read as a space.
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in (options or {}).items())
        return self._url + path + (f"?{query}" if query else "")

    def _read(self, operation: str, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
        prefer = ",".join(filter(None, [ANNOTATIONS, headers.get("Prefer", "")]))
        # `If-None-Match: null` keeps caches on the way from answering 304.
        sent = {**_HEADERS, "If-None-Match": "null", "Prefer": prefer}
        answer = self._http.request(operation, "GET", address, headers=sent, tokens=self._auth.tokens)
        if not answer.is_ok:
            raise self.error(operation, answer)
        body = answer.json()
        if not isinstance(body, dict):
            raise CrmProtocolError(self.crm, operation, status=answer.status, code="not_json")
        return body

    def below(self, operation: str, address: str) -> str:
        """A link of the environment's own, without what all of them begin with."""
        self._check_own(operation, address)
        return address.removeprefix(self._url)

    def _check_own(self, operation: str, address: str | None) -> None:
        """The token goes to no other host than the environment's."""
        if address is not None and not address.startswith(self._url):
            raise CrmProtocolError(self.crm, operation, code="foreign_next_link")
