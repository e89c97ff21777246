"""botbuilder-python 4.17.1 as shipped but for its fault.

As shipped, `CloudAdapter.process` answers 500 to every invoke that returns a body through `on_adaptive_card_invoke`;
overriding `on_invoke_activity` with a response whose body is a model gets round it.
"""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from bench import serving
from bench.scene import CARD_TYPE, Scene

SCENE = serving.enter()

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext  # noqa: E402  # after the shim
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication  # noqa: E402
from botbuilder.schema import (  # noqa: E402
    Activity,
    AdaptiveCardInvokeResponse,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
)


class Settings:
    """What botbuilder's own configuration class expects."""

    APP_ID = SCENE.app_id
    APP_PASSWORD = SCENE.secret
    APP_TYPE = "SingleTenant"
    APP_TENANTID = SCENE.tenant_id


class CardBot(ActivityHandler):
    """Answers every invoke with the ready card."""

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        body = AdaptiveCardInvokeResponse(status_code=200, type=CARD_TYPE, value=SCENE.card)
        return InvokeResponse(status=200, body=body)


def border(adapter: CloudAdapter) -> web.Application:
    """`POST /api/messages` through the adapter."""
    bot = CardBot()

    async def messages(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, bot)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


def updater(scene: Scene, adapter: CloudAdapter) -> serving.Update:
    """`continue_conversation` and `update_activity`, as the samples do it."""
    reference = ConversationReference(
        channel_id="msteams",
        service_url=scene.service_url,
        bot=ChannelAccount(id=f"28:{scene.app_id}"),
        user=ChannelAccount(id=f"29:{scene.user_id}"),
        conversation=ConversationAccount(id=scene.conversation_id, tenant_id=scene.tenant_id),
    )

    async def turn(context: TurnContext) -> None:
        attachment = Attachment(content_type=CARD_TYPE, content=scene.card)
        await context.update_activity(Activity(type="message", id=scene.activity_id, attachments=[attachment]))

    async def update() -> None:
        await adapter.continue_conversation(reference, turn, scene.app_id)

    return update


async def _main() -> None:
    logging.disable(logging.WARNING)  # a warning per invoke, which an operator would silence
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(Settings()))
    await serving.serve(border(adapter), serving.updates(updater(SCENE, adapter)))


if __name__ == "__main__":
    asyncio.run(_main())
