"""Message extensions, as a client of Teams uses them: what it asks, and which answers it can show."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
QUERY: Final = "composeExtension/query"
SELECT: Final = "composeExtension/selectItem"
LINK: Final = "composeExtension/queryLink"
ANONYMOUS_LINK: Final = "composeExtension/anonymousQueryLink"
PAGE: Final = 25
_ADAPTIVE: Final = "application/vnd.microsoft.card.adaptive"
_PREVIEWS: Final = ("application/vnd.microsoft.card.thumbnail", "application/vnd.microsoft.card.hero")
_LINK_VERSION: Final = (1, 3)


def query(command: str, parameter: str, text: str | None, skip: int = 0) -> Json:
    """The value of a query; `text` None: the box has only just been opened."""
    asked = {"name": "initialRun", "value": "true"} if text is None else {"name": parameter, "value": text}
    return {"commandId": command, "parameters": [asked], "queryOptions": {"skip": skip, "count": PAGE}}


def anonymous(activity: Json) -> Json:
    """The activity without what would tell who it comes from."""
    gone = ("from", "conversation", "channelData", "entities")
    return {name: value for name, value in activity.items() if name not in gone}


def refusal(body: Any, *, is_link: bool = False) -> str:
    """Why a client could not show the answer; empty where it can."""
    answer = body.get("composeExtension") if isinstance(body, dict) else None
    if not isinstance(answer, dict):
        return "composeExtension is missing"
    if answer.get("type") == "message":
        return "" if isinstance(answer.get("text"), str) and answer["text"] else "text is missing"
    if answer.get("type") != "result" or answer.get("attachmentLayout") not in ("list", "grid"):
        return "type or attachmentLayout is unknown"
    found = answer.get("attachments")
    if not isinstance(found, list) or len(found) > PAGE:
        return "attachments are missing, or too many"
    return next(filter(None, (_attachment_refusal(one, is_link=is_link) for one in found)), "")


def _attachment_refusal(attachment: Json, *, is_link: bool) -> str:
    preview, card = attachment.get("preview") or {}, attachment.get("content") or {}
    if attachment.get("contentType") != _ADAPTIVE or card.get("type") != "AdaptiveCard":
        return "not an Adaptive Card"
    if preview.get("contentType") not in _PREVIEWS or not preview.get("content", {}).get("title"):
        return "an Adaptive Card needs a preview"
    tap = preview["content"].get("tap")
    if tap is not None and tap.get("type") != "invoke":
        return "tap must be an invoke"
    version = tuple(int(part) for part in str(card.get("version")).split("."))
    return "links are shown with cards up to version 1.3" if is_link and version > _LINK_VERSION else ""
