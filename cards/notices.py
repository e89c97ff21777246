"""A sentence for the agent: what happened, in words, and the box that says it at the end of a chat card."""

from __future__ import annotations

from functools import cache
from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import ON_CARD, Verb, button
from cards.drawing import Drawing, capital, reason_text
from cards.escape import clip, markdown
from cards.shapes import Json, Shape, slot
from customers.views import Notice

_STYLES: Final = {"success": "good", "info": "accent", "warning": "warning", "error": "attention"}
CHANGED: Final = "changed_elsewhere"
_OFFERS_LOAD: Final = frozenset({CHANGED, "merge_changed"})
_LENGTH: Final = 400


class _Blanks(dict[str, str]):
    """A notice is shown even where a value is missing: an agent is better served by a gap than by an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def notice_text(notice: Notice, language: str) -> str:
    """`notice` in words: plain text, not Markdown. Codes among its values (`reason`, `field`) are spelt out."""
    words = texts.of(language)
    values = _Blanks(notice.values)
    if "reason" in values or notice.code == "crm_unavailable":
        values["reason"] = capital(reason_text(words, values["reason"], values.get("crm", "")))
    if "section" in values:
        values["section"] = words.get(f"section.{values['section']}", "…")
    if "field" in values:
        field = values["field"]
        values["field"] = words.get(f"field.{field.rpartition('.')[2]}", field)
    sentence = words.get(f"notice.{notice.code}") or words["notice.something_wrong"]
    return clip(sentence.format_map(values), _LENGTH)


def notice_box(d: Drawing, notice: Notice, language: str) -> Json:
    """`notice` as a coloured box, with what the agent can do about it."""
    load = notice.code in _OFFERS_LOAD
    shape = _box(language, _STYLES.get(notice.kind, "accent"), load)
    return shape.fill(markdown(notice_text(notice, language)))


@cache
def _box(language: str, style: str, offers_load: bool) -> Shape:
    items = [e.text(slot("text"))]
    if offers_load:
        items.append(e.actions([load_button(language)], "notice.actions"))
    return Shape("text", e.box(items, style, "notice"))


def load_button(language: str) -> e.Element:
    """Shows what others wrote; what was typed comes along with this press too, and makes room."""
    return button(Verb.CARD_REFRESH, {**ON_CARD, "answer": "discard"}, texts.of(language)["button.load"], "notice.load")
