"""Events of a contact centre for the benchmarks: every one a new caller's accepted call."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from customers.events import AgentRef, IdentityClaim, InteractionEvent
from customers.model import Channel, Direction, IdentityKind, Verb
from desk.work import DeskSettings, IntakeRules
from intake.ports import StoredEvent

INTAKE = "bench"
SOURCE = "urn:bench:contact-centre"
SETTINGS = DeskSettings(
    intakes={INTAKE: IntakeRules(country="GB")},
    crm_labels={"salesforce": "Salesforce", "dynamics": "Dynamics 365"},
)
_AGENTS = 50


def accepted(number: int, agent: AgentRef | None = None) -> InteractionEvent:
    """`agent`, or one of fifty, takes the call of a person who has never called before."""
    phone = f"+4420{number:08d}"
    return InteractionEvent(
        source=SOURCE,
        id=f"accepted-{number}",
        verb=Verb.ACCEPTED,
        at=datetime.now(UTC) - timedelta(seconds=1),
        interaction_ref=f"call-{number}",
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        business_address="+442070000000",
        queue="Support",
        agent=agent or _one_of_many(number % _AGENTS),
        identities=(IdentityClaim(IdentityKind.PHONE, phone),),
    )


def stored(number: int) -> StoredEvent:
    """The same call as the intake stores it, with a body of the usual size."""
    event = accepted(number)
    return StoredEvent(
        source=SOURCE,
        id=event.id,
        type="cc.interaction.accepted.v1",
        subject=event.interaction_ref,
        time=event.at,
        received_at=event.at,
        body=json.dumps({"specversion": "1.0", "data": event.to_json()}).encode(),
        correlation_id=f"{number:032x}",
    )


def _one_of_many(number: int) -> AgentRef:
    return AgentRef(id=f"agent-{number}", email=f"agent-{number}@example.com", name=f"Agent {number}")
