"""The part of a card where its merge is prepared: search, suggestions, what was ruled out (A-26, A-27, P-04).

It is drawn afresh as a whole, for it is seldom open: nothing of it is kept as a shape.
"""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import texts
from cards.actions import Verb, button, execute
from cards.candidates import candidate_item
from cards.drawing import IDENTITY_LENGTH, Drawing
from cards.elements import Element
from cards.escape import clip, escape, lines
from cards.limits import size
from cards.merge_preview import preview_items
from cards.sections import left_out
from cards.shapes import Json, written
from cards.summaries import contact_value, known_as, spoken_as
from customers.merging import CardSummary, MergeView

QUERY_INPUT: Final = "merge.query"
QUERY_LIMIT: Final = 100
"""Characters of a search."""


def panel(d: Drawing) -> list[Json]:
    """The panel, where it is open."""
    merge = d.view.merge
    if merge is None or not d.may_merge:
        return []
    items = _choosing(d, merge) if merge.preview is None else preview_items(d, merge, merge.preview)
    title = "merge.title" if merge.preview is None else "merge.preview.title"
    return [written(e.box([_head(d, title), *items], "emphasis", "merge.panel"))]


def _head(d: Drawing, title: str) -> Element:
    close = execute(Verb.MERGE_OPEN, {"card": d.view.card_id}, d.words["merge.close"])
    return e.columns([e.rest([e.heading(d.words[title])]), e.button([e.label("✕")], close, "merge.close")])


def _choosing(d: Drawing, merge: MergeView) -> list[Element]:
    asked = clip(lines(merge.query), QUERY_LIMIT)
    go = button(Verb.MERGE_SEARCH, {"card": d.view.card_id}, d.words["button.search"], "merge.search")
    label, placeholder = d.words["merge.query"], d.words["merge.query.placeholder"]
    return [
        e.note(d.words["merge.lead"]),
        *_chosen(d, merge),
        e.text_input(QUERY_INPUT, label, asked, placeholder, QUERY_LIMIT),
        e.actions([go], "merge.search.actions"),
        e.group([_found(d, merge), *_candidates(d, merge)], "merge.candidates"),
        *_dismissed(d, merge),
    ]


def _chosen(d: Drawing, merge: MergeView) -> list[Element]:
    """How many are chosen while another one is looked for."""
    count = len(merge.chosen)
    if not count:
        return []
    said = texts.counted(d.words, "merge.chosen", count, d.writer.number(count))
    ids = {"card": d.view.card_id}
    chosen = {**ids, "others": ",".join(merge.chosen)}
    preview = button(Verb.MERGE_PREVIEW, chosen, d.words["button.preview"], "merge.chosen.preview", "positive")
    none = button(Verb.MERGE_PREVIEW, {**ids, "others": ""}, d.words["button.choose_none"], "merge.chosen.none")
    return [e.group([e.strong(said), e.actions([preview, none], "merge.chosen.actions")], "merge.chosen")]


def _found(d: Drawing, merge: MergeView) -> Element:
    """What the list below holds, or why it is empty."""
    count = len(merge.candidates)
    if not merge.query:
        return {**e.strong(d.words["merge.suggested" if count else "merge.suggested.none"]), "id": "merge.found"}
    asked = escape(merge.query, QUERY_LIMIT)
    if not count:
        said = d.words["merge.found.none"].format(text=asked)
    else:
        said = texts.counted(d.words, "merge.found", count, d.writer.number(count), text=asked)
    return {**e.strong(said), "id": "merge.found"}


def _candidates(d: Drawing, merge: MergeView) -> list[Element]:
    room = d.budget.candidates
    items = [candidate_item(d, candidate, merge.chosen) for candidate in merge.candidates[:room]]
    d.candidate_sizes = [size(item) for item in items]
    return items + left_out(d, len(merge.candidates) - room)


def _dismissed(d: Drawing, merge: MergeView) -> list[Element]:
    """Who is not the same person, so that a slip can be taken back."""
    if not merge.dismissed:
        return [e.note(d.words["merge.dismissed.none"])]
    room = d.budget.merges
    rows = [*[_dismissed_row(d, card) for card in merge.dismissed[:room]], *left_out(d, len(merge.dismissed) - room)]
    return [e.item([e.strong(d.words["merge.dismissed"]), *rows], "merge.dismissed")]


def _dismissed_row(d: Drawing, card: CardSummary) -> Element:
    ids = {"card": d.view.card_id, "others": card.card_id, "back": "yes"}
    back = execute(Verb.MERGE_DISMISS, ids, d.words["merge.dismissed.back.do"].format(name=spoken_as(d, card)))
    parts = [known_as(d, card), *[contact_value(d, one) for one in card.contacts[:1] if card.customer_name]]
    who = e.small(escape(" · ".join(parts), IDENTITY_LENGTH))
    word = e.coloured(d.words["merge.dismissed.back"], "Accent")
    return e.columns([e.rest([who]), e.button([word], back, f"merge.dismissed.{card.card_id}")])
