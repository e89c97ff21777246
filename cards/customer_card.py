"""The customer card: who it is, what is going on, what the CRMs know, what is left to do (A-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from cards import (
    comments,
    creating,
    current,
    elements,
    identities,
    journey,
    memory,
    messages,
    more,
    profile,
    related,
    requests,
    texts,
    wrap_up,
)
from cards.actions import LIGHT, ON_CARD, ON_WRAP_UP, Action, Verb, button, leg_ids, refresh, refreshed_for
from cards.categories import categories
from cards.conflicts import conflict_box
from cards.drawing import Drawing, drawing_of
from cards.escape import markdown, spoken_text
from cards.header import header
from cards.limits import BUDGETS, Budget, excess, shorter, size
from cards.merge_panel import panel
from cards.notices import CHANGED, notice_box
from cards.past_merges import offers
from cards.sections import section
from cards.shapes import DrawnCard, Json, Shape, fixed, joined, part, slot, stamped, text, written
from customers.model import Channel, LegState
from customers.views import CardView, InteractionView, Notice, Section, Surface, Viewer


def customer_card_json(
    view: CardView, viewer: Viewer, surface: Surface, notice: Notice | None = None, user_ids: Sequence[str] = ()
) -> DrawnCard:
    """`view` as an Adaptive Card that never exceeds `limits.LIMIT`, whatever the view holds.

    In chat the notice stands at its end; the pane has a place of its own for it. Teams refreshes the card by itself
    for `user_ids` (at most 60), or for everybody in a small chat where there are none.
    """

    def drawn(budget: Budget) -> tuple[Drawing, _Parts]:
        d = drawing_of(view, viewer, surface, budget)
        return d, _parts(d, notice)

    d, parts = drawn(BUDGETS[0])
    card = _put_together(d, parts, user_ids)
    too_much = excess(card.json)
    if not too_much:
        return card
    for narrow, fewer in _narrower(d, parts, too_much, drawn):
        card = _put_together(narrow, fewer, user_ids)
        if not excess(card.json):
            return card
    return card


class _Parts(NamedTuple):
    """What stands on a card, from top to bottom."""

    top: list[Json]
    panel: list[Json]
    offers: list[Json]
    icons: Json
    """Empty where there is no room for them."""
    above: list[Json]
    """The sections above the journey."""
    journey: list[Json]
    below: list[Json]


def _parts(d: Drawing, notice: Notice | None) -> _Parts:
    below = _below(d)
    if notice is not None and d.in_chat:
        both = conflict_box(d) if notice.code == CHANGED else []
        below += both or [notice_box(d, notice, d.language)]
    return _Parts(
        [*more.banner(d), *header(d)],
        panel(d),
        offers(d),
        categories(d) if d.budget.icons else b"",
        _above(d),
        _journey(d),
        below,
    )


def _narrower(
    d: Drawing, parts: _Parts, too_much: int, drawn: Callable[[Budget], tuple[Drawing, _Parts]]
) -> Iterator[tuple[Drawing, _Parts]]:
    """What to try, from much to little, where `parts` within the first budget are `too_much` bytes in UTF-16 too big.

    The icons give way first, then some rows of the journey and some cards to merge, without anything else being drawn
    again; then the whole card is drawn within less and less.
    """
    if parts.icons:
        too_much -= size(_with_ids(parts.icons + b",", d.view))
        parts = parts._replace(icons=b"")
        if too_much <= 0:
            yield d, parts
    budget = shorter(too_much, d.candidate_sizes, [2 * len(row) for row in d.journey_rows])
    if budget is not None:
        d.budget = budget
        yield d, parts._replace(panel=panel(d), journey=_journey(d))
    yield from map(drawn, BUDGETS[1:])


def _put_together(d: Drawing, parts: _Parts, user_ids: Sequence[str]) -> DrawnCard:
    speak, spoken, name = _speech(d)
    users = written(refreshed_for(user_ids)) if user_ids else b""
    icons = [parts.icons] if parts.icons else []
    light = _light(d)
    hidden = [_LIGHT.fill(text(light))] if light else []
    body = [*parts.top, *parts.panel, *parts.offers, *icons, *parts.above, *parts.journey, *hidden, *parts.below]
    drawn = _whole(d.language, users != b"", light != "").fill(speak, name, joined(body), users, text(light))
    return DrawnCard(_with_ids(drawn, d.view), spoken.decode())


_LIGHT: Final = Shape("leg", elements.hidden_input(LIGHT, slot("leg")))
"""In the chat every press answers with the card of the same interaction, also one that concerns the customer alone."""


def _light(d: Drawing) -> str:
    """The leg in whose light the card stands in the chat; the pane tells by itself."""
    return d.view.interaction.leg_id if d.in_chat and d.view.interaction is not None else ""


def _with_ids(drawn: Json, view: CardView) -> Json:
    if view.interaction is not None:
        drawn = stamped(drawn, on_leg=leg_ids(view.interaction, view.version))
    return stamped(drawn, card=text(view.card_id))


@cache
def _whole(language: str, has_users: bool, has_light: bool) -> Shape:
    words = texts.of(language)
    users, light = part("users") if has_users else None, slot("light") if has_light else ""
    return Shape(
        "speak name body users light",
        elements.card(
            [part("body")],
            language=language,
            speak=slot("speak"),
            fallback=words["card.fallback"].replace("{name}", slot("name")),
            refresh=refresh(words["button.refresh"], users, light),
        ),
    )


def _above(d: Drawing) -> list[Json]:
    """That nothing is linked yet, where that wants to be said, and the sections above the journey."""
    has_interaction = d.view.interaction is not None
    drawn = wrap_up.not_linked_banner(d) + section(d, Section.PROFILE, profile.summary, profile.content)
    if has_interaction:
        drawn += section(d, Section.CURRENT, current.summary, current.content)
        drawn += creating.panel(d)
    if d.view.has_crm:
        drawn += section(d, Section.RELATED, related.summary, related.content)
    drawn += section(d, Section.REQUESTS, requests.summary, requests.content)
    drawn += section(d, Section.MESSAGES, messages.summary, messages.content)
    if has_interaction:
        drawn += section(d, Section.COMMENTS, comments.summary, comments.content)
        drawn += section(d, Section.WRAP_UP, wrap_up.summary, wrap_up.content)
    return drawn


def _journey(d: Drawing) -> list[Json]:
    return section(d, Section.JOURNEY, journey.summary, journey.content)


def _below(d: Drawing) -> list[Json]:
    drawn = section(d, Section.IDENTITIES, identities.summary, identities.content)
    if d.has_more:
        drawn += section(d, Section.MORE, more.summary, more.content)
    return [*drawn, _footer(d)]


def _footer(d: Drawing) -> Json:
    """Close (B-16); on a closed card, what opens it again (B-19)."""
    interaction = d.view.interaction
    has_choice = d.in_chat and d.budget is BUDGETS[0]  # a card with less room closes as any press does: all is kept
    if d.view.is_closed or interaction is None or not (d.may_change and interaction.wrap_up.may_edit):
        is_writing = d.view.requests.shown is not None and not d.view.is_closed
        return _plain_footer(d.language, d.view.is_closed, is_writing, has_choice)
    return _saving_close(d.language, has_choice).fill(leg_ids(interaction, interaction.wrap_up.version))


@cache
def _saving_close(language: str, has_choice: bool) -> Shape:
    """What the agent has typed comes along with the press and is kept: closing loses nothing (B-17)."""
    return Shape("on_wrap_up", elements.actions(_closings(language, ON_WRAP_UP, has_choice), "card.actions"))


def _closings(language: str, ids: Mapping[str, str], has_choice: bool) -> list[Action]:
    """The pane asks whether to save or discard where something was written; a card in the chat cannot see that."""
    words = texts.of(language)
    caption = words["button.save_and_close" if has_choice else "button.close"]
    save = button(Verb.CARD_CLOSE, {**ids, "answer": "save"}, caption, "card.close")
    if not has_choice:
        return [save]
    discard = {**ids, "answer": "discard"}
    return [save, button(Verb.CARD_CLOSE, discard, words["button.discard_and_close"], "card.close.discard")]


@cache
def _plain_footer(language: str, is_closed: bool, is_writing: bool, has_choice: bool) -> Json:
    words = texts.of(language)
    if is_closed:
        again = button(Verb.CUSTOMERS_SHOW, ON_CARD, words["button.reopen"], "card.reopen")
        return fixed(elements.note(words["closed"]), elements.actions([again], "card.actions"))
    if is_writing:
        return fixed(elements.actions(_closings(language, ON_CARD, has_choice), "card.actions"))
    close = button(Verb.CARD_CLOSE, {**ON_CARD, "answer": "discard"}, words["button.close"], "card.close")
    return fixed(elements.actions([close], "card.actions"))


def _speech(d: Drawing) -> Sequence[bytes]:
    """What is said of the card, as JSON and as it is; and what the customer is called."""
    interaction = d.view.interaction
    said = d.customer, interaction and interaction.state
    return memory.recall(d.kept, "speech", said) or memory.keep(d.kept, "speech", said, _said(d, interaction))


def _said(d: Drawing, interaction: InteractionView | None) -> list[bytes]:
    if interaction is None:
        sentence = d.words["card.speak.idle"]
    else:
        sentence = _spoken(d.language, interaction.channel, interaction.state)
    said = sentence.replace("{name}", spoken_text(d.customer))
    return [text(said), said.encode(), markdown(d.customer)]


@cache
def _spoken(language: str, channel: Channel, state: LegState) -> str:
    words = texts.of(language)
    return words["card.speak"].format(name="{name}", channel=words[f"channel.{channel}"], state=words[f"state.{state}"])
