"""The message extension: a customer is found and posted as a short card, and links become short cards.

Teams waits 5 seconds for each answer. A result is an attachment: the card, and the preview that it is chosen by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot.activities import CARD
from bot.auth import ANONYMOUS_LINK
from bot.inbound import MalformedError, TeamsUser, language_of, user_of
from bot.performing import viewer_of
from bot.ports import Directory, ShortCards
from bot.texts import text
from cards.short_cards import Line, line_of, short_card, sign_in_card, sign_in_line
from customers.ids import CardId
from customers.shorts import CustomerShort, Short
from customers.views import Viewer

log = structlog.get_logger(__name__)

Json = Mapping[str, Any]
QUERY: Final = "composeExtension/query"
SELECT: Final = "composeExtension/selectItem"
LINK: Final = "composeExtension/queryLink"
NAMES: Final = frozenset({QUERY, SELECT, LINK, ANONYMOUS_LINK})
COMMAND: Final = "findCustomer"
PARAMETER: Final = "query"
PAGE: Final = 25
"""Results that Teams shows at once."""
_THUMBNAIL: Final = "application/vnd.microsoft.card.thumbnail"
_INITIAL: Final = "initialRun"
_LONGEST: Final = 200
_LONGEST_LINK: Final = 2048
_FARTHEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Extension:
    """Answers the invokes of `NAMES`."""

    directory: Directory
    short_cards: ShortCards

    async def answer(self, activity: Json) -> dict[str, Any]:
        """The body of the answer. Raises MalformedError; whatever else goes wrong is said in Teams, or not at all."""
        name, value = activity.get("name"), activity.get("value")
        if not isinstance(value, dict):
            raise MalformedError("value is missing")
        if name == ANONYMOUS_LINK:
            return self._anonymous(activity)
        user = user_of(activity)
        try:
            viewer = await viewer_of(self.directory, user)
            if viewer is None:
                return _message(text(user.language, "no_access")) if name == QUERY else _nothing()
            if name == QUERY:
                return await self._found(viewer, value)
            return await self._one(viewer, name, value)
        except MalformedError:
            raise
        except Exception:  # the turn is where the unexpected ends
            log.exception("bot.extension.failed", invoke=name)
            return self._failed(user, name)

    async def _found(self, viewer: Viewer, value: Json) -> dict[str, Any]:
        if value.get("commandId") != COMMAND:
            raise MalformedError("value.commandId is unknown")
        asked, skip, count = _asked(value)
        found = await self.short_cards.find(viewer, asked, skip, count)
        if not found and not skip:
            return _message(text(viewer.language, "found_none" if asked else "found_none_yet"))
        return _result([_choice(one, viewer) for one in found])

    async def _one(self, viewer: Viewer, name: object, value: Json) -> dict[str, Any]:
        if name == SELECT:
            short = await self.short_cards.of_card(viewer, CardId(_text(value.get("card"))))
        else:
            url = _text(value.get("url"))
            short = await self.short_cards.of_link(viewer, url) if len(url) <= _LONGEST_LINK else None
        if short is None:
            return _nothing()
        return _result([_attachment(short_card(short, viewer.language), line_of(_posted(short), viewer))])

    def _anonymous(self, activity: Json) -> dict[str, Any]:
        """Teams names nobody: what stands behind the link is not even looked for."""
        language = language_of(activity)
        card = sign_in_card(self.short_cards.app_link, language)
        return _result([_attachment(card, sign_in_line(language))])

    def _failed(self, user: TeamsUser, name: object) -> dict[str, Any]:
        return _message(text(user.language, "find_failed")) if name == QUERY else _nothing()


def is_extension(activity: Json) -> bool:
    """True for what the message extension answers."""
    return activity.get("type") == "invoke" and activity.get("name") in NAMES


def _asked(value: Json) -> tuple[str, int, int]:
    """What to find, after how many, and how many. Nothing to find: those of late."""
    parameters, options = value.get("parameters"), value.get("queryOptions")
    told = {one.get("name"): one.get("value") for one in parameters or () if isinstance(one, dict)}
    asked = told.get(PARAMETER)
    if _INITIAL in told or not isinstance(asked, str):
        asked = ""
    paging = options if isinstance(options, dict) else {}
    skip, count = _number(paging.get("skip"), 0, _FARTHEST), _number(paging.get("count"), PAGE, PAGE)
    return " ".join(asked.replace("\0", " ").split())[:_LONGEST], skip, max(1, count)


def _number(value: object, default: int, most: int) -> int:
    return min(max(value, 0), most) if isinstance(value, int) and not isinstance(value, bool) else default


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise MalformedError("a value is missing, or no text")
    return value


def _posted(short: Short) -> Short:
    """Without what only the one who chooses may see."""
    if isinstance(short, CustomerShort):
        return CustomerShort(short.card_id, short.name, short.company, short.channel, short.url)
    return short


def _choice(short: Short, viewer: Viewer) -> dict[str, Any]:
    """One of several: the card is asked for again once it is chosen, and is there already where a client does not."""
    attachment = _attachment(short_card(short, viewer.language), line_of(short, viewer))
    if isinstance(short, CustomerShort):
        attachment["preview"]["content"]["tap"] = {"type": "invoke", "value": {"card": short.card_id}}
    return attachment


def _attachment(card: dict[str, Any], line: Line) -> dict[str, Any]:
    preview = {"contentType": _THUMBNAIL, "content": {"title": line.title, "text": line.text}}
    return {"contentType": CARD, "content": card, "preview": preview}


def _result(attachments: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Teams would keep a link's answer for half an hour, whoever asks next: it is told not to."""
    policy = {"type": "setCachePolicy", "title": "", "value": '{"type":"no-cache"}'}
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": list(attachments),
            "suggestedActions": {"actions": [policy]},
        }
    }


def _nothing() -> dict[str, Any]:
    """The link stays a link."""
    return _result([])


def _message(words: str) -> dict[str, Any]:
    return {"composeExtension": {"type": "message", "text": words}}
