"""From a Teams user's action to the answer of the desk: what Action.Execute and its Submit fallback share."""

from __future__ import annotations

from bot.inbound import TeamsUser
from bot.ports import Directory
from bot.texts import text
from customers.ports import Action, Answer, Desk
from customers.views import Viewer


class Performer:
    """Carries out actions in the name of Teams users."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory

    async def perform(self, user: TeamsUser, action: Action) -> Answer:
        """The desk's answer; a sentence where the user may not use the card. Raises ActionError."""
        viewer = await viewer_of(self._directory, user)
        if viewer is None:
            return Answer(notice_text=text(user.language, "no_access"))
        return await self._desk.act(viewer, action)


async def viewer_of(directory: Directory, user: TeamsUser) -> Viewer | None:
    """The viewer behind a Teams user; None where no administrator enabled the card for them (A-01)."""
    return await directory.viewer(
        oid=user.oid,
        tenant=user.tenant,
        name=user.name,
        email="",
        language=user.language,
        time_zone=user.time_zone,
    )
