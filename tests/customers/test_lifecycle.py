"""The life cycle of legs: the same for every order of arrival, and pushed when the rules say."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.events import AgentRef, CrmHint, Disposition, IdentityClaim, InteractionEvent, Message
from customers.lifecycle import InteractionState, Leg, LifecycleSettings, PushReason, as_of, fold
from customers.model import Channel, Direction, IdentityKind, LegState, Verb, WrapUpPlace

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
ELINOR, JOHN = AgentRef(id="a-7", email="elinor.dashwood@contoso.example"), AgentRef(id="a-8")
DEFAULT = LifecycleSettings()
ON_CARD = LifecycleSettings(wrapup=WrapUpPlace.CARD)
SAMPLES = Path(__file__).parent.parent / "intake" / "samples"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Story:
    """Events of one interaction, `story(verb, second, …)` at a time."""

    def __init__(self, channel: Channel = Channel.VOICE) -> None:
        self.channel = channel
        self.events: list[InteractionEvent] = []

    def __call__(self, verb: Verb, second: float, agent: AgentRef | None = ELINOR, **facts: Any) -> Story:
        event = InteractionEvent(
            "/cc", str(len(self.events)), verb, at(second), "i-1", self.channel, agent=agent, **facts
        )
        self.events.append(event)
        return self

    def fold(self, settings: LifecycleSettings = DEFAULT) -> InteractionState:
        return fold(self.events, settings)

    def leg(self, settings: LifecycleSettings = DEFAULT) -> Leg:
        [leg] = self.fold(settings).legs
        return leg


def call() -> Story:
    return Story()(Verb.OFFERED, 0)(Verb.ACCEPTED, 8)


def mail() -> Story:
    return Story(Channel.EMAIL)(Verb.ACCEPTED, 0)


# any order, any repetition

TEXT = st.text('abcé\U0001f600"\\ ', max_size=6)
AGENTS = st.sampled_from([None, ELINOR, JOHN, AgentRef(name="Marianne")])
CLAIMS = st.builds(IdentityClaim, st.sampled_from(IdentityKind), TEXT, TEXT, TEXT, st.sampled_from([None, True, False]))


MOMENTS = st.integers(0, 12).map(at)
MOVES = st.builds(
    InteractionEvent,
    source=st.just("/cc"),
    id=st.just(""),
    verb=st.sampled_from(Verb),
    at=MOMENTS,
    interaction_ref=st.just("i-1"),
    channel=st.sampled_from([Channel.VOICE, Channel.CHAT]),
    sequence=st.sampled_from(["", "1", "2"]),
    agent=AGENTS,
    transfer_to=AGENTS,
    contact_name=st.sampled_from(["", "E. Ferrars", "Edward Ferrars"]),
    identities=st.sampled_from([(), (IdentityClaim(IdentityKind.PHONE, "+491", verified=True),)]),
    wrapup_expected=st.sampled_from([None, True, False]),
    notes=st.sampled_from(["", "a", "b"]),
    attributes=st.sampled_from([(), (("a", "1"),), (("a", "2"), ("b", "3"))]),
)
"""Events that move legs, with a little of every kind of fact."""
WHOLE = st.builds(
    InteractionEvent,
    source=TEXT,
    id=TEXT,
    verb=st.sampled_from(Verb),
    at=MOMENTS,
    interaction_ref=TEXT,
    channel=st.sampled_from(Channel),
    direction=st.sampled_from([None, *Direction]),
    started_at=st.none() | MOMENTS,
    agent=AGENTS,
    transfer_to=AGENTS,
    identities=st.lists(CLAIMS, max_size=2).map(tuple),
    wrapup_expected=st.sampled_from([None, True, False]),
    wrapup_seconds=st.none() | st.integers(0, 9),
    tags=st.lists(TEXT, max_size=2).map(tuple),
    dispositions=st.lists(st.builds(Disposition, TEXT, TEXT), max_size=1).map(tuple),
    crm_hints=st.lists(st.builds(CrmHint, TEXT, TEXT, TEXT), max_size=1).map(tuple),
    attributes=st.dictionaries(TEXT, TEXT, max_size=2).map(lambda pairs: tuple(sorted(pairs.items()))),
    message=st.none() | st.builds(Message, st.sampled_from(Direction), text=TEXT, is_truncated=st.booleans()),
)
"""Events with every kind of field."""


def numbered(events: list[InteractionEvent]) -> list[InteractionEvent]:
    return [replace(event, id=f"e{number}") for number, event in enumerate(events)]


SEQUENCES = st.lists(MOVES, min_size=1, max_size=9).map(numbered)
SETTINGS = st.builds(
    LifecycleSettings,
    wrapup=st.sampled_from(WrapUpPlace),
    digital_push=st.frozensets(st.sampled_from([Verb.TRANSFERRED, Verb.UNASSIGNED, Verb.ENDED]), min_size=1),
)


@settings(max_examples=120, deadline=None)
@given(SEQUENCES, SETTINGS, st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_the_same_state(
    events: list[InteractionEvent], chosen: LifecycleSettings, rnd: random.Random
) -> None:
    arrived = events + rnd.choices(events, k=rnd.randint(0, 5))
    rnd.shuffle(arrived)
    assert fold(arrived, chosen) == fold(events, chosen)


@settings(max_examples=100, deadline=None)
@given(MOVES, MOVES, MOVES.map(lambda event: replace(event, id="other")))
def test_two_events_under_one_id_count_as_one_whoever_comes_first(
    one: InteractionEvent, other: InteractionEvent, third: InteractionEvent
) -> None:
    assert fold([one, other, third], DEFAULT) == fold([other, third, one], DEFAULT)


@settings(max_examples=120, deadline=None)
@given(SEQUENCES, SETTINGS)
def test_every_state_keeps_the_rules(events: list[InteractionEvent], chosen: LifecycleSettings) -> None:
    state = fold(events, chosen)
    names = [(leg.agent_key, leg.index) for leg in state.legs]
    assert len(set(names)) == len(names)
    for leg in state.legs:
        assert (leg.closed_at is None) == leg.state.is_open
        assert (leg.push_due_at is None) == (leg.push_reason is None)
        if leg.state in (LegState.MISSED, LegState.OFFERED, LegState.ACTIVE, LegState.HELD):
            assert leg.push_due_at is None
        elif state.facts.channel.is_live:
            assert leg.push_due_at is not None
        if leg.ended_at is not None and leg.push_due_at is not None:
            assert leg.push_due_at >= leg.ended_at
        assert (leg.held_at is not None) == (leg.state is LegState.HELD)
        assert leg.held_seconds >= 0
    late = as_of(state, at(10**6))
    assert all(leg.state not in (LegState.ENDED, LegState.WRAP_UP) for leg in late.legs)
    assert as_of(state, START - timedelta(days=1)) == state


@settings(max_examples=120, deadline=None)
@given(SEQUENCES)
def test_messages_never_touch_a_leg(events: list[InteractionEvent]) -> None:
    spoken = [event for event in events if event.verb is not Verb.MESSAGE]
    channels = {event.channel for event in events}
    if spoken and len(channels) == 1:
        assert fold(events, DEFAULT).legs == fold(spoken, DEFAULT).legs


@settings(max_examples=120, deadline=None)
@given(WHOLE)
def test_an_event_survives_storage(event: InteractionEvent) -> None:
    assert InteractionEvent.from_json(event.to_json()) == event
    assert InteractionEvent.from_json(event.to_json().encode()).to_json() == event.to_json()


def samples(*names: str) -> list[InteractionEvent]:
    from intake.sources.generic.read import read

    events = [read((SAMPLES / f"{name}.json").read_bytes(), at(300)) for name in names]
    assert all(isinstance(event, InteractionEvent) for event in events)
    return [event for event in events if isinstance(event, InteractionEvent)]


CALL = ("v1-offered", "v2-accepted", "v3-held", "v4-resumed", "v5-ended", "v6-wrapup_started", "v7-wrapup_completed")


@pytest.mark.parametrize("seed", range(30))
def test_the_samples_in_any_order_end_in_the_same_state(seed: int) -> None:
    rnd = random.Random(seed)
    for names in (CALL, ("e1-accepted", "e2-message", "e3-transferred"), ("s1-accepted", "s2-unassigned")):
        events = samples(*names)
        arrived = events + rnd.choices(events, k=3)
        rnd.shuffle(arrived)
        assert fold(arrived, DEFAULT) == fold(events, DEFAULT)


def test_the_sample_call_is_understood() -> None:
    state = fold(samples(*CALL), DEFAULT)
    [leg] = state.legs
    assert (leg.state, leg.held_seconds, leg.tags, leg.notes) == (
        LegState.DONE, 40, ("invoice", "reminder"), "Sent the invoice again.",
    )  # fmt: skip
    assert leg.dispositions == (Disposition("d-3", "Resolved"),)
    assert (leg.push_due_at, leg.push_reason) == (at(370), PushReason.WRAPUP_COMPLETED)
    assert state.facts.contact_name == "Edward Ferrars"
    assert state.facts.recording_url == "https://rec.example.com/call-1001"
    assert state.facts.attributes == (("callVariable1", "C-1001"),)


# calls


@pytest.mark.rule("A-09")
def test_a09_a_call_is_pushed_when_wrapup_is_completed_and_not_before() -> None:
    story = call()
    assert story.leg().push_due_at is None
    story(Verb.ENDED, 300, wrapup_expected=True)
    assert story.leg().push_due_at == at(300 + 1800)
    story(Verb.WRAPUP_STARTED, 300)
    assert story.leg().state is LegState.WRAP_UP
    story(Verb.WRAPUP_COMPLETED, 370)
    assert (story.leg().push_due_at, story.leg().push_reason) == (at(370), PushReason.WRAPUP_COMPLETED)
    assert story.leg().closed_at == at(370)


@pytest.mark.rule("A-09")
def test_a09_a_call_without_wrapup_is_pushed_at_its_end() -> None:
    leg = call()(Verb.ENDED, 300, wrapup_expected=False).leg()
    assert (leg.state, leg.push_due_at, leg.push_reason) == (LegState.DONE, at(300), PushReason.NO_WRAPUP)


@pytest.mark.rule("C-13")
def test_c13_a_call_whose_platform_reports_no_wrapup_is_pushed_after_the_grace() -> None:
    story = call()(Verb.ENDED, 300)
    leg = story.leg()
    assert (leg.state, leg.push_due_at, leg.push_reason) == (LegState.ENDED, at(330), PushReason.GRACE)
    assert as_of(story.fold(), at(329)).legs[0].state is LegState.ENDED
    assert as_of(story.fold(), at(330)).legs[0].state is LegState.DONE
    assert story.leg(LifecycleSettings(wrapup_grace=timedelta(seconds=5))).push_due_at == at(305)


@pytest.mark.rule("C-13")
def test_c13_a_wrapup_that_never_ends_is_pushed_after_30_minutes_and_amended_later() -> None:
    story = call()(Verb.ENDED, 300)(Verb.WRAPUP_STARTED, 310)
    leg = story.leg()
    assert (leg.push_due_at, leg.push_reason) == (at(310 + 1800), PushReason.WRAPUP_TIMEOUT)
    assert story.leg(LifecycleSettings(wrapup_timeout=timedelta(minutes=1))).push_due_at == at(370)
    story(Verb.WRAPUP_COMPLETED, 4000, notes="late")(Verb.WRAPUP_COMPLETED, 5000, tags=("x",))
    leg = story.leg()
    assert (leg.notes, leg.tags, leg.wrapup_completed_at) == ("late", ("x",), at(4000))


def test_a_wrapup_on_the_card_begins_with_the_end_and_ends_by_our_own_event() -> None:
    story = call()(Verb.ENDED, 300, wrapup_expected=False)
    leg = story.leg(ON_CARD)
    assert (leg.state, leg.wrapup_started_at, leg.push_due_at) == (LegState.WRAP_UP, at(300), at(2100))
    story(Verb.WRAPUP_COMPLETED, 400, notes="n")
    assert (story.leg(ON_CARD).state, story.leg(ON_CARD).push_due_at) == (LegState.DONE, at(400))


def test_a_wrapup_on_the_card_follows_a_transferred_call_and_no_transferred_mail() -> None:
    leg = call()(Verb.TRANSFERRED, 100).leg(ON_CARD)
    assert (leg.state, leg.wrapup_started_at, leg.push_due_at) == (LegState.WRAP_UP, at(100), at(1900))
    assert mail()(Verb.TRANSFERRED, 100).leg(ON_CARD).state is LegState.TRANSFERRED


@pytest.mark.parametrize(("again", "closed"), [(110, 110), (5000, 1900)])
def test_a_leg_is_over_when_its_time_runs_out_or_the_agent_is_back(again: float, closed: float) -> None:
    first, second = call()(Verb.TRANSFERRED, 100)(Verb.ACCEPTED, again).fold(ON_CARD).legs
    assert (first.state, first.closed_at, first.closes_at) == (LegState.DONE, at(closed), None)
    assert (first.push_due_at, second.state) == (at(1900), LegState.ACTIVE)


@pytest.mark.parametrize("verb", [Verb.WRAPUP_STARTED, Verb.WRAPUP_COMPLETED])
def test_a_wrapup_after_a_missed_call_is_none(verb: Verb) -> None:
    missed = Story()(Verb.OFFERED, 0)(Verb.MISSED, 20)
    assert missed(verb, 30).leg().state is LegState.MISSED


def test_missed_legs_are_never_pushed() -> None:
    for last in (Verb.MISSED, Verb.UNASSIGNED, Verb.ENDED):
        for agent in (ELINOR, None):
            leg = Story()(Verb.OFFERED, 0)(last, 20, agent).leg()
            assert (leg.state, leg.push_due_at, leg.closed_at) == (LegState.MISSED, None, at(20))
    leg = Story()(Verb.OFFERED, 0)(Verb.MISSED, 20)(Verb.WRAPUP_STARTED, 21)(Verb.WRAPUP_COMPLETED, 30).leg()
    assert (leg.state, leg.push_due_at) == (LegState.MISSED, None)


def test_a_lost_accepted_does_not_make_a_wrapped_up_call_a_missed_one() -> None:
    story = Story()(Verb.OFFERED, 0)(Verb.ENDED, 300)
    assert story.leg().state is LegState.MISSED
    assert story(Verb.WRAPUP_COMPLETED, 360).leg().push_due_at == at(360)


def test_a_lost_ended_is_implied_by_wrapup() -> None:
    leg = call()(Verb.WRAPUP_STARTED, 300)(Verb.WRAPUP_COMPLETED, 360).leg()
    assert (leg.state, leg.ended_at, leg.ended_by) == (LegState.DONE, at(300), Verb.ENDED)


def test_on_voice_a_late_accepted_never_moves_a_leg_backwards() -> None:
    ended = call()(Verb.ENDED, 300).leg()
    assert call()(Verb.ENDED, 300)(Verb.ACCEPTED, 301).leg() == ended
    assert call()(Verb.ENDED, 300)(Verb.HELD, 302)(Verb.RESUMED, 303)(Verb.OFFERED, 304).leg() == ended


def test_a_call_that_comes_back_to_an_agent_is_a_second_leg() -> None:
    story = call()(Verb.TRANSFERRED, 100)(Verb.ACCEPTED, 101, JOHN)(Verb.TRANSFERRED, 200, JOHN)(Verb.ACCEPTED, 205)
    legs = story(Verb.ENDED, 300, None).fold().legs
    assert [(leg.agent_key, leg.index, leg.state) for leg in legs] == [
        ("a-7", 1, LegState.TRANSFERRED), ("a-8", 1, LegState.TRANSFERRED), ("a-7", 2, LegState.ENDED),
    ]  # fmt: skip
    assert [leg.push_due_at for leg in legs] == [at(130), at(230), at(330)]


def test_a_call_offered_again_after_it_was_missed_is_a_second_leg() -> None:
    legs = Story()(Verb.OFFERED, 0)(Verb.MISSED, 20)(Verb.OFFERED, 30)(Verb.ACCEPTED, 35).fold().legs
    assert [(leg.index, leg.state) for leg in legs] == [(1, LegState.MISSED), (2, LegState.ACTIVE)]


def test_a_transferring_agent_may_still_wrap_up() -> None:
    story = call()(Verb.TRANSFERRED, 100, transfer_to=JOHN)
    assert (story.leg().state, story.leg().push_due_at, story.leg().transfer_to) == (
        LegState.TRANSFERRED,
        at(130),
        JOHN,
    )
    story(Verb.WRAPUP_STARTED, 101)
    assert (story.leg().state, story.leg().push_due_at) == (LegState.WRAP_UP, at(101 + 1800))
    assert story(Verb.WRAPUP_COMPLETED, 150).leg().push_due_at == at(150)


def test_an_end_without_agent_ends_every_open_leg() -> None:
    story = call()(Verb.ACCEPTED, 20, JOHN)(Verb.OFFERED, 25, AgentRef(id="a-9"))(Verb.ENDED, 300, None)
    assert [leg.state for leg in story.fold().legs] == [LegState.ENDED, LegState.ENDED, LegState.MISSED]
    assert not as_of(story.fold(), at(400)).is_open


def test_a_transfer_without_agent_leaves_the_receiver_alone() -> None:
    legs = call()(Verb.ACCEPTED, 20, JOHN)(Verb.TRANSFERRED, 30, None, transfer_to=JOHN).fold().legs
    assert [leg.state for leg in legs] == [LegState.TRANSFERRED, LegState.ACTIVE]


def test_late_events_add_facts_without_moving_the_leg() -> None:
    story = call()(Verb.ENDED, 300, wrapup_expected=False)
    before = story.leg()
    claim = IdentityClaim(IdentityKind.PHONE, "+4915112345678")
    story(Verb.UPDATED, 900, notes="late note", tags=("late",), identities=(claim,), subject="Invoice")
    after = story.leg()
    assert (after.state, after.push_due_at) == (before.state, before.push_due_at)
    assert (after.notes, after.tags) == ("late note", ("late",))
    assert (story.fold().facts.identities, story.fold().facts.subject) == ((claim,), "Invoice")


def test_of_one_instant_the_sequence_decides_then_the_rank_of_the_state() -> None:
    assert Story()(Verb.ENDED, 0)(Verb.ACCEPTED, 0).leg().state is LegState.ENDED
    story = call()(Verb.HELD, 20, sequence="2")(Verb.RESUMED, 20, sequence="1")
    assert story.leg().state is LegState.HELD


def test_facts_keep_the_newest_value_that_is_not_empty() -> None:
    story = Story()(Verb.OFFERED, 0, contact_name="E. Ferrars", company="Classics, Inc.", queue="Support")
    facts = story(Verb.UPDATED, 5, contact_name="Edward Ferrars")(Verb.ENDED, 9, end_by="contact").fold().facts
    assert (facts.contact_name, facts.company, facts.queue) == ("Edward Ferrars", "Classics, Inc.", "Support")
    assert (facts.end_by, facts.first_at, facts.last_at, facts.ended_at) == ("contact", START, at(9), at(9))


def test_identities_are_united_with_their_newest_name() -> None:
    story = Story()(Verb.OFFERED, 0, identities=(IdentityClaim(IdentityKind.PHONE, "+491", verified=True),))
    story(Verb.ACCEPTED, 1, identities=(IdentityClaim(IdentityKind.PHONE, "+491", display_name="Edward"),))
    assert story.fold().facts.identities == (IdentityClaim(IdentityKind.PHONE, "+491", "", "Edward", verified=True),)


def test_an_interaction_without_events_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fold([], DEFAULT)


# digital


@pytest.mark.rule("A-10")
@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (Verb.TRANSFERRED, LegState.TRANSFERRED),
        (Verb.UNASSIGNED, LegState.UNASSIGNED),
        (Verb.ENDED, LegState.ENDED),
    ],
)
def test_a10_a_digital_leg_is_pushed_when_the_agent_gives_it_away_or_ends_it(verb: Verb, state: LegState) -> None:
    for agent in (ELINOR, None):
        leg = mail()(verb, 600, agent).leg()
        assert (leg.state, leg.push_due_at, leg.push_reason) == (state, at(600), PushReason(verb.value))


@pytest.mark.rule("C-09")
def test_c09_only_the_chosen_events_push_and_only_once() -> None:
    only_end = LifecycleSettings(digital_push=frozenset({Verb.ENDED}))
    story = mail()(Verb.UNASSIGNED, 100)
    assert story.leg(only_end).push_due_at is None
    assert story.leg().push_due_at == at(100)
    story(Verb.ENDED, 200, None)
    assert (story.leg(only_end).push_due_at, story.leg(only_end).push_reason) == (at(200), PushReason.ENDED)
    assert story.leg().push_due_at == at(100)
    assert mail()(Verb.ENDED, 9).leg(LifecycleSettings(digital_push=frozenset({Verb.UNASSIGNED}))).push_due_at is None


@pytest.mark.rule("C-09")
def test_c09_each_leg_is_pushed_by_itself() -> None:
    story = mail()(Verb.TRANSFERRED, 100)(Verb.ACCEPTED, 120, JOHN)(Verb.ENDED, 300, JOHN)
    assert [leg.push_due_at for leg in story.fold().legs] == [at(100), at(300)]


def test_a_reopened_digital_case_is_a_leg_of_its_own() -> None:
    story = mail()(Verb.ENDED, 100)(Verb.ACCEPTED, 5000)
    legs = story.fold().legs
    assert [(leg.index, leg.state) for leg in legs] == [(1, LegState.DONE), (2, LegState.ACTIVE)]
    assert (legs[0].push_due_at, legs[1].push_due_at) == (at(100), None)
    legs = story(Verb.WRAPUP_COMPLETED, 5001, notes="of the first").fold().legs
    assert (legs[0].notes, legs[1].state) == ("of the first", LegState.ACTIVE)
    assert story.fold().leg_of("a-7") == legs[1]


def test_digital_wrapup_amends_and_does_not_delay_the_push() -> None:
    story = mail()(Verb.ENDED, 100)(Verb.WRAPUP_STARTED, 101)
    assert (story.leg().state, story.leg().push_due_at) == (LegState.WRAP_UP, at(100))
    story(Verb.WRAPUP_COMPLETED, 160, notes="n")
    assert (story.leg().state, story.leg().push_due_at, story.leg().notes) == (LegState.DONE, at(100), "n")


def test_agents_are_told_apart_by_the_best_name_there_is() -> None:
    assert AgentRef(id="A-7", email="e@x.example").key == "A-7"
    assert AgentRef(email="Elinor@X.Example").key == "elinor@x.example"
    assert AgentRef(upn="U@X.example", entra_object_id="ABC").key == "u@x.example"
    assert AgentRef(entra_object_id="ABC").key == "abc"
    assert AgentRef(extension="4711", name="E").key == "extension:4711"
    assert AgentRef(name="Elinor").key == "name:elinor"
    assert AgentRef().key == ""


def test_stored_events_are_compact() -> None:
    stored = json.loads(call().events[0].to_json())
    assert set(stored) == {"source", "id", "verb", "at", "interaction_ref", "channel", "agent"}
