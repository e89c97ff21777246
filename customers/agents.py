"""One agent who is named now by the platform's id, now by an address alone, is one agent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from customers.events import AgentRef, InteractionEvent


def addresses(ref: AgentRef) -> list[str]:
    """What names the agent beside the platform's id, where the source gave it."""
    return [value.casefold() for value in (ref.email, ref.upn, ref.entra_object_id) if value]


def without_id(events: Iterable[InteractionEvent]) -> set[str]:
    """Addresses of agents whom an event names without the platform's id."""
    return {address for ref in _refs(events) if not ref.id for address in addresses(ref)}


def one_name_each(events: Sequence[InteractionEvent], known: Iterable[AgentRef] = ()) -> list[InteractionEvent]:
    """`events`, where whoever is named by an address has the id that goes with it: here, or else among `known`.

    An address that goes with two ids names nobody.
    """
    refs = _refs(events)
    names = {**_names(known), **_names(refs)}
    better = {ref: _named(ref, names) for ref in refs} if names else {}
    if all(old is new for old, new in better.items()):
        return list(events)
    return [
        replace(
            event,
            agent=better[event.agent] if event.agent else None,
            transfer_to=better[event.transfer_to] if event.transfer_to else None,
        )
        for event in events
    ]


def _refs(events: Iterable[InteractionEvent]) -> set[AgentRef]:
    return {ref for event in events for ref in (event.agent, event.transfer_to) if ref is not None}


def _names(refs: Iterable[AgentRef]) -> dict[str, str]:
    """Of each address the id that goes with it; empty where there are two."""
    names: dict[str, str] = {}
    for ref in refs:
        for address in addresses(ref) if ref.id else ():
            names[address] = ref.id if names.get(address, ref.id) == ref.id else ""
    return names


def _named(ref: AgentRef, names: dict[str, str]) -> AgentRef:
    # What happens on our own card names the agent by the key that they had then: that may have been an address.
    asked = [ref.id.casefold()] if ref.id else addresses(ref)
    found = {names.get(address, "") for address in asked} - {""}
    return replace(ref, id=found.pop()) if len(found) == 1 else ref
