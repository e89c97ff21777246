"""Out to Teams: the Bot Connector's REST API over one pooled session."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
import structlog
from yarl import URL

from bot.activities import serialised
from bot.credentials import Tokens
from bot.delivery import (
    DeliveryError,
    DeliveryRejected,
    DeliveryRetry,
    MessageGone,
    NotAuthorised,
    NotInstalled,
    TooLarge,
)
from bot.hosts import ServiceHosts
from bot.limiter import Full, Limiter
from bot.ports import Conversation

log = structlog.get_logger(__name__)

_NOT_CARRIED_OUT = frozenset({412, 429})
_PASSING = frozenset({408, 412, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 5.0
_GONE = frozenset({"ActivityNotFoundInConversation", "ActivityNotFound", "MessageNotFound"})

Activity = Mapping[str, Any] | bytes
"""An activity, or what `serialised` made of one."""


@dataclass(frozen=True, slots=True)
class Member:
    """A user as Teams describes them."""

    id: str
    oid: str
    """Lower case."""
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class _Call:
    """One call: `path` under the service URL, already quoted."""

    operation: str
    method: str
    path: str
    conversation: Conversation
    body: bytes | None = None

    @property
    def url(self) -> URL:
        return URL(self.conversation.service_url.rstrip("/") + "/" + self.path, encoded=True)


class ConnectorClient:
    """Calls the Bot Connector. Every method raises a DeliveryError.

    Calls keep the limits by themselves. 429 and 412 are tried again up to `tries` times in all, where Retry-After is
    short; 502 and 504 only where a second time does no harm. What lasts longer is for the caller to try again.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        hosts: ServiceHosts,
        *,
        app_id: str = "",
        limiter: Limiter | None = None,
        timeout: float = 10,
        tries: int = 3,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._app_id = app_id
        self._limiter = limiter or Limiter()
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._tries = tries
        self._sleep = sleep

    async def create_conversation(self, service_url: str, member_id: str, tenant_id: str) -> Conversation:
        """The personal chat with a user, by `29:…` or Entra object id; it is the same one every time."""
        body = {
            "isGroup": False,
            "bot": {"id": f"28:{self._app_id}"},
            "members": [{"id": member_id}],
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        nowhere = Conversation(service_url, f"new:{member_id}", tenant_id)
        answer = await self._call(_Call("create", "POST", "v3/conversations", nowhere, orjson.dumps(body)))
        return Conversation(service_url, _text(answer, "id", "create"), tenant_id)

    async def send(self, conversation: Conversation, activity: Activity) -> str:
        """Send a new message; its id, by which it is changed later."""
        path = f"{_path(conversation)}/activities"
        answer = await self._call(_Call("send", "POST", path, conversation, _raw(activity)))
        return _text(answer, "id", "send")

    async def update(self, conversation: Conversation, activity_id: str, activity: Activity) -> None:
        """The message is `activity` from now on, for everybody. Raises MessageGone where there is no such message."""
        path = f"{_path(conversation)}/activities/{quote(activity_id, safe='')}"
        await self._call(_Call("update", "PUT", path, conversation, _raw(activity)))

    async def delete(self, conversation: Conversation, activity_id: str) -> None:
        """The message is gone. Raises MessageGone where it was already."""
        path = f"{_path(conversation)}/activities/{quote(activity_id, safe='')}"
        await self._call(_Call("delete", "DELETE", path, conversation))

    async def member(self, conversation: Conversation, member_id: str) -> Member:
        """The user of this id, `29:…` or Entra object id, in the conversation."""
        path = f"{_path(conversation)}/members/{quote(member_id, safe='')}"
        answer = await self._call(_Call("member", "GET", path, conversation))
        email = answer.get("email") or answer.get("userPrincipalName") or ""
        oid = str(answer.get("aadObjectId") or answer.get("objectId") or "").lower()
        return Member(_text(answer, "id", "member"), oid, str(answer.get("name") or ""), str(email))

    async def _call(self, call: _Call) -> Mapping[str, Any]:
        if not self._hosts.allows(call.conversation.service_url):
            raise DeliveryRejected(call.operation, code="foreign_service_url")
        tries = 0
        is_renewed = False
        while True:
            tries += 1
            try:
                return await self._once(call)
            except NotAuthorised as error:
                # Once: a key was rotated or a token withdrawn. Twice: the credentials are wrong.
                if is_renewed or error.status != 401:
                    raise
                is_renewed = True
            except DeliveryRetry as error:
                pause = _pause(error, call, tries)
                if pause is None or tries >= self._tries:
                    raise
                log.info("bot.delivery.again", operation=call.operation, status=error.status, seconds=pause)
                await self._sleep(pause)

    async def _once(self, call: _Call) -> Mapping[str, Any]:
        try:
            await self._limiter.wait(call.conversation.id, call.conversation.tenant_id, is_read=call.method == "GET")
        except Full as full:
            raise DeliveryRetry(call.operation, 429, "own_limit", retry_after=full.seconds) from full
        token = await self._tokens.token()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self._session.request(
                call.method, call.url, data=call.body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                raw = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            is_unknown = not isinstance(error, aiohttp.ClientConnectorError)
            raise DeliveryRetry(call.operation, code=type(error).__name__, outcome_unknown=is_unknown) from error
        if answer.status < 300:
            return _object(raw)
        if answer.status == 401:
            self._tokens.discard(token)
        raise _error(call.operation, answer.status, _object(raw), answer.headers.get("Retry-After"))


def _error(operation: str, status: int, body: Mapping[str, Any], retry_after: str | None) -> DeliveryError:
    said = body.get("error")
    code = str(said.get("code", ""))[:80] if isinstance(said, dict) else ""
    if status == 401:
        return NotAuthorised(operation, status, code, retry_after=60)
    if status in _PASSING:
        is_unknown = status not in _NOT_CARRIED_OUT
        seconds = _seconds(retry_after)
        return DeliveryRetry(operation, status, code, retry_after=seconds, outcome_unknown=is_unknown)
    if status == 404 and code in _GONE:
        return MessageGone(operation, status, code)
    if status in (403, 404):
        return NotInstalled(operation, status, code)
    if status == 413:
        return TooLarge(operation, status, code)
    return DeliveryRejected(operation, status, code)


def _pause(error: DeliveryRetry, call: _Call, tries: int) -> float | None:
    """Seconds until it is worth another try here; None where that is the caller's business."""
    if error.code == "own_limit":
        return None
    is_harmless = error.status in _NOT_CARRIED_OUT or (error.status in (502, 504) and call.method != "POST")
    if not is_harmless:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= _LONGEST_PAUSE else None
    return 2.0 ** (tries - 2) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter


def _seconds(retry_after: str | None) -> float | None:
    try:
        return min(max(0.0, float(retry_after)), 3600.0) if retry_after else None
    except ValueError:
        return None


def _path(conversation: Conversation) -> str:
    return f"v3/conversations/{quote(conversation.id, safe='')}"


def _raw(activity: Activity) -> bytes:
    return activity if isinstance(activity, bytes) else serialised(activity)


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        body = orjson.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _text(answer: Mapping[str, Any], name: str, operation: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise DeliveryRetry(operation, 200, "unreadable_answer", outcome_unknown=True)
    return value
