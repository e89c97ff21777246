"""(a) The border: a card action with a Bot Framework token in, a ready 12 KB card out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bench import contest
from bench.activity import invoke
from bench.contest import ENTRANTS, Entrant
from bench.measure import Sample, Variant, percentile
from bench.processes import Process, ProcessFailed
from bench.report import Figure, Goal
from bench.run import Run
from bench.scene import invoke_answer
from bench.stage import Activity, Stage

_CONCURRENCY = 8
_COLUMNS = {"cpu_us": "µs CPU/request", "per_s": "requests/s", "p50_ms": "p50 ms", "p99_ms": "p99 ms"}


def measure(run: Run, entrants: Sequence[Entrant] = ENTRANTS) -> list[Figure]:
    """CPU per request of ours, of bare aiohttp with the same token check and bytes, and of the peers."""
    lineup = contest.line_up(run.stage, entrants, check)
    variants = [Variant(name, variant(run, server).run) for name, server in lineup.servers.items()]
    results = contest.run(variants, run.rounds, run.on_round)
    return [contest.figure("border", results, lineup, Goal(2.0), _COLUMNS)]


def check(stage: Stage, server: Process) -> None:
    """The server answers with the card, and with an error to a forged token. Raises `ProcessFailed`."""
    status, body = stage.once(server)
    if status != 200 or json.loads(body) != invoke_answer(stage.scene.card):
        raise ProcessFailed(f"answered {status} instead of the card")
    status, _ = stage.once(server, token=stage.signer.token(stage.scene, forged=True))
    if status < 400:
        raise ProcessFailed(f"answered {status} to a forged token")


def variant(run: Run, server: Process) -> Variant:
    """A round of card actions that are answered with the ready card."""
    activity = invoke(run.stage.scene)
    return contest.cpu_per_piece(server, lambda count: post(run.stage, server, [activity], count), run.cpu_seconds)


def post(stage: Stage, server: Process, activities: Sequence[Activity], count: int) -> Sample:
    """What the load driver sees of `count` posts of `activities` in turn. Raises `ProcessFailed` for a refusal."""
    seen = stage.load(server, activities, count, _CONCURRENCY)
    if set(seen["statuses"]) != {"200"}:
        raise ProcessFailed(f"answered {seen['statuses']}")
    return {
        "per_s": count / seen["seconds"],
        "p50_ms": percentile(seen["ms"], 0.5),
        "p99_ms": percentile(seen["ms"], 0.99),
    }
