"""What follows from an event: the interaction, its legs and its card are as the whole of its events say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from customers import characters
from customers.events import InteractionEvent
from customers.identities import Identity, country_of, normalise_all
from customers.ids import AgentId, CardId, InteractionId, LegId, UserId
from customers.legs import Leg
from customers.lifecycle import Facts, InteractionState, as_of, fold
from customers.messages import Author, author_of
from customers.model import TEXT_LIMIT, Channel, Direction, IdentityKind, LegState, Verb
from customers.views import Section
from desk import lookups, naming, pushing
from desk.changes import card_changed, card_read_anew, list_changed
from desk.work import IntakeRules, Work
from jobs.queue import cancel, enqueue
from storage import cards, groups, interactions, requests, threads, unread
from storage.interactions import InteractionRow
from storage.people import AgentRow

DUE_LANE = "due"
_BY_NUMBER = (Channel.VOICE, Channel.SMS)
"""Channels that may share a card (C-10)."""
_TOLD = {"recording_url", "transcript_url", "subject", "queue", "direction", "business_address", "customer_address"}
"""What the CRMs are told of an interaction: what of it comes after the push follows it, e.g. the recording's link."""


def apply(work: Work, intake: str, event: InteractionEvent) -> None:
    """`event` is part of its interaction; everything that follows from it stands in the same transaction."""
    row = interactions.locate(work.tx, intake, event)
    if event.verb is Verb.MESSAGE:
        _note_reply(work, row, event)
        _keep_message(work, row, event)
        if not _tells_who(work, row, event):
            return
    record(work, row, event)


def _note_reply(work: Work, row: InteractionRow, event: InteractionEvent) -> None:
    """The first message of an agent is remembered: its request is not cancelled any more (C-02)."""
    message = event.message
    is_agents = message is not None and message.direction is Direction.OUTBOUND and message.author in ("", "agent")
    if is_agents and row.replied_at is None:
        interactions.update(work.tx, row.id, replied_at=event.at)


def _keep_message(work: Work, row: InteractionRow, event: InteractionEvent) -> None:
    """The message stands in its thread (E-16), in open panes at once; a chat shows it with the card's next change."""
    if event.message is None or not threads.add(work.tx, row.id, event, event.message):
        return
    if author_of(event.message) is Author.CUSTOMER:
        for user_id in unread.customer_wrote(work.tx, row.id):
            list_changed(work, user_id)
    if row.card_id is not None:
        card_read_anew(work, row.card_id)


def _tells_who(work: Work, row: InteractionRow, event: InteractionEvent) -> bool:
    """The text of a chat changes nobody's state: it is folded only where it is the first to say who the contact is."""
    is_known = row.card_id is not None and cards.has_identities(work.tx, row.card_id)
    return bool(event.identities) and not is_known


def record(work: Work, row: InteractionRow, event: InteractionEvent) -> None:
    """As `apply`, for an interaction that is at hand."""
    if interactions.add_event(work.tx, row.id, event):
        refresh(work, row)


def refresh(work: Work, row: InteractionRow) -> None:
    """The interaction is what its events amount to now. Nothing changes where nothing has."""
    rules = work.settings.intakes.get(row.intake, IntakeRules())
    events = interactions.life(work.tx, row.id)
    known = naming.known(work, row, events)
    state = as_of(fold(events, rules.lifecycle, known), work.tx.now)
    agents, others = naming.agents_of(work, row, state)
    card_id, is_better_known = _place(work, row, state, rules)
    is_taken = any(leg.accepted_at for leg in state.legs)
    changed = _save_facts(work, row.id, card_id, state.facts, rules.country, is_taken=is_taken)
    touched = _save_legs(work, row, card_id, state, agents)
    if changed & _TOLD:
        pushing.amend_all(work, row.id)
    if card_id is not None and (changed or touched or is_better_known or card_id != row.card_id):
        card_changed(work, card_id, touched)
    if card_id != row.card_id:
        for user_id in {agent.user_id for agent in agents.values() if agent.user_id}:
            list_changed(work, user_id)
    for other in others:
        _refresh_by_id(work, other)


def refresh_leg(work: Work, leg_id: LegId) -> None:
    """A deadline of the leg has come: wrap-up that never ended, the grace after a call (C-13)."""
    leg = interactions.leg(work.tx, leg_id)
    if leg is None:
        return
    interactions.hold(work.tx, leg)
    _refresh_by_id(work, InteractionId(leg["interaction_id"]))


def _refresh_by_id(work: Work, interaction_id: InteractionId) -> None:
    row = interactions.load(work.tx, interaction_id)
    if row is not None:
        refresh(work, row)


# --- whose card it is -------------------------------------------------------------------------------------------


def _place(work: Work, row: InteractionRow, state: InteractionState, rules: IntakeRules) -> tuple[CardId | None, bool]:
    """The card that the interaction stands on, and whether more is known of its customer now; None until somebody
    could need one."""
    tx, claimed = work.tx, _claimed(state.facts, row.source, rules.country)
    together = min(_together(work, row.channel))
    tx.lock(*sorted(f"identity:{together}:{one.kind}:{one.provider}:{one.key}" for one in claimed))
    if row.card_id is not None:
        card_id = _settle_nameless(work, row, claimed)
    elif claimed or any(leg.accepted_at for leg in state.legs):
        card_id = _known(work, row.channel, claimed) or cards.create(tx, row.channel)
    else:
        return None, False
    home_id = row.home_id or card_id
    added = cards.add_identities(tx, home_id, row.channel, claimed)
    is_filled = cards.fill_customer(tx, home_id, _names(state.facts))
    if state.is_open and (added or card_id != row.card_id):
        lookups.request(work, card_id)
    return card_id, added or is_filled


def _known(work: Work, channel: Channel, claimed: Sequence[Identity]) -> CardId | None:
    """The card that the contact has on the channel, or on the one that shares its cards, by number alone (C-10)."""
    own, *others = _together(work, channel)
    numbers = [one for one in claimed if one.kind is IdentityKind.PHONE]
    found = (cards.find(work.tx, other, numbers) for other in others)
    return cards.find(work.tx, own, claimed) or next(filter(None, found), None)


def _together(work: Work, channel: Channel) -> Sequence[Channel]:
    """The channel first, then the one whose cards it shares."""
    if channel not in _BY_NUMBER or not work.settings.share_voice_and_sms:
        return (channel,)
    return (channel, *(other for other in _BY_NUMBER if other is not channel))


def _claimed(facts: Facts, source: str, country: str) -> Sequence[Identity]:
    """Who the contact is, in normal form; numbers without a country are of the business number's."""
    return normalise_all(facts.identities, source, country_of(facts.business_address, country), facts.contact_id)


def _names(facts: Facts) -> dict[str, str]:
    shown = next((claim.display_name for claim in facts.identities if claim.display_name), "")
    full = " ".join(part for part in (facts.given_name, facts.family_name) if part)
    return {
        "name": facts.contact_name or full or shown,
        "given_name": facts.given_name,
        "family_name": facts.family_name,
        "company": facts.company,
    }


def _settle_nameless(work: Work, row: InteractionRow, claimed: Sequence[Identity]) -> CardId:
    """A card that was opened before anybody was known gives way to the one that the identities lead to.

    It stays where an agent has merged it, or put the interaction on it: they have said whose it is.
    """
    assert row.card_id is not None
    if row.home_id or not claimed or cards.has_identities(work.tx, row.card_id):
        return row.card_id
    known = _known(work, row.channel, claimed)
    if known is None or known == row.card_id or len(_group(work, row.card_id)) > 1:
        return row.card_id
    interactions.update(work.tx, row.id, card_id=known)
    requests.follow(work.tx, row.card_id, known)
    if requests.card_of(work.tx, row.id) == row.card_id:  # others are in it, who stay
        interactions.update(work.tx, row.id, request_id=None, own_request_id=None)
    for user_id in cards.move_views(work.tx, row.card_id, known):
        list_changed(work, user_id)
    for card_id in (known, row.card_id):  # records that were linked to the interaction have changed cards
        cards.outdate(work.tx, card_id)
    cards.drop_if_empty(work.tx, row.card_id)
    return known


def _group(work: Work, card_id: CardId) -> list[CardId]:
    """The card, and those that are one with it; held, so that it stays so."""
    root_id = groups.hold(work.tx, card_id)
    return groups.members(work.tx.connection, root_id) if root_id else []


# --- what is known of it ----------------------------------------------------------------------------------------


def _save_facts(
    work: Work, interaction_id: InteractionId, card_id: CardId | None, facts: Facts, country: str, *, is_taken: bool
) -> set[str]:
    """What of it is new, by column. An interaction that an agent has taken is in a request (B-26)."""
    address = next(iter(_claimed(facts, "", country)), None)
    values: dict[str, Any] = {
        "card_id": card_id,
        "channel": facts.channel,
        "provider": facts.provider,
        "direction": facts.direction or "",
        "business_address": facts.business_address,
        "queue": facts.queue,
        "subject": facts.subject,
        "url": facts.url,
        "recording_url": facts.recording_url,
        "transcript_url": facts.transcript_url,
        "customer_address": address.value if address else "",
        "started_at": facts.started_at or facts.first_at,
        "ended_at": facts.ended_at,
        "hints": [asdict(hint) for hint in facts.crm_hints],
    }
    known = interactions.values(work.tx, interaction_id)
    if is_taken and card_id is not None and known["request_id"] is None:
        name = characters.one_line(facts.subject)[:TEXT_LIMIT]
        request_id = requests.open_one(work.tx, card_id, name=name)
        values |= {"request_id": request_id, "own_request_id": request_id}
    news = {name: value for name, value in values.items() if value != known[name]}
    if news:
        interactions.update(work.tx, interaction_id, **news)
    return set(news)


# --- legs -------------------------------------------------------------------------------------------------------


def _save_legs(
    work: Work, row: InteractionRow, card_id: CardId | None, state: InteractionState, agents: Mapping[str, AgentRow]
) -> list[LegId]:
    """The legs are as `state` says; those that changed."""
    known = {(leg["agent_key"], leg["number"]): leg for leg in interactions.legs_of(work.tx, row.id)}
    touched = []
    for leg in state.legs:
        agent, before = agents[leg.agent_key], known.get((leg.agent_key, leg.index))
        touched += _save_leg(work, row, card_id, leg, agent=agent, before=before)
    return touched


def _save_leg(
    work: Work,
    row: InteractionRow,
    card_id: CardId | None,
    leg: Leg,
    *,
    agent: AgentRow,
    before: Mapping[str, Any] | None,
) -> list[LegId]:
    columns = _columns(leg)
    if before is None:
        first = {"version": 1, "unread_at": work.tx.now if leg.state.is_open else None}
        leg_id = interactions.add_leg(work.tx, row.id, agent.id, leg.index, columns | first)
        news: Mapping[str, Any] = columns
    else:
        leg_id = LegId(before["id"])
        news = {name: value for name, value in columns.items() if value != before[name]}
        if news:
            version = before["version"] + ("wrapup" in news)
            interactions.update_leg(work.tx, leg_id, version=version, **news)
        if before["unread_at"] is not None and "state" in news and _is_let_go(row.channel, leg.state):
            unread.let_go(work.tx, leg_id)
    _schedule(work, leg_id, leg, news, before)
    if card_id is not None and agent.user_id and news:
        _show_leg(work, agent.user_id, card_id, leg, news)
    return [leg_id] if news else []


def _show_leg(work: Work, user_id: UserId, card_id: CardId, leg: Leg, news: Mapping[str, Any]) -> None:
    """The agent's lists have it as it is now, and their card shows what they need of it."""
    if "accepted_at" in news and leg.accepted_at and leg.state.is_open:
        cards.open_view(work.tx, user_id, card_id)
    if "state" in news:
        list_changed(work, user_id)
    if "state" in news and leg.state in (LegState.ENDED, LegState.WRAP_UP):
        cards.unfold(work.tx, user_id, card_id, Section.WRAP_UP)


def _is_let_go(channel: Channel, state: LegState) -> bool:
    """Others have it now; or it was a call, and what was said in that has been heard."""
    is_others = state in (LegState.TRANSFERRED, LegState.UNASSIGNED, LegState.MISSED)
    return is_others or (state is LegState.DONE and channel.is_live)


def _columns(leg: Leg) -> dict[str, Any]:
    disposition = leg.dispositions[0] if leg.dispositions else None
    platform = {
        "notes": leg.notes,
        "disposition": disposition.id or disposition.name if disposition else "",
        "disposition_label": disposition.label if disposition else "",
        "tags": list(leg.tags),
    }
    return {
        "state": leg.state.value,
        "offered_at": leg.offered_at,
        "accepted_at": leg.accepted_at,
        "ended_at": leg.ended_at,
        "closed_at": leg.closed_at,
        "wrapup_started_at": leg.wrapup_started_at,
        "wrapup_completed_at": leg.wrapup_completed_at,
        "push_due_at": leg.push_due_at,
        "wrapup": {name: value for name, value in platform.items() if value},
    }


def _schedule(work: Work, leg_id: LegId, leg: Leg, news: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """The push happens when it is due; what was said since then follows it (C-13)."""
    now, was_pushed = work.tx.now, before is not None and before["pushed_at"] is not None
    if leg.push_due_at and not was_pushed and leg.push_due_at <= now:
        pushing.release(work, leg_id)
    elif was_pushed and ({"wrapup", "ended_at"} & news.keys()):
        pushing.amend(work, leg_id)
    due = [at for at in (leg.push_due_at, leg.closes_at) if at and at > now]
    if due:
        _wake(work, leg_id, min(due))
    elif before is not None and "state" in news:
        cancel(work.tx, _due_key(leg_id))


def _wake(work: Work, leg_id: LegId, at: datetime) -> None:
    """The leg is looked at again at `at`; earlier than asked does no harm."""
    enqueue(
        work.tx,
        lane=DUE_LANE,
        kind="due",
        payload={"leg": leg_id},
        key=_due_key(leg_id),
        due_at=at,
        correlation_id=work.correlation_id,
    )


def _due_key(leg_id: LegId) -> str:
    return f"due:{leg_id}"


def agent_matched(work: Work, agent_id: str, user_id: UserId) -> None:
    """An agent has become a Teams user (P-17): what is open is brought to them, as if it had just come in."""
    open_states = [state.value for state in LegState if state.is_open]
    for leg_id, card_id in interactions.legs_of_agent(work.tx, AgentId(agent_id), open_states):
        cards.open_view(work.tx, user_id, card_id)
        card_changed(work, card_id, [leg_id])
    list_changed(work, user_id)
