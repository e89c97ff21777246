"""From the lists of `[access]` to roles: what a user is, by what they are called in Entra."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from customers.roles import Role
from service.settings import AccessSettings

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Access:
    """Who is what. One place for bot, pane and workers."""

    settings: AccessSettings

    def roles(self, user_id: str, email: str, memberships: Iterable[str]) -> frozenset[str]:
        """What the user is; nothing where no administrator enabled the card for them (A-01)."""
        names = {name.lower() for name in (user_id, email, *memberships) if name}
        lists = {
            Role.AGENT: self.settings.agents,
            Role.SUPERVISOR: self.settings.supervisors,
            Role.ADMIN: self.settings.admins,
        }
        return frozenset(role for role, listed in lists.items() if EVERYBODY in listed or not names.isdisjoint(listed))

    def roles_of(self, user: Mapping[str, Any], now: datetime) -> frozenset[str]:
        """As `roles`, of a row of `users`."""
        return self.roles(user["user_id"], user["email"], self.memberships_of(user, now))

    def memberships_of(self, user: Mapping[str, Any], now: datetime) -> frozenset[str]:
        """Groups and app roles of a row of `users`, as long as they count."""
        told, at = user["memberships"], user["memberships_at"]
        if not told or at is None or now - at > timedelta(days=self.settings.membership_days):
            return frozenset()
        return frozenset(json.loads(told))

    @property
    def waits_for_address(self) -> bool:
        """True where somebody is listed by address: whose is not known yet may be listed all the same."""
        settings = self.settings
        return any("@" in entry for entry in (*settings.agents, *settings.supervisors, *settings.admins))


def written(memberships: Iterable[str]) -> str:
    """How memberships stand in a row; never empty."""
    return json.dumps(sorted(memberships))
