"""A turn of botbuilder: everything but card actions goes through it. What it sends goes out by our own connector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, ResourceResponse

from bot.connector import ConnectorClient
from bot.handler import RAW, CustomerCardBot
from bot.inbound import MalformedError
from bot.ports import Conversation

_INVOKE = "bot.invoke_response"


class TurnAdapter(BotAdapter):  # type: ignore[misc]  # botbuilder has no types
    """Runs the handler for one activity at a time. The token has been checked before."""

    def __init__(self, bot: CustomerCardBot, connector: ConnectorClient) -> None:
        super().__init__()
        self._bot = bot
        self._connector = connector

    async def process_activity(self, activity: Mapping[str, Any]) -> InvokeResponse | None:
        """Run one turn. An invoke's answer, or None. Raises MalformedError for what is no activity."""
        context = TurnContext(self, _parsed(activity))
        context.turn_state[RAW] = activity
        await self.run_pipeline(context, self._bot.on_turn)
        answer = context.turn_state.get(_INVOKE)
        return answer.value if answer is not None else None

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send each; an invoke's answer is kept for the HTTP answer."""
        sent = []
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[_INVOKE] = activity
                sent.append(ResourceResponse())
            else:
                message_id = await self._connector.send(_conversation(context), activity.serialize())
                sent.append(ResourceResponse(id=message_id))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """The message with the activity's id is `activity` from now on."""
        await self._connector.update(_conversation(context), activity.id, activity.serialize())
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """The message that `reference` names is gone."""
        await self._connector.delete(_conversation(context), reference.activity_id)


def _conversation(context: TurnContext) -> Conversation:
    found = context.activity.conversation
    return Conversation(context.activity.service_url, found.id, found.tenant_id or "")


def _parsed(activity: Mapping[str, Any]) -> Activity:
    try:
        parsed = Activity().deserialize(activity)
    except Exception as error:
        raise MalformedError("not an activity") from error
    if parsed is None or not parsed.type:
        raise MalformedError("type is missing")
    # Answers would be kept for the HTTP answer instead of being sent; Teams does not ask for it.
    parsed.delivery_mode = None
    return parsed
