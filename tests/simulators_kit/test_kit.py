"""The simulators' common ground: TLS, faults, journal, start-up."""

from __future__ import annotations

import concurrent.futures
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from aiohttp import web

from simulators.kit.faults import Faults
from simulators.kit.server import JOURNAL, running, simulator_app
from simulators.kit.tls import Authority

ROOT = Path(__file__).parents[2]


class Counter:
    def __init__(self) -> None:
        self.faults = Faults()
        self.calls = 0
        self.app = simulator_app("counter", self.faults, lambda: {"calls": self.calls})
        self.app.router.add_post("/count", self._count)

    async def _count(self, _: web.Request) -> web.Response:
        self.calls += 1
        return web.json_response(self.calls)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def url(counter: Counter) -> Iterator[str]:
    with running(counter.app) as address:
        yield address


def _arm(url: str, *faults: dict[str, object]) -> None:
    assert requests.post(f"{url}/_simulator/faults", json=list(faults), timeout=5).status_code == 200


def _count(url: str, timeout: float = 5) -> requests.Response:
    return requests.post(f"{url}/count", timeout=timeout)


def test_many_processes_that_open_one_folder_share_one_authority(tmp_path: Path) -> None:
    code = "import sys,pathlib;from simulators.kit.tls import Authority;Authority(pathlib.Path(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    with running(Counter().app, tls=Authority(tmp_path)) as url:
        answer = requests.post(f"{url}/count", verify=str(tmp_path / "ca.pem"), timeout=5)
    assert answer.status_code == 200
    assert sorted(file.name for file in tmp_path.iterdir()) == ["authority.pem", "ca.pem"]


def test_a_client_that_does_not_know_the_authority_refuses_it(tmp_path: Path) -> None:
    with (
        running(Counter().app, tls=Authority(tmp_path / "one")) as url,
        pytest.raises(requests.exceptions.SSLError),
    ):
        requests.post(f"{url}/count", verify=str(Authority(tmp_path / "two").ca_file), timeout=5)


def test_an_unknown_route_is_501_and_in_the_journal(url: str, counter: Counter) -> None:
    assert requests.get(f"{url}/nothing?x=1", timeout=5).status_code == 501
    assert requests.put(f"{url}/count", timeout=5).status_code == 501
    seen = [(entry["n"], entry["method"], entry["path"], entry["status"]) for entry in counter.app[JOURNAL]]
    assert seen == [(1, "GET", "/nothing", 501), (2, "PUT", "/count", 501)]


def test_the_state_shows_what_it_holds_and_the_journal_but_not_its_own_calls(url: str) -> None:
    _count(url)
    state = requests.get(f"{url}/_simulator/state", timeout=5).json()
    assert state["calls"] == 1
    assert [entry["path"] for entry in state["journal"]] == ["/count"]


def test_an_outage_falls_as_often_as_it_was_armed_and_after_those_it_lets_pass(url: str, counter: Counter) -> None:
    _arm(url, {"fault": "outage", "times": 2, "after": 1, "method": "POST", "path": "^/count$"})
    assert [_count(url).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert counter.calls == 2


def test_an_outage_can_be_a_page_of_html_and_lasts_until_it_is_cleared(url: str) -> None:
    _arm(url, {"fault": "outage", "times": -1, "html": True})
    assert {_count(url).headers["Content-Type"].partition(";")[0] for _ in range(3)} == {"text/html"}
    assert requests.delete(f"{url}/_simulator/faults", timeout=5).status_code == 204
    assert _count(url).status_code == 200


def test_a_lost_answer_does_the_work_and_a_refused_call_does_not(url: str, counter: Counter) -> None:
    for fault, calls in (("answer_lost", 1), ("refused", 1)):
        _arm(url, {"fault": fault})
        with pytest.raises(requests.ConnectionError):
            _count(url)
        assert counter.calls == calls


def test_a_time_out_does_nothing_and_never_answers(url: str, counter: Counter) -> None:
    _arm(url, {"fault": "timeout"})
    with pytest.raises(requests.Timeout):
        _count(url, timeout=0.2)
    assert counter.calls == 0


def test_a_slow_answer_comes(url: str, counter: Counter) -> None:
    _arm(url, {"fault": "slow", "seconds": 0.05})
    assert _count(url).status_code == 200
    assert counter.app[JOURNAL][0]["seconds"] >= 0.05


def test_calls_that_belong_together_are_answered_when_the_last_has_come(url: str, counter: Counter) -> None:
    _arm(url, {"fault": "together", "times": 3})
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        early = [pool.submit(_count, url) for _ in range(2)]
        with pytest.raises(TimeoutError):
            early[0].result(0.1)
        assert counter.calls == 0
        assert _count(url).status_code == 200
        assert [one.result(5).status_code for one in early] == [200, 200]
    assert counter.calls == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_signal_kills_the_process_named(url: str, counter: Counter, when: str) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as victim:
        _arm(url, {"fault": "signal", "pid": victim.pid, "when": when})
        assert _count(url).status_code == 200
        assert victim.wait(10) == -signal.SIGKILL
    assert counter.calls == 1


@pytest.mark.parametrize("bad", [{}, {"fault": 3}, {"fault": "outage", "times": 0}, {"fault": "slow", "path": "("}, 3])
def test_a_fault_that_cannot_be_read_is_refused(url: str, bad: object) -> None:
    assert requests.post(f"{url}/_simulator/faults", json=[bad], timeout=5).status_code == 400


def test_faults_taken_by_many_threads_at_once_fall_exactly_as_often_as_armed() -> None:
    faults = Faults()
    faults.arm({"fault": "limit", "times": 50})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: faults.take("GET", "/", "limit"), range(200)))
    assert sum(fault is not None for fault in taken) == 50


def test_a_simulator_of_its_own_says_when_it_listens_and_ends_on_a_signal(tmp_path: Path) -> None:
    code = (
        "from simulators.kit.server import serve, simulator_app;"
        "from simulators.kit.faults import Faults;serve(lambda _: simulator_app('x', Faults(), dict))"
    )
    command = [sys.executable, "-c", code, "--tls", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        answer = requests.get(f"{ready['url']}/_simulator/state", verify=str(tmp_path / "ca.pem"), timeout=5)
        process.terminate()
        assert process.wait(10) == 0
    assert ready["ready"] is True
    assert answer.json()["simulator"] == "x"
