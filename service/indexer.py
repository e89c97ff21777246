"""Indexes cards behind the events that change them: a thread, woken by changed cards, that also looks by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from desk.changes import CARD_TOPIC
from jobs import attempt
from storage import index, index_state
from storage.engine import Database
from storage.match_inputs import MatchRules

POLL_SECONDS = 1.0
_TROUBLE_SECONDS = 5.0
_GATHERING_SECONDS = 0.05
"""After a change: what follows at once is indexed along with it."""
FEWEST, MOST = 25, 200
_SECONDS = 0.05
"""About so long a batch should keep others from writing on SQLite; theirs is the turn between two batches."""

_log = structlog.get_logger("index")


class Indexer:
    """Keeps the index up with the cards until it is stopped. Several processes share the work."""

    def __init__(self, database: Database, rules: MatchRules, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._database = database
        self._rules = rules
        self._poll_seconds = poll_seconds
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
        self._unsubscribe: Callable[[], None] | None = None
        self._batch = FEWEST

    def start(self) -> None:
        """Begin. Once only."""
        self._unsubscribe = self._database.listen(CARD_TOPIC, lambda _payload: self._wake.set())
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """The batch at hand is finished, or taken back when the process ends before; nothing is lost with it."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _run(self) -> None:
        is_ours = False
        while not self._stopping.is_set():
            try:
                is_ours = is_ours or self._prepare()
                if is_ours and self._index():
                    continue
                self._rest(self._poll_seconds)
            except Exception as error:  # noqa: BLE001 - the indexer outlives whatever happens
                _log.warning("index.failed", **attempt.describe(error))
                self._stopping.wait(_TROUBLE_SECONDS)

    def _prepare(self) -> bool:
        with self._database.write() as tx:
            return index_state.prepare(tx, self._rules)

    def _index(self) -> bool:
        """One batch; True where there may be more to do at once."""
        with self._database.read() as connection:
            if not index.is_behind(connection):
                return False
        began = time.monotonic()
        with self._database.write() as tx:
            done = index.reindex(tx, self._batch, self._rules)
        is_full = done == self._batch
        if is_full:
            seconds = time.monotonic() - began
            self._batch = min(MOST, max(FEWEST, round(self._batch * _SECONDS / max(seconds, 0.001))))
        return is_full

    def _rest(self, seconds: float) -> None:
        if self._wake.wait(seconds):
            self._stopping.wait(_GATHERING_SECONDS)
            self._wake.clear()
