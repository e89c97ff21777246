"""One Salesforce org over REST: signed-in calls, refusals as errors, queries with their pages."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from connectors.errors import CrmProtocolError, CrmRateLimited
from connectors.http import Answer, HttpClient, HttpOptions, TokenCache
from connectors.salesforce.auth import SalesforceAuth, fetch_token
from connectors.salesforce.errors import Refusal, error_from, error_of, refusal_of

Row = dict[str, Any]
BATCH = 25
"""Queries in one call."""
COLLECTION = 200
"""Records in one call."""
RESERVE_PERCENT = 5
"""Of the daily calls, kept for writing activities."""
_PROBE_SECONDS = 60.0
_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")


class Rest:
    """Safe for many threads."""

    def __init__(self, crm: str, url: str, auth: SalesforceAuth, version: str, options: HttpOptions | None) -> None:
        self.crm = crm
        self.url = url.rstrip("/")
        self.base = f"/services/data/v{version}"
        self.version = version
        self.http = HttpClient(crm, options)
        self.tokens = TokenCache(crm, lambda: fetch_token(self.http, self.url, auth))
        self._used_percent = 0.0
        self._next_probe = 0.0

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a call below the version, or, where `path` begins with `/`, below the host. Any status."""
        url = self.url + (path if path.startswith("/") else f"{self.base}/{path}")
        sent = {"Accept": "application/json", **(headers or {})}
        answer = self.http.request(
            operation, method, url, headers=sent, params=params, json_body=json_body, tokens=self.tokens
        )
        self._note_usage(answer)
        return answer

    def get(self, operation: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The body of a good answer. Raises the error of a bad one."""
        return self.body_of(operation, self.call(operation, "GET", path, params=params))

    def body_of(self, operation: str, answer: Answer) -> Any:
        """The JSON of `answer`. Raises its error where it is one."""
        if not answer.is_ok:
            raise error_of(self.crm, operation, answer)
        body = answer.json()
        if body is None:
            raise CrmProtocolError(self.crm, operation, status=answer.status, code="not_json")
        return body

    def create_many(self, operation: str, records: Sequence[tuple[str, Row]]) -> list[str | Refusal]:
        """The id of each new record, or why there is none; in one call for up to 200. None hangs on others."""
        found: list[str | Refusal] = []
        for start in range(0, len(records), COLLECTION):
            some = records[start : start + COLLECTION]
            rows = [{"attributes": {"type": kind}, **values} for kind, values in some]
            answer = self.call(operation, "POST", "composite/sobjects", json_body={"allOrNone": False, "records": rows})
            parts = self.body_of(operation, answer)
            if not isinstance(parts, list) or len(parts) != len(some):
                raise CrmProtocolError(self.crm, operation, code="no_collection_results")
            found += [str(part["id"]) if part.get("success") else refusal_of(part.get("errors")) for part in parts]
        return found

    def search(self, operation: str, sosl: str) -> list[Row]:
        """The records that a SOSL search finds."""
        return self._found(operation, self.get(operation, "search", {"q": sosl}))

    def search_text(self, operation: str, body: Mapping[str, Any]) -> list[Row]:
        """The records that a parameterizedSearch finds."""
        answer = self.call(operation, "POST", "parameterizedSearch", json_body=body)
        return self._found(operation, self.body_of(operation, answer))

    def _found(self, operation: str, body: Any) -> list[Row]:
        rows = body.get("searchRecords") if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise CrmProtocolError(self.crm, operation, code="no_search_records")
        return rows

    def queries(self, operation: str, soql: Sequence[str], *, with_deleted: bool = False) -> list[list[Row]]:
        """The rows of each query, in as few calls as Salesforce allows.

        The queries travel in the body, so that no phone number stands in the log of a proxy.
        """
        found: list[list[Row]] = []
        resource = "queryAll" if with_deleted else "query"
        for start in range(0, len(soql), BATCH):
            urls = [f"v{self.version}/{resource}?q={quote(text, safe='')}" for text in soql[start : start + BATCH]]
            body = {"batchRequests": [{"method": "GET", "url": url} for url in urls]}
            answer = self.body_of(operation, self.call(operation, "POST", "composite/batch", json_body=body))
            found += [list(self._rows(operation, part)) for part in self._parts(operation, answer, len(urls))]
        return found

    def _parts(self, operation: str, body: Any, count: int) -> Iterator[Any]:
        parts = body.get("results") if isinstance(body, dict) else None
        if not isinstance(parts, list) or len(parts) != count:
            raise CrmProtocolError(self.crm, operation, code="no_batch_results")
        for part in parts:
            status = int(part.get("statusCode", 500))
            if status >= 300:
                raise error_from(self.crm, operation, status, refusal_of(part.get("result")))
            yield part.get("result")

    def _rows(self, operation: str, page: Any) -> Iterator[Row]:
        while True:
            if not isinstance(page, dict) or not isinstance(page.get("records"), list):
                raise CrmProtocolError(self.crm, operation, code="no_records")
            yield from page["records"]
            following = page.get("nextRecordsUrl")
            if page.get("done", True) or not isinstance(following, str) or not following.startswith("/services/data/"):
                return
            page = self.get(operation, following)

    def spare_calls(self, operation: str) -> None:
        """Raises `CrmRateLimited` when the day's last calls are kept for writing; one look a minute passes."""
        now = time.monotonic()
        if self._used_percent < 100 - RESERVE_PERCENT:
            return
        if now < self._next_probe:
            raise CrmRateLimited(self.crm, operation, code="reserve", retry_after=self._next_probe - now)
        self._next_probe = now + _PROBE_SECONDS

    def _note_usage(self, answer: Answer) -> None:
        match = _USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
        if match and int(match[2]):
            self._used_percent = 100 * int(match[1]) / int(match[2])
