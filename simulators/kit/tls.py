"""A throw-away certificate authority, so that real clients speak real TLS to the simulators."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path

import trustme

_HOSTS = ("127.0.0.1", "localhost", "::1")


class Authority:
    """A certificate authority kept in `folder`: made at first use, the same one ever after.

    Several processes may open one folder at once; all of them get the same authority.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.ca_file = folder / "ca.pem"
        """What clients trust: the certificate alone."""
        self._ca = _open_or_make(folder / "authority.pem")
        if not self.ca_file.exists():
            _write_whole(self.ca_file, self._ca.cert_pem.bytes())

    def server_context(self, *hosts: str) -> ssl.SSLContext:
        """A server's TLS context with a fresh certificate for `hosts` (loopback when there are none)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*(hosts or _HOSTS)).configure_cert(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's TLS context that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.ca_file))


def _open_or_make(path: Path) -> trustme.CA:
    if not path.exists():
        made = trustme.CA(organization_name="Throw-away authority of the simulators")
        _write_once(path, made.private_key_pem.bytes() + made.cert_pem.bytes())
    key, _, certificate = path.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    return trustme.CA.from_pem(cert_bytes=b"-----BEGIN CERTIFICATE-----" + certificate, private_key_bytes=key)


def _write_once(path: Path, content: bytes) -> None:
    """`path` exists afterwards, whole: with `content`, or with that of whoever was faster."""
    temporary = _temporary(path.parent, content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _write_whole(path: Path, content: bytes) -> None:
    _temporary(path.parent, content).replace(path)


def _temporary(folder: Path, content: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return Path(name)
