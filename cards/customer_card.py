"""The customer card: who it is, what is going on, what the CRMs know, what is left to do (A-02)."""

from __future__ import annotations

from collections.abc import Sequence

from cards import current, elements, history, related, wrap_up
from cards.actions import Verb, button, refresh
from cards.drawing import Drawing, drawing_of
from cards.elements import Element
from cards.escape import escape, spoken_text
from cards.header import header
from cards.limits import BUDGETS, fits
from cards.notices import notice_box
from cards.sections import section
from customers.views import CardView, Notice, Section, Surface, Viewer


def customer_card(
    view: CardView, viewer: Viewer, surface: Surface, notice: Notice | None = None, user_ids: Sequence[str] = ()
) -> Element:
    """`view` as an Adaptive Card that never exceeds `limits.LIMIT`, whatever the view holds.

    In chat the notice stands at its end; the pane has a place of its own for it. Teams refreshes the card by itself
    for `user_ids` (at most 60), or for everybody in a small chat where there are none.
    """
    shown = notice if surface is Surface.CHAT else None
    for budget in BUDGETS:
        d = drawing_of(view, viewer, budget)
        card = draw_within(d, shown, user_ids)
        # The frame is measured, the rows are estimated; only a card that might be too big is measured as a whole.
        surely_fits = fits(card, d.row_units)
        d.release()
        if surely_fits or fits(card):
            return card
    return card


def draw_within(d: Drawing, notice: Notice | None, user_ids: Sequence[str]) -> Element:
    """The card within the budget of `d`, its rows held back until `d.release()`."""
    body = [*header(d), *wrap_up.not_linked_banner(d), *_sections(d), *_footer(d)]
    if notice is not None:
        body.append(notice_box(d, notice, d.language))
    return elements.card(
        body,
        language=d.language,
        speak=_speech(d),
        fallback=d.words["card.fallback"].replace("{name}", escape(d.customer)),
        refresh=refresh(d.view.card_id, d.words["button.refresh"], user_ids),
    )


def _sections(d: Drawing) -> list[Element]:
    has_interaction = d.view.interaction is not None
    drawn: list[Element] = []
    if has_interaction:
        drawn += section(d, Section.CURRENT, current.summary, current.content)
    if d.view.has_crm:
        drawn += section(d, Section.RELATED, related.summary, related.content)
    if has_interaction:
        drawn += section(d, Section.WRAP_UP, wrap_up.summary, wrap_up.content)
    drawn += section(d, Section.EARLIER, history.earlier_summary, history.earlier)
    return drawn + section(d, Section.IDENTITIES, history.identities_summary, history.identities)


def _footer(d: Drawing) -> list[Element]:
    """Close (B-16); on a closed card, what opens it again (B-19)."""
    words = d.words
    if d.view.is_closed:
        again = button(Verb.CUSTOMERS_SHOW, d.card, words["button.reopen"], "card.reopen")
        return [d.note("closed"), elements.actions([again], "card.actions")]
    # What the agent has typed comes along with the press and is kept: closing loses nothing.
    close = button(Verb.CARD_CLOSE, {**d.card, "answer": "save"}, words["button.close"], "card.close")
    return [elements.actions([close], "card.actions")]


def _speech(d: Drawing) -> str:
    name = spoken_text(d.customer)
    interaction = d.view.interaction
    if interaction is None:
        return d.words["card.speak.idle"].replace("{name}", name)
    return d.words["card.speak"].format(
        name=name,
        channel=d.words[f"channel.{interaction.channel._value_}"],
        state=d.words[f"state.{interaction.state._value_}"],
    )
