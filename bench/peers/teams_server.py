"""microsoft-teams-apps, the Teams SDK, as shipped; uvicorn's access log is off, as aiohttp's is."""

from __future__ import annotations

import asyncio
import logging
import socket

from bench import serving
from bench.control import answer_commands
from bench.scene import Scene

SCENE = serving.enter()

import uvicorn  # noqa: E402  # after the shim
from microsoft_teams.api import (  # noqa: E402
    AdaptiveCardActionCardResponse,
    AdaptiveCardInvokeActivity,
    MessageActivityInput,
)
from microsoft_teams.apps import ActivityContext, App, FastAPIAdapter  # noqa: E402
from microsoft_teams.cards import AdaptiveCard  # noqa: E402

CARD = AdaptiveCard.model_validate(SCENE.card)


def listener() -> socket.socket:
    """A free loopback port, already listening."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


def make_app() -> App:
    """The SDK's app, answering every card action with the ready card."""
    app = App(
        client_id=SCENE.app_id,
        client_secret=SCENE.secret,
        tenant_id=SCENE.tenant_id,
        service_url=SCENE.service_url,
        http_server_adapter=FastAPIAdapter(),
    )

    @app.on_card_action
    async def action(_context: ActivityContext[AdaptiveCardInvokeActivity]) -> AdaptiveCardActionCardResponse:
        return AdaptiveCardActionCardResponse(value=CARD)

    return app


def updater(scene: Scene, app: App) -> serving.Update:
    """`app.send` of a message that names the activity it replaces."""

    async def update() -> None:
        message = MessageActivityInput().add_card(CARD)
        message.id = scene.activity_id
        await app.send(scene.conversation_id, message)

    return update


async def _main() -> None:
    app = make_app()
    await app.initialize()
    logging.disable(logging.WARNING)
    bound = listener()
    site = uvicorn.Server(uvicorn.Config(app.server.adapter.app, log_level="warning", access_log=False))
    serving_site = asyncio.create_task(site.serve(sockets=[bound]))
    await answer_commands(serving.updates(updater(SCENE, app)), port=bound.getsockname()[1])
    site.should_exit = True
    await serving_site


if __name__ == "__main__":
    asyncio.run(_main())
