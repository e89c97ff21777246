"""A made-up day: the same seed makes the same day, under ids of its own run."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulators.contact_centre.scripts import EDWARD, ELINOR, MARIANNE, Script, Step

_CHANNELS = ("voice", "email", "chat", "social", "sms")
_WEIGHTS = (60, 15, 12, 8, 5)
_FIRST = ("Fanny", "Lucy", "Robert", "Charlotte", "Thomas", "Sophia", "Henry", "Anne", "William", "Margaret")
_LAST = ("Steele", "Palmer", "Jennings", "Middleton", "Brandon", "Grey", "Smith", "Carey", "Williams", "Ferrars")
_OUTCOMES = (("d-1", "Information given"), ("d-2", "Call back"), ("d-3", "Resolved"))
_TAGS = ("invoice", "delivery", "complaint", "praise", "contract")
HOURS = 8


def day(
    run: str,
    *,
    agents: int,
    interactions: int,
    seed: int,
    hours: float = HOURS,
    team: Sequence[Mapping[str, Any]] = (),
) -> list[Step]:
    """The steps of a working day of so many hours, in the order in which they happen; of `team`, where it is given."""
    rnd = random.Random(seed)
    team = team or _team(agents)
    steps: list[Step] = []
    for number in range(interactions):
        start = rnd.uniform(0, hours * 3600)
        steps += _shifted(_interaction(rnd, f"{number + 1:04d}-{run}", team), start)
    return sorted(steps, key=lambda step: step.second)


def _team(size: int) -> list[Mapping[str, Any]]:
    others: Iterable[Mapping[str, Any]] = (
        {"id": f"a-{number}", "email": f"agent{number}@contoso.example", "name": f"Agent {number}"}
        for number in range(9, 9 + max(0, size - 2))
    )
    return [ELINOR, MARIANNE, *others][:size]


def _shifted(steps: Sequence[Step], by: float) -> list[Step]:
    return [Step(step.second + by, step.event, step.text) for step in steps]


def _interaction(rnd: random.Random, run: str, team: Sequence[Mapping[str, Any]]) -> list[Step]:
    channel = rnd.choices(_CHANNELS, _WEIGHTS)[0]
    script = Script(run, channel, channel, rnd.choice(team), _contact(rnd, channel), _details(channel))
    return _call(rnd, script, team) if channel == "voice" else _digital(rnd, script, team)


def _details(channel: str) -> dict[str, Any]:
    return {"provider": "whatsapp"} if channel == "social" else {}


def _contact(rnd: random.Random, channel: str) -> dict[str, Any]:
    if channel == "voice" and rnd.random() < 0.1:
        return dict(EDWARD)
    if channel == "voice" and rnd.random() < 0.05:
        return {"identities": [{"kind": "phone", "value": "anonymous"}]}
    number = rnd.randrange(400)
    name = f"{_FIRST[number % 10]} {_LAST[number // 10 % 10]}"
    digits = f"4930555{number:04d}"
    identity = {
        "voice": {"kind": "phone", "value": f"+{digits}"},
        "sms": {"kind": "phone", "value": f"+{digits}"},
        "social": {"kind": "social", "provider": "whatsapp", "value": digits},
    }.get(channel, {"kind": "email", "value": f"{name.lower().replace(' ', '.')}.{number}@example.com"})
    return {"name": name, "identities": [identity]}


def _call(rnd: random.Random, call: Script, team: Sequence[Mapping[str, Any]]) -> list[Step]:
    call(0, "offered")
    if rnd.random() < 0.08:
        return call(20, "missed").steps
    at = rnd.uniform(2, 15)
    call(at, "accepted")
    for _ in range(rnd.choice((0, 0, 0, 1, 2))):
        at += rnd.uniform(5, 90)
        call(at, "held")
        at += rnd.uniform(5, 60)
        call(at, "resumed")
    if rnd.random() < 0.15 and len(team) > 1:
        at = _transfer(rnd, call, team, at)
    return _end_of_call(rnd, call, at + rnd.uniform(10, 400))


def _transfer(rnd: random.Random, script: Script, team: Sequence[Mapping[str, Any]], at: float) -> float:
    receiver = rnd.choice([agent for agent in team if agent["id"] != script.agent["id"]])
    at += rnd.uniform(5, 60)
    script(at, "transferred", transfer={"kind": "agent", "toAgent": dict(receiver)}, wrapup={"expected": False})
    script.agent = receiver
    script(at + 1, "offered")
    script(at + 4, "accepted")
    return at + 4


def _end_of_call(rnd: random.Random, call: Script, at: float) -> list[Step]:
    expected = rnd.choice((True, True, True, False, None))
    end = {"by": rnd.choice(("contact", "agent"))}
    said: dict[str, Any] = {} if expected is None else {"wrapup": {"expected": expected}}
    call(at, "ended", end=end, **said)
    if expected:
        call(at, "wrapup_started")
        length = rnd.uniform(5, 120)
        call(at + length, "wrapup_completed", wrapup={**_wrapup(rnd), "durationSeconds": int(length)})
    return call.steps


def _wrapup(rnd: random.Random) -> dict[str, Any]:
    outcome_id, outcome = rnd.choice(_OUTCOMES)
    tags = rnd.sample(_TAGS, rnd.randint(0, 2))
    return {"dispositions": [{"id": outcome_id, "name": outcome}], "tags": tags, "notes": f"{outcome} ({len(tags)})."}


def _digital(rnd: random.Random, script: Script, team: Sequence[Mapping[str, Any]]) -> list[Step]:
    at = 0.0
    script(at, "accepted")
    for number in range(rnd.randint(1, 4)):
        at += rnd.uniform(1, 120)
        inbound = number % 2 == 0
        message = {
            "id": f"m{number}-{script.ref}",
            "direction": "inbound" if inbound else "outbound",
            "author": "contact" if inbound else "agent",
            "text": "How are things with my order?" if inbound else "They are on their way.",
        }
        script(at, "message", message=message)
    if rnd.random() < 0.25 and len(team) > 1:
        at = _transfer(rnd, script, team, at)
    at += rnd.uniform(5, 300)
    return script(at, rnd.choice(("ended", "ended", "unassigned"))).steps
