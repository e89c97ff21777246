"""The simulated contact centre against the real border."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from customers.events import InteractionEvent
from customers.lifecycle import InteractionState, LifecycleSettings, PushReason, as_of, fold
from customers.model import LegState, Verb
from intake.http import routes
from intake.settings import IntakeSettings
from intake.sources.generic.parse import parse_event
from intake.sources.generic.read import read
from simulators.contact_centre.app import contact_centre
from simulators.contact_centre.cli import main
from simulators.contact_centre.day import day
from simulators.contact_centre.player import Playing, play
from simulators.contact_centre.scripts import Step, dated
from simulators.contact_centre.sender import Sender, signed
from simulators.contact_centre.stories import STORIES
from simulators.kit.app import ADDRESS
from simulators.kit.server import running
from tests.intake.border_kit import SECRET, ListInbox

FAST = Playing(speed=0)


class Centre:
    """A border, and a sender that knows it."""

    def __init__(self, inbox: ListInbox, sender: Sender) -> None:
        self.inbox, self.sender = inbox, sender

    def states(self) -> list[InteractionState]:
        """Every interaction that was taken in."""
        by_ref: dict[str, list[InteractionEvent]] = {}
        for stored in self.inbox.events:
            event = read(stored.body, stored.received_at)
            assert isinstance(event, InteractionEvent)
            by_ref.setdefault(event.interaction_ref, []).append(event)
        return [fold(events, LifecycleSettings()) for events in by_ref.values()]


@pytest.fixture
async def centre(aiohttp_server: Any) -> Any:
    inbox = ListInbox()
    app = web.Application()
    app.add_routes(routes({"main": IntakeSettings(secrets=(SECRET,), rate=10_000)}, inbox))
    server: TestServer = await aiohttp_server(app)
    sender = Sender(str(server.make_url("/intake/v1/main")), SECRET, patience=5)
    yield Centre(inbox, sender)
    await sender.close()


def test_its_signature_is_the_one_of_standard_webhooks() -> None:
    body = '{"a": "ä"}'
    now = int(datetime.now(UTC).timestamp())
    assert Webhook(SECRET).verify(body, signed(SECRET, "m-1", now, body.encode())) == {"a": "ä"}


@pytest.mark.parametrize("name", sorted(STORIES))
async def test_every_story_is_acknowledged(centre: Centre, name: str) -> None:
    assert await play(STORIES[name]("r1"), centre.sender, FAST)
    assert centre.sender.refused == []
    assert len(centre.inbox.events) == len(centre.sender.acknowledged) == len(STORIES[name]("r1"))


async def test_the_story_of_edward_s_call_ends_with_one_wrapped_up_leg(centre: Centre) -> None:
    await play(STORIES["edward_calls"]("r1"), centre.sender, FAST)
    [state] = centre.states()
    [leg] = state.legs
    assert (leg.agent.id, leg.agent.email) == ("a-7", "elinor.dashwood@contoso.example")
    assert (leg.state, leg.push_reason) == (LegState.DONE, PushReason.WRAPUP_COMPLETED)
    assert state.facts.identities[0].value == "+4915112345678"


async def test_a_day_repeated_and_shuffled_ends_as_the_same_day(centre: Centre) -> None:
    steps = day("r1", agents=4, interactions=40, seed=7)
    disorder = Playing(speed=0, repeat=0.4, shuffle=9, senders=4, seed=3)
    assert await play(steps, centre.sender, disorder)
    assert len(centre.sender.acknowledged) > len(steps) == len(centre.inbox.events)
    states = centre.states()
    assert len(states) == 40
    told = [(stored.source, stored.id) for stored in centre.inbox.events]
    assert told != [(step.event["source"], step.event["id"]) for step in steps]
    for state in states:
        assert not as_of(state, datetime(2100, 1, 1, tzinfo=UTC)).is_open


def test_the_same_seed_makes_the_same_day_under_other_ids() -> None:
    one, other = day("a", agents=3, interactions=20, seed=1), day("b", agents=3, interactions=20, seed=1)
    assert [(step.second, step.event["type"]) for step in one] == [(step.second, step.event["type"]) for step in other]
    assert not {step.event["id"] for step in one} & {step.event["id"] for step in other}
    assert [step.second for step in day("a", agents=3, interactions=20, seed=2)] != [step.second for step in one]


@pytest.mark.parametrize("seed", range(5))
def test_a_day_fits_the_schema_and_has_every_kind_of_event(seed: int) -> None:
    now = datetime.now(UTC)
    steps = day("r", agents=5, interactions=150, seed=seed)
    for step in steps:
        parse_event(dated(step.event, now), now, "")
    verbs = {step.event["type"].split(".")[2] for step in steps}
    assert verbs == {verb.value for verb in Verb} - {"updated"}
    assert {step.event["data"]["interaction"]["channel"] for step in steps} >= {"voice", "email", "chat", "social"}


async def test_it_sends_again_until_it_is_believed(centre: Centre) -> None:
    centre.inbox.is_down = True

    class Recovering(ListInbox):
        async def put(self, intake: str, events: Any) -> None:
            centre.inbox.is_down = self.calls < 2
            self.calls += 1
            await centre.inbox.put(intake, events)

    recovering = Recovering()
    app = web.Application()
    app.add_routes(routes({"main": IntakeSettings(secrets=(SECRET,))}, recovering))
    async with TestServer(app) as server:
        sender = Sender(str(server.make_url("/intake/v1/main")), SECRET, patience=20)
        step = STORIES["edward_rings"]("r1")[0]
        assert await sender.send(dated(step.event))
        await sender.close()
    assert sender.acknowledged[0]["attempts"] == 3
    assert len(centre.inbox.events) == 1


async def test_it_gives_up_what_is_refused_or_unanswered(centre: Centre) -> None:
    event = dated(STORIES["edward_rings"]("r1")[0].event)
    assert not await centre.sender.send({**event, "type": "nonsense"})
    nobody = Sender("http://127.0.0.1:9/intake/v1/main", SECRET, patience=0.05)
    assert not await nobody.send(event)
    await nobody.close()
    assert [item["status"] for item in (*centre.sender.refused, *nobody.refused)] == [400, 0]


@pytest.fixture
def inbox() -> ListInbox:
    return ListInbox()


@pytest.fixture
def target(inbox: ListInbox) -> Iterator[str]:
    """A border in a thread of its own."""
    from simulators.kit.faults import Faults
    from simulators.kit.server import simulator_app

    app = simulator_app("border", Faults(), dict)
    app.add_routes(routes({"main": IntakeSettings(secrets=(SECRET,), rate=10_000)}, inbox))
    with running(app) as url:
        yield f"{url}/intake/v1/main"


def test_the_switchboard_rings_hangs_up_and_wraps_up(target: str, inbox: ListInbox) -> None:
    app = contact_centre(Sender(target, SECRET))
    with running(app) as url:
        assert app[ADDRESS].url == url

        def order(name: str, **body: Any) -> requests.Response:
            return requests.post(f"{url}/_simulator/{name}", json=body, timeout=10)

        first = order("call").json()
        assert first["acknowledged"] is True
        second = order("call", accept=False, agent={"id": "a-9"}, channel="chat").json()["interaction"]
        assert order("hang-up", interaction=first["interaction"]).status_code == 200
        assert order("wrap-up", interaction=first["interaction"], notes="Done.", tags=["x"]).status_code == 200
        assert order("event", interaction=second, verb="missed").status_code == 200
        assert order("play", story="edward_calls", speed=1000).json()["acknowledged"] is True
        assert order("call", channel="email", hours_ago=24).json()["acknowledged"] is True
        assert order("hang-up", interaction="unknown").status_code == 400
        assert order("play", story="unknown").status_code == 400
        state = requests.get(f"{url}/_simulator/state", timeout=10).json()
    assert len(state["acknowledged"]) == len(inbox.events) == 2 + 1 + 2 + 1 + 1 + 7 + 2
    times = [datetime.fromisoformat(json.loads(event.body)["time"]) for event in inbox.events]
    assert timedelta(hours=23) < times[0] - times[-1] < timedelta(hours=25)
    assert [kind.split(".")[2] for kind in state["interactions"][first["interaction"]]] == [
        "offered", "accepted", "ended", "wrapup_started", "wrapup_completed",
    ]  # fmt: skip


def test_an_unbelieved_order_is_502(target: str) -> None:
    with running(contact_centre(Sender(target, "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk="))) as url:
        answer = requests.post(f"{url}/_simulator/call", json={}, timeout=10)
    assert (answer.status_code, answer.json()["acknowledged"]) == (502, False)


def test_the_command_line(
    target: str, inbox: ListInbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ["--target", target, "--secret", SECRET]
    assert main([*known, "play", "edward_calls", "--speed", "0"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"acknowledged": 7, "refused": 0, "attempts": 7}
    assert main([*known, "day", "--agents", "2", "--interactions", "3", "--seed", "1", "--speed", "0"]) == 0
    lines = tmp_path / "events.jsonl"
    lines.write_text("\n".join(json.dumps(dated(step.event)) for step in story()), "utf-8")
    inbox.events.clear()
    assert main([*known, "replay", str(lines), "--speed", "0"]) == 0
    assert main([*known, "replay", str(lines), "--speed", "0", "--keep-ids"]) == 0
    assert len(inbox.events) == 2 * len(story())
    monkeypatch.delenv("CONTACT_CENTRE_SECRET", raising=False)
    assert main(["--target", target, "play", "edward_calls"]) == 2
    assert "--secret" in capsys.readouterr().err


def story() -> list[Step]:
    return STORIES["edward_chats"]("file")


def test_as_a_process_it_is_the_switchboard(target: str) -> None:
    command = [sys.executable, "-m", "simulators.contact_centre", "--port", "0", "--target", target, "--secret", SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        try:
            answer = requests.post(f"{ready['url']}/_simulator/call", json={}, timeout=10)
            assert answer.json()["acknowledged"] is True
        finally:
            process.terminate()
    assert process.returncode == 0
