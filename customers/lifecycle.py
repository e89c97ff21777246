"""What has become of an interaction: a pure fold over its events, the same for every order in which they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from customers.agents import one_name_each
from customers.events import AgentRef, CrmHint, Disposition, IdentityClaim, InteractionEvent
from customers.legs import Leg, LegDraft, LifecycleSettings, PushReason, finish
from customers.model import Channel, Direction, LegState, Verb

__all__ = [
    "AgentRef",
    "Disposition",
    "Facts",
    "InteractionState",
    "Leg",
    "LifecycleSettings",
    "PushReason",
    "as_of",
    "fold",
]

_RANK = {
    Verb.OFFERED: 0,
    Verb.ACCEPTED: 1,
    Verb.MISSED: 2,
    Verb.HELD: 3,
    Verb.RESUMED: 4,
    Verb.MESSAGE: 5,
    Verb.TRANSFERRED: 6,
    Verb.UNASSIGNED: 7,
    Verb.ENDED: 8,
    Verb.WRAPUP_STARTED: 9,
    Verb.WRAPUP_COMPLETED: 10,
    Verb.UPDATED: 11,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the interaction itself. Of each field the newest value that is not empty."""

    channel: Channel
    first_at: datetime
    """The oldest event's time."""
    last_at: datetime
    provider: str = ""
    direction: Direction | None = None
    business_address: str = ""
    queue_id: str = ""
    queue: str = ""
    root_ref: str = ""
    previous_ref: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    """The newest `ended`, of whichever agent."""
    end_by: str = ""
    end_reason: str = ""
    subject: str = ""
    url: str = ""
    recording_url: str = ""
    contact_id: str = ""
    contact_name: str = ""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    identities: tuple[IdentityClaim, ...] = ()
    """All that were ever named, oldest first."""
    crm_hints: tuple[CrmHint, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    """Sorted by key."""

    @property
    def transcript_url(self) -> str:
        """Where the transcript is, for whom it may concern: the attribute `transcriptUrl`, where it is an address."""
        text = dict(self.attributes).get("transcriptUrl", "")
        return text if text.startswith("https://") and not any(map(str.isspace, text)) else ""


@dataclass(frozen=True, slots=True)
class InteractionState:
    """The interaction and its legs, in the order in which the agents came to it. Comparable."""

    facts: Facts
    legs: tuple[Leg, ...] = ()

    @property
    def is_open(self) -> bool:
        """True while an agent has work on it (A-03)."""
        return any(leg.state.is_open for leg in self.legs)

    def leg_of(self, agent_key: str) -> Leg | None:
        """The newest leg of that agent."""
        return next((leg for leg in reversed(self.legs) if leg.agent_key == agent_key), None)


def fold(
    events: Iterable[InteractionEvent], settings: LifecycleSettings, known: Iterable[AgentRef] = ()
) -> InteractionState:
    """What `events`, all of one interaction and at least one, amount to; neither order nor repetition matters.

    `known`: agents with id and address, for events that name one by the address alone.
    `message` events add facts and never touch a leg. Raises ValueError where there is no event.
    """
    ordered = one_name_each(_in_order(events), known)
    if not ordered:
        raise ValueError("an interaction has at least one event")
    facts = _facts(ordered)
    legs = _Legs(facts.channel.is_live)
    for event in ordered:
        legs.take(event)
    finished = (finish(draft, settings, is_live=facts.channel.is_live) for draft in legs.drafts)
    return InteractionState(facts, tuple(finished))


def as_of(state: InteractionState, now: datetime) -> InteractionState:
    """`state` when nothing more is heard until `now`: legs whose time has run out are done."""
    return replace(state, legs=tuple(_closed(leg, now) for leg in state.legs))


def _closed(leg: Leg, now: datetime) -> Leg:
    if leg.closes_at is None or leg.closes_at > now:
        return leg
    return replace(leg, state=LegState.DONE, closed_at=leg.closes_at, closes_at=None)


def _in_order(events: Iterable[InteractionEvent]) -> list[InteractionEvent]:
    """Each event once, in the order in which things happened."""
    unique: dict[tuple[str, str], InteractionEvent] = {}
    for event in events:
        known = unique.setdefault((event.source, event.id), event)
        # Two events under one id are the sender's mistake; which is kept must not hang on who came first.
        if known != event and event.to_json() < known.to_json():
            unique[event.source, event.id] = event
    return sorted(
        unique.values(), key=lambda event: (event.at, event.sequence, _RANK[event.verb], event.id, event.source)
    )


_NEWEST = (
    "channel", "provider", "direction", "business_address", "queue_id", "queue", "root_ref", "previous_ref",
    "started_at", "subject", "url", "recording_url", "contact_id", "contact_name", "given_name", "family_name",
    "company",
)  # fmt: skip


def _facts(ordered: Sequence[InteractionEvent]) -> Facts:
    values = {name: value for event in ordered for name in _NEWEST if (value := getattr(event, name))}
    ends = [event for event in ordered if event.verb is Verb.ENDED]
    return Facts(
        first_at=ordered[0].at,
        last_at=ordered[-1].at,
        ended_at=ends[-1].at if ends else None,
        end_by=next((event.end_by for event in reversed(ends) if event.end_by), ""),
        end_reason=next((event.end_reason for event in reversed(ends) if event.end_reason), ""),
        identities=_united(claim for event in ordered for claim in event.identities),
        crm_hints=tuple(dict.fromkeys(hint for event in ordered for hint in event.crm_hints)),
        attributes=tuple(sorted(dict(pair for event in ordered for pair in event.attributes).items())),
        **values,
    )


def _united(claims: Iterable[IdentityClaim]) -> tuple[IdentityClaim, ...]:
    """Each identity once, with the newest name and the newest word on whether it is verified."""
    united: dict[tuple[str, str, str], IdentityClaim] = {}
    for claim in claims:
        key = (claim.kind, claim.provider, claim.value)
        known = united.setdefault(key, claim)
        united[key] = replace(
            known,
            display_name=claim.display_name or known.display_name,
            verified=known.verified if claim.verified is None else claim.verified,
        )
    return tuple(united.values())


class _Legs:
    """The legs while their events are gone through: which event is meant for which leg."""

    def __init__(self, is_live: bool) -> None:
        self._is_live = is_live
        self.drafts: list[LegDraft] = []

    def take(self, event: InteractionEvent) -> None:
        """Hand `event` to every leg that it is about."""
        if event.verb is Verb.MESSAGE:
            return
        legs = self._addressed(event) if event.agent is None else self._of_agent(event, event.agent)
        for leg in legs:
            leg.take(event)
        if event.verb is Verb.ENDED:
            self._note_end(event)

    def _of_agent(self, event: InteractionEvent, agent: AgentRef) -> list[LegDraft]:
        mine = [leg for leg in self.drafts if leg.agent_key == agent.key]
        if event.verb in (Verb.WRAPUP_STARTED, Verb.WRAPUP_COMPLETED):
            # A reopened case may be talked about again while the wrap-up of its first part arrives.
            mine = [leg for leg in mine if leg.may_be_wrapped_up] or mine
        if not mine:
            return [] if event.verb is Verb.UPDATED else [self._open(agent, 1)]
        newest = mine[-1]
        if event.verb in (Verb.OFFERED, Verb.ACCEPTED) and self._may_reopen(newest):
            newest.superseded_at = event.at
            return [self._open(agent, newest.index + 1)]
        return [newest]

    def _open(self, agent: AgentRef, index: int) -> LegDraft:
        leg = LegDraft(agent.key, index, agent)
        self.drafts.append(leg)
        return leg

    def _may_reopen(self, leg: LegDraft) -> bool:
        """A digital case can be taken up again; a call that ended cannot, only one that was given away or missed."""
        if leg.is_before_end:
            return False
        return not self._is_live or leg.ended_by is not Verb.ENDED

    def _addressed(self, event: InteractionEvent) -> list[LegDraft]:
        """The legs that an event without an agent is about."""
        if event.verb in (Verb.WRAPUP_STARTED, Verb.WRAPUP_COMPLETED):
            waiting = [leg for leg in self.drafts if leg.awaits_wrapup]
            return waiting or [leg for leg in self.drafts if leg.is_talking]
        is_meant = _WITHOUT_AGENT.get(event.verb)
        receiver = event.transfer_to.key if event.transfer_to else ""
        return [leg for leg in self.drafts if is_meant and is_meant(leg) and leg.agent_key != receiver]

    def _note_end(self, event: InteractionEvent) -> None:
        for leg in self.drafts:
            if leg.ended_by in (Verb.TRANSFERRED, Verb.UNASSIGNED) and leg.interaction_ended_at is None:
                leg.interaction_ended_at = event.at


_WITHOUT_AGENT: Mapping[Verb, Callable[[LegDraft], bool]] = {
    Verb.MISSED: lambda leg: leg.state is LegState.OFFERED,
    Verb.HELD: lambda leg: leg.is_talking,
    Verb.RESUMED: lambda leg: leg.is_talking,
    Verb.TRANSFERRED: lambda leg: leg.is_talking,
    Verb.UNASSIGNED: lambda leg: leg.is_before_end,
    Verb.ENDED: lambda leg: leg.is_before_end,
    Verb.UPDATED: lambda leg: leg.is_before_end or leg.awaits_wrapup,
}
