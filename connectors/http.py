"""HTTP as the connectors use it: bounded pool, time-outs, one TLS context, no retries.

Nothing of a body or a query reaches a log or an error.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter

from connectors.calls import MOST_HOPS, USER_AGENT, Call, redirected
from connectors.errors import CrmAuthFailed, CrmProtocolError, CrmUnavailable
from connectors.pools import Pools
from connectors.tokens import Token, TokenCache

__all__ = [
    "Answer",
    "HttpClient",
    "HttpOptions",
    "Token",
    "TokenCache",
    "correlated",
    "new_session",
    "tls_context",
    "within",
]

_correlation_id: ContextVar[str] = ContextVar("crm_correlation_id", default="")


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Limits of one connector's calls."""

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    """Longest silence of the server."""
    total_seconds: float = 60.0
    """Longest time until the whole answer is there."""
    pool_size: int = 32
    max_bytes: int = 16 * 1024 * 1024
    """Longest answer that is read."""
    ca_file: Path | None = None
    """Certificate authorities beside the public ones."""
    proxy: str = ""
    """URL of the proxy; the environment's proxy variables and .netrc are not read."""
    correlation_header: str = "X-Correlation-Id"


_until: ContextVar[float] = ContextVar("crm_until", default=float("inf"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Calls of this thread end `seconds` from now, whatever the settings allow; sign-ins, which all share, do not."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Calls of this thread carry `correlation_id`, so that both sides' logs can be put side by side."""
    token = _correlation_id.set(correlation_id)
    try:
        yield
    finally:
        _correlation_id.reset(token)


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """A verifying context with the public authorities and those in `ca_file`. Made once: loading takes 20 ms of CPU."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


class _Adapter(HTTPAdapter):
    """One TLS context for all connections, and a time-out on every call, also on those that ask for none."""

    def __init__(self, context: ssl.SSLContext, options: HttpOptions) -> None:
        self._context = context
        self._timeout = (options.connect_seconds, options.read_seconds)
        super().__init__(pool_connections=4, pool_maxsize=options.pool_size, max_retries=0, pool_block=True)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **proxy_kwargs, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # The authorities are in the context; naming a bundle here would load it again for each connection.
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        kwargs["verify"] = True
        return super().send(request, *args, **kwargs)


class _Session(requests.Session):
    """Follows a redirect only for reads, and only on the host that was asked."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is None or resp.request.method not in ("GET", "HEAD"):
            return None
        asked, told = urlsplit(resp.url), urlsplit(target)
        is_same = not told.netloc or (told.scheme, told.netloc) == (asked.scheme, asked.netloc)
        return target if is_same else None


class _WithoutQueries(logging.Filter):
    """urllib3 logs whole URLs; a query may hold a phone number."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(value) for value in record.args)
        return True


def _without_query(value: object) -> object:
    return value.split("?", 1)[0] if isinstance(value, str) else value


_FILTER = _WithoutQueries()


def _hide_queries() -> None:
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_FILTER)


def new_session(options: HttpOptions, context: ssl.SSLContext | None = None) -> requests.Session:
    """A session as this module promises; also fit to be given to a vendor's library."""
    session = _Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    adapter = _Adapter(context or tls_context(options.ca_file), options)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if options.proxy:
        session.proxies = {"http": options.proxy, "https": options.proxy}
    _hide_queries()
    return session


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `repr` shows nothing of the body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None where it is something else (a proxy's HTML page) or empty."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class HttpClient:
    """One CRM's calls. Safe for many threads; never retries, but for one new token after a 401."""

    def __init__(self, crm: str, options: HttpOptions | None = None) -> None:
        self.crm = crm
        self.options = options or HttpOptions()
        self._pools = Pools(tls_context(self.options.ca_file), self.options.pool_size, self.options.proxy)
        _hide_queries()

    def request(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
        data: Mapping[str, str] | bytes | None = None,
        tokens: TokenCache | None = None,
    ) -> Answer:
        """The answer, whatever its status. With `tokens` signed in, and once more with a new token after a 401.

        The second time goes out with the same headers and body. Raises `CrmUnavailable` for a failure of the network
        (`code`: `timeout`, `tls`, `connection`), `CrmProtocolError` for an answer too long, and `CrmAuthFailed` where
        the new token is refused too.
        """
        sent = Call.of(method, url, headers, params=params, json_body=json_body, data=data)
        headers = sent.headers
        if tokens is None:
            return self._send(operation, sent, dict(headers))
        until = _until.get()
        token = tokens.get()
        answer = self._send(operation, sent, _signed(headers, token), until)
        if answer.status == 401:
            token = tokens.renew(token)
            answer = self._send(operation, sent, _signed(headers, token), until)
        if answer.status == 401:
            raise CrmAuthFailed(self.crm, operation, status=401, code="token_not_accepted")
        tokens.accepted(token)
        return answer

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        self._pools.close()

    def _send(self, operation: str, sent: Call, headers: dict[str, str], until: float = float("inf")) -> Answer:
        if correlation_id := _correlation_id.get():
            headers.setdefault(self.options.correlation_header, correlation_id)
        try:
            return self._exchange(operation, sent, headers, until)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            code = _failure_code(error)
        # Raised out here, so that no traceback carries the library's message: it holds the URL with its query.
        raise CrmUnavailable(self.crm, operation, code=code)

    def _exchange(self, operation: str, sent: Call, headers: dict[str, str], until: float) -> Answer:
        now = time.monotonic()
        deadline = min(now + self.options.total_seconds, until)
        url = sent.url
        for _ in range(MOST_HOPS):
            if (now := time.monotonic()) >= until:
                raise CrmUnavailable(self.crm, operation, code="timeout")
            timeout = (min(self.options.connect_seconds, until - now), min(self.options.read_seconds, until - now))
            response = self._pools.send(sent.method, url, headers, sent.body, timeout)
            answer = self._whole(operation, response, deadline)
            target = redirected(sent.method, url, answer)
            if target is None:
                break
            url = target
        return answer

    def _whole(self, operation: str, response: urllib3.BaseHTTPResponse, deadline: float) -> Answer:
        body, is_whole = bytearray(), False
        try:
            while chunk := response.read1(65536, decode_content=True):
                body += chunk
                if len(body) > self.options.max_bytes:
                    raise CrmProtocolError(self.crm, operation, status=response.status, code="answer_too_long")
                if time.monotonic() > deadline:
                    raise CrmUnavailable(self.crm, operation, code="timeout")
            is_whole = True
        finally:
            if not is_whole:
                response.close()  # nothing more is read of it: the connection is of no use to others
            response.release_conn()
        return Answer(response.status, response.headers, bytes(body))


def _signed(headers: Mapping[str, str] | None, token: Token) -> dict[str, str]:
    return {**(headers or {}), "Authorization": f"Bearer {token.value}"}


def _failure_code(error: BaseException) -> str:
    if isinstance(error, urllib3.exceptions.ProxyError):
        error = error.original_error
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "connection"
    if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
        return "timeout"
    if isinstance(error, urllib3.exceptions.SSLError | ssl.SSLError):
        return "tls"
    return "connection"
