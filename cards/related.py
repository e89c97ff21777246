"""The section Related records: people and accounts first, then what hangs on them, and a search for the rest."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import Verb, button
from cards.drawing import Drawing, capital, reason_text
from cards.elements import Element
from cards.escape import clip, escape
from cards.records import Rows
from cards.sections import and_more
from customers.model import Level
from customers.views import RecordView

_LEVELS: Final = (Level.PERSON, Level.COMPANY, Level.RELATED)
_LEVEL_KEYS: Final = {level: f"level.{level.value}" for level in Level}
_GROUPS: Final = {level: f"related.{level.value}" for level in Level}
SEARCH_LIMIT: Final = 100
"""Characters of a text search."""


def summary(d: Drawing) -> Element:
    """How many records are known."""
    return d.counted("summary.records", len(d.view.related_records))


def content(d: Drawing) -> list[Element]:
    """Refresh at the top (A-17), the CRMs' states, records by level (A-16, A-18), search (P-07)."""
    refresh = button(Verb.RELATED_REFRESH, d.card, d.words["button.refresh"], "related.refresh")
    lines = [e.actions([refresh], "related.actions"), *crm_lines(d)]
    if not d.view.related_records and not any(crm.is_loading for crm in d.view.crms):
        lines.append(d.note("records.none"))
    lines += _by_level(d)
    return lines + _search(d)


def crm_lines(d: Drawing) -> list[Element]:
    """A line for each CRM that is still looking or did not answer."""
    lines = []
    for crm in d.view.crms[: d.budget.current]:
        name = d.shown(crm.crm_label)
        if crm.is_loading:
            lines.append(e.note(d.words["crm.loading"].format(crm=name)))
        elif crm.reason:
            reason = capital(reason_text(d.words, crm.reason, name))
            lines.append(e.coloured(d.words["crm.failed"].format(reason=reason), "Warning"))
    return lines


def _by_level(d: Drawing) -> list[Element]:
    in_current = frozenset(record.record for record in d.view.current_records)
    rows = Rows(d, "related", skip_push=in_current)
    lines: list[Element] = []
    room = d.budget.related
    for level in _LEVELS:
        records = [record for record in d.view.related_records if record.level is level]
        if records and room > 0:
            lines.append(d.note(_LEVEL_KEYS[level]))
            lines += d.hold(rows.draw(records[:room], room), _GROUPS[level])
            room -= min(len(records), room)
    hidden = len(d.view.related_records) - d.budget.related
    if hidden > 0:
        lines += [*and_more(d, hidden), d.note("records.search_hint")]
    return lines


def _search(d: Drawing) -> list[Element]:
    if not d.may_change:
        return []
    words = d.words
    field = e.text_input("search", words["search.label"], d.view.search_text, words["search.placeholder"], SEARCH_LIMIT)
    data = {**d.card, "interaction": d.link["interaction"]}
    go = button(Verb.LINK_SEARCH, data, words["button.search"], "search.go")
    return [field, e.actions([go], "search.actions"), *_found(d)]


def _found(d: Drawing) -> list[Element]:
    records: tuple[RecordView, ...] = d.view.found_records
    if not d.view.search_text:
        return []
    asked = escape(clip(d.view.search_text, SEARCH_LIMIT))
    if not records:
        return [e.note(d.words["search.none"].format(text=asked))]
    count = d.writer.number(len(records))
    line = texts.counted(d.words, "search.found", len(records), count, text=asked)
    return [e.note(line), *d.hold(Rows(d, "found").draw(records, d.budget.found), "found.records")]
