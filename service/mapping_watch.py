"""Looks whether each mapping fits its CRM: at the start, every day, and ever again while one does not.

A mapping file that was changed is taken up, so that whoever mends one need not start the service again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass

import structlog

from connectors.interface import CrmConnector
from jobs import attempt
from push.fitness import Fitness
from service.crms import connector, mapping_text
from service.errors import ConfigError
from service.settings import Settings

POLL_SECONDS = 2.0
"""Between two looks at the files."""
DAY_SECONDS = 24 * 3600.0
FIRST_SECONDS, MOST_SECONDS = 3.0, 600.0
"""Until the next look at a CRM whose mapping does not fit; doubled each time, because a look costs calls."""

_log = structlog.get_logger("mapping")


@dataclass(slots=True)
class _Watched:
    text: str | None
    """Of the mapping file that is in force."""
    refused: str | None = None
    """A text that could not be used; said once."""
    looked_at: float = float("-inf")
    wait: float = FIRST_SECONDS
    """Until the next look, where it does not fit."""


class MappingWatch:
    """A thread of its own: a CRM that answers slowly keeps nobody waiting.

    Without `fitness` mappings are taken up and not checked: another process does that.
    """

    def __init__(
        self,
        settings: Settings,
        crms: MutableMapping[str, CrmConnector],
        fitness: Fitness | None,
        *,
        taken_up: Callable[[str, CrmConnector], None] = lambda _name, _crm: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._crms = crms
        self._fitness = fitness
        self._taken_up = taken_up
        self._clock = clock
        self._watched = {name: _Watched(mapping_text(settings, name)) for name in crms}
        self._retired: list[CrmConnector] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mapping", daemon=True)

    def start(self) -> None:
        """Begin. Once only."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """No look is begun any more."""
        self._stopping.set()
        self._thread.join(timeout)
        for one in self._retired:
            one.close()

    def look(self, name: str) -> None:
        """Whatever is due for the CRM `name`: its changed mapping is taken up, or its mapping checked."""
        watched = self._watched[name]
        is_new = self._take_up(name, watched)
        if self._fitness is None:
            return
        # A push that was refused may have found meanwhile that the mapping does not fit.
        wait = DAY_SECONDS if self._fitness.known(name) else watched.wait
        if not is_new and self._clock() < watched.looked_at + wait:
            return
        watched.looked_at = self._clock()
        is_fit = self._fitness.fits(name, since=time.monotonic())
        watched.wait = FIRST_SECONDS if is_new or is_fit else min(MOST_SECONDS, watched.wait * 2)

    def _take_up(self, name: str, watched: _Watched) -> bool:
        text = mapping_text(self._settings, name)
        if text in (watched.text, watched.refused):
            return False
        try:
            made = connector(self._settings, name)
        except ConfigError as error:
            _log.error("mapping.unreadable", crm=name, error=str(error), in_force="the mapping as it was before")
            watched.refused = text
            return False
        self._retired.append(self._crms[name])  # whoever is in the midst of a call ends it
        self._crms[name] = made
        self._taken_up(name, made)
        if self._fitness is not None:
            self._fitness.forget(name)
        watched.text, watched.refused = text, None
        _log.info("mapping.taken_up", crm=name)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            for name in self._watched:
                try:
                    self.look(name)
                except Exception as error:  # noqa: BLE001 - the watch outlives whatever happens
                    _log.warning("mapping.watch_failed", crm=name, **attempt.describe(error))
            self._stopping.wait(POLL_SECONDS)
