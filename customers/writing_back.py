"""Edits of a profile on their way into a CRM's record: what became of them, and what stands there instead.

Everything in the views is data from outside until `cards` has escaped it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UpdateState(StrEnum):
    """What became of an edit that is written back."""

    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    CONFLICT = "conflict"
    """The CRM has other words than those that the agent has edited; they stay until the agent has decided."""
    FAILED = "failed"
    DROPPED = "dropped"
    """The CRM's words were taken over."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the CRM has other words for."""

    source: str
    """The part of the profile, as mappings name it."""
    field: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class UpdateView:
    """One record that an edit is written back into."""

    id: str
    crm_label: str
    title: str
    state: UpdateState
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    detail: str = ""
