"""Text from outside is shown, never carried out. The judge is a Markdown parser that we did not write."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cards.escape import clip, escape, lines, plain, safe_url, spoken_text

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = (
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<at>everyone</at>",
    "**bold** _it_ ~~gone~~ `code`",
    "{{DATE(2026-11-20T14:05:00Z, SHORT)}}",
    "# head",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "> quote",
    "---",
    "===",
    "    code",
    "a\n\n# b",
    "| a | b |\n|---|---|",
    "&lt;script&gt;",
    "&#60;",
    "AT&T",
    "\\*",
    "\\",
    "![x](http://x)",
    "<https://example.com>",
    "\u202eevil",
    "\u2066x\u2069",
    "\x00\x1b[31m",
    "-",
    "+442071838750",
    "007",
    "*",
    "***",
    "[x]: https://example.com",
)
anything = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*HOSTILE, *"\\`*_[]<>~|{}&#+-=.!()0123456789 \n\t\"'", "x", "ü", "😀"])).map("".join),
)


def visible(value: str) -> str:
    """What a reader should see of `value`: its characters on one line."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} or c in BIDI else c for c in value)
    return " ".join("".join(kept).split())


BIDI = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\ufeff"}


def read(tokens: list[Token]) -> str:
    """The text of a parsed paragraph; raises AssertionError where there is any markup."""
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return " ".join("".join(child.content for child in children).split())


@given(anything)
@example("")
@example("x  y  *z*")
@example("    *")
def test_markdown_shows_exactly_the_characters(value: str) -> None:
    escaped = escape(value)
    assert read(PARSER.parse(escaped)) == visible(value)
    assert "{{" not in escaped


@pytest.mark.parametrize("value", HOSTILE)
def test_known_attack_is_shown_as_text(value: str) -> None:
    assert read(PARSER.parse(escape(value))) == visible(value)


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1))
def test_words_are_left_as_they_are(value: str) -> None:
    assert escape(value) == value
    assert escape(f"{value}, Inc. (London) 24-7!") == f"{value}, Inc. (London) 24-7!"


@given(anything, st.integers(2, 50))
def test_long_text_is_cut_visibly_and_before_it_is_escaped(value: str, length: int) -> None:
    shown = read(PARSER.parse(escape(value, length)))
    assert len(shown) <= length
    if len(value) > length:
        assert clip(value, length).endswith("…")


@given(anything)
def test_plain_text_is_one_line(value: str) -> None:
    assert plain(value).isprintable() or not set(plain(value)) & set("\n\r\t\x00\u2028\u202e")
    assert not set("<>&") & set(spoken_text(value))


@given(anything)
def test_text_of_inputs_keeps_its_lines(value: str) -> None:
    kept = lines(value)
    assert kept.count("\n") == len(re.findall(r"\r\n|\r|\n", value))
    assert lines(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.my.salesforce.com/lightning/r/Contact/003/view",
        "https://acme.crm4.dynamics.com/main.aspx?etn=account&id=8d2c2a0e",
        "https://127.0.0.1:8443/x#top",
        "https://example.com",
    ],
)
def test_link_of_a_crm_is_let_through(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@example.com/",
        "https://",
        "https:///x",
        "https://exa mple.com",
        "https://example.com/a b",
        "https://example.com/\n",
        'https://example.com/"x',
        "https://example.com/<x>",
        "https://example.com\\@evil.com",
        "//example.com",
        "HTTPS://example.com",
        f"https://example.com/{'x' * 1000}",
    ],
)
def test_other_links_are_left_out(url: str) -> None:
    assert safe_url(url) == ""
