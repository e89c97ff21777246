"""microsoft-agents-hosting-aiohttp, the Microsoft 365 Agents SDK, as shipped."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from aiohttp import web

from bench import serving
from bench.scene import CARD_TYPE, Scene

SCENE = serving.enter()

from microsoft_agents.activity import (  # noqa: E402  # after the shim
    Activity,
    AdaptiveCardInvokeResponse,
    AdaptiveCardInvokeValue,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
)
from microsoft_agents.authentication.msal import MsalConnectionManager  # noqa: E402
from microsoft_agents.hosting.aiohttp import CloudAdapter, jwt_authorization_middleware  # noqa: E402
from microsoft_agents.hosting.core import (  # noqa: E402
    ActivityHandler,
    AgentAuthConfiguration,
    AuthTypes,
    TurnContext,
)


class CardAgent(ActivityHandler):
    """Answers every card action with the ready card."""

    async def on_adaptive_card_invoke(
        self, turn_context: TurnContext, invoke_value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        return AdaptiveCardInvokeResponse(status_code=HTTPStatus.OK, type=CARD_TYPE, value=SCENE.card)


def border(adapter: CloudAdapter, configuration: AgentAuthConfiguration) -> web.Application:
    """`POST /api/messages` behind the SDK's own token middleware."""
    agent = CardAgent()

    async def messages(request: web.Request) -> web.StreamResponse:
        return await adapter.process(request, agent)

    app = web.Application(middlewares=[jwt_authorization_middleware])
    app["agent_configuration"] = configuration
    app.router.add_post("/api/messages", messages)
    return app


def updater(scene: Scene, adapter: CloudAdapter) -> serving.Update:
    """`continue_conversation` and `update_activity`, as the samples do it."""
    reference = ConversationReference(
        channel_id="msteams",
        service_url=scene.service_url,
        agent=ChannelAccount(id=f"28:{scene.app_id}"),
        user=ChannelAccount(id=f"29:{scene.user_id}"),
        conversation=ConversationAccount(id=scene.conversation_id, tenant_id=scene.tenant_id),
    )

    async def turn(context: TurnContext) -> None:
        attachment = Attachment(content_type=CARD_TYPE, content=scene.card)
        await context.update_activity(Activity(type="message", id=scene.activity_id, attachments=[attachment]))

    async def update() -> None:
        await adapter.continue_conversation(scene.app_id, reference.get_continuation_activity(), turn)

    return update


async def _main() -> None:
    logging.disable(logging.WARNING)
    configuration = AgentAuthConfiguration(
        auth_type=AuthTypes.client_secret,
        client_id=SCENE.app_id,
        tenant_id=SCENE.tenant_id,
        client_secret=SCENE.secret,
        scopes=["https://api.botframework.com/.default"],
    )
    connections = MsalConnectionManager(connections_configurations={"SERVICE_CONNECTION": configuration})
    adapter = CloudAdapter(connection_manager=connections)
    root = connections.get_default_connection_configuration()
    await serving.serve(border(adapter, root), serving.updates(updater(SCENE, adapter)))


if __name__ == "__main__":
    asyncio.run(_main())
