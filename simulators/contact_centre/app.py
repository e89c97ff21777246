"""A switchboard over HTTP: the demonstration and the tests ring, hang up and wrap up with it."""

from __future__ import annotations

import argparse
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from simulators.contact_centre.player import Playing, play
from simulators.contact_centre.scripts import EDWARD, ELINOR, Script, dated, new_run
from simulators.contact_centre.sender import Sender
from simulators.contact_centre.stories import STORIES, WRAPUP
from simulators.kit.faults import Faults
from simulators.kit.server import json_response, simulator_app

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET_VARIABLE = "CONTACT_CENTRE_SECRET"
NO_SECRET = f"No secret: give --secret whsec_… or set {SECRET_VARIABLE}."


class Switchboard:
    """The interactions that were begun by hand."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._run = new_run()
        self._numbers = itertools.count(1)
        self._scripts: dict[str, Script] = {}

    def state(self) -> dict[str, Any]:
        """What was sent and what became of it."""
        return {
            "acknowledged": self.sender.acknowledged,
            "refused": self.sender.refused,
            "attempts": self.sender.attempts,
            "interactions": {ref: [step.event["type"] for step in made.steps] for ref, made in self._scripts.items()},
        }

    async def call(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """A contact turns up at an agent, now or `hours_ago`; the agent takes it at once unless `accept` is false."""
        channel = order.get("channel", "voice")
        name = f"{channel}-{next(self._numbers)}"
        script = Script(self._run, name, channel, interaction=order.get("interaction", {}))
        script.agent = order.get("agent", ELINOR)
        script.contact = order.get("contact", EDWARD)
        script.hours_ago = float(order.get("hours_ago", 0))
        self._scripts[script.ref] = script
        is_taken = await self._happen(script, "offered")
        if order.get("accept", True):
            is_taken &= await self._happen(script, "accepted")
        return {"interaction": script.ref, "acknowledged": is_taken}

    async def hang_up(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """The conversation is over; wrap-up begins unless `wrapup` is false."""
        script = self._of(order)
        expects_wrapup = order.get("wrapup", True)
        end = {"by": order.get("by", "contact")}
        is_taken = await self._happen(script, "ended", end=end, wrapup={"expected": expects_wrapup})
        if expects_wrapup:
            is_taken &= await self._happen(script, "wrapup_started")
        return {"interaction": script.ref, "acknowledged": is_taken}

    async def wrap_up(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Wrap-up is completed with `notes`, `tags` and `dispositions`."""
        script = self._of(order)
        content = {key: order[key] for key in ("notes", "tags", "dispositions", "durationSeconds") if key in order}
        is_taken = await self._happen(script, "wrapup_completed", wrapup=content or WRAPUP)
        return {"interaction": script.ref, "acknowledged": is_taken}

    async def event(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """`verb` happens to the interaction, with `data` and, where given, to `agent` (null: to nobody)."""
        script = self._of(order)
        data = dict(order.get("data", {}))
        if "agent" in order:
            data["agent"] = order["agent"]
        return {"interaction": script.ref, "acknowledged": await self._happen(script, order["verb"], **data)}

    async def play(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """A whole story, `speed` times faster than life."""
        run = new_run()
        steps = STORIES[order["story"]](run)
        is_taken = await play(steps, self.sender, Playing(speed=float(order.get("speed", 1))))
        return {"run": run, "interaction": steps[0].event["subject"], "acknowledged": is_taken}

    def _of(self, order: Mapping[str, Any]) -> Script:
        """The interaction that is meant; the newest where none is named. Raises KeyError."""
        if "interaction" in order:
            return self._scripts[order["interaction"]]
        return self._scripts[next(reversed(self._scripts), "")]

    async def _happen(self, script: Script, verb: str, **data: Any) -> bool:
        script(0, verb, **data)
        return await self.sender.send(dated(script.steps[-1].event, seconds=-3600 * script.hours_ago))


def contact_centre(sender: Sender) -> web.Application:
    """The switchboard as an application; `/_simulator/state` shows what was acknowledged."""
    board = Switchboard(sender)
    app = simulator_app("contact_centre", Faults(), board.state)
    orders = (("call", board.call), ("hang-up", board.hang_up), ("wrap-up", board.wrap_up))
    for name, action in (*orders, ("event", board.event), ("play", board.play)):
        app.router.add_post(f"/_simulator/{name}", _order(action))

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await sender.close()

    app.cleanup_ctx.append(closing)
    return app


def from_arguments(arguments: argparse.Namespace) -> web.Application:
    """The switchboard that the command line describes. Ends the process where it names no secret."""
    if not arguments.secret:
        raise SystemExit(NO_SECRET)
    return contact_centre(Sender(arguments.target, arguments.secret, patience=arguments.patience))


def add_options(parser: argparse.ArgumentParser) -> None:
    """To whom the contact centre speaks."""
    parser.add_argument("--target", default="http://127.0.0.1:8080/intake/v1/main", help="the intake's address")
    parser.add_argument(
        "--secret",
        default=os.environ.get(SECRET_VARIABLE, ""),
        help=f"whsec_…, the intake's signing secret; also as {SECRET_VARIABLE}",
    )
    parser.add_argument("--patience", type=float, default=60, help="seconds until an unanswered event is given up")


def _order(action: Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            order = await request.json() if request.can_read_body else {}
            result = await action(order)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
        return json_response(result, 200 if result["acknowledged"] else 502)

    return answer
