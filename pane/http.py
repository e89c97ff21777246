"""The pane's addresses: the page, what it loads, its actions and its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from customers.ports import Action, Answer, BadAction, Desk, UnknownVerb
from customers.views import Surface
from pane.answers import CARD, MESSAGE, file_headers, json_answer, page_headers
from pane.auth import SignIn
from pane.callers import Callers, RequestRefusedError, guarded
from pane.events import EventStreams
from pane.files import PageFile, read_files
from pane.ports import Directory
from pane.settings import PaneSettings

FOR_EVER = "public, max-age=31536000, immutable"


def mount(
    app: web.Application, desk: Desk, sign_in: SignIn, directory: Directory, settings: PaneSettings
) -> EventStreams:
    """`app` serves the pane afterwards and ends its event streams when it shuts down. Raises `MissingFileError`."""
    streams = EventStreams(desk, settings.heartbeat_seconds)
    app.add_routes(routes(desk, sign_in, directory, settings, streams))
    app.on_shutdown.append(streams.end_all)
    return streams


def routes(
    desk: Desk,
    sign_in: SignIn,
    directory: Directory,
    settings: PaneSettings,
    streams: EventStreams | None = None,
) -> list[web.RouteDef]:
    """Everything under `/pane/`. Use `mount` where the event streams shall end with the application."""
    callers = Callers(sign_in, directory, settings)
    streams = streams or EventStreams(desk, settings.heartbeat_seconds)
    page = _Page(settings)
    actions = _Actions(desk, callers, settings.body_limit)

    async def events(request: web.Request) -> web.StreamResponse:
        viewer, signed_in = await callers.viewer(request)
        return await streams.stream(request, viewer, signed_in.expires_at)

    return [
        web.get("/pane", page.redirect),
        web.get("/pane/", page.index),
        web.get("/pane/config", page.config),
        web.get(r"/pane/static/{version}/{name:[a-z/.-]+}", page.file),
        web.post("/pane/action", guarded(actions.post)),
        web.get("/pane/events", guarded(events), allow_head=False),
    ]


class _Page:
    """The page and its files; public."""

    def __init__(self, settings: PaneSettings) -> None:
        self._settings = settings
        self._files = read_files(settings.vendor)
        browser = settings.browser_sign_in
        addresses = (settings.development_sign_in, browser.authority if browser else None)
        self._headers = page_headers(*filter(None, addresses))

    async def redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=308, headers={"Location": str(request.rel_url.with_path("/pane/", keep_query=True))})

    async def index(self, request: web.Request) -> web.Response:
        return _send(request, self._files.index, {**self._headers, "Cache-Control": "no-cache"})

    async def config(self, _request: web.Request) -> web.Response:
        settings, browser = self._settings, self._settings.browser_sign_in
        return json_answer(
            {
                "clientId": settings.client_id,
                "languages": list(settings.languages),
                "signIn": {"authority": browser.authority, "scope": browser.scope} if browser else None,
                "developmentSignIn": settings.development_sign_in,
            }
        )

    async def file(self, request: web.Request) -> web.Response:
        found = self._files.files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        # A page of another version, during an upgrade, gets this version's file and must not keep it.
        keep = FOR_EVER if request.match_info["version"] == self._files.version else "no-store"
        return _send(request, found, {**file_headers(), "Cache-Control": keep})


class _Actions:
    """Buttons of the cards."""

    def __init__(self, desk: Desk, callers: Callers, body_limit: int) -> None:
        self._desk = desk
        self._callers = callers
        self._body_limit = body_limit

    async def post(self, request: web.Request) -> web.Response:
        viewer, _ = await self._callers.viewer(request)
        action = await self._action(request)
        try:
            answer = await self._desk.act(viewer, action)
        except UnknownVerb as error:
            raise RequestRefusedError(400, "unknown_verb") from error
        except BadAction as error:
            raise RequestRefusedError(400, "bad_action") from error
        return json_answer(body_of(answer))

    async def _action(self, request: web.Request) -> Action:
        if request.content_type != "application/json":
            raise RequestRefusedError(415, "not_json")
        if (request.content_length or 0) > self._body_limit:
            raise RequestRefusedError(413, "too_large")
        # `readexactly` would wait for a body of that length; this stops at the limit, whatever was announced.
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > self._body_limit:
                raise RequestRefusedError(413, "too_large")
        return read_action(bytes(body))


def read_action(body: bytes) -> Action:
    """The action in `{action: {verb, data?, inputs?}, trigger?}`. Raises `RequestRefusedError` (400)."""
    try:
        posted = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestRefusedError(400, "malformed") from error
    action = posted.get("action") if isinstance(posted, dict) else None
    verb = action.get("verb") if isinstance(action, dict) else None
    if not isinstance(verb, str) or not isinstance(action, dict):
        raise RequestRefusedError(400, "malformed")
    return Action(
        verb=verb,
        data=_strings(action.get("data")),
        inputs=_strings(action.get("inputs")),
        surface=Surface.PANE,
        is_automatic=posted.get("trigger") == "automatic",
    )


def _strings(values: Any) -> dict[str, str]:
    """Data and inputs are flat: names and texts; numbers and booleans as cards write them in inputs."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise RequestRefusedError(400, "malformed")
    return {name: _string(value) for name, value in values.items()}


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise RequestRefusedError(400, "malformed")


def body_of(answer: Answer) -> dict[str, Any]:
    """The answer in the shape of Teams' `adaptiveCard/action`; beside it the notice, the card's id and its version."""
    notice = answer.notice
    said = None if notice is None else {"kind": notice.kind, "code": notice.code, "text": answer.notice_text}
    card = orjson.Fragment(answer.card) if isinstance(answer.card, bytes) else answer.card
    return {
        "statusCode": 200,
        "type": CARD if card is not None else MESSAGE,
        "value": card if card is not None else answer.notice_text,
        "notice": said,
        "card": answer.card_id,
        "version": answer.version,
        "leg": answer.leg_id,
        "unread": answer.unread,
        "known": answer.known,
    }


def _send(request: web.Request, file: PageFile, headers: dict[str, str]) -> web.Response:
    headers |= {"ETag": f'"{file.digest}"', "Vary": "Accept-Encoding", "Content-Type": file.content_type}
    if request.headers.get("If-None-Match") == f'"{file.digest}"':
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=file.zipped, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=file.body, headers=headers)
