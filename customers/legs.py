"""One agent's part of an interaction: how it moves, and when it must be pushed. Pure; used by `customers.lifecycle`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum

from customers.events import AgentRef, Disposition, InteractionEvent
from customers.model import LegState, Verb, WrapUpPlace

_TALKING = (LegState.ACTIVE, LegState.HELD)
_BEFORE_END = (None, LegState.OFFERED, LegState.ACTIVE, LegState.HELD)
_GIVEN_AWAY = (Verb.TRANSFERRED, Verb.UNASSIGNED)


class PushReason(StrEnum):
    """Why a leg is pushed at its `push_due_at`."""

    WRAPUP_COMPLETED = "wrapup_completed"
    WRAPUP_TIMEOUT = "wrapup_timeout"
    """Wrap-up began, or was announced, and never ended (C-13)."""
    NO_WRAPUP = "no_wrapup"
    """The platform said that there is none."""
    GRACE = "grace"
    """Nothing was heard of a wrap-up (C-13)."""
    TRANSFERRED = "transferred"
    UNASSIGNED = "unassigned"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LifecycleSettings:
    """The part of `[intake.NAME]` that decides when a leg is over and when it is pushed."""

    wrapup_timeout: timedelta = timedelta(minutes=30)
    wrapup_grace: timedelta = timedelta(seconds=30)
    digital_push: frozenset[Verb] = frozenset({Verb.TRANSFERRED, Verb.UNASSIGNED, Verb.ENDED})
    """Which of `transferred`, `unassigned`, `ended` push a digital leg (C-09)."""
    wrapup: WrapUpPlace = WrapUpPlace.PLATFORM


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's part, named by (`agent_key`, `index`); the index counts from 1 and rises when a case is reopened."""

    agent_key: str
    index: int
    agent: AgentRef
    state: LegState
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    held_at: datetime | None = None
    """Since when the customer is on hold; None unless the state is HELD."""
    held_seconds: int = 0
    ended_at: datetime | None = None
    ended_by: Verb | None = None
    """`transferred`, `unassigned`, `ended` or `missed`."""
    transfer_to: AgentRef | None = None
    wrapup_expected: bool | None = None
    wrapup_started_at: datetime | None = None
    wrapup_completed_at: datetime | None = None
    """The first completion; a later one amends the content only."""
    closed_at: datetime | None = None
    """When the agent was through with it; None while the state is open."""
    closes_at: datetime | None = None
    """When an open leg is over if nothing more is heard of it; see `lifecycle.as_of`."""
    notes: str = ""
    dispositions: tuple[Disposition, ...] = ()
    tags: tuple[str, ...] = ()
    wrapup_seconds: int | None = None
    push_due_at: datetime | None = None
    """From when linked records are written; None: not yet known, or never (missed legs)."""
    push_reason: PushReason | None = None


@dataclass(slots=True)
class LegDraft:
    """A leg while its events are gone through, oldest first."""

    agent_key: str
    index: int
    agent: AgentRef
    state: LegState | None = None
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    held_at: datetime | None = None
    held: timedelta = field(default_factory=timedelta)
    ended_at: datetime | None = None
    ended_by: Verb | None = None
    interaction_ended_at: datetime | None = None
    """When the whole interaction ended after this leg had been given away."""
    superseded_at: datetime | None = None
    transfer_to: AgentRef | None = None
    wrapup_expected: bool | None = None
    wrapup_started_at: datetime | None = None
    wrapup_completed_at: datetime | None = None
    notes: str = ""
    dispositions: tuple[Disposition, ...] = ()
    tags: tuple[str, ...] = ()
    wrapup_seconds: int | None = None

    @property
    def is_before_end(self) -> bool:
        """True while the conversation is not over."""
        return self.state in _BEFORE_END

    @property
    def is_talking(self) -> bool:
        """True while agent and customer are connected, on hold included."""
        return self.state in _TALKING

    @property
    def awaits_wrapup(self) -> bool:
        """True when the conversation is over and its wrap-up is not."""
        return self.state in (LegState.ENDED, LegState.WRAP_UP)

    @property
    def may_be_wrapped_up(self) -> bool:
        """True when there was a conversation, it is over, and its wrap-up has not been completed."""
        return self.ended_at is not None and self.state is not LegState.MISSED and self.wrapup_completed_at is None

    @property
    def is_missed_for_good(self) -> bool:
        """True when the source itself said `missed`: no wrap-up turns that into a conversation."""
        return self.state is LegState.MISSED and self.ended_by is Verb.MISSED

    def take(self, event: InteractionEvent) -> None:
        """Move on by `event`, never backwards, and keep what it says."""
        move = _MOVES.get(event.verb)
        if move is not None:
            move(self, event)
        self.agent = newer_agent(self.agent, event.agent)
        self.notes = event.notes or self.notes
        self.dispositions = event.dispositions or self.dispositions
        self.tags = event.tags or self.tags
        if event.wrapup_seconds is not None:
            self.wrapup_seconds = event.wrapup_seconds
        if event.wrapup_expected is not None:
            self.wrapup_expected = event.wrapup_expected

    def end(self, at: datetime, by: Verb, state: LegState) -> None:
        """The conversation is over."""
        if self.held_at is not None:
            self.held += at - self.held_at
            self.held_at = None
        self.ended_at, self.ended_by, self.state = at, by, state


def newer_agent(old: AgentRef, new: AgentRef | None) -> AgentRef:
    """`old` with every field that `new` fills."""
    if new is None or new == old:
        return old
    return AgentRef(**{item.name: getattr(new, item.name) or getattr(old, item.name) for item in fields(AgentRef)})


def _offered(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.state is None:
        leg.state, leg.offered_at = LegState.OFFERED, event.at


def _accepted(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.state in (None, LegState.OFFERED):
        leg.state, leg.accepted_at = LegState.ACTIVE, event.at


def _held(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_before_end and leg.state is not LegState.HELD:
        leg.state, leg.held_at = LegState.HELD, event.at
        leg.accepted_at = leg.accepted_at or event.at


def _resumed(leg: LegDraft, event: InteractionEvent) -> None:
    if not leg.is_before_end:
        return
    if leg.held_at is not None:
        leg.held += event.at - leg.held_at
    leg.state, leg.held_at = LegState.ACTIVE, None
    leg.accepted_at = leg.accepted_at or event.at


def _missed(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.state in (None, LegState.OFFERED):
        leg.end(event.at, Verb.MISSED, LegState.MISSED)


def _transferred(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_before_end:
        leg.end(event.at, Verb.TRANSFERRED, LegState.TRANSFERRED)
        leg.transfer_to = event.transfer_to


def _unassigned(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_before_end:
        state = LegState.MISSED if leg.state is LegState.OFFERED else LegState.UNASSIGNED
        leg.end(event.at, Verb.UNASSIGNED, state)


def _ended(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_before_end:
        # A wrap-up that is announced shows that there was a conversation: its `accepted` is late or lost.
        is_missed = leg.state is LegState.OFFERED and not event.wrapup_expected
        leg.end(event.at, Verb.ENDED, LegState.MISSED if is_missed else LegState.ENDED)


def _wrapup_started(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_missed_for_good or leg.wrapup_completed_at is not None:
        return
    _imply_end(leg, event)
    leg.state = LegState.WRAP_UP
    leg.wrapup_started_at = leg.wrapup_started_at or event.at


def _wrapup_completed(leg: LegDraft, event: InteractionEvent) -> None:
    if leg.is_missed_for_good:
        return
    _imply_end(leg, event)
    leg.state = LegState.DONE
    leg.wrapup_completed_at = leg.wrapup_completed_at or event.at


def _imply_end(leg: LegDraft, event: InteractionEvent) -> None:
    """Only what is over is wrapped up: where `ended` is lost or late, wrap-up stands for it."""
    if leg.is_before_end:
        leg.end(event.at, Verb.ENDED, LegState.ENDED)


_MOVES: Mapping[Verb, Callable[[LegDraft, InteractionEvent], None]] = {
    Verb.OFFERED: _offered,
    Verb.ACCEPTED: _accepted,
    Verb.MISSED: _missed,
    Verb.HELD: _held,
    Verb.RESUMED: _resumed,
    Verb.TRANSFERRED: _transferred,
    Verb.UNASSIGNED: _unassigned,
    Verb.ENDED: _ended,
    Verb.WRAPUP_STARTED: _wrapup_started,
    Verb.WRAPUP_COMPLETED: _wrapup_completed,
}


def finish(draft: LegDraft, settings: LifecycleSettings, *, is_live: bool) -> Leg:
    """The leg that `draft` has become; it says itself when it closes and when it is pushed."""
    _begin_wrapup_on_card(draft, settings, is_live=is_live)
    state = draft.state or LegState.OFFERED
    deadline, reason = _wrapup_deadline(draft, settings)
    due_at, due_reason = (deadline, reason) if is_live else _digital_push(draft, settings)
    closed_at = None if state.is_open else draft.wrapup_completed_at or draft.ended_at
    if draft.awaits_wrapup and (over_at := _over_at(draft, deadline)) is not None:
        state, closed_at = LegState.DONE, over_at
    return Leg(
        agent_key=draft.agent_key,
        index=draft.index,
        agent=draft.agent,
        state=state,
        offered_at=draft.offered_at,
        accepted_at=draft.accepted_at,
        held_at=draft.held_at,
        held_seconds=int(draft.held.total_seconds()),
        ended_at=draft.ended_at,
        ended_by=draft.ended_by,
        transfer_to=draft.transfer_to,
        wrapup_expected=draft.wrapup_expected,
        wrapup_started_at=draft.wrapup_started_at,
        wrapup_completed_at=draft.wrapup_completed_at,
        closed_at=closed_at,
        closes_at=deadline if state.is_open else None,
        notes=draft.notes,
        dispositions=draft.dispositions,
        tags=draft.tags,
        wrapup_seconds=draft.wrapup_seconds,
        push_due_at=due_at,
        push_reason=due_reason,
    )


def _begin_wrapup_on_card(draft: LegDraft, settings: LifecycleSettings, *, is_live: bool) -> None:
    """Where wrap-up is ours it begins with the end, whatever the platform expects of its own."""
    if settings.wrapup is not WrapUpPlace.CARD or draft.wrapup_completed_at is not None:
        return
    is_over = draft.state is LegState.ENDED or (is_live and draft.state in (LegState.TRANSFERRED, LegState.UNASSIGNED))
    if is_over:
        draft.state, draft.wrapup_started_at = LegState.WRAP_UP, draft.ended_at


def _over_at(draft: LegDraft, deadline: datetime | None) -> datetime | None:
    """When a leg that awaits its wrap-up is over all the same."""
    if draft.state is LegState.ENDED and draft.wrapup_expected is False:
        return draft.ended_at
    if draft.superseded_at is None or deadline is None:
        return None
    return min(draft.superseded_at, deadline)


def _wrapup_deadline(draft: LegDraft, settings: LifecycleSettings) -> tuple[datetime | None, PushReason | None]:
    """When a conversation counts as wrapped up (A-09, C-13)."""
    if draft.ended_at is None or draft.state is LegState.MISSED:
        return None, None
    if draft.wrapup_completed_at is not None:
        return draft.wrapup_completed_at, PushReason.WRAPUP_COMPLETED
    if draft.wrapup_started_at is not None:
        return draft.wrapup_started_at + settings.wrapup_timeout, PushReason.WRAPUP_TIMEOUT
    if draft.wrapup_expected is False:
        return draft.ended_at, PushReason.NO_WRAPUP
    if draft.wrapup_expected:
        return draft.ended_at + settings.wrapup_timeout, PushReason.WRAPUP_TIMEOUT
    return draft.ended_at + settings.wrapup_grace, PushReason.GRACE


def _digital_push(draft: LegDraft, settings: LifecycleSettings) -> tuple[datetime | None, PushReason | None]:
    """When a digital leg is pushed (A-10, C-09): at the first of the chosen events, once."""
    if draft.ended_at is None or draft.ended_by is None or draft.state is LegState.MISSED:
        return None, None
    if draft.ended_by in settings.digital_push:
        return draft.ended_at, PushReason(draft.ended_by.value)
    if draft.ended_by in _GIVEN_AWAY and Verb.ENDED in settings.digital_push and draft.interaction_ended_at:
        return draft.interaction_ended_at, PushReason.ENDED
    return None, None
