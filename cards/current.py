"""The section Current interaction: what it is about, and the records that are linked or suggested (A-12, A-16)."""

from __future__ import annotations

from cards import elements as e
from cards.actions import open_url
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import safe_url
from cards.records import Rows
from cards.related import crm_lines
from customers.views import InteractionView, Section


def summary(d: Drawing) -> Element | None:
    """How many records are linked and suggested; nothing where no CRM is connected (A-11)."""
    if not d.view.has_crm:
        return None
    linked = sum(record.is_linked for record in d.view.current_records)
    suggested = sum(record.is_suggested and not record.is_linked for record in d.view.current_records)
    line = d.counted("summary.linked", linked) if linked else d.note("summary.no_records")
    if not suggested:
        return line
    return e.note(f"{line['text']}, {d.counted('summary.suggested', suggested)['text']}")


def content(d: Drawing) -> list[Element]:
    """Facts about the interaction, then its records."""
    interaction = d.view.interaction
    lines = [] if interaction is None else _facts(d, interaction)
    if not d.view.has_crm:
        return lines
    if Section.RELATED not in d.view.expanded:
        lines += crm_lines(d)
    records = d.view.current_records
    if not records and not any(crm.is_loading for crm in d.view.crms):
        lines.append(d.note("records.none"))
    return lines + d.hold(Rows(d, "record").draw(records, d.budget.current), "current.records")


def _facts(d: Drawing, interaction: InteractionView) -> list[Element]:
    words = d.words
    lines = []
    if interaction.subject:
        lines.append(e.text(words["interaction.subject"].replace("{subject}", d.shown(interaction.subject))))
    if interaction.business_address:
        address = d.shown(d.writer.phone(interaction.business_address))
        lines.append(e.note(words["interaction.reached"].replace("{address}", address)))
    if interaction.agent_name and not interaction.is_mine:
        lines.append(e.note(words["interaction.agent"].replace("{name}", d.shown(interaction.agent_name))))
    if url := safe_url(interaction.recording_url):
        lines.append(e.actions([open_url(url, words["interaction.recording"])], "interaction.recording"))
    return lines
