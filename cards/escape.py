"""Text from outside, made harmless for the place it goes to: Markdown, plain text, or a link.

A TextBlock is Markdown in Teams and in the pane, and `{{DATE(…)}}` in it is carried out; action titles, inputs and
`speak` are plain text. Data never reaches a format string: texts of ours have the blanks, data fills them.
"""

from __future__ import annotations

import re
from typing import Final

from cards.shapes import Text, text
from customers import characters

_INVISIBLE: Final = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
"""Control characters, line separators, switches of the writing direction (they disguise text), lone surrogates."""
_suspect: Final = re.compile(rf"[\\`*_\[\]<>~|{{}}&{_INVISIBLE}]").search
_INLINE: Final = "\\`*_[]<>~|{}"
"""Means something anywhere in a line. The backslash is first: it is what the others are escaped with."""
_ENTITY: Final = re.compile(r"&(?=#|\w+;)")
BLOCK_STARTS: Final = frozenset("#+-=0123456789 \xa0\u2003")
"""What Markdown might take for the beginning of a list, a heading or code."""
_BLOCK: Final = re.compile(r"(?:[-=](?!\d)|\+(?!\d)|#|\d{1,9}(?=[.)]))")
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}]+")
_UNSEEN_BUT_LINES: Final = re.compile(f"(?!\n)[{_INVISIBLE}]")
_SPECIAL: Final = b'"\\`*_[]<>~|{}&'
"""What Markdown or JSON would take for something else, among printable characters."""
_ORDINARY: Final = bytes(set(range(256)) - set(_SPECIAL))
_SUSPECT: Final = frozenset((*_SPECIAL, *range(32), 127, *range(0x80, 0xA0), 0xE2, 0xED, 0xEF))
"""Bytes of UTF-8 that are special, or with which invisible characters are written; some others have them too."""
_MARKED: Final = bytes(code ^ 1 if code in _SUSPECT else code for code in range(256))
"""Changes every suspect byte."""
_ESCAPED: Final = {code: text(f"\\{code:c}" if f"{code:c}" in _INLINE else f"{code:c}") for code in _SPECIAL}
"""As `escape` and then JSON write them."""
_BYTES: Final = [bytes([code]) for code in range(256)]
_BACKSLASH: Final = ord("\\")
_MARKUP: Final = re.compile(r"[<>&]+")
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?=[/?#]|\Z)")
_IN_URL: Final = b"!#$%&'*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
ANY_LENGTH: Final = 1_000_000
DOT: Final = text(" · ")
"""Between the parts of a line."""
NOTHING: Final = "…"
"""Stands where a text must be and nothing of it can be seen."""
URL_LIMIT: Final = 1000
"""Longer links are left out: they are not ones that a CRM makes for a record."""


def escape(value: str, length: int = ANY_LENGTH) -> str:
    """`value` on one line, so that Markdown shows exactly its characters: no link, mention, tag, list or date.

    What is longer than `length` characters is cut, visibly, before it is escaped.
    """
    if len(value) > length:
        value = clip(value, length)
    if value[:1] not in BLOCK_STARTS and _suspect(value) is None:
        return value
    return _escape_slowly(value)


def markdown(value: str, length: int = ANY_LENGTH) -> Text:
    """`escape` as JSON."""
    if len(value) <= length and value[:1] not in BLOCK_STARTS:
        same = unchanged(value)
        if same is not None:
            return same
    return _markdown_slowly(clip(value, length))


def unchanged(value: str) -> Text | None:
    """`value` as JSON where it means the same within a line of Markdown, in plain text and in JSON; else None.

    Some others get None too: it is the quickest look there is. A table that changes no byte gives the same object back.
    """
    try:
        raw = value.encode()
    except UnicodeEncodeError:  # half characters
        return None
    return raw if raw.translate(_MARKED) is raw else None


def _markdown_slowly(value: str) -> Text:
    line = value.strip()
    if not value.isprintable() or _BLOCK.match(line) is not None:
        return text(escape(value))
    raw = line.encode()
    special = raw.translate(None, _ORDINARY)
    if not special:
        return raw if value[:1] in BLOCK_STARTS else value.encode()
    return text(escape(value)) if b"&" in special else _escape_bytes(raw, special)


def _escape_bytes(line: bytes, special: bytes) -> Text:
    if b"\\" in special:
        line = line.replace(b"\\", _ESCAPED[_BACKSLASH])
    for code in set(special):
        if code != _BACKSLASH:
            line = line.replace(_BYTES[code], _ESCAPED[code])
    return line


def _escape_slowly(value: str) -> str:
    if not value.isprintable():
        value = " ".join(_UNSEEN.sub(" ", value).split())
    line = value.strip()
    # One pass for each character that is there is several times quicker than one pattern for all.
    for character in _INLINE:
        if character in line:
            line = line.replace(character, f"\\{character}")
    if "&" in line:
        line = _ENTITY.sub(r"\\&", line)
    return _escape_start(line) if line[:1] in BLOCK_STARTS else line


def _escape_start(line: str) -> str:
    start = _BLOCK.match(line)
    if start is None:
        return line
    digits = start.group()
    return f"{digits}\\{line[len(digits) :]}" if digits.isdigit() else f"\\{line}"


def plain(value: str) -> str:
    """`value` on one line for places without Markdown: titles of actions, labels, `speak`."""
    if _suspect(value) is None:
        return value
    return " ".join(_UNSEEN.sub(" ", value).split())


def spoken_text(value: str) -> str:
    """`value` for `speak`, which may be SSML: without the characters that would make it markup."""
    line = plain(value)
    return line if line.isalnum() else _MARKUP.sub(" ", line)


def lines(value: str) -> str:
    """`value` for a text input: line breaks stay, invisible characters go."""
    if value.isprintable():
        return value
    return _UNSEEN_BUT_LINES.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def field(value: str, length: int) -> Text:
    """`value` for a text input of at most `length` characters, as JSON."""
    return text(shown(value, length))


def shown(value: str, length: int) -> str:
    """`value` as `field` shows it: `length` characters as a person counts them."""
    whole = lines(value)
    return whole if characters.fits(whole, length) else clip(whole, length)


def clip(value: str, length: int) -> str:
    """At most `length` characters; where something was cut, the last one is `…`."""
    return value if len(value) <= length else f"{value[: length - 1].rstrip()}…"


def safe_url(url: str) -> str:
    """`url` where it is an https link without user, blanks or quotes; else the empty string."""
    if len(url) > URL_LIMIT or not url.startswith("https://") or not url.isascii():
        return ""
    return url if _HOST.match(url, 8) is not None and not url.encode().strip(_IN_URL) else ""
