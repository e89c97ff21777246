"""The wire between the harness and its processes: a line of JSON in, a line of JSON out. Standard library only.

A process says `{"ready": true, …}` once, then answers each command; it ends when its standard input does, so that none
outlives the harness.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Command = dict[str, Any]
Handler = Callable[[Command], Awaitable[dict[str, Any]]]


async def answer_commands(handlers: Mapping[str, Handler], **ready: Any) -> None:
    """Say that the process is ready, then answer commands `{"do": NAME, …}` until the harness is gone."""
    wire = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to the log
    commands = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print(json.dumps({"ready": True, **ready}), file=wire)
    while line := await commands.readline():
        print(json.dumps(await _answer(handlers, json.loads(line))), file=wire)


async def _answer(handlers: Mapping[str, Handler], command: Command) -> dict[str, Any]:
    try:
        return await handlers[command["do"]](command)
    except Exception as error:  # noqa: BLE001  # told to the harness, which stops
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}
