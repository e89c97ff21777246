"""Storing what an agent typed and did not save: field by field, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customers import characters
from customers.model import TEXT_LIMIT
from customers.wrap_up import DrawnFields, WrapUp
from desk import wrapping_up
from desk.actions import Request, card_of
from storage import cards


def keep_fields(
    request: Request, leg: Mapping[str, Any], typed: Mapping[str, str], drawn: DrawnFields | None
) -> dict[str, str]:
    """What was typed is kept, each field by itself. By field, why one was not: the code of a notice."""
    current = WrapUp.combine(leg["wrapup"], leg["edits"])
    problems: dict[str, str] = {}
    news: dict[str, Any] = {}
    for name, came in typed.items():
        stored = current.notes if name == "notes" else current.disposition
        text = came.strip()
        if text == stored or (name == "disposition" and text == current.disposition_label):
            continue
        if not characters.fits(text, TEXT_LIMIT):
            problems[name] = "text_too_long"
        elif not _continues(name, stored, text) and _is_stale(request, leg, name, stored, drawn):
            problems[name] = "changed_elsewhere"
        else:
            news[name] = text
    if "disposition" in news:
        news["disposition_label"] = wrapping_up.label_of(request, leg, news["disposition"])
    if news:
        wrapping_up.write(request, leg, leg["edits"] | news)
        wrapping_up.told(request, leg, None)
    return problems


def _continues(name: str, stored: str, text: str) -> bool:
    """The stored notes stand in the new ones, whoever wrote them: the agent typed on, nothing gets lost."""
    return name == "notes" and stored != "" and stored in text


def _is_stale(request: Request, leg: Mapping[str, Any], name: str, stored: str, drawn: DrawnFields | None) -> bool:
    """Something else was stored since the card was drawn (B-05)."""
    if drawn is not None:
        return not drawn.field(name).is_stored(stored)
    # A client that brings back no hidden field: only where nothing is stored is it certain.
    return stored != "" and request.maybe("version") != _version_of(request, leg)


def _version_of(request: Request, leg: Mapping[str, Any]) -> str:
    """What a button that was drawn now would say."""
    on_wrap_up = request.action.verb.startswith(("wrapup.", "tag.")) or request.action.verb == "card.close"
    return str(leg["version"] if on_wrap_up else cards.version(request.work.tx, card_of(leg)))
