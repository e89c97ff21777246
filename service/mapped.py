"""What the CRMs' mappings say to the use cases; a mapping that was changed while the service runs says it anew."""

from __future__ import annotations

from collections.abc import MutableMapping, Sized
from typing import TypeVar

from connectors.interface import CrmConnector
from desk.work import DeskSettings

T = TypeVar("T", bound=Sized)


def take_up(known: DeskSettings, name: str, crm: CrmConnector) -> None:
    """What cards show of the CRM `name`, and what agents may do with it, is from now on as its connector says."""
    known.type_labels[name] = crm.type_labels
    known.withdrawable[name] = crm.withdrawable
    _set(known.together, name, crm.together)
    _set(known.updatable, name, crm.updatable)
    _set(known.creatable, name, tuple(crm.creatable))


def _set(told: MutableMapping[str, T], name: str, said: T) -> None:
    """CRMs of which nothing is said are not in it."""
    if said:
        told[name] = said
    else:
        told.pop(name, None)
