"""`$batch`: several requests in one call, each with an answer of its own; a change set among them is whole or nothing.

Read by hand: the standard library's parser for mail compiles expressions anew for each boundary, and every answer
has new ones; it took as long as all the rest of a push. Pure.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from requests.structures import CaseInsensitiveDict

from connectors.http import Answer

_BOUNDARY = re.compile(r'^multipart/[^;]+;.*boundary="?([^";,\s]+)"?', re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a batch."""

    method: str
    address: str
    """The whole URL."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


Part = Request | Sequence[Request]
"""A request alone, or a change set."""


def composed(parts: Sequence[Part]) -> tuple[str, bytes]:
    """Content type and body of a batch."""
    boundary = f"batch_{uuid.uuid4().hex}"
    drawn = [_single(part) if isinstance(part, Request) else _change_set(part) for part in parts]
    return f"multipart/mixed;boundary={boundary}", _joined(boundary, drawn).encode()


def answers_of(answer: Answer, count: int) -> list[Answer] | None:
    """What each of `count` parts was answered, in their order: of a change set the refusal, or else its last answer.

    None where this is not what a batch is answered with.
    """
    parts = _parts(answer.headers.get("Content-Type", ""), answer.body.replace(b"\r\n", b"\n"))
    found = [one for one in map(_last, parts) if one is not None]
    return found if len(found) == len(parts) == count else None


def _single(request: Request, number: int | None = None) -> str:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {number}"] if number is not None else []
    head += ["", f"{request.method} {request.address} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body is None:
        return "\r\n".join([*head, "", ""])
    return "\r\n".join([*head, "Content-Type: application/json; type=entry", "", json.dumps(request.body)])


def _change_set(requests: Sequence[Request]) -> str:
    boundary = f"changeset_{uuid.uuid4().hex}"
    drawn = [_single(request, number) for number, request in enumerate(requests, 1)]
    return f"Content-Type: multipart/mixed;boundary={boundary}\r\n\r\n" + _joined(boundary, drawn)


def _joined(boundary: str, drawn: Sequence[str]) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in drawn) + f"--{boundary}--\r\n"


def _parts(content_type: str, body: bytes) -> list[bytes]:
    """What stands between the boundaries that a content type names; nothing where it names none."""
    boundary = _BOUNDARY.match(content_type)
    if boundary is None:
        return []
    pieces = (b"\n" + body).split(b"\n--" + boundary[1].encode("latin-1"))
    return [piece.removeprefix(b"\n") for piece in pieces[1:] if not piece.startswith(b"--")]


def _last(part: bytes) -> Answer | None:
    """The answer in a part; of a change set that went well, the last of its answers."""
    headers, content = _headers(part)
    if headers.get("content-type", "").lower().startswith("multipart/"):
        inner = _parts(headers["content-type"], content)
        return _last(inner[-1]) if inner else None
    first, _, rest = content.partition(b"\n")
    words = first.split(b" ")
    if len(words) < 2 or not words[1].isdigit():
        return None
    told, body = _headers(rest)
    return Answer(int(words[1]), CaseInsensitiveDict(told), body.strip())


def _headers(part: bytes) -> tuple[dict[str, str], bytes]:
    """Headers, their names in lower case, and what follows them."""
    head, _, content = part.partition(b"\n\n") if not part.startswith(b"\n") else (b"", b"", part[1:])
    lines = (line.partition(":") for line in head.decode("latin-1").splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in lines}, content
