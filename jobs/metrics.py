"""What Prometheus is told about jobs."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jobs import queue
from storage.engine import Database
from storage.errors import StorageUnavailable

ENDED = Counter("customer_card_jobs_ended", "Jobs that a worker has ended, by how", ["lane", "outcome"])
"""Outcomes: done, later, failed (tried again), dead, lost (taken over by another)."""
TAKEN = Histogram("customer_card_job_seconds", "How long the handler of a job ran", ["lane"])


class QueueCollector(Collector):
    """Reads the queue's length and age when they are asked for; empty while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[GaugeMetricFamily]:
        """No look at the database when it is registered."""
        return list(_families())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges `customer_card_jobs{lane,state}` and `customer_card_jobs_oldest_seconds{lane,state}`."""
        length, age = _families()
        try:
            with self._database.read() as connection:
                states = queue.stats(connection)
        except StorageUnavailable:
            return
        now = self._database.clock()
        for state in states:
            labels = [state.lane, state.state]
            length.add_metric(labels, state.count)
            age.add_metric(labels, max(0.0, (now - state.oldest_due_at).total_seconds()))
        yield from (length, age)


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    labels = ["lane", "state"]
    return (
        GaugeMetricFamily("customer_card_jobs", "Jobs in the queue", labels=labels),
        GaugeMetricFamily("customer_card_jobs_oldest_seconds", "How long the oldest has been due", labels=labels),
    )
