"""What Teams sends, read once: the user behind an activity, and the action of a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.auth import tenant_of
from bot.ports import Conversation, ConversationReference
from customers.ids import UserId
from customers.ports import Action, BadAction
from customers.views import Surface
from translations import LANGUAGES

Json = Mapping[str, Any]

_OURS = ("verb", "msteams")


class MalformedError(Exception):
    """Not an activity that Teams sends. The text says what is wrong with it, without its content."""


@dataclass(frozen=True, slots=True)
class TeamsUser:
    """Who sent an activity."""

    oid: str
    """Entra object id, lower case."""
    tenant: str
    name: str
    language: str
    time_zone: str


def is_card_action(activity: Json) -> bool:
    """True for an Action.Execute."""
    return activity.get("type") == "invoke" and activity.get("name") == "adaptiveCard/action"


def user_of(activity: Json) -> TeamsUser:
    """The user who sent it. Raises MalformedError where it names none."""
    sender = activity.get("from")
    oid = sender.get("aadObjectId") if isinstance(sender, dict) else None
    if not isinstance(sender, dict) or not isinstance(oid, str) or not oid:
        raise MalformedError("from.aadObjectId is missing")
    zone = activity.get("localTimezone") or _client_info(activity).get("timezone")
    name = sender.get("name")
    return TeamsUser(
        oid=oid.lower(),
        tenant=tenant_of(activity),
        name=name if isinstance(name, str) else "",
        language=language_of(activity),
        time_zone=_time_zone(zone if isinstance(zone, str) else ""),
    )


def language_of(activity: Json) -> str:
    """The language of the Teams client, where we speak it."""
    locale = activity.get("locale") or _client_info(activity).get("locale")
    return _language(locale if isinstance(locale, str) else "")


def conversation_of(activity: Json) -> Conversation:
    """Where it was sent from, and where an answer goes. Raises MalformedError."""
    found = activity.get("conversation")
    conversation_id = found.get("id") if isinstance(found, dict) else None
    service_url = activity.get("serviceUrl")
    if not isinstance(conversation_id, str) or not conversation_id or not isinstance(service_url, str):
        raise MalformedError("conversation.id or serviceUrl is missing")
    return Conversation(service_url, conversation_id, tenant_of(activity))


def reference_of(activity: Json) -> ConversationReference | None:
    """The personal chat that it came from; None for group chats and channels, which are nobody's own."""
    conversation = conversation_of(activity)
    if activity["conversation"].get("conversationType", "personal") != "personal":
        return None
    user = user_of(activity)
    return ConversationReference(
        user_id=UserId(user.oid),
        conversation=conversation,
        member_id=_id(activity.get("from")),
        bot_id=_id(activity.get("recipient")),
        name=user.name,
        language=user.language,
        time_zone=user.time_zone,
    )


def executed(activity: Json) -> Action:
    """The action of an Action.Execute. Raises BadAction.

    Teams sends inputs among the data, so both mappings of the action hold both.
    """
    value = activity.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(action, dict):
        raise BadAction("value.action is missing")
    return _action(action.get("verb"), action.get("data"), is_automatic=value.get("trigger") == "automatic")


def submitted(value: object) -> Action | None:
    """The action of an Action.Submit, which phones fall back on: its data carry the verb. None: it is not ours.

    Raises BadAction.
    """
    if not isinstance(value, dict) or "verb" not in value:
        return None
    return _action(value["verb"], value, is_automatic=False)


def _action(verb: object, data: object, *, is_automatic: bool) -> Action:
    if not isinstance(verb, str) or not verb:
        raise BadAction("the verb is missing")
    if data is not None and not isinstance(data, dict):
        raise BadAction("the data are not an object")
    values = {name: _string(value) for name, value in (data or {}).items() if name not in _OURS and value is not None}
    return Action(verb=verb, data=values, inputs=values, surface=Surface.CHAT, is_automatic=is_automatic)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise BadAction("a value is neither text, number nor truth value")


def _client_info(activity: Json) -> Json:
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "clientInfo":
            return entity
    return {}


def _id(account: object) -> str:
    found = account.get("id") if isinstance(account, dict) else None
    return found if isinstance(found, str) else ""


def _language(locale: str) -> str:
    short = locale[:2].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


@lru_cache(maxsize=1024)
def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key or "UTC"
    except (ValueError, OSError, KeyError):
        return "UTC"
