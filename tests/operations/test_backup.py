"""Backup and restore as docs/operations.md says, literally, while events come in: nothing acknowledged is missing."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.errors import UsageError
from service.operations import Operations
from storage.backup import backup
from storage.engine import Database
from storage.errors import StorageUnavailable
from storage.tables import events
from tests.databases import Cluster, server_programs
from tests.operations.process import ROOT, environment, served
from tests.scenarios.world import Grounds, World, agent, surrounded

PAGE = ROOT / "docs" / "operations.md"
BEFORE, DURING = 25, 8


def block(kind: str) -> str:
    """What the page says to type."""
    (found,) = re.findall(rf"^```sh {kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


async def types(world: World, folder: Path, kind: str, **more: str) -> None:
    """An operator types the block, in the project's folder."""
    path = [str(Path(sys.executable).parent), *([str(programs)] if (programs := server_programs()) else [])]
    told = environment(world.tables) | more | {"PATH": ":".join([*path, os.environ["PATH"]])}
    process = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", block(kind), cwd=folder, env=told,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert (process.returncode, said.decode()) == (0, ""), kind


class Load:
    """Interactions that come in, one after the other, until they are told to stop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.acknowledged: list[str] = []
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        for number in range(100_000):
            event = await self._world.happens("accepted", self._world.script(f"load-{number}"))
            self.acknowledged.append(event["id"])

    async def reached(self, count: int) -> None:
        await self._world.until(lambda: len(self.acknowledged) >= count, f"{count} acknowledged events")

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def _backed_up(world: World, folder: Path, kind: str, **more: str) -> set[str]:
    """What had been acknowledged before the backup began; events came in all the while."""
    load = Load(world)
    await load.reached(BEFORE)
    known = set(load.acknowledged)
    await types(world, folder, kind, **more)
    assert len(load.acknowledged) > len(known)  # it was made under load
    await load.reached(len(known) + DURING)
    await load.stop()
    return known


async def _all_there(world: World, url: str, known: set[str]) -> None:
    """Stored, understood, and at work again."""
    database = Database(url)
    with database.read() as connection:
        stored = set(connection.execute(sa.select(events.c.event_id)).scalars())
    database.close()
    assert known <= stored
    await world.idle()
    async with world.session.get(f"{world.management_url}/readyz") as answer:
        report = await answer.json()
    assert set(report["events"]) == {"done"}
    assert await agent(world, "elinor").open_cards()


@pytest.mark.rule("P-08")
async def test_p08_sqlite_restored_from_a_backup_under_load_misses_nothing(grounds: Grounds, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / ".venv").symlink_to((ROOT / ".venv").resolve())
    copy = str(tmp_path / "backup.db")
    async with surrounded(grounds, "sqlite:///var/customer-card.db") as world:
        async with served(world, tmp_path, cwd=tmp_path):
            known = await _backed_up(world, tmp_path, "sqlite-backup", BACKUP=copy)
        await types(world, tmp_path, "sqlite-restore", BACKUP=copy)
        async with served(world, tmp_path, cwd=tmp_path):
            await _all_there(world, f"sqlite:///{tmp_path}/var/customer-card.db", known)


@pytest.mark.rule("P-08")
@pytest.mark.postgres
async def test_p08_postgresql_restored_from_a_backup_under_load_misses_nothing(
    grounds: Grounds, tmp_path: Path, postgres: Cluster
) -> None:
    (tmp_path / ".venv").symlink_to((ROOT / ".venv").resolve())
    url = postgres.migrated()
    restored = f"{url}_restored"
    names = {
        "BACKUP": str(tmp_path / "backup.dump"), "DATABASE": url, "RESTORED": restored,
        "SERVER": f"{url.rpartition('/')[0]}/postgres",
    }  # fmt: skip
    async with surrounded(grounds, url) as world:
        async with served(world, tmp_path):
            known = await _backed_up(world, tmp_path, "postgres-backup", **names)
        await types(world, tmp_path, "postgres-restore", **names)
        world.tables["database"] = {"url": restored}
        async with served(world, tmp_path):
            await _all_there(world, restored, known)
    for one in (url, restored):
        postgres.drop(one)


def test_a_backup_never_overwrites_and_never_stays_half_made(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    there = tmp_path / "there.db"
    there.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        Operations(database).back_up(there)
    with pytest.raises(UsageError, match="can be written"):
        Operations(database).back_up(tmp_path / "nowhere" / "x.db")
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    page = 4096
    with file.open("r+b") as broken:
        broken.seek(page * 3)
        broken.write(b"\xff" * page * 40)
    with pytest.raises(StorageUnavailable):
        backup(database, tmp_path / "copy.db")
    assert [one.name for one in tmp_path.iterdir() if "copy" in one.name] == []
    assert there.read_text() == "mine"
    database.close()


def test_on_postgresql_the_operator_is_told_what_to_use(postgres: Cluster, tmp_path: Path) -> None:
    database: Any = Database(postgres.migrated())
    with pytest.raises(UsageError, match="pg_dump"):
        Operations(database).back_up(tmp_path / "x.db")
    database.close()
