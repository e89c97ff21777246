"""`/healthz`, `/readyz`, `/metrics`: for operators, on a port of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from jobs import queue
from service.crossing import Crossing
from storage import inbox, links
from storage.engine import Database
from storage.errors import StorageUnavailable

_EVENTS = Gauge("customer_card_events_waiting", "Stored events by state", ["state"])
_PUSHES = Gauge("customer_card_pushes", "Pushes that are not through, by CRM and state", ["crm", "state"])
_VIEWS = Gauge("customer_card_open_views", "Panes that follow changes now")
_WAITING = ("sending", "retrying", "failed")


class Management:
    """The three addresses."""

    def __init__(self, database: Database, crossing: Crossing) -> None:
        self._database = database
        self._crossing = crossing
        self.is_ready = False
        """Set once everything has started; taken back when it stops."""
        self.watchers: Callable[[], int] = int

    def app(self) -> web.Application:
        """An application of its own."""
        app = web.Application()
        routes = [("/healthz", self._healthz), ("/readyz", self._readyz), ("/metrics", self._metrics)]
        app.add_routes([web.get(path, handler) for path, handler in routes])
        return app

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readyz(self, _request: web.Request) -> web.Response:
        """503 until it has started, and while the database does not answer. A CRM that is down does not count."""
        if not self.is_ready:
            return web.json_response({"status": "starting"}, status=503)
        try:
            report = await self._crossing.run(self._report)
        except StorageUnavailable:
            return web.json_response({"status": "the database does not answer"}, status=503)
        return web.json_response({"status": "ready", **report})

    def _report(self) -> Mapping[str, object]:
        with self._database.read() as connection:
            events = inbox.counts(connection)
            waiting = links.listing(connection, _WAITING, limit=10_000)
            lanes = queue.paused(connection, self._database.clock())
            jobs = queue.underway(connection, self._database.clock())
        pushes: dict[tuple[str, str], int] = {}
        for row in waiting:
            pushes[row["crm"], row["state"]] = pushes.get((row["crm"], row["state"]), 0) + 1
        for state, count in events.items():
            _EVENTS.labels(state).set(count)
        _PUSHES.clear()
        for (crm, state), count in pushes.items():
            _PUSHES.labels(crm, state).set(count)
        return {
            "events": events,
            "pushes": [{"crm": crm, "state": state, "count": count} for (crm, state), count in pushes.items()],
            "paused": {name: {"until": until.isoformat(), "reason": reason} for name, (until, reason) in lanes.items()},
            "jobs": jobs,
            "views": self.watchers(),
        }

    async def _metrics(self, _request: web.Request) -> web.Response:
        try:
            await self._crossing.run(self._report)
        except StorageUnavailable:
            return web.Response(status=503)
        _VIEWS.set(self.watchers())
        body = await self._crossing.run(generate_latest)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
