"""Views of merging: Edward is on the phone; his e-mail of yesterday has a card of its own (A-31)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

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
from customers.profile_form import KeptValue
from customers.views import CardView, Section
from tests.cards.card_views import CARD, NOW, card_view

MAIL = CardId("e3a11000000000000000000000000001")
CHAT = CardId("c4a70000000000000000000000000002")
LUCY = CardId("1c500000000000000000000000000003")
MERGED = MergeId("3e" * 16)
UNDONE = MergeId("4e" * 16)

PHONE = Contact(IdentityKind.PHONE, "+447400123456", Channel.VOICE)


def summary(**changes: object) -> CardSummary:
    """The card of his e-mail."""
    mail = CardSummary(
        card_id=MAIL,
        version=3,
        channels=(Channel.EMAIL,),
        customer_name="Eddie Ferrars",
        company="Norland Holdings",
        contacts=(Contact(IdentityKind.EMAIL, "eddie.ferrars@norland.example", Channel.EMAIL),),
        last_at=NOW - timedelta(days=1),
        last_channel=Channel.EMAIL,
        open_requests=1,
    )
    return replace(mail, **changes)  # type: ignore[arg-type]


def own(**changes: object) -> CardSummary:
    """The open card."""
    call = CardSummary(
        card_id=CARD,
        version=17,
        channels=(Channel.VOICE,),
        customer_name="Edward Ferrars",
        company="Classics, Inc.",
        contacts=(PHONE,),
        last_at=NOW,
        last_channel=Channel.VOICE,
        open_requests=1,
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def chat(**changes: object) -> CardSummary:
    """A card without a name, of a messenger."""
    number = Contact(IdentityKind.SOCIAL, "447400123456", Channel.SOCIAL, "whatsapp")
    return summary(
        card_id=CHAT,
        version=1,
        channels=(Channel.SOCIAL, Channel.SMS),
        customer_name="",
        company="",
        contacts=(number, replace(PHONE, channel=Channel.SMS)),
        last_at=None,
        last_channel=None,
        open_requests=0,
        **changes,
    )


def lucy() -> CardSummary:
    """Somebody else with the same switchboard."""
    switchboard = Contact(IdentityKind.PHONE, "+442071838750", Channel.VOICE)
    return summary(card_id=LUCY, channels=(Channel.VOICE,), customer_name="Lucy Steele", contacts=(switchboard,))


def suggestions() -> tuple[Candidate, ...]:
    """One of each likelihood, one that the contact centre proposes, one that is forbidden."""
    nickname = Reason(ReasonCode.NAME_NICKNAME, 8.0, ("edward", "eddie"))
    same_name = Reason(ReasonCode.NAME_SAME, 9.0, ("ferrars",))
    address = Reason(ReasonCode.NAME_IN_ADDRESS, 12.0, ("edward ferrars", "eddie.ferrars@norland.example"))
    mobile = Reason(ReasonCode.SAME_MOBILE, 20.0, ("+447400123456", "2"))
    switchboard = Reason(ReasonCode.SAME_PHONE, 4.0, ("+442071838750", "1240"))
    other_name = Reason(ReasonCode.NAME_DIFFERS, -5.5, ("edward", "lucy"))
    birth = Reason(ReasonCode.BIRTH_DATE_DIFFERS, -5.0, ("19650512", "19710101"))
    persons = Reason(ReasonCode.OTHER_PERSON_ID, 0.0, ("Salesforce", "0031", "0032"))
    twin = summary(card_id=CardId("7" * 32), customer_name="Edward Ferrars", company="")
    return (
        Candidate(summary(), Likelihood.VERY_LIKELY, (address, same_name, nickname)),
        Candidate(chat(), Likelihood.LIKELY, (mobile,), is_proposed=True),
        Candidate(lucy(), Likelihood.POSSIBLE, (switchboard, other_name, birth)),
        Candidate(twin, Likelihood.LIKELY, (same_name, persons), forbidden="merge_forbidden"),
    )


def found() -> tuple[Candidate, ...]:
    """What a search for `ferr 7400` finds."""
    marks = ("Ferr", "7400")
    return (Candidate(summary(), marks=marks), Candidate(chat(), marks=marks))


def preview(**changes: object) -> MergePreview:
    """The e-mail's card joins the open one; both have a name and a company."""
    names = (FieldValue(CARD, Channel.VOICE, "Edward Ferrars"), FieldValue(MAIL, Channel.EMAIL, "Eddie Ferrars"))
    companies = (FieldValue(CARD, Channel.VOICE, "Classics, Inc."), FieldValue(MAIL, Channel.EMAIL, "Norland Holdings"))
    two = MergePreview(
        own(),
        (summary(),),
        (FieldChoice(ProfileField.NAME, names, CARD), FieldChoice(ProfileField.COMPANY, companies, MAIL)),
        "Edward Ferrars",
        "Norland Holdings",
    )
    return replace(two, **changes)  # type: ignore[arg-type]


def preparing(merge: MergeView, **changes: object) -> CardView:
    """The card with the panel open."""
    return card_view(merge=merge, **changes)


def suggesting(**changes: object) -> CardView:
    """The panel with suggestions."""
    return preparing(MergeView(candidates=suggestions(), dismissed=(lucy(),)), **changes)


def searching(query: str = "ferr 7400", **changes: object) -> CardView:
    """The panel with what a search found."""
    return preparing(MergeView(query=query, candidates=found() if query == "ferr 7400" else ()), **changes)


def choosing_more() -> CardView:
    """The e-mail's card is chosen; another one is looked for."""
    return preparing(MergeView(candidates=suggestions()[:2], chosen=(MAIL,)))


def of_two(**changes: object) -> CardView:
    """The preview of two cards."""
    return preparing(MergeView(chosen=(MAIL,), preview=preview(**changes)))


def swapped() -> CardView:
    """The preview of two cards; the e-mail's stays."""
    return of_two(survivor=summary(), absorbed=(own(),))


def of_three(**changes: object) -> CardView:
    """The preview of three cards."""
    three = preview(absorbed=(summary(), chat()), **changes)
    return preparing(MergeView(chosen=(MAIL, CHAT), preview=three))


def merged(**changes: object) -> CardView:
    """Two merges lie behind it, one was taken back; values were kept; the section Identities is open."""
    past = (
        PastMerge(MERGED, "Eddie Ferrars", "eddie.ferrars@norland.example", Channel.EMAIL, NOW, "Elinor Dashwood"),
        PastMerge(UNDONE, "", "+447400123456", Channel.SMS, NOW - timedelta(days=3), undone_at=NOW - timedelta(days=2)),
    )
    kept = (
        KeptValue(ProfileField.NAME, "Eddie Ferrars", Channel.EMAIL),
        KeptValue(ProfileField.COMPANY, "Norland Holdings", Channel.EMAIL),
    )
    view = card_view(merges=past, kept=kept, expanded=frozenset({Section.IDENTITIES}))
    first, second = view.identities
    identities = (first._replace(channel=Channel.VOICE), second._replace(channel=Channel.EMAIL), _sms())
    return replace(view, identities=identities, **changes)  # type: ignore[arg-type]


def _sms() -> object:
    first = card_view().identities[0]
    return first._replace(value="+447400123456", channel=Channel.SMS)


def offered() -> CardView:
    """Apart again; a name and a company were written meanwhile."""
    offers = (
        FieldOffer(ProfileField.NAME, "Edward F. Ferrars", MAIL),
        FieldOffer(ProfileField.COMPANY, "Norland Holdings", MAIL),
    )
    return card_view(offers=offers)
