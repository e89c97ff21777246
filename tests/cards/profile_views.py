"""Views of a profile to draw."""

from __future__ import annotations

from dataclasses import replace

from customers.ids import CardId
from customers.model import Channel, IdentityKind
from customers.profile_form import ALWAYS, ContactPoint, Detail, KeptValue, ProfileView
from customers.views import CardView, Section
from customers.writing_back import Difference, UpdateState, UpdateView
from tests.cards.card_views import CARD, card_view

MOBILE, WORK, MAIL = ("a" * 32, "b" * 32, "c" * 32)
CONTACTS = (
    ContactPoint(WORK, IdentityKind.PHONE, "+442079460000", "work", is_primary=False, card_id=CARD),
    ContactPoint(MOBILE, IdentityKind.PHONE, "+447400123456", "mobile", is_primary=True, card_id=CARD),
    ContactPoint(MAIL, IdentityKind.EMAIL, "edward@norland.example", "home", is_primary=True, card_id=CardId("d" * 32)),
)
VALUES = {
    Detail.NAME: "Edward Ferrars",
    Detail.GIVEN_NAME: "Edward",
    Detail.FAMILY_NAME: "Ferrars",
    Detail.COMPANY: "Classics, Inc.",
    Detail.GENDER: "male",
    Detail.BIRTH_DATE: "1963-12-05",
    Detail.STREET: "Barton Lane 5",
    Detail.POSTCODE: "EX1 2AB",
    Detail.NOTES: "Calls after lunch.\nSpeaks German, too.",
}


def profile(**changes: object) -> CardView:
    """The section is open."""
    view = ProfileView(
        VALUES,
        contacts=CONTACTS,
        tags=("patient", "VIP"),
        kept=(
            KeptValue("notes", "Prefers mail.", Channel.EMAIL),
            KeptValue("street", "Old Road 1", Channel.VOICE),
        ),
    )
    return card_view(profile=replace(view, **changes), expanded=frozenset({Section.PROFILE}))  # type: ignore[arg-type]


def written_back() -> CardView:
    """One CRM has taken the edit, one has other words, one refuses."""
    one = UpdateView("1" * 32, "Salesforce", "Edward Ferrars", UpdateState.SENT)
    differences = (Difference("customer_given_name", "firstname", "Eddy", "Edward"),)
    differences += (Difference("customer_mobile_phone", "mobilephone", "+44 1 *2*", "+447400123456"),)
    conflict = UpdateView("2" * 32, "Dynamics 365", "Edward Ferrars", UpdateState.CONFLICT, differences)
    failed = UpdateView("3" * 32, "My CRM", "E. Ferrars", UpdateState.FAILED, reason="rejected", detail="Say *no*.")
    waits = UpdateView("4" * 32, "Old CRM", "E. Ferrars", UpdateState.RETRYING, reason="unavailable")
    return profile(updates=(one, conflict, failed, waits))


def editing(**changes: object) -> CardView:
    """The form."""
    return profile(is_editing=True, **changes)


ALL_DETAILS = (*ALWAYS, Detail.BIRTH_DATE, Detail.STREET, Detail.POSTCODE)
