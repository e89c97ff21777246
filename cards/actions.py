"""Buttons. Each carries a verb, ids and the version it was drawn from; whoever carries it out reads the state afresh.

Teams on some phones does not know `Action.Execute`; each has an `Action.Submit` with the same data to fall back on.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from cards.shapes import Json, Shape, members, slot, text
from customers.views import InteractionView

Action = dict[str, Any]
Data = dict[str, Any]
ON_CARD: Final[Data] = {"card": slot("card")}
"""Data of actions that concern the card."""
ON_LEG: Final[Data] = members("on_leg")
"""Data of actions that concern the interaction: what `leg_ids` makes of the card's version."""
ON_WRAP_UP: Final[Data] = members("on_wrap_up")
"""The same with the version of the wrap-up; no mark, a slot of the few who need it."""
ON_RECORD: Final[Data] = {**ON_LEG, "record": slot("record")}
"""Data of actions that concern a record of the interaction."""
LIGHT: Final = "light"
"""The leg in whose light a card is drawn, as the card tells it with every press (E-07)."""
USERS_LIMIT: Final = 60
"""Teams refreshes a card by itself for at most this many users."""


class Verb(StrEnum):
    """Everything that a card of ours asks for. One table, `desk`, has a handler for each."""

    CARD_REFRESH = "card.refresh"
    CARD_CLOSE = "card.close"
    CARD_SECTION = "card.section"
    CARD_CATEGORY = "card.category"
    CUSTOMERS_OPEN = "customers.open"
    CUSTOMERS_RECENT = "customers.recent"
    CUSTOMERS_SEARCH = "customers.search"
    CUSTOMERS_SHOW = "customers.show"
    CUSTOMERS_PREVIEW = "customers.preview"
    CUSTOMERS_NEW = "customers.new"
    CUSTOMERS_CREATE = "customers.create"
    INTERACTIONS_OPEN = "interactions.open"
    INTERACTIONS_SHOW = "interactions.show"
    INTERACTIONS_READ = "interactions.read"
    LINK_ADD = "link.add"
    LINK_REMOVE = "link.remove"
    LINK_SEARCH = "link.search"
    RELATED_REFRESH = "related.refresh"
    RELATED_EXPAND = "related.expand"
    RELATED_MORE = "related.more"
    RECORD_NEW = "record.new"
    RECORD_FIND = "record.find"
    RECORD_CREATE = "record.create"
    RECORD_CANCEL = "record.cancel"
    PUSH_RETRY = "push.retry"
    PUSH_WITHDRAW = "push.withdraw"
    WRAPUP_SAVE = "wrapup.save"
    WRAPUP_FINISH = "wrapup.finish"
    TAG_ADD = "tag.add"
    TAG_REMOVE = "tag.remove"
    MERGE_OPEN = "merge.open"
    MERGE_SEARCH = "merge.search"
    MERGE_PREVIEW = "merge.preview"
    MERGE_CONFIRM = "merge.confirm"
    MERGE_DISMISS = "merge.dismiss"
    MERGE_UNDO = "merge.undo"
    FIELD_TAKE = "field.take"
    FIELD_DECLINE = "field.decline"
    REQUEST_ADD = "request.add"
    REQUEST_SAVE = "request.save"
    REQUEST_SHOW = "request.show"
    REQUEST_PAGE = "request.page"
    REQUEST_CLOSE = "request.close"
    REQUEST_REOPEN = "request.reopen"
    REQUEST_CANCEL = "request.cancel"
    ACTIVITY_MOVE = "activity.move"
    ACTIVITY_FIND = "activity.find"
    JOURNEY_PAGE = "journey.page"
    JOURNEY_FIND = "journey.find"
    COMMENT_ADD = "comment.add"
    COMMENT_CORRECT = "comment.correct"
    MESSAGES_FILTER = "messages.filter"
    MESSAGES_PAGE = "messages.page"
    MESSAGE_UNFOLD = "message.unfold"
    MESSAGE_SELECT = "message.select"
    PROFILE_SHOW = "profile.show"
    PROFILE_EDIT = "profile.edit"
    PROFILE_SAVE = "profile.save"
    PROFILE_CANCEL = "profile.cancel"
    EDIT_KEEP = "edit.keep"
    CONFLICT_KEEP = "conflict.keep"
    CONFLICT_LOAD = "conflict.load"
    PROFILE_LOCK = "profile.lock"
    PROFILE_UNLOCK = "profile.unlock"
    ADMIN_SHOW = "admin.show"
    ADMIN_PUSHES = "admin.pushes"
    ADMIN_RETRY = "admin.retry"
    ADMIN_CHECK = "admin.check"
    ADMIN_PREVIEW = "admin.preview"
    ADMIN_PAUSE = "admin.pause"
    ADMIN_RESUME = "admin.resume"
    ADMIN_REPLAY = "admin.replay"
    AGENTS_LINK = "agents.link"
    AGENTS_UNLINK = "agents.unlink"
    IDENTITY_BLOCK = "identity.block"
    IDENTITY_UNBLOCK = "identity.unblock"


_LEG: Final = Shape("interaction leg version", {name: slot(name) for name in ("interaction", "leg", "card", "version")})


def leg_ids(interaction: InteractionView, version: int) -> Json:
    """What stands in place of `ON_LEG` or `ON_WRAP_UP`; the card in it is a mark still."""
    return _LEG.fill(text(interaction.id), text(interaction.leg_id), b"%d" % version)[1:-1]


def press(data: Data, title: str) -> Action:
    """An action that sends `data`, its verb among it. `title` is plain text: tooltip, and name for screen readers.

    The values of the card's inputs come along by themselves. The two share one object: it is read, never changed.
    """
    return {
        "type": "Action.Execute",
        "verb": data["verb"],
        "title": title,
        "data": data,
        "fallback": {"type": "Action.Submit", "data": data},
    }


def execute(verb: Verb, ids: Data, title: str) -> Action:
    """`press` for a verb and its ids."""
    return press({"verb": verb._value_, **ids}, title)


def button(verb: Verb, ids: Data, title: str, element_id: str, style: str = "default", *, tooltip: str = "") -> Action:
    """`execute` for a row of buttons, where the fallback has a caption too. `style`: default, positive, destructive.

    `tooltip`: what it does, where the same `title` stands on several buttons.
    """
    action = press({"verb": verb._value_, **ids}, title)
    action["id"] = element_id
    if tooltip:
        action["tooltip"] = tooltip
    action["fallback"]["title"] = title
    if style != "default":
        action["style"] = style
        action["fallback"]["style"] = style
    return action


def dialog(verb: Verb, ids: Data, title: str) -> Action:
    """Teams opens a dialog and asks the bot what stands in it; a phone that knows none sends `ids` with the verb."""
    data = {"verb": verb._value_, **ids, "msteams": {"type": "task/fetch"}}
    return {"type": "Action.Submit", "title": title, "data": data}


def open_url(url: str, title: str) -> Action:
    """Opens `url`, which `safe_url` has let through, in a new tab."""
    return {"type": "Action.OpenUrl", "url": url, "title": title}


def refresh(title: str, user_ids: Any = None, light: str = "") -> dict[str, Any]:
    """What Teams does by itself when one of `user_ids` looks at the card; all of a small chat where there are none.

    `light`: the leg in whose light the card is drawn.
    """
    ids = {**ON_CARD, LIGHT: light} if light else ON_CARD
    block: dict[str, Any] = {"action": execute(Verb.CARD_REFRESH, ids, title)}
    if user_ids is not None:
        block["userIds"] = user_ids
    return block


def refresh_by(verb: Verb, ids: Data, title: str) -> dict[str, Any]:
    """What the host does by itself to have what is shown as it is now, where that is no customer's card."""
    return {"action": execute(verb, ids, title)}


def refreshed_for(user_ids: Sequence[str]) -> list[str]:
    """Those of `user_ids` that Teams takes, each once."""
    return list(dict.fromkeys(user_ids))[:USERS_LIMIT]
