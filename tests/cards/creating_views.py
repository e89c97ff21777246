"""Views of a record that is about to be created, to draw."""

from __future__ import annotations

from dataclasses import replace

from customers.creating import CreatingView, CreationState, CreationView, FormInput
from customers.views import CardView
from tests.cards.card_views import card_view, contact

CREATION = "9" * 32
CHOICES = (
    ("salesforce", "Salesforce", "Contact", "Contact"),
    ("salesforce", "Salesforce", "Case", "Case"),
    ("dynamics", "Dynamics 365", "contact", "Contact"),
)
LAST_NAME = {"en": "Last name", "de": "Nachname", "es": "Apellidos"}
INPUTS = (
    FormInput("FirstName", {"en": "First name", "de": "Vorname", "es": "Nombre"}, value="Edward", max=40),
    FormInput("LastName", LAST_NAME, value="Ferrars", is_required=True, max=80),
    FormInput("Birthdate", {"en": "Date of birth", "de": "Geburtsdatum", "es": "Nacimiento"}, "date", "1963-12-05"),
    FormInput("Rating", {"en": "Rating"}, "choice", "Hot", choices=(("Hot", "Hot"), ("Cold", "Cold & *calm*"))),
    FormInput("Children__c", {"en": "Children"}, "number", "2"),
    FormInput("Newsletter__c", {"en": "Wants the newsletter", "de": "Möchte den Newsletter"}, "toggle", "true"),
    FormInput(
        "ReportsToId",
        {"en": "Reports to", "de": "Vorgesetzt"},
        "lookup",
        is_required=True,
        types=("Contact",),
        choices=(("salesforce:Contact:1", "Robert Ferrars · Contact"), ("salesforce:Contact:2", "Fanny *Dashwood*")),
        searched="ferr",
        said="found",
    ),
    FormInput("Description", {"en": "Description", "de": "Beschreibung", "es": "Descripción"}, "lines", max=32000),
    FormInput("AccountId", {"en": "Account", "de": "Account", "es": "Cuenta"}, "record", "Classics, Inc."),
)


def choosing() -> CardView:
    """What can be created."""
    return card_view(may_create=True, creating=CreatingView(choices=CHOICES))


def creating(state: CreationState = CreationState.OPEN, **changes: object) -> CardView:
    """The form of a contact."""
    one = CreationView(CREATION, "Salesforce", "Contact", state, INPUTS)
    return card_view(may_create=True, creating=CreatingView(replace(one, **changes)))  # type: ignore[arg-type]


def duplicates(**changes: object) -> CardView:
    """Salesforce has him already."""
    found = (contact(match="", is_suggested=False),)
    return creating(CreationState.DUPLICATES, **{"found": found, "may_create": True, **changes})


def refused() -> CardView:
    """Salesforce does not take it."""
    wrong = {"LastName": "refused"}
    detail = "A *last name* has at least two letters."
    return creating(CreationState.REFUSED, reason="rejected", detail=detail, wrong=wrong)
