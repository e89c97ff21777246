"""Which hosts may be told our token."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from yarl import URL

TEAMS_HOSTS = (
    "smba.trafficmanager.net",
    "*.botframework.com",
    "*.teams.microsoft.com",
    "*.teams.microsoft.us",
)
"""Where Microsoft serves the Bot Connector for Teams, its government clouds included."""

GLOBAL_SERVICE_URL = "https://smba.trafficmanager.net/teams/"
"""For a first message to a user of whom no activity has come yet; Teams finds their region."""


class ServiceHosts:
    """An allow-list of service URLs: https, and a host that is listed (`*.` stands for at least one label).

    A loopback address counts only where it is listed; plain http only for loopback.
    """

    def __init__(self, hosts: Iterable[str] = TEAMS_HOSTS) -> None:
        listed = [host.lower() for host in hosts]
        self._exact = frozenset(host for host in listed if not host.startswith("*."))
        self._suffixes = tuple(host[1:] for host in listed if host.startswith("*."))
        self._known: dict[str, bool] = {}

    def allows(self, service_url: str) -> bool:
        """True where our token may be sent to this service URL."""
        known = self._known.get(service_url)
        if known is None:
            known = self._check(service_url)
            if known and len(self._known) < 1000:
                self._known[service_url] = True
        return known

    def _check(self, service_url: str) -> bool:
        # yarl reads the URL here because aiohttp, which sends the token, reads it with yarl.
        try:
            url = URL(service_url)
            host = (url.host or "").lower()
        except ValueError:
            return False
        if url.user is not None or url.password is not None:
            return False
        if host not in self._exact and not (host.endswith(self._suffixes) if self._suffixes else False):
            return False
        return url.scheme == "https" or (url.scheme == "http" and is_loopback(host))


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses and `localhost`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_url(url: str) -> bool:
    """True for an http or https URL of this machine."""
    try:
        parsed = URL(url)
        return parsed.scheme in ("http", "https") and parsed.user is None and is_loopback(parsed.host or "")
    except ValueError:
        return False
