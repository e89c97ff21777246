"""What operators do beside the running service. Jobs that follow are carried out by its workers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from customers.ids import CardId, LegId, PushId, UserId, new_id
from customers.model import PushState
from desk import pushing
from desk.changes import card_changed
from desk.interactions import agent_matched
from desk.work import DeskSettings, Work
from intake.worker import EVENTS_LANE
from jobs import queue
from service.errors import UsageError
from storage import inbox, links, people
from storage.backup import backup
from storage.engine import Database, Tx
from storage.tables import pushes, users

_ALL = 1_000_000


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
        with self.database.write() as tx:
            chosen = [inbox.load(tx.connection, number) for number in numbers]
            if None in chosen:
                raise UsageError(f"there is no event {numbers[chosen.index(None)]}: see customer-card events list")
            rows = [row for row in chosen if row]
            rows += inbox.listing(tx.connection, ["failed"], _ALL) if failed else []
            for row in rows:
                inbox.mark(tx, row.id, "new")
                key = f"event:{row.id}"
                payload = {"event": str(row.id)}
                queue.enqueue(
                    tx, lane=EVENTS_LANE, kind="event", payload=payload, key=key, correlation_id=row.correlation_id
                )
        return len(rows)

    def pushes(self, states: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """Pushes in `states`."""
        with self.database.read() as connection:
            return [_told(row) for row in links.listing(connection, states, limit)]

    def retry(self, push_ids: Sequence[str], crm: str | None) -> int:
        """These pushes, those of `crm`, or all that failed or wait, are tried now."""
        states = (PushState.FAILED.value, PushState.RETRYING.value)
        with self.database.write() as tx:
            rows = links.listing(tx.connection, states, _ALL)
            known = {row["id"] for row in rows}
            missing = [push_id for push_id in push_ids if push_id not in known]
            if missing:
                raise UsageError(f"no push {missing[0]} failed or waits: see customer-card push list")
            chosen = [row for row in rows if (not push_ids or row["id"] in push_ids) and crm in (None, row["crm"])]
            for row in chosen:
                _send_again(tx, PushId(row["id"]), row["crm"], CardId(row["card_id"]))
            for lane in {pushing.lane(row["crm"]) for row in chosen}:
                queue.resume(tx, lane)
        return len(chosen)

    def agents(self) -> list[dict[str, Any]]:
        """Every agent, unmatched ones first."""
        with self.database.read() as connection:
            return [dict(row) for row in people.listing(connection)]

    def match(self, intake: str, agent: str, user: str) -> None:
        """The agent is this Teams user. Raises UsageError where one of the two is unknown."""
        with self.database.write() as tx:
            _match(tx, intake, agent, user)

    def import_agents(self, file: Path) -> int:
        """As `match` for each line of the file; all of them or none."""
        with file.open(newline="", encoding="utf-8-sig") as lines, self.database.write() as tx:
            rows = _rows(file.name, lines)
            for number, row in enumerate(rows, start=2):
                missing = [name for name in ("intake", "agent", "user") if not row.get(name)]
                if missing:
                    raise UsageError(f"{file.name}, line {number}: {missing[0]} is missing")
                _match(tx, row["intake"], row["agent"], row["user"])
        return len(rows)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A push as `push list` shows it, what it is about to do in a word."""
    shown = {name: value for name, value in row.items() if name != "is_withdrawal"}
    return shown | {"does": "withdraw" if row["is_withdrawal"] else "write"}


def _rows(name: str, lines: Iterable[str]) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error):
        raise UsageError(f"{name}: not a CSV file in UTF-8") from None


def _send_again(tx: Tx, push_id: PushId, crm: str, card_id: CardId) -> None:
    work = Work(tx, DeskSettings(), new_id())
    pushing.try_again(work, push_id, crm)
    leg_id = tx.execute(sa.select(pushes.c.leg_id).where(pushes.c.id == push_id)).scalar_one()
    card_changed(work, card_id, [LegId(leg_id)])


def _match(tx: Tx, intake: str, agent: str, user: str) -> None:
    wanted = user.lower()
    query = sa.select(users.c.user_id).where(
        sa.or_(users.c.user_id == wanted, users.c.email == wanted, users.c.upn == wanted)
    )
    found = tx.execute(query).scalars().all()
    if len(found) != 1:
        raise UsageError(
            f"{user}: {len(found)} Teams users are known by this: the user opens the pane or installs the app first"
        )
    user_id = UserId(found[0])
    agent_id = people.match_agent(tx, intake, agent, user_id)
    if agent_id is None:
        raise UsageError(f"{agent}: no such agent of {intake}: see customer-card agents list")
    agent_matched(Work(tx, DeskSettings(), new_id()), agent_id, user_id)
