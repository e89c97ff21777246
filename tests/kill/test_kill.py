"""kill -9 at every point of the way: nothing acknowledged is lost, nothing is written twice, every card is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill.kill_launcher import BEFORE_COMMIT
from tests.kill.kill_run import Plan, Report, play
from tests.kill.kill_schedule import AFTER_CRM, IN_CALL, POINTS

SEEDS = (1811, 1813)


async def _run(database_url: str, folder: Path, plan: Plan) -> Report:
    report = await play(database_url, folder, plan, print)
    print(report)  # noqa: T201 - the counts belong into the log of every run
    return report


@pytest.mark.rule("P-08")
async def test_p08_killed_15_times_nothing_is_lost_and_nothing_written_twice(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        report = await _run(database_url, tmp_path, Plan(seed=1811, interactions=100, kills=15, at_once=24))
    assert not report.problems, str(report)
    assert all(report.killed[point] >= 3 for point in POINTS)


@pytest.mark.soak
@pytest.mark.rule("P-08")
@pytest.mark.parametrize("seed", SEEDS)
async def test_p08_killed_50_times_nothing_is_lost_and_nothing_written_twice(
    database_url: str, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        report = await _run(database_url, tmp_path, Plan(seed=seed, interactions=500, kills=50))
    assert not report.problems, str(report)
    assert all(report.killed[point] >= 8 for point in POINTS)


@pytest.mark.parametrize(
    ("spoil", "point", "verdict"),
    [
        ("key", AFTER_CRM, "2 activities instead of one"),
        ("lease", IN_CALL, "0 activities instead of one"),
        ("store", BEFORE_COMMIT, "was acknowledged and is not there"),
    ],
)
async def test_the_judge_notices_what_is_taken_out_on_purpose(
    spoil: str, point: str, verdict: str, sqlite_url: str, tmp_path: Path
) -> None:
    plan = Plan(seed=1811, interactions=40, kills=4, at_once=20, points=(point,), spoil=spoil, patience=30)
    report = await _run(sqlite_url, tmp_path, plan)
    assert any(verdict in problem for problem in report.problems), str(report)
