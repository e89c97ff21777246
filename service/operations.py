"""What operators do beside the running service. Jobs that follow are carried out by its workers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customers.ids import new_id
from desk import operating
from desk.work import DeskSettings, Work
from service.errors import UsageError
from storage import inbox, people, unwritten
from storage.backup import backup
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Operations:
    """Each method is one transaction."""

    database: Database

    def back_up(self, file: Path) -> int:
        """The file holds everything that was stored before; its bytes. Raises UsageError, and then it is not there."""
        if self.database.dialect != "sqlite":
            raise UsageError("db backup copies SQLite; for PostgreSQL use pg_dump (docs/operations.md)")
        try:
            return backup(self.database, file)
        except FileExistsError:
            raise UsageError(f"{file} exists already: name a new file") from None
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}: name a file in a folder that can be written") from None

    def events(self, states: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """Events in `states`, without their bodies."""
        with self.database.read() as connection:
            rows = inbox.listing(connection, states, limit)
        names = ("id", "received_at", "intake", "state", "type", "subject", "event_id", "reason")
        return [{name: getattr(row, name) for name in names} for row in rows]

    def replay(self, numbers: Sequence[int], *, failed: bool) -> int:
        """These events are understood again. Raises UsageError for a number that is not there."""
        with self._work() as work:
            return operating.replay(work, numbers, failed=failed)

    def pushes(self, states: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """What is in `states` of all that is to be written into the CRMs."""
        with self.database.read() as connection:
            return [dict(row) for row in unwritten.listing(connection, states, limit)]

    def retry(self, push_ids: Sequence[str], crm: str | None) -> int:
        """These, those of `crm`, or all that failed or wait, are tried now. Raises UsageError for an id."""
        with self._work() as work:
            return operating.retry(work, push_ids, crm)

    def pause(self, crm: str) -> None:
        """Nothing is written into `crm` until `resume`."""
        with self._work() as work:
            operating.pause(work, crm)

    def resume(self, crm: str) -> None:
        """What waits for `crm` is written."""
        with self._work() as work:
            operating.resume(work, crm)

    def agents(self) -> list[dict[str, Any]]:
        """Every agent, unmatched ones first."""
        with self.database.read() as connection:
            return [dict(row) for row in people.listing(connection)]

    def match(self, intake: str, agent: str, user: str) -> None:
        """The agent is this Teams user. Raises UsageError where one of the two is unknown."""
        with self._work() as work:
            operating.match(work, intake, agent, user)

    def import_agents(self, file: Path) -> int:
        """As `match` for each line of the file; all of them or none."""
        with file.open(newline="", encoding="utf-8-sig") as lines, self._work() as work:
            rows = _rows(file.name, lines)
            for number, row in enumerate(rows, start=2):
                missing = [name for name in ("intake", "agent", "user") if not row.get(name)]
                if missing:
                    raise UsageError(f"{file.name}, line {number}: {missing[0]} is missing")
                operating.match(work, row["intake"], row["agent"], row["user"])
        return len(rows)

    @contextmanager
    def _work(self) -> Iterator[Work]:
        """One use case; what it does not find is wrong use."""
        try:
            with self.database.write() as tx:
                yield Work(tx, DeskSettings(), new_id())
        except operating.NotFound as error:
            raise UsageError(str(error)) from None


def _rows(name: str, lines: Iterable[str]) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error):
        raise UsageError(f"{name}: not a CSV file in UTF-8") from None
