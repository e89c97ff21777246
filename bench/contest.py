"""Several servers in one contest: ours, floors and peers, started, checked, and measured in the same rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.measure import Results, Sample, Variant, alternate, ratio
from bench.processes import Process, ProcessFailed, cpu_seconds
from bench.report import Figure, Goal, table
from bench.stage import PEERS, Stage


@dataclass(frozen=True, slots=True)
class Entrant:
    """A server that takes part."""

    name: str
    module: str
    args: tuple[str, ...] = ()
    is_peer: bool = False


OURS = Entrant("ours", "bench.ours")
FLOOR = Entrant("floor: bare aiohttp, orjson", "bench.floor", ("orjson",))
FLOOR_JSON = Entrant("bare aiohttp, json", "bench.floor", ("json",))
ENTRANTS = (OURS, FLOOR, FLOOR_JSON, *(Entrant(name, module, (), True) for name, module in PEERS.items()))


@dataclass(slots=True)
class Lineup:
    """Who takes part, and why the others do not."""

    servers: dict[str, Process] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def line_up(stage: Stage, entrants: Sequence[Entrant], check: Callable[[Stage, Process], None]) -> Lineup:
    """Every entrant that starts here and passes `check`, which raises `ProcessFailed`."""
    lineup = Lineup()
    for entrant in entrants:
        try:
            server = stage.server(entrant.module, *entrant.args, is_peer=entrant.is_peer)
            check(stage, server)
        except ProcessFailed as failure:
            lineup.absent[entrant.name] = str(failure)
        else:
            lineup.servers[entrant.name] = server
    if FLOOR.name in lineup.absent:
        raise ProcessFailed(lineup.absent[FLOOR.name])
    return lineup


def cpu_per_piece(server: Process, work: Callable[[int], Sample], seconds: float) -> Variant:
    """A variant that does as many pieces of work a round as use about `seconds` of the server's CPU.

    `work(count)` does them and says what it saw; `cpu_us`, microseconds of CPU a piece, is added to that.
    """
    work(10)  # connections, caches, keys
    count = max(5, int(seconds / max(_timed(server, work, 10)["cpu_us"] * 1e-6, 1e-5)))
    return Variant("", lambda: _timed(server, work, count))


def _timed(server: Process, work: Callable[[int], Sample], count: int) -> Sample:
    before = cpu_seconds(server.pid)
    seen = work(count)
    return {"cpu_us": (cpu_seconds(server.pid) - before) / count * 1e6, **seen}


def run(variants: Sequence[Variant], rounds: int, on_round: Callable[[int], None]) -> Results:
    """The rounds; only `per_s` is better when higher."""
    return alternate(variants, rounds, higher_is_better=frozenset({"per_s"}), on_round=on_round)


def figure(name: str, results: Results, lineup: Lineup, goal: Goal, columns: dict[str, str]) -> Figure:
    """CPU per piece of ours beside the floor's and the peers'."""
    floor = results[FLOOR.name]["cpu_us"]
    ours = results[OURS.name]["cpu_us"] if OURS.name in results else None
    present = {peer: results[peer]["cpu_us"].median for peer in PEERS if peer in results}
    return Figure(
        name=name,
        unit="µs CPU",
        value=ours.median if ours else None,
        floor=floor.median,
        ratio=ratio(ours, floor) if ours else None,
        goal=goal,
        peers={**present, **{peer: None for peer in PEERS if peer in lineup.absent}},
        notes=[f"{who} is not available: {why}" for who, why in lineup.absent.items()],
        table=table(results, FLOOR.name, columns, "cpu_us"),
    )
