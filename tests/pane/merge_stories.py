"""A-31 as an agent sees it: Edward is on the phone, his e-mail of yesterday has a card of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from customers.ids import CardId, MergeId
from customers.matching.reasons import Reason, ReasonCode
from customers.matching.suggest import Likelihood
from customers.merging import (
    Candidate,
    CardSummary,
    Contact,
    FieldChoice,
    FieldOffer,
    FieldValue,
    MergePreview,
    MergeView,
    PastMerge,
    ProfileField,
)
from customers.model import Channel, IdentityKind
from customers.ports import Action, UnknownVerb
from customers.profile_form import KeptValue
from customers.views import CardView, IdentityView, Notice, Section
from tests.pane import stories

MAIL = CardId("0e0000000000000000000000000000f1")
CHAT = CardId("0e0000000000000000000000000000f2")
SISTER = CardId("0e0000000000000000000000000000f3")
TWIN = CardId("0e0000000000000000000000000000f4")
MERGE = MergeId("0f" * 16)
YESTERDAY = stories.NOON - timedelta(hours=19)


def _card(card_id: CardId, name: str, contact: Contact, last_at: datetime | None, **changes: object) -> CardSummary:
    card = CardSummary(card_id, 3, (contact.channel,), name, "", (contact,), last_at, contact.channel)
    return replace(card, **changes)  # type: ignore[arg-type]


MAIL_CARD = _card(
    MAIL,
    "Eddie Ferrars",
    Contact(IdentityKind.EMAIL, "eddie.ferrars@norland.example", Channel.EMAIL),
    YESTERDAY,
    company="Norland Holdings Ltd",
    open_requests=1,
)
CHAT_CARD = _card(
    CHAT,
    "",
    Contact(IdentityKind.SOCIAL, "447400123456", Channel.SOCIAL, "whatsapp"),
    YESTERDAY - timedelta(days=40),
)
SISTER_CARD = _card(
    SISTER,
    "Fanny Dashwood-Ferrars",
    Contact(IdentityKind.PHONE, "+442079460123", Channel.VOICE),
    YESTERDAY - timedelta(days=3),
)
TWIN_CARD = _card(TWIN, "Edward Ferrars", Contact(IdentityKind.PHONE, "+442079460999", Channel.VOICE), None)
CARDS = (MAIL_CARD, CHAT_CARD, SISTER_CARD, TWIN_CARD)

SUGGESTIONS = (
    Candidate(
        MAIL_CARD,
        Likelihood.VERY_LIKELY,
        (
            Reason(ReasonCode.NAME_IN_ADDRESS, 12.0, ("edward ferrars", "eddie.ferrars@norland.example")),
            Reason(ReasonCode.NAME_NICKNAME, 8.0, ("edward", "eddie")),
            Reason(ReasonCode.NAME_SAME, 7.0, ("ferrars",)),
        ),
    ),
    Candidate(CHAT_CARD, is_proposed=True, reasons=(Reason(ReasonCode.SAME_MOBILE, 20.0, ("+447400123456", "2")),)),
    Candidate(
        SISTER_CARD,
        Likelihood.POSSIBLE,
        (
            Reason(ReasonCode.SAME_PHONE, 4.0, ("+442079460123", "37")),
            Reason(ReasonCode.NAME_DIFFERS, -5.5, ("edward", "fanny")),
        ),
    ),
    Candidate(
        TWIN_CARD,
        None,
        (
            Reason(ReasonCode.NAME_SAME, 7.0, ("edward",)),
            Reason(ReasonCode.NAME_SAME, 7.0, ("ferrars",)),
            Reason(ReasonCode.OTHER_PERSON_ID, 0.0, ("Salesforce", "0031", "0032")),
        ),
        forbidden="merge_forbidden",
    ),
)


def own(view: CardView) -> CardSummary:
    """The open card among others."""
    contacts = tuple(Contact(one.kind, one.value, view.channel, one.provider) for one in view.identities)
    card = CardSummary(view.card_id, view.version, (view.channel,), view.customer_name, view.company, contacts)
    return replace(card, last_at=stories.NOON, last_channel=view.channel, open_requests=1)


def choosing(view: CardView, query: str = "", chosen: tuple[CardId, ...] = ()) -> CardView:
    """The panel with suggestions, or with what `query` finds by name."""
    found = SUGGESTIONS
    if query:
        words = query.casefold().split()
        named = [card for card in CARDS if all(word in card.customer_name.casefold() for word in words)]
        found = tuple(Candidate(card, marks=tuple(words)) for card in named)
    out = view.merge.dismissed if view.merge else ()
    kept = tuple(one for one in found if one.card not in out)
    return replace(view, merge=MergeView(query, kept, chosen, None, out))


def previewing(view: CardView, others: tuple[CardId, ...], survivor: str = "", problem: str = "") -> CardView:
    """The preview of the card with `others`; it stays unless `survivor` is one of them."""
    cards = (own(view), *(card for card in CARDS if card.card_id in others))
    stays = next((card for card in cards if card.card_id == survivor), cards[0])
    joins = tuple(card for card in cards if card is not stays)
    fields = tuple(
        filter(None, (_choice(ProfileField.NAME, stays, joins), _choice(ProfileField.COMPANY, stays, joins)))
    )
    preview = MergePreview(stays, joins, fields, stays.customer_name, stays.company, problem)
    return replace(view, merge=MergeView(chosen=others, preview=preview))


def _choice(field: ProfileField, stays: CardSummary, joins: tuple[CardSummary, ...]) -> FieldChoice | None:
    values = {}
    for card in (stays, *joins):
        value = card.customer_name if field is ProfileField.NAME else card.company
        values.setdefault(value, FieldValue(card.card_id, card.channels[0], value))
    values.pop("", None)
    return FieldChoice(field, tuple(values.values()), next(iter(values.values())).card_id) if len(values) > 1 else None


def merged(view: CardView) -> CardView:
    """One with the card of the e-mail."""
    past = PastMerge(
        MERGE, "Eddie Ferrars", "eddie.ferrars@norland.example", Channel.EMAIL, stories.NOON, "Elinor Dashwood"
    )
    mail = IdentityView(IdentityKind.EMAIL, "eddie.ferrars@norland.example", channel=Channel.EMAIL)
    kept = (KeptValue(ProfileField.NAME, "Eddie Ferrars", Channel.EMAIL),)
    identities = (*view.identities, mail)
    return replace(view, merge=None, merges=(past,), kept=kept, identities=identities, version=view.version + 1)


def taken_apart(view: CardView) -> CardView:
    """Apart again; a name was written meanwhile."""
    offers = (FieldOffer(ProfileField.NAME, "Edward F. Ferrars", MAIL),)
    past = tuple(replace(one, undone_at=stories.NOON) for one in view.merges)
    return replace(view, merges=past, kept=(), offers=offers, version=view.version + 1)


def showing_identities() -> CardView:
    """Merged, and taken apart can be what was merged."""
    return replace(merged(stories.ringing()), expanded=frozenset({Section.IDENTITIES}))


# --- what the verbs do


def _open(view: CardView, _action: Action) -> tuple[CardView, Notice | None]:
    return (choosing(view) if view.merge is None else replace(view, merge=None)), None


def _search(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    chosen = view.merge.chosen if view.merge else ()
    return choosing(view, action.inputs["merge.query"].strip(), chosen), None


def _preview(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    others = tuple(CardId(one) for one in action.data["others"].split(",") if one)
    if not others or action.data.get("more"):
        return choosing(view, chosen=others), None
    return previewing(view, others, action.data.get("survivor", "")), None


def _confirm(view: CardView, _action: Action) -> tuple[CardView, Notice | None]:
    return merged(view), Notice("merged", "success", (("name", "Eddie Ferrars"),))


def _dismiss(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    assert view.merge is not None
    others, is_back = action.data["others"], bool(action.data.get("back"))
    out = tuple(card for card in view.merge.dismissed if card.card_id != others)
    if not is_back:
        out += tuple(card for card in CARDS if card.card_id == others)
    merge = replace(view.merge, dismissed=out)
    notice = Notice("not_same_taken_back" if is_back else "not_same")
    return choosing(replace(view, merge=merge), view.merge.query), notice


def _undo(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    if action.data.get("again"):
        return merged(replace(view, offers=())), Notice("merged_again", "success")
    return taken_apart(view), Notice("merge_undone", "success")


VERBS: dict[str, Callable[[CardView, Action], tuple[CardView, Notice | None]]] = {
    "merge.open": _open,
    "merge.search": _search,
    "merge.preview": _preview,
    "merge.confirm": _confirm,
    "merge.dismiss": _dismiss,
    "merge.undo": _undo,
    "field.take": lambda view, _: (replace(view, offers=()), Notice("field_taken", "success")),
    "field.decline": lambda view, _: (replace(view, offers=()), None),
    "profile.lock": lambda view, _: (replace(view, is_locked=True), Notice("profile_locked", "success")),
    "profile.unlock": lambda view, _: (replace(view, is_locked=False), Notice("profile_unlocked", "success")),
}


def after(view: CardView, action: Action) -> tuple[CardView, Notice | None]:
    """The card after `action`, and what the agent is told. Raises UnknownVerb."""
    if action.verb not in VERBS:
        raise UnknownVerb(action.verb)
    return VERBS[action.verb](view, action)
