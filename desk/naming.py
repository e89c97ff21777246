"""Agents whom the platform names now by its id, now by an address alone: they are one, with one leg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from customers.agents import without_id
from customers.events import AgentRef, InteractionEvent
from customers.ids import CardId, InteractionId, LegId
from customers.lifecycle import InteractionState
from customers.wrap_up import unique_tags
from desk import pushing
from desk.changes import card_changed
from desk.work import Work
from storage import interactions, people, unread
from storage.interactions import InteractionRow
from storage.people import AgentRow


def known(work: Work, row: InteractionRow, events: Sequence[InteractionEvent]) -> list[AgentRef]:
    """Who has the addresses that `events` name somebody by."""
    wanted = without_id(events)
    found = people.named(work.tx, row.intake, wanted) if wanted else []
    if len(found) < 2:
        return found
    # An address that a second agent has got since: whoever was taken for its owner here remains so.
    here = {leg["agent_key"] for leg in interactions.legs_of(work.tx, row.id)}
    taken = {ref.email for ref in found if ref.id in here}
    return [ref for ref in found if ref.id in here or ref.email not in taken]


def agents_of(
    work: Work, row: InteractionRow, state: InteractionState
) -> tuple[dict[str, AgentRow], set[InteractionId]]:
    """The agents of the legs, by key; and the other interactions in which two legs have become one."""
    found: dict[str, AgentRow] = {}
    others: set[InteractionId] = set()
    for leg in state.legs:
        agent = people.find(work.tx, row.intake, leg.agent_key)
        address = (leg.agent.email or leg.agent.upn).lower()
        if leg.agent.id and address and (agent is None or agent.email != address):
            others |= _recognise(work, row.intake, leg.agent, agent)
            agent = people.find(work.tx, row.intake, leg.agent_key)
        found[leg.agent_key] = people.agent(work.tx, row.intake, leg.agent, agent)
    return found, others - {row.id}


def _recognise(work: Work, intake: str, ref: AgentRef, agent: AgentRow | None) -> set[InteractionId]:
    """The address is news: who was known by it alone is this agent."""
    old = people.namesake(work.tx, intake, ref)
    if old is None:
        return set()
    if agent is None:
        people.rename(work.tx, old.id, ref.id)
        return set()
    return _absorb(work, agent, old)


def _absorb(work: Work, survivor: AgentRow, old: AgentRow) -> set[InteractionId]:
    """The legs of `old` are `survivor`'s. Two that were pushed both stay two: the CRMs have an activity of each."""
    theirs = {(leg["interaction_id"], leg["number"]): leg for leg in _held(work, survivor)}
    mine = _held(work, old)
    united: set[InteractionId] = set()
    stays = False
    for leg in mine:
        twin = theirs.get((leg["interaction_id"], leg["number"]))
        if twin is None:
            interactions.update_leg(work.tx, LegId(leg["id"]), agent_id=survivor.id)
        elif twin["pushed_at"] is None or leg["pushed_at"] is None:
            _unite(work, survivor, twin, leg)
            united.add(InteractionId(leg["interaction_id"]))
        else:
            stays = True
    if not stays:
        people.absorbed(work.tx, survivor, old)
    return united


def _held(work: Work, agent: AgentRow) -> list[Mapping[str, Any]]:
    """The agent's legs, which nobody else changes from now on."""
    for leg in sorted(interactions.all_legs_of_agent(work.tx, agent.id), key=lambda leg: str(leg["interaction_id"])):
        interactions.hold(work.tx, leg)
    return list(interactions.all_legs_of_agent(work.tx, agent.id))


def _unite(work: Work, survivor: AgentRow, twin: Mapping[str, Any], leg: Mapping[str, Any]) -> None:
    """Of two legs the one that was pushed stays, with what was written on either."""
    keep, drop = (leg, twin) if leg["pushed_at"] is not None else (twin, leg)
    keep_id = LegId(keep["id"])
    edits = _united(keep["edits"], drop["edits"])
    interactions.drop_leg(work.tx, LegId(drop["id"]), keep_id)
    version = max(keep["version"], drop["version"]) + 1
    interactions.update_leg(work.tx, keep_id, agent_id=survivor.id, edits=edits, version=version)
    if drop["unread_at"] is not None and keep["unread_at"] is None:
        unread.mark(work.tx, keep_id)
    if keep["card_id"]:
        card_changed(work, CardId(keep["card_id"]), [keep_id])
    if keep["pushed_at"] is not None and edits != keep["edits"]:
        pushing.amend(work, keep_id)


def _united(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What was written on the card of either leg; notes of both stand one below the other."""
    edits = {**other, **kept}
    if other.get("notes") and kept.get("notes") and other["notes"] != kept["notes"]:
        edits["notes"] = f"{kept['notes']}\n{other['notes']}"
    for name in ("tags", "removed_tags"):
        if name in edits:
            edits[name] = list(unique_tags([*kept.get(name, ()), *other.get(name, ())]))
    return edits
