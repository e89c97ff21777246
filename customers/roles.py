"""What people are to the product, and how far what they may do reaches (P-20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an administrator has made of a user. Somebody may be several; somebody who is none may do nothing (A-01)."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Reach(StrEnum):
    """On whose interactions something may be done."""

    NOWHERE = "nowhere"
    OWN = "own"
    ANY = "any"


_ORDER = (Reach.NOWHERE, Reach.OWN, Reach.ANY)


@dataclass(frozen=True, slots=True)
class Right:
    """How far each role reaches with one thing to be done."""

    agent: Reach
    supervisor: Reach
    admin: Reach

    def of(self, roles: Collection[str]) -> Reach:
        """How far somebody with `roles` reaches: as far as the best of them; with a role that nobody knows, nowhere."""
        reaches = {Role.AGENT: self.agent, Role.SUPERVISOR: self.supervisor, Role.ADMIN: self.admin}
        return max((reaches[role] for role in Role if role in roles), key=_ORDER.index, default=Reach.NOWHERE)


EVERYBODY = Right(Reach.ANY, Reach.ANY, Reach.ANY)
"""Everybody who has the card."""
OWNER = Right(Reach.OWN, Reach.ANY, Reach.ANY)
"""The agent whose interaction it is, and supervisors."""
SUPERVISORS = Right(Reach.NOWHERE, Reach.ANY, Reach.ANY)
"""Supervisors alone."""
ADMINS = Right(Reach.NOWHERE, Reach.NOWHERE, Reach.ANY)
"""Administrators alone."""


def acts_for_others(roles: Collection[str]) -> bool:
    """Whether somebody with `roles` may do on others' interactions what these may do themselves."""
    return OWNER.of(roles) is Reach.ANY
