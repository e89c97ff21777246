"""The HTTP load driver, a process of its own: `python -m bench.load`. One keep-alive connection per worker."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.control import Command, answer_commands


class Connection:
    """A keep-alive HTTP/1.1 connection that knows Content-Length and chunks, and nothing else."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            return status, await self._chunks()
        _, _, rest = head.partition("content-length:")
        length = int(rest.partition("\r\n")[0]) if rest else 0
        return status, await self._reader.readexactly(length)

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def _requests(command: Command) -> list[bytes]:
    """Each body and each token at least once, side by side; they are taken in turn."""
    bodies, tokens = command["bodies"], command["tokens"]
    turns = range(max(len(bodies), len(tokens)))
    return [_post(command["path"], bodies[turn % len(bodies)], tokens[turn % len(tokens)]) for turn in turns]


def _post(path: str, text: str, token: str) -> bytes:
    body = text.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    return head.encode() + body


async def _run(command: Command) -> dict[str, Any]:
    """`count` requests, `concurrency` at a time: seconds, sorted milliseconds, statuses, and the last body's size."""
    requests = _requests(command)
    turns = iter(range(command["count"]))
    times: list[float] = []
    statuses: Counter[int] = Counter()
    sizes: set[int] = set()

    async def work(connection: Connection, turns: Iterator[int]) -> None:
        for turn in turns:
            begun = time.perf_counter()
            status, body = await connection.send(requests[turn % len(requests)])
            times.append((time.perf_counter() - begun) * 1000)
            statuses[status] += 1
            sizes.add(len(body))

    connections = [
        Connection(*await asyncio.open_connection("127.0.0.1", command["port"])) for _ in range(command["concurrency"])
    ]
    begun = time.perf_counter()
    await asyncio.gather(*(work(connection, turns) for connection in connections))
    seconds = time.perf_counter() - begun
    for connection in connections:
        connection.close()
    return {"seconds": seconds, "ms": sorted(times), "statuses": dict(statuses), "sizes": sorted(sizes)}


async def _once(command: Command) -> dict[str, Any]:
    """One request: status and body."""
    connection = Connection(*await asyncio.open_connection("127.0.0.1", command["port"]))
    status, body = await connection.send(_requests(command)[0])
    connection.close()
    return {"status": status, "body": body.decode(errors="replace")}


if __name__ == "__main__":
    asyncio.run(answer_commands({"run": _run, "once": _once}))
