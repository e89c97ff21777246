"""`POST /api/messages`: what Teams calls.

Answers: 401 no token or a wrong one, 403 another tenant's or a service URL that is not Microsoft's, 415 not JSON,
413 over 1 MiB, 400 not an activity or an invoke that nobody here knows, 503 while no signing keys can be had, or if
the gate itself fails.

Never 500: the Bot Connector would show the user a bare error or send the activity again. A card action that fails
inside is answered 200 with an error that Teams shows on the card. What fails inside any other activity is logged and
answered 202, since nobody reads the answer, and a second delivery would do twice what was done before the failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson
import structlog
from aiohttp import web

from bot.activities import embedded
from bot.auth import AuthError, Gate
from bot.extension import Extension, is_extension
from bot.inbound import MalformedError, executed, is_card_action, user_of
from bot.performing import Performer
from bot.texts import text
from bot.turns import TurnAdapter
from customers.ports import ActionError, Answer

log = structlog.get_logger(__name__)

PATH = "/api/messages"
BODY_LIMIT = 1024 * 1024
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


class MessagesEndpoint:
    """The handler of the route. `routes()` is what the service mounts."""

    def __init__(self, gate: Gate, performer: Performer, extension: Extension, turns: TurnAdapter) -> None:
        self._gate = gate
        self._performer = performer
        self._extension = extension
        self._turns = turns

    def routes(self) -> list[web.RouteDef]:
        """`POST /api/messages`."""
        return [web.post(PATH, self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Answer one activity."""
        try:
            caller = await self._gate.admit(request)
            activity = await _activity(request)
            self._gate.check(caller, activity)
            return await self._dispatch(activity)
        except AuthError as error:
            log.warning("bot.call.refused", status=error.status, reason=error.reason)
            return _refusal(error.status, "Unauthorized" if error.status == 401 else "Refused")
        except MalformedError as error:
            return _refusal(400, str(error))
        except web.HTTPException as error:
            return _refusal(error.status, error.reason)
        except Exception:  # a fault of ours at the gate: nobody was let in, nothing was done
            log.exception("bot.call.failed")
            return _refusal(503, "Unavailable")

    async def _dispatch(self, activity: Mapping[str, Any]) -> web.Response:
        if is_card_action(activity):
            return await self._act(activity)
        if is_extension(activity):
            return _json(await self._extension.answer(activity))
        return await self._turn(activity)

    async def _act(self, activity: Mapping[str, Any]) -> web.Response:
        user = user_of(activity)
        try:
            return _json(_answer_body(await self._performer.perform(user, executed(activity))))
        except ActionError as error:
            log.warning("bot.action.refused", reason=type(error).__name__)
            return _invoke_error(400, "BadRequest", text(user.language, "unknown"))
        except Exception:  # the turn is where the unexpected ends
            log.exception("bot.action.failed")
            return _invoke_error(500, "InternalError", text(user.language, "failed"))

    async def _turn(self, activity: Mapping[str, Any]) -> web.Response:
        try:
            answer = await self._turns.process_activity(activity)
        except MalformedError:
            raise
        except Exception:  # the turn is where the unexpected ends
            log.exception("bot.turn.failed")
            if activity.get("type") == "invoke":
                return _invoke_error(500, "InternalError", text("en", "failed"))
            return web.Response(status=202)
        if answer is None:
            return web.Response(status=202)
        if answer.status >= 500 or not isinstance(answer.body, dict | None):
            return _refusal(400, "this invoke is not known")
        return _json(answer.body, answer.status)


async def _activity(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body. Raises HTTPException for what the headers show, MalformedError for the body."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT)
    try:
        raw = await request.read()
    except (web.RequestPayloadError, aiohttp.ClientPayloadError) as error:
        raise MalformedError("the body cannot be decoded") from error
    if len(raw) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT)
    try:
        activity = orjson.loads(raw)
    except ValueError as error:
        raise MalformedError("not JSON") from error
    if not isinstance(activity, dict) or not isinstance(activity.get("type"), str):
        raise MalformedError("not an activity")
    return activity


def _answer_body(answer: Answer) -> dict[str, Any]:
    if answer.card is not None:
        return {"statusCode": 200, "type": CARD, "value": embedded(answer.card)}
    return {"statusCode": 200, "type": MESSAGE, "value": answer.notice_text}


def _invoke_error(status: int, code: str, message: str) -> web.Response:
    return _json({"statusCode": status, "type": ERROR, "value": {"code": code, "message": message}})


def _refusal(status: int, message: str) -> web.Response:
    return _json({"error": {"code": str(status), "message": message}}, status)


def _json(body: object, status: int = 200) -> web.Response:
    if body is None:
        return web.Response(status=status)
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
