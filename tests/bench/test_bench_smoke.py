"""One short round of what the figures stand on: floors, load driver, stand-ins, databases."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from bench import border, link_add, outbox, proactive, throughput, throughput_crms
from bench.activity import invoke
from bench.contest import FLOOR, FLOOR_JSON, OURS, Entrant
from bench.databases import databases, job_count
from bench.latency import Stopwatch
from bench.postgres import PostgresMissing
from bench.processes import ProcessFailed
from bench.run import Run
from bench.samplecard import sample_card
from bench.scene import invoke_answer
from bench.throughput_crms import Crm
from bench.views import views
from jobs.queue import enqueue
from storage.engine import Database, Tx

ABSENT = Entrant("ours", "bench.no_such_module")


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with Run(1, cpu_seconds=0.02, is_quiet=True) as short:
        yield short


def test_the_sample_card_weighs_twelve_kilobytes() -> None:
    size = len(json.dumps(sample_card(), separators=(",", ":"), ensure_ascii=False).encode())
    assert 11_500 <= size <= 12_500


def test_the_invoke_weighs_about_what_teams_sends(run: Run) -> None:
    assert 1_000 <= len(json.dumps(invoke(run.stage.scene))) <= 1_500


def test_the_floor_of_the_border_answers_with_the_card_and_checks_the_token(run: Run) -> None:
    stage = run.stage
    floor = stage.server(FLOOR.module, *FLOOR.args)
    status, body = stage.once(floor)
    assert (status, json.loads(body)) == (200, invoke_answer(stage.scene.card))
    wrong = {
        "forged": stage.signer.token(stage.scene, forged=True),
        "audience": stage.signer.token(stage.scene, aud="somebody-else"),
        "issuer": stage.signer.token(stage.scene, iss="https://example.com"),
        "expired": stage.signer.token(stage.scene, exp=1_000_000_000),
        "serviceurl": stage.signer.token(stage.scene, serviceurl="https://example.com/"),
        "garbage": "garbage",
    }
    assert {name: stage.once(floor, token=token)[0] for name, token in wrong.items()} == dict.fromkeys(wrong, 401)


@pytest.mark.parametrize("benchmark", [border, proactive])
def test_a_contest_says_who_is_missing_and_why(run: Run, benchmark: object) -> None:
    (figure,) = benchmark.measure(run, (FLOOR, FLOOR_JSON, ABSENT))  # type: ignore[attr-defined]
    assert figure.floor is not None
    assert figure.floor > 10
    assert figure.value is None
    assert figure.passed is False
    assert figure.notes[0].startswith(f"{OURS.name} is not available: ")
    assert "no_such_module" in figure.notes[0]


def test_an_update_of_the_floor_reaches_the_connector_with_its_token(run: Run) -> None:
    floor = run.stage.server(FLOOR.module, *FLOOR.args)
    run.stage.cloud.ask("counts")
    floor.ask("updates", count=3, concurrency=2)
    assert run.stage.cloud.ask("counts") == {"connector": 3}


def test_a_command_that_fails_is_told_to_the_harness(run: Run) -> None:
    floor = run.stage.server(FLOOR.module, *FLOOR.args)
    with pytest.raises(ProcessFailed, match="KeyError"):
        floor.ask("updates", concurrency=1)


def test_the_outbox_is_measured_with_jobs_and_without(run: Run) -> None:
    with databases("sqlite") as fresh:
        results = outbox.compare(outbox.understand, fresh, run)
    assert all(series["per_s"].median > 1 for series in results.values())


def test_a_floor_that_writes_jobs_is_not_measured(run: Run) -> None:
    def behind_its_back(db: Database, number: int) -> None:
        with db.write() as tx:
            whole = Tx(tx.connection, tx._backend, tx.now)
            enqueue(whole, lane="events", kind="event", payload={"event": str(number)})

    with databases("sqlite") as fresh, pytest.raises(ProcessFailed, match="floor wrote jobs"):
        outbox.compare(behind_its_back, fresh, run)


def test_the_time_from_commit_to_job_done_is_taken() -> None:
    with databases("sqlite") as fresh:
        db = fresh()
        times = Stopwatch(db).measure(3)
        assert len(times) == 3
        assert 0 < times[0] <= times[-1] < 10_000
        assert job_count(db) == 0
        db.close()


@pytest.mark.postgres
def test_the_benchmark_has_a_postgresql_of_its_own() -> None:
    try:
        with databases("postgresql") as fresh:
            db = fresh()
            assert db.dialect == "postgresql"
            assert job_count(db) == 0
            db.close()
    except PostgresMissing as missing:
        pytest.skip(str(missing))


def test_a_real_link_add_is_measured_beside_its_own_statements(run: Run) -> None:
    """The two databases end up with the same number of links, or the figure is refused."""
    (figure,) = link_add.measure(run)
    assert figure.value is not None
    assert figure.floor is not None
    assert figure.ratio == pytest.approx(figure.value / figure.floor)


def test_our_servers_keep_to_one_processor_as_in_the_field(run: Run) -> None:
    pid, deadline = run.stage.server(OURS.module).pid, time.monotonic() + 60
    while len(os.sched_getaffinity(pid)) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_cards_to_draw_are_different_and_the_same_in_every_run() -> None:
    drawn = {repr(view) for view, _viewer in views(50)}
    assert len(drawn) == 50
    assert views(50) == views(50)


@pytest.mark.parametrize("kind", throughput_crms.CRMS, ids=["salesforce", "dynamics"])
def test_throughput_writes_every_push_and_counts_the_calls(
    kind: Callable[[float], AbstractContextManager[Crm]],
) -> None:
    with kind(0.01) as crm:
        ours = throughput.ours_of(crm, 4, 4)
        peer = throughput.peer_of(crm, 4, 8)
    assert 1 <= ours.calls_per_push <= 4
    assert 1 <= peer.calls_per_push <= 4
    assert ours.lag_p99_ms >= 0
