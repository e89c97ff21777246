"""A look at a CRM's mapping that an administrator wants, in a thread of that CRM's own."""

from __future__ import annotations

import time
from dataclasses import dataclass

from jobs.errors import Later
from jobs.queue import Leased
from push.fitness import LEAST_SECONDS, Fitness
from storage import crm_checks
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class MappingWorker:
    """Handles jobs of the lanes `mapping:<crm>`."""

    database: Database
    fitness: Fitness

    def handle(self, leased: Leased) -> None:
        """What the mapping's last check found is younger than the wish for it. Raises Later where it is too soon."""
        crm = leased.payload["crm"]
        if not self._is_wanted(crm):
            return
        self.fitness.fits(crm, since=time.monotonic())
        if self._is_wanted(crm):
            raise Later(delay_seconds=LEAST_SECONDS)

    def _is_wanted(self, crm: str) -> bool:
        with self.database.write() as tx:
            return crm_checks.is_asked(tx, crm)
