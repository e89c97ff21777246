"""One activity on its way into Dataverse: what is sent, in whose name, and what the CRM made us give up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.dynamics.agents import CrmUser
from connectors.dynamics.errors import is_about_the_caller, is_no_user
from connectors.errors import CrmError, CrmForbidden, CrmRecordNotFound
from connectors.interface import CrmAgent, RecordRef
from connectors.mapping import ActivityMap

_COMPLETED = {"phonecall": 2, "task": 5, "email": 2}
_COMPLETED_INBOUND = {"phonecall": 4}


class Author(StrEnum):
    """In whose name is written; the next is tried where the CRM refuses one, and nothing was done then (P-12)."""

    AGENT = "agent"
    """The agent: owner and author, by impersonation."""
    OWNER = "owner"
    """The integration user writes; the agent owns."""
    INTEGRATION = "integration"
    """The agent is no user of the CRM, or may own nothing."""


@dataclass
class Attempt:
    """One activity on its way: what is sent, as whom, and what had to be given up."""

    path: str
    """Entity set and id."""
    activity: ActivityMap
    agent: CrmAgent
    user: CrmUser | None
    body: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: Mapping[str, str] = field(default_factory=dict)
    """What stands in notes on it, by field."""
    person: RecordRef | None = None
    """Who must stand on the activity, also where it is there already."""
    people: list[dict[str, Any]] = field(default_factory=list)
    """Who else does, from the beginning."""
    author: Author = Author.INTEGRATION
    is_refused: bool = False
    """The CRM does not take the mapping's owner."""

    def __post_init__(self) -> None:
        if self.user is not None:
            self.author = Author.AGENT if self.user.object_id else Author.OWNER

    @property
    def row_id(self) -> str:
        """The activity's id."""
        return self.path.partition("(")[2].rstrip(")")

    @property
    def caller(self) -> dict[str, str]:
        """The header that makes the agent the author."""
        return {"CallerObjectId": self.user.object_id} if self.user and self.author is Author.AGENT else {}

    @property
    def owner(self) -> dict[str, str]:
        """What makes the agent, or else the mapping's user, the owner where they are not the author."""
        if self.user and self.author is Author.OWNER:
            return {"ownerid@odata.bind": f"/systemusers({self.user.id})"}
        if self.author is Author.INTEGRATION and self.activity.owner and not self.is_refused:
            return {"ownerid@odata.bind": f"/systemusers({self.activity.owner})"}
        return {}

    def step_down(self, error: CrmError) -> bool:
        """True where the refusal was about the agent, and the next author is worth a try."""
        if self.author is Author.AGENT and is_about_the_caller(error):
            self.author = Author.INTEGRATION if is_no_user(error) else Author.OWNER
            self.warnings.append("createdby")
            return True
        if self.author is Author.OWNER and isinstance(error, CrmForbidden):
            self.author = Author.INTEGRATION
            return True
        if self.owner and isinstance(error, CrmForbidden | CrmRecordNotFound):
            self.is_refused = True
            self.warnings.append("ownerid")
            return True
        return False


def is_owned(attempt: Attempt, owner: str) -> bool:
    """True where the agent owns the activity that an earlier attempt made."""
    return attempt.user is not None and owner in ("", attempt.user.id)


def named(message: str, attempt: Attempt) -> list[str]:
    """Optional fields of the body that a refusal names."""
    words = set(message.replace("'", " ").replace('"', " ").replace(",", " ").replace(".", " ").split())
    return [name for name in attempt.body if name in words and attempt.activity.is_optional(name)]


def completed_status(activity: ActivityMap, direction: str) -> int:
    """`statuscode` for Completed: Received or Made for calls."""
    told = activity.options.get("completed_inbound") if direction == "inbound" else None
    told = told or activity.options.get("completed")
    if told:
        return int(told)
    if direction == "inbound" and activity.target in _COMPLETED_INBOUND:
        return _COMPLETED_INBOUND[activity.target]
    return _COMPLETED.get(activity.target, 2)
