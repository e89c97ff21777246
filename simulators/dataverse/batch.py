"""`$batch`: several requests in one; a change set inside it happens whole or not at all."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from simulators.dataverse.api import Call, Reply
from simulators.dataverse.errors import UNEXPECTED, DataverseError, bad_request
from simulators.dataverse.paths import API
from simulators.dataverse.store import Store

_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_LINE = re.compile(r"^(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP/1\.1\r?$", re.MULTILINE)
MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a multipart body: its headers and the rest."""

    headers: str
    content: str


Run = Callable[[Call], Reply]
"""Carries out one request of a batch; a refusal is a reply too."""


def lines(body: str) -> list[tuple[str, str]]:
    """Method and address of the requests in a batch."""
    return _LINE.findall(body)


def answer(store: Store, call: Call, run: Run) -> tuple[str, str]:
    """The content type and body of the answer. Raises 400 for a body that is no batch."""
    parts = _parts(call.body.decode("utf-8"), call.headers.get("content-type", ""))
    if len(parts) > MOST_PARTS:
        raise bad_request(f"The batch has more than {MOST_PARTS} parts.", UNEXPECTED)
    goes_on = "odata.continue-on-error" in call.headers.get("prefer", "")
    written: list[str] = []
    for part in parts:
        if _BOUNDARY.search(part.headers):
            text, is_good = _change_set(store, call, part, run)
        else:
            text, is_good = _single(call, part.content, part.headers, run)
        written.append(text)
        if not is_good and not goes_on:
            break
    boundary = f"batchresponse_{uuid.uuid4()}"
    return f"multipart/mixed; boundary={boundary}", _joined(boundary, written)


def _change_set(store: Store, call: Call, part: Part, run: Run) -> tuple[str, bool]:
    written: list[str] = []
    with store.all_or_nothing() as take_back:
        for inner in _parts(part.content, part.headers):
            text, is_good = _single(call, inner.content, inner.headers, run, is_change=True)
            if not is_good:
                take_back()
                return text, False
            written.append(text)
    boundary = f"changesetresponse_{uuid.uuid4()}"
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
    return head + _joined(boundary, written), True


def _single(call: Call, content: str, outer: str, run: Run, *, is_change: bool = False) -> tuple[str, bool]:
    head, _, body = content.partition("\n\n")
    first, *lines = head.strip().splitlines()
    method, url, *_ = first.split(" ")
    headers = dict(call.headers) | {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    address = urlsplit(url)
    inner = Call(
        method=method,
        path=unquote(API.sub("", address.path).lstrip("/")),
        caller=call.caller,
        base=call.base,
        options=dict(parse_qsl(address.query)),
        headers=headers,
        body=body.strip().encode(),
    )
    if is_change and method == "GET":
        return _drawn(refused(bad_request("A change set holds no GET.", UNEXPECTED)), outer), False
    reply = run(inner)
    return _drawn(reply, outer), reply.status < 400


def refused(error: DataverseError) -> Reply:
    """A refusal as a reply."""
    return Reply(error.status, error.body(), error.headers)


def _drawn(reply: Reply, outer: str) -> str:
    content_id = re.search(r"Content-ID:\s*(\S+)", outer, re.IGNORECASE)
    body = "" if reply.body is None else reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id[1]}"] if content_id else []
    lines += ["", f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Status')}", "OData-Version: 4.0"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    lines += ["Content-Type: application/json; odata.metadata=minimal"] if body else []
    return "\r\n".join([*lines, "", body])


_REASONS = {200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 404: "Not Found",
            412: "Precondition Failed"}  # fmt: skip


def _joined(boundary: str, parts: list[str]) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _parts(body: str, content_type: str) -> list[Part]:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise bad_request("The batch has no boundary.", UNEXPECTED)
    pieces = body.replace("\r\n", "\n").split(f"--{boundary[1]}")
    found = []
    for piece in pieces[1:]:
        if piece.startswith("--"):
            break
        headers, _, content = piece.strip("\n").partition("\n\n")
        found.append(Part(headers, content))
    return found
