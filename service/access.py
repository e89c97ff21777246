"""From the lists of `[access]` to roles and switches: what a user is, by what they are called in Entra."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from customers.profile_form import PARTS
from customers.roles import Role
from customers.views import Standing, Switches
from service.settings import AccessSettings, CardsSettings, TeamSettings

EVERYBODY = "*"
_NOBODY = Standing(frozenset())
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Access:
    """Who is what, and what is switched on for them. One place for bot, pane and workers."""

    settings: AccessSettings
    cards: CardsSettings = field(default_factory=CardsSettings)
    """What holds for everybody whose teams say nothing else."""
    _known: dict[tuple[str, ...], Switches] = field(default_factory=dict)
    """By the names of the teams."""

    def standing(self, user_id: str, email: str, memberships: Iterable[str]) -> Standing:
        """What the user is; nothing where no administrator enabled the card for them (A-01, B-24)."""
        names = {name.lower() for name in (user_id, email, *memberships) if name}
        lists = {
            Role.AGENT: self.settings.agents,
            Role.SUPERVISOR: self.settings.supervisors,
            Role.ADMIN: self.settings.admins,
        }
        roles = frozenset(role for role, listed in lists.items() if _is_listed(names, listed))
        named = tuple(name for name, team in self.settings.teams.items() if _is_listed(names, team.members))
        teams = [self.settings.teams[name] for name in named]
        if not roles or not any(_of_each(teams, lambda team: team.enabled, self.cards.enabled)):
            return _NOBODY
        if named not in self._known:
            self._known[named] = self._switches(teams)
        return Standing(roles, self._known[named])

    def standing_of(self, user: Mapping[str, Any], now: datetime) -> Standing:
        """As `standing`, of a row of `users`."""
        return self.standing(user["user_id"], user["email"], self.memberships_of(user, now))

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
        lists = (settings.agents, settings.supervisors, settings.admins, *(t.members for t in settings.teams.values()))
        return any("@" in entry for listed in lists for entry in listed)

    def _switches(self, teams: Sequence[TeamSettings]) -> Switches:
        """Somebody of several teams sees and writes what any of them does, as with roles."""
        cards = self.cards
        shown = {part for one in _of_each(teams, lambda team: team.profile_fields, cards.profile_parts) for part in one}
        sealed = _of_each(teams, lambda team: team.profile_read_only, cards.profile_read_only)
        order = dict.fromkeys((*cards.profile_parts, *PARTS, *sorted(shown)))
        return Switches(
            may_handle=any(_of_each(teams, lambda team: team.edit_requests, cards.edit_requests)),
            sections=frozenset(one for each in _of_each(teams, lambda t: t.sections, cards.sections) for one in each),
            profile_parts=tuple(str(part) for part in order if part in shown),
            profile_read_only=_in_all(sealed),
            activity_hidden=_in_all(_of_each(teams, lambda team: team.activity_hidden, cards.activity_hidden)),
            activity_read_only=_in_all(_of_each(teams, lambda team: team.activity_read_only, cards.activity_read_only)),
        )


def _is_listed(names: set[str], listed: Iterable[str]) -> bool:
    return EVERYBODY in listed or not names.isdisjoint(listed)


def _of_each(teams: Sequence[TeamSettings], switch: Callable[[TeamSettings], _T | None], otherwise: _T) -> list[_T]:
    """The switch of each team; of one that does not say, and of somebody in no team, the organisation's."""
    told = [switch(team) for team in teams]
    return [otherwise if one is None else one for one in told] or [otherwise]


def _in_all(lists: Sequence[Iterable[str]]) -> frozenset[str]:
    """What every team is kept from."""
    return frozenset.intersection(*(frozenset(one) for one in lists))


def written(memberships: Iterable[str]) -> str:
    """How memberships stand in a row; never empty."""
    return json.dumps(sorted(memberships))
