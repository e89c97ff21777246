"""Links in what people wrote: https, e-mail and telephone, and no others, to be opened outside (B-43, B-44).

A link says in its words where it leads: what stands there is its address. So nobody is led elsewhere than they read.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from linkify_it import LinkifyIt

from cards.escape import ANY_LENGTH, clip, escape, safe_url

MOST: Final = 20
"""Links of one text; what comes after them stays text."""
_BESIDE: Final = 5
_HINTS: Final = ("https://", "@", "tel:")
_TEL: Final = re.compile(r"\+?[0-9](?:[0-9().\- ]{0,20}[0-9])?")
_MAIL: Final = re.compile(r"mailto:[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,255}")
_ENTITY: Final = re.compile(r"&#?\w+;")
"""Markdown would read it as another character."""


class Link(NamedTuple):
    """Where it stands in a text, and its address."""

    start: int
    end: int
    url: str


def found(value: str) -> list[Link]:
    """The first links in `value`, in their order."""
    small = value.lower()
    if not any(hint in small for hint in _HINTS):
        return []
    matches = _finder().match(value) or ()
    links = (Link(one.index, one.last_index, _address(one.schema, one.url)) for one in matches)
    # What follows an exclamation mark would be a picture.
    return [link for link in links if link.url and value[link.start - 1 : link.start] != "!"][:MOST]


def linked(value: str, length: int = ANY_LENGTH) -> str:
    """`value` as `escape` writes it, with its links as links of Markdown."""
    value = clip(value, length)
    links = found(value)
    if not links:
        return escape(value)
    parts, at = [], 0
    for link in links:
        parts += [_between(value[at : link.start], is_first=at == 0), _link(value[link.start : link.end], link.url)]
        at = link.end
    return "".join([*parts, _between(value[at:], is_last=True)]).strip()


def all_of(value: str) -> str:
    """The links of a text that is in a field, each once, to be opened beside it; empty where there are none."""
    links = {link.url: value[link.start : link.end] for link in found(value)}
    return " · ".join(_link(words, url) for url, words in list(links.items())[:_BESIDE])


def _link(words: str, url: str) -> str:
    return f"[{_between(words)}]({url})"


def _between(part: str, *, is_first: bool = False, is_last: bool = False) -> str:
    """`part` of a line, escaped: a letter on either side keeps its blanks, and that nothing begins a block in it."""
    before, after = "" if is_first else "x", "" if is_last else "x"
    escaped = escape(f"{before}{part}{after}")
    return escaped[len(before) : len(escaped) - len(after)]


def _address(schema: str, url: str) -> str:
    """`url` where it may be opened; else the empty string."""
    if schema == "https:":
        return "" if _ENTITY.search(url) else safe_url(f"https{url[5:]}")
    if schema == "mailto:":
        return url if _MAIL.fullmatch(url) else ""
    if schema == "tel:":
        number = re.sub(r"[^0-9+]", "", url)
        return f"tel:{number}"
    return ""


@cache
def _finder() -> LinkifyIt:
    """Made when it is first needed: that takes a fifth of a second."""

    def tel(_finder: LinkifyIt, text: str, at: int) -> int:
        number = _TEL.match(text, at)
        return len(number.group()) if number else 0

    return LinkifyIt({"tel:": {"validate": tel}}, {"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True})
