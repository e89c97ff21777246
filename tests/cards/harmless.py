"""What is on a card is read, never carried out. The judge is a Markdown parser that we did not write."""

from __future__ import annotations

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.cards.card_checks import nodes

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKUP = {"link_open", "image", "html_inline", "em_open", "strong_open", "s_open", "code_inline"}
MARKS = frozenset({"strong_open"})
"""What matches a search is bold."""


def leads_where_it_says(words: list[Token], href: str) -> bool:
    """True for https, mailto and tel, where what is read is the address."""
    schema, _, rest = href.partition(":")
    said = "".join(word.content for word in words).casefold()
    if schema == "tel":
        return rest == re.sub(r"[^0-9+]", "", said)
    return schema in ("https", "mailto") and said in (href.casefold(), rest.casefold())


def assert_no_markup(card: dict[str, Any], allowed: frozenset[str] = frozenset()) -> None:
    """Nothing on the card is carried out as Markdown or HTML, but links that say where they lead (B-43)."""
    for node in nodes(card):
        if node.get("type") == "TextBlock":
            _check_text(node, MARKUP - {"link_open"} - allowed)


def _check_text(node: dict[str, Any], markup: set[str]) -> None:
    tokens = PARSER.parse(node["text"])
    children = [child for token in tokens for child in token.children or ()]
    for number, child in enumerate(children):
        if child.type == "link_open":
            end = next(at for at in range(number, len(children)) if children[at].type == "link_close")
            assert leads_where_it_says(children[number + 1 : end], str(child.attrs["href"])), node
    assert not {child.type for child in children} & markup, node
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"], node
