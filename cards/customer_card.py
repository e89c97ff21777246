"""The customer card: who it is, what is going on, what the CRMs know, what is left to do (A-02)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

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
from cards.actions import ON_CARD, ON_WRAP_UP, Verb, button, leg_ids, refresh, refreshed_for
from cards.categories import categories
from cards.drawing import Drawing, drawing_of
from cards.escape import markdown, spoken_text
from cards.header import header
from cards.limits import BUDGETS, fits, narrower, size
from cards.merge_panel import panel
from cards.notices import notice_box
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
    d = drawing_of(view, viewer, surface, BUDGETS[0])
    card = _draw_within(d, notice, user_ids)
    if fits(card.json):
        return card
    rows = [2 * len(row) for row in d.journey_rows]
    for budget in narrower(size(card.json), d.candidate_sizes, rows):
        card = _draw_within(drawing_of(view, viewer, surface, budget), notice, user_ids)
        if fits(card.json):
            return card
    return card


def _draw_within(d: Drawing, notice: Notice | None, user_ids: Sequence[str]) -> DrawnCard:
    """The card within the budget of `d`; the icons that lead to its parts give way first."""
    top = [*more.banner(d), *header(d), *panel(d), *offers(d)]
    rest = [*wrap_up.not_linked_banner(d), *_sections(d), _footer(d)]
    if notice is not None and d.in_chat:
        rest.append(notice_box(d, notice, d.language))
    icons = categories(d) if d.budget.icons else b""
    if icons:
        card = _put_together(d, [*top, icons, *rest], user_ids)
        if fits(card.json):
            return card
    return _put_together(d, [*top, *rest], user_ids)


def _put_together(d: Drawing, body: list[Json], user_ids: Sequence[str]) -> DrawnCard:
    speak, spoken = _speech(d)
    users = written(refreshed_for(user_ids)) if user_ids else b""
    drawn = _whole(d.language, users != b"").fill(speak, markdown(d.customer), joined(body), users)
    return DrawnCard(_with_ids(drawn, d.view), spoken.decode())


def _with_ids(drawn: Json, view: CardView) -> Json:
    if view.interaction is not None:
        drawn = stamped(drawn, on_leg=leg_ids(view.interaction, view.version))
    return stamped(drawn, card=text(view.card_id))


@cache
def _whole(language: str, has_users: bool) -> Shape:
    words = texts.of(language)
    return Shape(
        "speak name body users",
        elements.card(
            [part("body")],
            language=language,
            speak=slot("speak"),
            fallback=words["card.fallback"].replace("{name}", slot("name")),
            refresh=refresh(words["button.refresh"], part("users") if has_users else None),
        ),
    )


def _sections(d: Drawing) -> list[Json]:
    has_interaction = d.view.interaction is not None
    drawn = section(d, Section.PROFILE, profile.summary, profile.content)
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
    drawn += section(d, Section.JOURNEY, journey.summary, journey.content)
    drawn += section(d, Section.IDENTITIES, identities.summary, identities.content)
    return drawn + (section(d, Section.MORE, more.summary, more.content) if d.has_more else [])


def _footer(d: Drawing) -> Json:
    """Close (B-16); on a closed card, what opens it again (B-19)."""
    interaction = d.view.interaction
    if d.view.is_closed or interaction is None or not (d.may_change and interaction.wrap_up.may_edit):
        is_writing = d.view.requests.shown is not None and not d.view.is_closed
        return _plain_footer(d.language, d.view.is_closed, "save" if is_writing else "discard")
    return _saving_close(d.language).fill(leg_ids(interaction, interaction.wrap_up.version))


@cache
def _saving_close(language: str) -> Shape:
    """What the agent has typed comes along with the press and is kept: closing loses nothing (B-17)."""
    words = texts.of(language)
    close = button(Verb.CARD_CLOSE, {**ON_WRAP_UP, "answer": "save"}, words["button.close"], "card.close")
    return Shape("on_wrap_up", elements.actions([close], "card.actions"))


@cache
def _plain_footer(language: str, is_closed: bool, answer: str) -> Json:
    words = texts.of(language)
    if is_closed:
        again = button(Verb.CUSTOMERS_SHOW, ON_CARD, words["button.reopen"], "card.reopen")
        return fixed(elements.note(words["closed"]), elements.actions([again], "card.actions"))
    close = button(Verb.CARD_CLOSE, {**ON_CARD, "answer": answer}, words["button.close"], "card.close")
    return fixed(elements.actions([close], "card.actions"))


def _speech(d: Drawing) -> Sequence[bytes]:
    """What is said of the card, as JSON and as it is."""
    interaction = d.view.interaction
    said = d.customer, interaction and interaction.state
    key = d.context, "speech", d.view.card_id, ""
    return memory.recall(key, said) or memory.keep(key, said, _said(d, interaction))


def _said(d: Drawing, interaction: InteractionView | None) -> list[bytes]:
    if interaction is None:
        sentence = d.words["card.speak.idle"]
    else:
        sentence = _spoken(d.language, interaction.channel, interaction.state)
    said = sentence.replace("{name}", spoken_text(d.customer))
    return [text(said), said.encode()]


@cache
def _spoken(language: str, channel: Channel, state: LegState) -> str:
    words = texts.of(language)
    return words["card.speak"].format(name="{name}", channel=words[f"channel.{channel}"], state=words[f"state.{state}"])
