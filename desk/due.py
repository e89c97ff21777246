"""Deadlines: wrap-up that never ends, the grace after a call, legs that are over (C-13)."""

from __future__ import annotations

from dataclasses import dataclass

from customers.ids import LegId
from desk.interactions import refresh_leg
from desk.work import DeskSettings, Work
from jobs.queue import Leased, settle_or_raise
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class DueWorker:
    """Handles jobs of the lane `due`."""

    database: Database
    settings: DeskSettings

    def handle(self, leased: Leased) -> None:
        """Afterwards the leg is what it is at this time; a later deadline has its own job."""
        with self.database.write() as tx:
            settle_or_raise(tx, leased)
            refresh_leg(Work(tx, self.settings, leased.correlation_id), LegId(leased.payload["leg"]))
