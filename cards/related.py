"""The section Related records: people and accounts first, then what hangs on them, and a search for the rest."""

from __future__ import annotations

from functools import cache
from typing import Final

from cards import elements as e
from cards import shared, texts
from cards.actions import ON_CARD, Verb, button
from cards.creating import new_button
from cards.drawing import Drawing, capital, reason_text
from cards.escape import escape, field, markdown
from cards.records import Rows
from cards.sections import and_more, grouped
from cards.shapes import Json, Shape, fixed, slot, text
from customers.model import Level

_LEVELS: Final = (Level.PERSON, Level.COMPANY, Level.RELATED)
SEARCH_LIMIT: Final = 100
"""Characters of a text search."""


def summary(d: Drawing) -> Json:
    """How many records are known."""
    return d.counted("summary.records", len(d.view.related_records))


def content(d: Drawing) -> list[Json]:
    """Refresh at the top (A-17), the CRMs' states, records by level (A-16, A-18), search (P-07)."""
    lines = [_refresh(d.language, d.view.may_create and d.may_change), *crm_lines(d)]
    if not d.view.related_records and not any(crm.is_loading for crm in d.view.crms):
        lines.append(d.note("records.none"))
    lines += _by_level(d)
    return lines + _search(d)


@cache
def _refresh(language: str, may_create: bool) -> Json:
    refresh = button(Verb.RELATED_REFRESH, ON_CARD, texts.of(language)["button.refresh"], "related.refresh")
    new = [new_button(language, "related.new")] if may_create else []
    return fixed(e.actions([refresh, *new], "related.actions"))


def crm_lines(d: Drawing) -> list[Json]:
    """A line for each CRM that is still looking or did not answer."""
    lines = []
    for crm in d.view.crms[: d.budget.current]:
        if crm.is_loading:
            lines.append(shared.line(d.language, "crm.loading", e.note, "crm").fill(d.shown(crm.crm_label)))
        elif crm.reason:
            reason = capital(reason_text(d.words, crm.reason, escape(crm.crm_label, d.budget.text)))
            lines.append(shared.coloured(d.language, "crm.failed", "Warning", "reason").fill(text(reason)))
    return lines


def _by_level(d: Drawing) -> list[Json]:
    in_current = frozenset([record.record for record in d.view.current_records])
    rows = Rows(d, "related", skip_push=in_current)
    lines: list[Json] = []
    room = d.budget.related
    for level in _LEVELS:
        records = [record for record in d.view.related_records if record.level is level]
        if records and room > 0:
            lines.append(d.note(f"level.{level}"))
            lines += grouped(rows.draw(records[:room], room), f"related.{level}")
            room -= min(len(records), room)
    hidden = len(d.view.related_records) - d.budget.related
    if hidden > 0:
        lines += [*and_more(d, hidden), d.note("records.search_hint")]
    return lines


def _search(d: Drawing) -> list[Json]:
    if not d.may_change or d.view.interaction is None:
        return []
    asked = field(d.view.search_text, SEARCH_LIMIT)
    return [_field(d.language).fill(asked, text(d.view.interaction.id)), *_found(d)]


@cache
def _field(language: str) -> Shape:
    words = texts.of(language)
    asked = e.text_input("search", words["search.label"], slot("value"), words["search.placeholder"], SEARCH_LIMIT)
    data = {**ON_CARD, "interaction": slot("interaction")}
    go = button(Verb.LINK_SEARCH, data, words["button.search"], "search.go")
    return Shape("value interaction", asked, e.actions([go], "search.actions"))


def _found(d: Drawing) -> list[Json]:
    records = d.view.found_records
    if not d.view.search_text:
        return []
    asked = markdown(d.view.search_text, SEARCH_LIMIT)
    if not records:
        return [shared.line(d.language, "search.none", e.note, "text").fill(asked)]
    key = "search.found.one" if len(records) == 1 else "search.found.other"
    line = shared.line(d.language, key, e.note, "count text").fill(text(d.writer.number(len(records))), asked)
    return [line, *grouped(Rows(d, "found").draw(records, d.budget.found), "found.records")]
