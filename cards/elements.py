"""Adaptive Card elements. This module and `actions` alone spell the schema's keys.

Texts are Markdown: what comes from outside has been through `escape`, or is a slot of a shape that is filled with such.
"""

from __future__ import annotations

from typing import Any, Final

Element = dict[str, Any]
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"
"""The newest version that Teams renders for cards of bots."""


def card(body: list[Element], *, language: str, speak: str, fallback: str, refresh: Element | None) -> Element:
    """The whole card. `speak` and `fallback` are plain text."""
    whole: Element = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "lang": language,
        "speak": speak,
        "fallbackText": fallback,
        "body": body,
    }
    if refresh is not None:
        whole["refresh"] = refresh
    return whole


def text(content: str) -> Element:
    """A line of text."""
    return {"type": "TextBlock", "text": content, "wrap": True, "spacing": "Small"}


def small(content: str, spacing: str = "None") -> Element:
    """A small line that must be read all the same."""
    return {"type": "TextBlock", "text": content, "wrap": True, "size": "Small", "spacing": spacing}


def note(content: str) -> Element:
    """A line that steps back: under a title, beside a value."""
    return {"type": "TextBlock", "text": content, "wrap": True, "size": "Small", "isSubtle": True, "spacing": "None"}


def strong(content: str) -> Element:
    """A line that stands out: the title of a record, a row's name."""
    return {"type": "TextBlock", "text": content, "wrap": True, "weight": "Bolder", "spacing": "Small"}


def coloured(content: str, color: str) -> Element:
    """A small line in `color`: Good, Warning, Attention or Accent. The words alone must tell the same."""
    return {"type": "TextBlock", "text": content, "wrap": True, "size": "Small", "color": color, "spacing": "None"}


def heading(content: str) -> Element:
    """A heading for eyes and for screen readers."""
    return {"type": "TextBlock", "text": content, "wrap": True, "weight": "Bolder", "style": "heading"}


def title(content: str, element_id: str) -> Element:
    """The card's name: its largest text."""
    return {
        "type": "TextBlock",
        "id": element_id,
        "text": content,
        "wrap": True,
        "size": "Large",
        "weight": "Bolder",
        "style": "heading",
    }


def label(content: str) -> Element:
    """A small word under an icon, centred."""
    return {
        "type": "TextBlock",
        "text": content,
        "wrap": True,
        "size": "Small",
        "horizontalAlignment": "Center",
        "spacing": "None",
    }


def columns(items: list[Element]) -> Element:
    """Columns side by side; they take their width from the card, so that 320 pixels are enough."""
    return {"type": "ColumnSet", "columns": items, "spacing": "Small"}


def close(content: str, *, is_strong: bool) -> Element:
    """A line close to the one above it; it may stand out."""
    line: Element = {"type": "TextBlock", "text": content, "wrap": True, "spacing": "None"}
    return {**line, "weight": "Bolder"} if is_strong else line


def pressed_columns(items: list[Element], action: Element, element_id: str) -> Element:
    """Columns side by side that can be pressed together."""
    return {"type": "ColumnSet", "id": element_id, "columns": items, "selectAction": action, "spacing": "None"}


def pressed_lines(items: list[Element], action: Element, element_id: str) -> Element:
    """Lines that can be pressed together."""
    return {"type": "Container", "id": element_id, "items": items, "selectAction": action, "spacing": "None"}


def line_of_list(items: list[Element], element_id: str, style: str) -> Element:
    """A line of a list with several things to press; `emphasis` marks the chosen one."""
    return {
        "type": "Container",
        "id": element_id,
        "style": style,
        "items": items,
        "separator": True,
        "spacing": "Small",
    }


def row(first: Element, second: Element) -> Element:
    """Two columns of one line."""
    return {"type": "ColumnSet", "columns": [first, second], "spacing": "Small"}


def rest(items: list[Element]) -> Element:
    """The column that takes what the others leave."""
    return {"type": "Column", "width": "stretch", "items": items}


def narrow(items: list[Element]) -> Element:
    """A column as wide as its content."""
    return {"type": "Column", "width": "auto", "items": items}


def button(items: list[Element], action: Element, element_id: str) -> Element:
    """A column as wide as its content that can be pressed."""
    return {"type": "Column", "id": element_id, "width": "auto", "items": items, "selectAction": action}


def icon_over_word(icon: str, word: str) -> list[Element]:
    """What stands in a `control`."""
    return [
        {"type": "Image", "url": icon, "altText": word, "width": "16px", "horizontalAlignment": "Center"},
        {"type": "TextBlock", "text": word, "size": "Small", "horizontalAlignment": "Center", "spacing": "None"},
    ]


def icon_button(icon: str, word: str, action: Element, element_id: str) -> Element:
    """A column with an icon alone that can be pressed."""
    image: Element = {"type": "Image", "url": icon, "altText": word, "width": "16px", "horizontalAlignment": "Center"}
    return {"type": "Column", "id": element_id, "width": "auto", "items": [image], "selectAction": action}


def icon(image: str, word: str) -> Element:
    """An icon at the beginning of a line."""
    return {"type": "Image", "url": image, "altText": word, "width": "16px"}


def record_row(
    title_text: str, below: str, opens: Element | None, arrow: Element | None, linking: Element | None
) -> Element:
    """A line with an arrow, a title over a text, which `opens` makes a link, and a control; some may be missing."""
    column: Element = {
        "type": "Column",
        "width": "stretch",
        "items": [
            {"type": "TextBlock", "text": title_text, "wrap": True, "weight": "Bolder"},
            {"type": "TextBlock", "text": below, "wrap": True, "size": "Small", "isSubtle": True, "spacing": "None"},
        ],
    }
    if opens is not None:
        column["selectAction"] = opens
    parts = [column] if linking is None else [column, linking]
    return {"type": "ColumnSet", "columns": parts if arrow is None else [arrow, *parts], "spacing": "Small"}


def control(items: list[Element], style: str, element_id: str, action: Element) -> Element:
    """A coloured column with an icon over its word: shows a state, and changes it when it is pressed."""
    return {
        "type": "Column",
        "id": element_id,
        "width": "auto",
        "style": style,
        "items": items,
        "selectAction": action,
    }


def sign(items: list[Element], style: str, element_id: str) -> Element:
    """A `control` that cannot be pressed."""
    return {"type": "Column", "id": element_id, "width": "auto", "style": style, "items": items}


def chip(content: str, style: str, element_id: str = "") -> Element:
    """A coloured column with a word in it."""
    column: Element = {"type": "Column", "width": "auto", "style": style, "items": [label(content)]}
    if element_id:
        column["id"] = element_id
    return column


def section_head(items: list[Element], action: Element, element_id: str) -> Element:
    """The line that opens and closes a section: pressed anywhere, reached with Tab once."""
    return {
        "type": "Container",
        "id": element_id,
        "items": items,
        "selectAction": action,
        "separator": True,
        "spacing": "Medium",
    }


def box(items: list[Element], style: str, element_id: str) -> Element:
    """A coloured box. `style`: good, warning, attention, accent or emphasis."""
    return {"type": "Container", "id": element_id, "style": style, "items": items, "spacing": "Medium"}


def group(items: list[Element], element_id: str) -> Element:
    """Elements that belong together."""
    return {"type": "Container", "id": element_id, "items": items, "spacing": "Small"}


def item(items: list[Element], element_id: str) -> Element:
    """One of several things that are alike, with a line above it."""
    return {"type": "Container", "id": element_id, "items": items, "separator": True, "spacing": "Medium"}


def side_by_side(first: list[Element], second: list[Element], element_id: str) -> Element:
    """Two equal boxes; where the pane is narrow, it puts one below the other."""
    boxes = [{**rest(items), "style": "default"} for items in (first, second)]
    return {"type": "ColumnSet", "id": element_id, "columns": boxes, "spacing": "Medium"}


def row_button(items: list[Element], action: Element, element_id: str, style: str) -> Element:
    """A line of a list that can be pressed; `emphasis` marks the chosen one."""
    return {
        "type": "Container",
        "id": element_id,
        "style": style,
        "items": items,
        "selectAction": action,
        "separator": True,
        "spacing": "Small",
    }


def actions(items: list[Element], element_id: str) -> Element:
    """A row of buttons."""
    return {"type": "ActionSet", "id": element_id, "actions": items, "spacing": "Small"}


def text_input(
    element_id: str, caption: str, value: str, placeholder: str, limit: int, *, multiline: bool = False
) -> Element:
    """A field for text of at most `limit` characters (B-07, B-11); `value` is cut by `escape.field`."""
    return {
        "type": "Input.Text",
        "id": element_id,
        "label": caption,
        "value": value,
        "placeholder": placeholder,
        "maxLength": limit,
        "isMultiline": multiline,
    }


def date_input(element_id: str, caption: str, value: str) -> Element:
    """A day; `value` is one in ISO 8601, or empty."""
    return {"type": "Input.Date", "id": element_id, "label": caption, "value": value}


def toggle_input(element_id: str, caption: str, value: str) -> Element:
    """Yes or no; `value` is `true` or `false`."""
    return {"type": "Input.Toggle", "id": element_id, "title": caption, "value": value, "wrap": True}


def number_input(element_id: str, caption: str, value: float | None) -> Element:
    """A number. Without bounds: an empty field would not be within them, and no button would work any more."""
    field: Element = {"type": "Input.Number", "id": element_id, "label": caption}
    return field if value is None else {**field, "value": value}


def link_input(element_id: str, caption: str, value: str, limit: int) -> Element:
    """An address; the keyboard of a telephone has its signs at hand."""
    return {**text_input(element_id, caption, value, "", limit), "style": "Url"}


def hidden_input(element_id: str, value: str) -> Element:
    """What nobody sees or changes, and what comes along with every press all the same."""
    return {"type": "Input.Text", "id": element_id, "value": value, "isVisible": False}


def choice(value: str, name: str) -> Element:
    """One of the choices of `choice_input`; `name` is plain text."""
    return {"title": name, "value": value}


def choice_input(element_id: str, caption: str, value: str, placeholder: str, choices: list[Element]) -> Element:
    """A choice of one, made with `choice`."""
    return {
        "type": "Input.ChoiceSet",
        "id": element_id,
        "label": caption,
        "style": "compact",
        "value": value,
        "placeholder": placeholder,
        "choices": choices,
    }
