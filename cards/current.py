"""The section Current interaction: what it is about, and the records that are linked or suggested (A-12, A-16)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from cards import elements as e
from cards import memory, shared, texts
from cards.actions import open_url
from cards.creating import new_row
from cards.drawing import Drawing
from cards.escape import safe_url
from cards.records import Rows
from cards.related import crm_lines
from cards.sections import grouped
from cards.shapes import Json, Shape, fixed, slot, text
from customers.views import InteractionView, Section


def summary(d: Drawing) -> Json:
    """How many records are linked and suggested; nothing where no CRM is connected (A-11)."""
    if not d.view.has_crm:
        return b""
    linked = suggested = 0
    for record in d.view.current_records:
        if record.is_linked:
            linked += 1
        elif record.is_suggested:
            suggested += 1
    return _summary(d.language, (linked, d.writer.number(linked)), (suggested, d.writer.number(suggested)))


@lru_cache(maxsize=4096)
def _summary(language: str, linked: tuple[int, str], suggested: tuple[int, str]) -> Json:
    words = texts.of(language)
    said = [texts.counted(words, "summary.linked", *linked) if linked[0] else words["summary.no_records"]]
    if suggested[0]:
        said.append(texts.counted(words, "summary.suggested", *suggested))
    return fixed(e.note(", ".join(said)))


def content(d: Drawing) -> list[Json]:
    """Facts about the interaction, then its records."""
    interaction = d.view.interaction
    lines = [] if interaction is None else [*_facts(d, interaction)]
    if not d.view.has_crm:
        return lines
    if Section.RELATED not in d.view.expanded:
        lines += crm_lines(d)
    records = d.view.current_records
    if not records and not any(crm.is_loading for crm in d.view.crms):
        lines.append(d.note("records.none"))
    lines += grouped(Rows(d, "record").draw(records, d.budget.current), "current.records")
    if d.view.may_create and d.may_change:
        lines.append(new_row(d.language))
    return lines


def _facts(d: Drawing, interaction: InteractionView) -> Sequence[Json]:
    about = interaction.request_name, interaction.subject, interaction.recording_url
    said = about, interaction.business_address, "" if interaction.is_mine else interaction.agent_name
    known = memory.recall(d.kept, "facts", said)
    return memory.keep(d.kept, "facts", said, _said(d, interaction)) if known is None else known


def _said(d: Drawing, interaction: InteractionView) -> list[Json]:
    language = d.language
    lines = []
    if interaction.request_name:
        name = d.shown(interaction.request_name)
        lines.append(shared.line(language, "interaction.request", e.text, "name").fill(name))
    if interaction.subject and interaction.subject != interaction.request_name:
        subject = d.shown(interaction.subject)
        lines.append(shared.line(language, "interaction.subject", e.text, "subject").fill(subject))
    if interaction.business_address:
        address = d.shown(d.writer.phone(interaction.business_address))
        lines.append(shared.line(language, "interaction.reached", e.note, "address").fill(address))
    if interaction.agent_name and not interaction.is_mine:
        name = d.shown(interaction.agent_name)
        lines.append(shared.line(language, "interaction.agent", e.note, "name").fill(name))
    if url := safe_url(interaction.recording_url):
        lines.append(_recording(language).fill(text(url)))
    return lines


@cache
def _recording(language: str) -> Shape:
    opens = open_url(slot("url"), texts.of(language)["interaction.recording"])
    return Shape("url", e.actions([opens], "interaction.recording"))
