"""A card that may be of the same person, with everything that helps to decide it (P-04, P-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cards import elements as e
from cards.actions import Verb, button
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import escape
from cards.notices import notice_text
from cards.reasons import speaks_against, speaks_for, system_of
from cards.summaries import details, spoken_as, who
from customers.ids import CardId
from customers.matching.suggest import Likelihood
from customers.merging import Candidate
from customers.views import Notice

_STYLES: Final = {
    Likelihood.VERY_LIKELY: "good",
    Likelihood.LIKELY: "accent",
    Likelihood.POSSIBLE: "default",
}


def candidate_item(d: Drawing, candidate: Candidate, chosen: Sequence[CardId]) -> Element:
    """The candidate; `chosen` are the cards that are to be merged already."""
    card, marks = candidate.card, candidate.marks
    element_id = f"merge.candidate.{card.card_id}"
    head = [e.rest(who(d, card, marks)), *_chip(d, candidate, element_id)]
    lines = [e.columns(head), *details(d, card, marks), *_reasons(d, candidate)]
    if candidate.forbidden:
        lines.append(e.coloured(f"⚠ {problem(d, candidate.forbidden, candidate)}", "Attention"))
    elif card.card_id in chosen:
        return e.item([*lines, e.coloured(f"✓ {d.words['merge.chosen.here']}", "Good")], element_id)
    return e.item([*lines, e.actions(_buttons(d, candidate, chosen, element_id), f"{element_id}.actions")], element_id)


def problem(d: Drawing, code: str, candidate: Candidate | None = None) -> str:
    """The notice `code` in words, escaped: why it cannot be merged."""
    system = system_of(candidate.reasons) if candidate is not None else ""
    name = spoken_as(d, candidate.card) if candidate is not None else d.customer
    values = (("system", system or d.words["merge.any_system"]), ("name", name))
    return escape(notice_text(Notice(code, values=values), d.language))


def _chip(d: Drawing, candidate: Candidate, element_id: str) -> list[Element]:
    """How likely it is; where the contact centre says so itself, that. Nothing where it is another person for sure."""
    if candidate.forbidden:
        return []
    if candidate.is_proposed:
        return [e.chip(d.words["merge.proposed"], "good", f"{element_id}.likelihood")]
    if candidate.likelihood is None:
        return []
    style = _STYLES[candidate.likelihood]
    return [e.chip(d.words[f"merge.{candidate.likelihood}"], style, f"{element_id}.likelihood")]


def _reasons(d: Drawing, candidate: Candidate) -> list[Element]:
    lines = []
    if reasons := speaks_for(d, candidate.reasons):
        lines.append(e.small(d.words["merge.for"].format(reasons=reasons), "Small"))
    # What forbids it is said below, in a sentence of its own.
    if reasons := speaks_against(d, candidate.reasons, is_forbidden=candidate.forbidden != ""):
        lines.append(e.coloured(d.words["merge.against"].format(reasons=reasons), "Warning"))
    return lines


def _buttons(d: Drawing, candidate: Candidate, chosen: Sequence[CardId], element_id: str) -> list[Element]:
    card, name = candidate.card.card_id, spoken_as(d, candidate.card)
    ids = {"card": d.view.card_id, "others": ",".join([*chosen, card])}
    merge = button(
        Verb.MERGE_PREVIEW,
        ids,
        d.words["button.merge_add" if chosen else "button.merge_preview"],
        f"{element_id}.preview",
        tooltip=d.words["merge.preview.do"].format(name=name),
    )
    dismiss = button(
        Verb.MERGE_DISMISS,
        {"card": d.view.card_id, "others": card},
        d.words["button.not_same"],
        f"{element_id}.dismiss",
        tooltip=d.words["merge.dismiss.do"].format(name=name),
    )
    return [dismiss] if candidate.forbidden else [merge, dismiss]
