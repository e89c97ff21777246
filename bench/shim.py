"""Microsoft's host names lead to the stand-ins on loopback; no code of any SDK is changed.

A name of `HOSTS` resolves to one loopback address; a connection to it on port 443 goes to the stand-ins' port.
Certificates and host names are still checked, against the run's own authority.
"""

from __future__ import annotations

import socket
from typing import Any

HOSTS = ("login.botframework.com", "login.microsoftonline.com", "smba.trafficmanager.net", "api.botframework.com")
_ADDRESS = "127.0.7.1"


def install(port: int) -> None:
    """From now on, in this process, `HOSTS` are reached at 127.0.0.1:`port`."""
    resolve, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return resolve(_ADDRESS if name in HOSTS else host, *args, **kwargs)

    def there(address: Any) -> Any:
        return ("127.0.0.1", port) if isinstance(address, tuple) and address[:2] == (_ADDRESS, 443) else address

    socket.getaddrinfo = getaddrinfo
    socket.socket.connect = lambda self, address: connect(self, there(address))  # type: ignore[method-assign]
    socket.socket.connect_ex = lambda self, address: connect_ex(self, there(address))  # type: ignore[method-assign]
