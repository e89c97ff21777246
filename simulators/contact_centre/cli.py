"""The command line of the contact centre."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from simulators.contact_centre.app import NO_SECRET, add_options, from_arguments
from simulators.contact_centre.day import day
from simulators.contact_centre.player import Playing, play
from simulators.contact_centre.scripts import Step, new_run
from simulators.contact_centre.sender import Sender
from simulators.contact_centre.stories import STORIES
from simulators.kit.server import serve

_MODES = ("play", "day", "replay")


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every event was acknowledged, 1 when one was not. Without a mode, or with `serve`: the switchboard."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not any(mode in arguments for mode in (*_MODES, "-h", "--help")):
        serve(from_arguments, [word for word in arguments if word != "serve"], add_options)
        return 0
    parsed = _parser().parse_args(arguments)
    if not parsed.secret:
        sys.stderr.write(f"{NO_SECRET}\n")
        return 2
    return asyncio.run(_run(parsed))


async def _run(arguments: argparse.Namespace) -> int:
    sender = Sender(arguments.target, arguments.secret, patience=arguments.patience)
    playing = Playing(arguments.speed, arguments.repeat, arguments.shuffle, arguments.senders, arguments.seed)
    try:
        is_complete = await play(_STEPS[arguments.mode](arguments), sender, playing, _tell)
    finally:
        await sender.close()
    summary = {
        "acknowledged": len(sender.acknowledged),
        "refused": len(sender.refused),
        "attempts": sender.attempts,
    }
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0 if is_complete else 1


def _tell(step: Step, is_acknowledged: bool) -> None:
    what = step.text or f"{step.event['type']} {step.event['subject']}"
    sys.stderr.write(f"{'202' if is_acknowledged else '---'}  {what}\n")


def _replay(arguments: argparse.Namespace) -> list[Step]:
    """The events of a JSON-lines file, one after the other, under ids of their own unless they are to be kept."""
    run = "" if arguments.keep_ids else f"-{new_run()}"
    lines = Path(arguments.file).read_text("utf-8").splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    return [Step(number * arguments.gap, _renamed(event, run)) for number, event in enumerate(events)]


def _renamed(event: dict[str, Any], run: str) -> dict[str, Any]:
    interaction = event["data"]["interaction"]
    data = {**event["data"], "interaction": {**interaction, "id": interaction["id"] + run}}
    return {**event, "id": event["id"] + run, "subject": event["subject"] + run, "data": data}


_STEPS: dict[str, Callable[[argparse.Namespace], list[Step]]] = {
    "play": lambda chosen: STORIES[chosen.story](new_run()),
    "day": lambda chosen: day(new_run(), agents=chosen.agents, interactions=chosen.interactions, seed=chosen.seed),
    "replay": _replay,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.contact_centre",
        description="A contact centre. Without a mode it is a switchboard: --port N, POST /_simulator/call.",
        epilog="example: python -m simulators.contact_centre --secret whsec_… play edward_calls --speed 5",
    )
    add_options(parser)
    modes = parser.add_subparsers(dest="mode", required=True)
    story = modes.add_parser("play", help="tell a story: " + ", ".join(STORIES))
    story.add_argument("story", choices=sorted(STORIES))
    made_up = modes.add_parser("day", help="make up a working day")
    made_up.add_argument("--agents", type=int, default=5)
    made_up.add_argument("--interactions", type=int, default=100)
    replay = modes.add_parser("replay", help="send the events of a JSON-lines file")
    replay.add_argument("file")
    replay.add_argument("--gap", type=float, default=1.0, help="seconds between two events")
    replay.add_argument("--keep-ids", action="store_true", help="send them under their own ids")
    modes.add_parser("serve", help="the switchboard; takes --port, --host, --tls")
    for mode in (story, made_up, replay):
        mode.add_argument("--speed", type=float, default=1.0, help="times faster than life; 0: as fast as possible")
        mode.add_argument("--repeat", type=float, default=0.0, help="share of events that is sent twice")
        mode.add_argument("--shuffle", type=int, default=0, help="places by which events change their order")
        mode.add_argument("--senders", type=int, default=1, help="how many events are sent at the same time")
        mode.add_argument("--seed", type=int, default=0)
    return parser
