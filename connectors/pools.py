"""Connections to a CRM: kept, bounded, verified against one TLS context, and used without further ado.

The layer below `requests`: half of what a call costs in time of the processor is what that library does around it
(sessions, hooks, cookies, environment), none of which a connector has a use for.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import urllib3

_MOST_HOSTS = 16


class Pools:
    """A pool of connections for each host. Safe for many threads; repeats nothing, follows nothing."""

    def __init__(self, context: ssl.SSLContext, size: int, proxy: str = "") -> None:
        self._proxy: urllib3.ProxyManager | None = None
        self._manager = urllib3.PoolManager(_MOST_HOSTS, maxsize=size, block=True, ssl_context=context, retries=False)
        if proxy:
            self._proxy = urllib3.ProxyManager(
                proxy,
                _MOST_HOSTS,
                proxy_headers=_credentials(proxy),
                maxsize=size,
                block=True,
                ssl_context=context,
                retries=False,
            )
        self._known: dict[str, urllib3.HTTPConnectionPool] = {}

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: tuple[float, float]
    ) -> urllib3.BaseHTTPResponse:
        """The answer's head; the caller reads its body, or closes it. Raises urllib3's errors, or OSError."""
        limits = urllib3.Timeout(connect=timeout[0], read=timeout[1])
        if self._proxy is not None:
            return self._proxy.urlopen(
                method, url, headers=headers, body=body, timeout=limits, redirect=False, preload_content=False
            )
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        return self._pool(parts.scheme, parts.netloc).urlopen(
            method,
            target,
            headers=headers,
            body=body,
            timeout=limits,
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        self._manager.clear()
        if self._proxy is not None:
            self._proxy.clear()

    def _pool(self, scheme: str, host: str) -> urllib3.HTTPConnectionPool:
        root = f"{scheme}://{host}"
        known = self._known.get(root)
        if known is None:
            known = self._known[root] = self._manager.connection_from_url(root)
        return known


def _credentials(proxy: str) -> Mapping[str, str]:
    parts = urlsplit(proxy)
    if not parts.username:
        return {}
    return urllib3.make_headers(proxy_basic_auth=f"{parts.username}:{parts.password or ''}")
