"""One run of the benchmarks: how long, and the stage that they share."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Self

from bench.stage import Stage, stage

CARDS = 100_000
"""So many are made up where cards are looked for."""
SEED = 20261121
"""Of the cards whose figures are reported."""
WRAPUPS = 10_000
"""So many are written to each CRM."""


class Run:
    """A run of `rounds` rounds, each variant of which may use about `cpu_seconds` of CPU a round."""

    def __init__(
        self,
        rounds: int,
        cpu_seconds: float = 0.4,
        *,
        cards: int = CARDS,
        seed: int = SEED,
        wrapups: int = WRAPUPS,
        is_quiet: bool = False,
    ) -> None:
        self.rounds = rounds
        self.wrapups = wrapups
        self.cards = cards
        self.seed = seed
        self.cpu_seconds = cpu_seconds
        self._is_quiet = is_quiet or not sys.stderr.isatty()
        self._stack = ExitStack()
        self._stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        """The stage of the HTTP benchmarks, set up when first asked for."""
        if self._stage is None:
            self._stage = self._stack.enter_context(stage())
        return self._stage

    def on_round(self, number: int) -> None:
        """Show that the run goes on."""
        if not self._is_quiet:
            print(f"\r    round {number + 1} of {self.rounds} ", end="", file=sys.stderr, flush=True)

    def on_progress(self, done: int) -> None:
        """Show how many cards are done."""
        if not self._is_quiet:
            print(f"\r    {done:,} of {self.cards:,} cards ", end="", file=sys.stderr, flush=True)

    def clear_line(self) -> None:
        """Nothing is left of what `on_round` showed."""
        if not self._is_quiet:
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()
        self.clear_line()
