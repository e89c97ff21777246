"""(c) A proactive update: a 12 KB card in Teams replaced through the Bot Connector over TLS."""

from __future__ import annotations

from collections.abc import Sequence

from bench import contest
from bench.contest import ENTRANTS, Entrant
from bench.measure import Sample, Variant, percentile
from bench.processes import Process, ProcessFailed
from bench.report import Figure, Goal
from bench.run import Run
from bench.stage import Stage

_COLUMNS = {"cpu_us": "µs CPU/update", "per_s": "updates/s", "p50_ms": "p50 ms", "tokens": "tokens/update"}


def measure(run: Run, entrants: Sequence[Entrant] = ENTRANTS) -> list[Figure]:
    """CPU per update of ours, of bare aiohttp with a cached token, and of the peers, one at a time."""
    lineup = contest.line_up(run.stage, entrants, check)
    variants = [Variant(name, _variant(run, server).run) for name, server in lineup.servers.items()]
    results = contest.run(variants, run.rounds, run.on_round)
    return [contest.figure("proactive", results, lineup, Goal(2.0), _COLUMNS)]


def check(stage: Stage, server: Process) -> None:
    """An update reaches the connector, with a token. Raises `ProcessFailed`."""
    stage.cloud.ask("counts")
    server.ask("updates", count=2, concurrency=1)
    seen = stage.cloud.ask("counts")
    if seen.get("connector") != 2:
        raise ProcessFailed(f"two updates reached the connector as {seen}")


def _variant(run: Run, server: Process) -> Variant:
    def work(count: int) -> Sample:
        run.stage.cloud.ask("counts")
        seen = server.ask("updates", count=count, concurrency=1)
        asked = run.stage.cloud.ask("counts")
        return {
            "per_s": count / seen["seconds"],
            "p50_ms": percentile(seen["ms"], 0.5),
            "tokens": asked.get("tokens", 0) / count,
        }

    return contest.cpu_per_piece(server, work, run.cpu_seconds)
