"""A profile as mappings of CRMs name its parts, and where a part's value goes when a CRM's is taken over. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from customers.model import IdentityKind
from customers.profile_form import Detail, ProfileView

DETAILS: Mapping[str, Detail] = {
    "customer_name": Detail.NAME,
    "customer_company": Detail.COMPANY,
    "customer_given_name": Detail.GIVEN_NAME,
    "customer_family_name": Detail.FAMILY_NAME,
    "customer_gender": Detail.GENDER,
    "customer_birth_date": Detail.BIRTH_DATE,
    "customer_street": Detail.STREET,
    "customer_postcode": Detail.POSTCODE,
    "customer_notes": Detail.NOTES,
}
TAGS = "customer_tags"
"""The customer's labels, with commas between them."""
CONTACTS: Mapping[str, tuple[IdentityKind, str]] = {
    "customer_mobile_phone": (IdentityKind.PHONE, "mobile"),
    "customer_home_phone": (IdentityKind.PHONE, "home"),
    "customer_work_phone": (IdentityKind.PHONE, "work"),
    "customer_home_email": (IdentityKind.EMAIL, "home"),
    "customer_work_email": (IdentityKind.EMAIL, "work"),
}
"""The first number or address with that label."""


OWN = "customer_fields."
"""What the names of the company's own fields begin with."""


def facts_of_profile(view: ProfileView) -> dict[str, str]:
    """Every part by its name; empty where nothing is known."""
    said = {name: view.values.get(detail, "") for name, detail in DETAILS.items()}
    own = {f"{OWN}{name}": value for name, value in view.own_values.items()}
    labels = {TAGS: ", ".join(view.tags)}
    return said | labels | {name: contact(view, name) for name in CONTACTS} | own


def contact(view: ProfileView, name: str) -> str:
    """The first number or address of that label."""
    kind, label = CONTACTS[name]
    return next((one.value for one in view.of_kind(kind) if one.label == label), "")
