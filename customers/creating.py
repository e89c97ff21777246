"""Records that agents create from the card (A-19): the form, what is typed into it, what became of it.

Everything in the views is data from outside until `cards` has escaped it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customers.views import RecordView

CHOOSING = "choose"
"""In place of a creation's id: the agent chooses what to create."""
_NUMBER = re.compile(r"[+-]?\d{1,15}")


class CreationState(StrEnum):
    """What becomes of one record that is to be created."""

    ASKING = "asking"
    """The CRM is asked for the form."""
    UNAVAILABLE = "unavailable"
    """There is no form; the reason says why."""
    OPEN = "open"
    """To be filled in."""
    SENDING = "sending"
    RETRYING = "retrying"
    """The CRM could not be told; it is tried again by itself, under the same key."""
    DUPLICATES = "duplicates"
    """The CRM takes others for the same; nothing was created."""
    REFUSED = "refused"
    """The CRM did not take it; the form is open."""
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_form(self) -> bool:
        """True where the agent may write in the form."""
        return self in (CreationState.OPEN, CreationState.DUPLICATES, CreationState.REFUSED)


@dataclass(frozen=True, slots=True)
class FormInput:
    """One field of the form."""

    name: str
    """The CRM's own."""
    label: Mapping[str, str]
    """By language; `en` is always there."""
    kind: str = "text"
    """`text`, `lines`, `date`, `number`, `choice`; `toggle`: `true` or `false`; `lookup`: one of the records that a
    search has found; `record`: not typed, `value` is what the new one hangs on."""
    value: str = ""
    is_required: bool = False
    max: int | None = None
    """UTF-16 units."""
    choices: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    """Of the records that a lookup takes."""
    searched: str = ""
    """What was searched for last."""
    said: str = ""
    """What became of that: `asking`, `none`, `failed`; empty where something was found."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> FormInput:
        """As `to_json` wrote it."""
        lists = {"choices": tuple((value, name) for value, name in stored["choices"])}
        return cls(**{**stored, **lists, "types": tuple(stored.get("types", ()))})

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "name": self.name,
            "label": dict(self.label),
            "kind": self.kind,
            "value": self.value,
            "is_required": self.is_required,
            "max": self.max,
            "choices": [list(one) for one in self.choices],
            "types": list(self.types),
            "searched": self.searched,
            "said": self.said,
        }

    def problem(self, text: str) -> str:
        """Why `text` cannot stand here: `missing`, `too_long`, `invalid`; empty where it can."""
        bare = text.strip()
        if not bare:
            return "missing" if self.is_required else ""
        if self.kind == "record":
            return ""
        if self.max is not None and _utf16_length(bare) > self.max:
            return "too_long"
        return "" if self._is_valid(bare) else "invalid"

    def _is_valid(self, bare: str) -> bool:
        match self.kind:
            case "choice" | "lookup":
                return bare in dict(self.choices)
            case "toggle":
                return bare in ("true", "false")
            case "number":
                return _NUMBER.fullmatch(bare) is not None
            case "date":
                return _is_day(bare)
        return True


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def problems(form: Sequence[FormInput], typed: Mapping[str, str]) -> dict[str, str]:
    """By field, why what was typed, or else filled in, cannot be created."""
    found = {one.name: one.problem(typed.get(one.name, one.value)) for one in form}
    return {name: problem for name, problem in found.items() if problem}


@dataclass(frozen=True, slots=True)
class CreationView:
    """One record that the viewer is about to create."""

    id: str
    crm_label: str
    type_label: str
    state: CreationState
    inputs: tuple[FormInput, ...] = ()
    """With what was typed in place of what they were filled in with."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """By field: `missing`, `too_long`, `invalid`, or `refused` by the CRM."""
    found: tuple[RecordView, ...] = ()
    """What the CRM takes for the same."""
    may_create: bool = False
    """True where it may be created all the same."""
    reason: str = ""
    detail: str = ""
    """The CRM's own words."""


@dataclass(frozen=True, slots=True)
class CreatingView:
    """The part of the card in which records are created, where it is open."""

    creation: CreationView | None = None
    """None: the viewer chooses what to create."""
    choices: tuple[tuple[str, str, str, str], ...] = ()
    """(CRM name, its label, type, its label) of everything that may be created."""
