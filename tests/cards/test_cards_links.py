"""Links in what people wrote open outside, say where they lead, and are no way for anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cards.links import MOST, all_of, found, linked
from tests.cards.test_cards_escape import HOSTILE, anything, visible

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PARTS = st.sampled_from(
    [
        "https://acme.example/a_b*c?x=1&y=2#z",
        "https://acme.example/(a)",
        "https://acme.example/&copy;",
        "https://edward@evil.example/",
        "HTTPS://ACME.EXAMPLE",
        "http://acme.example",
        "javascript:alert(1)",
        "edward_ferrars@example.com",
        "mailto:edward@example.com?bcc=all@evil.example",
        "tel:+44 20 7183 8750",
        "](https://evil.example)",
        "[x](https://evil.example)",
        "<https://evil.example>",
        "data:text/html,x",
        " ",
        "* ",
        "\n",
        "\\",
        "1. ",
    ]
)
texts = st.lists(st.one_of(PARTS, PARTS, anything, st.sampled_from(HOSTILE)), max_size=6).map("".join)


def _parsed(shown: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a paragraph, and its links: words and address. Raises AssertionError for any other markup."""
    tokens: list[Token] = PARSER.parse(shown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    said, links, inside = "", [], ""
    for child in (child for token in tokens for child in token.children or ()):
        assert child.type in {"text", "text_special", "link_open", "link_close"}, child
        if child.type == "link_open":
            inside, start = str(child.attrs["href"]), len(said)
        elif child.type == "link_close":
            links.append((said[start:], inside))
        said += child.content
    return " ".join(said.split()), links


@pytest.mark.rule("B-43")
@pytest.mark.rule("B-44")
@settings(max_examples=400)
@given(texts)
@example("see https://acme.example/a_b and edward@example.com")
@example("https://acme.example/ https://acme.example/")
def test_links_change_no_character_and_lead_where_they_say(value: str) -> None:
    said, links = _parsed(linked(value))
    assert said == visible(value)
    for words, href in links:
        schema, _, rest = href.partition(":")
        assert schema in {"https", "mailto", "tel"}
        if schema == "tel":
            assert rest == re.sub(r"[^0-9+]", "", words)
        else:
            assert words.casefold() in (href.casefold(), rest.casefold())
        assert "@" not in rest or schema == "mailto"
        assert "?" not in rest or schema == "https"


@pytest.mark.rule("B-43")
@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("Order: https://shop.example/7731.", ["https://shop.example/7731"]),
        ("(https://shop.example/7731)", ["https://shop.example/7731"]),
        ("Mail edward@example.com, please", ["mailto:edward@example.com"]),
        ("tel:+44 20 7183 8750!", ["tel:+442071838750"]),
        ("http://shop.example ftp://shop.example //shop.example www.shop.example", []),
        ("!https://shop.example/a.png", []),
        ("javascript:alert(1) data:text/html,x vbscript:x", []),
        ("https://shop.example@evil.example/", []),
    ],
)
def test_what_is_a_link(value: str, urls: list[str]) -> None:
    assert [link.url for link in found(value)] == urls


def test_links_of_a_text_are_bounded() -> None:
    assert len(found("https://a.example " * 500)) == MOST


@pytest.mark.rule("B-43")
def test_links_of_a_field_stand_beside_it_each_once() -> None:
    said, links = _parsed(all_of("https://b.example a https://a.example b https://b.example"))
    assert [href for _, href in links] == ["https://b.example", "https://a.example"]
    assert said == "https://b.example · https://a.example"
    assert all_of("no link") == ""
