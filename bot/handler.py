"""What the bot does when it is installed, removed, written to, or when a phone falls back on Action.Submit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema.teams import TaskModuleRequest, TaskModuleResponse

from bot import commands
from bot.activities import card_message, text_message
from bot.connector import ConnectorClient
from bot.delivery import DeliveryError, MessageGone
from bot.dialogs import Dialogs
from bot.inbound import MalformedError, conversation_of, reference_of, submitted, user_of
from bot.performing import Performer
from bot.ports import Directory
from bot.texts import text
from customers.ids import UserId
from customers.ports import Action, ActionError, Answer

log = structlog.get_logger(__name__)

Json = Mapping[str, Any]
RAW = "bot.activity"
"""Where a turn finds the activity as it came."""


class CustomerCardBot(TeamsActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """The bot in its users' personal chats. It reads the activity as it came, which `turns` puts beside the SDK's."""

    def __init__(self, performer: Performer, directory: Directory, connector: ConnectorClient, page: str = "") -> None:
        super().__init__()
        self._dialogs = Dialogs(directory, page)
        self._performer = performer
        self._directory = directory
        self._connector = connector

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        """The user can be reached from now on, and is told what the app does."""
        activity = _raw(turn_context)
        await self._remember(activity)
        if activity.get("action") == "add":
            await self._say(activity, "greeting")

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        """The user is not written to any more."""
        activity = _raw(turn_context)
        await self._directory.forget(UserId(user_of(activity).oid), conversation_of(activity).id)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Members that come with an installation make the chat known; the SDK would ask Teams about each."""
        activity = _raw(turn_context)
        if activity.get("membersAdded"):
            await self._remember(activity)

    async def on_teams_task_module_fetch(
        self, turn_context: TurnContext, task_module_request: TaskModuleRequest
    ) -> TaskModuleResponse:
        """A name in the list of interactions opens the card as a dialog (E-10)."""
        return await self._dialogs.opened(_raw(turn_context))

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A fallback Submit is carried out like the Execute that it stands for; a command is answered with a card;
        other messages are told what to do."""
        activity = _raw(turn_context)
        await self._remember(activity)
        try:
            pressed = submitted(activity.get("value"))
            written = commands.asked(activity.get("text"))
            if pressed is not None:
                await self._perform(activity, pressed)
            elif written is not None:
                await self._answer(activity, written)
            else:
                await self._say(activity, "help")
        except ActionError as error:
            log.warning("bot.action.refused", reason=type(error).__name__)
            await self._say(activity, "unknown")
        except DeliveryError as error:
            log.warning("bot.answer.lost", operation=error.operation, status=error.status, code=error.code)
        except MalformedError:
            raise
        except Exception:  # the turn is where the unexpected ends; the user waits for a word
            log.exception("bot.action.failed")
            await self._say(activity, "failed")

    async def _perform(self, activity: Json, action: Action) -> None:
        answer = await self._performer.perform(user_of(activity), action)
        if answer.card is not None:
            await self._put_in_place(activity, answer)
        elif answer.notice_text:
            await self._connector.send(conversation_of(activity), text_message(answer.notice_text))

    async def _answer(self, activity: Json, action: Action) -> None:
        """A command that was written: the answer stands below it."""
        answer = await self._performer.perform(user_of(activity), action)
        message = card_message(answer.card) if answer.card is not None else text_message(answer.notice_text)
        await self._connector.send(conversation_of(activity), message)

    async def _put_in_place(self, activity: Json, answer: Answer) -> None:
        """The card takes the place of the one that was pressed, or stands below where that one is not named."""
        message = card_message(answer.card or {})
        conversation, pressed = conversation_of(activity), activity.get("replyToId")
        if isinstance(pressed, str) and pressed:
            with suppress(MessageGone):
                await self._connector.update(conversation, pressed, message)
                return
        await self._connector.send(conversation, message)

    async def _remember(self, activity: Json) -> None:
        reference = reference_of(activity)
        if reference is not None:
            await self._directory.remember(reference)

    async def _say(self, activity: Json, key: str) -> None:
        """A sentence that may fail to arrive: what it goes with is done already."""
        try:
            message = text_message(text(user_of(activity).language, key))
            await self._connector.send(conversation_of(activity), message)
        except DeliveryError as error:
            log.warning("bot.sentence.lost", key=key, status=error.status, code=error.code)


def _raw(context: TurnContext) -> Json:
    raw: Json = context.turn_state[RAW]
    return raw
