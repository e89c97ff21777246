"""How a job says that it is not done.

JobError
├── LeaseLost   the job belongs to somebody else by now
└── Later       not now: come back then
"""

from __future__ import annotations

from datetime import datetime, timedelta


class JobError(Exception):
    """Base of what this package raises."""


class LeaseLost(JobError):
    """The lease ran out and the job was taken over, or removed: roll back, or its effect happens twice."""


class Later(JobError):
    """Raised by a handler: run this job again at `due_at` or after `delay_seconds`.

    It counts as an attempt (`Leased.attempts`), but however often it is raised, the job does not die of it: whoever
    raises it decides when enough is enough. `pause_lane` lets the whole lane wait until then.
    """

    def __init__(
        self,
        due_at: datetime | None = None,
        *,
        delay_seconds: float = 0.0,
        reason: str = "",
        pause_lane: bool = False,
    ) -> None:
        super().__init__(reason)
        self.due_at = due_at
        self.delay_seconds = delay_seconds
        self.reason = reason
        self.pause_lane = pause_lane

    def due(self, now: datetime) -> datetime:
        """When to come back, aware UTC."""
        return self.due_at or now + timedelta(seconds=self.delay_seconds)
