"""Dialogs of Teams (task modules): the card of an interaction, as the page shows it (E-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from botbuilder.schema.teams import (
    TaskModuleContinueResponse,
    TaskModuleMessageResponse,
    TaskModuleResponse,
    TaskModuleTaskInfo,
)

from bot.inbound import MalformedError, user_of
from bot.performing import viewer_of
from bot.ports import Directory
from bot.texts import text

Json = Mapping[str, Any]
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Dialogs:
    """Answers `task/fetch`, which Teams sends when somebody presses a name in the list of interactions."""

    directory: Directory
    page: str
    """The address of the pane; empty where Teams has none."""

    async def opened(self, activity: Json) -> TaskModuleResponse:
        """What stands in the dialog: the page, which signs in by itself, with that card. Raises MalformedError."""
        asked, user = _asked(activity), user_of(activity)
        if await viewer_of(self.directory, user) is None:
            return _message(text(user.language, "no_access"))
        if not self.page:
            return _message(text(user.language, "no_dialog"))
        shown = TaskModuleTaskInfo(
            title=text(user.language, "dialog"), height="large", width="large", url=f"{self.page}?{urlencode(asked)}"
        )
        return TaskModuleResponse(task=TaskModuleContinueResponse(value=shown))


def _asked(activity: Json) -> dict[str, str]:
    """The card and the leg that the button names."""
    value = activity.get("value")
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        raise MalformedError("value.data is missing")
    asked = {name: data.get(name) for name in ("card", "leg")}
    if not all(isinstance(one, str) and 0 < len(one) <= _LONGEST for one in asked.values()):
        raise MalformedError("value.data names no card and leg")
    return {name: str(one) for name, one in asked.items()}


def _message(said: str) -> TaskModuleResponse:
    return TaskModuleResponse(task=TaskModuleMessageResponse(value=said))
