"""What the database says, looked at from outside all the time: which version of which card is committed when."""

from __future__ import annotations

import threading
import time
from typing import Self

import sqlalchemy as sa

from storage.engine import Database
from storage.tables import cards
from tests.replay.replay_judge import GONE, Committed

LOOK_SECONDS = 0.1
_ALL = sa.select(cards.c.id, cards.c.version, cards.c.survivor_id)


class Versions:
    """`with` looks from then on, in a thread; `committed` is what it found, never earlier than it was committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, float] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look_all_the_time, name="versions")
        self.committed: list[Committed] = []

    def __enter__(self) -> Self:
        self._look()
        self.committed.clear()
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ending.set()
        self._thread.join()

    def _look_all_the_time(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        with self._database.read() as connection:
            rows = connection.execute(_ALL).all()
        now = time.time()
        for card, version, survivor in rows:
            new = GONE if survivor else float(version)
            if self._known.get(card) != new:
                self._known[card] = new
                self.committed.append(Committed(now, card, new))
