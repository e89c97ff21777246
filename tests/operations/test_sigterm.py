"""SIGTERM: what has been leased is finished, nothing new is begun, nothing is lost or written twice (P-08)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs import queue
from storage.engine import Database
from tests.operations.process import served
from tests.scenarios.world import CONTACT, Grounds, World, agent, surrounded

TASKS = r"/sobjects/Task"


@pytest.mark.rule("P-08")
async def test_p08_a_push_that_is_under_way_is_finished_before_the_process_ends(
    grounds: Grounds, database_url: str, tmp_path: Path
) -> None:
    async with surrounded(grounds, database_url) as world:
        async with served(world, tmp_path) as service:
            await _at_wrap_up(world)
            world.salesforce_faults.arm({"fault": "slow", "seconds": 2, "path": TASKS, "times": 1})
            await _finishes(world)
            await world.until(lambda: not _armed(world), "the call to Salesforce is under way")
            assert world.tasks() == []
            service.terminate()
            assert await service.ended() == 0
            assert len(world.tasks()) == 1  # it was waited for
        assert _leased(database_url) == 0
        assert "service.left_behind" not in service.log.read_text()
        async with served(world, tmp_path):
            await world.idle()
        assert len(world.tasks()) == 1


@pytest.mark.rule("P-08")
async def test_p08_what_had_not_begun_is_done_by_the_next_process(
    grounds: Grounds, database_url: str, tmp_path: Path
) -> None:
    async with surrounded(grounds, database_url) as world:
        async with served(world, tmp_path) as service:
            await _at_wrap_up(world)
            world.salesforce_faults.arm({"fault": "outage", "times": -1})
            await _finishes(world)
            await world.until(lambda: world.salesforce_faults.armed() and _waits(database_url), "a push that waits")
            service.terminate()
            assert await service.ended() == 0
            assert world.tasks() == []
        world.salesforce_faults.clear()
        async with served(world, tmp_path):
            await world.until(world.tasks, "the task after the restart")
            await world.idle()
        assert len(world.tasks()) == 1


async def test_while_it_ends_it_is_not_ready_and_takes_no_events(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with surrounded(grounds, sqlite_url) as world, served(world, tmp_path) as service:
        await _at_wrap_up(world)
        world.salesforce_faults.arm({"fault": "slow", "seconds": 3, "path": TASKS, "times": 1})
        await _finishes(world)
        await world.until(lambda: not _armed(world), "the call to Salesforce is under way")
        service.terminate()
        await world.until(lambda: _status(world, "/readyz", 503), "not ready any more")
        assert await _status(world, "/healthz", 200)
        assert await service.ended() == 0


async def test_logs_are_one_json_object_a_line_without_personal_data(
    grounds: Grounds, sqlite_url: str, tmp_path: Path
) -> None:
    async with surrounded(grounds, sqlite_url) as world:
        async with served(world, tmp_path) as service:
            await _at_wrap_up(world)
            await _finishes(world)
            await world.until(world.tasks, "the task")
        logged = service.logged()
        assert {"service.started"} <= {line["event"] for line in logged}
        assert all({"event", "level", "timestamp"} <= line.keys() for line in logged)
        text = service.log.read_text()
        assert not any(word in text for word in ("Ferrars", "Dashwood", "+4915", "example.com", "Sent it again"))


async def test_prometheus_is_told_of_events_pushes_and_jobs(grounds: Grounds, sqlite_url: str, tmp_path: Path) -> None:
    async with surrounded(grounds, sqlite_url) as world, served(world, tmp_path):
        await _at_wrap_up(world)
        await _finishes(world)
        await world.until(world.tasks, "the task")
        await world.idle()
        async with world.session.get(f"{world.management_url}/metrics") as answer:
            text = await answer.text()
        for name in (
            'customer_card_intake_events_total{intake="main",result="stored"}',
            'customer_card_events_waiting{state="done"}',
            'customer_card_jobs_ended_total{lane="push:salesforce",outcome="done"} 1.0',
            "customer_card_job_seconds_bucket",
            "customer_card_open_views",
        ):
            assert name in text, name


async def _at_wrap_up(world: World) -> None:
    """Elinor has linked Edward's contact to a call that is over."""
    elinor = agent(world, "elinor")
    await elinor.act("customers.open")
    await world.happens("accepted")
    card = await elinor.first_card()
    await elinor.presses(card, "link.add", {"record": CONTACT})
    await world.happens("ended", wrapup={"expected": True})
    await world.happens("wrapup_started")


async def _finishes(world: World) -> None:
    elinor = agent(world, "elinor")
    card = await elinor.first_card()
    await elinor.presses(card, "wrapup.finish", wrapup__notes="Sent it again.")


def _armed(world: World) -> bool:
    return bool(world.salesforce_faults.armed())


async def _status(world: World, path: str, wanted: int) -> bool:
    async with world.session.get(f"{world.management_url}{path}") as answer:
        return answer.status == wanted


def _leased(url: str) -> int:
    database = Database(url)
    try:
        with database.read() as connection:
            return sum(state.count for state in queue.stats(connection) if state.state == "leased")
    finally:
        database.close()


def _waits(url: str) -> bool:
    database = Database(url)
    try:
        with database.read() as connection:
            return any(state.lane == "push:salesforce" for state in queue.stats(connection))
    finally:
        database.close()
