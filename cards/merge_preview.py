"""What will come together, before it happens (P-02): which card stays, which join it, whose name is shown (C-16)."""

from __future__ import annotations

from typing import Final

from cards import elements as e
from cards import fields
from cards.actions import Data, Verb, button
from cards.candidates import problem
from cards.drawing import Drawing
from cards.elements import Element
from cards.escape import NOTHING, clip, escape, plain
from cards.limits import size
from cards.sections import left_out
from cards.summaries import details, known_as, spoken_as, who
from customers.ids import CardId
from customers.merging import CardSummary, FieldChoice, FieldValue, MergePreview, MergeView
from customers.profile_form import KINDS

PICK_INPUT: Final = "merge.pick"
"""What the ids of the inputs begin with; the field follows."""
_PAIR: Final = 2


def preview_items(d: Drawing, merge: MergeView, preview: MergePreview) -> list[Element]:
    """What stays, what joins it, what is picked, and the buttons."""
    others = _others(d, merge, preview)
    replies = e.small(d.words["merge.replies"], "Small")
    items = [_cards(d, preview, others), replies, *_picks(d, preview), _called(d, preview)]
    if preview.problem:
        items.append(e.box([e.text(f"⚠ {problem(d, preview.problem)}")], "attention", "merge.problem"))
    return [e.group([*items, e.actions(_buttons(d, preview, others), "merge.actions")], "merge.preview")]


def _others(d: Drawing, merge: MergeView, preview: MergePreview) -> list[CardId]:
    """All cards but the open one, in the order in which they were chosen."""
    shown = [card.card_id for card in (preview.survivor, *preview.absorbed) if card.card_id != d.view.card_id]
    return sorted(shown, key=lambda one: merge.chosen.index(one) if one in merge.chosen else len(merge.chosen))


def _cards(d: Drawing, preview: MergePreview, others: list[CardId]) -> Element:
    """The card that stays on one side, those that join it on the other."""
    stays = e.group(_summary(d, preview.survivor, "merge.stays", "Good"), "merge.survivor")
    room = max(1, d.budget.candidates)
    joining = [
        (e.item if at else e.group)(
            [*_summary(d, card, "merge.joins", "Accent"), *_choices(d, card, others)],
            f"merge.absorbed.{card.card_id}",
        )
        for at, card in enumerate(preview.absorbed[:room])
    ]
    d.candidate_sizes = [size(one) for one in joining]
    return e.side_by_side([stays], [*joining, *left_out(d, len(preview.absorbed) - room)], "merge.cards")


def _summary(d: Drawing, card: CardSummary, caption: str, color: str) -> list[Element]:
    said = d.words[caption]
    if card.card_id == d.view.card_id:
        said = f"{said} ({d.words['merge.open_card']})"
    return [e.coloured(said, color), *who(d, card), *details(d, card)]


def _choices(d: Drawing, card: CardSummary, others: list[CardId]) -> list[Element]:
    """Of several cards any may stay instead, or be left out; of two there is Swap."""
    if len(others) < _PAIR:
        return []
    name, element_id = spoken_as(d, card), f"merge.absorbed.{card.card_id}"
    keep = button(
        Verb.MERGE_PREVIEW,
        _ids(d, others, card.card_id),
        d.words["button.keep_this"],
        f"{element_id}.keep",
        tooltip=f"{d.words['button.keep_this']}: {name}",
    )
    if card.card_id == d.view.card_id:
        return [e.actions([keep], f"{element_id}.actions")]
    rest = [other for other in others if other != card.card_id]
    caption = d.words["button.leave_out"]
    leave = button(Verb.MERGE_PREVIEW, _ids(d, rest), caption, f"{element_id}.leave", tooltip=f"{caption}: {name}")
    return [e.actions([keep, leave], f"{element_id}.actions")]


def _ids(d: Drawing, others: list[CardId], survivor: CardId | None = None) -> Data:
    """Data for a preview of `others` with the open card; that one stays, unless `survivor` is another."""
    ids = {"card": d.view.card_id, "others": ",".join(others)}
    return ids if survivor in (None, d.view.card_id) else {**ids, "survivor": survivor}


def _picks(d: Drawing, preview: MergePreview) -> list[Element]:
    """A choice for each field that has several values; the others are kept."""
    picks = [_pick(d, choice) for choice in preview.fields]
    return [*picks, e.note(d.words["merge.pick.rest"])] if picks else []


def _pick(d: Drawing, choice: FieldChoice) -> Element:
    shown = sorted(choice.values, key=lambda value: value.card_id != choice.chosen)[: max(_PAIR, d.budget.candidates)]
    options = [e.choice(value.card_id, _option(d, choice, value)) for value in choice.values if value in shown]
    caption = _caption(d, choice)
    return e.choice_input(f"{PICK_INPUT}.{choice.field}", caption, choice.chosen, caption, options)


def _caption(d: Drawing, choice: FieldChoice) -> str:
    if choice.own is not None:
        return d.words["merge.pick"].format(field=plain(choice.own.label(d.language)))
    if choice.field in KINDS:
        return d.words[f"profile.{choice.field}.primary"]
    return d.words["merge.pick"].format(field=d.words[f"profile.{choice.field}"])


def _option(d: Drawing, choice: FieldChoice, value: FieldValue) -> str:
    """The value and where it comes from; plain text."""
    origin = d.words[f"channel.{value.channel}"]
    if value.card_id == d.view.card_id:
        origin = f"{origin}, {d.words['merge.open_card']}"
    own = choice.own
    said = d.value(choice.field, value.value) if own is None else fields.said(d, own, value.value)
    shown = plain(clip(said, d.budget.text))
    return f"{shown or NOTHING} · {origin}"


def _called(d: Drawing, preview: MergePreview) -> Element:
    name = preview.customer_name or known_as(d, preview.survivor)
    called = ", ".join(escape(part, d.budget.text) for part in (name, preview.company) if part)
    key = "merge.called.picked" if preview.fields else "merge.called"
    return {**e.strong(d.words[key].format(name=called)), "id": "merge.called"}


def _buttons(d: Drawing, preview: MergePreview, others: list[CardId]) -> list[Element]:
    more = {**_ids(d, others), "more": "yes"}
    return [
        *([] if preview.problem else [_confirm(d, preview, others)]),
        *_swap(d, preview, others),
        button(Verb.MERGE_PREVIEW, more, d.words["button.merge_more"], "merge.more"),
        button(Verb.MERGE_PREVIEW, _ids(d, []), d.words["button.back"], "merge.back"),
    ]


def _confirm(d: Drawing, preview: MergePreview, others: list[CardId]) -> Element:
    """Carries what the agent has seen: whoever carries it out compares."""
    versions = ",".join(f"{card.card_id}:{card.version}" for card in (preview.survivor, *preview.absorbed))
    ids = {**_ids(d, others), "survivor": preview.survivor.card_id, "versions": versions}
    return button(Verb.MERGE_CONFIRM, ids, d.words["button.merge"], "merge.confirm", "positive")


def _swap(d: Drawing, preview: MergePreview, others: list[CardId]) -> list[Element]:
    if len(others) >= _PAIR:
        return []
    survivor = preview.absorbed[0].card_id if preview.absorbed else None
    return [button(Verb.MERGE_PREVIEW, _ids(d, others, survivor), d.words["button.swap"], "merge.swap")]
