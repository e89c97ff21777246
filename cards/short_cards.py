"""The short card of a customer or a record that is posted into a conversation, and the line that it is chosen from.

Version 1.3: link previews take no newer one. Its one button is a link, so nothing is done by whoever is in the
conversation, and what the link opens asks them who they are.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from cards import elements as e
from cards import texts
from cards.actions import open_url
from cards.dates import writer_for
from cards.escape import NOTHING, clip, escape, plain, safe_url
from customers.shorts import RecordShort, Short
from customers.views import Viewer

VERSION: Final = "1.3"
_LENGTH: Final = 120
_NO_TAGS: Final = str.maketrans({"<": "‹", ">": "›"})
"""Lines of a result list take some HTML."""


class Line(NamedTuple):
    """How a short card is shown before it is chosen: plain text."""

    title: str
    text: str


def short_card(short: Short, language: str) -> dict[str, Any]:
    """The card of `short`, for whoever is in the conversation."""
    words = texts.of(language)
    if isinstance(short, RecordShort):
        below = f"{short.type_label} · {short.crm_label}"
        button = words["short.open_record"].format(crm=plain(short.crm_label))
        return _card(short.title, below, short.url, button, words)
    below = " · ".join(filter(None, (words["card.name"], short.company)))
    return _card(short.name or words["customer.unknown"], below, short.url, words["short.open_card"], words)


def sign_in_card(url: str, language: str) -> dict[str, Any]:
    """In place of a short card for somebody whom Teams does not name: it tells nothing of anybody."""
    words = texts.of(language)
    return _card(words["card.name"], words["short.sign_in"], url, words["short.sign_in.do"], words)


def line_of(short: Short, viewer: Viewer) -> Line:
    """What tells `short` from others, for the one who chooses."""
    words = texts.of(viewer.language)
    if isinstance(short, RecordShort):
        return _line(short.title, f"{short.type_label} · {short.crm_label}")
    identity = writer_for(viewer).phone(short.identity)
    told = (words[f"channel.{short.channel}"], short.company, identity if short.name else "")
    return _line(short.name or identity or words["customer.unknown"], " · ".join(filter(None, told)))


def sign_in_line(language: str) -> Line:
    """The line of `sign_in_card`."""
    words = texts.of(language)
    return _line(words["card.name"], words["short.sign_in"])


def _line(title: str, below: str) -> Line:
    return Line(*(plain(clip(text, _LENGTH)).translate(_NO_TAGS) or NOTHING for text in (title, below)))


def _card(title: str, below: str, url: str, button: str, words: Any) -> dict[str, Any]:
    said = plain(clip(title, _LENGTH)).translate(_NO_TAGS) or NOTHING
    body = [e.strong(escape(title, _LENGTH) or NOTHING), e.note(escape(below, _LENGTH))]
    card = e.card(body, language=words["language"], speak=said, fallback=said, refresh=None)
    link = safe_url(url)
    return card | {"version": VERSION} | ({"actions": [open_url(link, button)]} if link else {})
