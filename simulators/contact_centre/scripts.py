"""What happens in one interaction, as generic events with the seconds at which they fall."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

SOURCE = "/cc/simulator/main"
ELINOR = {"id": "a-7", "email": "elinor.dashwood@contoso.example", "name": "Elinor Dashwood"}
MARIANNE = {"id": "a-8", "email": "marianne.dashwood@contoso.example", "name": "Marianne Dashwood"}
EDWARD = {"name": "Edward Ferrars", "identities": [{"kind": "phone", "value": "+4915112345678"}]}
EDWARD_BY_MAIL = {
    "identities": [{"kind": "email", "value": "edward.ferrars@example.com", "displayName": "Edward Ferrars"}]
}
BUSINESS = {
    "voice": "+4930555010",
    "sms": "+4930555010",
    "email": "support@classics.example",
    "chat": "classics.example",
    "social": "classics",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event, to be sent `second` seconds after the story began; `text` tells an onlooker what it is."""

    second: float
    event: dict[str, Any]
    text: str = ""


@dataclass(slots=True)
class Script:
    """Writes the events of one interaction. Ids are unique to `run`."""

    run: str
    name: str
    channel: str = "voice"
    agent: Mapping[str, Any] = field(default_factory=lambda: dict(ELINOR))
    contact: Mapping[str, Any] = field(default_factory=lambda: dict(EDWARD))
    interaction: Mapping[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    hours_ago: float = 0
    """So long before now its events happen, where they are sent by hand."""

    @property
    def ref(self) -> str:
        """The interaction's id."""
        return f"{self.name}-{self.run}"

    def __call__(self, second: float, verb: str, text: str = "", **data: Any) -> Script:
        """`verb` happens; `agent=None` leaves the agent out, other keywords are parts of `data`."""
        step = Step(second, self.event(verb, len(self.steps) + 1, **data), text)
        self.steps.append(step)
        return self

    def event(self, verb: str, number: int, **data: Any) -> dict[str, Any]:
        """The event without its time."""
        agent = data.pop("agent", self.agent)
        content = {"interaction": {"id": self.ref, "channel": self.channel, **self._details()}, **data}
        if agent is not None:
            content["agent"] = dict(agent)
        if verb in ("offered", "accepted", "message"):
            content["contact"] = dict(self.contact)
        return {
            "specversion": "1.0",
            "id": f"{self.ref}.{number}",
            "source": SOURCE,
            "type": f"cc.interaction.{verb}.v1",
            "subject": self.ref,
            "datacontenttype": "application/json",
            "data": content,
        }

    def _details(self) -> dict[str, Any]:
        return {"direction": "inbound", "businessAddress": BUSINESS.get(self.channel, "classics"), **self.interaction}


def new_run() -> str:
    """What makes the ids of one run its own."""
    return uuid.uuid4().hex[:10]


def dated(event: Mapping[str, Any], at: datetime | None = None, seconds: float = 0) -> dict[str, Any]:
    """`event` with its time: `seconds` after `at`, or now."""
    moment = (at or datetime.now(UTC)) + timedelta(seconds=seconds)
    return {**event, "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
